//! The orchestrator worker's module.

#[cfg(target_arch = "wasm32")]
fn main() {
    pipette::web::worker::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
