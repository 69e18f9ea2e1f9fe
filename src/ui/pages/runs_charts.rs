//! Charts of the runs that the table shows.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::runs::Shared;
use crate::ui::charts::Chart;
use crate::ui::session::Session;
use crate::ui::view::charts::Scene;
use crate::ui::view::runs::Column;
use crate::ui::view::runs_charts::{bars, choices, parallel, scatter};

/// A metric against a setting, run by run, and everything that varies.
#[component]
pub(super) fn RunsCharts(shared: Shared) -> impl IntoView {
    let session = Session::here();
    let choices = Memo::new(move |_| shared.with_found(choices));
    let (metric, param) = (RwSignal::new(None::<Column>), RwSignal::new(None::<Column>));
    let chosen = |all: &[Column], wanted: Option<Column>| {
        wanted.filter(|column| all.contains(column)).or_else(|| all.first().cloned())
    };
    let metric_now = Memo::new(move |_| choices.with(|(metrics, _)| chosen(metrics, metric.get())));
    let param_now = Memo::new(move |_| choices.with(|(_, params)| chosen(params, param.get())));
    let scatter = Memo::new(move |_| match (param_now.get(), metric_now.get()) {
        (Some(x), Some(y)) => shared.with_found(|runs| scatter(runs, &x, &y)),
        _ => Scene::default(),
    });
    let bars =
        Memo::new(move |_| metric_now.get().map_or_else(Scene::default, |y| shared.with_found(|runs| bars(runs, &y))));
    let parallel = Memo::new(move |_| {
        let Some(y) = metric_now.get() else { return Scene::default() };
        choices.with(|(_, params)| shared.with_found(|runs| parallel(runs, params, &y)))
    });
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
    let select = move |label: &'static str,
                       id: &'static str,
                       list: Vec<Column>,
                       now: Memo<Option<Column>>,
                       set: RwSignal<Option<Column>>| {
        let options = list
            .into_iter()
            .map(|column| {
                let (key, label) = (column.key(), column.label());
                view! { <option value=key selected=move || now.with(|now| now.as_ref() == Some(&column))>{label}</option> }
            })
            .collect_view();
        view! {
            <label class="cluster small">
                <span class="muted">{label}</span>
                <select data-testid=id on:change=move |event| set.set(Column::from_key(&event_target_value(&event)))>{options}</select>
            </label>
        }
    };
    view! {
        <Show
            when=move || metric_now.with(Option::is_some)
            fallback=|| view! {
                <div class="blank"><p><b>"Nothing to draw yet"</b>"Charts compare runs: they need two that differ in a metric."</p></div>
            }
        >
            <div class="cluster">
                {move || select("Metric", "chart-metric", choices.get().0, metric_now, metric)}
                {move || (!choices.with(|(_, params)| params.is_empty())).then(|| select("By", "chart-param", choices.get().1, param_now, param))}
            </div>
            <div class="plots plots-runs" data-testid="charts" on:click=open>
                <Show when=move || param_now.with(Option::is_some)><Chart scene=scatter run=file/></Show>
                <Chart scene=bars run=file/>
                <Show when=move || param_now.with(Option::is_some)><Chart scene=parallel run=file/></Show>
            </div>
        </Show>
    }
}
