//! One run: how good, its steps in time, its model, and what it was made with.

use std::sync::Arc;

use leptos::prelude::*;

use super::export::ExportRuns;
use super::picker::PickRun;
use super::register::Register;
use super::run_about::{Lineage, Notes, RunName, row_of};
use super::run_artifacts::Artifacts;
use super::run_dataset::Dataset;
use super::run_parts::{clock, run_icon};
use super::run_sections::{Environment, Metrics, Model, Params, Steps};
use super::share::SharePipeline;
use crate::pipeline::PipelineSpec;
use crate::registry::{STACK_TAG, TRIGGER_TAG};
use crate::tracking::{RunRecord, RunSummary, whole_run_json};
use crate::ui::components::{CopyButton, Icon};
use crate::ui::session::Session;
use crate::ui::view::format::duration;
use crate::ui::view::run::{duplicate, training};
use crate::ui::view::runs::status_word;
use crate::ui::view::runs_text::{ago, date_time};
use crate::web::files;
use crate::web::protocol::WhichRuns;

/// One run, whole. `None`: it has not been read yet (one that is not there is another page).
#[component]
pub fn RunPage(
    #[prop(into)] run: Signal<Option<Arc<RunRecord>>>,
    on_reproduce: Callback<PipelineSpec>,
) -> impl IntoView {
    // Signals of records are equal when they are the same record: an update of the same run draws the page anew.
    move || match run.get() {
        Some(run) => view! { <Found run=run on_reproduce=on_reproduce /> }.into_any(),
        None => view! { <Reading /> }.into_any(),
    }
}

/// What stands there until the store has answered: grey lines of the final size.
#[component]
fn Reading() -> impl IntoView {
    view! {
        <div class="runs runs-single">
            <div class="runs-main" aria-busy="true">
                <p class="sr" role="status">"Reading the run"</p>
                <p aria-hidden="true"><span class="sk sk-3 bigsk"></span></p>
                <p aria-hidden="true"><span class="sk sk-4"></span></p>
            </div>
        </div>
    }
}

#[component]
fn Found(run: Arc<RunRecord>, on_reproduce: Callback<PipelineSpec>) -> impl IntoView {
    Session::here().request_contents();
    let row = row_of(&run);
    let mut contents = vec![("good", "How good"), ("steps", "Steps")];
    if training(&run).is_some() {
        contents.push(("model", "Model"));
    }
    contents.push(("params", "Parameters and rules"));
    if run.dataset.is_some() {
        contents.push(("dataset", "Dataset"));
    }
    contents.push(("artifacts", "Artifacts"));
    contents.push(("lineage", "Where it stands"));
    contents.push(("prov", "Provenance"));
    // Anchors are plain fragments: the router must not take them for routes of its own.
    let contents = contents
        .into_iter()
        .map(|(id, title)| {
            let jump = move |event: web_sys::MouseEvent| {
                event.prevent_default();
                if let Some(section) = document().get_element_by_id(id) {
                    section.scroll_into_view();
                }
            };
            view! { <li><a href=format!("#{id}") on:click=jump>{title}</a></li> }
        })
        .collect_view();
    view! {
        <div class="runs">
            <nav class="side" aria-label="On this page">
                <p class="back"><a href="runs" class="link small">"All runs"</a></p>
                <ul>{contents}</ul>
            </nav>
            <div class="runs-main run-main">
                <Header run=Arc::clone(&run) row=row on_reproduce=on_reproduce />
                {run.error.clone().map(|error| { let code = error.code.clone(); view! {
                    <div class="note note-danger" role="alert" data-testid="error" data-code=code>
                        <Icon name="cross"/>
                        <div><strong>"This run did not finish"</strong><p>{error.message}</p></div>
                        <code class="muted small">{error.code}</code>
                    </div>
                } })}
                <Metrics run=Arc::clone(&run) row=row />
                <Steps run=Arc::clone(&run) />
                <Model run=Arc::clone(&run) />
                <Params run=Arc::clone(&run) />
                <Dataset run=Arc::clone(&run) />
                <Artifacts run=Arc::clone(&run) />
                <Lineage run=Arc::clone(&run) row=row />
                <Environment run=run />
            </div>
        </div>
    }
}

#[component]
fn Header(run: Arc<RunRecord>, row: Memo<RunSummary>, on_reproduce: Callback<PipelineSpec>) -> impl IntoView {
    let info = run.info.clone();
    let now = clock();
    let started = info.start_time;
    let took = info.end_time.map(|end| duration((end - started) as f64 / 1000.0));
    let of = |key: &str| run.tags.iter().find(|tag| tag.key == key).map(|tag| tag.value.clone());
    let (stack, cause) = (of(STACK_TAG), of(TRIGGER_TAG));
    let id = info.run_id.clone();
    let short = id.get(..16).unwrap_or(&id).to_owned();
    let spec = run.spec.clone();
    let session = Session::here();
    let copy = run.spec.clone();
    let compared = id.clone();
    let with = Callback::new(move |other: String| session.go(&format!("/compare?runs={compared},{other}")));
    let record = Arc::clone(&run);
    let shared = Signal::stored(run.spec.clone());
    let exported = Signal::stored(WhichRuns::Runs(vec![id.clone()]));
    let save = move |_| {
        let text = serde_json::to_string_pretty(&whole_run_json(&run)).unwrap_or_default();
        // A download that the browser refuses, it reports itself.
        let _ = files::download(&format!("{}.run.json", run.info.run_name), "application/json", &text);
    };
    view! {
        <header class="runhd" data-run=info.run_id.clone() data-status=status_word(info.status).to_lowercase()>
            <div class="cluster"><h1>{move || row.with(|row| row.info.run_name.clone())}</h1><RunName row=row/></div>
            <div class="cluster push">
                <PickRun label="Compare with…" without=Signal::stored(vec![info.run_id.clone()]) on_pick=with/>
                <Register run=record/>
                <ExportRuns which=exported/>
                <SharePipeline spec=shared/>
                <button class="btn" type="button" data-testid="duplicate"
                    title="Load a copy of this run's pipeline under another name, to change it"
                    on:click=move |_| session.open_pipeline(duplicate(&copy))>"Duplicate and edit"</button>
                <button class="btn" type="button" data-testid="run-json" on:click=save
                    title="Everything that is kept of this run, as JSON">"Download run.json"</button>
                <button class="btn btn-primary" type="button" data-testid="reproduce"
                    title="Load this run's pipeline"
                    on:click=move |_| on_reproduce.run(spec.clone())>"Reproduce"</button>
            </div>
            <p class="muted small metaline">
                <span class="stepcell"><Icon name=run_icon(info.status) small=true/>{status_word(info.status)}</span>
                <time title=date_time(started)>{move || ago(now.get(), started)}</time>
                {took.map(|took| view! { <span>{took}</span> })}
                {stack.map(|stack| view! { <span data-run-stack=stack.clone()>"Stack "<a class="link" href="stack">{stack.clone()}</a></span> })}
                {cause.map(|cause| view! { <span data-run-by=cause.clone()>{format!("Run by {cause}")}</span> })}
                <span class="stepcell">
                    <code title=id.clone()>{short}</code>
                    <CopyButton text=Signal::stored(id) what="the run’s id" />
                </span>
            </p>
            <Notes row=row/>
        </header>
    }
}
