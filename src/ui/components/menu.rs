//! A small menu of actions behind a button.

use leptos::prelude::*;

use super::{Fold, Icon};
use crate::ui::session::Session;
use crate::ui::state::Action;

/// One line of a menu: the action, and a line that explains it.
pub type Item = (Action, Option<&'static str>);

/// A button that folds out actions. Closes after a choice, on Esc, and when the focus leaves it.
#[component]
pub fn Menu(label: &'static str, items: Vec<Item>) -> impl IntoView {
    let session = Session::here();
    let fold = Fold::default();
    let lines = items
        .into_iter()
        .map(|(action, about)| {
            let choose = move |_| {
                fold.close();
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
        <details class="fold-menu" node_ref=fold.node on:keydown=move |event| fold.on_key(&event) on:focusout=move |event| fold.on_leave(&event)>
            <summary class="btn">{label}<Icon name="down" small=true/></summary>
            <ul class="float fold-menu-list">{lines}</ul>
        </details>
    }
}
