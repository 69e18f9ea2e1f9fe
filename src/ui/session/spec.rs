//! The session's spec: edited, loaded, saved, kept for the next visit and in the address.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::{Session, TYPING};
use crate::base::Coded;
use crate::pipeline::PipelineSpec;
use crate::ui::browser;
use crate::ui::state::action::Place;
use crate::ui::state::incoming::IncomingError;
use crate::ui::state::{Sample, link};
use crate::web::{files, preferences};

impl Session {
    /// Takes a changed spec in and runs it: at once, or after the last of several quick changes.
    pub fn edit(&self, spec: PipelineSpec) {
        if self.workspace.with_untracked(|workspace| *workspace.spec() == spec) {
            return;
        }
        let now = browser::now();
        let is_typing = now - self.clock.with_value(|clock| clock.edited) < TYPING.as_millis() as f64;
        self.clock.update_value(|clock| {
            clock.edited = now;
            clock.waiting_since.get_or_insert(now);
        });
        self.workspace.update(|workspace| workspace.edit(spec, now));
        self.cancel_timer();
        if is_typing {
            let session = *self;
            self.timer.set_value(set_timeout_with_handle(move || session.run(), TYPING).ok());
        } else {
            self.run();
        }
    }

    /// Takes a whole spec in, from a file, a link or a run. `automatic`: nobody asked for a run.
    pub fn load_spec(&self, mut spec: PipelineSpec, automatic: bool) {
        let dataset = self.workspace.with_untracked(|workspace| workspace.spec().dataset.clone());
        if spec.dataset.digest.is_none() && dataset.digest.is_some() {
            spec.dataset = dataset;
        }
        let now = browser::now();
        self.workspace.update(|workspace| {
            if workspace.has_spec { workspace.edit(spec.clone(), now) } else { workspace.restore(spec.clone()) }
        });
        match Sample::named(&spec.dataset.name).filter(|_| spec.dataset.digest.is_none()) {
            Some(sample) => self.open_sample_with(sample, Some(spec)),
            None => self.send_run(automatic, None),
        }
    }

    /// Reads a pipeline file.
    pub fn load_spec_file(&self, file: File) {
        let session = *self;
        spawn_local(async move {
            let spec = match files::read_text(&file).await {
                Ok(text) => PipelineSpec::from_json(&text).map_err(|error| error.report()),
                Err(_) => Err(IncomingError::UnreadableSpec { name: file.name() }.report()),
            };
            match spec {
                Ok(spec) => session.load_spec(spec, false),
                Err(error) => session.workspace.update(|workspace| workspace.fail(error)),
            }
        });
    }

    pub(super) fn save_spec(&self) {
        let text = self.workspace.with_untracked(|workspace| workspace.spec().to_json());
        match files::download("pipeline.json", "application/json", &text) {
            Ok(()) => self.say("Saved pipeline.json"),
            Err(_) => self.say("The browser refused the download"),
        }
    }

    /// Keeps the spec for the next visit, and in the address.
    pub(super) fn remember(&self, spec: &PipelineSpec) {
        preferences::save(preferences::LAST_SPEC, &spec.to_canonical_json());
        self.write_link();
    }

    /// Writes the spec into the address of the pipeline page.
    pub fn write_link(&self) {
        if browser::route() == Place::Pipeline.path()
            && let Some(spec) = self.current_spec()
        {
            browser::replace_fragment(&link::fragment(&spec));
        }
    }

    /// Takes the spec of an address in that was changed by hand.
    pub fn read_link(&self) {
        let data = link::data_of(&browser::fragment());
        match (link::from_fragment(&browser::fragment(), "the pipeline as it was"), data) {
            (Some(Ok(spec)), Some(data)) => self.open_linked(spec, data),
            (Some(Ok(spec)), None) if self.workspace.with_untracked(|workspace| *workspace.spec() != spec) => {
                self.load_spec(spec, false);
            }
            (Some(Err(error)), _) => self.workspace.update(|workspace| workspace.fail(error.report())),
            _ => {}
        }
    }
}
