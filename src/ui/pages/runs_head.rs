//! The heads of the runs table's columns: a click sorts, a drag moves, the edge makes wider; each also by keys.

use leptos::html::{Table, Th};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::runs::Shared;
use super::runs_row::held;
use super::runs_table::{class_of, focus};
use crate::ui::components::Icon;
use crate::ui::view::runs::{Column, Order, WIDTH_STEP, WIDTHS, moved, stepped};

/// The widths as they are while an edge is dragged.
#[derive(Clone, Copy)]
pub(super) struct Widths {
    shared: Shared,
    /// A column that is dragged wider, its width before, and where the pointer took it, in CSS pixels.
    dragged: RwSignal<Option<(Column, i32, i32)>>,
    /// A column that is dragged elsewhere.
    carried: RwSignal<Option<Column>>,
}

impl Widths {
    /// Says widths and places in variables of the table.
    pub(super) fn of(shared: Shared, table: NodeRef<Table>) -> Self {
        let dragged = RwSignal::new(None::<(Column, i32, i32)>);
        Effect::new(move |before: Option<usize>| {
            let Some(table) = table.get() else { return 0 };
            let layout = shared.layout.get();
            let layout = dragged.with(|dragged| match dragged {
                Some((column, width, _)) => layout.resized(column, Some(*width)),
                None => layout,
            });
            let holds = shared.columns.with(|columns| layout.holds(&columns.shown));
            let style = web_sys::HtmlElement::style(&table);
            let set = |name: &str, value: Option<u16>| {
                // A style that cannot be set leaves the table as it was.
                let _ = match value {
                    Some(value) => style.set_property(name, &format!("{value}px")),
                    None => style.remove_property(name).map(|_| ()),
                };
            };
            for place in 0..holds.len().max(before.unwrap_or_default()) {
                let hold = holds.get(place).copied().unwrap_or_default();
                set(&format!("--w{place}"), hold.width);
                set(&format!("--x{place}"), hold.left);
            }
            holds.len()
        });
        Self { shared, dragged, carried: RwSignal::new(None) }
    }

    fn resize(self, column: &Column, width: Option<i32>) {
        self.shared.choose_layout(Some(self.shared.layout.with_untracked(|layout| layout.resized(column, width))));
    }
}

/// All heads.
#[component]
pub(super) fn Heads(shared: Shared, widths: Widths) -> impl IntoView {
    // Heads are kept while their columns are: a key that changes a width keeps its focus.
    let columns = move || shared.columns.with(|columns| columns.shown.clone());
    view! {
        <For each=columns key=Column::key let:column>
            <Head column=column widths=widths />
        </For>
    }
}

/// The head of a column: a click sorts by it, one with Shift by it too.
#[component]
fn Head(column: Column, widths: Widths) -> impl IntoView {
    let Widths { shared, dragged, carried } = widths;
    let Shared { state, show, columns, holds, .. } = shared;
    let is_fixed = column.is_fixed();
    let column = StoredValue::new(column);
    let head = NodeRef::<Th>::new();
    let aria = Memo::new(move |_| column.with_value(|column| state.with(|state| state.aria_sort(column))));
    let sorted = Memo::new(move |_| column.with_value(|column| state.with(|state| state.sorted(column))));
    let is_one_of_several = move || state.with(|state| state.sort.len() > 1);
    let place = Memo::new(move |_| {
        column.with_value(|column| columns.with(|columns| columns.shown.iter().position(|own| own == column)))
    });
    let hold = Memo::new(move |_| {
        let hold = place.get().and_then(|place| holds.with(|holds| holds.get(place).copied()));
        hold.unwrap_or_default().without_numbers()
    });
    let vars = move || held(place.get().unwrap_or_default(), hold.get());
    let label = column.with_value(Column::label);
    let key = column.with_value(Column::key);
    // The status has an icon for a column: its head is for ears.
    let is_hidden = column.with_value(|column| matches!(column, Column::Status | Column::Cached));
    let how = if is_fixed {
        "Shift adds to the order"
    } else {
        "Shift adds to the order; drag, or Shift and an arrow key, moves it"
    };
    let title = if is_hidden { format!("{label}. {how}") } else { how.to_owned() };
    let click = move |event: web_sys::MouseEvent| {
        let adds = event.shift_key();
        show.run(column.with_value(|column| state.with_untracked(|state| state.clicked(column, adds))));
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let forward = match event.key().as_str() {
            "ArrowRight" => true,
            "ArrowLeft" => false,
            _ => return,
        };
        if is_fixed || !event.shift_key() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        event.prevent_default();
        let (choice, key) = column.with_value(|column| {
            (columns.with_untracked(|columns| stepped(&columns.choice(), column, forward)), column.key())
        });
        shared.choose_columns(Some(choice));
        // A head that was put elsewhere has lost the focus.
        request_animation_frame(move || focus(&format!("[data-sort='{}']", quoted(&key))));
    };
    let over = move |event: web_sys::DragEvent| {
        if !is_fixed && carried.with_untracked(Option::is_some) {
            event.prevent_default();
        }
    };
    let drop = move |event: web_sys::DragEvent| {
        let Some(from) = carried.get_untracked() else { return };
        event.prevent_default();
        carried.set(None);
        let choice = column.with_value(|to| columns.with_untracked(|columns| moved(&columns.choice(), &from, to)));
        shared.choose_columns(Some(choice));
    };
    let carry = move |event: web_sys::DragEvent| {
        carried.set(Some(column.get_value()));
        if let Some(data) = event.data_transfer() {
            // Some browsers drag only what has data.
            let _ = data.set_data("text/plain", &column.with_value(Column::label));
        }
    };
    let class = move || format!("{}{}", column.with_value(class_of), hold.get().class());
    view! {
        <th
            scope="col"
            node_ref=head
            class=class
            style=("--w", move || vars().0)
            style=("--x", move || vars().1)
            aria-sort=move || aria.get()
            draggable=(!is_fixed).then_some("true")
            on:dragstart=carry
            on:dragover=over
            on:drop=drop
            on:dragend=move |_| carried.set(None)
        >
            <button class="sort" type="button" data-sort=key on:click=click on:keydown=on_key title=title>
                <span class:sr=is_hidden>{label}</span>
                {move || sorted.get().map(|(place, order)| {
                    let rises = order == Order::Ascending;
                    let class = if rises { "rise" } else { "" };
                    let number = is_one_of_several().then(|| view! { <span class="small" aria-hidden="true">{place}</span> });
                    let words = (place > 1).then(|| view! {
                        <span class="sr">{format!(", key {place}, {}", if rises { "ascending" } else { "descending" })}</span>
                    });
                    view! { <span class=class><Icon name="fall" small=true/></span>{number}{words} }
                })}
            </button>
            <Edge column=column head=head widths=widths dragged=dragged />
        </th>
    }
}

/// The right edge of a head: drag it, or with the focus on it use the arrow keys; a double click or Enter fits it.
#[component]
fn Edge(
    column: StoredValue<Column>,
    head: NodeRef<Th>,
    widths: Widths,
    dragged: RwSignal<Option<(Column, i32, i32)>>,
) -> impl IntoView {
    let shared = widths.shared;
    let width_now = move || head.get_untracked().map_or(0, |head| web_sys::HtmlElement::offset_width(&head));
    let own = Memo::new(move |_| {
        let kept = column.with_value(|column| shared.layout.with(|layout| layout.widths.get(column).copied()));
        let is_dragged =
            |dragged: &(Column, i32, i32)| column.with_value(|column| *column == dragged.0).then_some(dragged.1);
        dragged.with(|dragged| dragged.as_ref().and_then(is_dragged)).or_else(|| kept.map(i32::from))
    });
    let set = move |width: Option<i32>| column.with_value(|column| widths.resize(column, width));
    let down = move |event: web_sys::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.stop_propagation();
        let width = width_now();
        dragged.set(Some((column.get_value(), width, event.client_x() - width)));
        if let Some(edge) = event.current_target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Without capture the drag ends at the edge of the window, and that is all.
            let _ = edge.set_pointer_capture(event.pointer_id());
            let _ = edge.focus();
        }
    };
    let go = move |event: web_sys::PointerEvent| {
        let Some((own, before, begin)) = dragged.get_untracked() else { return };
        let (least, most) = WIDTHS;
        let width = (event.client_x() - begin).clamp(i32::from(least), i32::from(most));
        if width == before {
            return;
        }
        // Cells are as wide as the table says only once the column has a width of its own.
        if shared.layout.with_untracked(|layout| !layout.widths.contains_key(&own)) {
            set(Some(width));
        }
        dragged.set(Some((own, width, begin)));
    };
    let up = move |_| {
        let Some((own, width, _)) = dragged.get_untracked() else { return };
        if shared.layout.with_untracked(|layout| layout.widths.contains_key(&own)) {
            set(Some(width));
        }
        dragged.set(None);
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let step = i32::from(WIDTH_STEP);
        match event.key().as_str() {
            "ArrowRight" => set(Some(width_now() + step)),
            "ArrowLeft" => set(Some(width_now() - step)),
            "Enter" => set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let label = format!("Width of {}", column.with_value(Column::label));
    let key = column.with_value(Column::key);
    view! {
        <span
            class="edge"
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=label
            aria-valuemin=WIDTHS.0.to_string()
            aria-valuemax=WIDTHS.1.to_string()
            aria-valuenow=move || own.get().unwrap_or_else(width_now).to_string()
            aria-valuetext=move || own.get().map_or_else(|| "as wide as its content".to_owned(), |width| format!("{width} pixels"))
            title="Drag, or use the arrow keys; a double click or Enter fits it"
            data-edge=key
            on:pointerdown=down
            on:pointermove=go
            on:pointerup=up
            on:pointercancel=up
            on:dblclick=move |_| set(None)
            on:keydown=on_key
            // Not the drag that carries the column elsewhere.
            on:mousedown=move |event| event.prevent_default()
            draggable="false"
        ></span>
    }
}

/// A column's key inside a selector's quotes.
pub(super) fn quoted(key: &str) -> String {
    key.replace('\\', "\\\\").replace('\'', "\\'")
}
