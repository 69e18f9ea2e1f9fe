//! The page as a whole: the bar, the routes, and what floats above them.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate, use_params_map};
use leptos_router::path;
use wasm_bindgen::JsCast;

use super::browser;
use super::components::{
    Bar, DropTarget, FileInputs, Keys, ModalDialog, Palette, PasteListener, Shortcuts, Sprite, Toast,
};
use super::lazy;
use super::pages::PipelinePage;
use super::session::{Dialog, Session};
use super::state::{Action, Place};
use crate::tracking::RunSummary;
use crate::web::protocol::WhichRuns;

/// Puts the app into the page, in place of the shell that stands there until now.
pub fn start() {
    console_error_panic_hook::set_once();
    let Some(root) = document().get_element_by_id("app") else { return };
    root.set_text_content(None);
    mount_to(root.unchecked_into(), App).forget();
}

/// The app.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Session::start());
    view! {
        <Router base=browser::base_path()>
            <Shell/>
        </Router>
    }
}

#[component]
fn Shell() -> impl IntoView {
    let session = Session::here();
    let navigate = use_navigate();
    session.set_navigate(move |path| navigate(path, Default::default()));
    let on_hash = window_event_listener(leptos::ev::hashchange, move |_| session.read_link());
    on_cleanup(move || on_hash.remove());
    let location = use_location();
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        document().set_title(title(&browser::route()));
        // A new screen is read from its beginning; on the first one the browser has done so.
        if before.is_some_and(|before| before != path) {
            browser::focus("main");
        }
        path
    });
    let skip = |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        browser::focus("main");
    };
    view! {
        <Sprite/>
        <a class="skip" href="#main" on:click=skip>"Skip to content"</a>
        <Bar/>
        <main id="main" tabindex="-1">
            <Routes fallback=NotFound>
                <Route path=path!("/") view=PipelinePage/>
                <Route path=path!("/runs") view=Runs/>
                <Route path=path!("/runs/:id") view=Run/>
                <Route path=path!("/compare") view=|| lazy::compare/>
                <Route path=path!("/models") view=|| lazy::models/>
                <Route path=path!("/models/:name") view=|| lazy::models/>
                <Route path=path!("/serving") view=|| lazy::serving/>
                <Route path=path!("/serving/:name") view=|| lazy::serving/>
                <Route path=path!("/pipelines") view=|| lazy::pipelines/>
                <Route path=path!("/datasets") view=|| lazy::datasets/>
                <Route path=path!("/stack") view=|| lazy::stack/>
            </Routes>
            <FileInputs/>
        </main>
        <Keys/>
        <PasteListener/>
        <DropTarget/>
        <Palette/>
        <Shortcuts/>
        <Exports/>
        <Toast/>
    }
}

/// The dialog of what a run can be taken out as, wherever it is asked for.
#[component]
fn Exports() -> impl IntoView {
    let session = Session::here();
    let open = Signal::derive(move || session.dialog.get() == Some(Dialog::Export));
    let close = Callback::new(move |()| session.close_dialog(Dialog::Export));
    let which = Signal::derive(move || WhichRuns::Runs(vec![session.exported.get()]));
    view! {
        <ModalDialog open=open on_close=close label="Export" class="dialog dialog-wide">
            {lazy::exports(which, close)}
        </ModalDialog>
    }
}

#[component]
fn Runs() -> impl IntoView {
    let session = Session::here();
    // Ten thousand runs are not compared one by one at each message of the worker.
    let runs = Memo::new_with_compare(
        move |_| session.workspace.read().runs.clone().unwrap_or_default(),
        |before, now| !before.zip(now).is_some_and(|(before, now)| Arc::ptr_eq(before, now)),
    );
    let is_known = Memo::new(move |_| session.workspace.read().runs.is_some());
    view! {
        <Show when=move || !is_known.get()><p class="page sr" role="status">"Reading the runs"</p></Show>
        {lazy::runs(runs.into(), is_known.into())}
    }
}

#[component]
fn Run() -> impl IntoView {
    let session = Session::here();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    Effect::new(move || session.request_run(&id.read()));
    let run = Memo::new(move |_| {
        let id = id.read();
        session.workspace.read().opened_run.clone().filter(|run| run.info.run_id == *id)
    });
    let is_missing = Memo::new(move |_| session.workspace.read().missing_run);
    // A run that was brought in from elsewhere is only a row. Later changes of it are the part's own matter.
    let row = Memo::new(move |before: Option<&Option<RunSummary>>| {
        let id = id.read();
        let is_same = |row: &&RunSummary| row.info.run_id == *id;
        let before = before.and_then(Option::as_ref).filter(is_same).cloned();
        before.or_else(|| session.workspace.read().runs.iter().flat_map(|runs| runs.iter()).find(is_same).cloned())
    });
    let on_reproduce = Callback::new(move |spec| {
        session.load_spec(spec, false);
        session.act(Action::Go(Place::Pipeline));
    });
    view! {
        <Show when=move || !is_missing.get() fallback=move || match row.get() {
            Some(row) => lazy::foreign_run(row),
            None => view! { <NoSuchRun id=id/> }.into_any(),
        }>
            {move || lazy::run(run.into(), on_reproduce)}
        </Show>
    }
}

#[component]
fn NoSuchRun(#[prop(into)] id: Signal<String>) -> impl IntoView {
    view! {
        <div class="page">
            <div class="head head-page"><h1>"There is no such run"</h1></div>
            <div class="blank">
                <p>"No run " <code>{move || id.get()}</code> " is kept in this browser. Runs stay where they were made: on another machine, or in another browser, there are others."</p>
                <a class="btn" href="runs">"All runs"</a>
            </div>
        </div>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <div class="page">
            <div class="head head-page"><h1>"There is nothing at this address"</h1></div>
            <div class="blank">
                <p>"The link may be old, or cut off."</p>
                <a class="btn" href="./">"To the pipeline"</a>
            </div>
        </div>
    }
}

/// What stands in the browser's tab, by path below the base.
fn title(path: &str) -> &'static str {
    match path.trim_matches('/') {
        "" => "Pipeline · Pipette",
        "runs" => "Runs · Pipette",
        path if path.starts_with("runs/") => "Run · Pipette",
        "compare" => "Compare · Pipette",
        path if path == "models" || path.starts_with("models/") => "Models · Pipette",
        path if path == "serving" || path.starts_with("serving/") => "Serving · Pipette",
        path if path == "pipelines" || path.starts_with("pipelines/") => "Pipelines · Pipette",
        "datasets" => "Datasets · Pipette",
        "stack" => "Stack · Pipette",
        _ => "Not found · Pipette",
    }
}
