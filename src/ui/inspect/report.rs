//! The regression report: sentences, the fit, tests, coefficients, rows that pull, four pictures, and copies of it.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::diagnostics::RegressionReport;
use crate::pipeline::Training;
use crate::ui::charts::Chart;
use crate::ui::inspect::logit_report;
use crate::ui::inspect::parts::small_icon;
use crate::ui::session::Session;
use crate::ui::view::charts::Scene;
use crate::ui::view::report::{self, Fact};
use crate::ui::view::{charts_report, format};
use crate::web::files;

/// More sentences about coefficients are folded away.
const SENTENCES: usize = 6;

/// The section, where training made a report; `run` names the files of its plots.
pub fn report_section(training: &Arc<Training>, run: Signal<Option<String>>) -> Option<AnyView> {
    if let Some(found) = training.logit.as_deref() {
        return Some(logit_report::section(training, found));
    }
    let found = training.report.as_ref()?;
    let sayings = report::sayings(found);
    let copied = training.clone();
    let text = move |of: fn(&RegressionReport) -> String| {
        let training = copied.clone();
        move || training.report.as_ref().map(of).unwrap_or_default()
    };
    let python = report::python(found, &training.features).map(python);
    let scale = report::scale_note(&training.features).map(|note| view! { <p class="sub">{note}</p> });
    let findings = sayings.findings.into_iter().map(|finding| view! { <li>{finding}</li> }).collect_view();
    Some(
        view! {
            <section class="report" aria-labelledby="report-title" data-testid="report">
                <div class="cluster data-head">
                    <h3 class="section" id="report-title">"Regression report"</h3>
                    <span class="cluster push">
                        {copy_text("Copy as Markdown", "report-markdown", text(RegressionReport::markdown))}
                        {copy_text("Copy as LaTeX", "report-latex", text(RegressionReport::latex))}
                    </span>
                </div>
                <p class="verdict verdict-s">{sayings.headline}</p>
                {scale}
                <ul class="findings">{findings}</ul>
                {coefficients_in_words(sayings.coefficients)}
                <div class="report-pair">
                    {facts("How it fits", report::statistics(found))}
                    {tests(found)}
                </div>
                {robust(found)}
                {pulls(found)}
                <div class="plots">
                    {picture(charts_report::residuals_fitted(found), run)}
                    {picture(charts_report::normal_quantiles(found), run)}
                    {picture(charts_report::scale_location(found), run)}
                    {picture(charts_report::residuals_leverage(found), run)}
                </div>
                {python}
            </section>
        }
        .into_any(),
    )
}

/// The code that gives the same, folded.
pub(super) fn python(code: String) -> AnyView {
    view! {
        <details class="tech python">
            <summary class="btn btn-small">{small_icon("code")}"The same in Python"</summary>
            <div class="tech-body">
                <pre class="code" tabindex="0" role="region" aria-label="Python of the report"><code>{code.clone()}</code></pre>
                <p>{copy_text("Copy the Python", "report-python", move || code.clone())}</p>
            </div>
        </details>
    }
    .into_any()
}

fn picture(scene: Scene, run: Signal<Option<String>>) -> impl IntoView {
    view! { <Chart scene=Signal::stored(scene) run=run /> }
}

/// A button that copies a text, written only when it is asked for, and says that it did.
pub(super) fn copy_text(
    label: &'static str,
    testid: &'static str,
    text: impl Fn() -> String + Send + 'static,
) -> AnyView {
    let done = RwSignal::new(false);
    let session = use_context::<Session>();
    let copy = move |_| {
        let text = text();
        spawn_local(async move {
            let copied = files::copy_text(&text).await.is_ok();
            if let Some(session) = session {
                session.announcement.set(if copied { "Copied" } else { "The browser refused the clipboard" }.into());
            }
            done.set(copied);
            set_timeout(move || done.set(false), Duration::from_millis(1500));
        });
    };
    view! {
        <button class="btn btn-small" type="button" data-testid=testid on:click=copy>
            {move || if done.get() { small_icon("check") } else { small_icon("copy") }}
            {label}
        </button>
    }
    .into_any()
}

pub(super) fn coefficients_in_words(sentences: Vec<String>) -> AnyView {
    let n = sentences.len();
    let list = sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
    if n <= SENTENCES {
        return view! { <ul class="findings">{list}</ul> }.into_any();
    }
    view! {
        <details class="tech">
            <summary>{format!("{} coefficients in words", format::count(n as u64))}</summary>
            <ul class="findings">{list}</ul>
        </details>
    }
    .into_any()
}

/// A table of the page: its name, the head's cells (the numeric ones right), and its rows.
pub(super) fn table(
    name: &'static str,
    id: &'static str,
    head: Vec<(&'static str, &'static str, bool)>,
    body: AnyView,
) -> AnyView {
    let head = head
        .into_iter()
        .map(|(name, title, is_number)| view! { <th scope="col" class:num=is_number title=title>{name}</th> })
        .collect_view();
    view! {
        <div>
            <h4 class="label" id=id>{name}</h4>
            <div class="scroll-x" tabindex="0" role="region" aria-labelledby=id>
                <table class="table table-tight" aria-labelledby=id>
                    <thead><tr>{head}</tr></thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}

pub(super) fn facts(name: &'static str, facts: Vec<Fact>) -> AnyView {
    let rows = facts
        .into_iter()
        .map(|fact| {
            view! {
                <tr data-statistic=fact.name data-value=fact.full.clone()>
                    <th scope="row">{fact.name}</th>
                    <td class="num strong" title=fact.full.clone()>{fact.shown}</td>
                    <td class="meaning">{fact.meaning}</td>
                </tr>
            }
        })
        .collect_view();
    table(
        name,
        "report-fit",
        vec![("Statistic", "", false), ("Value", "", true), ("Meaning", "", false)],
        rows.into_any(),
    )
}

fn tests(found: &RegressionReport) -> AnyView {
    let rows = report::assumption_tests(found)
        .into_iter()
        .map(|test| {
            view! {
                <tr data-statistic=test.name data-value=test.statistic.full.clone() data-p=test.p_full.clone()>
                    <th scope="row">{test.name}</th>
                    <td class="num" title=test.statistic.full.clone()>{test.statistic.shown}</td>
                    <td class="num" title=test.p_full.clone()>{test.p}</td>
                    <td class="meaning" class:caution=test.doubt>{test.meaning}</td>
                </tr>
            }
        })
        .collect_view();
    let head = vec![("Test", "", false), ("Statistic", "", true), ("p", "", true), ("Meaning", "", false)];
    table("What it assumes of the errors", "report-tests", head, rows.into_any())
}

fn robust(found: &RegressionReport) -> AnyView {
    let rows = report::robust_rows(found)
        .into_iter()
        .map(|row| {
            view! {
                <tr data-robust=row.name.clone() data-hc3=row.hc3.full.clone() data-vif=row.vif.full.clone()>
                    <th scope="row" class="name">{row.name.clone()}</th>
                    <td class="num" title=row.se.full>{row.se.shown}</td>
                    <td class="num" title=row.hc3.full.clone()>{row.hc3.shown}</td>
                    <td class="num" class:caution=row.repeats title=row.vif.full.clone()>{row.vif.shown}</td>
                </tr>
            }
        })
        .collect_view();
    let head = vec![
        ("Coefficient", "", false),
        ("Standard error", "Holds where errors spread alike", true),
        ("HC3", "Standard error that holds where errors spread more for some rows than for others", true),
        ("VIF", "How much the variance is blown up because other features say the same; above 10 is a lot", true),
    ];
    table("Standard errors and repetition", "report-robust", head, rows.into_any())
}

fn pulls(found: &RegressionReport) -> AnyView {
    let opened = RwSignal::new(None::<Opened>);
    let rows = report::pull_rows(found)
        .into_iter()
        .map(|row| {
            let cells = row
                .cells
                .into_iter()
                .map(|(shown, full)| view! { <td class="num" title=full>{shown}</td> })
                .collect_view();
            let head = row_head(row.row, row.holds, opened);
            view! { <tr data-influential=row.row.to_string()><th scope="row" class="num">{head}</th>{cells}</tr> }
        })
        .collect_view();
    let head = vec![
        ("Row", "Of the cleaned table, from 1", true),
        ("Fitted", "", true),
        ("Residual", "Actual less fitted", true),
        ("Leverage", "How far out its features lie, from 0 to 1", true),
        ("Studentised residual", "In standard deviations, as if the row had been left out", true),
        ("Cook’s distance", "How far all predictions would move without the row", true),
    ];
    view! {
        {table("Rows that pull most", "report-pulls", head, rows.into_any())}
        <p class="sub">{report::pull_sentence(found)}</p>
        <div aria-live="polite">{move || opened.get().map(|opened| opened_row(&opened))}</div>
    }
    .into_any()
}

/// A row that is looked at: its number, and its cells by column.
#[derive(Clone, PartialEq)]
struct Opened {
    row: u64,
    holds: Vec<(String, String)>,
}

/// The row's number; where its cells are known, a button that shows them below the table.
fn row_head(row: u64, holds: Vec<(String, String)>, opened: RwSignal<Option<Opened>>) -> AnyView {
    if holds.is_empty() {
        return row.into_any();
    }
    let is_open = move || opened.with(|opened| opened.as_ref().is_some_and(|opened| opened.row == row));
    let toggle = move |_| {
        let next = (!is_open()).then(|| Opened { row, holds: holds.clone() });
        opened.set(next);
    };
    view! {
        <button
            class="btn btn-small"
            type="button"
            aria-expanded=move || is_open().to_string()
            aria-label=format!("Row {row}: show its cells")
            data-open-row=row.to_string()
            on:click=toggle
        >
            {row}
        </button>
    }
    .into_any()
}

fn opened_row(opened: &Opened) -> AnyView {
    let cell = |(column, value): &(String, String)| {
        view! { <dt>{column.clone()}</dt><dd data-cell=column.clone()>{value.clone()}</dd> }
    };
    view! {
        <section class="stacked" data-testid="opened-row" data-row=opened.row.to_string()>
            <h4 class="label">{format!("Row {} of the cleaned table", opened.row)}</h4>
            <dl class="facts facts-left">{opened.holds.iter().map(cell).collect_view()}</dl>
        </section>
    }
    .into_any()
}
