//! A run's files, relative to its folder.

use serde_json::{Map, Value, json};

use super::{RENAMED_TAG, ROOT, dataset, experiment, keys, model, yaml};
use crate::export::{ExportError, ExportFile};
use crate::pipeline::StepOutput;
use crate::tracking::{MetricRecord, RunRecord, RunStatus, Tag, run_json};

/// Who MLflow says made the run.
pub(super) const USER: &str = "pipette";
/// MLflow's number for `LOCAL`.
const SOURCE_LOCAL: u8 = 4;

pub(super) fn files(run: &RunRecord, has_model: bool) -> Result<Vec<ExportFile>, ExportError> {
    let info = &run.info;
    let mut meta = json!({
        "artifact_uri": format!("{ROOT}/{}/{}/artifacts", info.experiment_id, info.run_id),
        "end_time": info.end_time,
        "entry_point_name": "",
        "experiment_id": info.experiment_id,
        "lifecycle_stage": experiment::stage(info.lifecycle_stage),
        "run_id": info.run_id,
        "run_name": info.run_name,
        "run_uuid": info.run_id, // MLflow 2 needs it, MLflow 3 passes over it
        "source_name": "",
        "source_type": SOURCE_LOCAL,
        "source_version": "",
        "start_time": info.start_time,
        "status": status(info.status),
        "tags": [],
        "user_id": USER,
    });
    if let (Some(time), Some(meta)) = (info.deleted_time, meta.as_object_mut()) {
        meta.insert("deleted_time".into(), time.into());
    }
    let mut files = vec![yaml::file("meta.yaml", &meta)?];
    // Without these MLflow 3 takes the folder for no run, even where there is nothing in them.
    files.extend(["metrics/", "params/"].map(|folder| ExportFile::new(folder, "")));
    files.extend(params(run));
    files.extend(metrics(run, None));
    files.extend(tags(&all_tags(run)).into_iter().map(|file| file.under("tags")));
    files.extend(dataset::of_run(run)?);
    if has_model {
        files.push(model::output(run)?);
    }
    files.extend(artifacts(run)?.into_iter().map(|file| file.under("artifacts")));
    Ok(files)
}

/// `params/<key>`: the value, nothing else.
pub(super) fn params(run: &RunRecord) -> Vec<ExportFile> {
    let paths = keys::paths(run.params.iter().map(|param| param.key.as_str()));
    let file = |(path, param): (&String, &crate::tracking::Param)| {
        ExportFile::new(format!("params/{path}"), param.value.clone())
    };
    paths.iter().zip(&run.params).map(file).collect()
}

/// `metrics/<key>`: a line `timestamp value step` for each value; in a LoggedModel `run_id` after it.
pub(super) fn metrics(run: &RunRecord, run_id: Option<&str>) -> Vec<ExportFile> {
    let names = metric_keys(run);
    let line = |metric: &MetricRecord| {
        let of = run_id.map_or_else(String::new, |run_id| format!(" {run_id}"));
        // Debug writes the shortest text that reads back as the same double, with an exponent where it is shorter.
        format!("{} {:?} {}{of}\n", metric.timestamp, metric.value, metric.step)
    };
    let file = |(path, key): (String, &&str)| {
        let text: String = run.metrics.iter().filter(|metric| metric.key == *key).map(line).collect();
        ExportFile::new(format!("metrics/{path}"), text)
    };
    keys::paths(names.iter().copied()).into_iter().zip(&names).map(file).collect()
}

pub(super) fn metric_keys(run: &RunRecord) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for metric in &run.metrics {
        if !names.contains(&metric.key.as_str()) {
            names.push(&metric.key);
        }
    }
    names
}

/// Tags as files.
pub(super) fn tags(tags: &[Tag]) -> Vec<ExportFile> {
    let paths = keys::paths(tags.iter().map(|tag| tag.key.as_str()));
    paths.into_iter().zip(tags).map(|(path, tag)| ExportFile::new(path, tag.value.clone())).collect()
}

/// The run's tags, and one that says which keys have another name here, if any have.
pub(super) fn all_tags(run: &RunRecord) -> Vec<Tag> {
    let mut tags = run.tags.clone();
    let mut names = Map::new();
    let mut add = |kind: &str, renamed: std::collections::BTreeMap<String, String>| {
        if !renamed.is_empty() {
            names.insert(kind.to_owned(), json!(renamed));
        }
    };
    add("params", keys::renamed(run.params.iter().map(|param| param.key.as_str())));
    add("metrics", keys::renamed(metric_keys(run)));
    add("tags", keys::renamed(run.tags.iter().map(|tag| tag.key.as_str())));
    if !names.is_empty() {
        tags.push(Tag { key: RENAMED_TAG.into(), value: Value::Object(names).to_string() });
    }
    tags
}

/// What MLflow's page shows under the run's artifacts, beside the model.
pub(super) fn artifacts(run: &RunRecord) -> Result<Vec<ExportFile>, ExportError> {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).map(|text| text + "\n");
    let whole = run_json(run);
    let mut files =
        vec![ExportFile::new("run.json", pretty(&whole)?), ExportFile::new("pipeline.json", run.spec.to_json())];
    if let Some(metrics) = whole.get("metrics").filter(|_| !run.metrics.is_empty()) {
        files.push(ExportFile::new("metrics.json", pretty(metrics)?));
    }
    for output in &run.outputs {
        match output {
            StepOutput::Train(training) => {
                if let Some(report) = &training.report {
                    files.push(ExportFile::new("regression_report.md", report.markdown()));
                    files.push(ExportFile::new("regression_report.json", pretty(&serde_json::to_value(report)?)?));
                }
                if let Some(report) = &training.logit {
                    files.push(ExportFile::new("logit_report.md", report.markdown()));
                    files.push(ExportFile::new("logit_report.json", pretty(&serde_json::to_value(report)?)?));
                }
                if let Some(sweep) = &training.sweep {
                    files.push(ExportFile::new("sweep.json", pretty(&serde_json::to_value(sweep)?)?));
                }
            }
            StepOutput::Evaluate(evaluation) => {
                if let Some(cv) = &evaluation.cv {
                    files.push(ExportFile::new("cross_validation.json", pretty(&serde_json::to_value(cv)?)?));
                }
            }
            _ => {}
        }
    }
    Ok(files)
}

/// MLflow's number.
pub(super) fn status(status: RunStatus) -> u8 {
    match status {
        RunStatus::Running => 1,
        RunStatus::Scheduled => 2,
        RunStatus::Finished => 3,
        RunStatus::Failed => 4,
        RunStatus::Killed => 5,
    }
}
