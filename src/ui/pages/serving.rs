//! Deployments: the list, and the one that the address names, to be tried.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use wasm_bindgen_futures::spawn_local;

use super::models::model_href;
use super::row_menu::{Item, RowMenu};
use super::run_parts::clock;
use super::serving_score::ScoreAFile;
use super::serving_take::TakeAway;
use super::serving_try::{TryIt, Why};
use crate::ui::components::CopyButton;
use crate::ui::session::Session;
use crate::ui::view::run::training;
use crate::ui::view::runs_text::{ago, date_time};
use crate::ui::view::serving::{DeploymentLine, body, deployments, fields, usage};
use crate::web::serving;

/// The address of a deployment's page, relative to the page's base.
pub(super) fn serving_href(name: &str) -> String {
    format!("serving/{}", encoded(name))
}

/// An `@` may stand in a path as it is.
fn encoded(name: &str) -> String {
    String::from(js_sys::encode_uri_component(name)).replace("%40", "@")
}

/// Where a deployment takes requests.
fn endpoint(name: &str) -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    format!("{base}serving/{}/invocations", encoded(name))
}

/// All deployments as they stand now, for the pages of what they serve.
pub(super) fn deployment_lines() -> Memo<Vec<DeploymentLine>> {
    let session = Session::here();
    Memo::new(move |_| {
        session.workspace.with(|workspace| {
            deployments(&workspace.registry.deployment_records(), &workspace.registry.model_records())
        })
    })
}

/// The link to a deployment, from what it serves.
pub(super) fn deployment_link(line: &DeploymentLine) -> impl IntoView + use<> {
    let (href, title) = (serving_href(&line.name), line.sentence());
    view! { <a class="link" href=href title=title data-lineage-deployment=line.name.clone()>{line.name.clone()}</a> }
}

/// All deployments at the side; the named one, or the list, in the middle.
#[component]
pub fn ServingPage() -> impl IntoView {
    let session = Session::here();
    session.request_contents();
    let params = use_params_map();
    let name = Memo::new(move |_| params.read().get("name"));
    let is_read = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.deployments.is_some()));
    let lines = deployment_lines();
    let shown = Memo::new(move |_| {
        let name = name.get()?;
        lines.with(|lines| lines.iter().find(|line| line.name == name).cloned())
    });
    let is_there = Memo::new(move |_| shown.with(Option::is_some));
    let is_changing = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.is_changing));
    let main = move || {
        let Some(name) = name.get() else {
            return view! { <List lines=lines/> }.into_any();
        };
        if is_there.get() {
            view! { <Detail name=name line=shown/> }.into_any()
        } else if is_changing.get() {
            view! { <p class="sr" role="status">"Making the change"</p> }.into_any()
        } else {
            view! {
                <h1 class="section">"Nothing is deployed here"</h1>
                <div class="blank">
                    <p>"No deployment " <code>{name}</code> " is kept in this browser. It may have been removed; what was removed can be taken back in the history."</p>
                    <a class="btn" href="serving">"All deployments"</a>
                </div>
            }
            .into_any()
        }
    };
    let side = move || {
        let current = name.get();
        let lines = lines.get().into_iter().map(|line| {
            let here = (current.as_deref() == Some(line.name.as_str())).then_some("page");
            view! { <li><a href=serving_href(&line.name) aria-current=here>{line.name.clone()}</a></li> }
        });
        lines.collect_view()
    };
    view! {
        <div class="runs">
            <nav class="side" aria-label="Deployments">
                <h2 class="label">"Deployments"</h2>
                <ul>{side}</ul>
            </nav>
            <div class="runs-main models-main">
                <Show when=move || is_read.get() fallback=|| view! {
                    <div aria-busy="true"><p class="sr" role="status">"Reading the deployments"</p>
                        <p aria-hidden="true"><span class="sk sk-4 bigsk"></span></p></div>
                }>
                    {main}
                </Show>
            </div>
        </div>
    }
}

#[component]
fn List(lines: Memo<Vec<DeploymentLine>>) -> impl IntoView {
    let now = clock();
    let rows = move || {
        let rows = lines.get().into_iter().map(|line| {
            let (since, sentence, href) = (line.since, line.sentence(), serving_href(&line.name));
            let (name, address) = (line.name.clone(), endpoint(&line.name));
            let status = if line.answers.is_ok() { "ready" } else { "failed" };
            view! {
                <tr data-deployment=name data-endpoint=address data-status=status>
                    <th scope="row"><a class="link" href=href>{line.name}</a></th>
                    <td class="muted">{sentence}</td>
                    <td class="muted" title=date_time(since)>{move || ago(now.get(), since)}</td>
                </tr>
            }
        });
        rows.collect_view()
    };
    view! {
        <div class="cluster"><h1 class="section">"Serving"</h1></div>
        <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! {
            <div class="blank">
                <p><b>"Nothing is deployed yet"</b>"Open a registered model and choose Deploy: it gets an address in this browser that predicts as mlflow models serve does, without a server."</p>
                <a class="btn" href="models">"All models"</a>
            </div>
        }>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Deployments">
                <table class="table">
                    <caption class="sr">"Deployments"</caption>
                    <thead><tr><th scope="col">"Address"</th><th scope="col">"Answers"</th><th scope="col">"Since"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Show>
    }
}

#[component]
fn Detail(name: String, line: Memo<Option<DeploymentLine>>) -> impl IntoView {
    let session = Session::here();
    let address = StoredValue::new(endpoint(&name));
    // `None`: the service worker is being installed.
    let installed = RwSignal::new(None::<Result<(), String>>);
    spawn_local(async move { installed.set(Some(serving::install().await)) });
    let answers = Memo::new(move |_| line.with(|line| line.as_ref().and_then(|line| line.answers.clone().ok())));
    let run_id =
        Signal::derive(move || answers.with(|answers| answers.iter().map(|(_, run)| run.clone()).collect::<Vec<_>>()));
    let found = session.records(run_id);
    let inputs = Memo::new(move |_| {
        found
            .with(|found| found.as_ref().and_then(|found| found.runs.first().map(|run| fields(run))))
            .unwrap_or_default()
    });
    let target = Memo::new(move |_| {
        found
            .with(|found| {
                let run = found.as_ref()?.runs.first()?;
                training(run).map(|training| training.features.target.clone())
            })
            .unwrap_or_default()
    });
    let status = move || match (installed.get(), answers.get()) {
        (None, _) => "pending",
        (Some(Ok(())), Some(_)) => "ready",
        _ => "failed",
    };
    let sentence = move || match installed.get() {
        Some(Err(words)) => words,
        _ => line.with(|line| line.as_ref().map(DeploymentLine::sentence).unwrap_or_default()),
    };
    let model = line.with_untracked(|line| line.as_ref().map(|line| line.model.clone()).unwrap_or_default());
    let removed = name.clone();
    let remove = move || {
        let saved = session.workspace.with_untracked(|workspace| workspace.registry.deployment(&removed));
        if let Some(saved) = saved {
            session.change(saved.delete());
            session.go("/serving");
        }
    };
    let values = RwSignal::new(Vec::<String>::new());
    Effect::new(move || values.set(inputs.with(|inputs| inputs.iter().map(|field| field.start.clone()).collect())));
    let request = Memo::new(move |_| inputs.with(|inputs| values.with(|values| body(inputs, values))));
    let is_ready = Memo::new(move |_| status() == "ready");
    view! {
        <header class="runhd" data-deployment=name.clone() data-endpoint=address.get_value() data-status=status>
            <div class="cluster"><h1>{name.clone()}</h1></div>
            <div class="cluster push">
                <a class="btn" href=model_href(&model)>"The model"</a>
                <RowMenu of=format!("the deployment {name}") items=vec![Item::new("Remove this deployment", "deployment-delete", remove)]/>
            </div>
            <div class="metaline"><span role="status">{sentence}</span></div>
            <div class="metaline"><code class="clip">{address.get_value()}</code><CopyButton text=Signal::stored(address.get_value()) what="the address"/></div>
        </header>
        <div class="plots">
            <TryIt inputs=inputs values=values request=request is_ready=is_ready address=address/>
            <Why inputs=inputs values=values run_id=run_id target=target/>
            <ScoreAFile name=name.clone() run_id=run_id/>
            <TakeAway run_id=run_id/>
            <Usage request=request address=address/>
        </div>
        <super::serving_monitor::Monitor name=name/>
    }
}

/// How the address is asked from elsewhere.
#[component]
fn Usage(request: Memo<String>, address: StoredValue<String>) -> impl IntoView {
    let lines = Memo::new(move |_| request.with(|request| usage(&address.get_value(), request)));
    let blocks = move || {
        lines.get().into_iter().map(|(title, code)| {
            view! {
                <div class="cluster data-head"><h3 class="label">{title}</h3><CopyButton text=Signal::stored(code.clone()) what="these lines"/></div>
                <pre class="code" tabindex="0" role="region" aria-label=title><code>{code}</code></pre>
            }
        }).collect_view()
    };
    view! {
        <section aria-labelledby="usage">
            <h2 class="section" id="usage">"Ask it"</h2>
            <p class="muted small">"Every page in this site’s folder reaches the address, also after a reload and without a network. Other programs cannot reach into a browser: for them, take the model out of its run as an MLflow model and start "<code>"mlflow models serve -m model -p 5001"</code>". The lines are the same."</p>
            {blocks}
        </section>
    }
}
