//! A small menu of what can be done with a row.

use leptos::prelude::*;

use crate::ui::components::{Fold, Icon};

/// A line of the menu: its words, its handle, and what it does.
pub(super) struct Item {
    pub words: String,
    pub handle: &'static str,
    pub act: Callback<()>,
}

impl Item {
    pub(super) fn new(words: impl Into<String>, handle: &'static str, act: impl Fn() + Send + Sync + 'static) -> Self {
        Self { words: words.into(), handle, act: Callback::new(move |()| act()) }
    }
}

/// Closes after a choice, on Esc, and when the focus leaves it. The summary is the button of the menu.
#[component]
pub(super) fn RowMenu(
    /// Such as "version 3".
    of: String,
    items: Vec<Item>,
) -> impl IntoView {
    let fold = Fold::default();
    let lines = items.into_iter().map(|item| {
        let choose = move |_| {
            fold.close();
            item.act.run(());
        };
        view! { <li><button type="button" data-testid=item.handle on:click=choose>{item.words}</button></li> }
    });
    view! {
        <details class="rowmenu" node_ref=fold.node on:keydown=move |event| fold.on_key(&event) on:focusout=move |event| fold.on_leave(&event)>
            <summary class="btn btn-icon btn-small" aria-label=format!("More for {of}")><Icon name="more"/></summary>
            <ul class="float rowmenu-list">{lines.collect_view()}</ul>
        </details>
    }
}
