//! Why the last change of runs or experiments was not made.

use leptos::prelude::*;

use crate::ui::components::Icon;
use crate::ui::session::Session;

/// Why the last change was not made.
#[component]
pub(super) fn ChangeError() -> impl IntoView {
    let session = Session::here();
    let error = Memo::new(move |_| session.workspace.with(|workspace| workspace.change_error.clone()));
    move || {
        error.get().map(|error| {
            view! {
                <div class="note note-danger" role="alert" data-testid="error" data-code=error.code.to_string()>
                    <Icon name="warn"/>
                    <div><strong>"This was not changed"</strong><p>{error.message.clone()}</p></div>
                    <button class="btn btn-small" type="button" on:click=move |_| session.close_change_error()>"Close"</button>
                </div>
            }
        })
    }
}
