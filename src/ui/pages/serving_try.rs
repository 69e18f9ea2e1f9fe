//! A deployment tried by hand: its inputs as a form, what it predicts, how far off that may be, and why.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::ui::charts::Chart;
use crate::ui::session::Session;
use crate::ui::view::format::{exact, number};
use crate::ui::view::serving::{Entry, InputField, prediction, row};
use crate::ui::view::serving_explain::{interval_sentence, parts, what_if};
use crate::web::serving;

/// A form of the model's inputs, and what it predicts while one types.
#[component]
pub(super) fn TryIt(
    inputs: Memo<Vec<InputField>>,
    values: RwSignal<Vec<String>>,
    request: Memo<String>,
    is_ready: Memo<bool>,
    address: StoredValue<String>,
) -> impl IntoView {
    let answer = RwSignal::new(None::<Result<f64, String>>);
    let newest = StoredValue::new(0_u64);
    Effect::new(move || {
        let body = request.get();
        if !is_ready.get() || inputs.with(Vec::is_empty) {
            return;
        }
        newest.update_value(|newest| *newest += 1);
        let own = newest.get_value();
        spawn_local(async move {
            let asked = serving::ask(&address.get_value(), &body).await;
            // An answer that a later one has overtaken says nothing.
            if newest.try_get_value() == Some(own) {
                answer.set(Some(asked.and_then(|(status, text)| prediction(status, &text))));
            }
        });
    });
    let fields = move || {
        let field = |(place, field)| view! { <Field place field values/> };
        inputs.get().into_iter().enumerate().map(field).collect_view()
    };
    let shown = move || match answer.get() {
        None => view! { <span class="muted">"…"</span> }.into_any(),
        Some(Ok(value)) => {
            view! { <span data-testid="prediction" data-value=exact(value) title=exact(value)>{number(value)}</span> }
                .into_any()
        }
        Some(Err(words)) => view! { <span class="form-error" data-testid="prediction-error">{words}</span> }.into_any(),
    };
    view! {
        <section aria-labelledby="try-it">
            <h2 class="section" id="try-it">"Try it"</h2>
            <p class="verdict verdict-s" role="status">"Prediction: "{shown}</p>
            <Interval/>
            <form class="form" on:submit=|event: leptos::ev::SubmitEvent| event.prevent_default()>{fields}</form>
        </section>
    }
}

/// One input.
#[component]
fn Field(place: usize, field: InputField, values: RwSignal<Vec<String>>) -> impl IntoView {
    let id = format!("input-{place}");
    let list = format!("{id}-list");
    let hint = format!("{id}-hint");
    let value = move || values.with(|values| values.get(place).cloned().unwrap_or_default());
    let on_input = move |event| {
        let text = event_target_value(&event);
        values.update(|values| values.get_mut(place).into_iter().for_each(|value| *value = text.clone()));
    };
    let mode = if field.entry == Entry::Number { "decimal" } else { "text" };
    let options = match &field.entry {
        Entry::Choice(all) => all.iter().map(|known| view! { <option value=known.clone()></option> }).collect_view(),
        _ => Vec::new(),
    };
    let known = field.hint.clone();
    let name = field.name.clone();
    let warned = Memo::new(move |_| field.warning(&value()));
    view! {
        <div class="field">
            <label for=id.clone()>{name.clone()}</label>
            <input class="input" id=id type="text" inputmode=mode autocomplete="off" list=list.clone() data-input=name
                aria-describedby=hint.clone() prop:value=value on:input=on_input/>
            <datalist id=list>{options}</datalist>
            <span class="hint" id=hint role="status">
                {move || match warned.get() {
                    Some(words) => view! { <span class="warn" data-testid="input-warning">{words}" "</span> }.into_any(),
                    None => ().into_any(),
                }}
                {known}
            </span>
        </div>
    }
}

/// Where the target of such a row is expected.
#[component]
fn Interval() -> impl IntoView {
    let session = Session::here();
    let interval = Memo::new(move |_| {
        session.workspace.with(|workspace| workspace.scoring.explained.as_ref()?.as_ref().ok()?.interval)
    });
    move || {
        interval.get().map(|interval| {
            let basis = serde_name(interval.basis);
            view! {
                <p class="sub" data-testid="interval" data-lo=exact(interval.lo) data-hi=exact(interval.hi) data-basis=basis>
                    {interval_sentence(&interval)}
                </p>
            }
        })
    }
}

fn serde_name(basis: crate::serving::IntervalBasis) -> &'static str {
    match basis {
        crate::serving::IntervalBasis::StandardErrors => "standard_errors",
        crate::serving::IntervalBasis::TestResiduals => "test_residuals",
    }
}

/// What each feature adds to the prediction, and what another value of one would do. Asked of the worker whenever the values
/// change.
#[component]
pub(super) fn Why(
    inputs: Memo<Vec<InputField>>,
    values: RwSignal<Vec<String>>,
    run_id: Signal<Vec<String>>,
    target: Memo<String>,
) -> impl IntoView {
    let session = Session::here();
    let chosen = RwSignal::new(None::<String>);
    // What was said of another deployment's values is not said of these.
    session.workspace.update(|workspace| workspace.scoring.forget_explained());
    let feature = Memo::new(move |_| {
        inputs.with(|inputs| {
            let has = |name: &String| inputs.iter().any(|field| field.name == *name);
            chosen.get().filter(has).or_else(|| inputs.first().map(|field| field.name.clone()))
        })
    });
    Effect::new(move || {
        let values = inputs.with(|inputs| values.with(|values| row(inputs, values)));
        let feature = feature.get();
        if let (false, Some(run_id)) = (values.is_empty(), run_id.with(|ids| ids.first().cloned())) {
            session.explain(&run_id, values, feature);
        }
    });
    let explained = Memo::new(move |_| session.workspace.with(|workspace| workspace.scoring.explained.clone()));
    let options = move || {
        inputs.with(|inputs| {
            let option = |field: &InputField| {
                let name = field.name.clone();
                let is_chosen = feature.with(|feature| feature.as_ref() == Some(&name));
                view! { <option value=name.clone() selected=is_chosen>{name.clone()}</option> }
            };
            inputs.iter().map(option).collect_view()
        })
    };
    let of = move |scene: fn(&crate::serving::Explained, &str) -> Option<crate::ui::view::charts::Scene>| {
        let target = target.get();
        explained.with(|explained| explained.as_ref()?.as_ref().ok().and_then(|found| scene(found, &target)))
    };
    let parts_scene = Memo::new(move |_| of(parts));
    let curve = Memo::new(move |_| of(|found, target| what_if(found.what_if.as_ref()?, target)));
    let has_parts = Memo::new(move |_| parts_scene.with(Option::is_some));
    let has_curve = Memo::new(move |_| curve.with(Option::is_some));
    let notes = move || {
        explained.with(|explained| match explained {
            Some(Ok(found)) => found.notes.iter().map(|note| view! { <li>{note.clone()}</li> }).collect_view(),
            _ => Vec::new(),
        })
    };
    view! {
        <section class="stacked" aria-labelledby="why" data-testid="why">
            <h2 class="section" id="why">"Why"</h2>
            <Show when=move || has_parts.get()>
                <div data-testid="parts"><Chart scene=Signal::derive(move || parts_scene.get().unwrap_or_default())/></div>
            </Show>
            <ul class="findings" data-testid="explained-notes">{notes}</ul>
            <div class="field">
                <label for="what-if">"What if it were another"</label>
                <select class="input" id="what-if" data-testid="what-if" on:change=move |event| chosen.set(Some(event_target_value(&event)))>
                    {options}
                </select>
            </div>
            <Show when=move || has_curve.get()>
                <div data-testid="what-if-curve"><Chart scene=Signal::derive(move || curve.get().unwrap_or_default())/></div>
            </Show>
        </section>
    }
}
