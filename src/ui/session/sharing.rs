//! Links: made of a pipeline and, where they fit, its data; and opened.

use leptos::prelude::*;

use super::Session;
use crate::pipeline::PipelineSpec;
use crate::web::protocol::{Command, Source};

impl Session {
    /// Asks for the data of this pipeline, packed for a link.
    pub fn request_share(&self, spec: &PipelineSpec) {
        let digest = spec.dataset.digest.clone();
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.share.ask(request));
            client.send(&Command::Share { request, digest }, None);
        });
    }

    /// Opens the data of a link with its pipeline.
    pub(super) fn open_linked(&self, spec: PipelineSpec, data: String) {
        let (name, digest) = (spec.dataset.name.clone(), spec.dataset.digest.clone());
        self.open(Source::Linked { name, digest, data }, None, Some(spec));
    }
}
