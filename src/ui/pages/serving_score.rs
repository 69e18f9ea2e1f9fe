//! A CSV file through a deployment's pipeline.

use leptos::prelude::*;
use web_sys::HtmlInputElement;

use crate::serving::ScoreReport;
use crate::ui::session::Session;
use crate::ui::view::format::{MISSING, count, exact};
use crate::ui::view::runs_text::{metric_label, metric_text};
use crate::ui::view::serving_explain::{score_progress, score_sentence};

/// The file that is chosen is scored, and comes back as a download.
#[component]
pub(super) fn ScoreAFile(name: String, run_id: Signal<Vec<String>>) -> impl IntoView {
    let session = Session::here();
    let name = StoredValue::new(name);
    let is_ours = move || session.workspace.with(|workspace| workspace.scoring.of == name.get_value());
    let is_busy = Memo::new(move |_| session.workspace.with(|workspace| workspace.scoring.under_way().is_some()));
    let is_here = Memo::new(move |_| is_busy.get() && is_ours());
    let progress = Memo::new(move |_| session.workspace.with(|workspace| workspace.scoring.progress));
    let outcome =
        Memo::new(move |_| session.workspace.with(|workspace| workspace.scoring.outcome.clone()).filter(|_| is_ours()));
    let has_model = Memo::new(move |_| run_id.with(|ids| !ids.is_empty()));
    let on_change = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        let file = input.files().and_then(|files| files.get(0));
        if let (Some(file), Some(run_id)) = (file, run_id.with_untracked(|ids| ids.first().cloned())) {
            session.score(&name.get_value(), &run_id, &file);
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    let share = move || {
        let progress = progress.get();
        if progress.total == 0 { 0.0 } else { 100.0 * progress.done as f64 / progress.total as f64 }
    };
    let status = move || match (is_here.get(), outcome.get()) {
        (true, _) => "running",
        (false, Some(Ok(_))) => "completed",
        (false, Some(Err(_))) => "failed",
        (false, None) => "pending",
    };
    view! {
        <section class="stacked" aria-labelledby="score-a-file" data-testid="score" data-status=status>
            <h2 class="section" id="score-a-file">"Score a file"</h2>
            <p class="sub">"A CSV with the columns of the file that was trained on goes through the cleaning rules, the encoders and the model, and comes back with the columns prediction and reason. It is read in pieces, whatever its size, and stays on this machine."</p>
            <div class="cluster">
                <label class="btn file-button" aria-disabled=move || (is_busy.get() || !has_model.get()).then_some("true")>
                    "Choose a CSV file"
                    <input class="sr" type="file" accept=".csv,.tsv,.txt,.gz,text/csv,text/plain" aria-label="CSV file to score" data-testid="score-file"
                        disabled=move || is_busy.get() || !has_model.get() on:change=on_change/>
                </label>
            </div>
            <Show when=move || is_here.get()>
                <div class="score-progress">
                    <span>{move || score_progress(&progress.get())}</span>
                    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="m-track" width="100" height="4"></rect>
                        <rect class="m" width=share height="4"></rect>
                    </svg>
                    <button class="btn btn-small" type="button" data-testid="score-cancel" on:click=move |_| session.cancel_scoring()>"Cancel"</button>
                </div>
            </Show>
            <div class="stacked" aria-live="polite">
                {move || outcome.get().map(|outcome| match outcome {
                    Ok(report) => view! { <Report report=(*report).clone()/> }.into_any(),
                    Err(error) => view! {
                        <p class="form-error" role="alert" data-testid="score-error" data-code=error.code>{error.message}</p>
                    }
                    .into_any(),
                })}
            </div>
        </section>
    }
}

/// What came of a file.
#[component]
fn Report(report: ScoreReport) -> impl IntoView {
    let sentence = score_sentence(&report);
    let more = report.rows - report.scored - report.first_unscored.len() as u64;
    let unscored = report.first_unscored.into_iter().map(|(row, reason)| {
        view! { <li data-row=row>{format!("Row {}: {reason}", count(row))}</li> }
    });
    let notes = report.notes.into_iter().map(|note| view! { <li>{note}</li> });
    let rows = report.metrics.into_iter().map(|(name, value)| {
        let (text, full) = (value.map_or_else(|| MISSING.to_owned(), metric_text), value.map(exact));
        view! {
            <tr>
                <th scope="row">{metric_label(&name).to_owned()}</th>
                <td class="num" data-metric=name data-value=full.clone() title=full>{text}</td>
            </tr>
        }
    });
    let caption = format!("{} over {} rows whose value the file has", report.target, count(report.measured));
    let metrics = (report.measured > 0).then(|| {
        view! {
            <table class="table table-tight" data-testid="score-metrics">
                <caption class="label">{caption}</caption>
                <thead class="sr"><tr><th scope="col">"Metric"</th><th scope="col">"Value"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        }
    });
    view! {
        <p class="verdict verdict-s" data-testid="scored" data-rows=report.rows data-scored=report.scored>{sentence}</p>
        <ul class="findings" data-testid="unscored">
            {unscored.collect_view()}
            {(more > 0).then(|| view! { <li>{format!("And {} more: the file says why.", count(more))}</li> })}
        </ul>
        <ul class="findings" data-testid="score-notes">{notes.collect_view()}</ul>
        {metrics}
    }
}
