//! The only thing a screen listens to while a pipeline runs.

use serde::{Deserialize, Serialize};

use super::{StepName, StepOutput, StepRecord};
use crate::base::ErrorReport;

/// What happened in a run, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PipelineEvent {
    /// The step runs, for this reason.
    StepStarted {
        step: StepName,
        reason: String,
    },
    Progress {
        step: StepName,
        progress: Progress,
    },
    /// The step is `Completed` or `Cached`; `output` is its summary.
    StepFinished {
        record: StepRecord,
        output: StepOutput,
    },
    /// The step is `Failed`; the ones after it are `Skipped`.
    StepFailed {
        record: StepRecord,
        error: ErrorReport,
    },
    /// The step is `Cancelled`; the ones after it are `Skipped`.
    StepCancelled {
        record: StepRecord,
    },
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub done: u64,
    pub total: Option<u64>,
    pub unit: Unit,
}

/// What progress counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Bytes,
    Rows,
    /// Of a sweep.
    Candidates,
    /// Of a candidate that is fitted anew in each.
    Folds,
}
