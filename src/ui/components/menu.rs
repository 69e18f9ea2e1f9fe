//! A small menu of actions behind a button.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Icon;
use crate::ui::session::Session;
use crate::ui::state::Action;

/// One line of a menu: the action, and a line that explains it.
pub type Item = (Action, Option<&'static str>);

/// A button that folds out actions. Closes after a choice, on Esc, and when the focus leaves it.
#[component]
pub fn Menu(label: &'static str, items: Vec<Item>) -> impl IntoView {
    let session = Session::here();
    let details = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let is_open = details.get_untracked().is_some_and(|details| details.open());
        if event.key() == "Escape" && is_open {
            event.stop_propagation();
            close();
            if let Some(summary) = details.get_untracked().and_then(|d| d.query_selector("summary").ok().flatten()) {
                let _ = summary.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        }
    };
    let on_leave = move |event: leptos::ev::FocusEvent| {
        let next = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if details.get_untracked().is_some_and(|details| !details.contains(next.as_ref())) {
            close();
        }
    };
    let lines = items
        .into_iter()
        .map(|(action, about)| {
            let choose = move |_| {
                close();
                session.act(action);
            };
            let label = action.label();
            let label = label.rsplit(": ").next().unwrap_or(&label).to_owned();
            view! {
                <li>
                    <button type="button" on:click=choose>
                        <Icon name=action.icon()/>
                        <span><b>{label}</b>{about.map(|about| view! { <span class="hint">{about}</span> })}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="fold-menu" node_ref=details on:keydown=on_key on:focusout=on_leave>
            <summary class="btn">{label}<Icon name="down" small=true/></summary>
            <ul class="float fold-menu-list">{lines}</ul>
        </details>
    }
}
