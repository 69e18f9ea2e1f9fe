//! Triggers at work: once a second the clock and the watched files are looked at, and what is due runs.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::Session;
use crate::registry::{Looks, RegistryError, Saved, Trigger, When};
use crate::ui::state::Standing;
use crate::ui::state::triggers::{Facts, FileLook, LastRuns, Notices, look};
use crate::web::protocol::{Command, Source};
use crate::web::store::Held;
use crate::web::watched::{self, FileHandle, NotRead};

/// How often it is looked. Browsers look less often at a tab that nobody sees.
const EVERY: Duration = Duration::from_secs(1);

/// What the tab that looks after the triggers has in its hands.
#[derive(Default)]
pub(super) struct Watch {
    has_begun: bool,
    is_looking: bool,
    /// Until the tab is closed.
    _alone: Option<Held>,
    files: BTreeMap<String, Watched>,
    last: LastRuns,
    notices: Notices,
}

#[derive(Clone)]
struct Watched {
    handle: FileHandle,
    looks: Looks,
}

fn now() -> i64 {
    js_sys::Date::now() as i64
}

fn modified(file: &File) -> i64 {
    file.last_modified() as i64
}

impl Session {
    /// Looks after the triggers, once there are some, and no other tab does.
    pub(super) fn keep_triggers(&self) {
        let triggers = self.workspace.with_untracked(|workspace| workspace.stack.trigger_records());
        if triggers.is_empty() || self.watch.with_value(|watch| watch.has_begun) {
            return;
        }
        self.watch.update_value(|watch| watch.has_begun = true);
        self.standings.set(triggers.into_iter().map(|trigger| (trigger.name, Standing::Elsewhere)).collect());
        let session = *self;
        spawn_local(async move {
            let alone = watched::alone().await;
            session.watch.update_value(|watch| watch._alone = alone);
            set_interval(move || session.look_at_triggers(), EVERY);
        });
    }

    fn look_at_triggers(&self) {
        // A slow disk: the look before is not over.
        if self.watch.try_update_value(|watch| std::mem::replace(&mut watch.is_looking, true)) != Some(false) {
            return;
        }
        let session = *self;
        spawn_local(async move {
            session.look_once().await;
            session.watch.update_value(|watch| watch.is_looking = false);
        });
    }

    async fn look_once(&self) {
        let triggers = self.workspace.with_untracked(|workspace| workspace.stack.trigger_records());
        let (mut looks, mut files) = (BTreeMap::new(), BTreeMap::new());
        for trigger in &triggers {
            if matches!(trigger.when, When::FileChanged { .. }) && !trigger.paused {
                let found = self.look_at_file(&trigger.name).await;
                looks.insert(trigger.name.clone(), found.as_ref().map_or_else(Clone::clone, |(look, _)| look.clone()));
                files.extend(found.ok().map(|(_, file)| (trigger.name.clone(), file)));
            }
        }
        let dataset = self.spec_at_hand().map(|spec| spec.dataset.name).filter(|name| !name.is_empty());
        let is_busy = self.workspace.with_untracked(|w| !w.ready || w.run.is_running() || w.is_opening());
        let runs = self.workspace.with_untracked(|workspace| workspace.runs.clone());
        let last = self.watch.try_update_value(|watch| {
            watch.last.take(runs.as_ref());
            watch.last.times.clone()
        });
        let last = last.unwrap_or_default();
        // Before the list of runs is there, nobody knows when a trigger fired last.
        if runs.is_none() {
            return;
        }
        let drifted = self.workspace.with_untracked(|workspace| workspace.stack.drifted.clone());
        let raised = self.watch.try_update_value(|watch| watch.notices.raised(&drifted, &triggers, &last));
        let raised = raised.unwrap_or_default();
        let facts =
            Facts { last: &last, files: &looks, raised: &raised, dataset: dataset.as_deref(), is_busy, now: now() };
        let (standings, fires) = look(&triggers, facts);
        if self.standings.with_untracked(|before| *before != standings) {
            self.standings.set(standings);
        }
        if let Some(trigger) = fires {
            let file = files.remove(&trigger.name);
            self.fire(&trigger, file).await;
        }
    }

    async fn look_at_file(&self, trigger: &str) -> Result<(FileLook, File), FileLook> {
        let known = self.watch.with_value(|watch| watch.files.get(trigger).cloned());
        let mut watched = match known {
            Some(watched) => watched,
            None => match watched::kept(trigger).await {
                Some((handle, used)) => Watched { handle, looks: Looks::used(used) },
                None => return Err(FileLook::Lost("the browser did not keep where it is".into())),
            },
        };
        let found = watched::file(&watched.handle).await;
        let look = found.map(|file| {
            let look = if watched.looks.look(modified(&file)) { FileLook::Changed } else { FileLook::Same };
            (look, file)
        });
        self.watch.update_value(|watch| {
            watch.files.insert(trigger.to_owned(), watched);
        });
        look.map_err(|error| match error {
            NotRead::NotAllowed => FileLook::NotAllowed,
            NotRead::Lost(why) => FileLook::Lost(why),
        })
    }

    async fn fire(&self, trigger: &Trigger, file: Option<File>) {
        let cause = trigger.name.clone();
        self.watch.update_value(|watch| {
            watch.last.note(cause.clone(), now());
            watch.notices.answer(trigger);
        });
        match file {
            Some(file) => {
                self.use_file(&cause, modified(&file)).await;
                self.open_because(&file, Some(cause));
            }
            None => self.run_because(cause),
        }
    }

    /// The pipeline runs on a watched file as it is now.
    async fn use_file(&self, trigger: &str, modified: i64) {
        let handle = self.watch.try_update_value(|watch| {
            let watched = watch.files.get_mut(trigger)?;
            watched.looks = Looks::used(modified);
            Some(watched.handle.clone())
        });
        if let Some(handle) = handle.flatten() {
            watched::keep(trigger, &handle, modified).await;
        }
    }

    /// Runs the pipeline at hand: that of the page, else of the last visit.
    fn run_because(&self, cause: String) {
        if let Some(spec) = self.spec_at_hand().filter(|_| self.current_spec().is_none()) {
            self.workspace.update(|workspace| workspace.restore(spec));
        }
        self.send_run(false, Some(cause));
    }

    /// Opens a file for the pipeline at hand, wherever the person is on the page.
    fn open_because(&self, file: &File, cause: Option<String>) {
        self.cancel_timer();
        let current = self.spec_at_hand();
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.begin_open(request));
            self.begin_run();
            let source = Source::File { name: file.name() };
            client.send(&Command::Open { request, source, current, cause }, Some(file.as_ref()));
        });
    }

    /// Runs the pipeline at hand on a timer.
    ///
    /// # Errors
    /// `Period`, `NameTaken`.
    pub fn set_timer(&self, minutes: f64) -> Result<(), RegistryError> {
        self.set_trigger(When::every(minutes)?).map(drop)
    }

    /// Runs the pipeline at hand when a deployment's notice of drift is raised.
    ///
    /// # Errors
    /// `NameTaken`.
    pub fn retrain_on_drift(&self, deployment: String) -> Result<(), RegistryError> {
        self.set_trigger(When::Drift { deployment }).map(drop)
    }

    fn set_trigger(&self, when: When) -> Result<String, RegistryError> {
        let all = self.workspace.with_untracked(|workspace| workspace.stack.trigger_records());
        let made = Trigger::create(when, &all, now())?;
        let name = made.0.name.clone();
        self.change(Saved::create(made));
        Ok(name)
    }

    /// Lets a person choose a file, opens it for the pipeline at hand, and runs again whenever it changes.
    pub fn watch_file(&self) {
        let session = *self;
        spawn_local(async move {
            if let Err(words) = session.choose_file().await {
                session.say(&words);
            }
        });
    }

    async fn choose_file(&self) -> Result<(), String> {
        let Some(handle) = watched::choose().await? else { return Ok(()) };
        let file = match watched::file(&handle).await {
            Ok(file) => file,
            Err(NotRead::NotAllowed) => return Err("The browser does not allow the file to be read.".into()),
            Err(NotRead::Lost(why)) => return Err(format!("{} cannot be read: {why}", handle.name())),
        };
        let when = When::FileChanged { file: handle.name() };
        let name = self.set_trigger(when).map_err(|error| error.to_string())?;
        let looks = Looks::used(modified(&file));
        watched::keep(&name, &handle, modified(&file)).await;
        self.watch.update_value(|watch| {
            watch.files.insert(name, Watched { handle, looks });
        });
        self.open_because(&file, None);
        Ok(())
    }

    /// Asks the browser for the file of a trigger again; a click has to call it.
    pub fn allow_file(&self, trigger: &str) {
        if let Some(watched) = self.watch.with_value(|watch| watch.files.get(trigger).cloned()) {
            spawn_local(async move {
                // What came of it is seen at the next look.
                watched::allow(&watched.handle).await;
            });
        }
    }

    /// Pauses a trigger, or lets it go on.
    pub fn pause_trigger(&self, trigger: &Saved<Trigger>, paused: bool) {
        self.change(trigger.change(trigger.record.pause(paused, now())));
    }
}
