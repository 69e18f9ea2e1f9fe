//! The house rules, held: who may use whom, and what must not appear.

use std::fs;
use std::path::{Path, PathBuf};

/// Core rooms in the order in which data flows: a room may use itself and those before it.
const CORE: [&str; 20] = [
    "base",
    "table",
    "ingest",
    "expression",
    "clean",
    "split",
    "features",
    "linalg",
    "estimators",
    "evaluate",
    "diagnostics",
    "validation",
    "pipeline",
    "tracking",
    "search",
    "comparison",
    "registry",
    "serving",
    "monitoring",
    "export",
];

/// Crates of the browser: never in core.
const BROWSER: [&str; 8] =
    ["wasm_bindgen", "web_sys", "js_sys", "leptos", "idb", "gloo_storage", "serde_wasm_bindgen", "leptos_router"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path)
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn check(folder: &Path, forbidden: &[String]) {
    let files = sources(folder);
    assert!(!files.is_empty(), "{} has no source", folder.display());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for word in forbidden {
            let line =
                text.lines().position(|line| !line.trim_start().starts_with("//") && line.contains(word.as_str()));
            assert_eq!(line.map(|line| line + 1), None, "{} uses {word}", file.display());
        }
    }
}

#[test]
fn core_rooms_use_only_rooms_before_them() {
    for (place, room) in CORE.iter().enumerate() {
        let mut forbidden: Vec<String> = CORE[place + 1..].iter().map(|later| format!("crate::{later}::")).collect();
        forbidden.extend(["web", "ui", "cli"].map(|room| format!("crate::{room}::")));
        forbidden.extend(BROWSER.map(|name| format!("{name}::")));
        forbidden.extend(["std::fs", "std::env", "std::process", "Instant::now", "SystemTime::now"].map(String::from));
        check(&root().join("src").join(room), &forbidden);
    }
}

#[test]
fn every_room_of_core_is_in_the_list() {
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let known = CORE.contains(&name.as_str()) || ["web", "ui", "cli", "bin", "lib.rs"].contains(&name.as_str());
        assert!(known, "src/{name} is no room that the order knows");
    }
}

#[test]
fn the_web_does_not_know_the_screen() {
    check(&root().join("src/web"), &["crate::ui::".into(), "leptos::".into()]);
}

#[test]
fn plain_state_and_views_know_no_browser() {
    let forbidden: Vec<String> = BROWSER.map(|name| format!("{name}::")).into();
    check(&root().join("src/ui/state"), &forbidden);
    check(&root().join("src/ui/view"), &forbidden);
}

#[test]
fn no_view_sets_markup_or_inline_styles() {
    // The policy of the page (style-src 'self') blocks the one, safety forbids the other.
    check(&root().join("src/ui"), &[" style=\"".into(), " style={".into(), " style=move".into(), "inner_html".into()]);
}

#[test]
fn colours_are_named_in_the_tokens_only() {
    for entry in walk(&root().join("style")) {
        if entry.file_name().is_some_and(|name| name == "tokens.css") || entry.extension().is_none_or(|e| e != "css") {
            continue;
        }
        for (number, line) in fs::read_to_string(&entry).unwrap().lines().enumerate() {
            let literal = line.split(['#']).skip(1).any(|after| {
                let digits = after.chars().take_while(char::is_ascii_hexdigit).count();
                [3, 4, 6, 8].contains(&digits)
                    && !after.chars().nth(digits).is_some_and(|c| c.is_alphanumeric() || c == '-')
            });
            let function = ["rgb(", "rgba(", "hsl(", "oklch("].iter().any(|name| line.contains(name));
            assert!(!literal && !function, "{}:{} names a colour: {line}", entry.display(), number + 1);
        }
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}
