//! Experiments of a tree.

use super::ImportError;
use super::tree::Tree;
use super::yaml::Meta;
use crate::export::mlflow::RENAMED_TAG;
use crate::tracking::{Experiment, LifecycleStage, Tag};

/// The folders that may be experiments', deleted ones last.
pub(super) fn folders(tree: &Tree) -> Vec<String> {
    let deleted = tree.folders(".trash").into_iter().map(|folder| format!(".trash/{folder}"));
    let active = tree.folders("").into_iter().filter(|folder| !matches!(folder.as_str(), ".trash" | "models"));
    active.chain(deleted).collect()
}

/// An experiment; `None` for a folder that is none.
pub(super) fn read(tree: &Tree, folder: &str) -> Result<Option<Experiment>, ImportError> {
    let Some(meta) = Meta::read(tree, &format!("{folder}/meta.yaml"))? else { return Ok(None) };
    let Some(experiment_id) = meta.text("experiment_id") else { return Ok(None) };
    let name = meta.text("name").unwrap_or_else(|| format!("Experiment {experiment_id}"));
    Ok(Some(Experiment {
        lifecycle_stage: stage(&meta),
        // MLflow before 1.29 kept no times of experiments.
        creation_time: meta.int("creation_time").unwrap_or_default(),
        last_update_time: meta.int("last_update_time").unwrap_or_default(),
        tags: tags(tree, folder)?,
        experiment_id,
        name,
    }))
}

pub(super) fn stage(meta: &Meta) -> LifecycleStage {
    match meta.text("lifecycle_stage").as_deref() {
        Some("deleted") => LifecycleStage::Deleted,
        _ => LifecycleStage::Active,
    }
}

/// The tags of what lies in a folder.
pub(super) fn tags(tree: &Tree, folder: &str) -> Result<Vec<Tag>, ImportError> {
    let texts = tree.texts(&format!("{folder}/tags"))?;
    Ok(texts.into_iter().filter(|(key, _)| key != RENAMED_TAG).map(|(key, value)| Tag { key, value }).collect())
}
