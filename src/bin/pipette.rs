//! The headless runner: `pipette run data.csv`.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    let code =
        pipette::cli::main(std::env::args_os().skip(1), &mut std::io::stdout().lock(), &mut std::io::stderr().lock());
    std::process::ExitCode::from(code)
}

#[cfg(target_arch = "wasm32")]
fn main() {}
