//! All runs: a search, the table, and what is to be said when there is nothing to show.

use std::sync::Arc;

use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::runs_table::RunsTable;
use crate::tracking::RunSummary;
use crate::ui::components::Icon;
use crate::ui::view::runs::{Columns, TableState, best, columns, haystack, rows, sentence};

/// The table of runs. What is sorted by and searched for is in the address.
#[component]
pub fn RunsPage(#[prop(into)] runs: Signal<Arc<Vec<RunSummary>>>) -> impl IntoView {
    let query = use_query_map();
    let state = Memo::new(move |_| {
        query.with(|query| TableState::from_query(query.get("sort").as_deref(), query.get("q").as_deref()))
    });
    let navigate = use_navigate();
    let show = Callback::new(move |state: TableState| {
        // Neither typing nor sorting is a step that Back should have to undo.
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&address(&state), options);
    });

    let shown_columns = Memo::new(move |_| runs.with(|runs| columns(runs)));
    let haystacks = Memo::new(move |_| runs.with(|runs| runs.iter().map(haystack).collect::<Vec<_>>()));
    let order = Memo::new(move |_| {
        runs.with(|runs| haystacks.with(|haystacks| state.with(|state| rows(runs, haystacks, state))))
    });
    let best = Memo::new(move |_| runs.with(|runs| order.with(|order| best(runs, order))));
    let is_empty = Memo::new(move |_| runs.with(|runs| runs.is_empty()));
    let nothing_found = Memo::new(move |_| order.with(Vec::is_empty));

    view! {
        <div class="runs runs-single">
            <div class="runs-main">
                <div class="cluster">
                    <h1 class="section">"Runs"</h1>
                    <span class="muted small">
                        {move || runs.with(|runs| if runs.is_empty() {
                            String::new()
                        } else {
                            shown_columns.with(|columns| sentence(runs, columns))
                        })}
                    </span>
                </div>
                <Show
                    when=move || !is_empty.get()
                    fallback=|| view! {
                        <div class="blank">
                            <p><b>"No runs yet"</b>"Every run of a pipeline is kept here with its settings, steps and metrics, in this browser only."</p>
                            <a href="./" class="btn">"Go to the pipeline"</a>
                        </div>
                    }
                >
                    <div class="cluster filter-row">
                        <Search state=state show=show />
                        <Folded columns=shown_columns />
                    </div>
                    <RunsTable runs=runs columns=shown_columns order=order best=best state=state show=show />
                    <p class="sr" role="status">{move || {
                        let searching = state.with(|state| !state.query.trim().is_empty());
                        searching.then(|| format!("{} runs match", order.with(Vec::len)))
                    }}</p>
                    <Show when=move || nothing_found.get()>
                        <div class="blank">
                            <p><b>{move || format!("No run matches “{}”", state.get().query.trim())}</b>
                            "Every word must be in the run's name, status, dataset or settings, such as test_size=0.2."</p>
                            <button class="btn" type="button" on:click=move |_| {
                                show.run(TableState { query: String::new(), ..state.get_untracked() });
                            }>"Clear the search"</button>
                        </div>
                    </Show>
                    {move || best.with(|best| best.note.clone()).map(|note| view! { <p class="small muted">{note}</p> })}
                </Show>
            </div>
        </div>
    }
}

/// The address that says this state.
fn address(state: &TableState) -> String {
    let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
    let mut pairs = Vec::new();
    if state.sort.is_some() {
        pairs.push(format!("sort={}", encoded(&state.sort_value())));
    }
    if !state.query.is_empty() {
        pairs.push(format!("q={}", encoded(&state.query)));
    }
    if pairs.is_empty() { "/runs".into() } else { format!("/runs?{}", pairs.join("&")) }
}

/// The search field. `/` goes to it, Escape clears it.
#[component]
fn Search(state: Memo<TableState>, show: Callback<TableState>) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let set = move |query: String| show.run(TableState { query, ..state.get_untracked() });
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "/" && super::runs_table::is_free_key(&event) {
            event.prevent_default();
            if let Some(field) = field.get_untracked() {
                // A field that cannot take the focus leaves it where it is.
                let _ = field.focus();
            }
        }
    });
    on_cleanup(move || listener.remove());
    view! {
        <div class="filter" role="search">
            <Icon name="search"/>
            <label class="sr" for="q">"Search runs"</label>
            <input
                class="filter-text"
                id="q"
                type="search"
                autocomplete="off"
                spellcheck="false"
                placeholder="Name, dataset or setting, such as test_size=0.2"
                node_ref=field
                prop:value=move || state.with(|state| state.query.clone())
                on:input=move |event| set(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Escape" && !state.with_untracked(|state| state.query.is_empty()) {
                        event.stop_propagation();
                        set(String::new());
                    }
                }
            />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
}

/// What is the same in all runs, behind a button that counts it.
#[component]
fn Folded(columns: Memo<Columns>) -> impl IntoView {
    let count = move || columns.with(|columns| columns.folded.len());
    view! {
        <Show when=move || count() != 0>
            <details class="folded">
                <summary class="btn"><Icon name="cols"/>"Same in all"<span class="muted">{count}</span></summary>
                <dl class="facts facts-left folded-list">
                    {move || columns.with(|columns| {
                        let folded = columns.folded.clone();
                        folded.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view()
                    })}
                </dl>
            </details>
        </Show>
    }
}
