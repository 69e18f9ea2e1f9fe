//! The page's end of deployments: installs the service worker, and asks it.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, Headers, MessageEvent, RequestInit, Response, ServiceWorkerRegistration};

use super::js::message;

/// The channel on which the service worker names the deployment whose counts it has written.
pub(crate) const COUNTED: &str = "pipette-counted";

/// What service workers cannot do without.
const NONE: &str =
    "This browser has no service workers here. They need HTTPS or localhost, and a window that is not private.";

/// Installs the service worker where it is not there yet, and waits until it answers.
///
/// # Errors
/// A sentence.
pub async fn install() -> Result<(), String> {
    let window = web_sys::window().ok_or(NONE)?;
    let navigator = window.navigator();
    // Missing on pages without HTTPS, whatever the binding says.
    if !js_sys::Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false) {
        return Err(NONE.into());
    }
    let workers = navigator.service_worker();
    let words = |error: JsValue| format!("Deployments cannot answer: {}", message(&error));
    JsFuture::from(workers.register("sw.js")).await.map_err(words)?;
    let ready = workers.ready().map_err(words)?;
    let registration: ServiceWorkerRegistration = JsFuture::from(ready).await.map_err(words)?.unchecked_into();
    if workers.controller().is_some() || registration.active().is_none() {
        return Ok(());
    }
    // It takes this page over in a moment; until then its requests would go to the network.
    let taken = Promise::new(&mut |resolve, _| workers.set_oncontrollerchange(Some(&resolve)));
    JsFuture::from(taken).await.map(drop).map_err(words)
}

/// Hears which deployments were asked, as long as it is kept.
pub struct Counted {
    channel: BroadcastChannel,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Counted {
    /// Calls `listener` with the name of a deployment whose counts were written; `None` in a browser without the API.
    #[must_use]
    pub fn listen(mut listener: impl FnMut(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(COUNTED).ok()?;
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            message.data().as_string().into_iter().for_each(&mut listener);
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Some(Self { channel, _listener: listener })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}

/// Asks a deployment: the status and the body of its answer. The page's own question is not one of those that are counted.
///
/// # Errors
/// A sentence.
pub async fn ask(endpoint: &str, body: &str) -> Result<(u16, String), String> {
    let words = |error: JsValue| format!("There was no answer: {}", message(&error));
    let headers = Headers::new().map_err(words)?;
    headers.set("content-type", "application/json").map_err(words)?;
    headers.set("x-pipette-uncounted", "form").map_err(words)?;
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_headers(&headers);
    options.set_body(&body.into());
    let window = web_sys::window().ok_or(NONE)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(endpoint, &options)).await.map_err(words)?;
    let response: Response = response.dyn_into().map_err(words)?;
    let text = JsFuture::from(response.text().map_err(words)?).await.map_err(words)?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}
