//! Files out of and into the page, and the clipboard.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Offers a text as a download.
///
/// # Errors
/// The browser's own error.
pub fn download(name: &str, mime: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    download_blob(name, &Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)?)
}

/// Offers bytes as a download.
///
/// # Errors
/// The browser's own error.
pub fn download_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // The click has already taken the file.
    Url::revoke_object_url(&url)
}

/// The text of a file.
///
/// # Errors
/// The browser's own error.
pub async fn read_text(file: &Blob) -> Result<String, JsValue> {
    Ok(JsFuture::from(file.text()).await?.as_string().unwrap_or_default())
}

/// The text on the clipboard; the browser may ask the person first.
///
/// # Errors
/// The browser's own error, also when the person says no.
pub async fn clipboard_text() -> Result<String, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    Ok(JsFuture::from(window.navigator().clipboard().read_text()).await?.as_string().unwrap_or_default())
}

/// Puts a text on the clipboard.
///
/// # Errors
/// The browser's own error.
pub async fn copy_text(text: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.navigator().clipboard().write_text(text)).await?;
    Ok(())
}
