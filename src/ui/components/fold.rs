//! What folds out over the page (`<details>`): closes after a choice, on Esc, and when the focus leaves it.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The behaviour of one such `<details>`: give it `node`, and `on_key` and `on_leave` its `keydown` and `focusout`. Its
/// summary is its button.
#[derive(Clone, Copy, Default)]
pub struct Fold {
    pub node: NodeRef<html::Details>,
}

impl Fold {
    /// Closes it.
    pub fn close(self) {
        if let Some(details) = self.node.get_untracked() {
            details.set_open(false);
        }
    }

    /// Closes it on Esc and gives the focus back to its button.
    pub fn on_key(self, event: &leptos::ev::KeyboardEvent) {
        let Some(details) = self.node.get_untracked().filter(|details| details.open()) else { return };
        if event.key() != "Escape" {
            return;
        }
        event.stop_propagation();
        self.close();
        if let Some(summary) = details.query_selector("summary").ok().flatten() {
            // A button that cannot take the focus leaves it where it is.
            let _ = summary.unchecked_into::<web_sys::HtmlElement>().focus();
        }
    }

    /// As `on_leave`, but what had the focus may have been drawn anew: only a frame later it is known to be elsewhere.
    pub fn on_leave_later(self, event: &leptos::ev::FocusEvent) {
        if event.related_target().is_some() {
            self.on_leave(event);
            return;
        }
        request_animation_frame(move || {
            let is_inside =
                |details: &web_sys::HtmlDetailsElement| details.contains(document().active_element().as_deref());
            if self.node.get_untracked().is_some_and(|details| !is_inside(&details)) {
                self.close();
            }
        });
    }

    /// Closes it once the focus is elsewhere.
    pub fn on_leave(self, event: &leptos::ev::FocusEvent) {
        let next = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if self.node.get_untracked().is_some_and(|details| !details.contains(next.as_ref())) {
            self.close();
        }
    }
}
