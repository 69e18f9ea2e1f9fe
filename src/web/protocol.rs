//! Every message between page and worker. Plain values by serde; a `File` travels beside the command, buffers in the
//! transfer list. Requests have ids, so that any number of workers and requests can be under way.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::base::{Digest, ErrorReport};
use crate::clean::Preview;
use crate::export::mlflow::live::Tracker;
use crate::monitoring::Report;
use crate::pipeline::{Analysis, AnalysisResult, PipelineEvent, PipelineSpec};
use crate::registry::ExperimentTracker;
use crate::serving::{Explained, ScoreReport};
use crate::tracking::{DatasetRecord, Experiment, LogEntry, RunRecord, RunSummary, StoreCommand, StoreUsage};

/// The code of a run whose worker was ended because it did not hear a cancel.
pub const RUN_ENDED: &str = "run.ended";

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
    /// Data out of a link (`export::share`), which must have this digest.
    Linked { name: String, digest: Option<Digest>, data: String },
}

/// Page → orchestrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Read a dataset, settle on a spec for it (`current` if its columns are there, else a first guess), and run it.
    /// Answers: `SpecChosen`, then as `Run`.
    Open { request: RequestId, source: Source, current: Option<PipelineSpec>, cause: Option<String> },
    /// Run this spec on the dataset it names (one that was opened, or that the store holds).
    /// Answers: `RunStarted`, `Pipeline`*, then one of `RunFinished`. `automatic`: nobody asked for it (the page was
    /// loaded), so it is recorded only if a step really ran; else `RunFinished` carries the run that made the result.
    /// `cause`: the trigger that asked for it, if one did.
    Run { request: RequestId, spec: PipelineSpec, automatic: bool, cause: Option<String> },
    /// Stop a request. It ends with its own `RunFinished` (status `KILLED`).
    Cancel { request: RequestId },
    /// Rows of the file for display. Answer: `Rows`.
    Rows { request: RequestId, start: u64, count: u32 },
    /// What rule `index` (from 0) of this spec would change, at most `limit` cells of it listed. Answer: `Preview`.
    Preview { request: RequestId, spec: PipelineSpec, index: u32, limit: u32 },
    /// A question about this spec, on the table that it reads. Answers: `AnalysisProgress`*, then one `Analysis`, whatever
    /// happens. One is under way at a time; a newer one of the same kind replaces those before it (their answer is the error
    /// `analysis.replaced`), and all wait for a run under way. A cancel ends it with the error `analysis.cancelled`.
    Analyse { request: RequestId, spec: PipelineSpec, analysis: Analysis },
    /// All runs, newest first. Answer: `Runs`.
    ListRuns { request: RequestId },
    /// One run, whole. Answer: `Run`.
    GetRun { request: RequestId, run_id: String },
    /// Several runs, whole; those that are not there are left out. Answer: `RunRecords`.
    GetRuns { request: RequestId, run_ids: Vec<String> },
    /// What the workspace holds besides its runs. Answer: `Contents`.
    GetContents { request: RequestId },
    /// A change of what the store keeps, logged so that it can be taken back. Answer: `Changed`; then all tabs hear
    /// `RunsChanged`.
    Change { request: RequestId, change: StoreCommand },
    /// Takes back one logged change, or the latest (`None`). Answer: `Changed`.
    TakeBack { request: RequestId, seq: Option<u64> },
    /// Does again what was taken back last. Answer: `Changed`.
    DoAgain { request: RequestId },
    /// Removes runs of the bin for good: the one thing that cannot be taken back. Answer: `Changed` with `None`.
    Purge { request: RequestId, run_ids: Vec<String> },
    /// Takes runs out for another tool; `export` is a name of `export::EXPORTS`. Answer: `Exported`, with the file beside it.
    Export { request: RequestId, export: String, which: WhichRuns },
    /// Brings in the file beside it: a workspace's archive, or the ZIP of an `mlruns` folder. Answer: `Imported`.
    Import { request: RequestId },
    /// Brings in an `mlruns` folder: its files, in a list beside the command, have these paths. Answer: `Imported`.
    ImportFolder { request: RequestId, paths: Vec<String> },
    /// The data of this digest, packed for a link. Answer: `Shared`.
    Share { request: RequestId, digest: Option<Digest> },
    /// What this deployment was asked. Answer: `Monitor`.
    Monitor { request: RequestId, deployment: String },
    /// True values of what this deployment was asked, in the CSV beside it. Answers: `Truth`, then `Monitor`.
    Truth { request: RequestId, deployment: String },
    /// Predicts for each row of the file beside it with the pipeline of a run. Answers: `ScoreProgress`*, then one `Scored`,
    /// with the file beside it. A cancel ends it with the error `score.cancelled`.
    Score { request: RequestId, run_id: String },
    /// Looks at one prediction of a run's model: values of its inputs, and the input whose other values are tried. Answer:
    /// `Explained`.
    Explain { request: RequestId, run_id: String, values: Map<String, Value>, feature: Option<String> },
    /// Tells the experiment tracker what waits for it, without waiting for the next try. No answer of its own: `Tracker`.
    SendWaiting { request: RequestId },
    /// Runs begun from now on belong to this experiment. No answer.
    UseExperiment { request: RequestId, experiment_id: String },
    /// What the store takes. Answer: `Usage`.
    GetUsage { request: RequestId },
    /// Empties the step cache. Answer: `Usage`.
    ClearCache { request: RequestId },
    /// Removes everything for good; runs that wait or are under way leave no record. Answer: `Erased`.
    Erase { request: RequestId },
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
            | Self::Preview { request, .. }
            | Self::Analyse { request, .. }
            | Self::ListRuns { request }
            | Self::GetRun { request, .. }
            | Self::GetRuns { request, .. }
            | Self::GetContents { request }
            | Self::Change { request, .. }
            | Self::TakeBack { request, .. }
            | Self::DoAgain { request }
            | Self::Purge { request, .. }
            | Self::Export { request, .. }
            | Self::Import { request }
            | Self::ImportFolder { request, .. }
            | Self::Share { request, .. }
            | Self::Monitor { request, .. }
            | Self::Truth { request, .. }
            | Self::Score { request, .. }
            | Self::Explain { request, .. }
            | Self::SendWaiting { request }
            | Self::UseExperiment { request, .. }
            | Self::GetUsage { request }
            | Self::ClearCache { request }
            | Self::Erase { request } => *request,
        }
    }

    /// The trigger that asked for a run.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Open { cause, .. } | Self::Run { cause, .. } => cause.as_deref(),
            _ => None,
        }
    }
}

/// Runs that are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhichRuns {
    Runs(Vec<String>),
    /// All of one experiment that are not in the bin.
    Experiment(String),
    /// All that are not in the bin.
    Everything,
}

/// How it stands with the experiment tracker.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TrackerStatus {
    /// `None`: no server is told anything.
    pub tracker: Option<Tracker>,
    /// The settings as they are kept, which a change has to know.
    pub kept: Option<String>,
    pub n_waiting: u32,
    /// Since the tab was opened.
    pub n_logged: u32,
    /// Why not all of it could be told.
    pub error: Option<ErrorReport>,
    /// Seconds to the next try, from when this was said.
    pub pause: Option<u32>,
    /// What the server does not take.
    pub notes: Vec<String>,
}

/// Stacks and triggers, as they are kept: JSON that `registry` reads.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StackTexts {
    pub stacks: Vec<String>,
    /// The active stack's name.
    pub active: Option<String>,
    /// The tracker of the default stack, which the page of runs sets.
    pub default_tracker: ExperimentTracker,
    pub triggers: Vec<String>,
    /// Deployments whose notice of drift stands.
    pub drifted: Vec<String>,
}

/// What a file brought, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroughtIn {
    pub words: String,
    /// What was left out or renamed.
    pub notes: Vec<String>,
}

/// What a file of true values brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// Rows of the file.
    pub rows: u64,
    /// Those that were asked.
    pub matched: u64,
}

/// What a workspace holds besides its runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Contents {
    pub experiments: Vec<Experiment>,
    /// Deleted runs.
    pub bin: Vec<RunSummary>,
    /// Registered models and saved pipelines as they are kept: JSON that `registry::Saved` reads.
    pub models: Vec<String>,
    pub pipelines: Vec<String>,
    /// Deployments, as they are kept.
    #[serde(default)]
    pub deployments: Vec<String>,
    /// Of deployments whose requests have drifted: the name, and what has drifted, a name a line.
    #[serde(default)]
    pub notices: Vec<(String, String)>,
    /// Views of the runs table under names, as they are kept.
    #[serde(default)]
    pub views: Vec<String>,
    /// Ids of runs that were made elsewhere: there is nothing of them but their rows.
    #[serde(default)]
    pub foreign: Vec<String>,
    /// Last used first.
    pub datasets: Vec<DatasetRecord>,
    /// Changes that can be taken back or done again, latest first; their edits stay with the worker.
    pub history: Vec<LogEntry>,
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
        spec: Box<PipelineSpec>,
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
    /// What a rule would change, or why that cannot be said. `first_rows`: only so many rows were looked at.
    Preview {
        request: RequestId,
        preview: Result<Preview, ErrorReport>,
        first_rows: Option<u64>,
    },
    /// How far an analysis that lasts is.
    AnalysisProgress {
        request: RequestId,
        done: u64,
        total: u64,
    },
    /// The answer to a question, or why there is none.
    Analysis {
        request: RequestId,
        result: Result<Box<AnalysisResult>, ErrorReport>,
    },
    /// `tracking::rows_text`: ten thousand runs as objects would keep the page busy for seconds.
    Runs {
        request: RequestId,
        rows: String,
    },
    /// `None`: there is no such run.
    Run {
        request: RequestId,
        run: Option<Box<RunRecord>>,
    },
    RunRecords {
        request: RequestId,
        runs: Vec<RunRecord>,
    },
    Contents {
        request: RequestId,
        contents: Box<Contents>,
    },
    /// The change as it was logged; `None` where there was nothing to take back or do again.
    Changed {
        request: RequestId,
        result: Result<Option<LogEntry>, ErrorReport>,
    },
    /// The file's name, or why there is none.
    Exported {
        request: RequestId,
        result: Result<String, ErrorReport>,
    },
    /// What came of a file, or why nothing was kept of it.
    Imported {
        request: RequestId,
        result: Result<BroughtIn, ErrorReport>,
    },
    /// Data for a link, or why there is none.
    Shared {
        request: RequestId,
        result: Result<String, ErrorReport>,
    },
    /// What a deployment was asked, or why nobody can say.
    Monitor {
        request: RequestId,
        deployment: String,
        result: Result<Box<Report>, ErrorReport>,
    },
    /// What came of true values.
    Truth {
        request: RequestId,
        result: Result<Matched, ErrorReport>,
    },
    /// How far the scoring of a file is: rows with their predictions, bytes of the file.
    ScoreProgress {
        request: RequestId,
        rows: u64,
        done: u64,
        total: u64,
    },
    /// The scored file's name and what came of it, or why there is none.
    Scored {
        request: RequestId,
        result: Result<Box<(String, ScoreReport)>, ErrorReport>,
    },
    /// One prediction looked at, or why it cannot be.
    Explained {
        request: RequestId,
        result: Result<Box<Explained>, ErrorReport>,
    },
    /// How it stands with the experiment tracker, whenever that changes.
    Tracker {
        status: Box<TrackerStatus>,
    },
    /// Stacks and triggers: once in the beginning, and whenever they change.
    Stack {
        texts: Box<StackTexts>,
    },
    /// What the store takes.
    Usage {
        request: RequestId,
        usage: StoreUsage,
    },
    /// Everything is gone, or why nothing is.
    Erased {
        request: RequestId,
        result: Result<(), ErrorReport>,
    },
    /// This tab or another one changed the runs, or what else the workspace holds.
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
