//! Requests to the experiment tracker, by `fetch`. The page's policy decides whether they leave it.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, RequestRedirect, Response};

use super::host::scope;
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
        let init = RequestInit::new();
        init.set_method(request.method.as_str());
        init.set_redirect(RequestRedirect::Error);
        init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
        if let Some(media_type) = request.body.media_type() {
            let headers = js_sys::Object::new();
            js_sys::Reflect::set(&headers, &"content-type".into(), &media_type.into())?;
            init.set_headers(&headers);
            init.set_body(&Uint8Array::from(request.body.bytes()));
        }
        let sent = scope().fetch_with_str_and_init(&format!("{}{}", self.url, request.path), &init);
        let response: Response = JsFuture::from(sent).await?.unchecked_into();
        let body: ArrayBuffer = JsFuture::from(response.array_buffer()?).await?.unchecked_into();
        Ok(Reply { status: response.status(), body: Uint8Array::new(&body).to_vec() })
    }
}

impl Server for FetchServer {
    async fn ask(&self, request: &Request) -> Result<Reply, Unreachable> {
        // Browsers do not tell a page why: the network, the server's CORS settings, the page's own policy.
        self.send(request).await.map_err(|cause| Unreachable(format!("{}: {}", self.url, js::message(&cause))))
    }
}
