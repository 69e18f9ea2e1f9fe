//! The page's module.

#[cfg(all(feature = "page", target_arch = "wasm32"))]
fn main() {
    pipette::ui::app::start();
}

#[cfg(not(all(feature = "page", target_arch = "wasm32")))]
fn main() {}
