//! Tests inside Chrome: what touches the browser.
#![cfg(target_arch = "wasm32")]
