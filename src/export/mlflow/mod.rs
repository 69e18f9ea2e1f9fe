//! MLflow's file store: an `mlruns` folder that the real MLflow opens, and the way back from one.
//!
//! Locations inside are relative to the folder that holds `mlruns`, because nobody knows here where it will lie;
//! `open_in_mlflow.py` makes them absolute. MLflow 2.3 to 3 read the same tree: a model's files are a run's artifacts
//! (`artifacts/model`, where MLflow 2 looks), and a LoggedModel of MLflow 3 points to them.

mod dataset;
mod experiment;
mod keys;
pub mod live;
mod model;
pub mod read;
mod registry;
mod run;
mod scripts;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::BTreeMap;

pub use model::id as model_id;

use super::{Export, ExportError, ExportFile, ExportGroup, ExportKind, archive};
use crate::base::Digest;
use crate::registry::RegisteredModel;
use crate::tracking::{DEFAULT_EXPERIMENT, Experiment, LifecycleStage, RunRecord, child_runs};

/// The tag that keeps the keys that MLflow's file store cannot hold as they are: JSON, by the key that stands for them.
pub(super) const RENAMED_TAG: &str = "pipette.renamed_keys";

/// The folder of the tree.
const ROOT: &str = "mlruns";

/// One run and, of a sweep, its candidates.
pub(super) const MLFLOW: Export = Export {
    kind: ExportKind::Mlflow,
    name: "mlflow",
    title: "MLflow",
    group: ExportGroup::Tracking,
    takes_many: true,
    ending: "-mlflow.zip",
    media_type: "application/zip",
    contains: "An mlruns folder for the real MLflow: params, metrics, tags, data set, artifacts and the model.",
    usage: &[
        "Unzip it, then: python open_in_mlflow.py   (needs: pip install mlflow)",
        "It moves the runs into mlflow.db and starts MLflow's page on http://127.0.0.1:5000",
        "Into a server you have: python import_runs.py --tracking-uri http://HOST:5000",
    ],
};

/// What is taken out: runs with the experiments that they are in and the models that were registered from them.
#[derive(Debug, Clone, Copy)]
pub struct Workspace<'a> {
    /// Those that no run is in are written as well; a run whose experiment is not here gets one named after its id.
    pub experiments: &'a [Experiment],
    /// With the children of sweeps.
    pub runs: &'a [RunRecord],
    /// Versions whose run is not among `runs`, or has no model, are left out.
    pub models: &'a [RegisteredModel],
}

impl Workspace<'_> {
    /// The ZIP: the tree, the two scripts and a README.
    ///
    /// # Errors
    /// As `files`; `Archive`.
    pub fn zip(&self) -> Result<Vec<u8>, ExportError> {
        archive::zip(&self.files()?)
    }

    /// The files of the ZIP.
    ///
    /// # Errors
    /// `Yaml`, `Text`; what the model's export refuses.
    pub fn files(&self) -> Result<Vec<ExportFile>, ExportError> {
        self.files_with(&model::folder)
    }

    /// The same with the contents of a model's folder from elsewhere; an empty folder is a run without a model.
    fn files_with(
        &self,
        folder: &dyn Fn(&RunRecord) -> Result<Vec<ExportFile>, ExportError>,
    ) -> Result<Vec<ExportFile>, ExportError> {
        let mut folders: BTreeMap<&str, Vec<ExportFile>> = BTreeMap::new();
        for run in self.runs {
            let files = folder(run)?;
            if !files.is_empty() {
                folders.insert(&run.info.run_id, files);
            }
        }
        let experiments = self.all_experiments();
        let with_model: Vec<&RunRecord> =
            self.runs.iter().filter(|run| folders.contains_key(run.info.run_id.as_str())).collect();
        let mut files = Vec::new();
        for experiment in &experiments {
            files.extend(experiment::files(experiment, &self.runs_of(experiment))?);
        }
        for run in self.runs {
            let place = location(&experiments, run);
            let own = folders.remove(run.info.run_id.as_str());
            files.extend(run::files(run, own.is_some())?.into_iter().map(|file| file.under(&place)));
            if let Some(own) = own {
                files.extend(model::files(run, self.models, &place)?);
                files.extend(own.into_iter().map(|file| file.under(&format!("{place}/artifacts/{}", model::NAME))));
            }
        }
        files.extend(registry::files(self.models, &with_model)?);
        files.extend(scripts::files(self, &experiments));
        Ok(files)
    }

    fn runs_of(&self, experiment: &Experiment) -> Vec<&RunRecord> {
        self.runs.iter().filter(|run| run.info.experiment_id == experiment.experiment_id).collect()
    }

    /// The default one first, which MLflow expects to be there; then those given; then those that only runs name.
    fn all_experiments(&self) -> Vec<Experiment> {
        let mut found: BTreeMap<&str, Experiment> =
            self.experiments.iter().map(|one| (one.experiment_id.as_str(), one.clone())).collect();
        let ids = self.runs.iter().map(|run| run.info.experiment_id.as_str());
        for id in ids.chain([DEFAULT_EXPERIMENT]) {
            let of_it = self.runs.iter().filter(|run| run.info.experiment_id == id);
            let time = of_it.map(|run| run.info.start_time).min().unwrap_or_default();
            let name = if id == DEFAULT_EXPERIMENT { "Default".to_owned() } else { format!("Experiment {id}") };
            found.entry(id).or_insert_with(|| Experiment {
                experiment_id: id.to_owned(),
                name,
                lifecycle_stage: LifecycleStage::Active,
                creation_time: time,
                last_update_time: time,
                tags: Vec::new(),
            });
        }
        found.into_values().collect()
    }
}

/// One run as a ZIP. The candidates of its sweep get ids that follow from its own, since nobody has given them any.
pub(super) fn one_run(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    let mut place = 0_u32;
    let children = child_runs(run, || {
        place += 1;
        let digest = Digest::of(format!("{} {place}", run.info.run_id).as_bytes());
        let mut bytes = [0_u8; 16];
        for (byte, letter) in bytes.iter_mut().zip(digest.short(32).as_bytes().chunks(2)) {
            let hex = std::str::from_utf8(letter).unwrap_or_default();
            *byte = u8::from_str_radix(hex, 16).unwrap_or_default();
        }
        bytes
    });
    let runs: Vec<RunRecord> = std::iter::once(run.clone()).chain(children).collect();
    Workspace { experiments: &[], runs: &runs, models: &[] }.zip()
}

/// The folder of an experiment. One in the bin lies where MLflow puts it.
fn experiment_folder(experiment: &Experiment) -> String {
    match experiment.lifecycle_stage {
        LifecycleStage::Active => format!("{ROOT}/{}", experiment.experiment_id),
        LifecycleStage::Deleted => format!("{ROOT}/.trash/{}", experiment.experiment_id),
    }
}

/// The folder of a run.
fn location(experiments: &[Experiment], run: &RunRecord) -> String {
    let own = experiments.iter().find(|one| one.experiment_id == run.info.experiment_id);
    let folder = own.map_or_else(|| format!("{ROOT}/{}", run.info.experiment_id), experiment_folder);
    format!("{folder}/{}", run.info.run_id)
}

/// `n` hexadecimal digits that follow from a text: an id that is the same each time.
fn id_of(text: &str, n: usize) -> String {
    Digest::of(text.as_bytes()).short(n).to_owned()
}
