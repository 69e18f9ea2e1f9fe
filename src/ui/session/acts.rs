//! The actions of menus, keys and the palette.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Dialog, Session};
use crate::base::Coded;
use crate::tracking::LogEntry;
use crate::ui::browser;
use crate::ui::state::incoming::IncomingError;
use crate::ui::state::{Action, Place, RunPhase, Theme, Workspace};
use crate::ui::view::runs_history::{can_take_back, next_to_redo};
use crate::web::{files, preferences};

/// Undo and Redo are of the pipeline's settings on its page; on all others of what was done with runs, experiments,
/// models and pipelines.
fn is_of_store() -> bool {
    browser::route() != Place::Pipeline.path()
}

impl Session {
    /// Whether an action can be done now.
    #[must_use]
    pub fn can(&self, action: Action) -> bool {
        let history = |of: fn(&[LogEntry]) -> bool| {
            self.workspace.with(|w| w.contents.as_ref().is_some_and(|contents| of(&contents.history)))
        };
        match action {
            Action::Undo if is_of_store() => return history(can_take_back),
            Action::Redo if is_of_store() => return history(|history| next_to_redo(history).is_some()),
            _ => {}
        }
        self.workspace.with(|workspace| match action {
            Action::Undo => workspace.history().can_undo(),
            Action::Redo => workspace.history().can_redo(),
            Action::Cancel => workspace.run.is_running(),
            Action::Run | Action::SavePipeline => workspace.has_spec,
            Action::Export => workspace.run.phase == RunPhase::Completed && workspace.run.run_id.is_some(),
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
            Action::Undo if is_of_store() => self.take_back(None),
            Action::Redo if is_of_store() => self.do_again(),
            Action::Undo => self.step_history(Workspace::undo, "Undone"),
            Action::Redo => self.step_history(Workspace::redo, "Redone"),
            Action::SavePipeline => self.save_spec(),
            Action::Export => {
                if let Some(run_id) = self.workspace.with_untracked(|workspace| workspace.run.run_id.clone()) {
                    self.offer_exports(run_id);
                }
            }
            Action::Show(step) => self.go(&format!("/?step={}", step.as_str())),
            Action::Go(place) => self.go(place.path()),
            Action::SetTheme(theme) => self.set_theme(theme),
            Action::Palette => self.dialog.set(Some(Dialog::Palette)),
            Action::Shortcuts => self.dialog.set(Some(Dialog::Shortcuts)),
        }
    }

    /// Closes this dialog; another one that was opened from it meanwhile stays.
    pub fn close_dialog(&self, own: Dialog) {
        self.dialog.update(|open| {
            open.take_if(|open| *open == own);
        });
    }

    /// Opens the dialog of what a run can be taken out as.
    pub fn offer_exports(&self, run_id: String) {
        self.exported.set(run_id);
        self.dialog.set(Some(Dialog::Export));
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
        self.say_for(words, None, Duration::from_secs(5));
    }

    /// Shows a short message for so long, with a way to take back the change `undo`.
    pub(super) fn say_for(&self, words: &str, undo: Option<u64>, time: Duration) {
        let words = words.to_owned();
        self.toast_undo.set(undo);
        self.announcement.set(words.clone());
        self.toast.set(Some(words.clone()));
        let toast = self.toast;
        let hide = move || {
            if toast.with_untracked(|now| now.as_deref() == Some(&words)) {
                toast.set(None);
            }
        };
        set_timeout(hide, time);
    }
}
