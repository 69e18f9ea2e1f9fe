//! What the page does: each action, each message of the worker, each change of the spec. Components call it; only it talks
//! to the worker, the URL and the preferences.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::browser;
use super::state::action::Place;
use super::state::incoming::{self, IncomingError};
use super::state::{Action, RowPage, RunPhase, RunView, Sample, Theme, Workspace, link};
use super::view::progress;
use crate::base::Coded;
use crate::pipeline::{PipelineEvent, PipelineSpec, StepName};
use crate::web::client::Client;
use crate::web::protocol::{Command, Event, Source};
use crate::web::{files, preferences};

/// Changes closer together than this wait for the last of them.
const TYPING: Duration = Duration::from_millis(150);
/// A run that takes longer is shown at work; one that does not changes the picture once.
const QUICK: Duration = Duration::from_millis(150);
/// Progress is said aloud no more often.
const ANNOUNCE_EVERY_MS: f64 = 5000.0;

/// The router's way to go to a path below the page's base.
type Navigate = Box<dyn Fn(&str)>;

/// A dialog of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    Palette,
    Shortcuts,
}

/// The page's state with what it can do. Copies are the same session.
#[derive(Clone, Copy)]
pub struct Session {
    pub workspace: RwSignal<Workspace>,
    /// The run as it is drawn: behind `workspace.run` only while a quick run is under way.
    pub shown_run: RwSignal<RunView>,
    pub theme: RwSignal<Theme>,
    pub dialog: RwSignal<Option<Dialog>>,
    /// A short message at the bottom, such as "Saved pipeline.json".
    pub toast: RwSignal<Option<String>>,
    /// What a screen reader is told.
    pub announcement: RwSignal<String>,
    client: StoredValue<Option<Client>, LocalStorage>,
    navigate: StoredValue<Option<Navigate>, LocalStorage>,
    clock: StoredValue<Clock>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// Moments in ms since the page was opened.
#[derive(Debug, Clone, Copy, Default)]
struct Clock {
    run_began: f64,
    step_began: f64,
    edited: f64,
    /// A setting was changed and its metrics are not on the screen yet.
    waiting_since: Option<f64>,
    announced: f64,
}

impl Session {
    /// Starts the worker and listens to it.
    #[must_use]
    pub fn start() -> Self {
        let theme = preferences::load(preferences::THEME).map_or(Theme::System, |name| Theme::named(&name));
        let session = Self {
            workspace: RwSignal::default(),
            shown_run: RwSignal::default(),
            theme: RwSignal::new(theme),
            dialog: RwSignal::new(None),
            toast: RwSignal::new(None),
            announcement: RwSignal::default(),
            client: StoredValue::new_local(None),
            navigate: StoredValue::new_local(None),
            clock: StoredValue::default(),
            timer: StoredValue::default(),
        };
        let client = Client::start(move |event| session.hear(event));
        session.client.set_value(Some(client));
        session
    }

    /// The session of this page.
    ///
    /// # Panics
    /// Never inside the app, which provides it.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// Gives the session the router's way to go places.
    pub fn set_navigate(&self, navigate: impl Fn(&str) + 'static) {
        self.navigate.set_value(Some(Box::new(navigate)));
    }

    /// Goes to a path below the page's base.
    pub fn go(&self, path: &str) {
        self.navigate.with_value(|navigate| {
            if let Some(navigate) = navigate {
                navigate(path);
            }
        });
    }

    // ── Data ────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Shows something at once when the pipeline page opens: the spec of the link, else of the last visit, else the sample.
    pub fn begin_visit(&self) {
        if self.workspace.with_untracked(|workspace| workspace.run.request.is_some() || workspace.is_opening()) {
            return;
        }
        let last = || preferences::load(preferences::LAST_SPEC).and_then(|text| PipelineSpec::from_json(&text).ok());
        match link::from_fragment(&browser::fragment()).or_else(last) {
            Some(spec) => self.load_spec(spec, true),
            None => self.open_sample(0),
        }
    }

    /// Opens what a person dropped or chose.
    pub fn open_files(&self, items: Vec<(incoming::Incoming, Option<File>)>) {
        let what: Vec<incoming::Incoming> = items.iter().map(|(item, _)| item.clone()).collect();
        if let Err(error) = incoming::check(&what) {
            return self.workspace.update(|workspace| workspace.fail(error));
        }
        if let Some((item, Some(file))) = items.into_iter().next() {
            self.open(Source::File { name: item.name }, Some(&file), self.current_spec());
        }
    }

    /// Opens a table that was pasted.
    pub fn open_pasted(&self, text: String) {
        match incoming::check_pasted(&text) {
            Ok(()) => self.open(Source::Pasted { name: "pasted.csv".into(), text }, None, self.current_spec()),
            Err(error) => self.workspace.update(|workspace| workspace.fail(error)),
        }
    }

    fn open_sample(&self, index: usize) {
        if let Some(sample) = Sample::ALL.get(index) {
            self.open_sample_with(*sample, None);
        }
    }

    fn open_sample_with(&self, sample: Sample, spec: Option<PipelineSpec>) {
        let url = browser::absolute(&format!("data/{}", sample.file));
        self.open(Source::Sample { name: sample.file.into(), url }, None, spec);
    }

    fn open(&self, source: Source, file: Option<&File>, current: Option<PipelineSpec>) {
        self.cancel_timer();
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.begin_open(request));
            self.begin_run();
            client.send(&Command::Open { request, source, current }, file.map(AsRef::as_ref));
        });
        if browser::route() == Place::Pipeline.path() {
            browser::scroll_to_top();
        } else {
            self.go(Place::Pipeline.path());
        }
    }

    fn current_spec(&self) -> Option<PipelineSpec> {
        self.workspace.with_untracked(|workspace| workspace.has_spec.then(|| workspace.spec().clone()))
    }

    /// Asks for rows of the file.
    pub fn request_rows(&self, start: u64, count: u32) {
        self.with_client(|client| {
            let request = client.next_request();
            client.send(&Command::Rows { request, start, count }, None);
        });
    }

    /// Asks for one run.
    pub fn request_run(&self, run_id: &str) {
        self.workspace.update(|workspace| workspace.missing_run = false);
        self.with_client(|client| {
            let request = client.next_request();
            client.send(&Command::GetRun { request, run_id: run_id.into() }, None);
        });
    }

    fn request_runs(&self) {
        self.with_client(|client| {
            let request = client.next_request();
            client.send(&Command::ListRuns { request }, None);
        });
    }

    // ── The spec ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Takes a changed spec in and runs it: at once, or after the last of several quick changes.
    pub fn edit(&self, spec: PipelineSpec) {
        if self.workspace.with_untracked(|workspace| *workspace.spec() == spec) {
            return;
        }
        let now = browser::now();
        let is_typing = now - self.clock.with_value(|clock| clock.edited) < TYPING.as_millis() as f64;
        self.clock.update_value(|clock| {
            clock.edited = now;
            clock.waiting_since.get_or_insert(now);
        });
        self.workspace.update(|workspace| workspace.edit(spec, now));
        self.cancel_timer();
        if is_typing {
            let session = *self;
            self.timer.set_value(set_timeout_with_handle(move || session.run(), TYPING).ok());
        } else {
            self.run();
        }
    }

    /// Takes a whole spec in, from a file, a link or a run. `automatic`: nobody asked for a run.
    pub fn load_spec(&self, mut spec: PipelineSpec, automatic: bool) {
        let dataset = self.workspace.with_untracked(|workspace| workspace.spec().dataset.clone());
        if spec.dataset.digest.is_none() && dataset.digest.is_some() {
            spec.dataset = dataset;
        }
        let now = browser::now();
        self.workspace.update(|workspace| {
            if workspace.has_spec { workspace.edit(spec.clone(), now) } else { workspace.restore(spec.clone()) }
        });
        match Sample::named(&spec.dataset.name).filter(|_| spec.dataset.digest.is_none()) {
            Some(sample) => self.open_sample_with(sample, Some(spec)),
            None => self.send_run(automatic),
        }
    }

    /// Reads a pipeline file.
    pub fn load_spec_file(&self, file: File) {
        let session = *self;
        spawn_local(async move {
            let spec = match files::read_text(&file).await {
                Ok(text) => PipelineSpec::from_json(&text).map_err(|error| error.report()),
                Err(_) => Err(IncomingError::UnreadableSpec { name: file.name() }.report()),
            };
            match spec {
                Ok(spec) => session.load_spec(spec, false),
                Err(error) => session.workspace.update(|workspace| workspace.fail(error)),
            }
        });
    }

    fn save_spec(&self) {
        let text = self.workspace.with_untracked(|workspace| workspace.spec().to_json());
        match files::download("pipeline.json", "application/json", &text) {
            Ok(()) => self.say("Saved pipeline.json"),
            Err(_) => self.say("The browser refused the download"),
        }
    }

    // ── Running ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Runs the spec as it is.
    pub fn run(&self) {
        self.send_run(false);
    }

    fn send_run(&self, automatic: bool) {
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
            client.send(&Command::Run { request, spec, automatic }, None);
        });
    }

    fn begin_run(&self) {
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
    fn show_run(&self) {
        let run = self.workspace.with_untracked(|workspace| workspace.run.clone());
        if self.shown_run.with_untracked(|shown| *shown != run) {
            self.shown_run.set(run);
        }
    }

    fn cancel(&self) {
        let request =
            self.workspace.with_untracked(|workspace| workspace.run.request.filter(|_| workspace.run.is_running()));
        if let Some(request) = request {
            self.with_client(|client| client.send(&Command::Cancel { request }, None));
        }
    }

    fn hear(&self, event: Event) {
        let heard = self.workspace.with_untracked(|workspace| Heard::of(&event, workspace));
        self.workspace.update(|workspace| workspace.apply(event));
        let now = browser::now();
        let clock = self.clock.get_value();
        match heard {
            Heard::Ready => {
                browser::set_ready();
                browser::measure("pipette:startup", 0.0, now, None);
                self.request_runs();
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
            }
            Heard::End => self.end_run(clock.run_began, now),
            Heard::RunsChanged => self.request_runs(),
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
        let waiting = self.clock.with_value(|clock| clock.waiting_since);
        self.clock.update_value(|clock| clock.waiting_since = None);
        if let Some(since) = waiting {
            // The frame after this one shows the metrics.
            request_animation_frame(move || browser::measure("pipette:input", since, browser::now(), None));
        }
        self.request_runs();
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

    // ── Acts ────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Whether an action can be done now.
    #[must_use]
    pub fn can(&self, action: Action) -> bool {
        self.workspace.with(|workspace| match action {
            Action::Undo => workspace.history().can_undo(),
            Action::Redo => workspace.history().can_redo(),
            Action::Cancel => workspace.run.is_running(),
            Action::Run | Action::SavePipeline => workspace.has_spec,
            _ => true,
        })
    }

    /// Does it.
    pub fn act(&self, action: Action) {
        match action {
            Action::OpenFile => browser::click("csv-input"),
            Action::LoadPipeline => browser::click("spec-input"),
            Action::Paste => self.paste(),
            Action::Sample(index) => self.open_sample(index),
            Action::Run => self.run(),
            Action::Cancel => self.cancel(),
            Action::Undo => self.step_history(Workspace::undo, "Undone"),
            Action::Redo => self.step_history(Workspace::redo, "Redone"),
            Action::SavePipeline => self.save_spec(),
            Action::Show(step) => self.go(&format!("/?step={}", step.as_str())),
            Action::Go(place) => self.go(place.path()),
            Action::SetTheme(theme) => self.set_theme(theme),
            Action::Palette => self.dialog.set(Some(Dialog::Palette)),
            Action::Shortcuts => self.dialog.set(Some(Dialog::Shortcuts)),
        }
    }

    fn step_history(&self, step: fn(&mut Workspace) -> bool, word: &str) {
        let changed = self.workspace.try_update(step).unwrap_or_default();
        if changed {
            self.announcement.set(word.into());
            self.run();
        }
    }

    fn paste(&self) {
        let session = *self;
        spawn_local(async move {
            match files::clipboard_text().await {
                Ok(text) => session.open_pasted(text),
                Err(_) => {
                    session.workspace.update(|workspace| workspace.fail(IncomingError::ClipboardRefused.report()))
                }
            }
        });
    }

    fn set_theme(&self, theme: Theme) {
        self.theme.set(theme);
        preferences::save(preferences::THEME, theme.as_str());
        browser::set_theme(theme.as_str());
    }

    /// Shows a short message for a while.
    pub fn say(&self, words: &str) {
        let words = words.to_owned();
        self.announcement.set(words.clone());
        self.toast.set(Some(words.clone()));
        let toast = self.toast;
        let hide = move || {
            if toast.with_untracked(|now| now.as_deref() == Some(&words)) {
                toast.set(None);
            }
        };
        set_timeout(hide, Duration::from_secs(5));
    }

    /// Keeps the spec for the next visit, and in the address.
    fn remember(&self, spec: &PipelineSpec) {
        preferences::save(preferences::LAST_SPEC, &spec.to_canonical_json());
        self.write_link();
    }

    /// Writes the spec into the address of the pipeline page.
    pub fn write_link(&self) {
        if browser::route() == Place::Pipeline.path()
            && let Some(spec) = self.current_spec()
        {
            browser::replace_fragment(&link::fragment(&spec));
        }
    }

    /// Takes the spec of an address in that was changed by hand.
    pub fn read_link(&self) {
        if let Some(spec) = link::from_fragment(&browser::fragment())
            && self.workspace.with_untracked(|workspace| *workspace.spec() != spec)
        {
            self.load_spec(spec, false);
        }
    }

    /// The rows that arrived last.
    #[must_use]
    pub fn rows(&self) -> Signal<Option<RowPage>> {
        let workspace = self.workspace;
        Memo::new(move |_| workspace.with(|workspace| workspace.rows.clone())).into()
    }

    fn cancel_timer(&self) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
            self.timer.set_value(None);
        }
    }

    fn with_client(&self, act: impl FnOnce(&Client)) {
        let client = self.client.with_value(Option::clone);
        if let Some(client) = client {
            act(&client);
        }
    }
}

/// What the session has to do after a message, beside folding it in.
enum Heard {
    Ready,
    Spec,
    StepStarted,
    StepFinished { step: StepName, seconds: f64, rows: u64 },
    End,
    RunsChanged,
    Other,
}

impl Heard {
    fn of(event: &Event, workspace: &Workspace) -> Self {
        match event {
            Event::Ready => Self::Ready,
            Event::RunsChanged => Self::RunsChanged,
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
