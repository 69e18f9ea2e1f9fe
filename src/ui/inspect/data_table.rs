//! The rows of the file: a table of any length and width, of which only what is on screen is drawn.
//!
//! The table is pinned to the viewport; scrolling changes which rows it holds. The wheel and the keys move by rows even where
//! the scroll bar stands for millions of them.

use leptos::html::Div;
use leptos::prelude::*;

use crate::ingest::IngestSummary;
use crate::ui::state::RowSource;
use crate::ui::view::format;
use crate::ui::view::ingest_window::{ROW_HEIGHT, Rows, column_width, columns_in};
use crate::ui::view::profile::glyph;

/// Height of the head, in CSS pixels: two lines.
const HEAD: f64 = 44.0;
/// Width of the column of row numbers, in CSS pixels.
const NUMBERS: f64 = 88.0;
/// Room for a scroll bar under the rows, in CSS pixels.
const SCROLL_BAR: f64 = 16.0;
/// Rows that fit at rest.
const AT_REST: u64 = 14;

/// What the table looks like, whatever is in its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    n_rows: u64,
    heads: Vec<Head>,
    /// Widths of the columns, in CSS pixels.
    widths: Vec<f64>,
}

/// A column's head.
#[derive(Debug, Clone, PartialEq)]
struct Head {
    name: String,
    glyph: &'static str,
    is_number: bool,
}

impl Layout {
    /// The layout for a file.
    #[must_use]
    pub fn of(file: &IngestSummary) -> Self {
        let heads = file.columns.iter().map(|column| Head {
            name: column.name.clone(),
            glyph: glyph(column),
            is_number: column.data_type.is_numeric(),
        });
        Self {
            n_rows: file.rows,
            heads: heads.collect(),
            widths: file.columns.iter().map(|column| column_width(&column.name, column.data_type)).collect(),
        }
    }
}

/// The file's rows.
#[component]
pub fn DataTable(layout: Layout, rows: RowSource) -> impl IntoView {
    let Layout { n_rows, heads, widths } = layout;
    let n_columns = heads.len();
    let total_width = NUMBERS + widths.iter().sum::<f64>();
    let heads = StoredValue::new(heads);
    let widths = StoredValue::new(widths);

    let geometry = Rows { rows: n_rows, viewport: n_rows.clamp(1, AT_REST) as f64 * ROW_HEIGHT };
    // The first row on screen; its fraction is how far it is scrolled out. This is the truth, the scroll bar follows.
    let first = RwSignal::new(0.0_f64);
    let left = RwSignal::new(0.0_f64);
    let width = RwSignal::new(1_000.0_f64);
    let viewport = NodeRef::<Div>::new();

    let visible = Memo::new(move |_| geometry.visible(first.get()));
    let wanted = Memo::new(move |_| geometry.wanted(first.get()));
    let columns = Memo::new(move |_| widths.with_value(|widths| columns_in(widths, left.get(), width.get())));

    // Asks for what is about to be seen and is not here.
    Effect::new(move || {
        let (start, count) = wanted.get();
        let (from, n) = visible.get();
        let here = rows.page.with(|page| {
            page.as_ref().is_some_and(|page| page.start <= from && from + n <= page.start + page.rows.len() as u64)
        });
        if !here && count > 0 {
            rows.request.run((start, u32::try_from(count).unwrap_or(u32::MAX)));
        }
    });

    let go = move |to: f64| {
        let to = to.clamp(0.0, geometry.last_first());
        first.set(to);
        if let Some(element) = viewport.get_untracked() {
            element.set_scroll_top(geometry.scroll_for(to).round() as i32);
        }
    };
    let on_scroll = move |_| {
        let Some(element) = viewport.get_untracked() else { return };
        left.set(f64::from(element.scroll_left()));
        width.set(f64::from(element.client_width()));
        let top = f64::from(element.scroll_top());
        // Our own change of the scroll position comes back here, rounded to a pixel: then the row stands as it is.
        if (geometry.scroll_for(first.get_untracked()).round() - top).abs() >= 1.0 {
            first.set(geometry.first_at(top));
        }
    };
    let on_wheel = move |event: web_sys::WheelEvent| {
        // A pixel of the scroll bar would be many rows: the wheel moves by rows instead.
        if geometry.is_mapped() && event.delta_y() != 0.0 && !event.ctrl_key() {
            event.prevent_default();
            let unit = match event.delta_mode() {
                web_sys::WheelEvent::DOM_DELTA_LINE => 1.0,
                web_sys::WheelEvent::DOM_DELTA_PAGE => geometry.page() as f64,
                _ => 1.0 / ROW_HEIGHT,
            };
            go(first.get_untracked() + event.delta_y() * unit);
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let page = geometry.page() as f64;
        let at = first.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" => at.floor() + 1.0,
            "ArrowUp" => at.ceil() - 1.0,
            "PageDown" => at + page,
            "PageUp" => at - page,
            "Home" => 0.0,
            "End" => geometry.last_first(),
            // Sideways the browser scrolls by itself.
            _ => return,
        };
        event.prevent_default();
        go(to);
    };
    let on_go = move |event: web_sys::Event| {
        let digits: String = event_target_value(&event).chars().filter(char::is_ascii_digit).collect();
        if let Ok(row) = digits.parse::<u64>() {
            go(row.saturating_sub(1) as f64);
        }
    };
    Effect::new(move || {
        if let Some(element) = viewport.get() {
            width.set(f64::from(element.client_width()));
        }
    });

    let shown_rows = move || {
        let (start, _) = visible.get();
        let whole = geometry.page().min(n_rows);
        if n_rows == 0 {
            "no rows".to_owned()
        } else {
            format!(
                "rows {} to {} of {}",
                format::count(start + 1),
                format::count((start + whole).min(n_rows)),
                format::count(n_rows)
            )
        }
    };
    let shown_columns = move || {
        let columns = columns.get();
        if columns.end - columns.start < n_columns {
            format!("; columns {} to {} of {n_columns}", columns.start + 1, columns.end)
        } else {
            format!("; {n_columns} columns")
        }
    };
    view! {
        <section aria-labelledby="data-title">
            <div class="cluster data-head">
                <h3 class="section" id="data-title">"Data"</h3>
                <span class="muted small">{shown_rows}{shown_columns}</span>
                <span class="push cluster">
                    <label class="small muted" for="go-to-row">"Go to row"</label>
                    <input
                        class="input input-small"
                        id="go-to-row"
                        inputmode="numeric"
                        autocomplete="off"
                        prop:value=move || format::count(visible.get().0 + 1)
                        on:change=on_go
                    />
                </span>
            </div>
            {move || rows.error.get().map(|why| view! { <p class="note note-warn" role="status">{why}</p> })}
            <div
                class="scroll-x grid-box"
                tabindex="0"
                role="region"
                aria-label="Rows of the file; arrows, Page Up and Page Down, Home and End move"
                node_ref=viewport
                style:height=format!("{}px", geometry.viewport + HEAD + SCROLL_BAR)
                on:scroll=on_scroll
                on:wheel=on_wheel
                on:keydown=on_key
            >
                <div
                    class="grid-space"
                    style:height=format!("{}px", geometry.height() + HEAD + SCROLL_BAR)
                    style:width=format!("{total_width}px")
                >
                    <table
                        class="table table-tight table-data"
                        aria-rowcount=(n_rows + 1).to_string()
                        aria-colcount=(n_columns + 1).to_string()
                        style:width=format!("{total_width}px")
                    >
                        <caption class="sr">"Rows of the file"</caption>
                        {move || head(heads, widths, columns.get())}
                        <tbody style:transform=move || format!("translateY({:.1}px)", -(first.get().fract() * ROW_HEIGHT))>
                            {move || body(heads, rows, visible.get(), columns.get())}
                        </tbody>
                    </table>
                </div>
            </div>
        </section>
    }
}

type Columns = crate::ui::view::ingest_window::Columns;

fn head(heads: StoredValue<Vec<Head>>, widths: StoredValue<Vec<f64>>, columns: Columns) -> impl IntoView {
    let width_of = move |i: usize| widths.with_value(|widths| widths.get(i).copied().unwrap_or(88.0));
    let names = (columns.start..columns.end)
        .filter_map(|i| {
            let head = heads.with_value(|heads| heads.get(i).cloned())?;
            Some(view! {
                <th scope="col" class:num=head.is_number aria-colindex=(i + 2).to_string() title=head.name.clone()>
                    <span class="type-top">{head.glyph}</span>
                    {head.name.clone()}
                </th>
            })
        })
        .collect_view();
    let cols =
        (columns.start..columns.end).map(|i| view! { <col style:width=format!("{}px", width_of(i)) /> }).collect_view();
    view! {
        <colgroup>
            <col style:width=format!("{NUMBERS}px") />
            {(columns.before > 0.0).then(|| view! { <col style:width=format!("{}px", columns.before) /> })}
            {cols}
            {(columns.after > 0.0).then(|| view! { <col style:width=format!("{}px", columns.after) /> })}
        </colgroup>
        <thead>
            <tr aria-rowindex="1">
                <th scope="col" class="num row-number" aria-colindex="1">"Row"</th>
                {(columns.before > 0.0).then(|| view! { <td class="pad-cell" aria-hidden="true"></td> })}
                {names}
                {(columns.after > 0.0).then(|| view! { <td class="pad-cell" aria-hidden="true"></td> })}
            </tr>
        </thead>
    }
}

fn body(heads: StoredValue<Vec<Head>>, rows: RowSource, (start, count): (u64, u64), columns: Columns) -> impl IntoView {
    rows.page.with(|page| {
        (start..start + count)
            .map(|row| {
                let cells =
                    page.as_ref().and_then(|page| page.rows.get(usize::try_from(row.checked_sub(page.start)?).ok()?));
                let cells = (columns.start..columns.end)
                    .map(|i| {
                        let is_number = heads.with_value(|heads| heads.get(i).is_some_and(|head| head.is_number));
                        let class = if is_number { "num" } else { "clip" };
                        match cells {
                            // Not here yet: a grey bar of the same height.
                            None => view! { <td class=class><span class="sk sk-1"></span></td> }.into_any(),
                            Some(cells) => {
                                let cell = cells.get(i).cloned().unwrap_or_default();
                                if cell.is_empty() {
                                    view! { <td class=class><span class="gap">"–"</span></td> }.into_any()
                                } else {
                                    view! { <td class=class title=cell.clone()>{cell.clone()}</td> }.into_any()
                                }
                            }
                        }
                    })
                    .collect_view();
                view! {
                    <tr aria-rowindex=(row + 2).to_string()>
                        <th scope="row" class="num muted row-number">{format::count(row + 1)}</th>
                        {(columns.before > 0.0).then(|| view! { <td class="pad-cell" aria-hidden="true"></td> })}
                        {cells}
                        {(columns.after > 0.0).then(|| view! { <td class="pad-cell" aria-hidden="true"></td> })}
                    </tr>
                }
            })
            .collect_view()
    })
}
