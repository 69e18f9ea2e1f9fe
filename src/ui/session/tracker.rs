//! The experiment tracker: set, put away, asked to try again.

use leptos::prelude::*;

use super::Session;
use crate::export::mlflow::live::Tracker;
use crate::registry::{Components, ExperimentTracker};
use crate::web::protocol::Command;

impl Session {
    /// Logs runs to this server from now on, `None`: to none; in the active stack.
    pub fn set_tracker(&self, tracker: Option<&Tracker>) {
        if let Some(stack) = self.workspace.with_untracked(|workspace| workspace.stack.own_tracker()) {
            let experiment_tracker = tracker.map_or(ExperimentTracker::Pipette, |tracker| ExperimentTracker::Mlflow {
                uri: tracker.url.clone(),
                experiment: tracker.experiment.clone(),
            });
            let components = self.workspace.with_untracked(|workspace| workspace.stack.active().components);
            let components = Components { experiment_tracker, ..components };
            if let Err(error) = self.change_stacks(|stacks| stacks.update(&stack, components)) {
                self.say(&error.to_string());
            }
            return;
        }
        let kept = self.workspace.with_untracked(|w| w.tracker.as_deref().and_then(|status| status.kept.clone()));
        self.change(Tracker::change(kept.as_deref(), tracker));
    }

    /// Sends what waits without waiting for the next try.
    pub fn send_waiting(&self) {
        self.with_client(|client| {
            let request = client.next_request();
            client.send(&Command::SendWaiting { request }, None);
        });
    }
}
