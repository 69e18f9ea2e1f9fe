//! What this site takes of the disk, and how to free it.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::tracking::StoreUsage;
use crate::ui::components::ModalDialog;
use crate::ui::session::Session;
use crate::ui::view::format::{bytes, count};
use crate::ui::view::stack::{goes, usage as usage_lines};
use crate::web::storage::{self, Space};

/// What has to be typed.
const WORD: &str = "erase";

fn usage(session: Session) -> Memo<Option<StoreUsage>> {
    Memo::new(move |_| session.workspace.with(|workspace| workspace.stack.usage))
}

/// Used space and quota, what takes it, and the cache.
#[component]
pub(super) fn Storage() -> impl IntoView {
    let session = Session::here();
    let usage = usage(session);
    let space = RwSignal::new(None::<Option<Space>>);
    // Whenever what is kept has changed, the browser is asked again.
    Effect::new(move || {
        usage.track();
        spawn_local(async move {
            let found = storage::space().await;
            // The page may be another one by now.
            let _ = space.try_set(Some(found));
        });
    });
    let persist = move |_| {
        spawn_local(async move {
            let words = if storage::persist().await {
                "The browser keeps this site’s data until you remove it."
            } else {
                "The browser did not agree. Some agree once a site was used often, or was added to the bookmarks."
            };
            session.say(words);
            let found = storage::space().await;
            let _ = space.try_set(Some(found));
        });
    };
    let shown = move || {
        match space.get() {
        None => view! { <p class="muted">"…"</p> }.into_any(),
        Some(None) => view! { <p class="muted">"This browser does not say how much a site takes."</p> }.into_any(),
        Some(Some(Space { used, quota, is_persisted })) => view! {
            <p data-testid="storage" data-used=used.to_string() data-quota=quota.to_string() data-persisted=is_persisted.to_string()>
                {format!("{} of {} used, by all pages of this address. ", bytes(used), bytes(quota))}
                {if is_persisted { "The browser keeps it until you remove it." } else { "The browser may clear it when the disk is full." }}
            </p>
            {(!is_persisted).then(|| view! { <button class="btn btn-small" type="button" data-testid="storage-persist" on:click=persist>"Ask it to keep the data"</button> })}
        }
        .into_any(),
    }
    };
    let lines = move || {
        usage.get().iter().flat_map(usage_lines).map(|(what, n, size)| view! {
            <tr data-usage=what data-value=n.to_string() data-bytes=size.map(|size| size.to_string())>
                <th scope="row">{what}</th><td class="num">{count(n)}</td><td class="num">{size.map(bytes)}</td></tr>
        }).collect_view()
    };
    let trouble = move || {
        session.workspace.with(|workspace| workspace.stack.trouble.clone()).map(|error| {
            view! { <p class="caution small" role="alert" data-testid="storage-error" data-code=error.code>{error.message}</p> }
        })
    };
    view! {
        <section aria-labelledby="storage">
            <h2 class="section" id="storage">"Storage"</h2>
            {shown}
            {trouble}
            <div class="scroll-x" tabindex="0" role="region" aria-label="What takes space">
                <table class="table table-tight">
                    <caption class="sr">"What this page keeps"</caption>
                    <thead><tr><th scope="col">"What"</th><th scope="col" class="num">"How many"</th><th scope="col" class="num">"Size"</th></tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
            <div class="cluster after">
                <button class="btn btn-small" type="button" data-testid="clear-cache" on:click=move |_| session.clear_cache()>"Clear the cache"</button>
                <span class="hint">"Steps run again; after a reload, the CSV has to be opened again. Runs stay."</span>
            </div>
        </section>
    }
}

/// Removes everything, after a word was typed.
#[component]
pub(super) fn Erase() -> impl IntoView {
    let session = Session::here();
    let usage = usage(session);
    let open = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let close = Callback::new(move |()| {
        open.set(false);
        typed.set(String::new());
    });
    let ask = move |_| {
        session.request_usage();
        open.set(true);
    };
    let is_sure = Memo::new(move |_| typed.with(|typed| typed.trim().eq_ignore_ascii_case(WORD)));
    let erase = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_sure.get_untracked() {
            session.erase_everything();
            close.run(());
        }
    };
    view! {
        <section aria-labelledby="erase">
            <h2 class="section" id="erase">"Erase everything"</h2>
            <p class="muted small">"Removes all that this page keeps in this browser. It cannot be taken back."</p>
            <button class="btn btn-danger" type="button" data-testid="erase" on:click=ask>"Erase everything…"</button>
            <ModalDialog open=open on_close=close label="Erase everything" class="dialog">
                <form class="form" on:submit=erase>
                    <div class="dialog-head"><h2 class="section">"Erase everything?"</h2></div>
                    <p data-testid="erase-goes">{move || usage.with(|usage| usage.as_ref().map(goes))}</p>
                    <p>"Other tabs of this page lose it too. "
                        <button class="btn btn-small" type="button" data-testid="erase-backup" on:click=move |_| session.back_up()>"Back up first"</button></p>
                    <div class="field">
                        <label for="erase-word">"Type “erase” to do it"</label>
                        <input class="input" id="erase-word" type="text" autocomplete="off" autofocus data-testid="erase-word"
                            prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
                    </div>
                    <div class="cluster">
                        <button class="btn btn-quiet" type="button" on:click=move |_| close.run(())>"Keep it"</button>
                        <button class="btn btn-danger" type="submit" data-testid="erase-all" disabled=move || !is_sure.get()>"Erase everything"</button>
                    </div>
                </form>
            </ModalDialog>
        </section>
    }
}
