//! Which tabs live. Each holds a lock of its own name for as long as it does; the browser lets go of it when the tab is
//! closed, reloaded or crashes, so no clock is needed.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

const PREFIX: &str = "pipette:owner:";

#[wasm_bindgen]
extern "C" {
    /// The Web Locks API, which web-sys has only behind a build flag.
    type LockManager;
    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, callback: &Function) -> Promise;
    #[wasm_bindgen(method)]
    fn query(this: &LockManager) -> Promise;
}

/// `None` on pages that the browser gives no locks (not served by https or from this machine).
fn locks() -> Option<LockManager> {
    let get = |object: &JsValue, name: &str| {
        Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
    };
    get(&get(&js_sys::global(), "navigator")?, "locks").map(JsCast::unchecked_into)
}

/// Takes the lock of this owner and keeps it for the page's or worker's life. Returns when it is held.
pub(super) async fn claim(owner: &str) {
    let Some(locks) = locks() else { return };
    let held = Promise::new(&mut |resolve: Function, _| {
        let callback = Closure::once_into_js(move || {
            let _ = resolve.call0(&JsValue::UNDEFINED);
            // A promise that never ends keeps the lock.
            Promise::new(&mut |_, _| {})
        });
        let _never = locks.request(&format!("{PREFIX}{owner}"), callback.unchecked_ref());
    });
    // The promise above is never rejected.
    let _ = JsFuture::from(held).await;
}

/// A lock that is held until this is dropped.
pub(crate) struct Held(Rc<RefCell<Option<Function>>>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            // Calling a promise's own function cannot fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits for the lock of this name, which one tab or worker has at a time; `None` where the browser has no locks.
pub(crate) async fn hold(name: &str) -> Option<Held> {
    let locks = locks()?;
    let held = Rc::new(RefCell::new(None));
    let release = Rc::clone(&held);
    let got = Promise::new(&mut |resolve: Function, _| {
        let release = Rc::clone(&release);
        let callback = Closure::once_into_js(move || {
            let until = Promise::new(&mut |resolve: Function, _| {
                release.replace(Some(resolve));
            });
            let _ = resolve.call0(&JsValue::UNDEFINED);
            until
        });
        let _ended = locks.request(name, callback.unchecked_ref());
    });
    // The promise above is never rejected.
    let _ = JsFuture::from(got).await;
    Some(Held(held))
}

/// The owners that live now; `None` when the browser cannot tell.
pub(super) async fn live() -> Option<Vec<String>> {
    let snapshot = JsFuture::from(locks()?.query()).await.ok()?;
    let held = Reflect::get(&snapshot, &"held".into()).ok()?;
    let name = |lock: JsValue| Reflect::get(&lock, &"name".into()).ok()?.as_string();
    let held = held.dyn_into::<Array>().ok()?;
    let names = held.iter().filter_map(name);
    Some(names.filter_map(|name| name.strip_prefix(PREFIX).map(str::to_owned)).collect())
}
