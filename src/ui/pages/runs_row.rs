//! A row of the runs table.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::run_parts::run_href;
use super::runs_table::{Row, RowActs, class_of};
use crate::ui::components::Icon;
use crate::ui::view::format::MISSING;
use crate::ui::view::runs::{Cell, Column, Hold};
use crate::ui::view::runs_text::{ago, bare, date_time, metric_split};

/// Draws a row. A click opens the run; with ⌘ or Ctrl it selects it, with Shift all up to it.
pub(super) fn draw(row: Row, acts: RowActs) -> impl IntoView {
    let RowActs { cursor, selection, open, select, .. } = acts;
    let (run_id, index, found, is_child) = (row.run_id.clone(), row.index, row.found, row.depth > 0);
    let status = row.status.to_lowercase();
    let id = StoredValue::new(run_id.clone());
    let is_selected = Memo::new(move |_| id.with_value(|id| selection.with(|selection| selection.ids.contains(id))));
    let click = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| target.closest("a, button, input").ok().flatten().is_some()) {
            return;
        }
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            select.run((id.get_value(), event.shift_key()));
        } else if !is_selecting() {
            open.run(id.get_value());
        }
    };
    let box_click = move |event: web_sys::MouseEvent| {
        cursor.set(Some(index));
        select.run((id.get_value(), event.shift_key()));
        // The browser has turned the box; where a range takes in what was in already it must not stay so.
        let is_in = id.with_value(|id| selection.with_untracked(|selection| selection.ids.contains(id)));
        if let Some(input) =
            event.current_target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        {
            input.set_checked(is_in);
        }
    };
    let label = format!("Select {}", row.name);
    let children = row.children;
    let pick = if row.holds.iter().any(|hold| hold.left.is_some()) { "pick pin" } else { "pick" };
    let cells = cells(row, acts);
    view! {
        <tr
            data-run=run_id
            data-status=status
            data-children=(children > 0).then(|| children.to_string())
            data-child=is_child.then_some("true")
            aria-rowindex=(index + 2).to_string()
            class:at=move || cursor.get() == Some(index)
            class:on=move || is_selected.get()
            class:aside=!found
            on:click=click
            // A range is not a selection of text.
            on:mousedown=move |event| if event.shift_key() { event.prevent_default() }
        >
            <td class=pick><input type="checkbox" aria-label=label prop:checked=move || is_selected.get() on:click=box_click/></td>
            {cells}
        </tr>
    }
}

/// A text that is being selected is not a click on the row.
fn is_selecting() -> bool {
    js_sys::Reflect::get(&window(), &"getSelection".into())
        .ok()
        .and_then(|get| get.dyn_into::<js_sys::Function>().ok())
        .and_then(|get| get.call0(&window()).ok())
        .is_some_and(|selection| js_sys::Object::from(selection).to_string().length() > 0)
}

fn cells(row: Row, acts: RowActs) -> Vec<AnyView> {
    let Row {
        run_id,
        name,
        index,
        depth,
        children,
        open,
        status,
        status_icon,
        tone,
        start_time,
        end_time,
        cells,
        holds,
        ..
    } = row;
    let draw = |(place, (column, cell)): (usize, (Column, Cell))| {
        let hold = holds.get(place).copied().unwrap_or_default();
        let class = format!("{}{}", class_of(&column), hold.class());
        let (width, left) = held(place, hold);
        match column {
            Column::Status => view! {
                <td class=class style=("--w", width) style=("--x", left)><span class=tone title=status><Icon name=status_icon small=true/><span class="sr">{status}</span></span></td>
            }
            .into_any(),
            Column::Name => {
                let fold = (children > 0).then(|| {
                    let id = run_id.clone();
                    let label = match children {
                        1 => format!("The run below {name}"),
                        n => format!("The {n} runs below {name}"),
                    };
                    view! {
                        <button
                            class="fold"
                            type="button"
                            aria-expanded=if open { "true" } else { "false" }
                            aria-label=label.clone()
                            title=label
                            on:click=move |_| acts.fold.run(id.clone())
                        ><Icon name="right" small=true/><span class="muted small">{children}</span></button>
                    }
                });
                let indent = format!("calc({depth} * var(--s-5))");
                view! {
                    <th scope="row" class=format!("name{class}") style=("--w", width) style=("--x", left)>
                        <span class="name-in" style:padding-left=indent>
                            {fold}
                            <a href=run_href(&run_id) on:focus=move |_| acts.cursor.set(Some(index))>{name.clone()}</a>
                        </span>
                    </th>
                }
                .into_any()
            }
            Column::Cached => view! {
                <td class=format!("tagcell {class}") style=("--w", width) style=("--x", left)>
                    {(!cell.text.is_empty()).then(|| view! {
                        <span class="tag" title="Steps that were reused from earlier runs">
                            <Icon name="bolt" small=true/>{cell.text}
                        </span>
                    })}
                </td>
            }
            .into_any(),
            Column::Created | Column::Ended => {
                let time = if column == Column::Created { Some(start_time) } else { end_time };
                let text = move || time.map_or_else(|| MISSING.to_owned(), |time| ago(acts.now.get(), time));
                view! { <td class=format!("muted {class}") style=("--w", width) style=("--x", left) title=time.map(date_time)>{text}</td> }.into_any()
            }
            Column::Metric(key) => {
                let stress = match (cell.best, cell.of_child) {
                    (true, _) => " strong",
                    (false, true) => " muted",
                    (false, false) => "",
                };
                let class = format!("{class}{stress}");
                let title = match &cell.exact {
                    Some(exact) if cell.of_child => Some(format!("{exact}, of the best run below")),
                    exact => exact.clone(),
                };
                view! {
                    <td
                        class=class
                        style=("--w", width)
                        style=("--x", left)
                        title=title
                        data-metric=bare(&key).to_owned()
                        data-split=metric_split(&key)
                        data-value=cell.exact
                        data-of=cell.of_child.then_some("child")
                    >
                        {cell.text}
                        {cell.of_child.then(|| view! { " "<span class="small muted" title="Of the best run below">"↳"</span><span class="sr">" of the best run below"</span> })}
                        {cell.best.then(|| view! { " "<span class="bestw">"best"</span> })}
                    </td>
                }
                .into_any()
            }
            Column::Dataset
            | Column::Model
            | Column::Experiment
            | Column::Parent
            | Column::ModelVersions
            | Column::Source
            | Column::SourceVersion
            | Column::Param(_)
            | Column::Tag(_)
            | Column::Duration => {
                let key = column.key();
                let full = cell.text.clone();
                let class = format!("{class} clip{}", if cell.is_missing() { " muted" } else { "" });
                view! { <td class=class style=("--w", width) style=("--x", left) title=full data-cell=key>{cell.text}</td> }
                .into_any()
            }
        }
    };
    cells.into_iter().enumerate().map(draw).collect()
}

/// Where the table says how wide the column at this place is, and how far from the left it stays: rows need not be drawn
/// anew for another width.
pub(super) fn held(place: usize, hold: Hold) -> (Option<String>, Option<String>) {
    (hold.width.map(|_| format!("var(--w{place})")), hold.left.map(|_| format!("var(--x{place})")))
}
