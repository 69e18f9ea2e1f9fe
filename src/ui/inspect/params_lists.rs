//! The controls of parameters that hold several values: columns, words, pairs.

use leptos::prelude::*;
use serde_json::Value;

use crate::base::Param;
use crate::ui::inspect::fields::{Choice, ColumnPicker};
use crate::ui::inspect::params_form::OnParam;
use crate::ui::view::params;

fn names(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(params::shown).collect()
}

/// Columns to tick, all of them where that is allowed and nothing is chosen.
pub(super) fn picker(
    setting: String,
    param: Param,
    choices: Memo<Vec<Choice>>,
    optional: bool,
    value: Memo<Value>,
    on_param: OnParam,
) -> AnyView {
    let is_all = Memo::new(move |_| optional && value.read().is_null());
    let all_setting = format!("{setting}.all");
    let on_pick = Callback::new(move |picked: Vec<String>| drop(on_param.run((param.name, picked.into()))));
    let shown = Memo::new(move |_| {
        let mut choices = choices.get();
        for name in names(&value.read()) {
            if choices.iter().all(|choice| choice.name != name) {
                // One that is no longer there can be taken off.
                choices.push(Choice { name, hint: "not there".into() });
            }
        }
        choices
    });
    view! {
        {optional.then(|| view! {
            <label class="check">
                <input
                    type="checkbox"
                    data-setting=all_setting
                    prop:checked=move || is_all.get()
                    on:change=move |event| {
                        let picked = if event_target_checked(&event) { Value::Null } else { Value::Array(Vec::new()) };
                        drop(on_param.run((param.name, picked)));
                    }
                />
                {if param.name == "group_by" { "Over all rows, not in groups" } else { "In every column that fits" }}
            </label>
        })}
        <Show when=move || !is_all.get()>
            <ColumnPicker
                setting=setting.clone()
                legend=param.label
                choices=shown
                chosen=Signal::derive(move || names(&value.read()))
                on_pick
            />
        </Show>
    }
    .into_any()
}

/// Some of a few words.
pub(super) fn several(
    setting: String,
    param: Param,
    options: &'static [(&'static str, &'static str)],
    value: Memo<Value>,
    on_param: OnParam,
) -> AnyView {
    let boxes = options
        .iter()
        .map(|(name, words)| {
            let toggle = move |event| {
                let on = event_target_checked(&event);
                let chosen = names(&value.read_untracked());
                let is_on = |option: &str| if option == *name { on } else { chosen.iter().any(|c| c == option) };
                let chosen: Vec<&str> = options.iter().map(|(option, _)| *option).filter(|o| is_on(o)).collect();
                drop(on_param.run((param.name, chosen.into())));
            };
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        value=*name
                        prop:checked=move || names(&value.read()).iter().any(|chosen| chosen == name)
                        on:change=toggle
                    />
                    {*words}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" data-setting=setting>
            <legend class="legend">{param.label}</legend>
            <div class="radios">{boxes}</div>
        </fieldset>
    }
    .into_any()
}

/// Pairs of old and new, a line each.
pub(super) fn pairs(setting: String, param: Param, value: Memo<Value>, on_param: OnParam) -> AnyView {
    let are_names = param.name == "columns";
    let rows = Memo::new(move |_| {
        let mut rows = params::pairs(&value.read());
        if rows.is_empty() {
            rows.push((String::new(), String::new()));
        }
        rows
    });
    let send = move |rows: Vec<(String, String)>| drop(on_param.run((param.name, params::of_pairs(&rows, are_names))));
    let change = move |i: usize, is_new: bool, text: String| {
        let mut now = rows.get_untracked();
        if let Some((old, new)) = now.get_mut(i) {
            *(if is_new { new } else { old }) = text;
        }
        send(now);
    };
    let line = move |(i, (old, new)): (usize, (String, String))| {
        view! {
            <div class="pair">
                <input
                    class="input" type="text" autocomplete="off" aria-label=format!("Old {}", i + 1) prop:value=old
                    on:change=move |event| change(i, false, event_target_value(&event))
                />
                <span class="muted" aria-hidden="true">"→"</span>
                <input
                    class="input" type="text" autocomplete="off" aria-label=format!("New {}", i + 1) prop:value=new
                    on:change=move |event| change(i, true, event_target_value(&event))
                />
                <button
                    class="btn btn-small btn-quiet" type="button" aria-label=format!("Remove pair {}", i + 1)
                    on:click=move |_| {
                        let mut now = rows.get_untracked();
                        now.remove(i);
                        send(now);
                    }
                >
                    "×"
                </button>
            </div>
        }
    };
    let add = move |_| {
        let mut now = rows.get_untracked();
        now.push((String::new(), String::new()));
        send(now);
    };
    view! {
        <fieldset class="field" data-setting=setting>
            <legend class="legend">{param.label}</legend>
            {move || rows.get().into_iter().enumerate().map(line).collect_view()}
            <button class="btn btn-small" type="button" on:click=add>"Add a pair"</button>
            <p class="hint">{param.help}</p>
        </fieldset>
    }
    .into_any()
}
