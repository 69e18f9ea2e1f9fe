//! All that the page knows, and how each message of the worker changes it.

use std::sync::Arc;

use super::history::{History, first_change};
use super::outputs::Outputs;
use super::rows::RowPage;
use super::run_view::{RunPhase, RunView};
use crate::base::ErrorReport;
use crate::pipeline::{PipelineEvent, PipelineSpec, StepName, StepStatus};
use crate::tracking::{RunRecord, RunSummary};
use crate::web::protocol::{Event, RequestId};

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
    pub rows: Option<RowPage>,
    /// A dataset is being opened: what the page shows is still the one before, to go back to when it cannot be read.
    before_open: Option<Box<(RunView, Option<StepName>)>>,
    /// The request whose messages count; those of older ones are of no interest any more.
    current: Option<RequestId>,
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
        Outputs { target_guessed: self.target_guessed, ..self.outputs.clone() }
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

    /// Folds one message of the worker in.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Ready => self.ready = true,
            Event::SpecChosen { request, spec, target_guessed, kept } if self.is_current(request) => {
                self.choose(spec, target_guessed, kept);
            }
            Event::RunStarted { request, run_id, run_name } if self.is_current(request) => {
                self.run.run_id = Some(run_id);
                self.run.run_name = Some(run_name);
            }
            Event::Pipeline { request, event } if self.is_current(request) => {
                self.run.apply(&event);
                if let PipelineEvent::StepFinished { output, .. } = event {
                    let next = StepName::ALL.get(output.step().index() + 1).copied();
                    self.stale_from = self.stale_from.zip(next).map(|(stale, next)| stale.max(next));
                    self.outputs.put(output);
                }
            }
            Event::RunFinished { request, run } if self.is_current(request) => self.finish(*run),
            Event::Failed { request, error } if self.is_current(request) => {
                match self.before_open.take() {
                    Some(before) => (self.run, self.stale_from) = *before,
                    None => self.run.abandon(),
                }
                self.trouble = Some(error);
            }
            Event::Rows { start, total, rows, .. } => self.rows = Some(RowPage { start, total, rows }),
            Event::Runs { runs, .. } => self.runs = Some(Arc::new(runs)),
            Event::Run { run, .. } => {
                self.missing_run = run.is_none();
                self.opened_run = run.map(|run| Arc::from(*run));
            }
            Event::StoreUnavailable { error } => self.store_error = Some(error),
            // Answers to requests that a newer one has replaced; `RunsChanged` makes the page ask again.
            Event::SpecChosen { .. }
            | Event::RunStarted { .. }
            | Event::Pipeline { .. }
            | Event::RunFinished { .. }
            | Event::Failed { .. }
            | Event::RunsChanged => {}
        }
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

    fn choose(&mut self, spec: PipelineSpec, target_guessed: bool, kept: bool) {
        self.before_open = None;
        let spec_digest = spec.dataset.digest.clone();
        let is_other = spec_digest != self.spec().dataset.digest;
        if is_other || !self.has_spec {
            let was_there = self.has_spec && self.outputs != Outputs::default();
            self.history = History::new(spec);
            // The new file has been read already: what it holds was told before what will be done with it.
            let ingest = self.outputs.ingest.take().filter(|summary| Some(&summary.digest) == spec_digest.as_ref());
            self.outputs = Outputs { ingest, ..Outputs::default() };
            self.rows = None;
            self.kept_spec = kept && was_there;
        } else {
            self.history.amend(spec);
        }
        self.has_spec = true;
        self.target_guessed = target_guessed;
    }

    fn finish(&mut self, run: RunRecord) {
        self.before_open = None;
        self.run.finish(&run);
        if self.run.phase == RunPhase::Completed {
            self.stale_from = None;
            // A result found whole is not told step by step.
            for output in run.outputs {
                if !self.outputs.has(output.step()) {
                    self.outputs.put(output);
                }
            }
            return;
        }
        // Numbers of other settings must not stand where there is no result.
        for view in &self.run.steps {
            if !matches!(view.record.status, StepStatus::Completed | StepStatus::Cached) {
                self.outputs.clear(view.record.step);
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Digest;
    use crate::clean::CleanSummary;
    use crate::pipeline::{DatasetRef, Progress, StepOutput, StepRecord, Unit};
    use crate::split::{SplitSpec, SplitSummary};
    use crate::tracking::{LifecycleStage, RunInfo, RunStatus};

    const FIRST: RequestId = RequestId(1);
    const SECOND: RequestId = RequestId(2);

    fn spec(file: &str, random_state: u32) -> PipelineSpec {
        PipelineSpec {
            dataset: DatasetRef { name: file.into(), digest: Some(Digest::of(file.as_bytes())) },
            split: Some(SplitSpec { random_state, ..SplitSpec::default() }),
            ..PipelineSpec::default()
        }
    }

    fn chosen(request: RequestId, spec: PipelineSpec) -> Event {
        Event::SpecChosen { request, spec, target_guessed: true, kept: false }
    }

    fn record(step: StepName, status: StepStatus) -> StepRecord {
        StepRecord { status, seconds: 0.5, rows: 10, ..StepRecord::pending(step) }
    }

    fn clean(rows: u64) -> StepOutput {
        let summary = CleanSummary { rows_before: rows, columns_before: 2, rows, columns: vec![], effects: vec![] };
        StepOutput::Clean(summary)
    }

    fn split(n_train: u64) -> StepOutput {
        StepOutput::Split(SplitSummary {
            n_train,
            n_test: 2,
            rows_digest: Digest::of(b""),
            first_train: vec![],
            first_test: vec![],
            target_train: None,
            target_test: None,
            target_mean_train: None,
            target_mean_test: None,
        })
    }

    fn finished(request: RequestId, status: StepStatus, output: StepOutput) -> Event {
        let record = record(output.step(), status);
        Event::Pipeline { request, event: PipelineEvent::StepFinished { record, output } }
    }

    fn ended(request: RequestId, status: RunStatus, steps: Vec<StepRecord>) -> Event {
        let info = RunInfo {
            run_id: "0".repeat(32),
            run_name: "calm-heron-31".into(),
            experiment_id: "0".into(),
            status,
            start_time: 0,
            end_time: Some(1),
            lifecycle_stage: LifecycleStage::Active,
        };
        let run = RunRecord {
            version: 1,
            info,
            spec: PipelineSpec::default(),
            params: vec![],
            metrics: vec![],
            tags: vec![],
            dataset: None,
            steps,
            outputs: vec![],
            error: None,
        };
        Event::RunFinished { request, run: Box::new(run) }
    }

    /// A workspace in which a file was opened and run.
    fn opened() -> Workspace {
        let mut workspace = Workspace::default();
        workspace.begin_open(FIRST);
        workspace.apply(chosen(FIRST, spec("a.csv", 42)));
        workspace.apply(finished(FIRST, StepStatus::Completed, clean(10)));
        workspace.apply(finished(FIRST, StepStatus::Completed, split(8)));
        workspace.apply(ended(FIRST, RunStatus::Finished, vec![]));
        workspace
    }

    fn statuses(workspace: &Workspace) -> Vec<&'static str> {
        workspace.run.steps.iter().map(|view| view.record.status.as_str()).collect()
    }

    #[test]
    fn opening_a_file_gives_its_spec_and_results() {
        let workspace = opened();
        assert!(workspace.has_spec && !workspace.is_opening() && workspace.outputs().target_guessed);
        assert_eq!(workspace.run.phase, RunPhase::Completed);
        assert_eq!(workspace.run.run_name.as_deref(), Some("calm-heron-31"));
        assert_eq!(workspace.outputs().split.map(|summary| summary.n_train), Some(8));
        assert_eq!(workspace.stale_from, None);
        assert!(!workspace.history().can_undo(), "the first spec is not a change");
    }

    #[test]
    fn a_change_marks_what_would_run_again_and_keeps_the_rest() {
        let mut workspace = opened();
        workspace.edit(spec("a.csv", 7), 0.0);
        assert_eq!(workspace.stale_from, Some(StepName::Split));
        workspace.begin(SECOND);
        assert_eq!(statuses(&workspace), ["pending", "completed", "pending", "pending", "pending"]);
        assert!(workspace.outputs().split.is_some(), "the numbers before stay until new ones arrive");
        workspace.apply(finished(SECOND, StepStatus::Cached, clean(10)));
        assert_eq!(workspace.stale_from, Some(StepName::Split));
        workspace.apply(finished(SECOND, StepStatus::Completed, split(8)));
        assert_eq!(workspace.stale_from, Some(StepName::Train));
        workspace.apply(ended(SECOND, RunStatus::Finished, vec![]));
        assert_eq!((workspace.stale_from, workspace.run.phase), (None, RunPhase::Completed));
    }

    #[test]
    fn what_a_replaced_request_says_is_not_heard() {
        let mut workspace = opened();
        workspace.edit(spec("a.csv", 7), 0.0);
        workspace.begin(SECOND);
        workspace.apply(finished(FIRST, StepStatus::Completed, split(99)));
        workspace.apply(ended(FIRST, RunStatus::Killed, vec![]));
        assert_eq!(workspace.run.phase, RunPhase::Running);
        assert_eq!(workspace.outputs().split.map(|summary| summary.n_train), Some(8));
        // Nor what comes after the next change and before its request.
        workspace.edit(spec("a.csv", 8), 5000.0);
        workspace.apply(finished(SECOND, StepStatus::Completed, split(99)));
        assert_eq!(workspace.outputs().split.map(|summary| summary.n_train), Some(8));
    }

    #[test]
    fn undo_and_redo_mark_too() {
        let mut workspace = opened();
        assert!(!workspace.undo());
        assert_eq!(workspace.stale_from, None);
        workspace.edit(spec("a.csv", 7), 0.0);
        workspace.begin(SECOND);
        workspace.apply(finished(SECOND, StepStatus::Completed, split(8)));
        workspace.apply(ended(SECOND, RunStatus::Finished, vec![]));
        assert!(workspace.undo());
        assert_eq!(workspace.stale_from, Some(StepName::Split));
        assert!(workspace.redo() && !workspace.history().can_redo());
    }

    #[test]
    fn a_failed_step_leaves_no_numbers_of_other_settings() {
        let mut workspace = opened();
        workspace.edit(spec("a.csv", 7), 0.0);
        workspace.begin(SECOND);
        workspace.apply(finished(SECOND, StepStatus::Cached, clean(10)));
        let error = ErrorReport::new("split.too_few_rows", "Too few rows.");
        let failed =
            PipelineEvent::StepFailed { record: record(StepName::Split, StepStatus::Failed), error: error.clone() };
        workspace.apply(Event::Pipeline { request: SECOND, event: failed });
        workspace.apply(ended(SECOND, RunStatus::Failed, vec![]));
        assert_eq!(workspace.run.failure(), Some((StepName::Split, &error)));
        assert_eq!(statuses(&workspace)[1..], ["cached", "failed", "skipped", "skipped"]);
        assert!(workspace.outputs().clean.is_some() && workspace.outputs().split.is_none());
    }

    #[test]
    fn a_cancelled_step_keeps_how_far_it_came() {
        let mut workspace = opened();
        workspace.begin_open(SECOND);
        let started = PipelineEvent::StepStarted { step: StepName::Ingest, reason: "New.".into() };
        workspace.apply(Event::Pipeline { request: SECOND, event: started });
        let progress = Progress { done: 3, total: Some(9), unit: Unit::Bytes };
        let event = PipelineEvent::Progress { step: StepName::Ingest, progress };
        workspace.apply(Event::Pipeline { request: SECOND, event });
        let event = PipelineEvent::StepCancelled { record: record(StepName::Ingest, StepStatus::Cancelled) };
        workspace.apply(Event::Pipeline { request: SECOND, event });
        workspace.apply(ended(SECOND, RunStatus::Killed, vec![]));
        assert_eq!(workspace.run.phase, RunPhase::Cancelled);
        assert_eq!(workspace.run.step(StepName::Ingest).progress, Some(progress));
        assert_eq!(statuses(&workspace), ["cancelled", "skipped", "skipped", "skipped", "skipped"]);
    }

    #[test]
    fn a_file_that_cannot_be_opened_leaves_the_one_before() {
        let mut workspace = opened();
        let before = workspace.run.clone();
        workspace.begin_open(SECOND);
        assert!(workspace.is_opening());
        let error = ErrorReport::new("open.unreadable", "It cannot be read.");
        workspace.apply(Event::Failed { request: SECOND, error: error.clone() });
        assert_eq!((&workspace.run, &workspace.trouble), (&before, &Some(error)));
        assert!(!workspace.is_opening());
    }

    #[test]
    fn another_file_starts_another_history() {
        let mut workspace = opened();
        workspace.edit(spec("a.csv", 7), 0.0);
        workspace.begin_open(SECOND);
        workspace.apply(chosen(SECOND, spec("b.csv", 42)));
        assert!(!workspace.history().can_undo());
        assert_eq!(workspace.outputs(), Outputs { target_guessed: true, ..Outputs::default() });
    }

    #[test]
    fn a_run_nobody_asked_for_keeps_what_its_events_said() {
        let mut workspace = Workspace::default();
        workspace.restore(spec("a.csv", 42));
        workspace.begin(FIRST);
        workspace.apply(finished(FIRST, StepStatus::Cached, clean(10)));
        // The record is the run's that made it: completed then, cached now.
        let steps =
            vec![record(StepName::Clean, StepStatus::Completed), record(StepName::Train, StepStatus::Completed)];
        workspace.apply(ended(FIRST, RunStatus::Finished, steps));
        assert_eq!(statuses(&workspace), ["pending", "cached", "pending", "completed", "pending"]);
    }

    #[test]
    fn choosing_the_target_ends_the_guess() {
        let mut workspace = opened();
        let mut other = spec("a.csv", 42);
        other.features.target = "y".into();
        workspace.edit(other, 0.0);
        assert!(!workspace.outputs().target_guessed);
    }
}
