//! Saved pipelines: each with its versions and its runs, and templates to start from.

use std::sync::Arc;

use leptos::prelude::*;

use super::edit_text::EditText;
use super::model::now;
use super::row_menu::{Item, RowMenu};
use super::run_parts::{clock, run_href};
use super::save_pipeline::{DuplicateDialog, SavePipeline};
use crate::pipeline::PipelineSpec;
use crate::registry::{SavedPipeline, templates};
use crate::ui::session::Session;
use crate::ui::view::runs_text::{ago, date_time};
use crate::ui::view::saved::{PipelineLine, VersionLine, from_template, lacking, on_dataset, pipelines};

/// The page of saved pipelines.
#[component]
pub fn PipelinesPage() -> impl IntoView {
    let session = Session::here();
    session.request_contents();
    let is_read = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.pipelines.is_some()));
    let lines = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            let runs = workspace.runs.clone().unwrap_or_else(|| Arc::new(Vec::new()));
            pipelines(&workspace.registry.pipeline_records(), &runs)
        })
    });
    let duplicating = RwSignal::new(None::<(String, u32)>);
    let list = move || {
        lines.get().into_iter().map(|line| view! { <Pipeline line=line duplicating=duplicating/> }).collect_view()
    };
    let start = templates()
        .into_iter()
        .map(|(name, words, spec)| {
            let begin = move |_| {
                let current = session.spec_at_hand().unwrap_or_default();
                session.open_pipeline(from_template(&spec, &current));
            };
            view! {
                <li class="card" data-template=name>
                    <b>{name}</b><p class="muted small">{words}</p>
                    <button class="btn btn-small" type="button" on:click=begin>"Start from this"</button>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="page">
            <div class="head head-page"><h1>"Pipelines"</h1>
                <div class="cluster push"><SavePipeline/></div></div>
            <div class="stack">
                <section aria-labelledby="saved-list">
                    <h2 class="sr" id="saved-list">"Saved pipelines"</h2>
                    <Show when=move || is_read.get() fallback=|| view! {
                        <div aria-busy="true"><p class="sr" role="status">"Reading the pipelines"</p><p aria-hidden="true"><span class="sk sk-4 bigsk"></span></p></div>
                    }>
                        <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! {
                            <div class="blank"><p><b>"No pipelines yet"</b>"Save the pipeline that you are working on under a name: every change can become a version, and its runs are counted here."</p></div>
                        }>
                            <div class="stack">{list}</div>
                        </Show>
                    </Show>
                </section>
                <section aria-labelledby="saved-templates">
                    <div class="cluster data-head"><h2 class="section" id="saved-templates">"Start from a template"</h2>
                        <span class="muted small">"On the dataset that is open, with its target"</span></div>
                    <ul class="cards">{start}</ul>
                </section>
            </div>
            <DuplicateDialog asked=duplicating/>
        </div>
    }
}

#[component]
fn Pipeline(line: PipelineLine, duplicating: RwSignal<Option<(String, u32)>>) -> impl IntoView {
    let session = Session::here();
    let clock = clock();
    let name = StoredValue::new(line.name.clone());
    let saved =
        move || name.with_value(|name| session.workspace.with_untracked(|workspace| workspace.registry.pipeline(name)));
    let change = move |of: &dyn Fn(&SavedPipeline) -> crate::registry::Changed<SavedPipeline>| {
        if let Some(saved) = saved() {
            session.try_change(of(&saved.record).map(|changed| saved.change(changed)));
        }
    };
    let rename = Callback::new(move |to: String| {
        let all = session.workspace.with_untracked(|workspace| workspace.registry.pipeline_records());
        change(&|pipeline| pipeline.rename(&to, &all));
    });
    let describe = Callback::new(move |text: String| change(&|pipeline| pipeline.describe(&text)));
    let remove = move || {
        if let Some(saved) = saved() {
            session.change(saved.delete());
        }
    };
    let latest = line.versions.first().map_or(1, |version| version.version);
    let spec = move |version: u32| -> Option<PipelineSpec> {
        saved().and_then(|saved| saved.record.version(version).ok().map(|found| found.spec.clone()))
    };
    // What the latest version lacks on the dataset that is open.
    let lacks = Memo::new(move |_| {
        let columns: Vec<String> = session.workspace.with(|workspace| {
            let ingest = workspace.outputs().ingest;
            ingest.iter().flat_map(|ingest| &ingest.columns).map(|column| column.name.clone()).collect()
        });
        let spec = session.workspace.with(|workspace| {
            let saved = name.with_value(|name| workspace.registry.pipeline(name))?;
            saved.record.versions.last().map(|version| version.spec.clone())
        });
        spec.filter(|_| !columns.is_empty()).map_or_else(Vec::new, |spec| lacking(&spec, &columns))
    });
    let dataset = Memo::new(move |_| session.workspace.with(|workspace| workspace.spec().dataset.name.clone()));
    let run = move |_| {
        if let (Some(spec), Some(current)) = (spec(latest), session.spec_at_hand()) {
            session.open_pipeline(on_dataset(&spec, &current));
        }
    };
    let versions = line.versions.clone().into_iter().map(|version| {
        let number = version.version;
        let open = move || {
            if let Some(spec) = spec(number) {
                session.open_pipeline(spec);
            }
        };
        let copy = move || duplicating.set(Some((name.get_value(), number)));
        version_line(version, clock, open, copy)
    });
    let handle = line.name.clone();
    let last = line.last_run.map(|(id, name, time)| view! {
        <div><dt>"Last run"</dt><dd><a class="link" href=run_href(&id)>{name}</a>" "<span class="muted" title=date_time(time)>{move || ago(clock.get(), time)}</span></dd></div>
    });
    let best = line.best.map(|best| view! {
        <div data-best=best.value.clone()><dt>{format!("Best {}", best.title)}</dt><dd><a class="link" href=run_href(&best.run_id) title=best.value.clone()>{best.text}</a></dd></div>
    });
    let n_versions = line.n_versions;
    view! {
        <article data-pipeline=handle data-versions=n_versions.to_string() data-runs=line.n_runs.to_string()>
            <header class="runhd">
                <div class="cluster"><h3 class="section">{line.name.clone()}</h3>
                    <EditText text=Signal::stored(line.name.clone()) what="name" empty="Name" hidden=true handle="pipeline-name" on_save=rename/></div>
                <div class="cluster push">
                    <button class="btn btn-small" type="button" data-testid="run-saved" disabled=move || !lacks.with(Vec::is_empty) on:click=run>
                        {move || dataset.with(|name| if name.is_empty() { "Run".to_owned() } else { format!("Run on {name}") })}
                    </button>
                    <RowMenu of=format!("the pipeline {}", line.name) items=vec![
                        Item::new("Duplicate…", "pipeline-duplicate", move || duplicating.set(Some((name.get_value(), latest)))),
                        Item::new("Remove", "pipeline-delete", remove),
                    ]/>
                </div>
                <div class="metaline"><EditText text=Signal::stored(line.description) what="description" empty="Describe it" lines=true handle="pipeline-description" on_save=describe/></div>
            </header>
            {move || {
                let lacks = lacks.get();
                (!lacks.is_empty()).then(|| view! {
                    <div class="note note-plain" data-testid="missing-columns"><span></span><div>
                        <strong>{format!("{} lacks {} of the columns that it needs", dataset.get(), lacks.len())}</strong>
                        <ul>{lacks.into_iter().map(|column| view! { <li data-missing-column=column.name.clone()><code>{column.name.clone()}</code>": "{column.remedy}</li> }).collect_view()}</ul>
                    </div></div>
                })
            }}
            <dl class="facts facts-left facts-rule">
                <div><dt>"Runs"</dt><dd>{line.n_runs.to_string()}{line.success.map(|share| format!(", {share} finished"))}</dd></div>
                {last}
                {best}
            </dl>
            <details class="tech after"><summary>{match n_versions { 1 => "1 version".to_owned(), n => format!("{n} versions") }}</summary>
                <ol class="lines">{versions.collect_view()}</ol>
            </details>
        </article>
    }
}

fn version_line(
    line: VersionLine,
    clock: Signal<i64>,
    open: impl Fn() + Send + Sync + 'static,
    copy: impl Fn() + Send + Sync + 'static,
) -> impl IntoView {
    let time = line.time;
    let changes = if line.changes.is_empty() {
        let words = if line.version == 1 { "The first." } else { "Only its name differs." };
        view! { <span class="muted">{words}</span> }.into_any()
    } else {
        let lines = line.changes.into_iter().map(|(step, sentence)| {
            view! { <span><span class="kind">{step}</span>" "{sentence}" "</span> }
        });
        view! { <span>{lines.collect_view()}</span> }.into_any()
    };
    view! {
        <li data-pipeline-version=line.version.to_string()>
            <span class="name">{format!("Version {}", line.version)}</span>
            <span class="muted" title=date_time(time)>{move || ago(clock.get().max(now()), time)}</span>
            {(!line.note.is_empty()).then(|| view! { <b>{line.note}</b> })}
            {changes}
            <span class="cluster push">
                <button class="btn btn-small btn-quiet" type="button" on:click=move |_| open()>"Open"</button>
                <button class="btn btn-small btn-quiet" type="button" on:click=move |_| copy()>"Duplicate…"</button>
            </span>
        </li>
    }
}
