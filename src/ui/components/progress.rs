//! How far a run is, when it takes long enough to be asked.

use leptos::prelude::*;

use super::{Icon, KeyCaps};
use crate::ui::session::Session;
use crate::ui::state::Action;
use crate::ui::view::progress;

/// The bar under the flow: what is being done, share, rate, time left, and Cancel. Its place is kept, so nothing jumps.
#[component]
pub fn ProgressBar() -> impl IntoView {
    let session = Session::here();
    let is_shown = Memo::new(move |_| session.shown_run.read().is_running());
    let words = move || progress::sentence(&session.shown_run.read()).unwrap_or_else(|| "Starting".into());
    let done = move || session.shown_run.read().running_step().and_then(|view| view.progress);
    let width = move || done().and_then(progress::share).unwrap_or(0.0) * 100.0;
    let speed = move || done().map(|done| progress::speed(done, session.step_seconds())).unwrap_or_default();
    view! {
        <Show when=move || is_shown.get()>
            <div class="progress">
                <span>{words}</span>
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="m-track" width="100" height="4"></rect>
                    <rect class="m" width=width height="4"></rect>
                </svg>
                <span class="muted progress-speed">{speed}</span>
                <button
                    class="btn btn-small"
                    type="button"
                    data-testid="cancel-button"
                    on:click=move |_| session.act(Action::Cancel)
                >
                    <Icon name="stop" small=true/>
                    "Cancel"
                    {Action::Cancel.shortcut().map(|keys| view! { <KeyCaps keys=keys/> })}
                </button>
            </div>
        </Show>
    }
}
