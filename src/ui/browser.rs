//! The few things that the page asks of the browser's window: its address, its clock, its root element.

use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, Window};

fn window() -> Option<Window> {
    web_sys::window()
}

/// Milliseconds since the page was opened.
#[must_use]
pub fn now() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// The address's fragment, with its `#`.
#[must_use]
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Scheme, host and port of the page.
#[must_use]
pub fn origin() -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// The page's content security policy, as the build wrote it.
#[must_use]
pub fn content_security_policy() -> String {
    let selector = "meta[http-equiv='Content-Security-Policy' i]";
    let meta =
        window().and_then(|w| w.document()).and_then(|document| document.query_selector(selector).ok().flatten());
    meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}

/// The page's base path without the slash at its end: empty, or such as `/pipette`.
#[must_use]
pub fn base_path() -> String {
    let base = window().and_then(|window| window.document()).and_then(|document| document.base_uri().ok().flatten());
    let path = base.and_then(|base| web_sys::Url::new(&base).ok()).map(|url| url.pathname()).unwrap_or_default();
    path.trim_end_matches('/').to_owned()
}

/// The address's path below the base, such as `/runs`.
#[must_use]
pub fn route() -> String {
    let path = window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    let path = path.strip_prefix(&base_path()).unwrap_or(&path);
    format!("/{}", path.trim_matches('/'))
}

/// The whole address of one of the page's own files.
#[must_use]
pub fn absolute(path: &str) -> String {
    let base = window().and_then(|window| window.document()).and_then(|document| document.base_uri().ok().flatten());
    base.and_then(|base| web_sys::Url::new_with_base(path, &base).ok())
        .map_or_else(|| path.to_owned(), |url| url.href())
}

/// Replaces the address's fragment without a new entry in the history.
pub fn replace_fragment(fragment: &str) {
    let Some(window) = window() else { return };
    if window.location().hash().is_ok_and(|now| now == fragment) {
        return;
    }
    let (Ok(history), Ok(path), Ok(search)) =
        (window.history(), window.location().pathname(), window.location().search())
    else {
        return;
    };
    // The router leaves the base without its slash, and some servers have no page there.
    let slash = if path == base_path() { "/" } else { "" };
    // The state is the router's. A browser that refuses (too many changes in a short time) keeps the address before.
    let state = history.state().unwrap_or(JsValue::NULL);
    let _ = history.replace_state_with_url(&state, "", Some(&format!("{path}{slash}{search}{fragment}")));
}

/// Says that the page is interactive and its worker up.
pub fn set_ready() {
    set_root_attribute("data-ready", "true");
}

/// Sets the theme; `system` leaves it to the system.
pub fn set_theme(name: &str) {
    if name == "system" {
        if let Some(root) = root() {
            let _ = root.remove_attribute("data-theme");
        }
    } else {
        set_root_attribute("data-theme", name);
    }
}

fn root() -> Option<web_sys::Element> {
    window()?.document()?.document_element()
}

fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = root() {
        let _ = root.set_attribute(name, value);
    }
}

/// Clicks the element with this test id, such as a hidden file input.
pub fn click(test_id: &str) {
    let found = window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector(&format!("[data-testid={test_id}]")).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// Puts the focus on the element with this id.
pub fn focus(id: &str) {
    let found = window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id));
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Scrolls to the page's beginning.
pub fn scroll_to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Opens the page as on a first visit.
pub fn open_anew() {
    if let Some(window) = window() {
        let _ = window.location().replace(&absolute("./"));
    }
}

/// Whether the keys are a Mac's.
#[must_use]
pub fn is_mac() -> bool {
    window().and_then(|window| window.navigator().platform().ok()).is_some_and(|platform| platform.starts_with("Mac"))
}

/// A `performance.measure` between two moments, for whoever times the page.
pub fn measure(name: &str, start: f64, end: f64, rows_and_bytes: Option<(u64, u64)>) {
    let options = object(&[("start", start.into()), ("end", end.max(start).into())]);
    if let Some((rows, bytes)) = rows_and_bytes {
        let detail = object(&[("rows", (rows as f64).into()), ("bytes", (bytes as f64).into())]);
        let _ = js_sys::Reflect::set(&options, &"detail".into(), &detail);
    }
    // A measure that could not be made is missed by nobody but a benchmark.
    let _ = measure_with(name, &options);
}

fn object(fields: &[(&str, JsValue)]) -> js_sys::Object {
    let object = js_sys::Object::new();
    for (key, value) in fields {
        let _ = js_sys::Reflect::set(&object, &(*key).into(), value);
    }
    object
}

/// `performance.measure` with options, which web-sys binds under an unstable flag only.
fn measure_with(name: &str, options: &js_sys::Object) -> Result<(), JsValue> {
    let performance = window().and_then(|window| window.performance()).ok_or(JsValue::NULL)?;
    let function: js_sys::Function = js_sys::Reflect::get(&performance, &"measure".into())?.unchecked_into();
    function.call2(&performance, &name.into(), options).map(|_| ())
}
