//! Icons: 24-px strokes, drawn once on the page and used by name.

use leptos::prelude::*;

/// An icon of the sprite; decorative, for a word stands beside it or names its button.
#[component]
pub fn Icon(#[prop(into)] name: Signal<&'static str>, #[prop(optional)] small: bool) -> impl IntoView {
    let class = if small { "icon icon-s" } else { "icon" };
    view! {
        <svg class=class aria-hidden="true" viewBox="0 0 24 24">
            <use href=move || format!("#{}", name.get())></use>
        </svg>
    }
}

/// Every icon as paths of a symbol.
const SYMBOLS: [(&str, &[&str]); 42] = [
    ("bolt", &["M13 3L5 14h6l-1 7 8-11h-6z"]),
    ("bulb", &["M9 18h6M10 21h4M12 3a6 6 0 0 0-4 10.500c1 1 1.5 2 1.5 2.500h5c0-.5.5-1.5 1.5-2.500A6 6 0 0 0 12 3z"]),
    ("chart", &["M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6"]),
    ("check", &["M5 12.500l4.5 4.500L19 7"]),
    ("circle", &["M4 12a8 8 0 1 0 16 0a8 8 0 1 0 -16 0"]),
    ("clean", &["M4 6h16M7 12h10M10 18h4"]),
    ("code", &["M8 7l-5 5 5 5M16 7l5 5-5 5"]),
    ("cols", &["M4 5h16v14H4zM10 5v14M15 5v14"]),
    ("copy", &["M9 9h11v11H9z", "M15 9V4H4v11h5"]),
    ("cross", &["M6 6l12 12M18 6L6 18"]),
    ("dash", &["M6 12h12"]),
    ("down", &["M6 9l6 6 6-6"]),
    ("download", &["M12 4v11M7.5 10.5L12 15l4.5-4.5M4 17v3h16v-3"]),
    ("drop", &["M12 4c4 5 6 7.5 6 10.500a6 6 0 0 1-12 0C6 11.5 8 9 12 4z"]),
    ("evaluate", &["M4 18a8.5 8.5 0 0 1 16 0", "M12 18l4-6"]),
    ("fall", &["M12 5v14M6 13l6 6 6-6"]),
    ("grip", &["M9 6v.01M9 12v.01M9 18v.01M15 6v.01M15 12v.01M15 18v.01"]),
    ("info", &["M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0 -17 0", "M12 11v5M12 8v.01"]),
    ("ingest", &["M6 3h8l5 5v13H6z", "M14 3v5h5M9 13h7M9 17h7"]),
    ("keyboard", &["M3 7h18v11H3z", "M7 11v.01M11 11v.01M15 11v.01M18 11v.01M8 14.5h8"]),
    ("left", &["M15 6l-6 6 6 6"]),
    ("moon", &["M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"]),
    ("more", &["M5 12v.01M12 12v.01M19 12v.01"]),
    ("open", &["M12 15V4M7.5 8.500L12 4l4.5 4.500M4 15v5h16v-5"]),
    ("paste", &["M8 5H5v16h14V5h-3", "M8 3h8v4H8z"]),
    ("pencil", &["M4 20l1-5L16 4l4 4L9 19z"]),
    ("play", &["M8 5l11 7-11 7z"]),
    ("plus", &["M12 5v14M5 12h14"]),
    ("redo", &["M16 5l4 4-4 4", "M20 9H10a6 6 0 0 0 0 12h3"]),
    ("right", &["M9 6l6 6-6 6"]),
    ("search", &["M4.5 11a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0 -13 0", "M16 16l4.5 4.5"]),
    ("shield", &["M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z", "M9 12l2 2 4-4"]),
    ("split", &["M4 12h5c4 0 4-6 8-6h3M9 12c4 0 4 6 8 6h3"]),
    ("stop", &["M7 7h10v10H7z"]),
    (
        "sun",
        &[
            "M8 12a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
            "M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.600l1.4 1.400M17 17l1.4 1.400M5.6 18.400L7 17M17 7l1.4-1.4",
        ],
    ),
    ("system", &["M4 5h16v11H4zM9 20h6M12 16v4"]),
    ("train", &["M4 20L20 5", "M7.5 11v.01M11 16.500v.01M13 8v.01M17 12v.01"]),
    ("trash", &["M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"]),
    ("undo", &["M8 5L4 9l4 4", "M4 9h10a6 6 0 0 1 0 12h-3"]),
    ("up", &["M6 15l6-6 6 6"]),
    ("upload", &["M12 15V4M7.5 8.5L12 4l4.5 4.5M4 17v3h16v-3"]),
    ("warn", &["M12 4L2.5 20h19z", "M12 10v4.500M12 17.500v.01"]),
];

/// All icons, invisible, at the top of the page.
#[component]
pub fn Sprite() -> impl IntoView {
    let symbols = SYMBOLS
        .into_iter()
        .map(|(name, paths)| {
            let paths = paths.iter().map(|path| view! { <path d=*path></path> }).collect_view();
            view! { <symbol id=name viewBox="0 0 24 24">{paths}</symbol> }
        })
        .collect_view();
    view! { <svg class="sprite" aria-hidden="true">{symbols}</svg> }
}
