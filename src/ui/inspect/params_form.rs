//! The form of anything that lists its parameters: one control a parameter, each with its own error.

use std::ops::Range;

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::base::{Param, ParamKind};
use crate::clean::ColumnBrief;
use crate::ui::inspect::expression_field::expression_field;
use crate::ui::inspect::fields::{CheckField, Choice, SelectField, TextField};
use crate::ui::inspect::params_lists::{pairs, picker, several};
use crate::ui::view::params::{self, Slider};
use crate::ui::view::{format, profile};

/// What is wrong, and at which parameter; `None` is the whole.
pub type Problem = Option<(Option<String>, String)>;

/// The controls for `params`, whose present values are in `values`.
#[component]
pub fn ParamsForm(
    /// The path of the settings: `train.0.params`.
    #[prop(into)]
    prefix: String,
    #[prop(into)] params: Signal<Vec<Param>>,
    #[prop(into)] values: Signal<Map<String, Value>>,
    /// Columns that can be named.
    #[prop(into)]
    columns: Signal<Vec<ColumnBrief>>,
    #[prop(into)] problem: Signal<Problem>,
    /// For an expression: the bytes of it that the problem means.
    #[prop(into, optional)]
    span: Signal<Option<Range<usize>>>,
    /// Parameters that do not apply as the others stand.
    #[prop(into, optional)]
    hidden: Signal<Vec<&'static str>>,
    /// A parameter's name and its new value. Gives back why it cannot be so.
    on_param: Callback<(&'static str, Value), Result<(), String>>,
) -> impl IntoView {
    // Drawn anew only when other parameters are asked for: the focus stays where it is while values change.
    let params = Memo::new(move |_| params.get());
    move || {
        params
            .get()
            .into_iter()
            .map(|param| {
                let setting = format!("{prefix}.{}", param.name);
                let value = Memo::new(move |_| values.read().get(param.name).cloned().unwrap_or(Value::Null));
                let wrong = Memo::new(move |_| {
                    let problem = problem.read();
                    problem.as_ref().filter(|(at, _)| at.as_deref() == Some(param.name)).map(|(_, why)| why.clone())
                });
                // Each by itself: the others keep the focus when one comes or goes.
                let is_hidden = Memo::new(move |_| hidden.read().contains(&param.name));
                move || {
                    (!is_hidden.get()).then(|| {
                        view! {
                            {control(setting.clone(), param, value, columns, span, on_param)}
                            <p class="hint bad" role="alert">{move || wrong.get()}</p>
                        }
                    })
                }
            })
            .collect_view()
    }
}

/// Takes a parameter's name and its new value, or says why not.
pub(super) type OnParam = Callback<(&'static str, Value), Result<(), String>>;

fn control(
    setting: String,
    param: Param,
    value: Memo<Value>,
    columns: Signal<Vec<ColumnBrief>>,
    span: Signal<Option<Range<usize>>>,
    on_param: OnParam,
) -> AnyView {
    let hint = (!param.help.is_empty()).then(|| param.help.to_owned());
    let text = Signal::derive(move || params::shown(&value.read()));
    match param.kind {
        ParamKind::Flag => view! {
            <CheckField
                setting
                label=param.label
                checked=Signal::derive(move || value.read().as_bool().unwrap_or(false))
                on_tick=Callback::new(move |on: bool| drop(on_param.run((param.name, on.into()))))
            />
        }
        .into_any(),
        ParamKind::Choice { options } => {
            let listed = options.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
            view! {
                <SelectField
                    setting
                    label=param.label
                    options=Signal::stored(listed)
                    value=text
                    on_pick=Callback::new(move |picked: String| {
                        // An empty choice stands for none.
                        let picked = if picked.is_empty() { Value::Null } else { picked.into() };
                        drop(on_param.run((param.name, picked)));
                    })
                    hint=hint.unwrap_or_default()
                />
            }
            .into_any()
        }
        ParamKind::Choices { options } => several(setting, param, options, value, on_param),
        ParamKind::Column { accepts, optional } => {
            let options = Memo::new(move |_| {
                let mut names: Vec<(String, String)> = columns
                    .read()
                    .iter()
                    .filter(|column| params::accepts(accepts, column.data_type))
                    .map(|column| (column.name.clone(), column.name.clone()))
                    .collect();
                let chosen = params::shown(&value.read());
                if !chosen.is_empty() && names.iter().all(|(name, _)| *name != chosen) {
                    names.push((chosen.clone(), format!("{chosen} (not there)")));
                }
                if optional || chosen.is_empty() {
                    names.insert(0, (String::new(), if optional { "None" } else { "Choose a column" }.to_owned()));
                }
                names
            });
            view! {
                <SelectField
                    setting
                    label=param.label
                    options
                    value=text
                    on_pick=Callback::new(move |name: String| {
                        let name = if name.is_empty() && optional { Value::Null } else { name.into() };
                        drop(on_param.run((param.name, name)));
                    })
                    hint=hint.unwrap_or_default()
                />
            }
            .into_any()
        }
        ParamKind::Columns { accepts, optional } => {
            let choices = Memo::new(move |_| {
                let columns = columns.read();
                columns.iter().filter(|c| params::accepts(accepts, c.data_type)).map(choice).collect::<Vec<_>>()
            });
            picker(setting, param, choices, optional, value, on_param)
        }
        ParamKind::Expression => expression_field(setting, param, value, columns, span, on_param),
        ParamKind::Pairs => pairs(setting, param, value, on_param),
        ParamKind::Number { .. } | ParamKind::Integer { .. } | ParamKind::Text { .. } | ParamKind::Scalar => {
            let on_text =
                Callback::new(move |typed: String| on_param.run((param.name, params::read(param.kind, &typed)?)));
            let is_number = matches!(param.kind, ParamKind::Number { .. } | ParamKind::Integer { .. });
            let slider = Slider::of(param.kind).map(|range| slider(setting.clone(), param, range, value, on_param));
            view! {
                <TextField
                    setting
                    label=param.label
                    value=text
                    on_text
                    hint=hint.unwrap_or_default()
                    inputmode=if is_number { "decimal" } else { "text" }
                />
                {slider}
            }
            .into_any()
        }
    }
}

fn choice(column: &ColumnBrief) -> Choice {
    let hint = match column.missing {
        0 => profile::type_word(column.data_type).to_lowercase(),
        missing => format!("{} missing", format::count(missing)),
    };
    Choice { name: column.name.clone(), hint }
}

fn slider(setting: String, param: Param, range: Slider, value: Memo<Value>, on_param: OnParam) -> impl IntoView {
    view! {
        <input
            class="slider"
            data-slider=setting
            type="range"
            min="0"
            max=range.steps().to_string()
            step="1"
            aria-label=format!("{}, slider", param.label)
            aria-valuetext=move || params::shown(&value.read())
            prop:value=move || range.position(value.read().as_f64().unwrap_or(range.min)).to_string()
            on:input=move |event| {
                if let Ok(position) = event_target_value(&event).parse::<f64>() {
                    drop(on_param.run((param.name, range.json(position))));
                }
            }
        />
    }
}
