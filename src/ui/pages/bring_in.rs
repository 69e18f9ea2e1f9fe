//! The workspace as a file: backed up, and brought in again; runs of the real MLflow brought in.

use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::export::ExportRuns;
use super::tracker::TrackRuns;
use crate::export::workspace::BACKUP;
use crate::ui::components::{Icon, ModalDialog};
use crate::ui::session::Session;
use crate::web::protocol::WhichRuns;

/// The buttons above the runs.
#[component]
pub(super) fn MoveRuns(#[prop(into)] which: Signal<WhichRuns>) -> impl IntoView {
    view! {
        <span class="cluster">
            <ExportRuns which=which/>
            <TrackRuns/>
            <BringInButton/>
        </span>
    }
}

/// The button, and the dialog behind it.
#[component]
pub(super) fn BringInButton() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    view! {
        <button class="btn" type="button" data-testid="bring-in" on:click=move |_| open.set(true)>"Back up and bring in…"</button>
        <ModalDialog open=open on_close=close label="Back up and bring in" class="dialog">
            <BringIn close=close/>
        </ModalDialog>
    }
}

#[component]
fn BringIn(close: Callback<()>) -> impl IntoView {
    let session = Session::here();
    let writes = Memo::new(move |_| session.workspace.with(|workspace| workspace.exports.waits(BACKUP)));
    let refused = Memo::new(move |_| {
        session.workspace.with(|workspace| workspace.exports.trouble(BACKUP).map(|error| error.message.clone()))
    });
    view! {
        <div class="dialog-head">
            <h2 class="section">"Back up and bring in"</h2>
            <button class="btn btn-icon btn-quiet" type="button" aria-label="Close" autofocus on:click=move |_| close.run(())>
                <Icon name="cross" small=true/>
            </button>
        </div>
        <ul class="export-list">
            <li class="export-offer">
                <div class="export-what">
                    <h3 class="ask-title">"Back up the workspace"</h3>
                    <p class="sub">"Runs, experiments, models, pipelines, stacks and views under names in one file, with checksums. CSV files are not in it."</p>
                </div>
                <button class="btn btn-small" type="button" data-testid="export-archive"
                    aria-busy=move || writes.get().then_some("true")
                    on:click=move |_| if !writes.get_untracked() { session.back_up() }
                >{move || if writes.get() { "Writing …" } else { "Download" }}</button>
                {move || refused.get().map(|words| view! { <p class="caution small export-trouble" role="alert">{words}</p> })}
            </li>
            <li class="export-offer">
                <div class="export-what">
                    <h3 class="ask-title">"Bring in a backup"</h3>
                    <p class="sub">"What is here already stays as it is; the rest comes in at once, or not at all."</p>
                </div>
                <ChooseZip handle="import-archive" label="Backup file"/>
            </li>
            <li class="export-offer">
                <div class="export-what">
                    <h3 class="ask-title">"Bring in runs of MLflow"</h3>
                    <p class="sub">"An mlruns folder of MLflow 2 or 3, or a ZIP of one. Its runs are searched, sorted, charted and compared like those made here, by what is known of them. Nothing is uploaded, though the browser may call it so."</p>
                </div>
                <span class="cluster">
                    <ChooseFolder/>
                    <ChooseZip handle="import-mlflow" label="ZIP of an mlruns folder"/>
                </span>
            </li>
            <li class="export-offer">
                <div class="export-what">
                    <h3 class="ask-title">"Check a hand-in"</h3>
                    <p class="sub">"A run with its data is computed again. It is marked as reproduced, or you see what differs."</p>
                </div>
                <ChooseZip handle="import-hand-in" label="File that was handed in"/>
            </li>
        </ul>
        <Outcome/>
    }
}

/// A file input that looks like a button; a ZIP of either kind is told apart by its content.
#[component]
fn ChooseZip(handle: &'static str, label: &'static str) -> impl IntoView {
    let session = Session::here();
    let reads = Memo::new(move |_| session.workspace.with(|workspace| workspace.exports.is_bringing_in()));
    let on_change = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            session.bring_in(&file);
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    view! {
        <label class="btn btn-small file-button" aria-disabled=move || reads.get().then_some("true")>
            "Choose file"
            <input class="sr" type="file" accept=".zip,application/zip" aria-label=label data-testid=handle disabled=move || reads.get() on:change=on_change/>
        </label>
    }
}

/// The folder itself: the browser gives its files with their paths.
#[component]
fn ChooseFolder() -> impl IntoView {
    let session = Session::here();
    let reads = Memo::new(move |_| session.workspace.with(|workspace| workspace.exports.is_bringing_in()));
    let on_change = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(files) = input.files().filter(|files| files.length() > 0) {
            session.bring_in_folder(&files);
        }
        input.set_value("");
    };
    view! {
        <label class="btn btn-small file-button" aria-disabled=move || reads.get().then_some("true")>
            "Choose folder"
            <input class="sr" type="file" prop:webkitdirectory=true aria-label="An mlruns folder" data-testid="import-mlflow-folder" disabled=move || reads.get() on:change=on_change/>
        </label>
    }
}

/// What came of the file.
#[component]
fn Outcome() -> impl IntoView {
    let session = Session::here();
    let reads = Memo::new(move |_| session.workspace.with(|workspace| workspace.exports.is_bringing_in()));
    let outcome = Memo::new(move |_| session.workspace.with(|workspace| workspace.exports.brought_in.clone()));
    view! {
        <div aria-live="polite">
            {move || reads.get().then(|| view! { <p class="muted">"Reading …"</p> })}
            {move || outcome.get().map(|outcome| match outcome {
                Ok(brought) => {
                    let notes = brought.notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
                    view! {
                        <div class="brought-in" data-testid="brought-in">
                            <p class="verdict verdict-s">{brought.words}</p>
                            <ul class="findings">{notes}</ul>
                        </div>
                    }
                    .into_any()
                }
                Err(error) => view! {
                    <p class="caution" role="alert" data-testid="import-error" data-code=error.code>{error.message}</p>
                }
                .into_any(),
            })}
        </div>
    }
}
