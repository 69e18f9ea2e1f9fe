//! The table of runs: only the rows on screen are drawn, so ten thousand are as quick as ten.

use std::hash::{DefaultHasher, Hash, Hasher};

use leptos::html::{Div, Table};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

use super::run_parts::{clock, run_icon, run_path};
use super::runs::Shared;
use super::runs_head::{Heads, Widths};
use super::runs_row::draw;
use crate::tracking::{RunStatus, RunSummary};
use crate::ui::session::Session;
use crate::ui::view::runs::{
    Beside, Best, Cell, Column, Hold, Line, Order, Selection, Share, TableState, Tree, Window, cell, status_word,
    window as visible_rows,
};

/// Height of a row, in CSS pixels, as the style sheet has it.
const ROW: f64 = 32.0;
/// Rows drawn above and below the ones on screen.
const OVERSCAN: usize = 8;

/// One row, ready to draw.
#[derive(Debug, Clone, PartialEq, Hash)]
pub(super) struct Row {
    pub run_id: String,
    pub name: String,
    /// Its place in the table, from 0.
    pub index: usize,
    pub depth: usize,
    pub children: usize,
    pub open: bool,
    pub found: bool,
    pub status: &'static str,
    pub status_icon: &'static str,
    pub tone: &'static str,
    /// Unix milliseconds.
    pub start_time: i64,
    /// Unix milliseconds; `None` while it runs.
    pub end_time: Option<i64>,
    pub cells: Vec<(Column, Cell)>,
    /// How the column of each cell stands. Of its width and place only whether there is one: what it is, the table says.
    pub holds: Vec<Hold>,
}

impl Row {
    fn of(
        (runs, tree, beside): (&[RunSummary], &Tree, &Beside),
        (index, line): (usize, &Line),
        (columns, holds): (&[Column], &[Hold]),
        best: &Best,
    ) -> Option<Self> {
        let run = runs.get(line.run)?;
        // How long ago it was is told by a clock of its own: a row that is drawn anew would lose the focus.
        let cell = |column: &Column| match column {
            Column::Created | Column::Ended => Cell::default(),
            column => cell(runs, (tree, beside), line.run, column, best, 0),
        };
        let cells = columns.iter().map(|column| (column.clone(), cell(column)));
        Some(Self {
            run_id: run.info.run_id.clone(),
            name: run.info.run_name.clone(),
            index,
            depth: line.depth,
            children: line.children,
            open: line.open,
            found: line.found,
            status: status_word(run.info.status),
            status_icon: run_icon(run.info.status),
            tone: match run.info.status {
                RunStatus::Running => "st accent-icon",
                RunStatus::Failed => "st bad",
                _ => "st",
            },
            start_time: run.info.start_time,
            end_time: run.info.end_time,
            cells: cells.collect(),
            holds: holds.iter().map(|hold| hold.without_numbers()).collect(),
        })
    }

    /// Same key, same content: only rows that changed are drawn anew.
    fn key(&self) -> (String, u64) {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        (self.run_id.clone(), hasher.finish())
    }
}

/// What rows do.
#[derive(Clone, Copy)]
pub(super) struct RowActs {
    /// The row that the keys stand on.
    pub cursor: RwSignal<Option<usize>>,
    /// Unix milliseconds.
    pub now: Signal<i64>,
    pub selection: RwSignal<Selection>,
    pub open: Callback<String>,
    pub fold: Callback<String>,
    /// Selects a run; with `true` all from the one before to it.
    pub select: Callback<(String, bool)>,
}

/// The table.
#[component]
pub(super) fn RunsTable(shared: Shared) -> impl IntoView {
    let Shared { runs, state, tree, beside, columns, holds, lines, best, selection, opens, unfolded, folded, .. } =
        shared;
    let now = clock();
    let region = NodeRef::<Div>::new();
    let scroll = RwSignal::new((0.0_f64, 800.0_f64));
    let run_at = move |index: usize| {
        let place = lines.with_untracked(|lines| lines.get(index).map(|line| line.run))?;
        runs.with_untracked(|runs| runs.get(place).map(|run| run.info.run_id.clone()))
    };
    // The run at the upper edge: it stays there when others come in above it.
    let anchor = StoredValue::new(None::<String>);
    let measure = move || {
        // Asked for a frame ago: the page may be another by now.
        if let Some(region) = region.try_get_untracked().flatten() {
            let top = f64::from(region.scroll_top());
            scroll.set((top, f64::from(region.client_height())));
            anchor.set_value(run_at((top / ROW) as usize));
        }
    };
    Effect::new(move |_| {
        region.track();
        measure();
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());

    Effect::new(move |before: Option<TableState>| {
        lines.track();
        let now = state.get_untracked();
        let (top, _) = scroll.get_untracked();
        // Whoever sorts or searches wants to see what comes first.
        if before.as_ref() == Some(&now) && top >= ROW {
            let place = anchor.get_value().and_then(|id| {
                runs.with_untracked(|runs| {
                    let is_it = |line: &Line| runs.get(line.run).is_some_and(|run| run.info.run_id == id);
                    lines.with_untracked(|lines| lines.iter().position(is_it))
                })
            });
            if let (Some(place), Some(region)) = (place, region.get_untracked()) {
                let to = place as f64 * ROW + top % ROW;
                if (to - top).abs() >= 1.0 {
                    request_animation_frame(move || region.set_scroll_top(to as i32));
                }
            }
        }
        now
    });

    let n_rows = Memo::new(move |_| lines.with(Vec::len));
    // More rows make the region higher, up to the window's end.
    Effect::new(move |_| {
        n_rows.track();
        request_animation_frame(measure);
    });
    let drawn = Memo::new(move |_| {
        let (top, height) = scroll.get();
        visible_rows(top, height, ROW, n_rows.get(), OVERSCAN)
    });
    let visible = Memo::new(move |_| {
        let Window { first, count } = drawn.get();
        let (columns, holds, best) = (columns.get(), holds.get(), best.get());
        let columns = (columns.shown.as_slice(), holds.as_slice());
        let beside = beside.read();
        runs.with(|runs| {
            tree.with(|tree| {
                lines.with(|lines| {
                    let rows = lines.iter().enumerate().skip(first).take(count);
                    rows.filter_map(|line| Row::of((runs, tree, &beside), line, columns, &best)).collect::<Vec<_>>()
                })
            })
        })
    });
    let above = move || format!("{}px", drawn.get().first as f64 * ROW);
    let below = move || {
        let Window { first, count } = drawn.get();
        format!("{}px", n_rows.get().saturating_sub(first + count) as f64 * ROW)
    };
    let fold = Callback::new(move |run_id: String| {
        let row = format!("[data-run='{run_id}'] .fold");
        let toggled = if opens.get_untracked() { folded } else { unfolded };
        toggled.update(|toggled| {
            if !toggled.remove(&run_id) {
                toggled.insert(run_id);
            }
        });
        // The row is drawn anew: its button takes the focus again.
        request_animation_frame(move || focus(&row));
    });
    let select =
        Callback::new(move |(run_id, range): (String, bool)| {
            runs.with_untracked(|runs| {
                lines.with_untracked(|lines| {
                    let ids = lines.iter().filter_map(|line| Some(runs.get(line.run)?.info.run_id.as_str()));
                    let order: Vec<&str> = if range { ids.collect() } else { Vec::new() };
                    selection.update(|selection| {
                        if range { selection.extend_to(&run_id, &order) } else { selection.toggle(&run_id) }
                    });
                });
            });
        });

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
            focus(&format!(".table-runs tr[aria-rowindex='{}'] a", to + 2));
        });
    };
    // Rows of a screen, for Page Up and Page Down.
    let page = move || ((scroll.get_untracked().1 / ROW) as usize).saturating_sub(2).max(1);
    let letters = Session::here().letter_keys;
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if !is_free_key(&event) || n_rows.get_untracked() == 0 {
            return;
        }
        let inside = region.get_untracked().is_some_and(|region| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            region.contains(target.as_ref())
        });
        let at = cursor.get_untracked();
        let line = at.and_then(|at| lines.with_untracked(|lines| lines.get(at).copied()));
        let key = event.key();
        let to = match (key.as_str(), inside) {
            ("j" | "k", _) if !letters.get_untracked() => return,
            ("j", _) | ("ArrowDown", true) => at.map_or(0, |at| at + 1),
            ("k", _) | ("ArrowUp", true) => at.map_or(0, |at| at.saturating_sub(1)),
            ("Home", true) => 0,
            ("End", true) => usize::MAX,
            ("PageDown", true) => at.unwrap_or_default() + page(),
            ("PageUp", true) => at.unwrap_or_default().saturating_sub(page()),
            (" ", true) if !on_button(&event) => {
                if let Some(run_id) = at.and_then(run_at) {
                    event.prevent_default();
                    select.run((run_id, event.shift_key()));
                }
                return;
            }
            ("ArrowRight" | "ArrowLeft", true) => {
                let opens = key == "ArrowRight";
                if let (Some(line), Some(at)) = (line, at)
                    && line.children > 0
                    && line.open != opens
                    && let Some(run_id) = run_at(at)
                {
                    event.prevent_default();
                    fold.run(run_id);
                    // The row is drawn anew and takes the focus again.
                    go(at);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        go(to);
    });
    on_cleanup(move || keys.remove());

    let navigate = use_navigate();
    let open = Callback::new(move |run_id: String| navigate(&run_path(&run_id), NavigateOptions::default()));
    let acts = RowActs { cursor, now, selection, open, fold, select };

    let table = NodeRef::<Table>::new();
    let widths = Widths::of(shared, table);

    view! {
        <div
            class="scroll-x runs-scroll"
            tabindex="0"
            role="region"
            aria-label="Runs"
            node_ref=region
            on:scroll=move |_| measure()
        >
            <table class="table table-tight table-runs" node_ref=table aria-rowcount=move || (n_rows.get() + 1).to_string()>
                <caption class="sr">{move || state.with(caption)}</caption>
                <thead><tr aria-rowindex="1">
                    <th scope="col" class="pick" class:pin=move || holds.with(|holds| holds.iter().any(|hold| hold.left.is_some()))>
                        <SelectAll shared=shared />
                    </th>
                    <Heads shared=shared widths=widths />
                </tr></thead>
                <tbody>
                    <tr class="spacer" aria-hidden="true" style:height=above></tr>
                    <For each=move || visible.get() key=Row::key let:row>
                        {draw(row, acts)}
                    </For>
                    <tr class="spacer" aria-hidden="true" style:height=below></tr>
                </tbody>
            </table>
        </div>
    }
}

/// Takes in all that is found, or where all are in, out.
#[component]
fn SelectAll(shared: Shared) -> impl IntoView {
    let share = Memo::new(move |_| {
        shared.with_found(|found| {
            let ids: Vec<&str> = found.iter().map(|run| run.info.run_id.as_str()).collect();
            (shared.selection.with(|selection| selection.share(&ids)), ids.len())
        })
    });
    let click = move |_| {
        shared.with_found(|found| {
            let ids: Vec<&str> = found.iter().map(|run| run.info.run_id.as_str()).collect();
            shared.selection.update(|selection| selection.toggle_all(&ids));
        });
    };
    view! {
        <input
            type="checkbox"
            data-testid="select-all"
            aria-label=move || format!("Select all {} found", share.get().1)
            prop:checked=move || share.get().0 == Share::All
            prop:indeterminate=move || share.get().0 == Share::Some
            on:change=click
        />
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
    let field = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog";
    !within(field) && document().query_selector("dialog[open]").ok().flatten().is_none()
}

/// Puts the focus on the first element of a selector; one that cannot take it leaves it where it is.
pub(super) fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Whether a key goes to a button or box, which has it to itself.
fn on_button(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest("button, summary, input").ok().flatten().is_some())
}

fn caption(state: &TableState) -> String {
    let key = |(column, order): &(Column, Order)| {
        let order = if *order == Order::Ascending { "ascending" } else { "descending" };
        format!("{} {order}", column.label())
    };
    match state.sort.as_slice() {
        [] => "Runs, newest first".into(),
        keys => format!("Runs, sorted by {}", keys.iter().map(key).collect::<Vec<_>>().join(", then ")),
    }
}

pub(super) fn class_of(column: &Column) -> &'static str {
    match (column.is_number(), column.on_phone()) {
        (true, true) => "num",
        (true, false) => "num hide-s",
        (false, true) => "",
        (false, false) => "hide-s",
    }
}
