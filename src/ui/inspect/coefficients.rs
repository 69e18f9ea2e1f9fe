//! The coefficients as a table with a forest.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use crate::pipeline::Training;
use crate::ui::charts::{ExportButtons, run_shown, spark};
use crate::ui::session::Session;
use crate::ui::view::charts_forest;
use crate::ui::view::format;
use crate::ui::view::inference::Inferences;
use crate::ui::view::train::{self, CoefficientRow, Order};

/// The table; `order` outlives it.
pub(super) fn coefficients(summary: Arc<Training>, inferences: Inferences, order: RwSignal<Order>) -> impl IntoView {
    let changes = train::changes(&summary, &train::target_words(&summary.features));
    let interval = format!("{} interval", format::percent(inferences.confidence));
    let confidence = format::percent(inferences.confidence);
    let ratio = train::ratio_name(&summary);
    let are_tested = inferences.are_tested(&summary);
    let caption =
        if are_tested { format!("Coefficients, each with its {interval}") } else { "Coefficients".to_owned() };
    let tests = are_tested.then(|| {
        view! {
            <th scope="col" class="num hide-s">{interval.clone()}</th>
            <th scope="col" class="num" title="Coefficient over its standard error">{ratio}</th>
            <th scope="col" class="num" title=format!("How often chance alone would give as large a {ratio}")>"p"</th>
        }
    });
    let legend = are_tested.then(|| legend(&interval));
    let table = Memo::new(move |_| train::coefficient_rows(&summary, &inferences, order.get()));
    let scene = Signal::derive(move || {
        let (rows, axis) = table.get();
        charts_forest::forest(&rows, &axis, &confidence, ratio)
    });
    let section = NodeRef::<html::Section>::new();
    let run = run_shown(use_context::<Session>());
    view! {
        <section node_ref=section>
            <div class="cluster data-head">
                <h3 class="section">"Coefficients"</h3>
                <span class="muted small">{changes}</span>
                <span class="push cluster">
                    <ExportButtons scene drawn=move |()| section.get_untracked().map(Into::into) run/>
                    <button
                        class="btn btn-small"
                        type="button"
                        aria-pressed=move || (order.get() == Order::Model).to_string()
                        on:click=move |_| order.update(|order| *order = match *order {
                            Order::Largest => Order::Model,
                            Order::Model => Order::Largest,
                        })
                    >
                        "Order of the model"
                    </button>
                </span>
            </div>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Table of coefficients">
                <table class="table table-tight table-forest">
                    <caption class="sr">{caption}</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Feature"</th>
                            <th scope="col">
                                {move || spark(table.read().1.clone())}
                                {legend}
                            </th>
                            <th scope="col" class="num" title="Change of the prediction for one standard deviation">"Per sd"</th>
                            <th scope="col" class="num" title="Change of the prediction for one unit of the feature">"Coefficient"</th>
                            {tests}
                        </tr>
                    </thead>
                    <tbody>{move || table.get().0.into_iter().map(|r| row(r, are_tested)).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn legend(interval: &str) -> impl IntoView {
    view! {
        <span class="key-line">
            <svg class="key key-w" viewBox="0 0 20 12" aria-hidden="true">
                <path class="l-int" d="M0 6h20"></path>
                <circle class="m" cx="10" cy="6" r="4"></circle>
            </svg>
            {format!("with its {interval}")}
            <svg class="key key-w" viewBox="0 0 20 12" aria-hidden="true">
                <path class="l-int-quiet" d="M0 6h20"></path>
                <circle class="m-quiet" cx="10" cy="6" r="4"></circle>
            </svg>
            "cannot be told from zero"
        </span>
    }
}

fn row(row: CoefficientRow, is_tested: bool) -> impl IntoView {
    let told = row.told_from_zero;
    let tests = is_tested.then(|| {
        view! {
            <td class="num muted hide-s" title=format!("standard error {}", row.full.se)>{row.interval}</td>
            <td class="num" title=row.full.t.clone()>{row.t}</td>
            <td class="num" title=row.full.p.clone()>{row.p}</td>
        }
    });
    view! {
        <tr
            data-coefficient=row.name.clone()
            data-value=row.full.value.clone()
            data-se=row.full.se.clone()
            data-t=row.full.t.clone()
            data-p=row.full.p.clone()
            data-lo=row.full.lo
            data-hi=row.full.hi
        >
            <th scope="row" class:name=told>{row.name.clone()}</th>
            <td>{row.forest.map(spark)}</td>
            <td class="num" class:strong=told>{row.per_sd}</td>
            <td class="num" title=row.full.value.clone()>{row.value}</td>
            {tests}
        </tr>
    }
}
