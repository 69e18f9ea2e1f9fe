//! Charts of the runs that the table shows.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::runs::Shared;
use super::runs_parallel::Parallel;
use crate::tracking::RunSummary;
use crate::ui::charts::Chart;
use crate::ui::session::Session;
use crate::ui::view::charts::Scene;
use crate::ui::view::runs::{ChartPick, Column, TableState};
use crate::ui::view::runs_axis::{axes_of, usual_axis};
use crate::ui::view::runs_boxes::boxes;
use crate::ui::view::runs_charts::{Dimension, bars, can_group, choices, scatter};
use crate::ui::view::runs_lines::lines;
use crate::ui::view::runs_map::map;
use crate::ui::view::runs_stress::stressed;

/// Which of the choices a list sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    Metric,
    By,
    And,
    Color,
}

impl Axis {
    fn of(self, pick: &mut ChartPick) -> &mut Option<Column> {
        match self {
            Self::Metric => &mut pick.metric,
            Self::By => &mut pick.by,
            Self::And => &mut pick.and,
            Self::Color => &mut pick.color,
        }
    }
}

/// A metric against settings, run by run and by groups, and everything that varies. What they are of stands in the address.
#[component]
pub(super) fn RunsCharts(shared: Shared) -> impl IntoView {
    let session = Session::here();
    let choices = Memo::new(move |_| shared.with_found(choices));
    let wanted = Memo::new(move |_| shared.state.with(|state| state.chart.clone()));
    let metric_now = Memo::new(move |_| {
        choices.with(|(metrics, _)| {
            let wanted = wanted.with(|pick| pick.metric.clone());
            wanted.filter(|column| metrics.contains(column)).or_else(|| metrics.first().cloned())
        })
    });
    let axes = Memo::new(move |_| choices.with(|(_, params)| shared.with_found(|runs| axes_of(runs, params))));
    let usual = Memo::new(move |_| axes.with(|axes| shared.with_found(|runs| usual_axis(runs, axes))));
    let by_now = Memo::new(move |_| {
        let wanted = wanted.with(|pick| pick.by.clone());
        wanted.filter(|column| axes.with(|axes| axes.contains(column))).or_else(|| usual.get())
    });
    // Groups are of settings: against the time, those of the first.
    let group_now = Memo::new(move |_| {
        by_now.get().filter(can_group).or_else(|| choices.with(|(_, params)| params.first().cloned()))
    });
    // The wanted one where it varies, else the first that is not taken already.
    let and_now = Memo::new(move |_| {
        let taken = group_now.get();
        choices.with(|(_, params)| {
            let is_free = |column: &Column| taken.as_ref() != Some(column);
            let wanted = wanted.with(|pick| pick.and.clone());
            let wanted = wanted.filter(|column| params.contains(column) && is_free(column));
            wanted.or_else(|| params.iter().find(|column| is_free(column)).cloned())
        })
    });
    let color_now = Memo::new(move |_| {
        choices.with(|(_, params)| wanted.with(|pick| pick.color.clone()).filter(|column| params.contains(column)))
    });
    let pick = Memo::new(move |_| ChartPick { color: color_now.get(), ..wanted.get() });
    let params = Memo::new(move |_| choices.with(|(_, params)| params.clone()));
    let one = move |by: Memo<Option<Column>>, draw: &dyn Fn(&[&RunSummary], &Column, &Column) -> Scene| {
        let (Some(x), Some(y)) = (by.get(), metric_now.get()) else { return Scene::default() };
        shared.with_found(|runs| draw(runs, &x, &y))
    };
    let stress = move |scene: Scene| shared.selection.with(|selection| stressed(scene, &selection.ids));
    let scatter = Memo::new(move |_| one(by_now, &|runs, x, y| pick.with(|pick| scatter(runs, pick, x, y))));
    let scatter = Memo::new(move |_| stress(scatter.get()));
    let boxes = Memo::new(move |_| stress(one(group_now, &|runs, x, y| boxes(runs, y, x))));
    let map = Memo::new(move |_| {
        let Some(up) = and_now.get() else { return Scene::default() };
        one(group_now, &|runs, x, y| {
            pick.with(|pick| {
                let of = |column: &Column| Dimension::scaled(runs, column, pick.log.get(column).copied());
                map(runs, &of(x), &of(&up), y)
            })
        })
    });
    let bars = Memo::new(move |_| {
        stress(metric_now.get().map_or_else(Scene::default, |y| shared.with_found(|runs| bars(runs, &y))))
    });
    // Only where a run has logged the metric more than once.
    let history = Memo::new(move |_| {
        let metric = metric_now.get()?;
        shared.with_found(|runs| pick.with(|pick| lines(runs, pick, &metric)))
    });
    let history_scene = Signal::derive(move || stress(history.get().unwrap_or_default()));
    let file = Signal::derive(|| Some("runs".to_owned()));
    // A point's link is not one of HTML, which the router takes by itself.
    let open = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|target| target.closest("svg a[href]").ok().flatten());
        if let Some(href) = link.and_then(|link| link.get_attribute("href"))
            && !event.ctrl_key()
            && !event.meta_key()
            && !event.shift_key()
        {
            event.prevent_default();
            session.go(&format!("/{href}"));
        }
    };
    let choose = move |axis: Axis, column: Option<Column>| {
        let state = shared.state.get_untracked();
        let mut chart = state.chart.clone();
        *axis.of(&mut chart) = column;
        shared.show.run(TableState { chart, ..state });
    };
    let select = move |label: &'static str, id: &'static str, axis: Axis, now: Memo<Option<Column>>| {
        // Kept while what can be chosen is the same: a choice does not take the focus.
        let list = Memo::new(move |_| {
            choices.with(|(metrics, params)| match axis {
                Axis::Metric => metrics.clone(),
                Axis::By => axes.get(),
                Axis::And | Axis::Color => params.clone(),
            })
        });
        let options = move || {
            list.get()
                .into_iter()
                .map(|column| {
                    let (key, label) = (column.key(), column.label());
                    view! { <option value=key selected=move || now.with(|now| now.as_ref() == Some(&column))>{label}</option> }
                })
                .collect_view()
        };
        view! {
            <label class="cluster small">
                <span class="muted">{label}</span>
                <select data-testid=id on:change=move |event| choose(axis, Column::from_key(&event_target_value(&event)))>
                    {(axis == Axis::Color).then(|| view! { <option value="" selected=move || now.with(Option::is_none)>"nothing"</option> })}
                    {options}
                </select>
            </label>
        }
    };
    let has_by = move || by_now.with(Option::is_some);
    let has_groups = move || group_now.with(Option::is_some);
    view! {
        <Show
            when=move || metric_now.with(Option::is_some)
            fallback=|| view! {
                <div class="blank"><p><b>"Nothing to draw yet"</b>"Charts compare runs: they need two that differ in a metric."</p></div>
            }
        >
            <div class="cluster">
                {select("Metric", "chart-metric", Axis::Metric, metric_now)}
                <Show when=has_by>
                    {select("By", "chart-param", Axis::By, by_now)}
                </Show>
                <Show when=has_groups>
                    {select("Colour", "chart-color", Axis::Color, color_now)}
                </Show>
                <Show when=move || and_now.with(Option::is_some)>
                    {select("Map with", "chart-and", Axis::And, and_now)}
                </Show>
            </div>
            <div class="plots plots-runs" data-testid="charts" on:click=open>
                <Show when=has_by><Chart scene=scatter run=file/></Show>
                <Chart scene=bars run=file/>
                <Show when=has_groups><Chart scene=boxes run=file/></Show>
                <Show when=move || and_now.with(Option::is_some)><Chart scene=map run=file/></Show>
                <Show when=move || history.with(Option::is_some)><Chart scene=history_scene run=file/></Show>
                <Show when=has_groups><Parallel shared=shared pick=pick params=params metric=metric_now /></Show>
            </div>
        </Show>
    }
}
