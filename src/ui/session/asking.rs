//! Questions about the pipeline: asked, cancelled.

use leptos::prelude::*;

use super::Session;
use crate::ui::state::Question;
use crate::web::protocol::Command;

impl Session {
    /// Asks; a question of the same kind that still waits is let go.
    pub fn ask(&self, question: Question) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.analyses.ask(request, question.clone()));
            let Question { spec, analysis } = question;
            client.send(&Command::Analyse { request, spec, analysis }, None);
        });
    }

    /// Ends the question of a kind that is under way.
    pub fn cancel_question(&self, kind: &str) {
        if let Some(request) = self.workspace.with_untracked(|workspace| workspace.analyses.request(kind)) {
            self.with_client(|client| client.cancel(request));
        }
    }

    /// While the caller is shown: asks how the columns go with the target, whenever that is not known.
    pub fn keep_correlations(&self) {
        let session = *self;
        let wanted = Memo::new(move |_| session.workspace.read().correlations_wanted());
        Effect::new(move || {
            if let Some(question) = wanted.get() {
                session.ask(question);
            }
        });
    }
}
