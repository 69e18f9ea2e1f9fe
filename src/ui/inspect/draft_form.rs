//! A form that keeps what is not finished yet, and a list to choose from under headings.

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::base::Param;
use crate::clean::ColumnBrief;
use crate::ui::inspect::fields::id_of;
use crate::ui::inspect::params_form::{ParamsForm, Problem};
use crate::ui::inspect::parts::icon;

/// Takes all values of a form, or says at which parameter something is wrong.
pub type OnValues = Callback<Map<String, Value>, Result<(), (Option<String>, String)>>;

/// The parameters of an estimator, an encoder or folds. A value that does not fit the others stays in its field with the
/// reason beside it; only what fits is sent.
#[component]
pub fn DraftForm(
    /// The path of the settings: `train.0.params`.
    #[prop(into)]
    prefix: String,
    #[prop(into)] params: Signal<Vec<Param>>,
    /// As they stand in the pipeline.
    #[prop(into)]
    values: Signal<Map<String, Value>>,
    #[prop(into)] columns: Signal<Vec<ColumnBrief>>,
    /// Parameters that do not apply as the others stand.
    #[prop(into, optional)]
    hidden: Signal<Vec<&'static str>>,
    on_values: OnValues,
) -> impl IntoView {
    let draft = RwSignal::new(values.get_untracked());
    let problem = RwSignal::new(Problem::None);
    // A change from elsewhere (undo, a file) replaces the draft; one from here is already in it.
    Effect::new(move || {
        let values = values.get();
        if *draft.read_untracked() != values {
            draft.set(values);
        }
        problem.set(None);
    });
    let on_param = Callback::new(move |(name, value): (&'static str, Value)| {
        let mut map = draft.get_untracked();
        map.insert(name.to_owned(), value);
        draft.set(map.clone());
        problem.set(on_values.run(map).err());
        Ok(())
    });
    let whole = move || problem.get().filter(|(at, _)| at.is_none()).map(|(_, why)| why);
    view! {
        <ParamsForm prefix params values=draft columns problem hidden on_param />
        <p class="hint bad" role="alert">{whole}</p>
    }
}

/// A list to choose one value from, under headings.
#[component]
pub fn GroupedSelect(
    #[prop(into)] setting: String,
    #[prop(into)] label: String,
    /// Heading, value, words; those of one heading stand together.
    options: Vec<(&'static str, &'static str, &'static str)>,
    #[prop(into)] value: Signal<String>,
    on_pick: Callback<String>,
    /// One line about the choice.
    #[prop(into)]
    hint: Signal<String>,
) -> impl IntoView {
    let id = id_of(&setting);
    let hint_id = format!("{id}-hint");
    let groups = options
        .chunk_by(|a, b| a.0 == b.0)
        .map(|group| {
            let heading = group.first().map_or("", |option| option.0);
            let options = group
                .iter()
                .map(|(_, name, words)| {
                    let name = *name;
                    view! { <option value=name selected=move || value.read().as_str() == name>{*words}</option> }
                })
                .collect_view();
            view! { <optgroup label=heading>{options}</optgroup> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <span class="select">
                <select
                    class="input"
                    id=id
                    data-setting=setting
                    aria-describedby=hint_id.clone()
                    on:change=move |event| on_pick.run(event_target_value(&event))
                    prop:value=move || value.get()
                >
                    {groups}
                </select>
                {icon("down")}
            </span>
            <p class="hint" id=hint_id>{move || hint.get()}</p>
        </div>
    }
}

/// Entries sorted so that those of one heading stand together, headings in the order of their first entry.
pub(super) fn grouped(
    entries: impl IntoIterator<Item = (&'static str, &'static str, &'static str)>,
) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut entries: Vec<_> = entries.into_iter().collect();
    let mut headings: Vec<&str> = Vec::new();
    for (heading, _, _) in &entries {
        if !headings.contains(heading) {
            headings.push(heading);
        }
    }
    entries.sort_by_key(|entry| headings.iter().position(|heading| *heading == entry.0));
    entries
}
