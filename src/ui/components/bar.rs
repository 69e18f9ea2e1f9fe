//! The bar at the top: brand, places, what was sent, search, theme.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, KeyCaps, Menu};
use crate::ui::browser;
use crate::ui::session::Session;
use crate::ui::state::{Action, Place, Theme};

const GLASS_TOP: &str = "M12 6.5a4 4 0 0 1 8 0V9h1.5a1.5 1.5 0 0 1 0 3h-11a1.5 1.5 0 0 1 0-3H12z";
const GLASS_STEM: &str = "M13 13.5h6V20l-2 4h-2l-2-4z";
const FLUID: &str = "M16 25c1.4 1.5 2.1 2.3 2.1 3.1a2.1 2.1 0 0 1-4.2 0c0-.8.7-1.6 2.1-3.1z";

/// The page's sign.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg viewBox="2 2 28 28" aria-hidden="true">
            <path class="glass" d=GLASS_TOP></path>
            <path class="glass" d=GLASS_STEM></path>
            <path class="fluid" d=FLUID></path>
        </svg>
    }
}

/// The bar.
#[component]
pub fn Bar() -> impl IntoView {
    let session = Session::here();
    let path = use_location().pathname;
    let base = browser::base_path();
    let is_current = move |place: Place| {
        let path = path.read();
        let below = path.strip_prefix(&base).unwrap_or(&path);
        match place {
            Place::Pipeline => below.trim_matches('/').is_empty(),
            Place::Runs => below.starts_with(place.path()) || below.starts_with("/compare"),
            _ => below.starts_with(place.path()),
        }
    };
    let link = move |place: Place| {
        let is_current = is_current.clone();
        let current = move || is_current(place).then_some("page");
        // Relative to the page's base.
        let href = if place == Place::Pipeline { "./" } else { place.path().trim_start_matches('/') };
        let class =
            matches!(place, Place::Serving | Place::Pipelines | Place::Datasets | Place::Stack).then_some("nav-wide");
        view! { <li class=class><a href=href aria-current=current>{place.title()}</a></li> }
    };
    let theme = session.theme;
    let theme_icon = Signal::derive(move || Action::SetTheme(theme.get()).icon());
    let theme_label = move || {
        let name = theme.get().as_str();
        format!("Theme: {name}. Change to {}.", theme.get().next().as_str())
    };
    let palette_keys = Action::Palette.shortcut();
    view! {
        <header class="bar">
            <a class="brand" href="./"><Logo/>"Pipette"</a>
            <nav class="nav" aria-label="Places">
                <ul>{Place::ALL.map(link).collect_view()}</ul>
                <div class="nav-more"><Menu label="More" items=vec![
                    (Action::Go(Place::Serving), Some("Models that answer requests")),
                    (Action::Go(Place::Pipelines), Some("Saved under a name, in versions")),
                    (Action::Go(Place::Datasets), Some("What was read, by content")),
                    (Action::Go(Place::Stack), Some("What runs go through; storage, backup, triggers")),
                ]/></div>
            </nav>
            <div class="cluster push">
                <DriftBadge/>
                <Meter/>
                <button
                    class="btn btn-quiet"
                    type="button"
                    aria-keyshortcuts=palette_keys.and_then(|keys| keys.aria())
                    on:click=move |_| session.act(Action::Palette)
                >
                    <Icon name="search"/>
                    <span class="sr">"Search and commands"</span>
                    <span class="hide-s">{palette_keys.map(|keys| view! { <KeyCaps keys=keys/> })}</span>
                </button>
                <button
                    class="btn btn-icon"
                    type="button"
                    aria-label=theme_label
                    title=theme_label
                    on:click=move |_| session.act(Action::SetTheme(Theme::next(theme.get_untracked())))
                >
                    <Icon name=theme_icon/>
                </button>
            </div>
        </header>
    }
}

/// Where requests of a deployment have drifted: that they have, and the way there.
#[component]
fn DriftBadge() -> impl IntoView {
    let session = Session::here();
    let drifted = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            let contents = workspace.contents.as_ref()?;
            contents.notices.first().map(|(name, _)| (name.clone(), contents.notices.len()))
        })
    });
    move || {
        drifted.get().map(|(name, n)| {
            let (words, href) = match n {
                1 => (format!("{name} has drifted"), format!("serving/{}", String::from(js_sys::encode_uri_component(&name)))),
                n => (format!("{n} deployments have drifted"), "serving".to_owned()),
            };
            view! {
                <a class="btn btn-quiet btn-small" href=href title=words data-testid="drift-badge">
                    <Icon name="warn" small=true/><span class="sr">{words.clone()}</span><span class="hide-s" aria-hidden="true">"Drift"</span>
                </a>
            }
        })
    }
}

/// What leaves the page: nothing, or what an experiment tracker is told.
#[component]
fn Meter() -> impl IntoView {
    let session = Session::here();
    let server = Memo::new(move |_| {
        session.workspace.with(|w| w.tracker.as_ref().and_then(|status| Some(status.tracker.as_ref()?.url.clone())))
    });
    let title = move || {
        match server.get() {
        None => "This page loads its own files and sends nothing: your data stays in this tab. Its content security policy forbids requests to anywhere else.".to_owned(),
        Some(url) => format!("Runs are logged to {url}, as the active stack has it. Your CSV stays in this tab."),
    }
    };
    view! {
        <span class="meter" title=title data-tracker=move || server.get()>
            <Icon name="shield"/>
            <span>{move || if server.with(Option::is_some) { "Logs runs to MLflow" } else { "0 bytes sent" }}</span>
        </span>
    }
}
