//! Changes of what the workspace keeps: sent, told with a way back, taken back, done again.

use std::time::Duration;

use leptos::prelude::*;

use super::Session;
use crate::tracking::{DEFAULT_EXPERIMENT, LogEntry, StoreCommand};
use crate::web::preferences;
use crate::web::protocol::{Command, RequestId};

/// How long the way back stands at the bottom.
const UNDO_OFFERED: Duration = Duration::from_secs(10);

impl Session {
    /// Asks for what is kept besides the runs; from then on it is asked again after each change.
    pub fn request_contents(&self) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.registry.ask_contents(request));
            client.send(&Command::GetContents { request }, None);
        });
    }

    /// Makes a change. One that cannot be made is said in `Workspace::change_error`.
    pub fn change(&self, change: StoreCommand) {
        if !change.is_empty() {
            self.workspace.update(|workspace| workspace.registry.is_changing = true);
            self.send_change(|request| Command::Change { request, change });
        }
    }

    /// Takes back one change, or the latest.
    pub fn take_back(&self, seq: Option<u64>) {
        self.send_change(|request| Command::TakeBack { request, seq });
    }

    /// Does again what was taken back last.
    pub fn do_again(&self) {
        self.send_change(|request| Command::DoAgain { request });
    }

    /// Removes runs of the bin for good.
    pub fn purge(&self, run_ids: Vec<String>) {
        self.send_change(|request| Command::Purge { request, run_ids });
    }

    /// New runs go to this experiment, `all` for the default one; remembered for the next visit.
    pub fn use_experiment(&self, experiment_id: &str) {
        preferences::save(preferences::EXPERIMENT, experiment_id);
        let experiment_id = if experiment_id == "all" { DEFAULT_EXPERIMENT } else { experiment_id }.to_owned();
        self.with_client(|client| {
            let request = client.next_request();
            client.send(&Command::UseExperiment { request, experiment_id }, None);
        });
    }

    /// A new worker knows nothing of the experiment that was chosen.
    pub(super) fn use_remembered_experiment(&self) {
        if let Some(experiment_id) = preferences::load(preferences::EXPERIMENT) {
            self.use_experiment(&experiment_id);
        }
    }

    /// The error of the last change has been read.
    pub fn close_change_error(&self) {
        self.workspace.update(|workspace| workspace.change_error = None);
    }

    /// Says what was changed, and offers the way back.
    pub(super) fn tell_change(&self, entry: &LogEntry) {
        if entry.undone {
            self.say(&format!("Taken back: {}", entry.command.words));
        } else {
            self.say_for(&entry.command.words, Some(entry.seq), UNDO_OFFERED);
        }
    }

    fn send_change(&self, command: impl FnOnce(RequestId) -> Command) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.changes.push(request));
            client.send(&command(request), None);
        });
    }
}
