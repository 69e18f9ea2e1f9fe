//! A run's model: its files among the run's artifacts, and the LoggedModel of MLflow 3 that points to them.

use serde_json::{Value, json};

use super::{ROOT, id_of, run as runs, yaml};
use crate::export::model::logged_model;
use crate::export::{ExportError, ExportFile};
use crate::registry::{RegisteredModel, versions_of};
use crate::tracking::{RunRecord, Tag};

/// The folder of the model among the artifacts, and the LoggedModel's name: `runs:/<run id>/model` finds it.
pub(super) const NAME: &str = "model";
/// MLflow's number for `READY`.
const READY: u8 = 2;

/// What is in the model's folder (`MLmodel` and what belongs to it); empty for a run without a model, or with one that no file
/// can hold, such as one of infinite coefficients: the rest of the run is taken out all the same.
///
/// # Errors
/// `Text`, `Yaml`.
pub(super) fn folder(run: &RunRecord) -> Result<Vec<ExportFile>, ExportError> {
    match logged_model(run) {
        Err(ExportError::NoModel | ExportError::NotExpressible { .. }) => Ok(Vec::new()),
        files => files,
    }
}

/// The id of the LoggedModel that a run's model is, such as `m-` and 32 hexadecimal digits: it follows from the run's.
#[must_use]
pub fn id(run: &RunRecord) -> String {
    format!("m-{}", id_of(&format!("model {}", run.info.run_id), 32))
}

/// Where the model's files lie, beside the folder `mlruns`.
pub(super) fn place(run: &RunRecord) -> String {
    format!("{ROOT}/{}/{}/artifacts/{NAME}", run.info.experiment_id, run.info.run_id)
}

/// `outputs/<model id>/meta.yaml` of the run.
pub(super) fn output(run: &RunRecord) -> Result<ExportFile, ExportError> {
    let id = id(run);
    let meta = json!({
        "destination_id": id,
        "destination_type": "MODEL_OUTPUT",
        "source_id": run.info.run_id,
        "source_type": "RUN_OUTPUT",
        "step": 0,
        "tags": {},
    });
    yaml::file(format!("outputs/{id}/meta.yaml"), &meta)
}

/// The LoggedModel. `run_folder` is where the run's files are.
pub(super) fn files(
    run: &RunRecord,
    models: &[RegisteredModel],
    run_folder: &str,
) -> Result<Vec<ExportFile>, ExportError> {
    let id = id(run);
    let time = run.info.end_time.unwrap_or(run.info.start_time);
    let meta = json!({
        "artifact_location": place(run),
        "creation_timestamp": time,
        "experiment_id": run.info.experiment_id,
        "last_updated_timestamp": time,
        "model_id": id,
        "model_type": null,
        "name": NAME,
        "source_run_id": run.info.run_id,
        "status": READY,
        "status_message": null,
    });
    let mut files = vec![yaml::file("meta.yaml", &meta)?];
    files.extend(runs::params(run));
    files.extend(runs::metrics(run, Some(&run.info.run_id)));
    let version = |(model, version): (&RegisteredModel, &crate::registry::ModelVersion)| -> Value {
        json!({ "name": model.name, "version": version.version })
    };
    let versions: Vec<Value> = versions_of(models, &run.info.run_id).into_iter().map(version).collect();
    let tag = |key: &str, value: String| Tag { key: key.into(), value };
    let mut tags = vec![tag("mlflow.user", runs::USER.into())];
    if !versions.is_empty() {
        tags.push(tag("mlflow.modelVersions", Value::from(versions).to_string()));
    }
    files.extend(runs::tags(&tags).into_iter().map(|file| file.under("tags")));
    let experiment = run_folder.rsplit_once('/').map_or(run_folder, |(experiment, _)| experiment);
    let folder = format!("{experiment}/models/{id}");
    Ok(files.into_iter().map(|file| file.under(&folder)).collect())
}
