//! What the page does: each action, each message of the worker, each change of the spec. Components call it; only it talks
//! to the worker, the URL and the preferences.

mod acts;
mod asking;
mod exporting;
mod keeping;
mod monitoring;
mod opening;
mod registry;
mod running;
mod scoring;
mod sharing;
mod spec;
mod stack;
mod tracker;
mod triggers;

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::prelude::*;

use super::state::{Backups, RunView, Standing, Theme, Workspace};
use crate::web::client::Client;
use crate::web::preferences;

/// Changes closer together than this wait for the last of them.
const TYPING: Duration = Duration::from_millis(150);
/// Changed cells that a preview lists.
const PREVIEWED: u32 = 12;

/// The router's way to go to a path below the page's base.
type Navigate = Box<dyn Fn(&str)>;

/// A dialog of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    Palette,
    Shortcuts,
    /// Of the run `exported`.
    Export,
}

/// The page's state with what it can do. Copies are the same session.
#[derive(Clone, Copy)]
pub struct Session {
    pub workspace: RwSignal<Workspace>,
    /// The run as it is drawn: behind `workspace.run` only while a quick run is under way.
    pub shown_run: RwSignal<RunView>,
    pub theme: RwSignal<Theme>,
    /// Whether keys without a modifier are shortcuts.
    pub letter_keys: RwSignal<bool>,
    pub dialog: RwSignal<Option<Dialog>>,
    /// The run whose exports the dialog offers.
    pub exported: RwSignal<String>,
    /// A short message at the bottom, such as "Saved pipeline.json".
    pub toast: RwSignal<Option<String>>,
    /// The change that the message tells of, where it can be taken back.
    pub toast_undo: RwSignal<Option<u64>>,
    /// What a screen reader is told.
    pub announcement: RwSignal<String>,
    /// When a backup was made last, and when to remind of the next.
    pub backups: RwSignal<Backups>,
    /// How it stands with the triggers, by name.
    pub standings: RwSignal<BTreeMap<String, Standing>>,
    watch: StoredValue<triggers::Watch, LocalStorage>,
    client: StoredValue<Option<Client>, LocalStorage>,
    navigate: StoredValue<Option<Navigate>, LocalStorage>,
    clock: StoredValue<Clock>,
    timer: StoredValue<Option<TimeoutHandle>>,
    runs_timer: StoredValue<Option<TimeoutHandle>>,
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
    runs_asked: f64,
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
            letter_keys: RwSignal::new(preferences::load(preferences::LETTER_KEYS).is_none_or(|kept| kept != "off")),
            dialog: RwSignal::new(None),
            exported: RwSignal::default(),
            toast: RwSignal::new(None),
            toast_undo: RwSignal::new(None),
            announcement: RwSignal::default(),
            backups: RwSignal::new(Backups::read(preferences::load(preferences::BACKUPS).as_deref())),
            standings: RwSignal::default(),
            watch: StoredValue::new_local(triggers::Watch::default()),
            client: StoredValue::new_local(None),
            navigate: StoredValue::new_local(None),
            clock: StoredValue::default(),
            timer: StoredValue::default(),
            runs_timer: StoredValue::default(),
        };
        let client = Client::start(move |event, file| session.hear(event, file.as_ref()));
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
