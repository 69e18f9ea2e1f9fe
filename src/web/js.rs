//! The few browser calls that web-sys does not bind without an unstable flag, and small helpers over JavaScript values.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, ReadableStream};

#[wasm_bindgen]
extern "C" {
    type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    #[wasm_bindgen(js_name = ReadableStream)]
    type Pipe;

    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    fn pipe_through(this: &Pipe, transform: &DecompressionStream) -> Result<ReadableStream, JsValue>;
}

/// The blob's bytes, unpacked as gzip.
///
/// # Errors
/// The browser's own error.
pub(crate) fn gunzip(blob: &Blob) -> Result<ReadableStream, JsValue> {
    let pipe: Pipe = blob.stream().unchecked_into();
    pipe.pipe_through(&DecompressionStream::new("gzip")?)
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Milliseconds since the page or worker began, in a page as in a worker.
pub(crate) fn moment() -> f64 {
    performance_now()
}

/// The message of an exception.
pub(crate) fn message(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => js_sys::Reflect::get(error, &JsValue::from_str("message"))
            .ok()
            .and_then(|message| message.as_string())
            .unwrap_or_else(|| format!("{error:?}")),
    }
}

/// Random bytes from the browser's own generator.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without a generator the clock has to do: ids must differ, they need not be secret.
    if getrandom::fill(&mut bytes).is_err() {
        for byte in &mut bytes {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
    bytes
}
