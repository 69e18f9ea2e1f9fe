//! Train: what is predicted from what, how, and the coefficients.

use std::sync::Arc;

use leptos::prelude::*;

use crate::estimators::{EstimatorSpec, LinearRegressionParams, TrainSummary};
use crate::pipeline::PipelineSpec;
use crate::ui::charts::spark;
use crate::ui::inspect::fields::{CheckField, Choice, ColumnPicker, SelectField, edit};
use crate::ui::inspect::parts::{says, waiting, warning};
use crate::ui::state::Outputs;
use crate::ui::view::train::{self, CoefficientRow, Order};
use crate::ui::view::{format, ingest};

/// scikit-learn 1.9's own tolerance, as it stands in the list of choices.
const SKLEARN_TOL: f64 = 1e-6;

/// Target, features, and the estimator's parameters.
#[component]
pub fn TrainSettings(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let params = Memo::new(move |_| match spec.read().train.first() {
        Some(EstimatorSpec::LinearRegression(params)) => params.clone(),
        None => LinearRegressionParams::default(),
    });
    let change = move |f: &dyn Fn(&mut LinearRegressionParams)| {
        edit(spec, on_change, |spec| match spec.train.first_mut() {
            Some(EstimatorSpec::LinearRegression(params)) => f(params),
            None => {
                let mut params = LinearRegressionParams::default();
                f(&mut params);
                spec.train.push(EstimatorSpec::LinearRegression(params));
            }
        });
    };
    let target = Memo::new(move |_| spec.read().features.target.clone());
    let targets = Memo::new(move |_| targets(&outputs.read(), &target.read()));
    let guessed = Signal::derive(move || if outputs.read().target_guessed { "guessed" } else { "" });
    let on_target = Callback::new(move |name: String| {
        edit(spec, on_change, |spec| {
            if let Some(columns) = &mut spec.features.columns {
                columns.retain(|column| *column != name);
            }
            spec.features.target = name;
        });
    });
    let tols = Memo::new(move |_| {
        let mut options = vec![
            (String::new(), "Accurate".to_owned()),
            (SKLEARN_TOL.to_string(), "As scikit-learn 1.9, 1e-6".to_owned()),
        ];
        if let Some(tol) = params.read().tol.filter(|tol| *tol != SKLEARN_TOL) {
            options.push((tol.to_string(), format!("{tol:e}")));
        }
        options
    });
    let on_tol = Callback::new(move |text: String| {
        if let Ok(tol) = train::parse_tol(&text) {
            change(&|params| params.tol = tol);
        }
    });
    view! {
        <div class="field">
            <span class="legend">"Estimator"</span>
            <p class="estimator">"Linear regression"</p>
            <p class="hint">"Least squares, from the R factor of one pass over the rows."</p>
        </div>
        <SelectField
            setting="features.target"
            label="Target"
            mark=guessed
            options=targets
            value=target
            on_pick=on_target
        />
        <Features spec outputs on_change />
        <CheckField
            setting="train.0.params.fit_intercept"
            label="Fit the intercept"
            checked=Signal::derive(move || params.read().fit_intercept)
            on_tick=Callback::new(move |on| change(&|params| params.fit_intercept = on))
        />
        <SelectField
            setting="train.0.params.tol"
            label="Columns that repeat each other"
            options=tols
            value=Signal::derive(move || params.read().tol.map_or_else(String::new, |tol| tol.to_string()))
            on_pick=on_tol
            hint="The tolerance below which a direction counts as repeated. The two differ only on nearly collinear columns."
        />
    }
}

/// The columns that can be predicted: numbers that are left after cleaning, and the present target.
fn targets(outputs: &Outputs, target: &str) -> Vec<(String, String)> {
    let mut names: Vec<String> = match (&outputs.clean, &outputs.ingest) {
        (Some(clean), _) => {
            clean.columns.iter().filter(|column| column.data_type.is_numeric()).map(|c| c.name.clone()).collect()
        }
        (None, Some(ingest)) => {
            ingest.columns.iter().filter(|column| column.data_type.is_numeric()).map(|c| c.name.clone()).collect()
        }
        (None, None) => Vec::new(),
    };
    if !names.iter().any(|name| name == target) {
        names.insert(0, target.to_owned());
    }
    names
        .into_iter()
        .map(|name| (name.clone(), if name.is_empty() { "Choose a column".into() } else { name }))
        .collect()
}

/// All columns that are left, or those that are ticked.
#[component]
fn Features(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>, on_change: Callback<PipelineSpec>) -> impl IntoView {
    let choices = Memo::new(move |_| {
        let target = spec.read().features.target.clone();
        let mut choices: Vec<Choice> = outputs.read().clean.as_ref().map_or_else(Vec::new, |clean| {
            let left = clean.columns.iter().filter(|column| column.name != target);
            left.map(|c| Choice { name: c.name.clone(), hint: ingest::type_word(c.data_type).to_lowercase() }).collect()
        });
        // A chosen column that is no longer there can be taken off.
        for name in spec.read().features.columns.iter().flatten() {
            if !choices.iter().any(|choice| choice.name == *name) {
                choices.push(Choice { name: name.clone(), hint: "not there".into() });
            }
        }
        choices
    });
    let chosen = Memo::new(move |_| spec.read().features.columns.clone());
    let error = RwSignal::new(false);
    let on_all = move |all: bool| {
        error.set(false);
        let names = choices.get_untracked().into_iter().map(|choice| choice.name).collect();
        edit(spec, on_change, |spec| spec.features.columns = (!all).then_some(names));
    };
    let on_pick = Callback::new(move |names: Vec<String>| {
        // A model of no columns would only be the mean.
        error.set(names.is_empty());
        if !names.is_empty() {
            edit(spec, on_change, |spec| spec.features.columns = Some(names));
        }
    });
    let count = move || match (chosen.read().as_ref(), outputs.read().train.as_ref()) {
        (Some(columns), _) => ingest::counted(columns.len() as u64, "column", "columns"),
        (None, Some(train)) => ingest::counted(train.model.features.len() as u64, "column", "columns"),
        (None, None) => String::new(),
    };
    view! {
        <fieldset class="field">
            <legend class="legend">"Features "<span class="found">{count}</span></legend>
            <div class="radios">
                <label class="check">
                    <input
                        type="radio"
                        name="features-columns"
                        data-setting="features.columns.all"
                        prop:checked=move || chosen.read().is_none()
                        on:change=move |_| on_all(true)
                    />
                    "All columns that are left"
                </label>
                <label class="check">
                    <input
                        type="radio"
                        name="features-columns"
                        data-setting="features.columns.chosen"
                        prop:checked=move || chosen.read().is_some()
                        on:change=move |_| on_all(false)
                    />
                    "Chosen ones"
                </label>
            </div>
        </fieldset>
        <Show when=move || chosen.read().is_some()>
            <ColumnPicker
                setting="features.columns"
                legend="Predict from"
                choices
                chosen=Signal::derive(move || chosen.get().unwrap_or_default())
                on_pick
            />
            <p class="hint bad" role="alert">
                {move || error.get().then_some("Choose at least one column to predict from.")}
            </p>
        </Show>
    }
}

/// The fitted model.
#[component]
pub fn TrainResult(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let _ = (spec, on_change);
    let summary = Memo::new(move |_| outputs.read().train.clone());
    let order = RwSignal::new(Order::default());
    view! {
        {move || match summary.get() {
            None => waiting("What the model learned stands here once it is fitted.", 8).into_any(),
            Some(summary) => {
                let warnings = summary
                    .warnings
                    .iter()
                    .map(|warned| warning(warning_title(&warned.code), warned.message.clone()))
                    .collect_view();
                view! {
                    {says(train::sentence(&summary), None)}
                    {warnings}
                    {facts(&summary)}
                    {coefficients(summary, order)}
                }
                .into_any()
            }
        }}
    }
}

fn warning_title(code: &str) -> String {
    match code {
        "rank_deficient" => "Some columns repeat others".into(),
        "fewer_rows_than_features" => "Fewer rows than features".into(),
        "constant_feature" => "A column is constant".into(),
        "ill_conditioned" => "Columns nearly repeat each other".into(),
        "constant_target" => "The target is constant".into(),
        other => {
            let words = other.replace('_', " ");
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

fn facts(summary: &TrainSummary) -> impl IntoView + use<> {
    let n = summary.model.features.len();
    view! {
        <p class="sub">
            {format!(
                "{} on {}, {}, rank {} of {}, condition ",
                summary.model_name,
                ingest::counted(summary.n_rows, "row", "rows"),
                ingest::counted(n as u64, "feature", "features"),
                summary.rank,
                n,
            )}
            <span title=summary.condition_number.to_string()>{format::number(summary.condition_number)}</span>
            " scaled."
        </p>
    }
}

fn coefficients(summary: Arc<TrainSummary>, order: RwSignal<Order>) -> impl IntoView {
    let target = summary.target.clone();
    let table = Memo::new(move |_| train::coefficient_rows(&summary, order.get()));
    view! {
        <section>
            <div class="cluster data-head">
                <h3 class="section">"Coefficients"</h3>
                <span class="muted small">{format!("change of {target} for one standard deviation of the feature")}</span>
                <span class="push">
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
                    <caption class="sr">"Coefficients with their 95 % intervals"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Feature"</th>
                            <th scope="col">
                                {move || spark(table.read().1.clone())}
                                <span class="key-line">
                                    <svg class="key key-w" viewBox="0 0 20 12" aria-hidden="true">
                                        <path class="l-int" d="M0 6h20"></path>
                                        <circle class="m" cx="10" cy="6" r="4"></circle>
                                    </svg>
                                    "with its 95 % interval"
                                    <svg class="key key-w" viewBox="0 0 20 12" aria-hidden="true">
                                        <path class="l-int-quiet" d="M0 6h20"></path>
                                        <circle class="m-quiet" cx="10" cy="6" r="4"></circle>
                                    </svg>
                                    "cannot be told from zero"
                                </span>
                            </th>
                            <th scope="col" class="num" title="Change of the prediction for one standard deviation">"Per sd"</th>
                            <th scope="col" class="num" title="Change of the prediction for one unit of the feature">"Coefficient"</th>
                            <th scope="col" class="num hide-s">"95 % interval"</th>
                            <th scope="col" class="num" title="Coefficient over its standard error">"t"</th>
                        </tr>
                    </thead>
                    <tbody>{move || table.get().0.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn row(row: CoefficientRow) -> impl IntoView {
    let told = row.told_from_zero;
    view! {
        <tr
            data-coefficient=row.name.clone()
            data-value=row.full.value.clone()
            data-se=row.full.se.clone()
            data-t=row.full.t.clone()
            data-lo=row.full.lo
            data-hi=row.full.hi
        >
            <th scope="row" class:name=told>{row.name.clone()}</th>
            <td>{row.forest.map(spark)}</td>
            <td class="num" class:strong=told>{row.per_sd}</td>
            <td class="num" title=row.full.value.clone()>{row.value}</td>
            <td class="num muted hide-s" title=format!("standard error {}", row.full.se)>{row.interval}</td>
            <td class="num" title=row.full.t.clone()>{row.t}</td>
        </tr>
    }
}
