//! A button that copies a text.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Icon;
use crate::ui::session::Session;
use crate::web::files;

/// Copies the whole text, however short it is shown; turns to a tick for a moment and says so.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What is copied, such as "run id".
    what: &'static str,
) -> impl IntoView {
    let done = RwSignal::new(false);
    let session = use_context::<Session>();
    let copy = move |_| {
        let text = text.get_untracked();
        spawn_local(async move {
            let copied = files::copy_text(&text).await.is_ok();
            if let Some(session) = session {
                session.announcement.set(if copied { "Copied" } else { "The browser refused the clipboard" }.into());
            }
            done.set(copied);
            set_timeout(move || done.set(false), Duration::from_millis(1500));
        });
    };
    let icon = Signal::derive(move || if done.get() { "check" } else { "copy" });
    view! {
        <button class="btn btn-icon btn-small copy" type="button" aria-label=format!("Copy {what}") on:click=copy>
            <Icon name=icon small=true/>
        </button>
    }
}
