//! The five steps and what is recorded of each.

use serde::{Deserialize, Serialize};

use crate::base::Digest;

/// A step of the pipeline, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepName {
    Ingest,
    Clean,
    Split,
    Train,
    Evaluate,
}

impl StepName {
    /// All steps, in order.
    pub const ALL: [Self; 5] = [Self::Ingest, Self::Clean, Self::Split, Self::Train, Self::Evaluate];

    /// The name in files, URLs and handles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Clean => "clean",
            Self::Split => "split",
            Self::Train => "train",
            Self::Evaluate => "evaluate",
        }
    }

    /// The name as a title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Ingest => "Ingest",
            Self::Clean => "Clean",
            Self::Split => "Split",
            Self::Train => "Train",
            Self::Evaluate => "Evaluate",
        }
    }

    /// The version of the step's code: part of its cache key. Raise it when the same inputs would give another artifact.
    #[must_use]
    pub fn code_version(self) -> u32 {
        match self {
            // 2: a model says of which kind it is, features are fitted, and there is a report; numbers are refined as
            // decimals. Evaluation has folds.
            // 3: powers and products of columns are refined as such; a model that tells classes apart is judged by accuracy and
            // the like.
            // Training, 4: the inputs know the range or the categories of the training rows.
            // 5: the features know their means, and how inputs and predictions are spread over the training rows is kept.
            // 6: the report has the cells of the rows that pull most.
            // 7: weighted least squares and logistic regression have a report.
            Self::Train => 7,
            // 2: what a rule found is kept for new rows.
            Self::Clean => 2,
            Self::Evaluate => 3,
            _ => 1,
        }
    }

    /// The place in `ALL`.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// Where a step stands. Words as ZenML's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    #[default]
    Pending,
    Running,
    Completed,
    /// The artifact of an earlier run was reused.
    Cached,
    Failed,
    Cancelled,
    /// A step before it failed or was cancelled.
    Skipped,
}

impl StepStatus {
    /// The name in files and handles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cached => "cached",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
        }
    }
}

/// What a run keeps of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    pub step: StepName,
    pub status: StepStatus,
    /// Why it ran or was reused, in plain words.
    pub reason: String,
    /// Wall time of this run's part; a cached step's is the time to find it.
    pub seconds: f64,
    /// Rows it worked on, for rows per second.
    pub rows: u64,
    /// Bytes of memory that the worker held when the step ended; a worker's memory only grows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    pub cache_key: Option<Digest>,
    /// Digest of the artifact it made or reused.
    pub artifact: Option<Digest>,
    /// For a cached step: the run that made the artifact.
    pub made_by: Option<String>,
    /// Version of the step's code.
    pub code_version: u32,
}

impl StepRecord {
    /// A step that has not started.
    #[must_use]
    pub fn pending(step: StepName) -> Self {
        Self {
            step,
            status: StepStatus::Pending,
            reason: String::new(),
            seconds: 0.0,
            rows: 0,
            memory: None,
            cache_key: None,
            artifact: None,
            made_by: None,
            code_version: step.code_version(),
        }
    }
}
