//! Which estimator, with which parameters, and what it learns of the target.

use leptos::prelude::*;
use serde_json::Map;

use crate::clean::ColumnBrief;
use crate::estimators::{ESTIMATORS, EstimatorSpec};
use crate::pipeline::PipelineSpec;
use crate::ui::inspect::draft_form::{DraftForm, GroupedSelect, grouped};
use crate::ui::inspect::fields::{CheckField, SelectField, edit};
use crate::ui::view::encoders::{self, TARGET_TRANSFORMS};

/// The picker and the estimator's own fields. Another estimator leaves target and features as they are.
#[component]
pub fn EstimatorFields(
    spec: Signal<PipelineSpec>,
    #[prop(into)] columns: Signal<Vec<ColumnBrief>>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let estimator =
        Memo::new(move |_| spec.read().train.first().map(|entry| EstimatorSpec::clone(entry)).unwrap_or_default());
    let put = move |new: EstimatorSpec| {
        edit(spec, on_change, |spec| match spec.train.first_mut() {
            Some(first) => *first = first.with_first(new),
            None => spec.train.push(new.into()),
        });
    };
    let name = Memo::new(move |_| estimator.read().name().to_owned());
    let hint = Memo::new(move |_| {
        let estimator = estimator.read();
        format!("{} {}", estimator.info().help, estimator.sentence())
    });
    let on_pick = Callback::new(move |name: String| {
        let old = estimator.get_untracked();
        let Ok(mut new) = EstimatorSpec::fresh(&name) else { return };
        // What both have under one name is kept, where it fits.
        for shared in ["fit_intercept", "sample_weight"] {
            if let Some(value) =
                old.params_map().remove(shared).filter(|_| new.params().iter().any(|p| p.name == shared))
                && let Ok(with) = new.with_param(shared, value)
            {
                new = with;
            }
        }
        put(new);
    });
    let on_values = Callback::new(move |values: Map<String, serde_json::Value>| {
        let name = name.get_untracked();
        EstimatorSpec::from_parts(&name, values).map(put).map_err(|error| (error.param, error.message))
    });
    view! {
        <GroupedSelect
            setting="train.0.estimator"
            label="Estimator"
            options=grouped(ESTIMATORS.iter().map(|info| (info.group, info.name, info.label)))
            value=name
            on_pick
            hint
        />
        <DraftForm
            prefix="train.0.params"
            params=Memo::new(move |_| estimator.read().params().to_vec())
            values=Memo::new(move |_| estimator.read().params_map())
            columns
            on_values
        />
    }
}

/// What the model predicts instead of the target itself.
#[component]
pub fn TargetTransformField(spec: Signal<PipelineSpec>, on_change: Callback<PipelineSpec>) -> impl IntoView {
    let options: Vec<(String, String)> =
        TARGET_TRANSFORMS.iter().map(|(name, words)| ((*name).to_owned(), (*words).to_owned())).collect();
    let value = Memo::new(move |_| encoders::transform_name(&spec.read().features).to_owned());
    let can_smear = Memo::new(move |_| encoders::can_smear(&spec.read().features));
    view! {
        <SelectField
            setting="features.target_transform"
            label="Learn the target"
            options=Signal::stored(options)
            value
            on_pick=Callback::new(move |name: String| {
                edit(spec, on_change, |spec| encoders::set_transform(&mut spec.features, &name));
            })
        />
        <p class="hint">{move || encoders::transform_hint(&spec.read().features)}</p>
        <Show when=move || can_smear.get()>
            <CheckField
                setting="features.smearing"
                label="Predict means, not medians (Duan’s correction)"
                checked=Signal::derive(move || spec.read().features.smearing)
                on_tick=Callback::new(move |on| edit(spec, on_change, |spec| spec.features.smearing = on))
            />
        </Show>
    }
}
