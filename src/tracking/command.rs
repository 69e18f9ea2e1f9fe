//! What people do with runs and experiments, each as one change that can be undone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    ChangeError, DEFAULT_EXPERIMENT, Edit, Experiment, LifecycleStage, NAME_TAG, NOTE_TAG, RunSummary, Target,
};

/// The tag of an experiment that is kept, but out of the way.
pub const ARCHIVED_TAG: &str = "pipette.archived";

const MAX_NAME: usize = 500;
const MAX_KEY: usize = 250;
const MAX_TAG: usize = 8000;

/// A change of the store: what it does in words, and its edits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StoreCommand {
    /// A sentence in the past tense, such as "Renamed calm-heron-31 to best."
    pub words: String,
    pub edits: Vec<Edit>,
}

impl StoreCommand {
    /// What takes it back: the inverse edits in reverse order.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let edits = self.edits.iter().rev().map(Edit::inverse).collect();
        Self { words: format!("Took back: {}", self.words), edits }
    }

    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }
}

fn checked(what: &'static str, text: &str, most: usize) -> Result<String, ChangeError> {
    let text = text.trim();
    let length = text.chars().count();
    match length {
        0 => Err(ChangeError::NoName),
        _ if length > most => Err(ChangeError::TooLong { what, length, most }),
        _ => Ok(text.to_owned()),
    }
}

/// One run by its name, several by their number.
fn shown(runs: &[&RunSummary]) -> String {
    match runs {
        [run] => run.info.run_name.clone(),
        runs => format!("{} runs", runs.len()),
    }
}

fn of_runs<'a>(
    words: String,
    runs: &[&'a RunSummary],
    field: &str,
    from: impl Fn(&'a RunSummary) -> Option<String>,
    to: Option<&str>,
) -> StoreCommand {
    let edit = |run: &&'a RunSummary| {
        let from = from(run);
        let target = Target::Run(run.info.run_id.clone());
        (from.as_deref() != to).then(|| Edit::new(target, field, from, to.map(str::to_owned)))
    };
    StoreCommand { words, edits: runs.iter().filter_map(edit).collect() }
}

/// Gives a run another name.
///
/// # Errors
/// `NoName`, `TooLong`.
pub fn rename_run(run: &RunSummary, name: &str) -> Result<StoreCommand, ChangeError> {
    let name = checked("The name", name, MAX_KEY)?;
    let words = format!("Renamed {} to {name}.", run.info.run_name);
    Ok(of_runs(words, &[run], "name", |run| Some(run.info.run_name.clone()), Some(&name)))
}

/// The names that a pattern gives to runs, in their order: `{n}` counts from 1, `{name}` is the name so far. Where it has
/// neither, and there are several runs, a number stands at its end.
///
/// # Errors
/// `NoName`, `TooLong`.
pub fn renamed(runs: &[&RunSummary], pattern: &str) -> Result<Vec<String>, ChangeError> {
    checked("The name", pattern, MAX_KEY)?;
    let has_place = ["{n}", "{name}"].iter().any(|place| pattern.contains(place));
    let pattern = if has_place || runs.len() == 1 { pattern.to_owned() } else { format!("{} {{n}}", pattern.trim()) };
    let name = |(place, run): (usize, &&RunSummary)| {
        // The old name last: what stands in it is no pattern.
        let numbered = pattern.replace("{n}", &(place + 1).to_string());
        checked("The name", &numbered.replace("{name}", &run.info.run_name), MAX_KEY)
    };
    runs.iter().enumerate().map(name).collect()
}

/// Gives runs the names of a pattern (`renamed`), all in one change.
///
/// # Errors
/// As `renamed`.
pub fn rename_runs(runs: &[&RunSummary], pattern: &str) -> Result<StoreCommand, ChangeError> {
    if let [run] = runs {
        let names = renamed(runs, pattern)?;
        return rename_run(run, names.first().map_or("", String::as_str));
    }
    let names = renamed(runs, pattern)?;
    let edit = |(run, name): (&&RunSummary, String)| {
        let from = run.info.run_name.clone();
        (from != name).then(|| Edit::new(Target::Run(run.info.run_id.clone()), "name", Some(from), Some(name)))
    };
    let words = format!("Renamed {} to {}.", shown(runs), pattern.trim());
    Ok(StoreCommand { words, edits: runs.iter().zip(names).filter_map(edit).collect() })
}

/// Sets a tag of several runs, or takes it off them (`None`). `mlflow.note.content` is a run's description.
///
/// # Errors
/// `NoName`, `TooLong`, `ReservedTag` for the run's name, which `rename_run` changes.
pub fn tag_runs(runs: &[&RunSummary], key: &str, value: Option<&str>) -> Result<StoreCommand, ChangeError> {
    let key = tag_of(key, value)?;
    let runs_shown = shown(runs);
    let words = match value {
        Some(_) if key == NOTE_TAG => format!("Described {runs_shown}."),
        Some(value) => format!("Tagged {runs_shown} with {key} = {value}."),
        None => format!("Took the tag {key} off {runs_shown}."),
    };
    Ok(of_runs(words, runs, &format!("tag:{key}"), |run| run.tag(&key).map(str::to_owned), value))
}

fn tag_of(key: &str, value: Option<&str>) -> Result<String, ChangeError> {
    let key = checked("The tag's name", key, MAX_KEY)?;
    if key == NAME_TAG {
        return Err(ChangeError::ReservedTag(key));
    }
    let length = value.map_or(0, |value| value.chars().count());
    if length > MAX_TAG {
        return Err(ChangeError::TooLong { what: "The tag's value", length, most: MAX_TAG });
    }
    Ok(key)
}

/// Moves runs to an experiment.
///
/// # Errors
/// `ExperimentDeleted`.
pub fn move_runs(runs: &[&RunSummary], to: &Experiment) -> Result<StoreCommand, ChangeError> {
    if to.lifecycle_stage == LifecycleStage::Deleted {
        return Err(ChangeError::ExperimentDeleted(to.name.clone()));
    }
    let words = format!("Moved {} to {}.", shown(runs), to.name);
    let from = |run: &RunSummary| Some(run.info.experiment_id.clone());
    Ok(of_runs(words, runs, "experiment", from, Some(&to.experiment_id)))
}

fn deleted(run: &RunSummary) -> Option<String> {
    run.is_deleted().then(|| run.info.deleted_time.map_or_else(String::new, |time| time.to_string()))
}

/// Puts runs into the bin at `now`, in Unix milliseconds. Those that are there already stay as they are.
#[must_use]
pub fn delete_runs(runs: &[&RunSummary], now: i64) -> StoreCommand {
    let runs: Vec<&RunSummary> = runs.iter().copied().filter(|run| !run.is_deleted()).collect();
    of_runs(format!("Put {} into the bin.", shown(&runs)), &runs, "deleted", deleted, Some(&now.to_string()))
}

/// Takes runs out of the bin.
#[must_use]
pub fn restore_runs(runs: &[&RunSummary]) -> StoreCommand {
    of_runs(format!("Took {} out of the bin.", shown(runs)), runs, "deleted", deleted, None)
}

/// These runs and all that belong to them, parents before children.
#[must_use]
pub fn with_children<'a>(all: &'a [RunSummary], run_ids: &[&str]) -> Vec<&'a RunSummary> {
    let wanted: BTreeSet<&str> = run_ids.iter().copied().collect();
    let mut children: BTreeMap<&str, Vec<&'a RunSummary>> = BTreeMap::new();
    for run in all {
        if let Some(parent) = run.parent_run_id() {
            children.entry(parent).or_default().push(run);
        }
    }
    let mut found: Vec<&RunSummary> = all.iter().filter(|run| wanted.contains(run.info.run_id.as_str())).collect();
    let mut seen = wanted;
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        at += 1;
        let own = children.get(parent.info.run_id.as_str()).into_iter().flatten();
        found.extend(own.filter(|run| seen.insert(run.info.run_id.as_str())));
    }
    found
}

impl Experiment {
    /// What it is for, in a person's words.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        super::tag(&self.tags, NOTE_TAG)
    }

    /// Whether it is out of the way.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        super::tag(&self.tags, ARCHIVED_TAG).is_some()
    }

    fn edit(&self, field: &str, from: Option<String>, to: Option<String>) -> Edit {
        Edit::new(Target::Experiment(self.experiment_id.clone()), field, from, to)
    }
}

/// A name that no other active experiment has; one in the bin does not hold its name.
fn free_name(name: &str, id: &str, all: &[Experiment]) -> Result<String, ChangeError> {
    let name = checked("The name", name, MAX_NAME)?;
    let is_taken = all.iter().any(|other| {
        other.experiment_id != id && other.lifecycle_stage == LifecycleStage::Active && other.name == name
    });
    if is_taken { Err(ChangeError::NameTaken(name)) } else { Ok(name) }
}

/// Makes an experiment of this id (see `experiment_id`) at `now`, in Unix milliseconds.
///
/// # Errors
/// `NoName`, `TooLong`, `NameTaken`.
pub fn create_experiment(id: &str, name: &str, all: &[Experiment], now: i64) -> Result<StoreCommand, ChangeError> {
    let experiment = Experiment {
        experiment_id: id.to_owned(),
        name: free_name(name, id, all)?,
        lifecycle_stage: LifecycleStage::Active,
        creation_time: now,
        last_update_time: now,
        tags: Vec::new(),
    };
    let text = serde_json::to_string(&experiment).unwrap_or_default();
    let words = format!("Made the experiment {}.", experiment.name);
    Ok(StoreCommand { words, edits: vec![experiment.edit("record", None, Some(text))] })
}

/// Gives an experiment another name.
///
/// # Errors
/// `NoName`, `TooLong`, `NameTaken`.
pub fn rename_experiment(of: &Experiment, name: &str, all: &[Experiment]) -> Result<StoreCommand, ChangeError> {
    let name = free_name(name, &of.experiment_id, all)?;
    let words = format!("Renamed the experiment {} to {name}.", of.name);
    Ok(StoreCommand { words, edits: vec![of.edit("name", Some(of.name.clone()), Some(name))] })
}

/// Sets a tag of an experiment, or takes it off (`None`).
///
/// # Errors
/// `NoName`, `TooLong`, `ReservedTag`.
pub fn tag_experiment(of: &Experiment, key: &str, value: Option<&str>) -> Result<StoreCommand, ChangeError> {
    let key = tag_of(key, value)?;
    let words = match value {
        Some(value) => format!("Tagged the experiment {} with {key} = {value}.", of.name),
        None => format!("Took the tag {key} off the experiment {}.", of.name),
    };
    let from = super::tag(&of.tags, &key).map(str::to_owned);
    Ok(StoreCommand { words, edits: vec![of.edit(&format!("tag:{key}"), from, value.map(str::to_owned))] })
}

/// Says what an experiment is for; an empty text says nothing.
///
/// # Errors
/// `TooLong`.
pub fn describe_experiment(of: &Experiment, text: &str) -> Result<StoreCommand, ChangeError> {
    let command = tag_experiment(of, NOTE_TAG, Some(text).filter(|text| !text.trim().is_empty()))?;
    Ok(StoreCommand { words: format!("Described the experiment {}.", of.name), ..command })
}

/// Puts an experiment out of the way, or back.
#[must_use]
pub fn archive_experiment(of: &Experiment, archived: bool) -> StoreCommand {
    let from = super::tag(&of.tags, ARCHIVED_TAG).map(str::to_owned);
    let to = archived.then(|| "true".to_owned());
    let words = format!("{} the experiment {}.", if archived { "Archived" } else { "Brought back" }, of.name);
    StoreCommand { words, edits: vec![of.edit(&format!("tag:{ARCHIVED_TAG}"), from, to)] }
}

/// Puts an experiment and its active runs into the bin. `runs` are all runs.
///
/// # Errors
/// `DefaultExperiment`.
pub fn delete_experiment(of: &Experiment, runs: &[RunSummary], now: i64) -> Result<StoreCommand, ChangeError> {
    if of.experiment_id == DEFAULT_EXPERIMENT {
        return Err(ChangeError::DefaultExperiment);
    }
    let own: Vec<&RunSummary> = runs.iter().filter(|run| run.info.experiment_id == of.experiment_id).collect();
    let mut edits = vec![of.edit("deleted", None, Some(now.to_string()))];
    let of_runs = delete_runs(&own, now).edits;
    let words = match of_runs.len() {
        0 => format!("Put the experiment {} into the bin.", of.name),
        1 => format!("Put the experiment {} and its run into the bin.", of.name),
        n => format!("Put the experiment {} and its {n} runs into the bin.", of.name),
    };
    edits.extend(of_runs);
    Ok(StoreCommand { words, edits })
}

/// Takes an experiment out of the bin, with the runs that went with it.
///
/// # Errors
/// `NameTaken` when another has its name by now.
pub fn restore_experiment(
    of: &Experiment,
    all: &[Experiment],
    runs: &[RunSummary],
) -> Result<StoreCommand, ChangeError> {
    free_name(&of.name, &of.experiment_id, all)?;
    let went_with_it = |run: &&RunSummary| {
        run.info.experiment_id == of.experiment_id && run.info.deleted_time == Some(of.last_update_time)
    };
    let own: Vec<&RunSummary> = runs.iter().filter(went_with_it).collect();
    let mut edits = vec![of.edit("deleted", Some(of.last_update_time.to_string()), None)];
    edits.extend(restore_runs(&own).edits);
    Ok(StoreCommand { words: format!("Took the experiment {} out of the bin.", of.name), edits })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;

    #[test]
    fn a_pattern_counts_and_keeps_names_and_is_one_change() {
        let named = |name: &str| RunSummary::from(&run_record(name, 0));
        let rows = ["calm", "b{n}ld", "x 3"].map(named);
        let rows: Vec<&RunSummary> = rows.iter().collect();
        let mut old: Vec<String> = rows.iter().map(|run| run.info.run_name.clone()).collect();
        assert_eq!(renamed(&rows, "x {n}"), Ok(vec!["x 1".into(), "x 2".into(), "x 3".into()]));
        assert_eq!(renamed(&rows, " x "), renamed(&rows, "x {n}"));
        // What stands in an old name is no pattern.
        old.iter_mut().enumerate().for_each(|(place, name)| *name = format!("{}: {name}", place + 1));
        assert_eq!(renamed(&rows, "{n}: {name}"), Ok(old));
        assert_eq!(renamed(&rows, "  "), Err(ChangeError::NoName));
        let change = rename_runs(&rows, "x {n}").unwrap();
        assert_eq!(change.words, "Renamed 3 runs to x {n}.");
        assert_eq!(change.edits.len(), rows.iter().filter(|run| run.info.run_name != "x 3").count());
        assert_eq!(rename_runs(&rows[..1], "x").unwrap(), rename_run(rows[0], "x").unwrap());
    }
}
