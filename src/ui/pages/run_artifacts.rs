//! The files of a run: their sizes, their beginnings as plain text, and a way to save them.

use std::sync::Arc;

use leptos::prelude::*;

use crate::tracking::RunRecord;
use crate::ui::components::Icon;
use crate::ui::view::artifacts::{Artifact, SHOWN, artifacts};
use crate::ui::view::format::bytes;
use crate::web::files;

/// The list.
#[component]
pub(super) fn Artifacts(run: Arc<RunRecord>) -> impl IntoView {
    let files = artifacts(&run);
    let summary = format!("{} files, {}", files.len(), bytes(files.iter().map(|file| file.text.len() as u64).sum()));
    let name = run.info.run_name.clone();
    let lines = files.into_iter().map(|file| line(file, &name)).collect_view();
    view! {
        <section id="artifacts" aria-labelledby="run-artifacts">
            <div class="cluster data-head">
                <h2 class="section" id="run-artifacts">"Artifacts"</h2>
                <span class="muted small">{summary}</span>
            </div>
            <ul class="artifacts">{lines}</ul>
        </section>
    }
}

fn line(file: Artifact, run_name: &str) -> impl IntoView {
    let (path, says, size) = (file.path.clone(), file.says, file.text.len() as u64);
    let (handle, label) = (path.clone(), format!("Save {path}"));
    let download = format!("{run_name}.{}", file.name());
    let open = RwSignal::new(false);
    let file = StoredValue::new(file);
    let save = move |_| {
        // A download that the browser refuses, it reports itself.
        let _ = file.with_value(|file| files::download(&download, file.mime, &file.text));
    };
    // Always as text, whatever is in it; nothing is drawn before it is asked for.
    let preview = move || {
        file.with_value(|file| {
            let (head, is_all) = file.head();
            let head = head.to_owned();
            let note = (!is_all).then(|| {
                let (shown, all) = (bytes(SHOWN as u64), bytes(file.text.len() as u64));
                view! { <p class="small muted">{format!("The first {shown} of {all}. Save it to see the rest.")}</p> }
            });
            view! { <pre class="artifact-text" tabindex="0">{head}</pre>{note} }
        })
    };
    view! {
        <li data-artifact=handle data-bytes=size.to_string()>
            <details on:toggle=move |event| open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open())>
                <summary><code>{path}</code><span class="muted small">{says}</span><span class="muted small num">{bytes(size)}</span></summary>
                <Show when=move || open.get()>{preview()}</Show>
            </details>
            <button class="btn btn-icon btn-small" type="button" aria-label=label on:click=save><Icon name="download" small=true/></button>
        </li>
    }
}
