//! `PipelineSpec`: what is edited, undone, shared, saved with a run and exported. `pipeline.json` is its JSON.

use serde::{Deserialize, Serialize};

use super::RandomSearch;
use crate::base::{Coded, Digest};
use crate::clean::Rule;
use crate::estimators::TrainEntry;
use crate::evaluate::EvaluateSpec;
use crate::features::FeatureSpec;
use crate::ingest::IngestOptions;
use crate::split::SplitSpec;

/// The version of the pipeline file that this code writes.
pub(crate) const VERSION: u32 = 1;

/// A whole pipeline as a value. Same spec and same dataset digest give the same numbers, on every machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineSpec {
    /// The file's version.
    pub pipette: u32,
    #[serde(default = "default_name")]
    pub name: String,
    #[serde(default)]
    pub dataset: DatasetRef,
    #[serde(default)]
    pub ingest: IngestOptions,
    #[serde(default)]
    pub clean: Vec<Rule>,
    /// `None` trains on all rows.
    #[serde(default = "default_split")]
    pub split: Option<SplitSpec>,
    #[serde(default)]
    pub features: FeatureSpec,
    /// Several entries, or lists as values, make a sweep.
    #[serde(default = "default_train")]
    pub train: Vec<TrainEntry>,
    /// Tries some of a sweep's candidates, drawn at random; `None` tries all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<RandomSearch>,
    #[serde(default)]
    pub evaluate: EvaluateSpec,
}

impl Default for PipelineSpec {
    fn default() -> Self {
        Self {
            pipette: VERSION,
            name: default_name(),
            dataset: DatasetRef::default(),
            ingest: IngestOptions::default(),
            clean: Vec::new(),
            split: default_split(),
            features: FeatureSpec::default(),
            train: default_train(),
            search: None,
            evaluate: EvaluateSpec::default(),
        }
    }
}

fn default_name() -> String {
    "train_pipeline".into()
}

fn default_split() -> Option<SplitSpec> {
    Some(SplitSpec::default())
}

fn default_train() -> Vec<TrainEntry> {
    vec![TrainEntry::default()]
}

/// Which file the pipeline is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatasetRef {
    /// The file's name, for people.
    pub name: String,
    /// The digest of its bytes, which is what counts.
    pub digest: Option<Digest>,
}

/// Why a text is not a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    #[error("This is not a pipeline file: {0}. A pipeline file is the JSON that “Save pipeline” writes.")]
    Unreadable(String),
    #[error(
        "This pipeline file is of version {0}; this Pipette reads version {VERSION}. Reload the page for a newer one."
    )]
    Version(u32),
}

impl Coded for SpecError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "pipeline.unreadable_spec",
            Self::Version(_) => "pipeline.spec_version",
        }
    }
}

impl PipelineSpec {
    /// Reads a pipeline file.
    ///
    /// # Errors
    /// `Version` for one that is newer; `Unreadable` naming the unknown or wrong field, with its line and column.
    pub fn from_json(text: &str) -> Result<Self, SpecError> {
        #[derive(Deserialize)]
        struct Version {
            pipette: u32,
        }
        if let Ok(Version { pipette }) = serde_json::from_str(text)
            && pipette != VERSION
        {
            return Err(SpecError::Version(pipette));
        }
        serde_json::from_str(text).map_err(|error| SpecError::Unreadable(error.to_string()))
    }

    /// The pipeline file, indented.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// One line of JSON with fields in a fixed order: what digests and links are made of.
    #[must_use]
    pub fn to_canonical_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_its_default() {
        let spec = PipelineSpec::from_json(r#"{"pipette": 1}"#).unwrap();
        assert_eq!(spec, PipelineSpec::default());
        assert_eq!(PipelineSpec::from_json(&spec.to_json()), Ok(spec));
    }

    #[test]
    fn what_is_unknown_is_named() {
        let unknown = |text| PipelineSpec::from_json(text).unwrap_err().to_string();
        assert!(unknown(r#"{"pipette": 1, "colour": 3}"#).contains("`colour`"));
        assert!(unknown(r#"{"pipette": 1, "clean": [{"rule": "polish"}]}"#).contains(r#"no rule "polish""#));
        assert!(unknown(r#"{"pipette": 1, "train": [{"estimator": "oracle", "params": {}}]}"#).contains("`oracle`"));
        assert!(unknown(r#"{"pipette": 1, "split": {"test_siz": 0.2}}"#).contains("`test_siz`"));
        assert_eq!(PipelineSpec::from_json(r#"{"pipette": 9, "new": 1}"#), Err(SpecError::Version(9)));
    }

    #[test]
    fn no_split_is_said_by_null() {
        assert_eq!(PipelineSpec::from_json(r#"{"pipette": 1, "split": null}"#).unwrap().split, None);
    }
}
