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
use crate::ui::state::scoring::ScoreProgress;
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
            Event::Monitor { deployment, result, .. } => self.monitor.take(deployment, result),
            Event::Truth { request, result } => self.monitor.take_truth(request, result),
            Event::Failed { request, error } if self.monitor.is_asked(request) => self.monitor.fail(request, error),
            Event::Shared { request, result } => self.share.take(request, result),
            Event::Failed { request, error } if self.share.is_asked(request) => self.share.take(request, Err(error)),
            Event::Stack { texts } => self.stack.take(*texts),
            Event::Usage { usage, .. } => self.stack.usage = Some(usage),
            Event::Erased { result, .. } => self.stack.trouble = result.err(),
            Event::Failed { request, error } if self.stack.is_asked(request) => self.stack.trouble = Some(error),
            Event::ScoreProgress { request, rows, done, total } => {
                self.scoring.advance(request, ScoreProgress { rows, done, total });
            }
            Event::Scored { request, result } => self.scoring.take(request, result.map(|scored| scored.1)),
            Event::Explained { request, result } => self.scoring.take_explained(request, result.map(|found| *found)),
            Event::Failed { request, error } if self.scoring.is_asked(request) => self.scoring.fail(request, error),
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
mod tests;
