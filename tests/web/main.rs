//! Tests inside Chrome: what touches the browser.
#![cfg(target_arch = "wasm32")]

mod schema;
mod store;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
