//! Train: what is predicted from what, how, and the coefficients.

use leptos::prelude::*;
use serde_json::json;

use crate::base::Accepts;
use crate::clean::ColumnBrief;
use crate::estimators::{EstimatorSpec, TrainSummary};
use crate::pipeline::PipelineSpec;
use crate::table::DataType;
use crate::ui::charts::run_shown;
use crate::ui::inspect::coefficients::coefficients;
use crate::ui::inspect::encoders::Encoders;
use crate::ui::inspect::estimator::{EstimatorFields, TargetTransformField};
use crate::ui::inspect::fields::{Choice, ColumnPicker, SelectField, edit};
use crate::ui::inspect::importances::importances;
use crate::ui::inspect::parts::{FieldTrouble, at_rest, note, says, waiting, warning};
use crate::ui::inspect::report::report_section;
use crate::ui::inspect::sweep::{SweepSettings, sweep_result};
use crate::ui::lazy;
use crate::ui::session::Session;
use crate::ui::state::Outputs;
use crate::ui::state::analyses::{asked_spec, path_question};
use crate::ui::view::inference::{Inferences, can_be_asked_for, why_no_report};
use crate::ui::view::train::{self, Order};
use crate::ui::view::{correlation, format, ingest, params, profile};

/// Target, features, and the estimator's parameters.
#[component]
pub fn TrainSettings(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let columns = Memo::new(move |_| columns_left(&outputs.read(), &spec.read()));
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
    view! {
        <EstimatorFields spec columns on_change />
        <SweepSettings spec on_change />
        <SelectField
            setting="features.target"
            label="Target"
            mark=guessed
            options=targets
            value=target
            on_pick=on_target
        />
        <FieldTrouble is_about=|report| report.code.starts_with("features.target_") || report.code == "features.no_target" />
        <TargetTransformField spec on_change />
        <Features spec outputs on_change />
        <Encoders spec columns on_change />
    }
}

/// The columns that are left after cleaning, without the target.
pub(super) fn columns_left(outputs: &Outputs, spec: &PipelineSpec) -> Vec<ColumnBrief> {
    let mut columns: Vec<ColumnBrief> = match (&outputs.clean, &outputs.ingest) {
        (Some(clean), _) => clean.columns.clone(),
        (None, Some(file)) => {
            let brief = |c: &crate::ingest::ColumnProfile| ColumnBrief {
                name: c.name.clone(),
                data_type: c.data_type,
                missing: c.missing,
            };
            file.columns.iter().map(brief).collect()
        }
        (None, None) => Vec::new(),
    };
    columns.retain(|column| column.name != spec.features.target);
    columns
}

/// Where scikit-learn's cut-off gives another answer: the button that takes that answer, or the accurate one again.
fn other_tol(code: &str, spec: Signal<PipelineSpec>, on_change: Callback<PipelineSpec>) -> Option<AnyView> {
    let (tol, words) = match code {
        "sklearn_truncates" => (Some(1e-6), "Answer as scikit-learn does (tol = 1e-6)"),
        "ill_conditioned" => (None, "Use the accurate answer"),
        _ => return None,
    };
    // In a sweep the values that are tried say it.
    if spec.read_untracked().is_sweep() {
        return None;
    }
    let act = move |_| {
        edit(spec, on_change, |spec| {
            let entry = spec.train.first_mut();
            let with = entry.as_ref().and_then(|entry| entry.with_values("tol", &[json!(tol)]).ok());
            if let (Some(entry), Some(with)) = (entry, with) {
                *entry = with;
            }
        });
    };
    Some(
        view! { <p><button class="btn btn-small" type="button" data-testid="other-tol" on:click=act>{words}</button></p> }
            .into_any(),
    )
}

/// The columns that can be predicted, each with its type: numbers and true or false that are left after cleaning, and the
/// present target.
fn targets(outputs: &Outputs, target: &str) -> Vec<(String, String)> {
    let columns: Vec<(&str, DataType)> = match (&outputs.clean, &outputs.ingest) {
        (Some(clean), _) => clean.columns.iter().map(|column| (column.name.as_str(), column.data_type)).collect(),
        (None, Some(file)) => file.columns.iter().map(|column| (column.name.as_str(), column.data_type)).collect(),
        (None, None) => Vec::new(),
    };
    let fits = |of: DataType| params::accepts(Accepts::NumericOrBoolean, of);
    let mut targets: Vec<(String, String)> = columns
        .into_iter()
        .filter(|(_, of)| fits(*of))
        .map(|(name, of)| (name.to_owned(), format!("{name} · {}", profile::type_word(of).to_lowercase())))
        .collect();
    if !targets.iter().any(|(name, _)| name == target) {
        let words = if target.is_empty() { "Choose a column" } else { target };
        targets.insert(0, (target.to_owned(), words.to_owned()));
    }
    targets
}

/// All columns that are left, or those that are ticked.
#[component]
fn Features(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>, on_change: Callback<PipelineSpec>) -> impl IntoView {
    let choices = Memo::new(move |_| {
        let target = spec.read().features.target.clone();
        let mut choices: Vec<Choice> = outputs.read().clean.as_ref().map_or_else(Vec::new, |clean| {
            let left = clean.columns.iter().filter(|column| column.name != target);
            let of = outputs.read().correlations.clone();
            left.map(|c| {
                let hint = correlation::feature_hint(profile::type_word(c.data_type), &of, &c.name);
                Choice { name: c.name.clone(), hint }
            })
            .collect()
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
        (None, Some(train)) => ingest::counted(train.model.features().len() as u64, "column", "columns"),
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
        <FieldTrouble is_about=|report| report.code.starts_with("features.feature_") || report.code == "features.no_features" />
        <Show when=move || chosen.read().is_some()>
            <KeepCorrelations />
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

/// While columns are picked, how they go with the target is known.
#[component]
fn KeepCorrelations() -> impl IntoView {
    Session::here().keep_correlations();
}

/// The fitted model.
#[component]
pub fn TrainResult(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let summary = Memo::new(move |_| outputs.read().train.clone());
    let rested = at_rest(summary);
    let order = RwSignal::new(Order::default());
    let has_path = Memo::new(move |_| {
        let outputs = outputs.read();
        let training = outputs.train.as_deref();
        training.is_some() && path_question(&asked_spec(&spec.read(), training)).is_some()
    });
    view! {
        {move || match summary.get() {
            None => waiting("What the model learned stands here once it is fitted.", 8).into_any(),
            Some(summary) => {
                let warnings = summary
                    .warnings
                    .iter()
                    .map(|warned| {
                        view! {
                            {warning(warning_title(&warned.code), warned.message.clone())}
                            {other_tol(&warned.code, spec, on_change)}
                        }
                    })
                    .collect_view();
                let now = spec.read_untracked();
                let inferences = match &summary.logit {
                    Some(report) => Inferences::of_logit(report),
                    None => Inferences::new(&summary, summary.report.as_ref(), now.evaluate.confidence),
                };
                drop(now);
                let swept = sweep_result(summary.clone(), spec, on_change);
                view! {
                    {says(train::sentence(&summary, &inferences), train::second_sentence(&summary))}
                    {warnings}
                    {swept}
                    {facts(&summary)}
                    {match importances(&summary.model) {
                        Some(importances) => importances,
                        None => coefficients(summary, inferences, order).into_any(),
                    }}
                }
                .into_any()
            }
        }}
        // Outside of what is drawn anew for each fit: the slider keeps its place.
        <Show when=move || has_path.get()>
            <PathPlace spec outputs on_change />
        </Show>
        {move || rested.get().map(|summary| {
            let now = spec.read_untracked();
            let chosen = summary.sweep.as_ref().and_then(|sweep| sweep.chosen()).map(|one| one.estimator.clone());
            let estimator = chosen
                .or_else(|| now.train.first().map(|entry| EstimatorSpec::clone(entry)))
                .filter(|estimator| estimator.model_name() == summary.model_name);
            let why =
                why_no_report(estimator.as_ref(), &summary, summary.report.as_ref(), summary.logit.as_deref());
            let ask = why.as_ref().is_some_and(can_be_asked_for).then(|| {
                let act = move |_| edit(spec, on_change, |spec| spec.evaluate.report = true);
                view! {
                    <p><button class="btn btn-small" type="button" data-testid="make-report" on:click=act>"Make the report"</button></p>
                }
            });
            view! {
                {why.map(|(title, body)| note(title, body))}
                {ask}
                {report_section(&summary, run_shown(use_context::<Session>()))}
            }
        })}
    }
}

/// The regularisation path, loaded and asked for by its button.
#[component]
fn PathPlace(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>, on_change: Callback<PipelineSpec>) -> impl IntoView {
    let session = Session::here();
    let was_asked =
        session.workspace.with_untracked(|workspace| workspace.analyses.is_any_asked(&["regularisation_path"]));
    let is_open = RwSignal::new(was_asked);
    view! {
        <section class="report" aria-labelledby="path-title">
            <div class="cluster data-head">
                <h3 class="section" id="path-title">"Regularisation path"</h3>
                <span class="push">
                    <button
                        class="btn btn-small"
                        type="button"
                        data-testid="path-show"
                        aria-expanded=move || is_open.get().to_string()
                        on:click=move |_| is_open.update(|open| *open = !*open)
                    >
                        {move || if is_open.get() { "Hide the path" } else { "Show the path" }}
                    </button>
                </span>
            </div>
            {move || is_open.get().then(|| lazy::path(spec, outputs, on_change))}
        </section>
    }
}

fn warning_title(code: &str) -> String {
    match code {
        "rank_deficient" => "Some columns repeat others".into(),
        "fewer_rows_than_features" => "Fewer rows than features".into(),
        "constant_feature" => "A column is constant".into(),
        "ill_conditioned" | "sklearn_truncates" => "Columns nearly repeat each other".into(),
        "constant_target" => "The target is constant".into(),
        other => {
            let words = other.replace('_', " ");
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

fn facts(summary: &TrainSummary) -> impl IntoView + use<> {
    let n = summary.model.features().len();
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
