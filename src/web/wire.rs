//! Messages as JavaScript values: plain objects, numbers as numbers.

use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

/// The value as a JavaScript object.
///
/// # Errors
/// What could not be expressed, in words.
pub fn encode<T: Serialize>(value: &T) -> Result<JsValue, String> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(|error| error.to_string())
}

/// The value of a JavaScript object.
///
/// # Errors
/// What was not understood, in words.
pub fn decode<T: DeserializeOwned>(value: &JsValue) -> Result<T, String> {
    serde_wasm_bindgen::from_value(value.clone()).map_err(|error| error.to_string())
}
