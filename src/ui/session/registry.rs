//! Models, pipelines, datasets and whole runs: asked for, and what comes of a saved pipeline.

use leptos::prelude::*;

use super::Session;
use crate::base::Coded;
use crate::pipeline::PipelineSpec;
use crate::tracking::StoreCommand;
use crate::ui::state::Found;
use crate::web::preferences;
use crate::web::protocol::Command;

impl Session {
    /// What is kept besides the runs is asked again, where a screen has asked before.
    pub(super) fn refresh_contents(&self) {
        if self.workspace.with_untracked(|workspace| workspace.registry.is_wanted) {
            self.workspace.update(|workspace| workspace.registry.doubt_runs());
            self.request_contents();
        }
    }

    /// Runs by their ids, whole: asked for where they were not read yet. `None` until all have arrived.
    #[must_use]
    pub fn records(&self, run_ids: Signal<Vec<String>>) -> Signal<Option<Found>> {
        let session = *self;
        Effect::new(move || {
            let ids = run_ids.get();
            let unread = session.workspace.with(|workspace| workspace.registry.unread(&ids));
            if !unread.is_empty() {
                session.request_records(unread);
            }
        });
        Memo::new(move |_| run_ids.with(|ids| session.workspace.with(|workspace| workspace.registry.found(ids)))).into()
    }

    fn request_records(&self, run_ids: Vec<String>) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.registry.ask_runs(request, run_ids.clone()));
            client.send(&Command::GetRuns { request, run_ids }, None);
        });
    }

    /// Makes a change, or says why it cannot be made.
    pub fn try_change<E: Coded>(&self, change: Result<StoreCommand, E>) {
        match change {
            Ok(change) => self.change(change),
            Err(error) => self.say(&error.report().message),
        }
    }

    /// The pipeline of the page, else that of the last visit.
    #[must_use]
    pub fn spec_at_hand(&self) -> Option<PipelineSpec> {
        let last = || preferences::load(preferences::LAST_SPEC).and_then(|text| PipelineSpec::from_json(&text).ok());
        self.current_spec().or_else(last)
    }

    /// Gives the pipeline at hand the name under which it was saved: its runs belong to that from now on.
    pub fn name_pipeline(&self, name: &str) {
        let Some(spec) = self.spec_at_hand() else { return };
        let spec = PipelineSpec { name: name.to_owned(), ..spec };
        if self.workspace.with_untracked(|workspace| workspace.has_spec) {
            self.workspace.update(|workspace| workspace.name_pipeline(name));
        }
        self.remember(&spec);
    }

    /// Loads a pipeline and shows it.
    pub fn open_pipeline(&self, spec: PipelineSpec) {
        self.load_spec(spec, false);
        self.go("/");
    }
}
