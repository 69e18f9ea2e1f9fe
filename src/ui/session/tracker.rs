//! The experiment tracker: set, put away, asked to try again.

use leptos::prelude::*;

use super::Session;
use crate::export::mlflow::live::Tracker;
use crate::web::protocol::Command;

impl Session {
    /// Logs runs to this server from now on; `None`: to none.
    pub fn set_tracker(&self, tracker: Option<&Tracker>) {
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
