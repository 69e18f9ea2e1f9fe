//! The report of a logistic regression: sentences, the fit, the odds ratios, and copies of it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::diagnostics::LogitReport;
use crate::pipeline::Training;
use crate::ui::inspect::report::{coefficients_in_words, copy_text, facts, python, table};
use crate::ui::view::format;
use crate::ui::view::logit_report::{self, OddsRow};

/// The section.
pub(super) fn section(training: &Arc<Training>, found: &LogitReport) -> AnyView {
    let said = logit_report::sayings(found);
    let text = |of: fn(&LogitReport) -> String| {
        let training = Arc::clone(training);
        move || training.logit.as_deref().map(of).unwrap_or_default()
    };
    let findings = said.findings.into_iter().map(|finding| view! { <li>{finding}</li> }).collect_view();
    view! {
        <section class="report" aria-labelledby="report-title" data-testid="report">
            <div class="cluster data-head">
                <h3 class="section" id="report-title">"Regression report"</h3>
                <span class="cluster push">
                    {copy_text("Copy as Markdown", "report-markdown", text(LogitReport::markdown))}
                    {copy_text("Copy as LaTeX", "report-latex", text(LogitReport::latex))}
                </span>
            </div>
            <p class="verdict verdict-s">{said.headline}</p>
            <ul class="findings">{findings}</ul>
            {coefficients_in_words(said.coefficients)}
            {facts("How it fits", logit_report::statistics(found))}
            {odds(found)}
            {logit_report::python(found, &training.features).map(python)}
        </section>
    }
    .into_any()
}

fn odds(found: &LogitReport) -> AnyView {
    let is_tested = found.coefficients.iter().any(|c| c.se.is_some());
    let rows = logit_report::odds_rows(found).into_iter().map(|row| odds_row(row, is_tested)).collect_view();
    let mut head = vec![
        ("Coefficient", "", false),
        ("Log-odds", "Change of the log-odds for one unit of the feature", true),
        ("Standard error", "", true),
        ("z", "Coefficient over its standard error", true),
        ("p", "How often chance alone would give as large a z", true),
        ("Odds ratio", "What one unit of the feature multiplies the odds by; 1 is no effect", true),
        ("Interval", "Of the odds ratio", true),
    ];
    if !is_tested {
        head.retain(|(name, ..)| ["Coefficient", "Log-odds", "Odds ratio"].contains(name));
    }
    let intervals = format!("; intervals of {}", format::percent(found.confidence));
    view! {
        {table("Odds ratios", "report-odds", head, rows.into_any())}
        <p class="sub">
            {format!("Odds of {}{}.", found.event(), if is_tested { intervals.as_str() } else { "" })}
        </p>
    }
    .into_any()
}

fn odds_row(row: OddsRow, is_tested: bool) -> impl IntoView {
    let (low, high) = row.ends;
    let tests = is_tested.then(|| {
        view! {
            <td class="num" title=row.se.full.clone()>{row.se.shown}</td>
            <td class="num" title=row.z.full.clone()>{row.z.shown}</td>
            <td class="num" title=row.p.1.clone()>{row.p.0}</td>
        }
    });
    view! {
        <tr
            data-odds=row.name.clone()
            data-ratio=row.ratio.full.clone()
            data-lo=low
            data-hi=high
            data-se=row.se.full.clone()
            data-z=row.z.full.clone()
            data-p=row.p.1.clone()
        >
            <th scope="row" class="name">{row.name.clone()}</th>
            <td class="num" title=row.value.full.clone()>{row.value.shown}</td>
            {tests}
            <td class="num strong" title=row.ratio.full.clone()>{row.ratio.shown}</td>
            {is_tested.then(|| view! { <td class="num">{row.interval}</td> })}
        </tr>
    }
}
