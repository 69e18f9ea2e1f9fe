//! Evaluate: the verdict, the metrics, predicted against actual, residuals.

use leptos::prelude::*;

use crate::pipeline::PipelineSpec;
use crate::ui::charts::Chart;
use crate::ui::inspect::parts::{says, waiting};
use crate::ui::state::Outputs;
use crate::ui::view::evaluate::{Cell, MetricRow, Strip};
use crate::ui::view::{charts_evaluate, evaluate, format};

/// What the model is judged on. Nothing to set yet: the rows come from Split, the baseline is fixed.
#[component]
pub fn EvaluateSettings(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let _ = on_change;
    let judged = move || {
        let outputs = outputs.read();
        let n =
            outputs.split.as_ref().map(|split| if spec.read().split.is_some() { split.n_test } else { split.n_train });
        match (n, spec.read().split.is_some()) {
            (Some(n), true) => format!("{} held-out rows", format::count(n)),
            (Some(n), false) => format!("{} rows it was fitted to", format::count(n)),
            (None, _) => "–".into(),
        }
    };
    let mean = move || {
        let mean = outputs.read().split.as_ref().and_then(|split| split.target_mean_train);
        mean.map_or_else(|| "Always the mean".into(), |mean| format!("Always the mean ({})", format::number(mean)))
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
    let held_out = Memo::new(move |_| spec.read().split.is_some());
    view! {
        {move || match summary.get() {
            None => waiting("How good the model is stands here once it has been tested.", 7).into_any(),
            Some(summary) => {
                let held_out = held_out.get();
                let (predicted, residuals, histogram) = (summary.clone(), summary.clone(), summary.clone());
                view! {
                    {says(evaluate::verdict(&summary), evaluate::second_sentence(&summary, held_out))}
                    {metrics(evaluate::metric_rows(&summary))}
                    <div class="plots">
                        <Chart scene=Signal::derive(move || charts_evaluate::predicted_against_actual(&predicted)) />
                        <Chart scene=Signal::derive(move || charts_evaluate::residuals(&residuals)) />
                        <Chart scene=Signal::derive(move || charts_evaluate::residual_histogram(&histogram)) />
                    </div>
                }
                .into_any()
            }
        }}
    }
}

fn metrics(rows: Vec<MetricRow>) -> impl IntoView {
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
                <caption class="sr">"Metrics on test rows, on train rows, and of always guessing the mean"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Metric"</th>
                        <th scope="col" class="num">"Test"</th>
                        <th scope="col" class="num">"Against baseline"</th>
                        <th scope="col" class="num">"Always the mean"</th>
                        <th scope="col" class="num">"Train"</th>
                        <th scope="col" class="hide-s">
                            <span class="key-line">
                                <svg class="key" viewBox="0 0 12 12" aria-hidden="true"><circle class="m" cx="6" cy="6" r="4"></circle></svg>
                                "test"
                                <svg class="key" viewBox="0 0 12 12" aria-hidden="true"><circle class="m-quiet" cx="6" cy="6" r="3.5"></circle></svg>
                                "train"
                                <svg class="key" viewBox="0 0 12 12" aria-hidden="true"><path class="l-ink" d="M6 0v12"></path></svg>
                                "always the mean"
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
