//! The whole window takes a file that is dropped on it.

use leptos::ev;
use leptos::prelude::*;
use web_sys::{DataTransfer, File};

use super::bar::Logo;
use super::inputs::describe;
use crate::ui::session::Session;
use crate::ui::state::incoming::Incoming;

/// An outline and a sentence while a file is over the window.
#[component]
pub fn DropTarget() -> impl IntoView {
    let session = Session::here();
    let is_over = RwSignal::new(false);
    let has_files =
        |event: &ev::DragEvent| event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
    let on_over = move |event: ev::DragEvent| {
        if has_files(&event) {
            event.prevent_default();
            if !is_over.get_untracked() {
                is_over.set(true);
            }
        }
    };
    let on_leave = move |event: ev::DragEvent| {
        // Only when the pointer leaves the window is there nothing that it goes to.
        if event.related_target().is_none() {
            is_over.set(false);
        }
    };
    let on_drop = move |event: ev::DragEvent| {
        if !has_files(&event) {
            return;
        }
        event.prevent_default();
        is_over.set(false);
        if let Some(data) = event.data_transfer() {
            session.open_files(dropped(&data));
        }
    };
    let handles = [
        window_event_listener(ev::dragover, on_over),
        window_event_listener(ev::dragleave, on_leave),
        window_event_listener(ev::drop, on_drop),
    ];
    on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
    view! {
        <Show when=move || is_over.get()>
            <div class="dropcover">
                <div class="dropzone">
                    <Logo/>
                    <b>"Drop the CSV"</b>
                    <p>"It is read in pieces and stays on this machine. The pipeline keeps its rules if the columns are the same; otherwise this starts a new one."</p>
                </div>
            </div>
        </Show>
    }
}

/// What was dropped; folders are told from files only by their entries.
fn dropped(data: &DataTransfer) -> Vec<(Incoming, Option<File>)> {
    let items = data.items();
    (0..items.length())
        .filter_map(|i| items.get(i))
        .filter(|item| item.kind() == "file")
        .filter_map(|item| {
            let entry = item.webkit_get_as_entry().ok().flatten();
            match entry.filter(|entry| entry.is_directory()) {
                Some(folder) => Some((Incoming { name: folder.name(), bytes: 0, is_folder: true }, None)),
                None => item.get_as_file().ok().flatten().map(describe),
            }
        })
        .collect()
}
