//! The table of runs: only the rows on screen are drawn, so ten thousand are as quick as ten.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

use super::run_parts::{clock, run_href, run_icon, run_path};
use crate::tracking::{RunStatus, RunSummary};
use crate::ui::components::Icon;
use crate::ui::view::format::exact;
use crate::ui::view::runs::{
    Best, Cell, Column, Columns, TableState, Window, cell, metric, status_word, window as visible_rows,
};
use crate::ui::view::runs_text::date_time;

/// Height of a row, in CSS pixels, as the style sheet has it.
const ROW: f64 = 32.0;
/// Rows drawn above and below the ones on screen.
const OVERSCAN: usize = 20;

/// One row, ready to draw.
#[derive(Debug, Clone, PartialEq, Hash)]
struct Row {
    run_id: String,
    name: String,
    /// Its place in the table, from 0.
    index: usize,
    status: &'static str,
    status_icon: &'static str,
    tone: &'static str,
    created: String,
    cells: Vec<(Column, Cell, Option<String>)>,
}

impl Row {
    fn of(run: &RunSummary, index: usize, columns: &[Column], best: &Best, now: i64) -> Self {
        let cells = columns.iter().map(|column| {
            let value = match column {
                Column::Metric(key) => metric(run, key).map(exact),
                _ => None,
            };
            (column.clone(), cell(run, column, best, now), value)
        });
        Self {
            run_id: run.info.run_id.clone(),
            name: run.info.run_name.clone(),
            index,
            status: status_word(run.info.status),
            status_icon: run_icon(run.info.status),
            tone: match run.info.status {
                RunStatus::Running => "st accent-icon",
                RunStatus::Failed => "st bad",
                _ => "st",
            },
            created: date_time(run.info.start_time),
            cells: cells.collect(),
        }
    }

    /// Same key, same content: only rows that changed are drawn anew.
    fn key(&self) -> (String, u64) {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        (self.run_id.clone(), hasher.finish())
    }
}

/// The rows `order` of `runs`.
#[component]
pub(super) fn RunsTable(
    runs: Signal<Arc<Vec<RunSummary>>>,
    columns: Memo<Columns>,
    order: Memo<Vec<usize>>,
    best: Memo<Best>,
    state: Memo<TableState>,
    show: Callback<TableState>,
) -> impl IntoView {
    let now = clock();
    let region = NodeRef::<Div>::new();
    let scroll = RwSignal::new((0.0_f64, 800.0_f64));
    let measure = move || {
        if let Some(region) = region.get_untracked() {
            scroll.set((f64::from(region.scroll_top()), f64::from(region.client_height())));
        }
    };
    Effect::new(move |_| {
        region.track();
        measure();
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());

    let n_rows = Memo::new(move |_| order.with(Vec::len));
    let drawn = Memo::new(move |_| {
        let (top, height) = scroll.get();
        visible_rows(top, height, ROW, n_rows.get(), OVERSCAN)
    });
    let visible = Memo::new(move |_| {
        let Window { first, count } = drawn.get();
        let now = now.get();
        runs.with(|runs| {
            columns.with(|columns| {
                best.with(|best| {
                    order.with(|order| {
                        let rows = order.iter().enumerate().skip(first).take(count);
                        rows.filter_map(|(index, run)| Some(Row::of(runs.get(*run)?, index, &columns.shown, best, now)))
                            .collect::<Vec<_>>()
                    })
                })
            })
        })
    });
    let above = move || format!("{}px", drawn.get().first as f64 * ROW);
    let below = move || {
        let Window { first, count } = drawn.get();
        format!("{}px", n_rows.get().saturating_sub(first + count) as f64 * ROW)
    };

    // The row that j and k stand on.
    let cursor = RwSignal::new(None::<usize>);
    let go = move |to: usize| {
        let Some(region) = region.get_untracked() else { return };
        let last = n_rows.get_untracked().saturating_sub(1);
        let to = to.min(last);
        cursor.set(Some(to));
        let (top, height) = (f64::from(region.scroll_top()), f64::from(region.client_height()));
        let head = ROW + 8.0;
        let (begin, end) = (to as f64 * ROW, (to + 1) as f64 * ROW + head);
        if begin < top {
            region.set_scroll_top(begin as i32);
        } else if end > top + height {
            region.set_scroll_top((end - height) as i32);
        }
        measure();
        // The row may have been drawn just now.
        request_animation_frame(move || {
            let row = document().query_selector(&format!(".table-runs tr[aria-rowindex='{}'] a", to + 2));
            if let Some(link) = row.ok().flatten().and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
                // A link that cannot take the focus leaves it where it is.
                let _ = link.focus();
            }
        });
    };
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if !is_free_key(&event) || n_rows.get_untracked() == 0 {
            return;
        }
        let inside = region.get_untracked().is_some_and(|region| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            region.contains(target.as_ref())
        });
        let at = cursor.get_untracked();
        let to = match (event.key().as_str(), inside) {
            ("j", _) | ("ArrowDown", true) => at.map_or(0, |at| at + 1),
            ("k", _) | ("ArrowUp", true) => at.map_or(0, |at| at.saturating_sub(1)),
            ("Home", true) => 0,
            ("End", true) => usize::MAX,
            _ => return,
        };
        event.prevent_default();
        go(to);
    });
    on_cleanup(move || keys.remove());

    let navigate = use_navigate();
    let open = Callback::new(move |run_id: String| navigate(&run_path(&run_id), NavigateOptions::default()));

    view! {
        <div
            class="scroll-x runs-scroll"
            tabindex="0"
            role="region"
            aria-label="Runs"
            node_ref=region
            on:scroll=move |_| measure()
        >
            <table class="table table-tight table-runs" aria-rowcount=move || (n_rows.get() + 1).to_string()>
                <caption class="sr">{move || caption(&state.get())}</caption>
                <thead><tr aria-rowindex="1">
                    {move || columns.with(|columns| columns.shown.clone()).into_iter().map(|column| {
                        view! { <Head column=column state=state show=show /> }
                    }).collect_view()}
                </tr></thead>
                <tbody>
                    <tr class="spacer" aria-hidden="true" style:height=above></tr>
                    <For each=move || visible.get() key=Row::key let:row>
                        {draw(row, cursor, open)}
                    </For>
                    <tr class="spacer" aria-hidden="true" style:height=below></tr>
                </tbody>
            </table>
        </div>
    }
}

/// Whether a single letter may act: no modifier is held, nobody is typing, and nothing is open above the page.
pub(super) fn is_free_key(event: &web_sys::KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return false;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let within =
        |selector: &str| target.as_ref().is_some_and(|target| target.closest(selector).ok().flatten().is_some());
    !within("input, textarea, select, [contenteditable], dialog")
        && document().query_selector("dialog[open]").ok().flatten().is_none()
}

fn caption(state: &TableState) -> String {
    match &state.sort {
        None => "Runs, newest first".into(),
        Some((column, order)) => {
            let order = match order {
                crate::ui::view::runs::Order::Ascending => "ascending",
                crate::ui::view::runs::Order::Descending => "descending",
            };
            format!("Runs, sorted by {}, {order}", column.label())
        }
    }
}

fn class_of(column: &Column) -> &'static str {
    match (column.is_number(), column.on_phone()) {
        (true, true) => "num",
        (true, false) => "num hide-s",
        (false, true) => "",
        (false, false) => "hide-s",
    }
}

/// The head of a column: a click sorts by it.
#[component]
fn Head(column: Column, state: Memo<TableState>, show: Callback<TableState>) -> impl IntoView {
    let column = StoredValue::new(column);
    let sorted = Memo::new(move |_| column.with_value(|column| state.with(|state| state.aria_sort(column))));
    let label = column.with_value(Column::label);
    // The status has an icon for a column: its head is for ears.
    let is_hidden = column.with_value(|column| matches!(column, Column::Status | Column::Cached));
    let title = is_hidden.then(|| label.clone());
    let click = move |_| show.run(column.with_value(|column| state.with_untracked(|state| state.clicked(column))));
    view! {
        <th scope="col" class=column.with_value(class_of) aria-sort=move || sorted.get()>
            <button class="sort" type="button" on:click=click title=title>
                <span class:sr=is_hidden>{label}</span>
                {move || sorted.get().map(|direction| {
                    let class = if direction == "ascending" { "rise" } else { "" };
                    view! { <span class=class><Icon name="fall" small=true/></span> }
                })}
            </button>
        </th>
    }
}

fn draw(row: Row, cursor: RwSignal<Option<usize>>, open: Callback<String>) -> impl IntoView {
    let Row { run_id, name, index, status, status_icon, tone, created, cells } = row;
    let id = run_id.clone();
    let click = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let on_link = target.is_some_and(|target| target.closest("a, button").ok().flatten().is_some());
        // A text that is being selected is not a click on the row.
        let selecting = js_sys::Reflect::get(&window(), &"getSelection".into())
            .ok()
            .and_then(|get| get.dyn_into::<js_sys::Function>().ok())
            .and_then(|get| get.call0(&window()).ok())
            .is_some_and(|selection| js_sys::Object::from(selection).to_string().length() > 0);
        if !on_link && !selecting && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            open.run(id.clone());
        }
    };
    let cells = cells
        .into_iter()
        .map(|(column, cell, value)| {
            let class = class_of(&column);
            match column {
                Column::Status => view! {
                    <td><span class=tone title=status><Icon name=status_icon small=true/><span class="sr">{status}</span></span></td>
                }
                .into_any(),
                Column::Name => {
                    let name = name.clone();
                    view! {
                        <th scope="row" class="name">
                            <a href=run_href(&run_id) on:focus=move |_| cursor.set(Some(index))>{name}</a>
                        </th>
                    }
                    .into_any()
                }
                Column::Cached => view! {
                    <td class="tagcell hide-s">
                        {(!cell.text.is_empty()).then(|| view! {
                            <span class="tag" title="Steps that were reused from earlier runs">
                                <Icon name="bolt" small=true/>{cell.text}
                            </span>
                        })}
                    </td>
                }
                .into_any(),
                Column::Created => view! { <td class="muted hide-s" title=created.clone()>{cell.text}</td> }.into_any(),
                Column::Metric(key) => {
                    let class = if cell.best { format!("{class} strong") } else { class.to_owned() };
                    view! {
                        <td class=class title=cell.exact data-metric=key data-split="test" data-value=value>
                            {cell.text}
                            {cell.best.then(|| view! { " "<span class="bestw">"best"</span> })}
                        </td>
                    }
                    .into_any()
                }
                Column::Dataset | Column::Model | Column::Param(_) | Column::Duration => {
                    let full = cell.text.clone();
                    let is_missing = cell.is_missing();
                    view! {
                        <td class=format!("{class} clip") title=full><span class:muted=is_missing>{cell.text}</span></td>
                    }
                    .into_any()
                }
            }
        })
        .collect_view();
    view! {
        <tr
            data-run=run_id.clone()
            data-status=status.to_lowercase()
            aria-rowindex=(index + 2).to_string()
            class:at=move || cursor.get() == Some(index)
            on:click=click
        >
            {cells}
        </tr>
    }
}
