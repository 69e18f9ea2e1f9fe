//! The controls of the settings: a label, a mark for what was found or guessed, the control, and its error beside it.

use std::time::Duration;

use leptos::prelude::*;

use crate::pipeline::PipelineSpec;
use crate::ui::inspect::parts::icon;

/// How long after the last key a valid value is taken, if Enter or leaving the field does not come first.
const TAKE_AFTER: Duration = Duration::from_millis(400);

/// Sends a changed spec, if it is changed.
pub(super) fn edit(
    spec: Signal<PipelineSpec>,
    on_change: Callback<PipelineSpec>,
    change: impl FnOnce(&mut PipelineSpec),
) {
    let old = spec.get_untracked();
    let mut new = old.clone();
    change(&mut new);
    if new != old {
        on_change.run(new);
    }
}

/// The id of the control for a setting.
pub(super) fn id_of(setting: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("set-{}", setting.chars().map(plain).collect::<String>())
}

/// A list to choose one value from: pairs of value and words.
#[component]
pub fn SelectField(
    #[prop(into)] setting: String,
    #[prop(into)] label: String,
    /// `found`, `guessed`, or nothing.
    #[prop(into, optional)]
    mark: Option<Signal<&'static str>>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(into)] value: Signal<String>,
    on_pick: Callback<String>,
    #[prop(into, optional)] hint: Option<String>,
) -> impl IntoView {
    let id = id_of(&setting);
    let hint_id = format!("{id}-hint");
    let described = hint.is_some().then(|| hint_id.clone());
    view! {
        <div class="field">
            <div class="label-row">
                <label for=id.clone()>{label}</label>
                {mark.map(|mark| view! { <span class="found">{move || mark.get()}</span> })}
            </div>
            <span class="select">
                <select
                    class="input"
                    id=id
                    data-setting=setting
                    aria-describedby=described
                    on:change=move |event| on_pick.run(event_target_value(&event))
                    prop:value=move || {
                        // The options must be there before one of them can be chosen.
                        options.track();
                        value.get()
                    }
                >
                    {move || {
                        let chosen = value.get();
                        options
                            .get()
                            .into_iter()
                            .map(|(value, words)| {
                                let selected = value == chosen;
                                view! { <option value=value selected=selected>{words}</option> }
                            })
                            .collect_view()
                    }}
                </select>
                {icon("down")}
            </span>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}

/// A line of text that is read into a value; what cannot be read says so under the field and changes nothing.
#[component]
pub fn TextField(
    #[prop(into)] setting: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] mark: Option<Signal<&'static str>>,
    #[prop(into)] value: Signal<String>,
    /// Takes the text, or says why not.
    on_text: Callback<String, Result<(), String>>,
    #[prop(into, optional)] hint: Option<String>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
) -> impl IntoView {
    let id = id_of(&setting);
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let error = RwSignal::new(None::<String>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(Some(handle)) = timer.try_update_value(Option::take) {
            handle.clear();
        }
    };
    on_cleanup(stop);
    let take = move |text: String| {
        stop();
        error.set(on_text.run(text).err());
    };
    let later = move |text: String| {
        stop();
        // While one is typing, only what is right is taken; what is wrong may become right.
        let handle = set_timeout_with_handle(
            move || {
                if on_text.run(text).is_ok() {
                    error.set(None);
                }
            },
            TAKE_AFTER,
        );
        timer.set_value(handle.ok());
    };
    // A value that arrives from elsewhere (undo, a file) ends the error about what was typed before.
    Effect::new(move || {
        value.track();
        error.set(None);
    });
    let described = {
        let (hint_id, error_id) = (hint.is_some().then(|| hint_id.clone()), error_id.clone());
        move || error.read().is_some().then(|| error_id.clone()).or_else(|| hint_id.clone())
    };
    view! {
        <div class="field">
            <div class="label-row">
                <label for=id.clone()>{label}</label>
                {mark.map(|mark| view! { <span class="found">{move || mark.get()}</span> })}
            </div>
            <input
                class="input"
                class:input-bad=move || error.read().is_some()
                id=id
                type="text"
                inputmode=inputmode
                placeholder=placeholder
                autocomplete="off"
                data-setting=setting
                prop:value=move || value.get()
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=described
                on:input=move |event| later(event_target_value(&event))
                on:change=move |event| take(event_target_value(&event))
            />
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <p class="hint bad" id=error_id role="alert">{move || error.get()}</p>
        </div>
    }
}

/// A box to tick.
#[component]
pub fn CheckField(
    #[prop(into)] setting: String,
    #[prop(into)] label: String,
    #[prop(into)] checked: Signal<bool>,
    on_tick: Callback<bool>,
    #[prop(into, optional)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-setting=setting
                prop:checked=move || checked.get()
                disabled=move || disabled.get()
                on:change=move |event| on_tick.run(event_target_checked(&event))
            />
            {label}
        </label>
    }
}

/// A column that can be picked, with what helps to choose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    pub hint: String,
}

/// A list of columns to tick, with a field to find them. More than 200 are found by their name only.
#[component]
pub fn ColumnPicker(
    #[prop(into)] setting: String,
    #[prop(into)] legend: String,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] chosen: Signal<Vec<String>>,
    on_pick: Callback<Vec<String>>,
) -> impl IntoView {
    const MOST: usize = 200;
    let filter = RwSignal::new(String::new());
    let find_id = format!("{}-find", id_of(&setting));
    let shown = Memo::new(move |_| {
        let filter = filter.read().trim().to_lowercase();
        let choices = choices.read();
        choices.iter().filter(|choice| choice.name.to_lowercase().contains(&filter)).cloned().collect::<Vec<_>>()
    });
    let listed = move || {
        let mut listed = shown.get();
        listed.truncate(MOST);
        listed
    };
    let tick = move |name: String, on: bool| {
        let mut names = chosen.get_untracked();
        if on {
            // In the file's order, whichever was ticked first.
            names.push(name);
            let all = choices.read_untracked();
            let place = |name: &String| all.iter().position(|choice| choice.name == *name).unwrap_or(usize::MAX);
            names.sort_by_key(place);
            names.dedup();
        } else {
            names.retain(|other| *other != name);
        }
        on_pick.run(names);
    };
    let all = move |_| on_pick.run(shown.get_untracked().into_iter().map(|choice| choice.name).collect());
    view! {
        <fieldset class="field picker" data-setting=setting>
            <legend class="legend">{legend}</legend>
            <div class="cluster">
                <label class="sr" for=find_id.clone()>"Find a column"</label>
                <input
                    class="input input-find"
                    id=find_id
                    placeholder="Find a column"
                    autocomplete="off"
                    prop:value=move || filter.get()
                    on:input=move |event| filter.set(event_target_value(&event))
                />
                <button class="btn btn-small btn-quiet" type="button" on:click=all>"All"</button>
                <button class="btn btn-small btn-quiet" type="button" on:click=move |_| on_pick.run(Vec::new())>"None"</button>
            </div>
            <div class="picker-list" role="group" aria-label="Columns">
                <For
                    each=listed
                    key=|choice| (choice.name.clone(), choice.hint.clone())
                    let:choice
                >
                    {
                        let (name, picked) = (choice.name.clone(), choice.name.clone());
                        view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    value=choice.name.clone()
                                    prop:checked=move || chosen.read().contains(&picked)
                                    on:change=move |event| tick(name.clone(), event_target_checked(&event))
                                />
                                <span class="picker-name">{choice.name.clone()}</span>
                                <span class="found push">{choice.hint.clone()}</span>
                            </label>
                        }
                    }
                </For>
            </div>
            <p class="hint">
                {move || {
                    let (n, all, found) = (chosen.read().len(), choices.read().len(), shown.read().len());
                    let rest = if found > MOST { format!(" The first {MOST} of {found} are listed.") } else { String::new() };
                    format!("{n} of {all} chosen.{rest}")
                }}
            </p>
        </fieldset>
    }
}
