//! What people change of a run, and what it belongs to: name, note, tags, parents, children, model versions.

use std::sync::Arc;

use leptos::prelude::*;

use super::edit_text::{EditTags, EditText};
use super::models::model_href;
use super::run_dataset::dataset_href;
use super::run_parts::{RunLink, run_href};
use super::serving::{deployment_lines, deployment_link};
use crate::registry::versions_of;
use crate::tracking::{NOTE_TAG, PARENT_TAG, RunRecord, RunSummary, rename_run, tag_runs};
use crate::ui::session::Session;
use crate::ui::view::runs_text::metric_text;
use crate::ui::view::serving::of_run;

/// The run as its row stands now: what people changed since the record was read is in it.
pub(super) fn row_of(run: &Arc<RunRecord>) -> Memo<RunSummary> {
    let session = Session::here();
    let run = Arc::clone(run);
    Memo::new(move |_| {
        let found = session.workspace.with(|workspace| {
            workspace.runs.iter().flat_map(|runs| runs.iter()).find(|row| row.info.run_id == run.info.run_id).cloned()
        });
        found.unwrap_or_else(|| RunSummary::from(&*run))
    })
}

/// The pencil behind the run's name.
#[component]
pub(super) fn RunName(row: Memo<RunSummary>) -> impl IntoView {
    let session = Session::here();
    let name = Signal::derive(move || row.with(|row| row.info.run_name.clone()));
    let save = Callback::new(move |name: String| session.try_change(row.with_untracked(|row| rename_run(row, &name))));
    view! { <EditText text=name what="name" empty="Name" hidden=true handle="run-name" on_save=save/> }
}

/// Note and tags.
#[component]
pub(super) fn Notes(row: Memo<RunSummary>) -> impl IntoView {
    let session = Session::here();
    let note = Signal::derive(move || row.with(|row| row.note().unwrap_or_default().to_owned()));
    let tags = Signal::derive(move || {
        row.with(|row| {
            let own = row.tags.iter().filter(|tag| !tag.key.starts_with("mlflow.") && !tag.key.starts_with("pipette."));
            own.map(|tag| (tag.key.clone(), tag.value.clone())).collect::<Vec<_>>()
        })
    });
    let set = move |key: &str, value: Option<&str>| {
        session.try_change(row.with_untracked(|row| tag_runs(&[row], key, value)))
    };
    let save = Callback::new(move |text: String| set(NOTE_TAG, Some(text.trim()).filter(|text| !text.is_empty())));
    let tag = Callback::new(move |(key, value): (String, Option<String>)| set(&key, value.as_deref()));
    view! {
        <div class="metaline"><EditText text=note what="note" empty="Add a note" lines=true handle="run-note" on_save=save/></div>
        <div class="metaline" data-testid="run-tags"><EditTags tags=tags of="the run".to_owned() on_set=tag/></div>
    }
}

/// Where the run stands: dataset, the sweep it is of, this run, its candidates, the versions made from it, and the
/// deployments that these answer.
#[component]
pub(super) fn Lineage(run: Arc<RunRecord>, row: Memo<RunSummary>) -> impl IntoView {
    let session = Session::here();
    let id = run.info.run_id.clone();
    let parent = Memo::new(move |_| {
        let parent = row.with(|row| row.tag(PARENT_TAG).map(str::to_owned))?;
        let name = session.workspace.with(|workspace| {
            let all = workspace.runs.iter().flat_map(|runs| runs.iter());
            all.into_iter().find(|run| run.info.run_id == parent).map(|run| run.info.run_name.clone())
        });
        Some((parent.clone(), name.unwrap_or_else(|| parent.get(..8).unwrap_or(&parent).to_owned())))
    });
    let of = id.clone();
    let children = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            let all = workspace.runs.iter().flat_map(|runs| runs.iter());
            let own = all.filter(|run| run.tag(PARENT_TAG) == Some(of.as_str()));
            own.map(|run| (run.info.run_id.clone(), run.info.run_name.clone(), run.metric("rmse"))).collect::<Vec<_>>()
        })
    });
    let (lines, served) = (deployment_lines(), id.clone());
    let deployed = Memo::new(move |_| of_run(lines.get(), &served));
    let versions = Memo::new(move |_| {
        let models = session.workspace.with(|workspace| workspace.registry.model_records());
        let found = versions_of(&models, &id);
        let found = found
            .into_iter()
            .map(|(model, version)| (model.name.clone(), version.version, model.aliases_of(version.version)));
        found.collect::<Vec<_>>()
    });
    let dataset = run.dataset.clone().map(|dataset| {
        let href = dataset_href(&dataset.digest.to_string());
        view! {
            <li><span class="muted small">"Dataset"</span><a class="link" href=href>{dataset.name}</a></li>
        }
    });
    let pipeline = move || {
        row.with(|row| row.tag(crate::registry::SavedPipeline::TAG).map(str::to_owned)).map(|name| {
            view! {
                <li><span class="muted small">"Pipeline"</span><a class="link" href="pipelines">{name}</a></li>
            }
        })
    };
    let above = move || {
        parent.get().map(|(id, name)| {
            let handle = id.clone();
            view! {
                <li data-parent=handle><span class="muted small">"Part of"</span><RunLink run_id=id text=name/></li>
            }
        })
    };
    let below = move || {
        let versions = versions.get();
        let is_none = versions.is_empty();
        let lines = versions.into_iter().map(|(name, version, aliases)| {
            let aliases: String = aliases.iter().map(|alias| format!(" @{alias}")).collect();
            view! { <a class="link" href=model_href(&name) data-lineage-version=version.to_string()>{format!("{name}, version {version}{aliases}")}</a> }
        });
        view! {
            <li><span class="muted small">"Model versions"</span>
                {lines.collect_view()}
                {is_none.then_some(view! { <span class="muted">"Not registered"</span> })}</li>
        }
    };
    // Only where there is one: most runs are never deployed.
    let serving = move || {
        let links = deployed.with(|lines| lines.iter().map(deployment_link).collect_view());
        (!deployed.with(Vec::is_empty))
            .then(|| view! { <li><span class="muted small">"Deployments"</span>{links}</li> })
    };
    let candidates = move || {
        let children = children.get();
        let n = children.len();
        (n > 0).then(|| {
            let lines = children.into_iter().map(|(id, name, rmse)| view! {
                <li data-child=id.clone()><a class="link" href=run_href(&id)>{name}</a>
                    <span class="muted">{rmse.map(|rmse| format!("RMSE {}", metric_text(rmse)))}</span></li>
            });
            view! { <details class="tech after"><summary>{format!("{n} runs belong to this one")}</summary><ul class="lines">{lines.collect_view()}</ul></details> }
        })
    };
    view! {
        <section id="lineage" aria-labelledby="run-lineage">
            <h2 class="section" id="run-lineage">"Where it stands"</h2>
            <ol class="lineage">
                {dataset}{pipeline}{above}
                <li aria-current="true"><span class="muted small">"This run"</span><b>{move || row.with(|row| row.info.run_name.clone())}</b></li>
                {below}{serving}
            </ol>
            {candidates}
        </section>
    }
}
