//! Datasets by content: who read them, and what changed from one version of a file to the next.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::run_parts::{clock, run_href};
use crate::tracking::RunSummary;
use crate::ui::components::CopyButton;
use crate::ui::session::Session;
use crate::ui::view::datasets::{DatasetLine, datasets, drift, drift_lines, profiled_by, schema_words};
use crate::ui::view::format::count;
use crate::ui::view::runs_text::{ago, date_time};

/// Runs that a row names before the rest is counted.
const NAMED: usize = 2;

/// The page of datasets. `?changes=DIGEST` shows what changed to that version from the one before.
#[component]
pub fn DatasetsPage() -> impl IntoView {
    let session = Session::here();
    session.request_contents();
    let clock = clock();
    let runs = Memo::new(move |_| {
        session.workspace.with(|workspace| workspace.runs.clone().unwrap_or_else(|| Arc::new(Vec::new())))
    });
    let is_read = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.datasets.is_some()));
    let lines = Memo::new(move |_| {
        let all = session.workspace.with(|workspace| workspace.registry.datasets.clone());
        runs.with(|runs| datasets(all.as_ref().map_or(&[], |all| all.as_slice()), runs))
    });
    let query = use_query_map();
    let chosen = Memo::new(move |_| {
        let digest = query.read().get("changes")?;
        lines.with(|lines| lines.iter().find(|line| line.digest == digest && line.before.is_some()).cloned())
    });
    let navigate = StoredValue::new_local(use_navigate());
    let choose = Callback::new(move |digest: Option<String>| {
        let path = digest.map_or_else(|| "/datasets".to_owned(), |digest| format!("/datasets?changes={digest}"));
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(&path, options));
    });
    let rows = move || {
        let is_chosen = chosen.with(|chosen| chosen.as_ref().map(|line| line.digest.clone()));
        let rows = lines.get().into_iter().map(|line| row(line, is_chosen.clone(), clock, choose));
        rows.collect_view()
    };
    view! {
        <div class="page">
            <div class="head head-page"><h1>"Datasets"</h1>
                <span class="muted small">"By content: the same bytes are the same dataset, whatever the file is called"</span></div>
            <Show when=move || is_read.get() fallback=|| view! {
                <div aria-busy="true"><p class="sr" role="status">"Reading the datasets"</p><p aria-hidden="true"><span class="sk sk-4 bigsk"></span></p></div>
            }>
                <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! {
                    <div class="blank"><p><b>"No datasets yet"</b>"Every file that a run reads is listed here, in this browser only."</p><a class="btn" href="./">"To the pipeline"</a></div>
                }>
                    <div class="stack">
                        <div class="scroll-x" tabindex="0" role="region" aria-label="Datasets">
                            <table class="table">
                                <caption class="sr">"Datasets, last used first"</caption>
                                <thead><tr><th scope="col">"Name"</th><th scope="col">"Digest"</th><th scope="col" class="num">"Rows"</th>
                                    <th scope="col" class="num">"Columns"</th><th scope="col" class="num">"Size"</th><th scope="col">"Runs"</th>
                                    <th scope="col">"Version"</th><th scope="col">"Last used"</th></tr></thead>
                                <tbody>{rows}</tbody>
                            </table>
                        </div>
                        {move || chosen.get().map(|line| view! { <Changes line=line runs=runs/> })}
                    </div>
                </Show>
            </Show>
        </div>
    }
}

fn row(
    line: DatasetLine,
    chosen: Option<String>,
    clock: Signal<i64>,
    choose: Callback<Option<String>>,
) -> impl IntoView {
    let is_chosen = chosen.as_ref() == Some(&line.digest);
    let (digest, time) = (line.digest.clone(), line.last_used);
    let n_runs = line.runs.len();
    let more = n_runs.saturating_sub(NAMED);
    let named =
        line.runs.into_iter().take(NAMED).map(|(id, name)| view! { <a class="link" href=run_href(&id)>{name}</a>" " });
    let named = named.collect_view();
    let version = match line.version {
        (_, 1) => "the only one".to_owned(),
        (place, of) => format!("{place} of {of}"),
    };
    let changes = line.before.is_some().then(|| {
        let digest = digest.clone();
        view! {
            <button class="btn btn-small btn-quiet" type="button" data-testid="dataset-changes" aria-pressed=is_chosen.to_string()
                aria-label=format!("What changed to version {} of {}", line.version.0, line.name)
                on:click=move |_| choose.run((!is_chosen).then(|| digest.clone()))>"What changed"</button>
        }
    });
    view! {
        <tr data-dataset=line.digest.clone() data-runs=n_runs.to_string() class=if is_chosen { "on" } else { "" }>
            <th scope="row" class="name">{line.name}</th>
            <td><span class="stepcell"><code title=line.digest.clone()>{line.short}</code><CopyButton text=Signal::stored(digest) what="the digest"/></span></td>
            <td class="num">{count(line.rows)}</td>
            <td class="num">{count(line.columns)}</td>
            <td class="num">{line.bytes}</td>
            <td>{named}{(more > 0).then(|| view! { <span class="muted">{format!("and {more} more")}</span> })}
                {(n_runs == 0).then_some(view! { <span class="muted">"none kept"</span> })}</td>
            <td>{version}{changes}</td>
            <td class="muted" title=date_time(time)>{move || ago(clock.get(), time)}</td>
        </tr>
    }
}

#[component]
fn Changes(line: DatasetLine, runs: Memo<Arc<Vec<RunSummary>>>) -> impl IntoView {
    let session = Session::here();
    let before = line.before.clone().unwrap_or_default();
    let after = line.digest.clone();
    let ids = Memo::new(move |_| {
        runs.with(|runs| {
            [&before, &after].into_iter().filter_map(|digest| profiled_by(runs, digest)).collect::<Vec<_>>()
        })
    });
    let found = session.records(ids.into());
    let all = RwSignal::new(false);
    let body = move || {
        if ids.with(Vec::len) < 2 {
            return view! { <p class="muted">"The profile of a version comes from a finished run that read it, and of one of these versions no such run is kept."</p> }.into_any();
        }
        let Some(found) = found.get() else {
            return view! { <p aria-busy="true" role="status" class="muted">"Reading the profiles"</p> }.into_any();
        };
        let drift = match found.runs.as_slice() {
            [old, new] => drift(old, new),
            _ => None,
        };
        let Some(drift) = drift else {
            return view! { <p class="muted">"A run that read it keeps no profile."</p> }.into_any();
        };
        let lines = drift_lines(&drift);
        let quiet = lines.iter().filter(|line| !line.is_noted).count();
        let shown = lines.into_iter().filter(move |line| line.is_noted || all.get()).map(|line| view! {
            <tr data-drift-column=line.name.clone() data-magnitude=line.magnitude>
                <th scope="row" class="name">{line.name.clone()}</th><td>{line.magnitude}</td><td class="num">{line.psi}</td>
                <td class="num">{line.missing}</td><td class="wide">{line.words}</td></tr>
        });
        let schema = schema_words(&drift).into_iter().map(|words| view! { <li>{words}</li> });
        view! {
            <p class="verdict verdict-s" data-testid="drift-sentence">{drift.sentence.clone()}</p>
            <ul class="sub">{schema.collect_view()}</ul>
            <div class="scroll-x after" tabindex="0" role="region" aria-label="Columns that changed">
                <table class="table"><caption class="sr">"Columns, those that changed most first"</caption>
                    <thead><tr><th scope="col">"Column"</th><th scope="col">"Effect"</th><th scope="col" class="num">"PSI"</th><th scope="col" class="num">"Missing"</th><th scope="col">"In words"</th></tr></thead>
                    <tbody>{shown.collect_view()}</tbody></table>
            </div>
            {(quiet > 0).then(|| view! {
                <button class="btn btn-small btn-quiet" type="button" aria-pressed=move || all.get().to_string() on:click=move |_| all.update(|all| *all = !*all)>
                    {format!("{quiet} columns are about the same")}
                </button>
            })}
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="drift" data-testid="drift">
            <div class="cluster data-head"><h2 class="section" id="drift">{format!("From version {} to {} of {}", line.version.0 - 1, line.version.0, line.name)}</h2></div>
            {body}
        </section>
    }
}
