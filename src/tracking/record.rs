//! The records as they are stored. Times are Unix milliseconds.

use serde::{Deserialize, Serialize};

use super::RUN_RECORD_VERSION;
use crate::base::{Digest, ErrorReport};
use crate::evaluate::DataSplit;
use crate::pipeline::{Evaluation, PipelineSpec, StepOutput, StepRecord, StepStatus, Training};
use crate::split::cv::CvSpec;

/// A named collection of runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Experiment {
    /// `0` for the default one, else 18 digits.
    pub experiment_id: String,
    pub name: String,
    pub lifecycle_stage: LifecycleStage,
    pub creation_time: i64,
    pub last_update_time: i64,
    /// The description is the tag `mlflow.note.content`; an archived one carries `pipette.archived`.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// Whether an experiment or run is in use or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifecycleStage {
    #[default]
    Active,
    Deleted,
}

/// MLflow's run statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunStatus {
    Running,
    Scheduled,
    Finished,
    Failed,
    Killed,
}

impl RunStatus {
    /// MLflow's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Scheduled => "SCHEDULED",
            Self::Finished => "FINISHED",
            Self::Failed => "FAILED",
            Self::Killed => "KILLED",
        }
    }
}

/// MLflow's `RunInfo`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// 32 hexadecimal digits.
    pub run_id: String,
    /// Three words, such as `calm-heron-31`.
    pub run_name: String,
    pub experiment_id: String,
    pub status: RunStatus,
    pub start_time: i64,
    pub end_time: Option<i64>,
    pub lifecycle_stage: LifecycleStage,
    /// When it was put into the bin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_time: Option<i64>,
}

/// A named setting of a run, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    pub key: String,
    pub value: String,
}

/// A named note on a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    pub key: String,
    pub value: String,
}

/// One measured value. `key` is MLflow's metric name: the bare name for test rows, `training_` before it for train rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricRecord {
    pub key: String,
    /// The metric's own name, without the split.
    pub name: String,
    pub split: DataSplit,
    pub value: f64,
    pub timestamp: i64,
    pub step: i64,
}

/// The dataset a run read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetInput {
    pub name: String,
    pub digest: Digest,
    pub rows: u64,
    pub columns: u64,
    pub bytes: u64,
}

/// Everything that is kept of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this record's shape.
    pub version: u32,
    pub info: RunInfo,
    pub spec: PipelineSpec,
    pub params: Vec<Param>,
    pub metrics: Vec<MetricRecord>,
    pub tags: Vec<Tag>,
    pub dataset: Option<DatasetInput>,
    /// The five steps, in order.
    pub steps: Vec<StepRecord>,
    /// Summaries of the steps that finished, in order.
    pub outputs: Vec<StepOutput>,
    /// Why it failed, if it did.
    pub error: Option<ErrorReport>,
    /// What judged it, where it was a candidate of a sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folds: Option<CandidateFolds>,
}

impl RunRecord {
    /// What is known of a run that was made elsewhere and brought in: its row. It has no pipeline, no steps and no model.
    #[must_use]
    pub fn made_elsewhere(row: RunSummary) -> Self {
        Self {
            version: RUN_RECORD_VERSION,
            info: row.info,
            spec: PipelineSpec::default(),
            params: row.params,
            metrics: row.metrics,
            tags: row.tags,
            dataset: row.dataset,
            steps: Vec::new(),
            outputs: Vec::new(),
            error: None,
            folds: None,
        }
    }

    /// Whether nothing but its row is known.
    #[must_use]
    pub fn is_made_elsewhere(&self) -> bool {
        self.steps.is_empty()
    }

    /// What training left, where it ended.
    #[must_use]
    pub fn training(&self) -> Option<&Training> {
        self.outputs.iter().find_map(|output| match output {
            StepOutput::Train(training) => Some(&**training),
            _ => None,
        })
    }

    /// What evaluation left, where it ended.
    #[must_use]
    pub fn evaluation(&self) -> Option<&Evaluation> {
        self.outputs.iter().find_map(|output| match output {
            StepOutput::Evaluate(evaluation) => Some(&**evaluation),
            _ => None,
        })
    }
}

/// What each fold said of a sweep's candidate, which was not evaluated by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateFolds {
    /// How the folds were drawn from the training rows.
    pub cv: CvSpec,
    /// Training and test rows of a fold, on average.
    pub sizes: (f64, f64),
    /// Mean squared error on each fold's test rows.
    pub mse: Vec<f64>,
    /// R² on each fold's test rows, where it is defined.
    pub r2: Vec<Option<f64>>,
}

impl CandidateFolds {
    /// A metric of every fold; empty where it is not known of all.
    #[must_use]
    pub fn of_folds(&self, metric: &str) -> Vec<f64> {
        match metric {
            "mse" => self.mse.clone(),
            "rmse" => self.mse.iter().map(|mse| mse.sqrt()).collect(),
            "r2" => self.r2.iter().copied().collect::<Option<Vec<f64>>>().unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

/// A run as a row of the runs table: light, without summaries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    pub info: RunInfo,
    pub params: Vec<Param>,
    pub metrics: Vec<MetricRecord>,
    pub tags: Vec<Tag>,
    pub dataset: Option<DatasetInput>,
    pub n_cached: usize,
    /// How often a person has changed its name, experiment or tags: what a run under way must not overwrite.
    #[serde(default)]
    pub edits: u32,
}

impl From<&RunRecord> for RunSummary {
    fn from(run: &RunRecord) -> Self {
        Self {
            info: run.info.clone(),
            params: run.params.clone(),
            metrics: run.metrics.clone(),
            tags: run.tags.clone(),
            dataset: run.dataset.clone(),
            n_cached: run.steps.iter().filter(|step| step.status == StepStatus::Cached).count(),
            edits: 0,
        }
    }
}
