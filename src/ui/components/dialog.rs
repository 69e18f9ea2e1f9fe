//! A native modal dialog: the browser traps the focus, closes it on Esc and gives the focus back.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Shows its children in a modal dialog while `open` is true.
#[component]
pub fn ModalDialog(
    #[prop(into)] open: Signal<bool>,
    on_close: Callback<()>,
    #[prop(into)] label: String,
    class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // A dialog that is already open, or not in the page, stays as it is.
            (true, false) => {
                let _ = dialog.show_modal();
                // What is inside may have been drawn after the dialog was shown.
                request_animation_frame(move || {
                    if let Ok(Some(field)) = dialog.query_selector("[autofocus]") {
                        let _ = field.unchecked_into::<web_sys::HtmlElement>().focus();
                    }
                });
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let on_backdrop = move |event: leptos::ev::MouseEvent| {
        // A click beside the dialog has the dialog itself as its target.
        if event.target() == event.current_target() {
            on_close.run(());
        }
    };
    view! {
        <dialog class=class node_ref=dialog aria-label=label on:close=move |_| on_close.run(()) on:click=on_backdrop>
            <div class="dialog-body">{move || open.get().then(|| children())}</div>
        </dialog>
    }
}
