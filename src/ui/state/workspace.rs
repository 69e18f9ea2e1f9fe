//! All that the page knows, and how a person changes it.

mod messages;

use std::sync::Arc;

use super::analyses::{Analyses, Question, correlations_question};
use super::exports::Exports;
use super::history::{History, first_change};
use super::monitor::Monitor;
use super::outputs::Outputs;
use super::previews::Previews;
use super::registry::Registry;
use super::rows::RowPage;
use super::run_view::{RunPhase, RunView};
use super::scoring::Scoring;
use super::share::Share;
use super::stack::StackState;
use crate::base::ErrorReport;
use crate::pipeline::{PipelineSpec, StepName};
use crate::tracking::{RunRecord, RunSummary};
use crate::web::protocol::{Contents, RequestId, TrackerStatus};

/// The page's state. Every change goes through one of its methods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Workspace {
    /// The worker listens.
    pub ready: bool,
    history: History,
    /// The spec belongs to a dataset; before, there is only the default.
    pub has_spec: bool,
    target_guessed: bool,
    /// The spec was carried over to another file, because its columns are there too.
    pub kept_spec: bool,
    pub run: RunView,
    outputs: Outputs,
    correlations: TargetCorrelations,
    /// The spec changed after the outputs were made, from this step on.
    pub stale_from: Option<StepName>,
    /// A request that failed as a whole, or a file that is not what was asked for.
    pub trouble: Option<ErrorReport>,
    /// Runs go on but are not kept.
    pub store_error: Option<ErrorReport>,
    /// Newest first; `None` until they were read.
    pub runs: Option<Arc<Vec<RunSummary>>>,
    /// The run that was asked for: its id, and the record (`None` inside: there is no such run).
    pub opened_run: Option<Arc<RunRecord>>,
    pub missing_run: bool,
    /// What is kept besides the runs; `None` until a screen asked for it.
    pub contents: Option<Arc<Contents>>,
    /// Why the last change of what is kept was not made.
    pub change_error: Option<ErrorReport>,
    /// Changes that were sent and not answered yet.
    pub changes: Vec<RequestId>,
    pub rows: Option<RowPage>,
    /// Rows that were asked for last, and why they did not come.
    pub rows_request: Option<RequestId>,
    pub rows_error: Option<ErrorReport>,
    /// What rules would change.
    pub previews: Previews,
    /// What was asked about the pipeline.
    pub analyses: Analyses,
    /// Models, pipelines, datasets, and runs that were read whole.
    pub registry: Registry,
    /// Runs that are being taken out.
    pub exports: Exports,
    /// What a deployment was asked.
    pub monitor: Monitor,
    /// What was asked of a deployed model.
    pub scoring: Scoring,
    /// The link that is being made.
    pub share: Share,
    /// Stacks, triggers, what the store takes.
    pub stack: StackState,
    /// How it stands with the experiment tracker; `None` until the worker said it.
    pub tracker: Option<Box<TrackerStatus>>,
    /// A dataset is being opened: what the page shows is still the one before, to go back to when it cannot be read.
    before_open: Option<Box<(RunView, Option<StepName>)>>,
    /// The request whose messages count; those of older ones are of no interest any more.
    current: Option<RequestId>,
}

/// Correlation of each column with a target; `None` for a column that has none.
#[derive(Debug, Clone, PartialEq, Default)]
struct TargetCorrelations {
    target: String,
    of: Arc<Vec<(String, Option<f64>)>>,
}

impl Workspace {
    /// The spec as it is now.
    #[must_use]
    pub fn spec(&self) -> &PipelineSpec {
        self.history.current()
    }

    /// The spec with its undo and redo.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What the steps left behind.
    #[must_use]
    pub fn outputs(&self) -> Outputs {
        let fits = self.correlations.target == self.spec().features.target;
        let correlations = if fits { self.correlations.of.clone() } else { Arc::default() };
        Outputs { target_guessed: self.target_guessed, correlations, ..self.outputs.clone() }
    }

    /// How the columns go with a target was computed. The profile and the feature picker show it as long as the spec has
    /// this target. This is the one place to feed it.
    pub fn set_correlations(&mut self, target: String, of: Vec<(String, Option<f64>)>) {
        self.correlations = TargetCorrelations { target, of: Arc::new(of) };
    }

    /// How the columns go with the target, where that is not known and can be asked: after a run that got through.
    #[must_use]
    pub fn correlations_wanted(&self) -> Option<Question> {
        let is_settled = self.run.phase == RunPhase::Completed && self.stale_from.is_none() && !self.is_opening();
        if !is_settled || self.spec().features.target.is_empty() {
            return None;
        }
        let question = correlations_question(self.spec());
        (self.analyses.question(question.analysis.kind()) != Some(&question)).then_some(question)
    }

    /// A person changed the spec.
    pub fn edit(&mut self, spec: PipelineSpec, now_ms: f64) {
        if spec.features.target != self.spec().features.target {
            self.target_guessed = false;
        }
        self.mark_stale(&spec);
        self.history.edit(spec, now_ms);
        self.has_spec = true;
        self.trouble = None;
        self.kept_spec = false;
    }

    /// Gives the pipeline another name: no result depends on it, so nothing becomes stale.
    pub fn name_pipeline(&mut self, name: &str) {
        let spec = PipelineSpec { name: name.to_owned(), ..self.spec().clone() };
        self.history.amend(spec);
    }

    /// One change back; true when the spec changed.
    pub fn undo(&mut self) -> bool {
        let before = self.spec().clone();
        let changed = self.history.undo();
        self.mark_stale(&before);
        changed
    }

    /// One change forward again; true when the spec changed.
    pub fn redo(&mut self) -> bool {
        let before = self.spec().clone();
        let changed = self.history.redo();
        self.mark_stale(&before);
        changed
    }

    /// Starts from a spec that came from a link or an earlier visit.
    pub fn restore(&mut self, spec: PipelineSpec) {
        self.history = History::new(spec);
        self.has_spec = true;
    }

    /// A request to run was sent.
    pub fn begin(&mut self, request: RequestId) {
        let first = match self.stale_from {
            Some(step) => step,
            // Run again: everything will be found, unless the last run did not get through.
            None if self.run.phase == RunPhase::Completed => StepName::Evaluate,
            None => StepName::Ingest,
        };
        self.current = Some(request);
        self.trouble = None;
        self.run.begin(request, first);
    }

    /// A request to open another dataset was sent: nothing of the old one will be found.
    pub fn begin_open(&mut self, request: RequestId) {
        let before = Box::new((self.run.clone(), self.stale_from));
        self.before_open.get_or_insert(before);
        self.stale_from = Some(StepName::Ingest);
        self.begin(request);
    }

    /// Whether a dataset is being opened and its spec is not known yet.
    #[must_use]
    pub fn is_opening(&self) -> bool {
        self.before_open.is_some()
    }

    /// Whether a result that is not there yet is on its way.
    #[must_use]
    pub fn is_awaited(&self, step: StepName) -> bool {
        !self.outputs.has(step) && (self.is_opening() || self.run.is_running())
    }

    /// Shows a failure that did not come from the worker.
    pub fn fail(&mut self, error: ErrorReport) {
        self.trouble = Some(error);
    }

    /// Whether the messages of this request count.
    #[must_use]
    pub fn is_current(&self, request: RequestId) -> bool {
        self.current == Some(request)
    }

    fn mark_stale(&mut self, other: &PipelineSpec) {
        let changed = first_change(self.spec(), other);
        self.stale_from = match (self.stale_from, changed) {
            (Some(before), Some(now)) => Some(before.min(now)),
            (before, now) => before.or(now),
        };
        // What is still on its way belongs to the spec before; a file that is being opened brings its own.
        if !self.is_opening() {
            self.current = None;
        }
    }
}
