//! An experiment's files, and the data sets that its runs read.

use serde_json::json;

use super::{ROOT, dataset, experiment_folder, keys, yaml};
use crate::export::{ExportError, ExportFile};
use crate::tracking::{Experiment, LifecycleStage, RunRecord};

pub(super) fn files(experiment: &Experiment, runs: &[&RunRecord]) -> Result<Vec<ExportFile>, ExportError> {
    let id = &experiment.experiment_id;
    let meta = json!({
        "artifact_location": format!("{ROOT}/{id}"),
        "creation_time": experiment.creation_time,
        "experiment_id": id,
        "last_update_time": experiment.last_update_time,
        "lifecycle_stage": stage(experiment.lifecycle_stage),
        "name": experiment.name,
    });
    let mut files = vec![yaml::file("meta.yaml", &meta)?];
    let paths = keys::paths(experiment.tags.iter().map(|tag| tag.key.as_str()));
    files.extend(
        paths
            .iter()
            .zip(&experiment.tags)
            .map(|(path, tag)| ExportFile::new(format!("tags/{path}"), tag.value.clone())),
    );
    files.extend(dataset::of_experiment(runs)?);
    let folder = experiment_folder(experiment);
    Ok(files.into_iter().map(|file| file.under(&folder)).collect())
}

/// MLflow's word.
pub(super) fn stage(stage: LifecycleStage) -> &'static str {
    match stage {
        LifecycleStage::Active => "active",
        LifecycleStage::Deleted => "deleted",
    }
}
