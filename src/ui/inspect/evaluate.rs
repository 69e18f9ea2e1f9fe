//! Evaluate: the verdict, the metrics, predicted against actual, residuals.

use leptos::prelude::*;

use crate::pipeline::PipelineSpec;
use crate::ui::charts::Chart;
use crate::ui::inspect::confusion::confusion;
use crate::ui::inspect::folds::{FoldSettings, fold_result};
use crate::ui::inspect::parts::{at_rest, says, waiting};
use crate::ui::inspect::train::columns_left;
use crate::ui::lazy;
use crate::ui::session::Session;
use crate::ui::state::Outputs;
use crate::ui::view::evaluate::{Cell, MetricRow, Strip};
use crate::ui::view::{charts_evaluate, charts_predicted, classes, evaluate, format};

/// The questions that Ask more answers.
const KINDS: [&str; 6] =
    ["learning_curve", "bootstrap", "permutation_importance", "partial_dependence", "contributions", "compare"];

/// What the model is judged on, and by which folds besides. The rows come from Split, the baseline is fixed.
#[component]
pub fn EvaluateSettings(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let columns = Memo::new(move |_| columns_left(&outputs.read(), &spec.read()));
    let judged = move || {
        let outputs = outputs.read();
        let n =
            outputs.split.as_ref().map(|split| if spec.read().split.is_some() { split.n_test } else { split.n_train });
        match (n, spec.read().split.is_some()) {
            (Some(n), true) => format!("{} test rows", format::count(n)),
            (Some(n), false) => format!("{} rows it was fitted to", format::count(n)),
            (None, _) => "–".into(),
        }
    };
    let mean = move || {
        if let Some(classes) = outputs.read().evaluate.as_ref().and_then(|summary| summary.classification.as_ref()) {
            return format!("the most frequent, {}", format::number(classes.most_frequent));
        }
        let mean = outputs.read().split.as_ref().and_then(|split| split.target_mean_train);
        // One line each, known or not: nothing below moves.
        mean.map_or_else(|| "the mean".into(), |mean| format!("the mean, {}", format::number(mean)))
    };
    view! {
        <dl class="facts">
            <dt>"Judged on"</dt>
            <dd>{judged}</dd>
            <dt>"Target"</dt>
            <dd>{move || spec.read().features.target.clone()}</dd>
            <dt>"Compared with"</dt>
            <dd>{mean}</dd>
        </dl>
        <p class="hint">"How many rows are held out is set in Split."</p>
        <FoldSettings spec columns on_change />
    }
}

/// What the numbers mean.
#[component]
pub fn EvaluateResult(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let _ = on_change;
    let summary = Memo::new(move |_| outputs.read().evaluate.clone());
    let rested = at_rest(summary);
    let held_out = Memo::new(move |_| spec.read().split.is_some());
    view! {
        {move || match summary.get() {
            None => waiting("How good the model is stands here once it has been tested.", 7).into_any(),
            Some(summary) => {
                let held_out = held_out.get();
                let folds = summary.cv.as_ref().map(|cv| fold_result(cv, &summary));
                view! {
                    {says(evaluate::verdict(&summary), evaluate::second_sentence(&summary, held_out))}
                    {metrics(evaluate::metric_rows(&summary), summary.classification.is_some())}
                    {confusion(&summary)}
                    {folds}
                }
                .into_any()
            }
        }}
        {move || rested.get().map(|summary| {
            let (predicted, residuals, histogram) = (summary.clone(), summary.clone(), summary);
            view! {
                <div class="plots">
                    <Chart scene=Signal::derive(move || charts_predicted::predicted_against_actual(&predicted)) />
                    <Chart scene=Signal::derive(move || charts_evaluate::residuals(&residuals)) />
                    <Chart scene=Signal::derive(move || charts_evaluate::residual_histogram(&histogram)) />
                </div>
            }
        })}
        // Outside of what is drawn anew for each run, so that it stays open.
        <Show when=move || summary.read().is_some()>
            <AskPlace spec outputs />
        </Show>
    }
}

/// Where questions are asked: loaded when it is opened, and open where something was asked before.
#[component]
fn AskPlace(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>) -> impl IntoView {
    let session = Session::here();
    let was_asked = session.workspace.with_untracked(|workspace| workspace.analyses.is_any_asked(&KINDS));
    let is_open = RwSignal::new(was_asked);
    let was_opened = Memo::new(move |before: Option<&bool>| is_open.get() || before.copied().unwrap_or(false));
    view! {
        <details
            class="ask-more"
            data-testid="ask-more"
            prop:open=move || is_open.get()
            on:toggle=move |event| is_open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open())
        >
            <summary>
                <h3 class="section">"Ask more"</h3>
                <span class="muted small">"learning curve, intervals, importances, dependence, one prediction, another model"</span>
            </summary>
            {move || was_opened.get().then(|| lazy::ask(spec, outputs))}
        </details>
    }
}

fn metrics(rows: Vec<MetricRow>, is_classification: bool) -> impl IntoView {
    let (baseline, _) = classes::baseline_words(is_classification);
    let rows = rows
        .into_iter()
        .map(|row| {
            let better = row.against.as_ref().is_some_and(|words| words.ends_with("better"));
            view! {
                <tr>
                    <th scope="row" title=row.explanation>{row.word}" "<span class="muted">{row.unit}</span></th>
                    {value(&row.name, "test", row.test, "num strong")}
                    <td class="num delta" class:up=better>{row.against.unwrap_or_else(|| "–".into())}</td>
                    <td class="num muted" title=row.baseline_full>{row.baseline}</td>
                    {value(&row.name, "train", row.train, "num")}
                    <td class="hide-s">{row.strip.map(strip)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label="Metrics">
            <table class="table table-metrics">
                <caption class="sr">{format!("Metrics on test rows, on train rows, and of the baseline: {}", baseline.to_lowercase())}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Metric"</th>
                        <th scope="col" class="num">"Test"</th>
                        <th scope="col" class="num">"Against baseline"</th>
                        <th scope="col" class="num">{baseline}</th>
                        <th scope="col" class="num">"Train"</th>
                        <th scope="col" class="hide-s">
                            <span class="key-line">
                                <svg class="key" viewBox="0 0 12 12" aria-hidden="true"><circle class="m" cx="6" cy="6" r="4"></circle></svg>
                                "test"
                                <svg class="key" viewBox="0 0 12 12" aria-hidden="true"><circle class="m-quiet" cx="6" cy="6" r="3.5"></circle></svg>
                                "train"
                                <svg class="key" viewBox="0 0 12 12" aria-hidden="true"><path class="l-ink" d="M6 0v12"></path></svg>
                                {baseline.to_lowercase()}
                            </span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn value(name: &str, split: &'static str, cell: Cell, class: &'static str) -> impl IntoView + use<> {
    let title = cell.reason.map_or_else(|| cell.full.clone(), str::to_owned);
    view! {
        <td class=class data-metric=name.to_owned() data-split=split data-value=cell.full title=title>
            {cell.shown}
            {cell.reason.map(|reason| view! { " "<span class="gap">{reason}</span> })}
        </td>
    }
}

/// Test, train and baseline on one line, 0 at the left; named by the numbers beside it.
fn strip(strip: Strip) -> impl IntoView {
    let x = |place: f64| 12.0 + place * 216.0;
    let base = format!("M{:.1} 3v14", x(strip.baseline));
    view! {
        <svg class="spark spark-wide" viewBox="0 0 240 20" aria-hidden="true">
            <path class="l-rule" d="M0 10H240"></path>
            <path class="l-ink" d=base></path>
            {strip.train.map(|train| view! { <circle class="m-quiet" cx=x(train) cy="10" r="3.5"></circle> })}
            <circle class="m" cx=x(strip.test) cy="10" r="4"></circle>
        </svg>
    }
}
