//! The chart of all that varies: a drag along an axis picks a range, and so do two fields below it.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::runs::Shared;
use crate::tracking::RunSummary;
use crate::ui::charts::Chart;
use crate::ui::view::charts::WIDTH;
use crate::ui::view::format;
use crate::ui::view::runs::{ChartPick, Column, TableState};
use crate::ui::view::runs_parallel::{Axis, Brushes, axes, axis_at, brush_filter, brush_marks, inside, parallel};
use crate::ui::view::runs_stress::stressed;

/// A range that is being drawn: the axis, where it began and where it is, as places.
type Drag = Option<(Column, f64, f64)>;

/// What a picture is made of.
#[derive(Clone, Copy)]
struct Asked {
    shared: Shared,
    pick: Memo<ChartPick>,
    params: Memo<Vec<Column>>,
    metric: Memo<Option<Column>>,
}

impl Asked {
    /// What `act` makes of the runs that are found, the choice, the settings and the metric; without a metric, nothing.
    fn with<T: Default>(self, act: impl FnOnce(&[&RunSummary], &ChartPick, &[Column], &Column) -> T) -> T {
        let Some(metric) = self.metric.get() else { return T::default() };
        self.pick
            .with(|pick| self.params.with(|params| self.shared.with_found(|runs| act(runs, pick, params, &metric))))
    }
}

/// The chart with its ranges.
#[component]
pub(super) fn Parallel(
    shared: Shared,
    pick: Memo<ChartPick>,
    params: Memo<Vec<Column>>,
    metric: Memo<Option<Column>>,
) -> impl IntoView {
    let brushes = RwSignal::new(Brushes::new());
    let drag = RwSignal::new(None as Drag);
    // Whether the click that follows was the end of a drag.
    let was_drag = StoredValue::new(false);
    let around = NodeRef::<Div>::new();
    let asked = Asked { shared, pick, params, metric };
    let axes = Memo::new(move |_| asked.with(axes));
    let scene = Memo::new(move |_| {
        brushes.with(|brushes| asked.with(|runs, pick, params, metric| parallel(runs, pick, params, metric, brushes)))
    });
    // Ranges pick out runs by themselves; without them, what is selected is.
    let scene = Memo::new(move |_| match brushes.with(Brushes::is_empty) {
        true => shared.selection.with(|selection| stressed(scene.get(), &selection.ids)),
        false => scene.get(),
    });
    let count = Memo::new(move |_| {
        brushes.with(|brushes| asked.with(|runs, pick, params, metric| inside(runs, pick, params, metric, brushes)))
    });
    // Only the bars move with the pointer; the lines are drawn anew when it is let go.
    let over = Signal::derive(move || {
        let mut shown = brushes.get();
        if let Some((column, from, to)) = drag.get() {
            shown.insert(column, (from.min(to), from.max(to)));
        }
        axes.with(|axes| brush_marks(axes, &shown))
    });
    let point = move |event: &web_sys::PointerEvent| {
        let svg = around.get_untracked()?.query_selector(".plot > svg").ok().flatten()?;
        let area = svg.get_bounding_client_rect();
        let scale = WIDTH / area.width();
        let at =
            ((f64::from(event.client_x()) - area.left()) * scale, (f64::from(event.client_y()) - area.top()) * scale);
        (at.0.is_finite() && at.1.is_finite() && svg.contains(event.target().and_then(|t| t.dyn_into().ok()).as_ref()))
            .then_some(at)
    };
    let height = move |event: &web_sys::PointerEvent, column: &Column| {
        let svg = around.get_untracked()?.query_selector(".plot > svg").ok().flatten()?;
        let area = svg.get_bounding_client_rect();
        let y = (f64::from(event.client_y()) - area.top()) * WIDTH / area.width();
        axes.with_untracked(|axes| axes.iter().find(|axis| axis.column == *column).map(|axis| axis.at(y)))
    };
    let down = move |event: web_sys::PointerEvent| {
        was_drag.set_value(false);
        let Some((x, y)) = point(&event).filter(|_| event.button() == 0) else { return };
        let taken = axes.with_untracked(|axes| {
            axis_at(axes, x, y).and_then(|place| axes.get(place)).map(|axis| (axis.column.clone(), axis.at(y)))
        });
        if let Some((column, place)) = taken {
            drag.set(Some((column, place, place)));
        }
    };
    let go = window_event_listener(leptos::ev::pointermove, move |event| {
        let Some((column, from, _)) = drag.get_untracked() else { return };
        if let Some(to) = height(&event, &column) {
            if (to - from).abs() > f64::EPSILON {
                was_drag.set_value(true);
            }
            drag.set(Some((column, from, to)));
        }
    });
    let up = window_event_listener(leptos::ev::pointerup, move |_| {
        let Some((column, from, to)) = drag.get_untracked() else { return };
        drag.set(None);
        if was_drag.get_value() {
            brushes.update(|brushes| {
                brushes.insert(column, (from.min(to), from.max(to)));
            });
        } else if brushes.with_untracked(|brushes| brushes.contains_key(&column)) {
            // A click on an axis lets its range go.
            was_drag.set_value(true);
            brushes.update(|brushes| {
                brushes.remove(&column);
            });
        }
    });
    let cancel = window_event_listener(leptos::ev::pointercancel, move |_| drag.set(None));
    on_cleanup(move || [go, up, cancel].into_iter().for_each(|handle| handle.remove()));
    // Line and run are links: what ends a drag opens none, and none is dragged.
    let click = move |event: web_sys::MouseEvent| {
        if was_drag.get_value() {
            was_drag.set_value(false);
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let search = move |_| {
        let found = axes.with_untracked(|axes| brushes.with_untracked(|brushes| brush_filter(axes, brushes)));
        let state = shared.state.get_untracked();
        let query = match state.query.trim() {
            "" => found,
            before if before.to_lowercase().contains(" or ") => format!("({before}) and {found}"),
            before => format!("{before} and {found}"),
        };
        brushes.update(Brushes::clear);
        shared.show.run(TableState { query, ..state });
    };
    let says = move || {
        let (inside, all) = count.get();
        format!("{inside} of {all} runs are inside the ranges")
    };
    let keys = move || axes.with(|axes| axes.iter().map(|axis| axis.column.clone()).collect::<Vec<_>>());
    let file = Signal::derive(|| Some("runs".to_owned()));
    view! {
        <div class="parallel" node_ref=around data-testid="parallel" on:pointerdown=down on:click=click
            on:dragstart=move |event: web_sys::DragEvent| event.prevent_default()>
            <Chart scene=scene over=over run=file/>
            <div class="cluster small brush-line" role="status" data-testid="brushed" data-value=move || count.get().0>
                <Show when=move || brushes.with(|brushes| !brushes.is_empty())>
                    <span>{says}</span>
                    <button class="btn btn-small" type="button" data-testid="brush-search" on:click=search>"Search for these"</button>
                    <button class="btn btn-small btn-quiet" type="button" data-testid="brush-clear" on:click=move |_| brushes.update(Brushes::clear)>"Clear"</button>
                </Show>
            </div>
            <details class="tech" data-testid="axes">
                <summary>"Ranges and scales of the axes"</summary>
                <ul class="axes">
                    <For each=keys key=Column::key let:column>
                        <AxisLine column=column axes=axes brushes=brushes shared=shared />
                    </For>
                </ul>
            </details>
        </div>
    }
}

/// The range of one axis in two fields, and whether it is drawn by powers of ten.
#[component]
fn AxisLine(column: Column, axes: Memo<Vec<Axis>>, brushes: RwSignal<Brushes>, shared: Shared) -> impl IntoView {
    let (label, key) = (column.label(), column.key());
    let column = StoredValue::new(column);
    let axis = Memo::new(move |_| {
        column.with_value(|column| axes.with(|axes| axes.iter().find(|axis| axis.column == *column).cloned()))
    });
    let brush = Memo::new(move |_| column.with_value(|column| brushes.with(|brushes| brushes.get(column).copied())));
    let is_words = Memo::new(move |_| axis.with(|axis| axis.as_ref().is_some_and(|axis| !axis.words.is_empty())));
    let set = move |range: Option<(f64, f64)>| {
        brushes.update(|brushes| match range {
            Some(range) => {
                brushes.insert(column.get_value(), range);
            }
            None => {
                brushes.remove(&column.get_value());
            }
        });
    };
    // An empty field is the end of the axis.
    let end = move |text: &str, is_low: bool| {
        let Some(axis) = axis.get_untracked() else { return };
        let (low, high) = axis.scale.domain;
        let place = text.trim().replace(',', ".").replace('−', "-").parse().ok().and_then(|value| axis.place(value));
        let (from, to) = brush.get_untracked().unwrap_or((low, high));
        let range = if is_low { (place.unwrap_or(low), to) } else { (from, place.unwrap_or(high)) };
        set((range != (low, high)).then_some(range));
    };
    let field = move |words: &'static str, is_low: bool| {
        let label = format!("{} of {}", words, column.with_value(Column::label));
        let shown = move || {
            let range = brush.get()?;
            axis.with(|axis| {
                let axis = axis.as_ref()?;
                let (low, high) = axis.scale.domain;
                let (place, whole) = if is_low { (range.0, low) } else { (range.1, high) };
                (place != whole).then(|| format::number(axis.value(place)).replace('\u{2009}', ""))
            })
        };
        view! {
            <input class="input input-small" type="text" inputmode="decimal" placeholder=words aria-label=label
                data-end=if is_low { "from" } else { "to" }
                prop:value=move || shown().unwrap_or_default()
                on:change=move |event| end(&event_target_value(&event), is_low)/>
        }
    };
    let word = move |event| {
        let chosen = event_target_value(&event);
        let place = axis.with_untracked(|axis| {
            axis.as_ref().and_then(|axis| axis.words.iter().find(|(_, word)| *word == chosen).map(|(place, _)| *place))
        });
        set(place.map(|place| (place - 0.4, place + 0.4)));
    };
    let log = move |event| {
        let state = shared.state.get_untracked();
        let mut chart = state.chart.clone();
        chart.log.insert(column.get_value(), event_target_checked(&event));
        // A place means another value on another scale.
        set(None);
        shared.show.run(TableState { chart, ..state });
    };
    let select_label = format!("Value of {label}");
    view! {
        <li data-axis=key>
            <span class="axis-name">{label}</span>
            <Show
                when=move || is_words.get()
                fallback=move || view! { {field("from", true)}{field("to", false)} }
            >
                <select aria-label=select_label.clone() on:change=word>
                    <option value="">"all"</option>
                    {move || axis.with(|axis| axis.as_ref().map(|axis| axis.words.clone()).unwrap_or_default())
                        .into_iter().map(|(_, word)| view! { <option value=word.clone()>{word.clone()}</option> }).collect_view()}
                </select>
            </Show>
            <Show when=move || axis.with(|axis| axis.as_ref().is_some_and(|axis| axis.can_log))>
                <label class="check"><input type="checkbox" data-testid="axis-log"
                    prop:checked=move || axis.with(|axis| axis.as_ref().is_some_and(|axis| axis.is_log)) on:change=log/>
                    <span>"Powers of ten"</span></label>
            </Show>
        </li>
    }
}
