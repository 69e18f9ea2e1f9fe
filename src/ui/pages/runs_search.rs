//! The search field of the runs table: MLflow's filter language, with a list of what could stand at the caret.

use leptos::html::Input;
use leptos::prelude::*;

use super::runs::Shared;
use super::runs_table::is_free_key;
use crate::search::{Completion, CompletionKind, completions};
use crate::ui::components::Icon;
use crate::ui::view::runs::TableState;
use crate::ui::view::runs_search::{byte_caret, completed};

/// The field. `/` goes to it, arrows go through the list, Enter or Tab takes a line, Escape closes the list, then clears.
#[component]
pub(super) fn Search(shared: Shared) -> impl IntoView {
    let Shared { state, show, reading, known, .. } = shared;
    let field = NodeRef::<Input>::new();
    let offers = RwSignal::new(Vec::<Completion>::new());
    let at = RwSignal::new(None::<usize>);
    let set = move |query: String| {
        if state.with_untracked(|state| state.query != query) {
            show.run(TableState { query, ..state.get_untracked() });
        }
    };
    let close = move || {
        offers.set(Vec::new());
        at.set(None);
    };
    let offer = move || {
        let Some(field) = field.get_untracked() else { return };
        let text = field.value();
        let caret = field.selection_start().ok().flatten().unwrap_or_default();
        offers.set(known.with_untracked(|known| completions(&text, byte_caret(&text, caret), known)));
        at.set(None);
    };
    let take = move |completion: &Completion| {
        let Some(field) = field.get_untracked() else { return };
        let (text, caret) = completed(&field.value(), completion);
        field.set_value(&text);
        // A caret that cannot be set stands at the end.
        let _ = field.set_selection_range(caret, caret);
        let _ = field.focus();
        set(text);
        offer();
    };
    let focus = move || {
        if let Some(field) = field.get_untracked() {
            // A field that cannot take the focus leaves it where it is.
            let _ = field.focus();
        }
    };
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "/" && is_free_key(&event) {
            event.prevent_default();
            focus();
        }
    });
    on_cleanup(move || listener.remove());
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let n = offers.with_untracked(Vec::len);
        let chosen = at.get_untracked().and_then(|at| offers.with_untracked(|offers| offers.get(at).cloned()));
        match (event.key().as_str(), chosen) {
            ("ArrowDown", _) if n == 0 => offer(),
            ("ArrowDown", _) => at.update(|at| *at = Some(at.map_or(0, |at| (at + 1) % n))),
            ("ArrowUp", _) if n > 0 => at.update(|at| *at = Some(at.map_or(n - 1, |at| (at + n - 1) % n))),
            ("Enter" | "Tab", Some(completion)) => take(&completion),
            ("Enter", None) => close(),
            ("Escape", _) if n > 0 => close(),
            ("Escape", _) if !state.with_untracked(|state| state.query.is_empty()) => set(String::new()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let trouble = Memo::new(move |_| reading.with(|reading| reading.trouble.clone()));
    let only_here = Memo::new(move |_| reading.with(|reading| reading.only_here));
    let is_open = move || !offers.with(Vec::is_empty);
    view! {
        <div class="filter-box">
            <div class="filter" class:filter-bad=move || trouble.with(Option::is_some) role="search">
                <Icon name="search"/>
                <label class="sr" for="q">"Search runs"</label>
                <input
                    class="filter-text"
                    id="q"
                    type="text"
                    role="combobox"
                    aria-autocomplete="list"
                    aria-expanded=move || if is_open() { "true" } else { "false" }
                    aria-controls="q-list"
                    aria-activedescendant=move || at.get().map(|at| format!("q-{at}"))
                    aria-invalid=move || trouble.with(|trouble| trouble.is_some().then_some("true"))
                    aria-describedby="q-says"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder="Name, or metrics.rmse < 1.2"
                    node_ref=field
                    prop:value=move || state.with(|state| state.query.clone())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        // Who empties the field is done with it: a list would lie over the first runs.
                        if text.trim().is_empty() { close() } else { offer() }
                        set(text);
                    }
                    on:click=move |_| offer()
                    on:blur=move |_| close()
                    on:keydown=on_key
                />
                {move || only_here.get().map(|why| view! {
                    <span class="tag" title=why data-testid="only-here">"MLflow would refuse this"</span>
                })}
                <kbd aria-hidden="true">"/"</kbd>
                <ul
                    id="q-list"
                    class="float filter-list"
                    role="listbox"
                    aria-label="What could stand here"
                    hidden=move || !is_open()
                    // The field keeps the focus while a line is pressed.
                    on:pointerdown=move |event| event.prevent_default()
                    on:mousedown=move |event| event.prevent_default()
                >
                    {move || offers.get().into_iter().enumerate().map(|(place, completion)| {
                        let text = completion.insert.trim_end().to_owned();
                        let shown = text.clone();
                        let kind = kind_word(completion.kind);
                        let selected = move || if at.get() == Some(place) { "true" } else { "false" };
                        view! {
                            <li
                                role="option"
                                id=format!("q-{place}")
                                aria-selected=selected
                                data-completion=text
                                on:click=move |_| take(&completion)
                            ><code>{shown}</code><span class="muted small">{kind}</span></li>
                        }
                    }).collect_view()}
                </ul>
            </div>
            <div id="q-says" class="filter-says-box" aria-live="polite">
                {move || trouble.get().map(|trouble| {
                    let indent = format!("{}ch", trouble.caret);
                    let marks = "~".repeat(trouble.length.min(40));
                    let remedy = trouble.remedy.map(|(text, word)| view! {
                        <button class="btn btn-small" type="button" data-testid="search-remedy" on:click=move |_| {
                            set(text.clone());
                            focus();
                        }>{format!("Use {word}")}</button>
                    });
                    view! {
                        <div class="filter-caret" aria-hidden="true"><span style:padding-left=indent></span>{marks}</div>
                        <p class="filter-says" data-testid="search-error" data-caret=trouble.caret>
                            <span>{trouble.words}</span>{remedy}
                        </p>
                    }
                })}
            </div>
        </div>
    }
}

fn kind_word(kind: CompletionKind) -> &'static str {
    match kind {
        CompletionKind::Metric => "metric",
        CompletionKind::Param => "param",
        CompletionKind::Tag => "tag",
        CompletionKind::Attribute => "attribute",
        CompletionKind::Dataset => "dataset",
        CompletionKind::Operator => "comparison",
        CompletionKind::Value => "value",
        CompletionKind::Join => "joins",
    }
}
