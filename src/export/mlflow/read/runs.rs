//! Runs of a tree.

use serde_json::Value;

use super::experiments::{stage, tags};
use super::tree::Tree;
use super::yaml::Meta;
use super::{ForeignRun, ImportError, Imported, ImportedRun};
use crate::evaluate::DataSplit;
use crate::export::mlflow::RENAMED_TAG;
use crate::pipeline::PipelineSpec;
use crate::tracking::{
    DatasetInput, Experiment, LifecycleStage, MetricRecord, NAME_TAG, Param, RunInfo, RunStatus, RunSummary, Tag,
    metric_key, tag,
};

/// Values of one metric that a row keeps: the last ones of a longer history.
const MAX_HISTORY: usize = 10_000;

/// Reads the runs of an experiment.
pub(super) fn read(tree: &Tree, folder: &str, experiment: &Experiment, into: &mut Imported) -> Result<(), ImportError> {
    for name in tree.folders(folder) {
        if matches!(name.as_str(), "tags" | "datasets" | "models" | "traces" | "assessments") {
            continue;
        }
        let place = format!("{folder}/{name}");
        let Some(meta) = Meta::read(tree, &format!("{place}/meta.yaml"))? else {
            into.notes.push(format!("{place} has no meta.yaml, so it is no run that MLflow knows; it was left out."));
            continue;
        };
        let id = meta.text("run_id").or_else(|| meta.text("run_uuid"));
        let Some(run_id) = id.filter(|id| is_id(id)) else {
            into.notes.push(format!("{place} has no run id; it was left out."));
            continue;
        };
        if into.runs.iter().any(|run| run.row.info.run_id == run_id) {
            into.notes.push(format!("{place} has the id of another run; it was left out."));
            continue;
        }
        let run = run(tree, (folder, &place), run_id, &meta, (experiment, &mut into.notes))?;
        into.runs.push(run);
    }
    Ok(())
}

/// MLflow's rule for ids that a person chooses; its own are 32 hexadecimal digits.
fn is_id(id: &str) -> bool {
    let starts_well = id.starts_with(|c: char| c.is_ascii_alphanumeric());
    starts_well && id.len() <= 256 && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

fn run(
    tree: &Tree,
    (folder, place): (&str, &str),
    run_id: String,
    meta: &Meta,
    (experiment, notes): (&Experiment, &mut Vec<String>),
) -> Result<ImportedRun, ImportError> {
    let names = Renamed::read(tree, place)?;
    let mut tags = tags(tree, place)?;
    tags.iter_mut().for_each(|tag| tag.key = names.key("tags", &tag.key));
    let name = meta.text("run_name").filter(|name| !name.is_empty());
    let name = name.or_else(|| tag(&tags, NAME_TAG).map(str::to_owned)).or_else(|| meta.text("name"));
    let run_name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| run_id.chars().take(8).collect());
    if tag(&tags, NAME_TAG).is_none() {
        tags.push(Tag { key: NAME_TAG.into(), value: run_name.clone() });
    }
    let status = status(meta, &run_name, notes);
    let param = |(key, value): (String, String)| Param { key: names.key("params", &key), value };
    let params = tree.texts(&format!("{place}/params"))?.into_iter().map(param).collect();
    let mut metrics = Vec::new();
    for (path, text) in tree.texts(&format!("{place}/metrics"))? {
        metrics.extend(history(&names.key("metrics", &path), &path, place, &text, notes)?);
    }
    let lifecycle_stage = stage(meta);
    let is_deleted = lifecycle_stage == LifecycleStage::Deleted;
    let start_time = meta.int("start_time").unwrap_or_default();
    let info = RunInfo {
        run_name,
        experiment_id: experiment.experiment_id.clone(),
        status,
        start_time,
        end_time: meta.int("end_time"),
        lifecycle_stage,
        deleted_time: meta.int("deleted_time").filter(|_| is_deleted),
        run_id,
    };
    let (dataset, dataset_context, dataset_source) = dataset(tree, folder, place)?;
    let spec = tree.text(&format!("{place}/artifacts/pipeline.json"))?;
    let about = ForeignRun {
        version: ForeignRun::VERSION,
        run_id: info.run_id.clone(),
        user: meta.text("user_id").filter(|user| !user.is_empty()),
        artifacts: tree.below(&format!("{place}/artifacts")).map(|(path, size)| (path.to_owned(), size)).collect(),
        dataset_context,
        dataset_source,
        spec: spec.and_then(|text| PipelineSpec::from_json(text).ok()),
    };
    Ok(ImportedRun { row: RunSummary { info, params, metrics, tags, dataset, n_cached: 0, edits: 0 }, about })
}

/// MLflow's status. A run that was under way when the folder was copied does not go on here.
fn status(meta: &Meta, run_name: &str, notes: &mut Vec<String>) -> RunStatus {
    let text = meta.text("status").unwrap_or_default();
    match text.as_str() {
        "3" | "FINISHED" => RunStatus::Finished,
        "4" | "FAILED" => RunStatus::Failed,
        "5" | "KILLED" => RunStatus::Killed,
        "1" | "RUNNING" | "2" | "SCHEDULED" => {
            notes.push(format!("{run_name} had not ended when the folder was written; it counts as stopped."));
            RunStatus::Killed
        }
        other => {
            notes.push(format!("{run_name} has the status {other:?}, which nobody knows; it counts as stopped."));
            RunStatus::Killed
        }
    }
}

/// Lines of `timestamp value step`, and perhaps a data set's name and digest after it; the oldest MLflow wrote no step.
fn history(
    key: &str,
    path: &str,
    place: &str,
    text: &str,
    notes: &mut Vec<String>,
) -> Result<Vec<MetricRecord>, ImportError> {
    let (split, name) = split_of(key);
    let mut records = Vec::new();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let left_out = lines.len().saturating_sub(MAX_HISTORY);
    if left_out > 0 {
        notes.push(format!("{place}: of {key} the last {MAX_HISTORY} values were kept, {left_out} left out."));
    }
    for line in lines.into_iter().skip(left_out) {
        let mut fields = line.split(' ').filter(|field| !field.is_empty());
        let mut next = || fields.next();
        let parsed = (|| {
            let (timestamp, value) = (next()?.parse().ok()?, next()?.parse().ok()?);
            let step = next().map_or(Some(0), |step| step.parse().ok())?;
            let (key, name) = (key.to_owned(), name.to_owned());
            Some(MetricRecord { key, name, split, value, timestamp, step })
        })();
        records.push(parsed.ok_or_else(|| ImportError::Unreadable {
            path: format!("{place}/metrics/{path}"),
            reason: format!("{:?} is no metric's value", line.chars().take(80).collect::<String>()),
        })?);
    }
    Ok(records)
}

/// MLflow's autologging and Pipette name training metrics alike.
fn split_of(key: &str) -> (DataSplit, &str) {
    for split in [DataSplit::Train, DataSplit::Cv] {
        if let Some(name) = key.strip_prefix(metric_key("", split).as_str()).filter(|name| !name.is_empty()) {
            return (split, name);
        }
    }
    (DataSplit::Test, key)
}

type Dataset = (Option<DatasetInput>, Option<String>, Option<String>);

/// The run's data set, its context and its source. Of several the one for training, else the first.
fn dataset(tree: &Tree, folder: &str, place: &str) -> Result<Dataset, ImportError> {
    let mut found: Option<(Meta, Option<String>)> = None;
    for link in tree.folders(&format!("{place}/inputs")) {
        let Some(link) = Meta::read(tree, &format!("{place}/inputs/{link}/meta.yaml"))? else { continue };
        let Some(source) = link.text("source_id") else { continue };
        let Some(meta) = Meta::read(tree, &format!("{folder}/datasets/{source}/meta.yaml"))? else { continue };
        let context = link.inner("tags", "mlflow.data.context");
        let is_training = context.as_deref() == Some("training");
        if found.is_none() || is_training {
            found = Some((meta, context));
        }
        if is_training {
            break;
        }
    }
    let Some((meta, context)) = found else { return Ok((None, None, None)) };
    let profile: Value = serde_json::from_str(&meta.text("profile").unwrap_or_default()).unwrap_or_default();
    let number = |key: &str| profile.get(key).and_then(Value::as_u64);
    let rows = number("num_rows").unwrap_or_default();
    let elements = number("num_elements").and_then(|elements| elements.checked_div(rows));
    // Pipette's own digest is longer than MLflow's field.
    let digest = profile.get("digest").and_then(Value::as_str).map(str::to_owned).or_else(|| meta.text("digest"));
    let digest = serde_json::from_value(Value::String(digest.unwrap_or_default()))
        .map_err(|error| ImportError::Unreadable { path: format!("{place}/inputs"), reason: error.to_string() })?;
    let dataset = DatasetInput {
        name: meta.text("name").unwrap_or_default(),
        digest,
        rows,
        columns: number("num_columns").or(elements).unwrap_or_default(),
        bytes: number("bytes").unwrap_or_default(),
    };
    Ok((Some(dataset), context, meta.text("source")))
}

/// The keys that an export had to write under other names.
struct Renamed(Value);

impl Renamed {
    fn read(tree: &Tree, place: &str) -> Result<Self, ImportError> {
        let text = tree.text(&format!("{place}/tags/{RENAMED_TAG}"))?;
        Ok(Self(text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()))
    }

    fn key(&self, kind: &str, path: &str) -> String {
        let key = self.0.get(kind).and_then(|names| names.get(path)).and_then(Value::as_str);
        key.unwrap_or(path).to_owned()
    }
}
