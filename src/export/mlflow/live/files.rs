//! The LoggedModel of MLflow 3: made before the metrics that it has, given its files when the run has ended.

use serde_json::{Value, json};

use super::api::{Connection, not_mlflow, text};
use super::error::LiveError;
use super::there::There;
use super::{Method, Server};
use crate::export::ExportFile;
use crate::export::mlflow::{model, run as runs};
use crate::tracking::RunRecord;

/// A model as the server has it.
pub(super) struct LoggedModel {
    pub id: String,
    artifact_uri: String,
    is_ready: bool,
}

impl<S: Server> Connection<'_, S> {
    /// The run's LoggedModel, found or made; `None` where the server is of an MLflow before 3, whose models are files of a run.
    pub(super) async fn model_of(&self, run: &RunRecord, there: &There) -> Result<Option<LoggedModel>, LiveError> {
        let filter = format!("source_run_id = '{}' AND name = '{}'", there.run_id, model::NAME);
        let search = json!({ "experiment_ids": [self.experiment_id], "filter": filter, "max_results": 1 });
        let found = match self.post("logged-models/search", &search).await {
            Err(error) if error.is_unknown_request() => return Ok(None),
            found => found?,
        };
        if let Some(first) = found.get("models").and_then(|models| models.get(0)) {
            return read(first).map(Some);
        }
        let params = runs::params(run).into_iter().map(|file| {
            let key = file.path.strip_prefix("params/").unwrap_or(&file.path).to_owned();
            json!({ "key": key, "value": String::from_utf8_lossy(&file.bytes) })
        });
        // MLflow takes at most a hundred with a model; the run has them all.
        let params: Vec<Value> = params.take(100).collect();
        let body = json!({
            "experiment_id": self.experiment_id,
            "name": model::NAME,
            "source_run_id": there.run_id,
            "params": params,
            "tags": [{ "key": "mlflow.user", "value": runs::USER }],
        });
        let made = self.post("logged-models", &body).await?;
        read(made.get("model").ok_or_else(|| not_mlflow(&made))?).map(Some)
    }

    /// Puts the model's files, says that it is ready, and that this run made it.
    pub(super) async fn finish_model(
        &self,
        model: &LoggedModel,
        folder: &[ExportFile],
        there: &There,
    ) -> Result<(), LiveError> {
        if !model.is_ready {
            for file in folder {
                self.put_file(&model.artifact_uri, &file.path, &file.bytes).await?;
            }
            let body = json!({ "model_id": model.id, "status": "LOGGED_MODEL_READY" });
            self.with_json(Method::Patch, &format!("logged-models/{}", model.id), &body).await?;
        }
        if !there.models.contains(&model.id) {
            let body = json!({ "run_id": there.run_id, "models": [{ "model_id": model.id, "step": 0 }] });
            self.post("runs/outputs", &body).await?;
        }
        Ok(())
    }
}

fn read(model: &Value) -> Result<LoggedModel, LiveError> {
    let info = model.get("info").ok_or_else(|| not_mlflow(model))?;
    let is_ready = info.get("status").and_then(Value::as_str).is_some_and(|status| status.ends_with("READY"));
    Ok(LoggedModel { id: text(info, "model_id")?, artifact_uri: text(info, "artifact_uri")?, is_ready })
}
