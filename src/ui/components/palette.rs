//! The palette: every action of the page, found by typing.

use leptos::html;
use leptos::prelude::*;

use super::{Icon, KeyCaps, ModalDialog};
use crate::ui::session::{Dialog, Session};
use crate::ui::state::Action;
use crate::ui::state::action::search;

/// The dialog. Arrows move, Enter does it, Esc closes.
#[component]
pub fn Palette() -> impl IntoView {
    let session = Session::here();
    let open = Signal::derive(move || session.dialog.get() == Some(Dialog::Palette));
    let close = Callback::new(move |()| session.close_dialog(Dialog::Palette));
    view! {
        <ModalDialog open=open on_close=close label="Search and commands" class="dialog palette">
            <Search close=close/>
        </ModalDialog>
    }
}

#[component]
fn Search(close: Callback<()>) -> impl IntoView {
    let session = Session::here();
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let field = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let found = Memo::new(move |_| {
        let possible: Vec<Action> =
            Action::all().into_iter().filter(|action| *action != Action::Palette && session.can(*action)).collect();
        search(&possible, &query.read())
    });
    let choose = move |action: Action| {
        close.run(());
        session.act(action);
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let n = found.read().len();
        match event.key().as_str() {
            "ArrowDown" if n > 0 => at.update(|at| *at = (*at + 1) % n),
            "ArrowUp" if n > 0 => at.update(|at| *at = (*at + n - 1) % n),
            "Enter" => {
                let chosen = found.read().get(at.get_untracked()).copied();
                if let Some(action) = chosen {
                    choose(action);
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let lines = move || {
        let found = found.get();
        let is_sorted_by_group = query.read().trim().is_empty();
        let mut group = None;
        found
            .into_iter()
            .enumerate()
            .map(|(i, action)| {
                let heading = (is_sorted_by_group && group.replace(action.group()) != Some(action.group()))
                    .then(|| view! { <li class="label" role="presentation">{action.group().title()}</li> });
                let selected = move || if at.get() == i { "true" } else { "false" };
                view! {
                    {heading}
                    <li role="option" id=format!("palette-{i}") class="palette-item" aria-selected=selected
                        on:click=move |_| choose(action) on:pointermove=move |_| at.set(i)>
                        <Icon name=action.icon()/>
                        <span>{action.label()}</span>
                        <span class="push">{action.shortcut().map(|keys| view! { <KeyCaps keys=keys/> })}</span>
                    </li>
                }
            })
            .collect_view()
    };
    let active = move || (!found.read().is_empty()).then(|| format!("palette-{}", at.get()));
    view! {
        <div class="palette-in">
            <Icon name="search"/>
            <input
                node_ref=field
                type="text"
                role="combobox"
                aria-label="Search and commands"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=active
                autocomplete="off"
                spellcheck="false"
                placeholder="What do you want to do?"
                prop:value=move || query.get()
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    at.set(0);
                }
                on:keydown=on_key
            />
        </div>
        <ul id="palette-list" class="palette-list" role="listbox" aria-label="Commands">{lines}</ul>
        <Show when=move || found.read().is_empty()>
            <p class="palette-none">"Nothing is called that. Try “run”, “sample” or “theme”."</p>
        </Show>
    }
}
