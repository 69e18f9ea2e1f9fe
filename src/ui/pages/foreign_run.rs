//! A run that was made elsewhere and brought in: its row is all that is known of it.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::picker::PickRun;
use super::run_about::{Notes, RunName};
use super::run_parts::run_icon;
use crate::tracking::{RunSummary, latest};
use crate::ui::components::Icon;
use crate::ui::session::Session;
use crate::ui::view::format::{duration, exact};
use crate::ui::view::runs::status_word;
use crate::ui::view::runs_text::{date_time, metric_label, metric_text};

/// Name, note, tags, metrics and parameters. What people change of the row is there at once.
#[component]
pub fn ForeignRunPage(run: RunSummary) -> impl IntoView {
    let session = Session::here();
    let info = run.info.clone();
    let took = info.end_time.map(|end| duration((end - info.start_time) as f64 / 1000.0));
    let keys: BTreeSet<&str> = run.metrics.iter().map(|metric| metric.key.as_str()).collect();
    let metrics = keys
        .into_iter()
        .filter_map(|key| latest(&run.metrics, key))
        .map(|metric| {
            let (text, value) = (metric_text(metric.value), exact(metric.value));
            view! {
                <tr>
                    <th scope="row">{metric_label(&metric.key).to_owned()}</th>
                    <td class="num strong" data-metric=metric.key.clone() data-value=value.clone() title=value>{text}</td>
                </tr>
            }
        })
        .collect_view();
    let params = run
        .params
        .iter()
        .map(|param| view! { <div data-param=param.key.clone()><dt>{param.key.clone()}</dt><dd>{param.value.clone()}</dd></div> })
        .collect_view();
    let dataset = run.dataset.as_ref().map(|dataset| dataset.name.clone());
    let id = info.run_id.clone();
    let compared = id.clone();
    let with = Callback::new(move |other: String| session.go(&format!("/compare?runs={compared},{other}")));
    let row = Memo::new(move |_| {
        let found = session.workspace.with(|workspace| {
            workspace.runs.iter().flat_map(|runs| runs.iter()).find(|row| row.info.run_id == run.info.run_id).cloned()
        });
        found.unwrap_or_else(|| run.clone())
    });
    view! {
        <div class="runs runs-single">
            <div class="runs-main run-main">
                <p class="back"><a href="runs" class="link small">"All runs"</a></p>
                <header class="runhd" data-run=info.run_id.clone() data-status=status_word(info.status).to_lowercase()>
                    <div class="cluster"><h1>{move || row.with(|row| row.info.run_name.clone())}</h1><RunName row=row/></div>
                    <div class="cluster push"><PickRun label="Compare with…" without=Signal::stored(vec![id.clone()]) on_pick=with/></div>
                    <p class="muted small metaline">
                        <span class="stepcell"><Icon name=run_icon(info.status) small=true/>{status_word(info.status)}</span>
                        <span>{date_time(info.start_time)}</span>
                        {took.map(|took| view! { <span>{took}</span> })}
                        {dataset.map(|name| view! { <span>{name}</span> })}
                        <code>{id}</code>
                    </p>
                    <Notes row=row/>
                </header>
                <div class="note note-plain" data-testid="foreign-run"><span></span><div>
                    <p>"This run was made elsewhere and brought in. Its steps and its model stayed there, so it can be searched, charted and compared with others, and not be reproduced."</p>
                </div></div>
                <section aria-labelledby="foreign-metrics">
                    <h2 class="section" id="foreign-metrics">"Metrics"</h2>
                    <table class="table table-tight"><tbody>{metrics}</tbody></table>
                </section>
                <section aria-labelledby="foreign-params">
                    <h2 class="section" id="foreign-params">"Parameters"</h2>
                    <dl class="facts facts-left facts-rule">{params}</dl>
                </section>
            </div>
        </div>
    }
}
