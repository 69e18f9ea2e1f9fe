//! Between Rust's values and JavaScript's, and from IndexedDB's errors to ours.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

use crate::tracking::StoreError;

/// A value as plain JavaScript objects, numbers (NaN and infinities too) and strings.
pub(super) fn to_js<T: Serialize>(value: &T) -> Result<JsValue, StoreError> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| StoreError::Refused(error.to_string()))
}

/// The value back; `what` names it in the error.
pub(super) fn from_js<T: DeserializeOwned>(value: JsValue, what: &str) -> Result<T, StoreError> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| StoreError::Damaged { what: what.to_owned(), reason: error.to_string() })
}

/// Ours for what `idb` reports.
pub(super) fn from_idb(error: &idb::Error) -> StoreError {
    use idb::Error as E;
    match error {
        E::DomException(exception) => store_error(exception),
        E::AddFailed(value)
        | E::ClearFailed(value)
        | E::DeleteFailed(value)
        | E::UpdateFailed(value)
        | E::GetFailed(value)
        | E::GetAllFailed(value)
        | E::GetAllKeysFailed(value)
        | E::TransactionOpenFailed(value)
        | E::IndexedDbOpenFailed(value)
        | E::IndexedDbNotFound(value) => store_error(value),
        other => StoreError::Refused(other.to_string()),
    }
}

/// Ours for an exception of the browser's, by its name.
#[must_use]
pub fn store_error(exception: &JsValue) -> StoreError {
    let Some(exception) = exception.dyn_ref::<DomException>() else {
        return StoreError::Refused(format!("{exception:?}"));
    };
    match exception.name().as_str() {
        "QuotaExceededError" => StoreError::Quota,
        "VersionError" => StoreError::Newer,
        "SecurityError" | "InvalidStateError" | "UnknownError" => StoreError::Unavailable(exception.message()),
        name => StoreError::Refused(format!("{name}: {}", exception.message())),
    }
}
