//! Requests to the experiment tracker, by `fetch`. The page's policy decides whether they leave it.

use js_sys::{ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Response};

use crate::export::mlflow::live::{Reply, Request, Server, Unreachable};
use crate::web::js;

/// A server that has not answered so long is away.
const PATIENCE_MS: u32 = 60_000;

/// One MLflow server.
pub(super) struct FetchServer {
    pub url: String,
}

impl FetchServer {
    async fn send(&self, request: &Request) -> Result<Reply, JsValue> {
        let init = Object::new();
        let set = |name: &str, value: JsValue| Reflect::set(&init, &name.into(), &value);
        set("method", request.method.as_str().into())?;
        set("redirect", "error".into())?;
        set("signal", AbortSignal::timeout_with_u32(PATIENCE_MS).into())?;
        if let Some(media_type) = request.body.media_type() {
            let headers = Object::new();
            Reflect::set(&headers, &"content-type".into(), &media_type.into())?;
            set("headers", headers.into())?;
            set("body", Uint8Array::from(request.body.bytes()).into())?;
        }
        let response: Response =
            JsFuture::from(fetch(&format!("{}{}", self.url, request.path), &init)?).await?.unchecked_into();
        let body: ArrayBuffer = JsFuture::from(response.array_buffer()?).await?.unchecked_into();
        Ok(Reply { status: response.status(), body: Uint8Array::new(&body).to_vec() })
    }
}

#[wasm_bindgen]
extern "C" {
    /// The worker's own, with its settings as a plain object.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &Object) -> Result<Promise, JsValue>;
}

impl Server for FetchServer {
    async fn ask(&self, request: &Request) -> Result<Reply, Unreachable> {
        // Browsers do not tell a page why: the network, the server's CORS settings, the page's own policy.
        self.send(request).await.map_err(|cause| Unreachable(format!("{}: {}", self.url, js::message(&cause))))
    }
}
