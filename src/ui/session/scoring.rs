//! What a deployment's page asks of its model.

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::Session;
use crate::web::protocol::Command;

impl Session {
    /// Scores a file with a run's pipeline; it is offered as a download when it is done.
    pub fn score(&self, deployment: &str, run_id: &str, file: &web_sys::Blob) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.scoring.ask(deployment, request));
            client.send(&Command::Score { request, run_id: run_id.to_owned() }, Some(file));
        });
    }

    /// Ends the scoring under way.
    pub fn cancel_scoring(&self) {
        if let Some(request) = self.workspace.with_untracked(|workspace| workspace.scoring.under_way()) {
            self.with_client(|client| client.cancel(request));
        }
    }

    /// Looks at one prediction of a run's model.
    pub fn explain(&self, run_id: &str, values: Map<String, Value>, feature: Option<String>) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.scoring.ask_to_explain(request));
            client.send(&Command::Explain { request, run_id: run_id.to_owned(), values, feature }, None);
        });
    }
}
