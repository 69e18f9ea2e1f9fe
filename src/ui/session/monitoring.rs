//! What deployments were asked: looked at, and held against true values.

use leptos::prelude::*;

use super::Session;
use crate::web::protocol::Command;

impl Session {
    /// Asks what a deployment was asked.
    pub fn request_monitor(&self, deployment: &str) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.monitor.ask(request, deployment));
            client.send(&Command::Monitor { request, deployment: deployment.to_owned() }, None);
        });
    }

    /// Holds what a deployment has predicted against the true values of a file.
    pub fn read_truth(&self, deployment: &str, file: &web_sys::Blob) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.monitor.read(request));
            client.send(&Command::Truth { request, deployment: deployment.to_owned() }, Some(file));
        });
    }

    /// Says which deployment's requests have drifted since this was last known.
    pub(super) fn tell_drift(&self, before: &[(String, String)]) {
        let now = self.workspace.with_untracked(|workspace| workspace.contents.clone());
        let is_known = |deployment: &str, name: &str| {
            before.iter().any(|(known, names)| known == deployment && names.lines().any(|known| known == name))
        };
        let mut notices = now.iter().flat_map(|contents| &contents.notices);
        let fresh = notices.find(|(deployment, names)| names.lines().any(|name| !is_known(deployment, name)));
        if let Some((deployment, names)) = fresh {
            self.say(&crate::ui::view::serving_monitor::notice(deployment, names));
        }
    }
}
