//! An `mlruns` folder, of MLflow 2 or 3, read back: also runs that were never made here.
//!
//! Archives come from anywhere, so nothing is unpacked to a disk, everything has a limit, and what breaks one refuses the
//! whole. What is merely odd (a run without its file, a status nobody knows) is left out or mended, and said in `notes`.

mod bring_in;
mod experiments;
mod models;
mod runs;
#[cfg(test)]
mod tests;
mod tree;
mod yaml;

use serde::{Deserialize, Serialize};

pub use bring_in::Present;
pub use tree::is_read;

pub use crate::export::ImportError;
use crate::export::unzip::{Limits, PackedFile};
use crate::pipeline::PipelineSpec;
use crate::registry::RegisteredModel;
use crate::tracking::{Experiment, FOREIGN_RUN, RunSummary};
use tree::Tree;

/// What was in the folder.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Imported {
    pub experiments: Vec<Experiment>,
    /// Newest first.
    pub runs: Vec<ImportedRun>,
    pub models: Vec<RegisteredModel>,
    /// What was left out or mended, in sentences.
    pub notes: Vec<String>,
}

/// A run: its row of the runs table, and what a row has no place for.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedRun {
    pub row: RunSummary,
    pub about: ForeignRun,
}

/// What is known of a run that was brought in, beside its row. It has no steps, no outputs and, if Pipette did not make it,
/// no pipeline: it can be looked at, searched and compared by its params and metrics, and not be reproduced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForeignRun {
    pub version: u32,
    pub run_id: String,
    /// Who made it, as MLflow says.
    #[serde(default)]
    pub user: Option<String>,
    /// The files that it kept, which were not brought in: paths and bytes.
    #[serde(default)]
    pub artifacts: Vec<(String, u64)>,
    /// The context that MLflow gives the data set, such as `training`, and where it came from.
    #[serde(default)]
    pub dataset_context: Option<String>,
    #[serde(default)]
    pub dataset_source: Option<String>,
    /// Of a run that Pipette made.
    #[serde(default)]
    pub spec: Option<PipelineSpec>,
}

impl ForeignRun {
    /// The kind of document that a store keeps it as, under the run's id.
    pub const KIND: &'static str = FOREIGN_RUN;
    /// The version of its shape.
    pub const VERSION: u32 = 1;
}

/// Reads a ZIP archive of an `mlruns` folder, wherever in it the folder lies.
///
/// # Errors
/// `ImportError`: then nothing was read.
pub fn read_zip(bytes: &[u8]) -> Result<Imported, ImportError> {
    read_zip_within(bytes, Limits::default())
}

/// The same with other limits.
///
/// # Errors
/// As `read_zip`.
pub fn read_zip_within(bytes: &[u8], limits: Limits) -> Result<Imported, ImportError> {
    read(&Tree::unzip(bytes, limits)?)
}

/// Reads an `mlruns` folder that a person opened.
///
/// # Errors
/// As `read_zip`.
pub fn read_folder(files: Vec<PackedFile>) -> Result<Imported, ImportError> {
    read(&Tree::of_folder(files, Limits::default())?)
}

fn read(tree: &Tree) -> Result<Imported, ImportError> {
    let mut imported = Imported::default();
    for folder in experiments::folders(tree) {
        let Some(experiment) = experiments::read(tree, &folder)? else { continue };
        runs::read(tree, &folder, &experiment, &mut imported)?;
        imported.experiments.push(experiment);
    }
    imported.experiments.sort_by_key(|experiment| experiment.creation_time);
    imported.runs.sort_by(|a, b| {
        let key = |run: &ImportedRun| (std::cmp::Reverse(run.row.info.start_time), run.row.info.run_id.clone());
        key(a).cmp(&key(b))
    });
    models::read(tree, &mut imported)?;
    Ok(imported)
}
