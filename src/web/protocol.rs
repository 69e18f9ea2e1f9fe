//! Every message between page and worker. Plain values by serde; a `File` travels beside the command, buffers in the
//! transfer list. Requests have ids, so that any number of workers and requests can be under way.

use serde::{Deserialize, Serialize};

use crate::base::ErrorReport;
use crate::pipeline::{PipelineEvent, PipelineSpec};
use crate::tracking::{RunRecord, RunSummary};

/// Names a request: chosen by the page, repeated in every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u32);

/// Where a dataset comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The `File` beside the command.
    File { name: String },
    /// One of the page's own sample files; `url` is absolute, for a worker has no base of its own.
    Sample { name: String, url: String },
    /// Text that was pasted.
    Pasted { name: String, text: String },
}

/// Page → orchestrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Read a dataset, settle on a spec for it (`current` if its columns are there, else a first guess), and run it.
    /// Answers: `SpecChosen`, then as `Run`.
    Open { request: RequestId, source: Source, current: Option<PipelineSpec> },
    /// Run this spec on the dataset it names (one that was opened, or that the store holds).
    /// Answers: `RunStarted`, `Pipeline`*, then one of `RunFinished`. `automatic`: nobody asked for it (the page was
    /// loaded), so it is recorded only if a step really ran; else `RunFinished` carries the run that made the result.
    Run { request: RequestId, spec: PipelineSpec, automatic: bool },
    /// Stop a request. It ends with its own `RunFinished` (status `KILLED`).
    Cancel { request: RequestId },
    /// Rows of the file for display. Answer: `Rows`.
    Rows { request: RequestId, start: u64, count: u32 },
    /// All runs, newest first. Answer: `Runs`.
    ListRuns { request: RequestId },
    /// One run, whole. Answer: `Run`.
    GetRun { request: RequestId, run_id: String },
}

impl Command {
    /// The request's id.
    #[must_use]
    pub fn request(&self) -> RequestId {
        match self {
            Self::Open { request, .. }
            | Self::Run { request, .. }
            | Self::Cancel { request }
            | Self::Rows { request, .. }
            | Self::ListRuns { request }
            | Self::GetRun { request, .. } => *request,
        }
    }
}

/// Orchestrator → page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The worker listens.
    Ready,
    /// The spec that an opened dataset will be run with. `target_guessed`: nobody chose the target yet.
    SpecChosen {
        request: RequestId,
        spec: PipelineSpec,
        target_guessed: bool,
        kept: bool,
    },
    /// A run has been recorded and begins.
    RunStarted {
        request: RequestId,
        run_id: String,
        run_name: String,
    },
    Pipeline {
        request: RequestId,
        event: PipelineEvent,
    },
    /// The run's end, whatever it is: its status says.
    RunFinished {
        request: RequestId,
        run: Box<RunRecord>,
    },
    /// Cells as they stand in the file, a list a row; `total` rows in all.
    Rows {
        request: RequestId,
        start: u64,
        total: u64,
        rows: Vec<Vec<String>>,
    },
    Runs {
        request: RequestId,
        runs: Vec<RunSummary>,
    },
    /// `None`: there is no such run.
    Run {
        request: RequestId,
        run: Option<Box<RunRecord>>,
    },
    /// Another tab changed the runs.
    RunsChanged,
    /// The request could not be done at all (a failed step is a `RunFinished` with its error instead).
    Failed {
        request: RequestId,
        error: ErrorReport,
    },
    /// The browser's store could not be used: runs go on, but are not kept.
    StoreUnavailable {
        error: ErrorReport,
    },
}
