//! The browser's modules in parts: the splitters (.ci/split.mjs) read the linker's relocations.

fn main() {
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let is_wasm = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    if is_release && is_wasm {
        println!("cargo:rustc-link-arg-bin=app=--emit-relocs");
        println!("cargo:rustc-link-arg-bin=worker=--emit-relocs");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
