//! The pipeline: the head, the flow, and the step that is open.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use crate::pipeline::{PipelineSpec, StepName};
use crate::ui::components::{Icon, KeyCaps, Menu, ProgressBar, RowSource, Trouble};
use crate::ui::flow::Flow;
use crate::ui::lazy::{self, Given};
use crate::ui::pages::share::SharePipeline;
use crate::ui::pages::why::Why;
use crate::ui::session::Session;
use crate::ui::state::{Action, Outputs, RunPhase, Sample};
use crate::ui::view::format;

/// The page at `/`. `?step=` opens a step; without it the last one is open, or the one that failed.
#[component]
pub fn PipelinePage() -> impl IntoView {
    let session = Session::here();
    session.begin_visit();
    let query = use_query_map();
    let location = use_location();
    // Navigating takes the fragment away; the spec is written into it again.
    Effect::new(move || {
        location.search.track();
        location.pathname.track();
        session.write_link();
    });
    let chosen = Memo::new(move |_| {
        let name = query.read().get("step")?;
        StepName::ALL.into_iter().find(|step| step.as_str() == name)
    });
    let failed = Memo::new(move |_| session.shown_run.read().failure().map(|(step, _)| step));
    let selected = Memo::new(move |_| chosen.get().or(failed.get()).unwrap_or(StepName::Evaluate));
    let spec = Memo::new(move |_| session.workspace.with(|workspace| workspace.spec().clone()));
    let outputs = Memo::new(move |_| session.workspace.read().outputs());
    view! {
        <Head outputs=outputs/>
        <Flow selected=selected outputs=outputs/>
        <div class="underflow">
            <ProgressBar/>
            <StoreTrouble/>
        </div>
        <Trouble/>
        <Inspector selected=selected spec=spec outputs=outputs/>
    }
}

/// What stands above the flow: what this is, as long as the sample is shown; the dataset's name after that.
#[component]
fn Head(#[prop(into)] outputs: Signal<Outputs>) -> impl IntoView {
    let session = Session::here();
    let sample = Memo::new(move |_| {
        session.workspace.with(|workspace| workspace.spec().dataset.digest.as_ref().and_then(Sample::with_digest))
    });
    let has_dataset = Memo::new(move |_| session.workspace.read().spec().dataset.digest.is_some());
    let is_first = Memo::new(move |_| !has_dataset.get() || sample.get() == Some(Sample::ALL[0]));
    view! {
        <Show
            when=move || is_first.get()
            fallback=move || view! { <SlimHead outputs=outputs sample=sample/> }
        >
            <div class="hero">
                <h1>"Drop a CSV. See what it can predict."</h1>
                <p>
                    "Your file is cleaned, split, fitted and tested " <b>"in this tab"</b>
                    ". Nothing is uploaded, nothing is installed. " <SampleLine outputs=outputs/>
                </p>
                <div class="cluster">
                    <HistoryButtons/>
                    <RunButton primary=false/>
                    <Samples/>
                    <button class="btn" type="button" on:click=move |_| session.act(Action::Paste)>
                        <Icon name="paste"/>"Paste a table"
                    </button>
                    <button class="btn btn-primary" type="button" on:click=move |_| session.act(Action::OpenFile)>
                        <Icon name="open"/>"Open a CSV"
                    </button>
                </div>
            </div>
        </Show>
    }
}

/// `Below: a sample of 5,000 orders, already run in 41 ms.`
#[component]
fn SampleLine(#[prop(into)] outputs: Signal<Outputs>) -> impl IntoView {
    let session = Session::here();
    let seconds = Memo::new(move |_| {
        session.shown_run.with(|run| {
            (run.phase == RunPhase::Completed).then(|| run.steps.iter().map(|view| view.record.seconds).sum::<f64>())
        })
    });
    let words = move || {
        let rows = outputs.read().ingest.as_ref().map(|summary| summary.rows);
        match (rows, seconds.get()) {
            (Some(rows), Some(seconds)) => {
                format!(
                    "Below: a sample of {} made-up orders, already run in {}.",
                    format::count(rows),
                    format::duration(seconds)
                )
            }
            (Some(rows), None) => format!("Below: a sample of {} made-up orders.", format::count(rows)),
            _ => "Below: a sample of made-up orders.".into(),
        }
    };
    view! { <DatasetMark outputs=outputs>{words}</DatasetMark> }
}

/// The dataset's handle around what names it.
#[component]
fn DatasetMark(
    #[prop(into)] outputs: Signal<Outputs>,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    let of = move |read: fn(&crate::ingest::IngestSummary) -> String| {
        move || outputs.read().ingest.as_ref().map(|summary| read(summary))
    };
    view! {
        <span
            class=class
            data-testid="dataset"
            data-name=of(|summary| summary.name.clone())
            data-rows=of(|summary| summary.rows.to_string())
            data-columns=of(|summary| summary.columns.len().to_string())
            data-bad-records=of(|summary| summary.problems.count.to_string())
            data-bytes=of(|summary| summary.bytes.to_string())
            data-digest=of(|summary| summary.digest.to_string())
        >
            {children()}
        </span>
    }
}

#[component]
fn SlimHead(#[prop(into)] outputs: Signal<Outputs>, #[prop(into)] sample: Signal<Option<Sample>>) -> impl IntoView {
    let session = Session::here();
    let file = Memo::new(move |_| session.workspace.read().spec().dataset.name.clone());
    let title = move || match sample.get() {
        Some(sample) => sample.title.to_owned(),
        None => without_extension(&file.read()),
    };
    let note = move || {
        let size = outputs
            .read()
            .ingest
            .as_ref()
            .map(|summary| format!(", {} rows, {}", format::count(summary.rows), format::bytes(summary.bytes)));
        let kind = if sample.get().is_some() { ", sample" } else { "" };
        format!("{}{}{kind}", file.get(), size.unwrap_or_default())
    };
    let kept = Memo::new(move |_| session.workspace.read().kept_spec);
    let spec = Signal::derive(move || session.workspace.with(|workspace| workspace.spec().clone()));
    view! {
        <div class="head">
            <h1>{title}</h1>
            <DatasetMark outputs=outputs class="tag">{note}</DatasetMark>
            <Show when=move || kept.get()>
                <span class="tag tag-accent">"same columns: your pipeline was kept"</span>
            </Show>
            <div class="cluster push">
                <HistoryButtons/>
                <SharePipeline spec=spec/>
                <button
                    class="btn"
                    type="button"
                    data-testid="export-run"
                    disabled=move || !session.can(Action::Export)
                    on:click=move |_| session.act(Action::Export)
                >
                    "Export…"
                </button>
                <Samples/>
                <button class="btn" type="button" on:click=move |_| session.act(Action::OpenFile)>
                    <Icon name="open"/>"Open a CSV"
                </button>
                <RunButton primary=true/>
            </div>
        </div>
    }
}

fn without_extension(name: &str) -> String {
    let stem = ["csv.gz", "csv", "tsv", "txt", "gz"]
        .into_iter()
        .find_map(|extension| name.strip_suffix(extension).and_then(|stem| stem.strip_suffix('.')));
    stem.unwrap_or(name).to_owned()
}

#[component]
fn Samples() -> impl IntoView {
    let items = Sample::ALL.iter().enumerate().map(|(i, sample)| (Action::Sample(i), Some(sample.about))).collect();
    view! { <Menu label="Samples" items=items/> }
}

#[component]
fn HistoryButtons() -> impl IntoView {
    let session = Session::here();
    [Action::Undo, Action::Redo]
        .map(|action| {
            view! {
                <button
                    class="btn btn-icon"
                    type="button"
                    aria-label=action.label()
                    title=action.label()
                    aria-keyshortcuts=action.shortcut().and_then(|keys| keys.aria())
                    disabled=move || !session.can(action)
                    on:click=move |_| session.act(action)
                >
                    <Icon name=action.icon()/>
                </button>
            }
        })
        .collect_view()
}

#[component]
fn RunButton(primary: bool) -> impl IntoView {
    let session = Session::here();
    let class = if primary { "btn btn-primary" } else { "btn" };
    let label = move || if session.workspace.read().run.run_id.is_some() { "Run again" } else { "Run" };
    let keys = Action::Run.shortcut();
    view! {
        <button
            class=class
            type="button"
            data-testid="run-button"
            aria-keyshortcuts=keys.and_then(|keys| keys.aria())
            disabled=move || !session.can(Action::Run)
            on:click=move |_| session.act(Action::Run)
        >
            <Icon name="play"/>
            // As wide as its longest word, so that its neighbours stay where they are.
            <span class="as-wide" data-widest="Run again">{label}</span>
            {keys.map(|keys| view! { <KeyCaps keys=keys/> })}
        </button>
    }
}

/// The browser's store cannot be used.
#[component]
fn StoreTrouble() -> impl IntoView {
    let session = Session::here();
    let error = Memo::new(move |_| session.workspace.read().store_error.clone());
    move || {
        error.get().map(|error| {
            view! {
                <div class="note note-warn" role="status" data-code=error.code>
                    <Icon name="warn"/>
                    <div><strong>"Runs are not kept in this visit"</strong><p>{error.message}</p></div>
                </div>
            }
        })
    }
}

/// The open step: its settings on the left, its result on the right.
#[component]
fn Inspector(
    #[prop(into)] selected: Signal<StepName>,
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
) -> impl IntoView {
    let session = Session::here();
    let on_change = Callback::new(move |spec| session.edit(spec));
    let rows = RowSource {
        request: Callback::new(move |(start, count)| session.request_rows(start, count)),
        page: session.rows(),
        error: session.rows_error(),
    };
    let is_stale = Memo::new(move |_| {
        let shown = session.shown_run.read();
        shown.is_running() && session.workspace.read().stale_from.is_some_and(|from| from <= selected.get())
    });
    let given = Given { spec, outputs, on_change, rows };
    let arrived = RwSignal::new(false);
    let settings = move || lazy::settings(selected.get(), given, arrived);
    let result = move || lazy::result(selected.get(), given);
    let of = move |what: &'static str| move || format!("{what} of {}", selected.get().title().to_lowercase());
    view! {
        <div class="inspector">
            <section class="settings" aria-label=of("Settings")>
                <h2 class="sr">{of("Settings")}</h2>
                {settings}
                <Show when=move || arrived.get()>
                    <Why selected=selected spec=spec outputs=outputs/>
                </Show>
            </section>
            <section class="result" aria-label=of("Result") class:result-stale=move || is_stale.get()>
                <h2 class="sr">{of("Result")}</h2>
                {result}
            </section>
        </div>
    }
}
