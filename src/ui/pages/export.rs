//! Runs as the files of other tools: a button, and the dialog that says what each file is and how it is used.

use leptos::prelude::*;

use crate::export::handin::HANDIN;
use crate::export::{Export, ExportGroup};
use crate::ui::components::{CopyButton, Icon, ModalDialog};
use crate::ui::session::Session;
use crate::ui::view::exports::{Meant, offered};
use crate::web::protocol::WhichRuns;

/// A button, and the dialog behind it.
#[component]
pub(super) fn ExportRuns(#[prop(into)] which: Signal<WhichRuns>) -> impl IntoView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    view! {
        <button class="btn" type="button" data-testid="export" on:click=move |_| open.set(true)>"Export…"</button>
        <ModalDialog open=open on_close=close label="Export" class="dialog dialog-wide">
            <Offers which=which close=close/>
        </ModalDialog>
    }
}

/// What the runs can be taken out as.
#[component]
pub fn Offers(which: Signal<WhichRuns>, close: Callback<()>) -> impl IntoView {
    let session = Session::here();
    let meant = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            let rows = workspace.runs.as_ref().map_or(&[][..], |rows| rows.as_slice());
            let foreign = workspace.contents.as_ref().map_or(&[][..], |contents| contents.foreign.as_slice());
            Meant::of(&which.read(), rows, foreign)
        })
    });
    let left_out = move || {
        meant.get().left_out().map(|words| view! {
            <p class="note note-warn" role="status" data-testid="export-left-out" data-value=meant.get().n_foreign><Icon name="warn"/><span>{words}</span></p>
        })
    };
    let groups = move || {
        let groups = if meant.get().is_all_foreign() { Vec::new() } else { offered(&which.read()) };
        groups.into_iter().map(|(group, exports)| view! { <Group group exports which/> }).collect_view()
    };
    view! {
        <div class="dialog-head">
            <h2 class="section">"Take it with you"</h2>
            <button class="btn btn-icon btn-quiet" type="button" aria-label="Close" autofocus on:click=move |_| close.run(())>
                <Icon name="cross" small=true/>
            </button>
        </div>
        <p class="sub">"The same run gives the same file, byte for byte. Your CSV is in none of them but the hand-in."</p>
        {left_out}
        {move || one_run(&which.read()).map(|run_id| view! { <HandInOffer run_id/> })}
        {groups}
    }
}

/// The run that is meant, where it is a single one.
fn one_run(which: &WhichRuns) -> Option<String> {
    match which {
        WhichRuns::Runs(ids) => match ids.as_slice() {
            [id] => Some(id.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The run with its data, for whoever is to see that it is true.
#[component]
fn HandInOffer(run_id: String) -> impl IntoView {
    let session = Session::here();
    let waits = Memo::new(move |_| session.workspace.with(|workspace| workspace.exports.waits(HANDIN)));
    let trouble = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            workspace.exports.trouble(HANDIN).map(|error| (error.code.clone(), error.message.clone()))
        })
    });
    view! {
        <ul class="export-list">
            <li class="export-offer">
                <div class="export-what">
                    <h3 class="ask-title">"Hand in"</h3>
                    <p class="sub" id="export-about-hand-in">"This run with its data and its pipeline, checksummed. Whoever opens it computes it again, and sees whether the same comes of it. The CSV is in it."</p>
                </div>
                <button class="btn btn-small" type="button" data-testid="export-hand-in" aria-label="Download: Hand in" aria-describedby="export-about-hand-in"
                    aria-busy=move || waits.get().then_some("true")
                    on:click=move |_| if !waits.get_untracked() { session.hand_in(&run_id) }
                >{move || if waits.get() { "Writing …" } else { "Download" }}</button>
                {move || trouble.get().map(|(code, message)| view! {
                    <p class="caution small export-trouble" role="alert" data-code=code>{message}</p>
                })}
            </li>
        </ul>
    }
}

#[component]
fn Group(group: ExportGroup, exports: Vec<&'static Export>, which: Signal<WhichRuns>) -> impl IntoView {
    let id = format!("export-group-{}", group.title().to_lowercase().replace(' ', "-"));
    let exports = exports.into_iter().map(|export| view! { <Offer export which/> }).collect_view();
    view! {
        <section class="export-group" aria-labelledby=id.clone()>
            <h3 class="export-group-title" id=id.clone()>{group.title()}</h3>
            <ul class="export-list">{exports}</ul>
        </section>
    }
}

/// One kind of file: what it is, the button, how it is used.
#[component]
pub(super) fn Offer(export: &'static Export, which: Signal<WhichRuns>) -> impl IntoView {
    let session = Session::here();
    let waits = Memo::new(move |_| session.workspace.with(|workspace| workspace.exports.waits(export.name)));
    let trouble = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            workspace.exports.trouble(export.name).map(|error| (error.code.clone(), error.message.clone()))
        })
    });
    let about = format!("export-about-{}", export.name);
    let usage = export.usage.join("\n");
    let what = format!("how to use {}", export.title);
    view! {
        <li class="export-offer">
            <div class="export-what">
                <h4 class="ask-title">{export.title}</h4>
                <p class="sub" id=about.clone()>{export.contains}</p>
            </div>
            <button class="btn btn-small" type="button"
                data-testid=format!("export-{}", export.name)
                aria-label=format!("Download: {}", export.title)
                aria-describedby=about
                aria-busy=move || waits.get().then_some("true")
                on:click=move |_| if !waits.get_untracked() { session.export(export, which.get_untracked()) }
            >{move || if waits.get() { "Writing …" } else { "Download" }}</button>
            {move || trouble.get().map(|(code, message)| view! {
                <p class="caution small export-trouble" role="alert" data-code=code>{message}</p>
            })}
            <details class="tech export-usage">
                <summary>"How to use it"</summary>
                <div class="tech-body">
                    <pre tabindex="0" role="region" aria-label=what.clone()><code>{usage.clone()}</code></pre>
                    <CopyButton text=Signal::stored(usage) what="the lines"/>
                </div>
            </details>
        </li>
    }
}
