//! A short message at the bottom, and what a screen reader is told.

use leptos::prelude::*;

use super::Icon;
use crate::ui::session::Session;

/// One message at a time; it goes by itself. The live region is always in the page, so that it is heard.
#[component]
pub fn Toast() -> impl IntoView {
    let session = Session::here();
    let toast = move || {
        session.toast.get().map(|words| {
            view! {
                <div class="toast toast-here" role="region" aria-label="Message">
                    <span>{words}</span>
                    {move || session.toast_undo.get().map(|seq| {
                        let undo = move |_| {
                            session.toast.set(None);
                            session.take_back(Some(seq));
                        };
                        view! { <button class="btn btn-small" type="button" data-testid="toast-undo" on:click=undo>"Undo"</button> }
                    })}
                    <button class="btn btn-small" type="button" aria-label="Close" on:click=move |_| session.toast.set(None)>
                        <Icon name="cross" small=true/>
                    </button>
                </div>
            }
        })
    };
    view! {
        <div class="sr" role="status" aria-live="polite">{move || session.announcement.get()}</div>
        {toast}
    }
}
