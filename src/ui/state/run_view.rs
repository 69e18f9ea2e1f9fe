//! A run as the page shows it while it happens.

use crate::base::ErrorReport;
use crate::pipeline::{PipelineEvent, Progress, StepName, StepRecord, StepStatus};
use crate::tracking::{RunRecord, RunStatus};
use crate::web::protocol::RequestId;

/// Where a whole run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunPhase {
    #[default]
    Pending,
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl RunPhase {
    /// The name in handles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl From<RunStatus> for RunPhase {
    fn from(status: RunStatus) -> Self {
        match status {
            RunStatus::Finished => Self::Completed,
            RunStatus::Failed => Self::Failed,
            RunStatus::Killed => Self::Cancelled,
            RunStatus::Running | RunStatus::Scheduled => Self::Running,
        }
    }
}

/// One step of the run.
#[derive(Debug, Clone, PartialEq)]
pub struct StepView {
    pub record: StepRecord,
    pub progress: Option<Progress>,
    pub error: Option<ErrorReport>,
}

impl StepView {
    fn pending(step: StepName) -> Self {
        Self { record: StepRecord::pending(step), progress: None, error: None }
    }

    fn of(record: StepRecord) -> Self {
        Self { record, progress: None, error: None }
    }
}

/// The run that the pipeline page shows: the one under way, else the last one.
#[derive(Debug, Clone, PartialEq)]
pub struct RunView {
    /// The request it answers; `None` before the first.
    pub request: Option<RequestId>,
    pub run_id: Option<String>,
    pub run_name: Option<String>,
    pub phase: RunPhase,
    /// One a step, in order.
    pub steps: [StepView; 5],
}

impl Default for RunView {
    fn default() -> Self {
        Self {
            request: None,
            run_id: None,
            run_name: None,
            phase: RunPhase::Pending,
            steps: StepName::ALL.map(StepView::pending),
        }
    }
}

impl RunView {
    /// One step.
    #[must_use]
    pub fn step(&self, step: StepName) -> &StepView {
        let [ingest, clean, split, train, evaluate] = &self.steps;
        match step {
            StepName::Ingest => ingest,
            StepName::Clean => clean,
            StepName::Split => split,
            StepName::Train => train,
            StepName::Evaluate => evaluate,
        }
    }

    fn step_mut(&mut self, step: StepName) -> &mut StepView {
        let [ingest, clean, split, train, evaluate] = &mut self.steps;
        match step {
            StepName::Ingest => ingest,
            StepName::Clean => clean,
            StepName::Split => split,
            StepName::Train => train,
            StepName::Evaluate => evaluate,
        }
    }

    /// Whether a request is under way.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.phase == RunPhase::Running
    }

    /// The step that failed, with its error.
    #[must_use]
    pub fn failure(&self) -> Option<(StepName, &ErrorReport)> {
        self.steps.iter().find_map(|view| view.error.as_ref().map(|error| (view.record.step, error)))
    }

    /// The step that runs now.
    #[must_use]
    pub fn running_step(&self) -> Option<&StepView> {
        self.steps.iter().find(|view| view.record.status == StepStatus::Running)
    }

    /// A request was sent. Steps from `first` on wait; the ones before it stay as they are, for they will be found again.
    pub(super) fn begin(&mut self, request: RequestId, first: StepName) {
        self.request = Some(request);
        self.phase = RunPhase::Running;
        for view in &mut self.steps {
            if view.record.step >= first || !matches!(view.record.status, StepStatus::Completed | StepStatus::Cached) {
                *view = StepView::pending(view.record.step);
            }
        }
    }

    pub(super) fn apply(&mut self, event: &PipelineEvent) {
        match event {
            PipelineEvent::StepStarted { step, reason } => {
                let view = self.step_mut(*step);
                *view = StepView::pending(*step);
                view.record.status = StepStatus::Running;
                view.record.reason.clone_from(reason);
            }
            PipelineEvent::Progress { step, progress } => self.step_mut(*step).progress = Some(*progress),
            PipelineEvent::StepFinished { record, .. } => *self.step_mut(record.step) = StepView::of(record.clone()),
            PipelineEvent::StepFailed { record, error } => {
                *self.step_mut(record.step) = StepView { error: Some(error.clone()), ..StepView::of(record.clone()) };
                self.skip_after(record.step);
            }
            PipelineEvent::StepCancelled { record } => {
                // How far it had come stays to be seen.
                let progress = self.step(record.step).progress;
                *self.step_mut(record.step) = StepView { progress, ..StepView::of(record.clone()) };
                self.skip_after(record.step);
            }
        }
    }

    /// The run's end. Steps whose events arrived stay as they said: a run nobody asked for carries an earlier record.
    pub(super) fn finish(&mut self, run: &RunRecord) {
        self.run_id = Some(run.info.run_id.clone());
        self.run_name = Some(run.info.run_name.clone());
        self.phase = run.info.status.into();
        for record in &run.steps {
            let view = self.step_mut(record.step);
            if matches!(view.record.status, StepStatus::Pending | StepStatus::Running) {
                *view = StepView::of(record.clone());
            }
        }
        if self.phase == RunPhase::Failed && self.failure().is_none() {
            let step =
                self.steps.iter().find(|view| view.record.status == StepStatus::Failed).map(|view| view.record.step);
            if let (Some(step), Some(error)) = (step, &run.error) {
                self.step_mut(step).error = Some(error.clone());
            }
        }
    }

    /// The request could not be done: what has not run stays waiting.
    pub(super) fn abandon(&mut self) {
        self.phase = RunPhase::Failed;
        for view in &mut self.steps {
            if view.record.status == StepStatus::Running {
                *view = StepView::pending(view.record.step);
            }
        }
    }

    /// The worker was ended in the midst of the run, because it did not hear a cancel.
    pub(super) fn end(&mut self) {
        self.phase = RunPhase::Cancelled;
        let running = self.steps.iter().find(|view| view.record.status == StepStatus::Running);
        if let Some(step) = running.map(|view| view.record.step) {
            self.step_mut(step).record.status = StepStatus::Cancelled;
            self.skip_after(step);
        }
    }

    fn skip_after(&mut self, step: StepName) {
        for view in &mut self.steps {
            if view.record.step > step {
                *view = StepView::pending(view.record.step);
                view.record.status = StepStatus::Skipped;
            }
        }
    }
}
