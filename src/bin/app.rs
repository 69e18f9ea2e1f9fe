//! The page's module.

#[cfg(target_arch = "wasm32")]
fn main() {
    pipette::ui::app::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
