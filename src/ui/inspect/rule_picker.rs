//! The rule to choose: a field to search in, and the list that it opens.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::clean::RuleInfo;
use crate::ui::inspect::fields::id_of;
use crate::ui::inspect::parts::small_icon;
use crate::ui::view::rules;

/// Chooses a kind of rule. Arrows move, Enter takes, Escape closes.
#[component]
pub fn RulePicker(
    #[prop(into)] setting: String,
    /// The name of the rule that is chosen.
    #[prop(into)]
    value: Signal<&'static str>,
    on_pick: Callback<&'static str>,
) -> impl IntoView {
    let id = id_of(&setting);
    let list_id = format!("{id}-list");
    let query = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let at = RwSignal::new(0_usize);
    let field = NodeRef::<html::Input>::new();
    let groups = Memo::new(move |_| rules::found(&query.read()));
    let flat = move || {
        groups.read_untracked().iter().flat_map(|(_, rules)| rules.iter().map(|rule| rule.name)).collect::<Vec<_>>()
    };
    let label = move || RuleInfo::named(value.get()).map_or("", |info| info.label);
    let base = StoredValue::new(id.clone());
    let option_id = move |i: usize| base.with_value(|id| format!("{id}-{i}"));
    let scroll = move || {
        let line = document().get_element_by_id(&option_id(at.get_untracked()));
        let line = line.and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok());
        // Where there is no such line, none has to come into view.
        let Some((line, list)) = line.and_then(|line| line.parent_element().map(|list| (line, list))) else { return };
        let (top, bottom) = (line.offset_top(), line.offset_top() + line.offset_height());
        if top < list.scroll_top() {
            list.set_scroll_top(top);
        } else if bottom > list.scroll_top() + list.client_height() {
            list.set_scroll_top(bottom - list.client_height());
        }
    };
    let show = move || {
        if !open.get_untracked() {
            query.set(String::new());
            let chosen = value.get_untracked();
            at.set(flat().iter().position(|name| *name == chosen).unwrap_or(0));
            open.set(true);
            // The list is drawn by then.
            request_animation_frame(scroll);
        }
    };
    let take = move |name: &'static str| {
        open.set(false);
        query.set(String::new());
        on_pick.run(name);
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let names = flat();
        let n = names.len();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !open.get_untracked() => show(),
            "ArrowDown" if n > 0 => at.update(|at| *at = (*at + 1) % n),
            "ArrowUp" if n > 0 => at.update(|at| *at = (*at + n - 1) % n),
            "Enter" if open.get_untracked() => {
                if let Some(name) = names.get(at.get_untracked()) {
                    take(name);
                }
            }
            "Escape" if open.get_untracked() => open.set(false),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        scroll();
    };
    let lines = {
        move || {
            let mut i = 0;
            let groups = groups.get().into_iter();
            groups
                .map(|(heading, found)| {
                    let found = found
                        .into_iter()
                        .map(|info| {
                            let place = i;
                            i += 1;
                            let selected = move || (at.get() == place).to_string();
                            view! {
                                <li
                                    role="option"
                                    id=option_id(place)
                                    class="rule-option"
                                    data-rule-kind=info.name
                                    aria-selected=selected
                                    on:click=move |_| take(info.name)
                                    on:pointermove=move |_| at.set(place)
                                >
                                    <b>{info.label}</b>
                                    <span>{info.help}</span>
                                </li>
                            }
                        })
                        .collect_view();
                    view! { <li class="label" role="presentation">{heading}</li>{found} }
                })
                .collect_view()
        }
    };
    let active = move || (open.get() && !groups.read().is_empty()).then(|| option_id(at.get()));
    // The focus stays in the field while a line is pressed; it leaves for good only elsewhere.
    let keep = |event: leptos::ev::MouseEvent| event.prevent_default();
    let on_leave = move |event: leptos::ev::FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let here = event.current_target().and_then(|here| here.dyn_into::<web_sys::Node>().ok());
        if !here.is_some_and(|here| to.is_some_and(|to| here.contains(Some(&to)))) {
            open.set(false);
        }
    };
    view! {
        <div class="field rule-picker" on:focusout=on_leave>
            <label for=id.clone()>"Do"</label>
            <span class="rule-find">
                {small_icon("search")}
                <input
                    class="input"
                    id=id
                    node_ref=field
                    type="text"
                    role="combobox"
                    aria-expanded=move || open.get().to_string()
                    aria-controls=list_id.clone()
                    aria-autocomplete="list"
                    aria-activedescendant=active
                    autocomplete="off"
                    spellcheck="false"
                    data-setting=setting
                    data-value=move || value.get()
                    placeholder=move || if open.get() { "Find a rule" } else { label() }
                    prop:value=move || if open.get() { query.get() } else { label().to_owned() }
                    on:focus=move |_| {
                        if let Some(field) = field.get_untracked() {
                            field.select();
                        }
                    }
                    on:click=move |_| show()
                    on:input=move |event| {
                        let typed = event_target_value(&event);
                        // What is typed behind the rule's name begins a new search.
                        let label = RuleInfo::named(value.get_untracked()).map_or("", |info| info.label);
                        let typed = typed.strip_prefix(label).filter(|_| !open.get_untracked()).unwrap_or(&typed);
                        query.set(typed.to_owned());
                        open.set(true);
                        at.set(0);
                    }
                    on:keydown=on_key
                />
            </span>
            <Show when=move || open.get()>
                <ul class="rule-options" id=list_id.clone() role="listbox" aria-label="Rules" on:mousedown=keep>
                    {lines}
                    {move || groups.read().is_empty().then(|| view! {
                        <li class="rule-none" role="presentation">"No rule is called that. Try “missing”, “date” or “outlier”."</li>
                    })}
                </ul>
            </Show>
        </div>
    }
}
