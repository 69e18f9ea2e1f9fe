//! A pipeline as a link: what is in it, and a button that copies it.

use leptos::prelude::*;

use crate::pipeline::PipelineSpec;
use crate::ui::browser;
use crate::ui::components::{Icon, ModalDialog};
use crate::ui::lazy;
use crate::ui::session::Session;
use crate::ui::state::link;
use crate::ui::view::share::contents;
use crate::web::files;

/// A button, and the dialog behind it.
#[component]
pub fn SharePipeline(#[prop(into)] spec: Signal<PipelineSpec>) -> impl IntoView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    view! {
        <button class="btn" type="button" data-testid="share" on:click=move |_| open.set(true)>"Share…"</button>
        <ModalDialog open=open on_close=close label="Share" class="dialog">{move || lazy::share(spec, close)}</ModalDialog>
    }
}

/// What is in the dialog.
#[component]
pub fn ShareForm(spec: Signal<PipelineSpec>, close: Callback<()>) -> impl IntoView {
    let session = Session::here();
    let spec = spec.get_untracked();
    session.request_share(&spec);
    let spec = StoredValue::new(spec);
    let data = Memo::new(move |_| session.workspace.with(|workspace| workspace.share.data.clone()));
    let with_data = RwSignal::new(true);
    let can_have_data = Memo::new(move |_| data.with(|data| matches!(data, Some(Ok(_)))));
    let address = Memo::new(move |_| {
        let data = data.get().and_then(Result::ok).filter(|_| with_data.get());
        let fragment = spec.with_value(|spec| link::fragment_with(spec, data.as_deref()));
        format!("{}{fragment}", browser::absolute("./"))
    });
    let words = move || spec.with_value(|spec| data.with(|data| contents(spec, data.as_ref(), with_data.get())));
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        let text = address.get_untracked();
        leptos::task::spawn_local(async move { copied.set(Some(files::copy_text(&text).await.is_ok())) });
    };
    view! {
        <div class="form">
            <div class="dialog-head">
                <h2 class="section">"Share this pipeline"</h2>
                <button class="btn btn-icon btn-quiet" type="button" aria-label="Close" on:click=move |_| close.run(())>
                    <Icon name="cross" small=true/>
                </button>
            </div>
            <p class="sub" data-testid="share-contents" role="status">{words}</p>
            <Show when=move || can_have_data.get()>
                <label class="check">
                    <input type="checkbox" data-testid="share-with-data" prop:checked=move || with_data.get() on:change=move |event| with_data.set(event_target_checked(&event))/>
                    "With the data"
                </label>
            </Show>
            <div class="field">
                <label for="share-link">"Link"</label>
                <input class="input" id="share-link" type="text" readonly data-testid="share-link"
                    data-ready=move || data.with(Option::is_some).then_some("true")
                    prop:value=move || address.get()/>
                <span class="hint">"What stands after # is not sent to the server of this page: only the browser that opens the link reads it."</span>
            </div>
            <div class="cluster">
                <span role="status">{move || copied.get().map(|done| if done { "Copied" } else { "The browser refused the clipboard: select the link and copy it." })}</span>
                <button class="btn btn-primary" type="button" autofocus data-testid="share-copy" on:click=copy>"Copy link"</button>
            </div>
        </div>
    }
}
