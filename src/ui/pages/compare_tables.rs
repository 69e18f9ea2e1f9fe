//! The tables of a comparison: metrics and settings, with runs as columns or as rows.

use leptos::prelude::*;

use super::compare::{Acts, dot};
use super::run_parts::run_href;
use crate::ui::components::Icon;
use crate::ui::view::compare::{CompareView, MetricCell, ParamLine, RunHead, SIDE_BY_SIDE};
use crate::web::preferences;

/// Whether equal rows are shown is kept under this name.
const SHOW_ALL: &str = "pipette.compare_all";

/// Width of the window in CSS pixels below which runs stand under each other.
const NARROW: f64 = 720.0;

/// The metrics: each run against the baseline.
#[component]
pub(super) fn MetricsTable(view: CompareView, acts: Acts) -> impl IntoView {
    let n = view.heads.len();
    // On a narrow screen the second column would be out of sight already.
    let is_narrow = window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width < NARROW);
    let as_rows = RwSignal::new(n > SIDE_BY_SIDE || is_narrow);
    let same = view.same_metrics.clone();
    let is_empty = view.metrics.is_empty();
    let table = move || {
        let view = view.clone();
        if as_rows.get() { rows_of_runs(view, acts).into_any() } else { columns_of_runs(view, acts).into_any() }
    };
    view! {
        <section aria-labelledby="cmp-metrics">
            <div class="cluster data-head">
                <h2 class="section" id="cmp-metrics">"How good"</h2>
                <span class="muted small">{if is_empty { "All metrics are the same" } else { "Differences are against the baseline" }}</span>
                <button class="btn btn-small push" type="button" data-testid="compare-turn" on:click=move |_| as_rows.update(|rows| *rows = !*rows)>
                    {move || if as_rows.get() { "Runs as columns" } else { "Runs as rows" }}
                </button>
            </div>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Metrics">{table}</div>
            <Same lines=same what="metrics"/>
        </section>
    }
}

fn columns_of_runs(view: CompareView, acts: Acts) -> impl IntoView {
    let n = view.heads.len();
    let heads = view.heads.into_iter().map(|head| view! { <th scope="col" class="num">{run_head(head, n, acts)}</th> });
    let rows = view.metrics.into_iter().map(|line| {
        let key = line.key.clone();
        let cells = line.cells.into_iter().map(|cell| metric_cell(&key, cell)).collect_view();
        view! { <tr><th scope="row">{line.label}" "<span class="muted">{line.direction}</span></th>{cells}</tr> }
    });
    view! {
        <table class="table table-cmp table-tall">
            <caption class="sr">"Metrics of the runs"</caption>
            <thead><tr><th scope="col">"Metric"</th>{heads.collect_view()}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

fn rows_of_runs(view: CompareView, acts: Acts) -> impl IntoView {
    let n = view.heads.len();
    let heads = view
        .metrics
        .iter()
        .map(|line| view! { <th scope="col" class="num">{line.label.clone()}<span class="sub-th">{line.direction}</span></th> })
        .collect_view();
    let rows = view.heads.into_iter().enumerate().map(|(place, head)| {
        let cells = view.metrics.iter().filter_map(|line| Some(metric_cell(&line.key, line.cells.get(place)?.clone())));
        view! { <tr><th scope="row">{run_head(head, n, acts)}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <table class="table table-cmp table-tall">
            <caption class="sr">"Metrics of the runs"</caption>
            <thead><tr><th scope="col">"Run"</th>{heads}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

fn run_head(head: RunHead, n: usize, acts: Acts) -> impl IntoView {
    let name = head.name.clone();
    let labelled = move |what: &str| format!("{what} {name}");
    let (id, left, right, base) = (head.run_id.clone(), head.run_id.clone(), head.run_id.clone(), head.run_id.clone());
    view! {
        <span class="runhead" data-testid="compare-run" data-run=head.run_id.clone()>
            {dot(head.series)}<a href=run_href(&head.run_id)>{head.name}</a>
        </span>
        <span class="sub-th headacts">
            {if head.is_baseline {
                view! { <span class="nowrap" data-testid="baseline">"baseline"</span> }.into_any()
            } else {
                view! {
                    <button class="btn btn-small btn-quiet" type="button" data-testid="make-baseline" aria-label=labelled("Make baseline:")
                        on:click=move |_| acts.baseline.run(base.clone())>"Make baseline"</button>
                }.into_any()
            }}
            {(n > 1).then(|| view! {
                <button class="btn btn-icon btn-small" type="button" aria-label=labelled("Move to the front:")
                    on:click=move |_| acts.shift.run((left.clone(), false))><Icon name="left" small=true/></button>
                <button class="btn btn-icon btn-small" type="button" aria-label=labelled("Move to the back:")
                    on:click=move |_| acts.shift.run((right.clone(), true))><Icon name="right" small=true/></button>
            })}
            <button class="btn btn-icon btn-small" type="button" data-testid="compare-remove" aria-label=labelled("Take out of the comparison:")
                on:click=move |_| acts.remove.run(id.clone())><Icon name="cross" small=true/></button>
        </span>
    }
}

fn metric_cell(key: &str, cell: MetricCell) -> impl IntoView {
    let circle = cell.place.map(|at| {
        let class = if cell.series == 0 { "m-quiet".to_owned() } else { format!("s{}", cell.series) };
        view! { <circle class=class cx=format!("{:.1}", 6.0 + at * 84.0) cy="10" r="4.5"></circle> }
    });
    view! {
        <td class="num" data-compare-metric=key.to_owned() data-run=cell.run_id data-value=cell.value.clone()
            data-best=cell.is_best.then_some("true") title=cell.value>
            <span class="mcell">
                <svg class="spark mbar" viewBox="0 0 96 20" aria-hidden="true"><path class="l-rule" d="M0 10H96"></path>{circle}</svg>
                <span class=if cell.is_best { "strong" } else { "" }>{cell.text}</span>
                <span class=cell.tone.class()>{cell.delta}{cell.is_best.then_some(view! { " "<b class="bestw">"best"</b> })}</span>
            </span>
        </td>
    }
}

/// The settings that are not the same in all.
#[component]
pub(super) fn ParamsTable(view: CompareView) -> impl IntoView {
    let n = view.params.len();
    let rows = view.params.into_iter().map(|line| {
        let (key, name) = (line.key.clone(), line.key.clone());
        view! { <tr data-compare-param=key><th scope="row"><code>{name}</code></th>{cells_of(line)}</tr> }
    });
    let rows = rows.collect_view().into_any();
    let table = (n > 0).then(|| facts_table(&view.heads, ("Settings that differ", "Setting"), rows));
    view! {
        <section aria-labelledby="cmp-params">
            <div class="cluster data-head"><h2 class="section" id="cmp-params">"What differs"</h2>
                <span class="muted small">{match n {
                    0 => "No setting differs".to_owned(),
                    1 => "1 setting; tinted where it is not the baseline's".into(),
                    n => format!("{n} settings; tinted where they are not the baseline's"),
                }}</span></div>
            {table}
            <Same lines=view.same_params what="settings"/>
        </section>
    }
}

/// The runs themselves: times, data, what made them, tags.
#[component]
pub(super) fn AboutTable(view: CompareView) -> impl IntoView {
    let rows = view.about.into_iter().map(|line| {
        let (key, name) = (line.key.clone(), line.key.clone());
        view! { <tr data-compare-about=key><th scope="row">{name}</th>{cells_of(line)}</tr> }
    });
    let table = facts_table(&view.heads, ("Facts of each run", "Of the run"), rows.collect_view().into_any());
    view! {
        <section aria-labelledby="cmp-about" data-testid="compare-about">
            <div class="cluster data-head"><h2 class="section" id="cmp-about">"The runs themselves"</h2></div>
            {table}
        </section>
    }
}

fn cells_of(line: ParamLine) -> impl IntoView {
    let cells = line.cells.into_iter().map(|(value, differs)| {
        let title = value.clone();
        view! { <td class=if differs { "num differs clip" } else { "num clip" } title=title>{value}</td> }
    });
    cells.collect_view()
}

/// A table with the runs as columns; `title` says what it is of and what its lines are.
fn facts_table(heads: &[RunHead], (title, line): (&'static str, &'static str), rows: AnyView) -> impl IntoView + use<> {
    let heads = heads.iter().map(|head| {
        view! { <th scope="col" class="num"><span class="runhead">{dot(head.series)}{head.name.clone()}</span></th> }
    });
    let heads = heads.collect_view();
    view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label=title>
            <table class="table table-cmp">
                <caption class="sr">{title}</caption>
                <thead><tr><th scope="col">{line}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// What is the same in all runs, folded; that it was opened is remembered.
#[component]
fn Same(lines: Vec<(String, String)>, what: &'static str) -> impl IntoView {
    let n = lines.len();
    let key = format!("{SHOW_ALL}.{what}");
    let is_open = preferences::load(&key).is_some_and(|kept| kept == "open");
    let facts =
        lines.into_iter().map(|(key, value)| view! { <div><dt>{key}</dt><dd>{value}</dd></div> }).collect_view();
    let title = match n {
        1 => format!("1 of the {what} is the same in all"),
        n => format!("{n} {what} are the same in all"),
    };
    let keep = move |event: leptos::ev::Event| {
        let details: web_sys::HtmlDetailsElement = event_target(&event);
        preferences::save(&key, if details.open() { "open" } else { "closed" });
    };
    (n > 0).then(|| {
        view! {
            <details class="tech after" data-testid=format!("compare-same-{what}") data-count=n.to_string() open=is_open on:toggle=keep>
                <summary>{title}</summary>
                <dl class="facts facts-left facts-rule">{facts}</dl>
            </details>
        }
    })
}
