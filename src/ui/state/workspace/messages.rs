//! How each message of the worker changes what the page knows.

use std::sync::Arc;

use super::{TargetCorrelations, Workspace};
use crate::base::ErrorReport;
use crate::pipeline::{AnalysisResult, PipelineEvent, PipelineSpec, StepName, StepStatus};
use crate::tracking::{RunRecord, rows_from_text};
use crate::ui::state::analyses::Analyses;
use crate::ui::state::history::History;
use crate::ui::state::outputs::Outputs;
use crate::ui::state::previews::PreviewAnswer;
use crate::ui::state::rows::RowPage;
use crate::ui::state::run_view::RunPhase;
use crate::web::protocol::{Event, RUN_ENDED, RequestId};

impl Workspace {
    /// Folds one message of the worker in.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Ready => self.ready = true,
            Event::SpecChosen { request, spec, target_guessed, kept } if self.is_current(request) => {
                self.choose(*spec, target_guessed, kept);
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
            Event::Failed { request, error } if self.is_current(request) && error.code == RUN_ENDED => {
                self.before_open = None;
                self.run.end();
            }
            Event::Failed { request, error } if self.is_current(request) => {
                match self.before_open.take() {
                    Some(before) => (self.run, self.stale_from) = *before,
                    None => self.run.abandon(),
                }
                self.trouble = Some(error);
            }
            Event::Rows { start, total, rows, .. } => {
                self.rows = Some(RowPage { start, total, rows });
                self.rows_error = None;
            }
            Event::Failed { request, error } if self.previews.is_asked(request) => {
                self.previews.take(request, PreviewAnswer { preview: Err(error), first_rows: None });
            }
            Event::Failed { request, error } if self.analyses.is_asked(request) => self.answer(request, Err(error)),
            Event::Failed { request, error } if self.rows_request == Some(request) => self.rows_error = Some(error),
            Event::Failed { request, error } if self.registry.is_asked(request) => self.registry.fail(request, error),
            Event::Preview { request, preview, first_rows } => {
                self.previews.take(request, PreviewAnswer { preview, first_rows });
            }
            Event::Runs { rows, .. } => self.runs = Some(Arc::new(rows_from_text(&rows))),
            Event::Run { run, .. } => {
                self.missing_run = run.is_none();
                self.opened_run = run.map(|run| Arc::from(*run));
            }
            Event::StoreUnavailable { error } => self.store_error = Some(error),
            Event::AnalysisProgress { request, done, total } => self.analyses.advance(request, done, total),
            Event::Analysis { request, result } => self.answer(request, result),
            Event::RunRecords { request, runs } => self.registry.take_runs(request, runs),
            Event::Contents { contents, .. } => {
                self.registry.take_contents(&contents);
                self.contents = Some(Arc::from(*contents));
            }
            Event::Exported { request, result } => self.exports.take(request, result.map(drop)),
            Event::Imported { request, result } => self.exports.take_in(request, result),
            Event::Failed { request, error } if self.exports.is_asked(request) => {
                self.exports.take(request, Err(error))
            }
            Event::Shared { request, result } => self.share.take(request, result),
            Event::Failed { request, error } if self.share.is_asked(request) => self.share.take(request, Err(error)),
            Event::Tracker { status } => self.tracker = Some(status),
            Event::Changed { request, result } => {
                self.changes.retain(|asked| *asked != request);
                self.registry.take_change(&result);
                self.change_error = result.err();
            }
            Event::Failed { request, error } if self.changes.contains(&request) => {
                self.changes.retain(|asked| *asked != request);
                self.change_error = Some(error);
            }
            // Answers to requests that a newer one has replaced; `RunsChanged` makes the page ask again.
            Event::SpecChosen { .. }
            | Event::RunStarted { .. }
            | Event::Pipeline { .. }
            | Event::RunFinished { .. }
            | Event::Failed { .. }
            | Event::RunsChanged => {}
        }
    }

    fn answer(&mut self, request: RequestId, result: Result<Box<AnalysisResult>, ErrorReport>) {
        if self.analyses.is_asked(request)
            && let Ok(result) = &result
            && let AnalysisResult::Correlations(found) = &**result
        {
            let defined = found.pearson.names.iter().cloned().zip(found.pearson.values.iter().copied().map(Some));
            let undefined = found.undefined.iter().map(|name| (name.clone(), None));
            self.set_correlations(found.target.clone(), defined.chain(undefined).collect());
        }
        self.analyses.take(request, result);
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
            self.correlations = TargetCorrelations::default();
            self.analyses = Analyses::default();
            self.rows = None;
            self.rows_error = None;
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Digest;
    use crate::clean::CleanSummary;
    use crate::pipeline::{Bars, CorrelationsResult, DatasetRef, Progress, StepOutput, StepRecord, Unit};
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
        Event::SpecChosen { request, spec: Box::new(spec), target_guessed: true, kept: false }
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
            deleted_time: None,
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
    fn a_worker_that_was_ended_leaves_a_cancelled_run() {
        let mut workspace = opened();
        workspace.begin_open(SECOND);
        let started = PipelineEvent::StepStarted { step: StepName::Train, reason: "New.".into() };
        workspace.apply(Event::Pipeline { request: SECOND, event: started });
        workspace.apply(Event::Failed { request: SECOND, error: ErrorReport::new(RUN_ENDED, "Cancelled.") });
        assert_eq!((workspace.run.phase, &workspace.trouble), (RunPhase::Cancelled, &None));
        assert_eq!(statuses(&workspace)[3..], ["cancelled", "skipped"]);
        assert!(!workspace.is_opening());
    }

    #[test]
    fn rows_that_do_not_come_say_why_until_others_do() {
        let mut workspace = opened();
        workspace.rows_request = Some(RequestId(7));
        let error = ErrorReport::new("rows.file_needed", "Open the file again.");
        workspace.apply(Event::Failed { request: RequestId(6), error: error.clone() });
        assert_eq!(workspace.rows_error, None);
        workspace.apply(Event::Failed { request: RequestId(7), error: error.clone() });
        assert_eq!((&workspace.rows_error, &workspace.trouble), (&Some(error), &None));
        let rows = vec![vec!["1".to_owned()]];
        workspace.apply(Event::Rows { request: RequestId(8), start: 0, total: 1, rows });
        assert_eq!(workspace.rows_error, None);
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

    #[test]
    fn correlations_are_those_with_the_target_of_the_spec() {
        let mut workspace = opened();
        let target = workspace.spec().features.target.clone();
        workspace.set_correlations(target, vec![("x".into(), Some(0.5))]);
        assert_eq!(workspace.outputs().correlations.len(), 1);
        let mut other = spec("a.csv", 42);
        other.features.target = "y".into();
        workspace.edit(other, 0.0);
        assert!(workspace.outputs().correlations.is_empty());
        assert!(workspace.undo() && !workspace.outputs().correlations.is_empty());
        workspace.begin_open(SECOND);
        workspace.apply(chosen(SECOND, spec("b.csv", 42)));
        assert!(workspace.outputs().correlations.is_empty(), "of the file before");
    }

    #[test]
    fn correlations_are_wanted_once_after_a_run_and_kept_when_they_come() {
        let mut with_target = spec("a.csv", 42);
        with_target.features.target = "y".into();
        let mut workspace = Workspace::default();
        workspace.begin_open(FIRST);
        workspace.apply(chosen(FIRST, with_target.clone()));
        assert_eq!(workspace.correlations_wanted(), None, "the run is still under way");
        workspace.apply(ended(FIRST, RunStatus::Finished, vec![]));
        let question = workspace.correlations_wanted().unwrap();
        workspace.analyses.ask(RequestId(9), question);
        assert_eq!(workspace.correlations_wanted(), None, "asked once");
        let pearson = Bars { names: vec!["x".into()], values: vec![0.5], ..Bars::default() };
        let found = CorrelationsResult {
            said: Default::default(),
            target: "y".into(),
            pearson,
            spearman: vec![0.4],
            n_rows: vec![8],
            undefined: vec!["c".into()],
        };
        let found = Box::new(AnalysisResult::Correlations(found));
        workspace.apply(Event::Analysis { request: RequestId(8), result: Ok(found.clone()) });
        assert!(workspace.outputs().correlations.is_empty(), "nobody waits for that one");
        workspace.apply(Event::Analysis { request: RequestId(9), result: Ok(found) });
        assert_eq!(*workspace.outputs().correlations, [("x".into(), Some(0.5)), ("c".into(), None)]);
        with_target.split = None;
        workspace.edit(with_target, 0.0);
        assert_eq!(workspace.correlations_wanted(), None, "not before the new rows are known");
    }

    #[test]
    fn a_result_is_awaited_only_while_something_runs() {
        let mut workspace = Workspace::default();
        assert!(!workspace.is_awaited(StepName::Clean));
        workspace.begin_open(FIRST);
        assert!(workspace.is_awaited(StepName::Clean));
        workspace.apply(chosen(FIRST, spec("a.csv", 42)));
        assert!(workspace.is_awaited(StepName::Clean));
        workspace.apply(finished(FIRST, StepStatus::Completed, clean(10)));
        assert!(!workspace.is_awaited(StepName::Clean) && workspace.is_awaited(StepName::Split));
        workspace.apply(ended(FIRST, RunStatus::Failed, vec![]));
        assert!(!workspace.is_awaited(StepName::Split));
    }
}
