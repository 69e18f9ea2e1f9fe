//! What the browser gives this site to keep things in, and the way to leave nothing.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerRegistration, StorageEstimate, StorageManager};

use super::{preferences, watched};

/// What the service worker's caches are called before their version.
const CACHES: &str = "pipette-";

#[wasm_bindgen]
extern "C" {
    /// The caches of service workers.
    type Caches;
    #[wasm_bindgen(method)]
    fn keys(this: &Caches) -> Promise;
    #[wasm_bindgen(method)]
    fn delete(this: &Caches, name: &str) -> Promise;
}

/// The space of this site. All projects of one address share it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Space {
    pub used: u64,
    pub quota: u64,
    /// The browser does not clear it by itself when the disk is full.
    pub is_persisted: bool,
}

/// Missing on pages without HTTPS, whatever the binding says.
fn manager() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    Reflect::has(&navigator, &"storage".into()).ok()?.then(|| navigator.storage())
}

/// How much is used; `None` where the browser does not say.
pub async fn space() -> Option<Space> {
    let manager = manager()?;
    let estimate: StorageEstimate = JsFuture::from(manager.estimate().ok()?).await.ok()?.unchecked_into();
    let is_persisted = JsFuture::from(manager.persisted().ok()?).await.ok()?.is_truthy();
    let bytes = |bytes: Option<f64>| bytes.map(|bytes| bytes as u64);
    Some(Space { used: bytes(estimate.get_usage())?, quota: bytes(estimate.get_quota())?, is_persisted })
}

/// Asks the browser not to clear it by itself; whether it will not.
pub async fn persist() -> bool {
    let Some(asked) = manager().and_then(|manager| manager.persist().ok()) else { return false };
    JsFuture::from(asked).await.is_ok_and(|answer| answer.is_truthy())
}

/// Removes what the page keeps beside its store: preferences, watched files, the service worker with its files. Of what the
/// browser does not let go, it says nothing.
pub async fn leave_nothing() {
    preferences::clear();
    watched::erase().await;
    uninstall().await;
    let caches = Reflect::get(&js_sys::global(), &"caches".into()).ok().filter(|caches| !caches.is_undefined());
    if let Some(caches) = caches.map(JsCast::unchecked_into::<Caches>)
        && let Ok(names) = JsFuture::from(caches.keys()).await
    {
        let names: Array = names.unchecked_into();
        for name in names.iter().filter_map(|name| name.as_string()).filter(|name| name.starts_with(CACHES)) {
            let _ = JsFuture::from(caches.delete(&name)).await;
        }
    }
}

async fn uninstall() {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return };
    if !Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false) {
        return;
    }
    let Ok(found) = JsFuture::from(navigator.service_worker().get_registration()).await else { return };
    if let Ok(registration) = found.dyn_into::<ServiceWorkerRegistration>()
        && let Ok(gone) = registration.unregister()
    {
        let _ = JsFuture::from(gone).await;
    }
}
