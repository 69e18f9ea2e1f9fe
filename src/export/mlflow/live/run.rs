//! A run, told to the server as far as it has come.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Server;
use super::api::Connection;
use super::batch::{Item, bodies};
use super::error::LiveError;
use super::files;
use super::there::There;
use crate::export::mlflow::{dataset, keys, model, run as runs};
use crate::tracking::{MetricRecord, PARENT_TAG, RunRecord, RunStatus};

/// The tag that keeps the id that a run has here; `import_runs.py` writes it too.
pub const RUN_ID_TAG: &str = "pipette.run_id";

/// Where the server has a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub experiment_id: String,
    pub run_id: String,
    /// All of it is there, to its end.
    pub is_whole: bool,
    /// What the server does not take, in words.
    pub notes: Vec<String>,
}

impl<S: Server> Connection<'_, S> {
    /// Tells the server what it lacks of this run. One that was deleted there stays so.
    ///
    /// # Errors
    /// What the server says; then this can be done again, and goes on where it stopped.
    pub async fn log_run(&self, run: &RunRecord) -> Result<Logged, LiveError> {
        let tags = self.tags_of(run).await?;
        let there = match self.find_run(&run.info.run_id).await? {
            Some(there) => there,
            None => {
                let all: Vec<Value> = tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
                let made = json!({
                    "user_id": runs::USER, "start_time": run.info.start_time, "run_name": run.info.run_name, "tags": all,
                });
                self.create_run(made).await?
            }
        };
        let has_ended = run.info.status != RunStatus::Running;
        let mut logged = Logged {
            experiment_id: self.experiment_id.clone(),
            run_id: there.run_id.clone(),
            is_whole: has_ended,
            notes: Vec::new(),
        };
        if there.is_deleted {
            return Ok(logged);
        }
        let is_there = there.status == run.info.status.as_str() && there.end_time == run.info.end_time;
        let folder = if has_ended && !is_there { model::folder(run)? } else { Vec::new() };
        // Before the metrics: those of a model name it.
        let logged_model = if folder.is_empty() { None } else { self.model_of(run, &there).await? };
        let model_id = logged_model.as_ref().map(|model| model.id.as_str());
        for body in bodies(&there.run_id, self.lacking(run, &tags, &there, model_id).await?) {
            self.post("runs/log-batch", &body).await?;
        }
        self.log_dataset(run, &there).await?;
        if has_ended && !is_there {
            logged.notes = self.put_files(run, &there, folder, logged_model).await?;
        }
        if !is_there || there.name != run.info.run_name {
            let mut body = json!({ "run_id": there.run_id, "run_name": run.info.run_name });
            if let (true, Some(body)) = (has_ended, body.as_object_mut()) {
                body.insert("status".into(), run.info.status.as_str().into());
                body.insert("end_time".into(), run.info.end_time.into());
            }
            self.post("runs/update", &body).await?;
        }
        Ok(logged)
    }

    /// A run that is no longer here, or was given up, is deleted there; MLflow can restore it.
    ///
    /// # Errors
    /// What the server says.
    pub async fn drop_run(&self, run_id: &str) -> Result<(), LiveError> {
        match self.find_run(run_id).await?.filter(|there| !there.is_deleted) {
            Some(there) => self.post("runs/delete", &json!({ "run_id": there.run_id })).await.map(drop),
            None => Ok(()),
        }
    }

    /// The run's tags under keys that every MLflow takes, with the id that it has here; a parent is named by its id there.
    async fn tags_of(&self, run: &RunRecord) -> Result<BTreeMap<String, String>, LiveError> {
        let all = runs::all_tags(run);
        let paths = keys::paths(all.iter().map(|tag| tag.key.as_str()));
        let mut tags: BTreeMap<String, String> =
            paths.into_iter().zip(all).map(|(key, tag)| (key, tag.value)).collect();
        if let Some(parent) = tags.get_mut(PARENT_TAG)
            && let Some(there) = self.find_run(parent).await?
        {
            *parent = there.run_id;
        }
        tags.insert(RUN_ID_TAG.into(), run.info.run_id.clone());
        Ok(tags)
    }

    /// Tags, params and values of metrics that the server has not.
    async fn lacking(
        &self,
        run: &RunRecord,
        tags: &BTreeMap<String, String>,
        there: &There,
        model_id: Option<&str>,
    ) -> Result<Vec<Item>, LiveError> {
        let mut items: Vec<Item> = tags
            .iter()
            .filter(|(key, value)| there.tags.get(*key) != Some(value))
            .map(|(key, value)| Item::Tag(json!({ "key": key, "value": value })))
            .collect();
        let paths = keys::paths(run.params.iter().map(|param| param.key.as_str()));
        // What MLflow has of a param it keeps for good.
        let params = paths.into_iter().zip(&run.params).filter(|(key, _)| !there.params.contains(key));
        items.extend(params.map(|(key, param)| Item::Param(json!({ "key": key, "value": param.value }))));
        // They are measured by the last step, and belong to the model, which is there when the run has ended.
        let names = if run.info.status == RunStatus::Running { Vec::new() } else { runs::metric_keys(run) };
        for (path, name) in keys::paths(names.iter().copied()).into_iter().zip(names) {
            let own: Vec<&MetricRecord> = run.metrics.iter().filter(|metric| metric.key == name).collect();
            let mut has = match there.metrics.get(&path) {
                None => Vec::new(),
                Some(latest) if own.len() == 1 => vec![*latest],
                Some(_) => self.history(&there.run_id, &path).await?,
            };
            for metric in own {
                // Each value there stands for one of ours.
                match has.iter().position(|point| point.is(metric.value, metric.step)) {
                    Some(place) => drop(has.swap_remove(place)),
                    None => items.push(Item::Metric(said(&path, metric, model_id))),
                }
            }
        }
        Ok(items)
    }

    async fn log_dataset(&self, run: &RunRecord, there: &There) -> Result<(), LiveError> {
        let Some((described, key)) = dataset::described(run) else { return Ok(()) };
        if there.datasets.contains(&key) {
            return Ok(());
        }
        let tags = [json!({ "key": "mlflow.data.context", "value": "training" })];
        let body = json!({ "run_id": there.run_id, "datasets": [{ "tags": tags, "dataset": described }] });
        match self.post("runs/log-inputs", &body).await {
            // MLflow before 2.4 has no data sets.
            Err(error) if error.is_unknown_request() => Ok(()),
            said => said.map(drop),
        }
    }

    /// The files of a run that has ended, and of its model.
    async fn put_files(
        &self,
        run: &RunRecord,
        there: &There,
        folder: Vec<crate::export::ExportFile>,
        logged_model: Option<files::LoggedModel>,
    ) -> Result<Vec<String>, LiveError> {
        let mut own = runs::artifacts(run)?;
        if logged_model.is_none() {
            own.extend(folder.iter().cloned().map(|file| file.under(model::NAME)));
        }
        for file in &own {
            if !self.put_file(&there.artifact_uri, &file.path, &file.bytes).await? {
                let words = "The server does not take files (its artifacts lie elsewhere): run.json and the model are not there. \
                             Start it with --serve-artifacts.";
                return Ok(vec![words.to_owned()]);
            }
        }
        if let Some(model) = logged_model {
            self.finish_model(&model, &folder, there).await?;
        }
        Ok(Vec::new())
    }
}

/// A value in the words of `log-batch`; JSON has no infinity, protocol buffers write it as a text.
fn said(key: &str, metric: &MetricRecord, model_id: Option<&str>) -> Value {
    let value = match metric.value {
        value if value.is_finite() => json!(value),
        value if value.is_nan() => json!("NaN"),
        value => json!(if value > 0.0 { "Infinity" } else { "-Infinity" }),
    };
    let mut item = json!({ "key": key, "value": value, "timestamp": metric.timestamp, "step": metric.step });
    if let (Some(id), Some(item)) = (model_id, item.as_object_mut()) {
        item.insert("model_id".into(), id.into());
    }
    item
}
