//! A run chosen by its name.

use leptos::prelude::*;

use super::run_parts::clock;
use crate::ui::components::{Icon, ModalDialog};
use crate::ui::session::Session;
use crate::ui::view::runs_text::{ago, metric_text};

/// How many runs the list shows.
const SHOWN: usize = 40;

/// A button that opens a list of runs, newest first, with a search field.
#[component]
pub(super) fn PickRun(
    label: &'static str,
    /// Runs that are not offered.
    without: Signal<Vec<String>>,
    on_pick: Callback<String>,
) -> impl IntoView {
    let session = Session::here();
    let open = RwSignal::new(false);
    let query = RwSignal::new(String::new());
    let now = clock();
    let found = Memo::new(move |_| {
        let words = query.get().to_lowercase();
        let runs = session.workspace.with(|workspace| workspace.runs.clone());
        let is_offered = |run: &&crate::tracking::RunSummary| {
            let name = run.info.run_name.to_lowercase();
            words.split_whitespace().all(|word| name.contains(word) || run.info.run_id.starts_with(word))
                && without.with(|without| !without.contains(&run.info.run_id))
        };
        let runs = runs.iter().flat_map(|runs| runs.iter()).filter(is_offered).take(SHOWN);
        runs.map(|run| (run.info.run_id.clone(), run.info.run_name.clone(), run.metric("rmse"), run.info.start_time))
            .collect::<Vec<_>>()
    });
    let close = Callback::new(move |()| open.set(false));
    let lines = move || {
        let lines = found.get().into_iter().map(|(id, name, rmse, time)| {
            let pick = id.clone();
            view! {
                <li>
                    <button type="button" class="pickline" data-pick-run=id on:click=move |_| {
                        open.set(false);
                        on_pick.run(pick.clone());
                    }>
                        <b>{name}</b>
                        <span class="muted">{rmse.map(|rmse| format!("RMSE {}", metric_text(rmse)))}</span>
                        <span class="muted push">{ago(now.get(), time)}</span>
                    </button>
                </li>
            }
        });
        lines.collect_view()
    };
    view! {
        <button class="btn" type="button" data-testid="pick-run" on:click=move |_| { query.set(String::new()); open.set(true); }>
            <Icon name="plus"/>{label}
        </button>
        <ModalDialog open=open on_close=close label=label class="dialog">
            <div class="dialog-head"><h2 class="section">{label}</h2></div>
            <input class="input" type="search" aria-label="Search runs by name" placeholder="Name of a run" autofocus
                prop:value=move || query.get() on:input=move |event| query.set(event_target_value(&event))/>
            <ul class="picklist">{lines}</ul>
            <Show when=move || found.read().is_empty()>
                <p class="muted small">"No other run is called that."</p>
            </Show>
        </ModalDialog>
    }
}
