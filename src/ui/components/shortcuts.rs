//! Key caps, and the list of all shortcuts.

use leptos::prelude::*;

use super::{Icon, ModalDialog};
use crate::ui::browser;
use crate::ui::session::{Dialog, Session};
use crate::ui::state::Action;
use crate::ui::state::action::{Group, Shortcut};
use crate::web::preferences;

/// The keys of a shortcut.
#[component]
pub fn KeyCaps(keys: Shortcut) -> impl IntoView {
    let caps = keys.caps(browser::is_mac()).into_iter().map(|cap| view! { <kbd>{cap}</kbd> }).collect_view();
    view! { <span class="keycaps" aria-hidden="true">{caps}</span> }
}

/// Shortcuts that are not actions of the page but of its parts.
const IN_PLACE: [(&str, &[&str]); 6] = [
    ("Along the steps", &["←", "→"]),
    ("Through menus and tables", &["↑", "↓"]),
    ("Through the runs from anywhere", &["J", "K"]),
    ("Select a run", &["Space"]),
    ("Fold and unfold a run's candidates", &["←", "→"]),
    ("Close what is on top", &["Esc"]),
];

/// The dialog with all shortcuts, by group.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let session = Session::here();
    let open = Signal::derive(move || session.dialog.get() == Some(Dialog::Shortcuts));
    let close = Callback::new(move |()| session.close_dialog(Dialog::Shortcuts));
    let group = |group: Group| {
        let lines = Action::all()
            .into_iter()
            .filter(|action| action.group() == group)
            .filter_map(|action| Some((action, action.shortcut()?)))
            .map(|(action, keys)| {
                let caps =
                    keys.caps(browser::is_mac()).into_iter().map(|cap| view! { <kbd>{cap}</kbd> }).collect_view();
                view! { <div><dt>{action.label().trim_end_matches('…').to_owned()}</dt><dd>{caps}</dd></div> }
            })
            .collect::<Vec<_>>();
        (!lines.is_empty()).then(
            || view! { <section><h3 class="label">{group.title()}</h3><dl class="keylist">{lines}</dl></section> },
        )
    };
    view! {
        <ModalDialog open=open on_close=close label="Keyboard shortcuts" class="dialog">
            <div class="dialog-head">
                <h2 class="section">"Keyboard shortcuts"</h2>
                <button class="btn btn-icon btn-small" type="button" aria-label="Close" on:click=move |_| close.run(())>
                    <Icon name="cross" small=true/>
                </button>
            </div>
            <div class="keygroups">
                {Group::ALL.into_iter().map(group).collect_view()}
                <section>
                    <h3 class="label">"In its place"</h3>
                    <dl class="keylist">
                        {IN_PLACE
                            .into_iter()
                            .map(|(what, keys)| {
                                let caps = keys.iter().map(|cap| view! { <kbd>{*cap}</kbd> }).collect_view();
                                view! { <div><dt>{what}</dt><dd>{caps}</dd></div> }
                            })
                            .collect_view()}
                    </dl>
                </section>
            </div>
            <label class="cluster">
                <input
                    type="checkbox"
                    data-testid="letter-keys"
                    prop:checked=move || session.letter_keys.get()
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        preferences::save(preferences::LETTER_KEYS, if on { "on" } else { "off" });
                        session.letter_keys.set(on);
                    }
                />
                "Shortcuts of single letters"
            </label>
            <p class="hint">"They do nothing while you type in a field."</p>
        </ModalDialog>
    }
}
