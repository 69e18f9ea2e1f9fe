//! The focus stays where it was when the part of the page that had it is drawn anew.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::runs_head::quoted;
use super::runs_table::focus;

/// What has the focus in a row of a table, as selectors: itself, and what stands in for it where it is gone.
fn selectors(target: &web_sys::Element) -> Option<[String; 2]> {
    let row = target.closest("tr[data-version]").ok().flatten()?;
    let version = row.get_attribute("data-version").unwrap_or_default();
    let row = format!("tr[data-version='{}']", quoted(&version));
    let own = |name: &str| target.get_attribute(name).map(|value| format!("[{name}='{}']", quoted(&value)));
    let own = own("aria-label").or_else(|| own("data-testid")).unwrap_or_else(|| target.tag_name().to_lowercase());
    Some([format!("{row} {own}"), format!("{row} summary")])
}

/// Remembers what has the focus in the rows of a table, and gives it back after each change of what `changes` reads.
pub(super) fn keep_focus<T: 'static>(changes: impl Fn() -> T + 'static) {
    let last = StoredValue::new(None::<[String; 2]>);
    let heard = window_event_listener(leptos::ev::focusin, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        last.set_value(target.as_ref().and_then(selectors));
    });
    // A click on nothing is a way to leave; on something that takes the focus, that is heard next.
    let left = window_event_listener(leptos::ev::pointerdown, move |_| last.set_value(None));
    on_cleanup(move || {
        heard.remove();
        left.remove();
    });
    Effect::new(move || {
        changes();
        // The rows are drawn when this has run.
        request_animation_frame(move || {
            let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
            if let Some([own, other]) = last.get_value().filter(|_| is_lost) {
                focus(&other);
                focus(&own);
            }
        });
    });
}
