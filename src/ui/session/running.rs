//! Runs of the session: begun, heard, shown, told.

use std::time::Duration;

use leptos::prelude::*;

use super::Session;
use crate::pipeline::{AnalysisResult, PipelineEvent, StepName};
use crate::ui::browser;
use crate::ui::state::{RunPhase, Sample, Workspace};
use crate::ui::view::progress;
use crate::web::protocol::{Command, Event};

/// A run that takes longer is shown at work; one that does not changes the picture once.
const QUICK: Duration = Duration::from_millis(150);
/// Progress is said aloud no more often.
const ANNOUNCE_EVERY_MS: f64 = 5000.0;

impl Session {
    /// Runs the spec as it is.
    pub fn run(&self) {
        self.send_run(false, None);
    }

    /// `cause`: the trigger that asks for it.
    pub(super) fn send_run(&self, automatic: bool, cause: Option<String>) {
        self.cancel_timer();
        if self.workspace.with_untracked(Workspace::is_opening) {
            return;
        }
        let Some(spec) = self.current_spec() else { return };
        self.remember(&spec);
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.begin(request));
            self.begin_run();
            client.send(&Command::Run { request, spec, automatic, cause }, None);
        });
    }

    pub(super) fn begin_run(&self) {
        let now = browser::now();
        self.clock.update_value(|clock| {
            clock.run_began = now;
            clock.step_began = now;
            clock.announced = now;
        });
        let request = self.workspace.with_untracked(|workspace| workspace.run.request);
        let session = *self;
        let show = move || {
            if session.workspace.with_untracked(|workspace| workspace.run.request == request) {
                session.show_run();
            }
        };
        set_timeout(show, QUICK);
    }

    /// Draws the run as it stands.
    pub(super) fn show_run(&self) {
        let run = self.workspace.with_untracked(|workspace| workspace.run.clone());
        if self.shown_run.with_untracked(|shown| *shown != run) {
            self.shown_run.set(run);
        }
    }

    pub(super) fn cancel(&self) {
        let request =
            self.workspace.with_untracked(|workspace| workspace.run.request.filter(|_| workspace.run.is_running()));
        if let Some(request) = request {
            self.with_client(|client| client.cancel(request));
        }
    }

    pub(super) fn hear(&self, event: Event, file: Option<&web_sys::Blob>) {
        let heard = self.workspace.with_untracked(|workspace| Heard::of(&event, workspace));
        match &event {
            Event::Changed { result: Ok(Some(entry)), .. } => self.tell_change(entry),
            Event::Changed { result: Err(error), .. } => self.say(&error.message),
            Event::Exported { result: Ok(name), .. } => self.save_export(name, file),
            Event::Erased { result: Ok(()), .. } => self.start_anew(),
            Event::Scored { result: Ok(scored), .. } => self.save_export(&scored.0, file),
            _ => {}
        }
        let notices = match &event {
            Event::Contents { .. } => self.workspace.with_untracked(|workspace| workspace.contents.clone()),
            _ => None,
        };
        let runs_bytes = if let Event::Runs { rows, .. } = &event { Some(rows.len() as u64) } else { None };
        self.workspace.update(|workspace| workspace.apply(event));
        // What has drifted before the page was opened, the badge says.
        if let Some(before) = notices {
            self.tell_drift(&before.notices);
        }
        let now = browser::now();
        let clock = self.clock.get_value();
        if let Some(bytes) = runs_bytes {
            let n = self.workspace.with_untracked(|w| w.runs.as_ref().map_or(0, |runs| runs.len() as u64));
            // The frame after this one shows them.
            request_animation_frame(move || {
                browser::measure("pipette:runs", clock.runs_asked, browser::now(), Some((n, bytes)));
            });
        }
        match heard {
            Heard::Ready => {
                browser::set_ready();
                browser::measure("pipette:startup", 0.0, now, None);
                self.request_runs();
                self.use_remembered_experiment();
            }
            Heard::Spec => {
                if let Some(spec) = self.current_spec() {
                    self.remember(&spec);
                }
                self.show_run();
            }
            Heard::StepStarted => self.clock.update_value(|clock| clock.step_began = now),
            Heard::StepFinished { step, seconds, rows } => {
                let bytes = self.workspace.with_untracked(|w| w.outputs().ingest.map_or(0, |summary| summary.bytes));
                let name = format!("pipette:step:{}", step.as_str());
                browser::measure(&name, (now - seconds * 1000.0).max(0.0), now, Some((rows, bytes)));
                if step == StepName::Evaluate {
                    // The metrics are here; what is left of the run is keeping it.
                    self.show_run();
                    self.measure_input();
                }
            }
            Heard::End => self.end_run(clock.run_began, now),
            Heard::Answer(words) => self.announcement.set(words),
            Heard::RunsChanged => {
                self.request_runs();
                self.refresh_contents();
            }
            Heard::Stack => self.keep_triggers(),
            Heard::Other => {}
        }
        let is_slow = now - clock.run_began > QUICK.as_millis() as f64;
        if is_slow || !self.workspace.with_untracked(|workspace| workspace.run.is_running()) {
            self.show_run();
        }
        self.announce_progress(now);
    }

    fn end_run(&self, began: f64, now: f64) {
        browser::measure("pipette:run", began, now, None);
        self.measure_input();
        self.request_runs_at_rest();
        let words = self.workspace.with_untracked(|workspace| progress::end(&workspace.run, &workspace.outputs()));
        self.announcement.set(words);
        // A link to a sample that was never opened here: it can be had.
        let sample = self.workspace.with_untracked(|workspace| {
            let failed = workspace.run.phase == RunPhase::Failed;
            let file_needed = workspace.run.failure().is_some_and(|(_, error)| error.code == "pipeline.file_needed");
            let digest = workspace.spec().dataset.digest.as_ref().filter(|_| failed && file_needed)?;
            Some((Sample::with_digest(digest)?, workspace.spec().clone()))
        });
        if let Some((sample, spec)) = sample {
            self.open_sample_with(sample, Some(spec));
        }
    }

    /// How long a change of a setting took, once: from the change until its metrics are on the screen.
    fn measure_input(&self) {
        let waiting = self.clock.with_value(|clock| clock.waiting_since);
        self.clock.update_value(|clock| clock.waiting_since = None);
        if let Some(since) = waiting {
            // The frame after this one shows them.
            request_animation_frame(move || browser::measure("pipette:input", since, browser::now(), None));
        }
    }

    fn announce_progress(&self, now: f64) {
        if now - self.clock.with_value(|clock| clock.announced) < ANNOUNCE_EVERY_MS {
            return;
        }
        if let Some(words) = self.workspace.with_untracked(|workspace| progress::sentence(&workspace.run)) {
            self.clock.update_value(|clock| clock.announced = now);
            self.announcement.set(words);
        }
    }

    /// Seconds that the step under way has taken.
    #[must_use]
    pub fn step_seconds(&self) -> f64 {
        (browser::now() - self.clock.with_value(|clock| clock.step_began)) / 1000.0
    }
}

/// What the session has to do after a message, beside folding it in.
enum Heard {
    Ready,
    Spec,
    StepStarted,
    StepFinished {
        step: StepName,
        seconds: f64,
        rows: u64,
    },
    End,
    RunsChanged,
    Stack,
    /// A question was answered: what is said aloud.
    Answer(String),
    Other,
}

impl Heard {
    fn of(event: &Event, workspace: &Workspace) -> Self {
        match event {
            Event::Ready => Self::Ready,
            Event::RunsChanged => Self::RunsChanged,
            Event::Stack { .. } => Self::Stack,
            Event::Analysis { request, result: Ok(result) } if workspace.analyses.is_asked(*request) => {
                // How columns go with the target is asked by the page itself.
                match **result {
                    AnalysisResult::Correlations(_) => Self::Other,
                    _ => Self::Answer(result.sentence().to_owned()),
                }
            }
            Event::SpecChosen { request, .. } if workspace.is_current(*request) => Self::Spec,
            Event::Pipeline { request, event } if workspace.is_current(*request) => match event {
                PipelineEvent::StepStarted { .. } => Self::StepStarted,
                PipelineEvent::StepFinished { record, .. } => {
                    Self::StepFinished { step: record.step, seconds: record.seconds, rows: record.rows }
                }
                _ => Self::Other,
            },
            Event::RunFinished { request, .. } if workspace.is_current(*request) => Self::End,
            _ => Self::Other,
        }
    }
}
