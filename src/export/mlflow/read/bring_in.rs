//! What was read, as one change of the store that can be taken back.

use super::{ForeignRun, Imported, ImportedRun};
use crate::registry::{RegisteredModel, Saved};
use crate::tracking::{
    DEFAULT_EXPERIMENT, Edit, Experiment, LifecycleStage, RunSummary, StoreCommand, Target, row_text,
};

/// What the store holds already.
#[derive(Debug, Clone, Copy)]
pub struct Present<'a> {
    /// Those in the bin too.
    pub runs: &'a [RunSummary],
    pub experiments: &'a [Experiment],
    pub models: &'a [RegisteredModel],
}

impl Imported {
    /// The change that brings it in, and what was left out or renamed, in sentences. A run or a model that is there already
    /// stays as it is, so bringing the same folder in twice changes nothing.
    #[must_use]
    pub fn command(&self, present: Present) -> (StoreCommand, Vec<String>) {
        let mut notes = self.notes.clone();
        let is_new = |run: &&ImportedRun| !present.runs.iter().any(|row| row.info.run_id == run.row.info.run_id);
        let new: Vec<&ImportedRun> = self.runs.iter().filter(is_new).collect();
        if new.len() < self.runs.len() {
            notes.push(format!(
                "{} of {} runs are here already; they stay as they are.",
                self.runs.len() - new.len(),
                self.runs.len()
            ));
        }
        let mut edits = self.new_experiments(&new, present.experiments, &mut notes);
        for run in &new {
            let id = &run.row.info.run_id;
            edits.push(Edit::new(Target::Run(id.clone()), "record", None, Some(row_text(&run.row))));
            let text = serde_json::to_string(&run.about).unwrap_or_default();
            edits.push(Edit::document(ForeignRun::KIND, id, None, Some(text)));
        }
        let mut names: Vec<String> = present.models.iter().map(|model| model.name.clone()).collect();
        let mut n_models = 0;
        for model in &self.models {
            let is_same = |other: &&RegisteredModel| other.name == model.name && runs_of(other) == runs_of(model);
            if present.models.iter().any(|other| is_same(&other)) {
                continue;
            }
            let name = free(&model.name, |name| names.iter().any(|other| other == name));
            if name != model.name {
                notes.push(format!("There is a model {} already; the one brought in is {name}.", model.name));
            }
            names.push(name.clone());
            edits.extend(Saved::create((RegisteredModel { name, ..model.clone() }, String::new())).edits);
            n_models += 1;
        }
        let words = format!("Brought in {} and {} from MLflow.", counted(new.len(), "run"), counted(n_models, "model"));
        (StoreCommand { words, edits }, notes)
    }

    /// Experiments that are not here yet: those with new runs, and those that were made and left empty.
    fn new_experiments(&self, new: &[&ImportedRun], present: &[Experiment], notes: &mut Vec<String>) -> Vec<Edit> {
        let mut edits = Vec::new();
        for experiment in &self.experiments {
            let id = &experiment.experiment_id;
            let is_used = new.iter().any(|run| run.row.info.experiment_id == *id);
            let is_default = id == DEFAULT_EXPERIMENT;
            if present.iter().any(|other| other.experiment_id == *id) || is_default {
                if is_used && !is_default {
                    notes.push(format!("The experiment {} is here already; its new runs join it.", experiment.name));
                }
                continue;
            }
            let is_taken = |name: &str| {
                present.iter().any(|other| other.lifecycle_stage == LifecycleStage::Active && other.name == name)
            };
            let name = free(&experiment.name, is_taken);
            if name != experiment.name {
                notes
                    .push(format!("There is an experiment {} already; the one brought in is {name}.", experiment.name));
            }
            let text = serde_json::to_string(&Experiment { name, ..experiment.clone() }).unwrap_or_default();
            edits.push(Edit::new(Target::Experiment(id.clone()), "record", None, Some(text)));
        }
        edits
    }
}

fn runs_of(model: &RegisteredModel) -> Vec<(u32, &str)> {
    model.versions.iter().map(|version| (version.version, version.run_id.as_str())).collect()
}

/// The name, or the first of `name (2)`, `name (3)` … that is free.
fn free(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut candidate = name.to_owned();
    let mut number = 1;
    while is_taken(&candidate) {
        number += 1;
        candidate = format!("{name} ({number})");
    }
    candidate
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
