//! What stands where the runs table would be while it has none to show.

use leptos::prelude::*;

use super::runs::Shared;
use crate::ui::view::runs::TableState;

/// An experiment without runs.
#[component]
pub(super) fn NoRuns(shared: Shared) -> impl IntoView {
    let is_all = move || shared.experiment.with(Option::is_none);
    view! {
        <div class="blank">
            <Show
                when=is_all
                fallback=|| view! {
                    <p><b>"No runs in this experiment yet"</b>"New runs go here while it is chosen; others can be moved here from their table."</p>
                }
            >
                <p><b>"No runs yet"</b>"Every run of a pipeline is kept here with its settings, steps and metrics, in this browser only."</p>
            </Show>
            <a href="./" class="btn">"Go to the pipeline"</a>
        </div>
    }
}

/// A search that finds none.
#[component]
pub(super) fn NothingFound(state: Memo<TableState>, show: Callback<TableState>) -> impl IntoView {
    view! {
        <div class="blank">
            <p><b>{move || format!("No run matches “{}”", state.with(|state| state.query.trim().to_owned()))}</b>
            "Plain words are looked for in the names; metrics.rmse < 1 or params.test_size = '0.2' in what a run has."</p>
            <button class="btn" type="button" on:click=move |_| {
                show.run(TableState { query: String::new(), ..state.get_untracked() });
            }>"Clear the search"</button>
        </div>
    }
}
