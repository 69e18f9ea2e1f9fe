//! What comes into the page from outside its controls: file inputs, keys, pastes.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlElement, HtmlInputElement};

use crate::ui::session::Session;
use crate::ui::state::Action;
use crate::ui::state::action::{KeyPress, begins_chord};
use crate::ui::state::incoming::Incoming;

/// The two file inputs of the page; buttons and the palette click them.
#[component]
pub fn FileInputs() -> impl IntoView {
    let session = Session::here();
    let take = |event: ev::Event| -> Vec<File> {
        let input: HtmlInputElement = event_target(&event);
        let files = input.files();
        let files = files.map(|files| (0..files.length()).filter_map(|i| files.get(i)).collect()).unwrap_or_default();
        // The same file can be chosen again.
        input.set_value("");
        files
    };
    let on_csv = move |event| session.open_files(take(event).into_iter().map(describe).collect());
    let on_spec = move |event| {
        if let Some(file) = take(event).into_iter().next() {
            session.load_spec_file(file);
        }
    };
    view! {
        <input
            class="sr" type="file" data-testid="csv-input" aria-label="CSV file" tabindex="-1"
            accept=".csv,.tsv,.txt,.gz,text/csv,text/plain" on:change=on_csv
        />
        <input
            class="sr" type="file" data-testid="spec-input" aria-label="Pipeline file" tabindex="-1"
            accept=".json,application/json" on:change=on_spec
        />
    }
}

/// A file with what its name and size say.
pub(super) fn describe(file: File) -> (Incoming, Option<File>) {
    let incoming = Incoming { name: file.name(), bytes: file.size() as u64, is_folder: false };
    (incoming, Some(file))
}

/// Whether the focus is where text is typed, which has an undo of its own.
fn is_in_text() -> bool {
    let Some(element) = document().active_element() else { return false };
    let is_editable = element.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable);
    let is_input = element.dyn_ref::<HtmlInputElement>().is_some_and(|input| {
        !matches!(input.type_().as_str(), "checkbox" | "radio" | "range" | "button" | "file" | "submit")
    });
    is_editable || is_input || element.tag_name() == "TEXTAREA"
}

/// Whether the focus is on a list to choose from: it takes letters, and has no undo.
fn is_in_list() -> bool {
    document().active_element().is_some_and(|element| element.tag_name() == "SELECT")
}

/// The page's shortcuts.
#[component]
pub fn Keys() -> impl IntoView {
    let session = Session::here();
    let before = StoredValue::new(None::<String>);
    let on_key = move |event: ev::KeyboardEvent| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let primary = event.ctrl_key() || event.meta_key();
        let press = KeyPress {
            key: event.key(),
            primary,
            shift: event.shift_key(),
            alt: event.alt_key(),
            in_field: is_in_text() || !primary && is_in_list(),
            no_letters: !session.letter_keys.get_untracked(),
        };
        // A modal dialog has the keys to itself.
        if session.dialog.get_untracked().is_some() {
            return;
        }
        let first = before.get_value();
        before.set_value(begins_chord(&press).then(|| press.key.to_lowercase()));
        let Some(action) = Action::for_key(&press, first.as_deref()) else { return };
        if action == Action::Cancel && !session.can(action) {
            return;
        }
        before.set_value(None);
        event.prevent_default();
        if session.can(action) {
            session.act(action);
        }
    };
    let handle = window_event_listener(ev::keydown, on_key);
    on_cleanup(move || handle.remove());
}

/// A table pasted anywhere but into a field is opened.
#[component]
pub fn PasteListener() -> impl IntoView {
    let session = Session::here();
    let on_paste = move |event: ev::ClipboardEvent| {
        if is_in_text() || session.dialog.get_untracked().is_some() {
            return;
        }
        let Some(data) = event.clipboard_data() else { return };
        event.prevent_default();
        let files = data.files();
        let files: Vec<File> =
            files.map(|files| (0..files.length()).filter_map(|i| files.get(i)).collect()).unwrap_or_default();
        if files.is_empty() {
            session.open_pasted(data.get_data("text/plain").unwrap_or_default());
        } else {
            session.open_files(files.into_iter().map(describe).collect());
        }
    };
    let handle = window_event_listener(ev::paste, on_paste);
    on_cleanup(move || handle.remove());
}
