//! Triggers: what runs the pipeline at hand without being asked; each with its last run and what it waits for.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::run_parts::{clock, run_href, run_list};
use crate::registry::{Saved, Trigger};
use crate::ui::components::Icon;
use crate::ui::session::Session;
use crate::ui::state::triggers::last_runs;
use crate::ui::view::runs_text::{ago, date_time};
use crate::ui::view::stack::standing;
use crate::web::watched;

/// The list, and the ways to another one.
#[component]
pub(super) fn Triggers() -> impl IntoView {
    let session = Session::here();
    let triggers = Memo::new(move |_| session.workspace.with(|workspace| workspace.stack.triggers.clone()));
    let names = move || triggers.with(|all| all.iter().map(|saved| saved.record.name.clone()).collect::<Vec<_>>());
    let runs = run_list();
    let last = Memo::new(move |_| runs.with(|runs| last_runs(runs)));
    let minutes = RwSignal::new("15".to_owned());
    let refusal = RwSignal::new(None::<String>);
    let set_timer = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = minutes.with_untracked(|text| text.trim().replace(',', ".").parse().unwrap_or(f64::NAN));
        refusal.set(session.set_timer(typed).err().map(|error| error.to_string()));
    };
    let deployments = Memo::new(move |_| {
        let all = session.workspace.with(|workspace| workspace.registry.deployment_records());
        all.into_iter().map(|deployment| deployment.name).collect::<Vec<_>>()
    });
    let chosen = RwSignal::new(String::new());
    let on_drift = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let first = deployments.with_untracked(|all| all.first().cloned());
        if let Some(deployment) = Some(chosen.get_untracked()).filter(|name| !name.is_empty()).or(first) {
            refusal.set(session.retrain_on_drift(deployment).err().map(|error| error.to_string()));
        }
    };
    let options = move || {
        deployments
            .get()
            .into_iter()
            .map(|name| view! { <option value=name.clone()>{name.clone()}</option> })
            .collect_view()
    };
    let watch = if watched::can_watch() {
        view! {
            <button class="btn btn-small" type="button" data-testid="trigger-file" on:click=move |_| session.watch_file()>"Watch a file…"</button>
            <span class="hint">"Opens it for the pipeline, and runs again whenever it is saved"</span>
        }
        .into_any()
    } else {
        view! {
            <span class="hint" data-testid="trigger-no-files">"This browser cannot watch a file: only Chromium browsers (Chrome, Edge, Opera) have the File System Access API."</span>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="triggers">
            <h2 class="section" id="triggers">"Triggers"</h2>
            <p class="muted small">"Run the pipeline at hand without being asked, while a tab of this page is open. Each run says what caused it."</p>
            <Show when=move || !triggers.with(Vec::is_empty)>
                <div class="scroll-x" tabindex="0" role="region" aria-label="The triggers">
                    <table class="table table-tight">
                        <caption class="sr">"Triggers"</caption>
                        <thead><tr><th scope="col">"Trigger"</th><th scope="col">"Last run"</th><th scope="col">"Next"</th><th scope="col"><span class="sr">"Change"</span></th></tr></thead>
                        <tbody><For each=names key=Clone::clone let:name><Line name=name triggers=triggers last=last/></For></tbody>
                    </table>
                </div>
            </Show>
            <form class="cluster after" on:submit=set_timer>
                <label for="trigger-minutes">"Every"</label>
                <input class="input input-short" id="trigger-minutes" type="text" inputmode="decimal" size="5" data-testid="trigger-minutes" aria-describedby="trigger-unit"
                    prop:value=move || minutes.get() on:input=move |event| { refusal.set(None); minutes.set(event_target_value(&event)); }/>
                <span id="trigger-unit">"minutes"</span>
                <button class="btn btn-small" type="submit" data-testid="trigger-timer">"Set a timer"</button>
            </form>
            {move || refusal.get().map(|words| view! { <p class="form-error" role="alert" data-testid="trigger-refusal">{words}</p> })}
            <div class="cluster after">{watch}</div>
            <Show when=move || !deployments.with(Vec::is_empty)>
                <form class="cluster after" on:submit=on_drift>
                    <label for="trigger-deployment">"When there is a notice of drift of"</label>
                    <select class="input" id="trigger-deployment" data-testid="trigger-deployment" on:change=move |event| chosen.set(event_target_value(&event))>{options}</select>
                    <button class="btn btn-small" type="submit" data-testid="trigger-drift">"Run on drift"</button>
                </form>
            </Show>
        </section>
    }
}

#[component]
fn Line(
    name: String,
    triggers: Memo<Vec<Saved<Trigger>>>,
    last: Memo<BTreeMap<String, (i64, String)>>,
) -> impl IntoView {
    let session = Session::here();
    let clock = clock();
    let own = name.clone();
    let saved = Memo::new(move |_| triggers.with(|all| all.iter().find(|saved| saved.record.name == own).cloned()));
    let is_paused = Memo::new(move |_| saved.with(|saved| saved.as_ref().is_some_and(|saved| saved.record.paused)));
    let own = name.clone();
    let last = Memo::new(move |_| last.with(|last| last.get(&own).cloned()));
    let name = StoredValue::new(name);
    let now_stands = Memo::new(move |before: Option<&(&'static str, String)>| {
        let found = saved.with(|saved| {
            saved.as_ref().map(|saved| session.standings.with(|standings| standing(standings, &saved.record)))
        });
        found.or_else(|| before.cloned()).unwrap_or_default()
    });
    let last_run = move || {
        match last.get() {
        None => view! { <span class="muted">"Not yet"</span> }.into_any(),
        Some((time, run)) => view! {
            <a class="link" href=run_href(&run) data-testid="trigger-run" title=date_time(time)>{move || ago(clock.get().max(time), time)}</a>
        }
        .into_any(),
    }
    };
    let pause = move |_| {
        if let Some(saved) = saved.get_untracked() {
            session.pause_trigger(&saved, !saved.record.paused);
        }
    };
    let remove = move |_| {
        if let Some(saved) = saved.get_untracked() {
            session.change(saved.delete());
        }
    };
    let allow = move || {
        (now_stands.with(|(word, _)| *word == "not_allowed")).then(|| {
            view! { <button class="btn btn-small" type="button" data-testid="trigger-allow" on:click=move |_| name.with_value(|name| session.allow_file(name))>"Allow"</button> }
        })
    };
    let title = name.get_value();
    view! {
        <tr data-trigger=title.clone() data-standing=move || now_stands.get().0>
            <th scope="row">{title.clone()}</th>
            <td>{last_run}</td>
            <td class="muted">{move || now_stands.get().1}</td>
            <td class="num"><span class="cluster">
                {allow}
                <button class="btn btn-small" type="button" data-testid="trigger-pause" on:click=pause>
                    {move || if is_paused.get() { "Go on" } else { "Pause" }}<span class="sr">": "{title.clone()}</span>
                </button>
                <button class="btn btn-icon btn-small" type="button" data-testid="trigger-delete" aria-label=format!("Remove {title}") on:click=remove><Icon name="cross" small=true/></button>
            </span></td>
        </tr>
    }
}
