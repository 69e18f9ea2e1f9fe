//! Runs side by side: the sentence first, then what differs, and whether it is more than noise.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::compare_tables::{AboutTable, MetricsTable, ParamsTable};
use super::picker::PickRun;
use crate::tracking::RunRecord;
use crate::ui::charts::Chart;
use crate::ui::components::{CopyButton, Icon};
use crate::ui::session::Session;
use crate::ui::view::compare::{Address, CompareView, MOST, RunHead, compare, left_out};
use crate::ui::view::compare_charts::{DRAWN, Dots, errors, forest, small_multiples};

/// What the heads of columns can do.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    pub baseline: Callback<String>,
    pub remove: Callback<String>,
    /// To the right, if true.
    pub shift: Callback<(String, bool)>,
}

/// The comparison that the address names.
#[component]
pub fn ComparePage() -> impl IntoView {
    let session = Session::here();
    session.request_contents();
    let query = use_query_map();
    let address = Memo::new(move |_| {
        query.with(|query| Address::from_query(query.get("runs").as_deref(), query.get("base").as_deref()))
    });
    let ids = Memo::new(move |_| address.with(|address| address.runs.clone()));
    let found = session.records(ids.into());
    let navigate = StoredValue::new_local(use_navigate());
    let show = Callback::new(move |address: Address| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(&address.path(), options));
    });
    let acts = Acts {
        baseline: Callback::new(move |id: String| show.run(Address { base: Some(id), ..address.get_untracked() })),
        remove: Callback::new(move |id: String| show.run(address.get_untracked().without(&id))),
        shift: Callback::new(move |(id, right): (String, bool)| show.run(address.get_untracked().moved(&id, right))),
    };
    let runs = Memo::new(move |_| {
        let found = found.get()?;
        Some(Arc::new(found.runs.iter().map(|run| RunRecord::clone(run)).collect::<Vec<_>>()))
    });
    // How many are not kept.
    let missing = Memo::new(move |_| found.with(|found| found.as_ref().map_or(0, |found| found.missing.len())));
    let add = Callback::new(move |id: String| show.run(address.get_untracked().with(&id)));
    let n = move || ids.with(Vec::len);
    let is_full = move || n() >= MOST;
    let body = move || {
        match runs.get() {
        _ if n() == 0 => view! {
            <div class="blank">
                <p><b>"Nothing to compare yet"</b>"Choose runs in the table of runs, or add them here by name. Two to fifty can be compared."</p>
                <a class="btn" href="runs">"All runs"</a>
            </div>
        }
        .into_any(),
        None => view! {
            <div aria-busy="true">
                <p class="sr" role="status">"Reading the runs"</p>
                <p aria-hidden="true"><span class="sk sk-4 bigsk"></span></p>
                <p aria-hidden="true"><span class="sk sk-3"></span></p>
            </div>
        }
        .into_any(),
        Some(runs) => {
            let view = address.with(|address| compare(&runs, address.base.as_deref()));
            view! { <Compared runs=runs view=view acts=acts/> }.into_any()
        }
    }
    };
    view! {
        <div class="page" data-testid="compare" data-runs=move || n().to_string()>
            <div class="head head-page">
                <h1>{move || match n() { 0 => "Compare runs".to_owned(), 1 => "Compare 1 run".into(), n => format!("Compare {n} runs") }}</h1>
                <div class="cluster push">
                    <Show when=move || !is_full() fallback=|| view! { <span class="muted small">"Fifty runs at most"</span> }>
                        <PickRun label="Add a run" without=ids.into() on_pick=add/>
                    </Show>
                </div>
            </div>
            <Show when=move || missing.get() != 0>
                <div class="note note-warn" role="status">
                    <Icon name="warn"/>
                    <p>{move || left_out(missing.get())}</p>
                </div>
            </Show>
            {body}
        </div>
    }
}

#[component]
fn Compared(runs: Arc<Vec<RunRecord>>, view: CompareView, acts: Acts) -> impl IntoView {
    let cautions = view.cautions.iter().map(|caution| view! { <li>{caution.clone()}</li> }).collect_view();
    let has_cautions = !view.cautions.is_empty();
    let verdict_words = view.verdicts.first().map_or("", |line| line.verdict);
    let dots = RwSignal::new(Dots::Residuals);
    let heads = view.heads.clone();
    let drawn: Arc<Vec<RunRecord>> = Arc::clone(&runs);
    let multiples = move || {
        let scenes = small_multiples(&drawn, dots.get());
        scenes.into_iter().map(|scene| view! { <Chart scene=Signal::stored(scene)/> }).collect_view()
    };
    let overlays = [forest(&runs), errors(&runs)];
    let has_plots = overlays.iter().any(Option::is_some);
    let overlays =
        overlays.into_iter().flatten().map(|scene| view! { <Chart scene=Signal::stored(scene)/> }).collect_view();
    let beyond = runs.len().saturating_sub(DRAWN);
    let verdicts = view.verdicts.clone();
    view! {
        <div class="says says-page" data-verdict=verdict_words>
            <p class="verdict" data-testid="compare-sentence">{view.sentence.clone()}</p>
            {has_cautions.then(|| view! { <details class="tech"><summary>"Why their metrics should not be compared"</summary><ul class="sub">{cautions}</ul></details> })}
            {view.elsewhere.clone().map(|words| view! { <p class="muted" data-testid="compare-elsewhere">{words}</p> })}
            <div class="cluster">
                <CopyText text=view.markdown.clone() label="Markdown" handle="compare-markdown"/>
                <CopyText text=view.tsv.clone() label="TSV" handle="compare-tsv"/>
                <CopyText text=view.latex.clone() label="LaTeX" handle="compare-latex"/>
            </div>
        </div>
        <div class="stack">
            <MetricsTable view=view.clone() acts=acts/>
            {(!verdicts.is_empty()).then(|| view! {
                <section aria-labelledby="cmp-noise">
                    <div class="cluster data-head"><h2 class="section" id="cmp-noise">"Is it more than noise?"</h2>
                        <span class="muted small">"Each run against the baseline, by RMSE over the folds that both were validated on (Nadeau and Bengio, 95 %)"</span></div>
                    <ul class="lines">{verdicts.into_iter().map(|line| view! {
                        <li data-testid="compare-verdict" data-run=line.run_id data-verdict=line.verdict>
                            <span class="name">{dot(line.series)}{line.name}</span>
                            <span class=format!("tag {}", match line.verdict { "better" => "tag-accent", "worse" => "tag-warn", _ => "tag-line" })>{line.verdict}</span>
                            <span>{line.words}</span>
                        </li>
                    }).collect_view()}</ul>
                </section>
            })}
            <ParamsTable view=view.clone()/>
            <AboutTable view=view.clone()/>
            {(!view.pipelines.is_empty()).then(|| view! { <Pipelines view=view/> })}
            {has_plots.then(|| view! {
                <section aria-labelledby="cmp-plots">
                    <div class="cluster data-head"><h2 class="section" id="cmp-plots">"Models and their errors"</h2>
                        {(beyond > 0).then(|| view! { <span class="muted small">{format!("The first {DRAWN} runs are drawn")}</span> })}</div>
                    <Keys heads=heads/>
                    <div class="plots">{overlays}</div>
                </section>
                <section aria-labelledby="cmp-dots">
                    <div class="cluster data-head"><h2 class="section" id="cmp-dots">"Test rows, all on the same axes"</h2>
                        <div class="cluster push" role="group" aria-label="What is drawn">
                            {[(Dots::Residuals, "Residuals"), (Dots::Predicted, "Predicted against actual")].map(|(what, label)| view! {
                                <button class="btn btn-small" type="button" aria-pressed=move || (dots.get() == what).to_string()
                                    on:click=move |_| dots.set(what)>{label}</button>
                            })}
                        </div></div>
                    <div class="plots plots-small">{multiples}</div>
                </section>
            })}
        </div>
    }
}

/// The colour of a run.
pub(super) fn dot(series: usize) -> impl IntoView {
    view! { <span class=format!("dot dot-{series}") aria-hidden="true"></span> }
}

#[component]
fn Keys(heads: Vec<RunHead>) -> impl IntoView {
    let keys = heads.into_iter().take(DRAWN);
    view! { <p class="keys small">{keys.map(|head| view! { <span class="nowrap">{dot(head.series)}{head.name}</span> }).collect_view()}</p> }
}

#[component]
fn CopyText(text: String, label: &'static str, handle: &'static str) -> impl IntoView {
    view! {
        <span class="copyline" data-testid=handle>
            <span class="muted small">{label}</span>
            <CopyButton text=Signal::stored(text) what="the comparison"/>
        </span>
    }
}

#[component]
fn Pipelines(view: CompareView) -> impl IntoView {
    let base = view.heads.iter().find(|head| head.is_baseline).map(|head| head.name.clone()).unwrap_or_default();
    let parts = view
        .pipelines
        .into_iter()
        .map(|pipeline| {
            let lines = if pipeline.changes.is_empty() {
                view! { <p class="muted small">"The same pipeline."</p> }.into_any()
            } else {
                let lines = pipeline.changes.into_iter().map(|(step, sentence)| {
                    view! { <li><span class="kind">{step}</span><span>{sentence}</span></li> }
                });
                view! { <ul class="lines lines-kind">{lines.collect_view()}</ul> }.into_any()
            };
            view! { <div><h3 class="fw">{dot(pipeline.series)}{pipeline.name}</h3>{lines}</div> }
        })
        .collect_view();
    view! {
        <section aria-labelledby="cmp-pipe" data-testid="compare-pipelines">
            <div class="cluster data-head"><h2 class="section" id="cmp-pipe">"How the pipelines differ"</h2>
                <span class="muted small">{format!("From {base} to each of the others")}</span></div>
            <div class="plots plots-tight">{parts}</div>
        </section>
    }
}
