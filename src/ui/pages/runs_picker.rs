//! Which columns the runs table has: those that are the same in all, and a list to choose from.

use leptos::prelude::*;

use super::runs::{Shared, of_experiment};
use super::runs_head::quoted;
use super::runs_table::focus;
use crate::ui::components::{Fold, Icon};
use crate::ui::view::runs::{Column, Columns, Group, all_columns, moved, stepped, toggled};

/// What is the same in all runs, behind a button that counts it.
#[component]
pub(super) fn Folded(columns: Memo<Columns>) -> impl IntoView {
    let count = move || columns.with(|columns| columns.folded.len());
    view! {
        <Show when=move || count() != 0>
            <details class="folded">
                <summary class="btn">"Same in all"<span class="muted">{count}</span></summary>
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

/// The column picker. What is chosen stands in the address and is remembered for the experiment.
#[component]
pub(super) fn Picker(shared: Shared) -> impl IntoView {
    let open = RwSignal::new(false);
    let search = RwSignal::new(String::new());
    // Gathered only while the list is open.
    let all = Memo::new(move |_| {
        if !open.get() {
            return Vec::new();
        }
        shared.runs.with(|runs| shared.experiment.with(|id| all_columns(&of_experiment(runs, id.as_deref()))))
    });
    let listed = move |group: Group| {
        let words = search.get().to_lowercase();
        let matches = |column: &&Column| {
            let text = format!("{} {}", column.key(), column.label()).to_lowercase();
            column.group() == group && words.split_whitespace().all(|word| text.contains(word))
        };
        all.with(|all| all.iter().filter(matches).cloned().collect::<Vec<_>>())
    };
    let choice = Memo::new(move |_| shared.columns.with(Columns::choice));
    let set = move |columns: &[Column], is_in: bool| {
        shared.choose_columns(Some(choice.with_untracked(|choice| toggled(choice, columns, is_in))));
    };
    let group = move |group: Group| {
        let listed = Memo::new(move |_| listed(group));
        let is_all_in = move || choice.with(|choice| listed.with(|listed| listed.iter().all(|c| choice.contains(c))));
        view! {
            <Show when=move || listed.with(|listed| !listed.is_empty())>
                <fieldset class="picker-group">
                    <legend class="label">{group.title()}</legend>
                    <button class="btn btn-small" type="button" on:click=move |_| {
                        set(&listed.get_untracked(), !is_all_in());
                    }>{move || if is_all_in() { "None" } else { "All" }}</button>
                    <For each=move || listed.get() key=Column::key let:column>
                        {
                            let label = match &column {
                                Column::Metric(_) => format!("{} ({})", column.label(), column.key()),
                                _ => column.label(),
                            };
                            let key = column.key();
                            let column = StoredValue::new(column);
                            let is_in = move || column.with_value(|column| choice.with(|all| all.contains(column)));
                            view! {
                                <label class="check">
                                    <input
                                        type="checkbox"
                                        data-pick=key
                                        prop:checked=is_in
                                        on:change=move |event| {
                                            let checked = event_target_checked(&event);
                                            column.with_value(|column| set(std::slice::from_ref(column), checked));
                                        }
                                    />
                                    <span>{label}</span>
                                </label>
                            }
                        }
                    </For>
                </fieldset>
            </Show>
        }
    };
    let fold = Fold::default();
    view! {
        <details
            class="folded"
            data-testid="column-picker"
            node_ref=fold.node
            on:toggle=move |event| open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open())
            on:keydown=move |event| fold.on_key(&event)
            on:focusout=move |event| fold.on_leave_later(&event)
        >
            <summary class="btn"><Icon name="cols"/>"Columns"</summary>
            <div class="folded-list picker-box">
                <div class="cluster">
                    <input
                        type="search"
                        aria-label="Search columns"
                        placeholder="Search columns"
                        prop:value=move || search.get()
                        on:input=move |event| search.set(event_target_value(&event))
                    />
                    <button class="btn btn-small" type="button" data-testid="columns-reset" on:click=move |_| shared.forget_columns()>"Reset"</button>
                </div>
                <Show when=move || search.with(|search| search.trim().is_empty())>
                    <InTable shared=shared choice=choice />
                </Show>
                {Group::ALL.map(group).collect_view()}
            </div>
        </details>
    }
}

/// The columns shown, in their order: each can be moved, by drag or by its buttons, and made to stay at the left.
#[component]
fn InTable(shared: Shared, choice: Memo<Vec<Column>>) -> impl IntoView {
    let carried = RwSignal::new(None::<Column>);
    let line = move |column: Column| {
        let (label, key) = (column.label(), column.key());
        let column = StoredValue::new(column);
        let place = move || column.with_value(|column| choice.with(|all| all.iter().position(|own| own == column)));
        let is_pinned =
            Memo::new(move |_| column.with_value(|column| shared.layout.with(|layout| layout.pins.contains(column))));
        let is_last = move || place().is_none_or(|place| place + 1 == choice.with(Vec::len));
        let step = move |forward: bool, button: &'static str| {
            let stepped = column.with_value(|column| choice.with_untracked(|choice| stepped(choice, column, forward)));
            let key = column.with_value(Column::key);
            shared.choose_columns(Some(stepped));
            // A line that was put elsewhere has lost the focus; at an end its other button takes it.
            request_animation_frame(move || {
                let line = format!("[data-order='{}']", quoted(&key));
                focus(&format!("{line} button:not(:disabled)"));
                focus(&format!("{line} [data-move={button}]:not(:disabled)"));
            });
        };
        let drop = move |event: web_sys::DragEvent| {
            let Some(from) = carried.get_untracked() else { return };
            event.prevent_default();
            carried.set(None);
            let moved = column.with_value(|to| choice.with_untracked(|choice| moved(choice, &from, to)));
            shared.choose_columns(Some(moved));
        };
        let pin = move |_| {
            let layout = shared.layout.get_untracked();
            shared.choose_layout(Some(column.with_value(|column| layout.pinned(column, !is_pinned.get_untracked()))));
            // The line stands elsewhere now, and has lost the focus.
            let key = column.with_value(Column::key);
            request_animation_frame(move || focus(&format!("[data-order='{}'] [data-pin]", quoted(&key))));
        };
        view! {
            <li
                data-order=key
                draggable="true"
                on:dragstart=move |event: web_sys::DragEvent| {
                    carried.set(Some(column.get_value()));
                    if let Some(data) = event.data_transfer() {
                        // Some browsers drag only what has data.
                        let _ = data.set_data("text/plain", &column.with_value(Column::label));
                    }
                }
                on:dragover=move |event: web_sys::DragEvent| if carried.with_untracked(Option::is_some) { event.prevent_default() }
                on:drop=drop
                on:dragend=move |_| carried.set(None)
            >
                <span class="muted grip"><Icon name="grip" small=true/></span>
                <span class="clip">{label.clone()}</span>
                <button
                    class="btn btn-small"
                    type="button"
                    data-pin=""
                    aria-pressed=move || if is_pinned.get() { "true" } else { "false" }
                    aria-label=format!("Pin {label} at the left")
                    title="Stays at the left while the others scroll"
                    on:click=pin
                >"Pin"</button>
                <button class="btn btn-icon btn-small" type="button" data-move="back" aria-label=format!("Move {label} forward")
                    disabled=move || place() == Some(0) on:click=move |_| step(false, "back")><Icon name="up" small=true/></button>
                <button class="btn btn-icon btn-small" type="button" data-move="on" aria-label=format!("Move {label} back")
                    disabled=is_last on:click=move |_| step(true, "on")><Icon name="down" small=true/></button>
            </li>
        }
    };
    view! {
        <section class="picker-group" aria-label="Columns in their order">
            <h3 class="label">"In the table"</h3>
            <ol class="picker-order"><For each=move || choice.get() key=Column::key let:column>{line(column)}</For></ol>
        </section>
    }
}
