//! Pipelines that are kept under a name, each change as a version, and templates to start from.

use serde::{Deserialize, Serialize};

use super::model::checked;
use super::{Changed, RegistryError};
use crate::base::nearest;
use crate::comparison::{Change, diff};
use crate::pipeline::PipelineSpec;
use crate::tracking::{RunStatus, RunSummary};

const MAX_NAME: usize = 250;

/// A pipeline under a name, with all its versions. Times are Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedPipeline {
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub creation_time: i64,
    /// Oldest first, from 1; never empty.
    pub versions: Vec<PipelineVersion>,
    /// Names it had: its runs and its versions' specs say them still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<String>,
}

/// A version of a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PipelineVersion {
    pub version: u32,
    pub time: i64,
    #[serde(default)]
    pub note: String,
    pub spec: PipelineSpec,
}

impl SavedPipeline {
    /// Saves a pipeline under a name, as version 1. The spec carries the name.
    ///
    /// # Errors
    /// `NoName`, `TooLong`, `NameTaken`.
    pub fn create(name: &str, spec: &PipelineSpec, all: &[Self], now: i64) -> Changed<Self> {
        let name = free_name(name, all)?;
        let words = format!("Saved the pipeline {name}.");
        let spec = PipelineSpec { name: name.clone(), ..spec.clone() };
        let version = PipelineVersion { version: 1, time: now, note: String::new(), spec };
        let pipeline = Self {
            name,
            description: String::new(),
            creation_time: now,
            versions: vec![version],
            former_names: Vec::new(),
        };
        Ok((pipeline, words))
    }

    /// Saves the next version.
    ///
    /// # Errors
    /// `Unchanged` where nothing differs from the last version.
    pub fn save(&self, spec: &PipelineSpec, note: &str, now: i64) -> Changed<Self> {
        let spec = PipelineSpec { name: self.name.clone(), ..spec.clone() };
        let last = self.versions.last();
        if let Some(last) = last.filter(|last| last.spec == spec) {
            return Err(RegistryError::Unchanged(last.version));
        }
        let version = last.map_or(0, |last| last.version) + 1;
        let mut pipeline = self.clone();
        pipeline.versions.push(PipelineVersion { version, time: now, note: note.trim().to_owned(), spec });
        Ok((pipeline, format!("Saved version {version} of the pipeline {}.", self.name)))
    }

    /// The same under another name.
    ///
    /// # Errors
    /// `NoName`, `TooLong`, `NameTaken`.
    pub fn rename(&self, name: &str, all: &[Self]) -> Changed<Self> {
        let name = free_name(name, all)?;
        let words = format!("Renamed the pipeline {} to {name}.", self.name);
        let mut former_names = self.former_names.clone();
        former_names.retain(|former| *former != name && *former != self.name);
        former_names.push(self.name.clone());
        Ok((Self { name, former_names, ..self.clone() }, words))
    }

    /// Says what it is for.
    ///
    /// # Errors
    /// None yet; in the shape of its siblings.
    pub fn describe(&self, text: &str) -> Changed<Self> {
        let words = format!("Described the pipeline {}.", self.name);
        Ok((Self { description: text.trim().to_owned(), ..self.clone() }, words))
    }

    /// A copy of a version under another name.
    ///
    /// # Errors
    /// `NoPipelineVersion`; as `create`.
    pub fn duplicate(&self, version: u32, name: &str, all: &[Self], now: i64) -> Changed<Self> {
        let (copy, _) = Self::create(name, &self.version(version)?.spec, all, now)?;
        let words = format!("Copied version {version} of {} to {}.", self.name, copy.name);
        Ok((copy, words))
    }

    /// A version.
    ///
    /// # Errors
    /// `NoPipelineVersion`.
    pub fn version(&self, version: u32) -> Result<&PipelineVersion, RegistryError> {
        let found = self.versions.iter().find(|other| other.version == version);
        found.ok_or_else(|| RegistryError::NoPipelineVersion { pipeline: self.name.clone(), version })
    }

    /// What makes one version of another, as sentences.
    ///
    /// # Errors
    /// `NoPipelineVersion`.
    pub fn changes(&self, from: u32, to: u32) -> Result<Vec<Change>, RegistryError> {
        Ok(diff(&self.version(from)?.spec, &self.version(to)?.spec))
    }

    /// Whether this is its name, or was.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.former_names.iter().any(|former| former == name)
    }

    /// Its runs, newest first: those whose tag `pipette.pipeline` is a name of it.
    #[must_use]
    pub fn runs<'a>(&self, runs: &'a [RunSummary]) -> Vec<&'a RunSummary> {
        let mut own: Vec<&RunSummary> =
            runs.iter().filter(|run| run.tag(Self::TAG).is_some_and(|name| self.is_called(name))).collect();
        own.sort_by_key(|run| std::cmp::Reverse(run.info.start_time));
        own
    }

    /// The tag by which a run says of which saved pipeline it is.
    pub const TAG: &'static str = "pipette.pipeline";

    /// Share of its ended runs that finished; `None` without any.
    #[must_use]
    pub fn success(&self, runs: &[RunSummary]) -> Option<f64> {
        let ended: Vec<RunStatus> = self.runs(runs).iter().map(|run| run.info.status).collect();
        let ended: Vec<RunStatus> =
            ended.into_iter().filter(|status| !matches!(status, RunStatus::Running | RunStatus::Scheduled)).collect();
        let finished = ended.iter().filter(|status| **status == RunStatus::Finished).count();
        (!ended.is_empty()).then(|| finished as f64 / ended.len() as f64)
    }
}

fn free_name(name: &str, all: &[SavedPipeline]) -> Result<String, RegistryError> {
    let name = checked("The name", name, MAX_NAME)?;
    if all.iter().any(|other| other.name == name) { Err(RegistryError::NameTaken(name)) } else { Ok(name) }
}

/// A column that a pipeline needs and a dataset does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    pub name: String,
    /// Columns of the dataset that look like it.
    pub nearest: Vec<String>,
    /// What can be done, in words.
    pub remedy: String,
}

/// The columns that a pipeline names and that a dataset with these columns does not have.
#[must_use]
pub fn missing_columns(spec: &PipelineSpec, columns: &[&str]) -> Vec<MissingColumn> {
    let made: Vec<String> = spec.clean.iter().flat_map(crate::clean::Rule::creates).collect();
    let mut needed = crate::clean::needed_columns(&spec.clean);
    let is_made = |name: &String| made.contains(name) || name.is_empty();
    needed.extend(spec.features.columns.iter().flatten().filter(|name| !is_made(name)).cloned());
    needed.extend(Some(&spec.features.target).filter(|name| !is_made(name)).cloned());
    needed.extend(spec.split.iter().filter_map(|split| split.stratify.clone()).filter(|name| !is_made(name)));
    let mut found: Vec<MissingColumn> = Vec::new();
    for name in needed {
        if columns.contains(&name.as_str()) || found.iter().any(|other| other.name == name) {
            continue;
        }
        let near = nearest(&name, columns.iter().copied());
        let remedy = match (near.first(), name == spec.features.target) {
            (Some(near), _) => format!("Rename {near} to {name} in the clean step, or use {near} in its place."),
            (None, true) => "Choose another target.".to_owned(),
            (None, false) => format!("Take {name} out of the rules and features that use it."),
        };
        found.push(MissingColumn { name, nearest: near, remedy });
    }
    found
}

/// Pipelines to start from: what each is for, and its spec. The first is the course's.
#[must_use]
pub fn templates() -> Vec<(&'static str, &'static str, PipelineSpec)> {
    let spec = |name: &str, json: &str| {
        let text = json.replacen('{', &format!("{{\"pipette\": 1, \"name\": \"{name}\", "), 1);
        PipelineSpec::from_json(&text).ok()
    };
    let all = [
        (
            "train_pipeline",
            "The course's pipeline: numbers only, missing ones filled by the median, 80 % train, linear regression.",
            r#"{"clean": [{"rule": "fill_missing", "strategy": "median"}, {"rule": "keep_numeric"}]}"#,
        ),
        (
            "categories",
            "Regression with categories as numbers: one-hot columns, then ridge.",
            r#"{"clean": [{"rule": "fill_missing", "strategy": "median"}],
                "features": {"encoders": [{"encoder": "one_hot_encoder"}]}, "train": [{"estimator": "ridge", "params": {}}]}"#,
        ),
        (
            "validated",
            "Judged five times: five-fold cross-validation beside the test rows, so that runs can be told apart.",
            r#"{"clean": [{"rule": "fill_missing", "strategy": "median"}, {"rule": "keep_numeric"}],
                "evaluate": {"cv": {"kind": "k_fold", "n_splits": 5, "shuffle": true, "random_state": 42}}}"#,
        ),
        (
            "sweep",
            "Ridge with nine strengths of its penalty, each judged by five-fold cross-validation; the best one is kept.",
            r#"{"clean": [{"rule": "fill_missing", "strategy": "median"}, {"rule": "keep_numeric"}],
                "train": [{"estimator": "ridge", "params": {"alpha": [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]}}],
                "evaluate": {"cv": {"kind": "k_fold", "n_splits": 5, "shuffle": true, "random_state": 42}}}"#,
        ),
    ];
    all.into_iter().filter_map(|(name, words, json)| Some((name, words, spec(name, json)?))).collect()
}
