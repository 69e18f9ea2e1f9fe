//! The experiment tracker of the stack: which MLflow server hears of the runs, and how it stands with it.

use leptos::prelude::*;

use crate::export::mlflow::live::Tracker;
use crate::ui::browser;
use crate::ui::components::{CopyButton, Icon, ModalDialog};
use crate::ui::session::Session;
use crate::ui::view::tracker::{Blocked, blocked, server_command, standing};
use crate::web::protocol::TrackerStatus;

/// A button, and the dialog behind it.
#[component]
pub(super) fn TrackRuns() -> impl IntoView {
    let session = Session::here();
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    let waits = Memo::new(move |_| status(session).is_some_and(|status| status.n_waiting > 0));
    view! {
        <button class="btn" type="button" data-testid="tracker" data-waiting=move || waits.get().then_some("true") on:click=move |_| open.set(true)>
            {move || if waits.get() { "Experiment tracker: waiting…" } else { "Experiment tracker…" }}
        </button>
        <ModalDialog open=open on_close=close label="Experiment tracker" class="dialog">
            <Settings close=close/>
        </ModalDialog>
    }
}

fn status(session: Session) -> Option<TrackerStatus> {
    session.workspace.with(|workspace| workspace.tracker.as_deref().cloned())
}

#[component]
fn Settings(close: Callback<()>) -> impl IntoView {
    let session = Session::here();
    let known =
        session.workspace.with_untracked(|workspace| workspace.tracker.as_deref().and_then(|s| s.tracker.clone()));
    let url = RwSignal::new(known.as_ref().map_or_else(|| "http://127.0.0.1:5000".to_owned(), |own| own.url.clone()));
    let experiment = RwSignal::new(known.map_or_else(|| "pipette".to_owned(), |own| own.experiment));
    let refusal = RwSignal::new(None::<String>);
    let (policy, page) = (browser::content_security_policy(), browser::origin());
    let command = server_command(&page);
    let blocks =
        Memo::new(move |_| Tracker::new(&url.get(), "-").ok().and_then(|tracker| blocked(&policy, &page, &tracker)));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match Tracker::new(&url.get_untracked(), &experiment.get_untracked()) {
            Ok(_) if blocks.with_untracked(Option::is_some) => {}
            Ok(tracker) => session.set_tracker(Some(&tracker)),
            Err(error) => refusal.set(Some(error.to_string())),
        }
    };
    view! {
        <form class="form" on:submit=save>
            <div class="dialog-head">
                <h2 class="section">"Experiment tracker: MLflow server"</h2>
                <button class="btn btn-icon btn-quiet" type="button" aria-label="Close" on:click=move |_| close.run(())>
                    <Icon name="cross" small=true/>
                </button>
            </div>
            <p class="sub">"Each run is logged there while it happens: params, metrics, tags, the data set’s name, size and columns, its files and the model; and the versions you register. Your CSV is not sent. While the server is away, all of it waits in this browser."</p>
            <div class="field">
                <label for="tracker-url">"Server"</label>
                <input class="input" id="tracker-url" type="text" inputmode="url" autocomplete="off" spellcheck="false" autofocus data-testid="tracker-url" aria-describedby="tracker-blocked"
                    prop:value=move || url.get() on:input=move |event| { refusal.set(None); url.set(event_target_value(&event)); }/>
            </div>
            <div class="field">
                <label for="tracker-experiment">"Experiment there"</label>
                <input class="input" id="tracker-experiment" type="text" autocomplete="off" data-testid="tracker-experiment"
                    prop:value=move || experiment.get() on:input=move |event| { refusal.set(None); experiment.set(event_target_value(&event)); }/>
            </div>
            <div id="tracker-blocked" aria-live="polite">{move || blocks.get().map(|found| view! { <BlockedNote found/> })}</div>
            {move || refusal.get().map(|words| view! { <p class="form-error" role="alert" data-testid="tracker-refusal">{words}</p> })}
            <Standing/>
            <details class="tech">
                <summary>"How the server is started"</summary>
                <div class="tech-body">
                    <pre tabindex="0" role="region" aria-label="how the server is started"><code>{command.clone()}</code></pre>
                    <CopyButton text=Signal::stored(command) what="the command"/>
                </div>
            </details>
            <div class="cluster">
                <Stop/>
                <button class="btn btn-primary" type="submit" data-testid="tracker-save" disabled=move || blocks.with(Option::is_some)>"Log runs there"</button>
            </div>
        </form>
    }
}

/// This page cannot reach that server.
#[component]
pub(super) fn BlockedNote(found: Blocked) -> impl IntoView {
    view! {
        <div class="note note-warn" data-testid="tracker-blocked">
            <Icon name="warn"/>
            <div>
                <strong>"This page cannot reach that server"</strong>
                <p>{found.words}</p>
                {found.command.map(|command| view! {
                    <p class="cluster"><code>{command.clone()}</code><CopyButton text=Signal::stored(command) what="the command"/></p>
                })}
            </div>
        </div>
    }
}

/// What waits, and why.
#[component]
fn Standing() -> impl IntoView {
    let session = Session::here();
    let status = Memo::new(move |_| status(session));
    let is_set =
        Memo::new(move |_| status.with(|status| status.as_ref().is_some_and(|status| status.tracker.is_some())));
    let waits = Memo::new(move |_| status.with(|status| status.as_ref().is_some_and(|status| status.n_waiting > 0)));
    let error = Memo::new(move |_| status.with(|status| status.as_ref().and_then(|status| status.error.clone())));
    let words = move || status.with(|status| status.as_ref().filter(|s| s.tracker.is_some()).map(standing));
    let notes = move || {
        let notes = status.with(|status| status.as_ref().map(|status| status.notes.clone()).unwrap_or_default());
        notes.into_iter().map(|note| view! { <p class="caution small">{note}</p> }).collect_view()
    };
    let numbers = move |of: fn(&TrackerStatus) -> u32| status.with(|status| status.as_ref().map_or(0, of).to_string());
    view! {
        <div data-testid="tracker-status" role="status"
            data-waiting=move || numbers(|status| status.n_waiting)
            data-logged=move || numbers(|status| status.n_logged)
        >
            {move || words().map(|words| view! { <p class="verdict verdict-s">{words}</p> })}
            {move || error.get().map(|error| view! { <p class="caution small" data-testid="tracker-error" data-code=error.code>{error.message}</p> })}
            {notes}
        </div>
        <Show when=move || is_set.get() && (waits.get() || error.with(Option::is_some))>
            <div><button class="btn btn-small" type="button" data-testid="tracker-send" on:click=move |_| session.send_waiting()>"Try now"</button></div>
        </Show>
    }
}

/// Puts the tracker away. What waits stays, for the next one.
#[component]
fn Stop() -> impl IntoView {
    let session = Session::here();
    let is_set =
        Memo::new(move |_| status(session).is_some_and(|status| status.tracker.is_some() || status.kept.is_some()));
    view! {
        <Show when=move || is_set.get()>
            <button class="btn btn-quiet" type="button" data-testid="tracker-stop" on:click=move |_| session.set_tracker(None)>"Stop logging"</button>
        </Show>
    }
}
