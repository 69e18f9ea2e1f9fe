//! Registered models: the list, and the one that the address names.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::model::ModelDetail;
use super::run_parts::clock;
use crate::ui::session::Session;
use crate::ui::view::format::count;
use crate::ui::view::models::{ModelLine, model, models};
use crate::ui::view::runs_text::{ago, date_time};

/// The address of a model's page, relative to the page's base.
pub(super) fn model_href(name: &str) -> String {
    format!("models/{}", String::from(js_sys::encode_uri_component(name)))
}

/// All models at the side; the named one, or the list, in the middle.
#[component]
pub fn ModelsPage() -> impl IntoView {
    let session = Session::here();
    session.request_contents();
    let params = use_params_map();
    let name = Memo::new(move |_| params.read().get("name"));
    let is_read = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.models.is_some()));
    let all = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.model_records()));
    let lines = Memo::new(move |_| all.with(|all| models(all)));
    let shown = Memo::new(move |_| {
        let name = name.get()?;
        all.with(|all| all.iter().find(|record| record.name == name).map(model))
    });
    // The page of a model stays while the model changes.
    let is_there = Memo::new(move |_| shown.with(Option::is_some));
    let is_changing = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.is_changing));
    let main = move || {
        let Some(name) = name.get() else {
            return view! { <List lines=lines/> }.into_any();
        };
        if is_there.get() {
            let shown = Signal::derive(move || shown.get());
            view! { <ModelDetail name=name view=shown/> }.into_any()
        } else if is_changing.get() {
            view! { <p class="sr" role="status">"Making the change"</p> }.into_any()
        } else {
            view! {
                <h1 class="section">"There is no such model"</h1>
                <div class="blank">
                    <p>"No model " <code>{name}</code> " is kept in this browser. It may have been renamed or removed; what was removed can be taken back in the history."</p>
                    <a class="btn" href="models">"All models"</a>
                </div>
            }
            .into_any()
        }
    };
    let side = move || {
        let current = name.get();
        let lines = lines.get().into_iter().map(|line| {
            let here = (current.as_deref() == Some(line.name.as_str())).then_some("page");
            view! { <li><a href=model_href(&line.name) aria-current=here>{line.name.clone()}<span>{line.n_versions.to_string()}</span></a></li> }
        });
        lines.collect_view()
    };
    view! {
        <div class="runs">
            <nav class="side" aria-label="Registered models">
                <h2 class="label">"Registered models"</h2>
                <ul>{side}</ul>
            </nav>
            <div class="runs-main models-main">
                <Show when=move || is_read.get() fallback=|| view! {
                    <div aria-busy="true"><p class="sr" role="status">"Reading the models"</p>
                        <p aria-hidden="true"><span class="sk sk-4 bigsk"></span></p></div>
                }>
                    {main}
                </Show>
            </div>
        </div>
    }
}

#[component]
fn List(lines: Memo<Vec<ModelLine>>) -> impl IntoView {
    let now = clock();
    let query = RwSignal::new(String::new());
    let rows = move || {
        let words = query.get().to_lowercase();
        let fits = |line: &ModelLine| {
            let aliases: String = line.aliases.iter().map(|(alias, _)| format!("@{alias} ")).collect();
            let text = format!("{} {} {aliases}", line.name, line.description).to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        };
        let rows = lines.get().into_iter().filter(fits).map(|line| {
            let (handle, updated) = (line.name.clone(), line.updated);
            view! {
                <tr data-model=handle data-versions=line.n_versions.to_string()>
                    <th scope="row"><a class="link" href=model_href(&line.name)>{line.name.clone()}</a></th>
                    <td class="num">{count(line.n_versions as u64)}</td>
                    <td><span class="chips">{line.aliases.into_iter().map(|(alias, version)| view! {
                        <span class=alias_class(&alias)>{format!("@{alias} · {version}")}</span>
                    }).collect_view()}</span></td>
                    <td class="clip muted">{line.description}</td>
                    <td class="muted" title=date_time(updated)>{move || ago(now.get(), updated)}</td>
                </tr>
            }
        });
        rows.collect_view()
    };
    view! {
        <div class="cluster"><h1 class="section">"Models"</h1>
            <span class="muted small">{move || match lines.with(Vec::len) {
                0 => String::new(), 1 => "1 registered".into(), n => format!("{n} registered"),
            }}</span></div>
        <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! {
            <div class="blank">
                <p><b>"No models yet"</b>"Register the model of a run: open a run and choose Register. Its versions, aliases such as @champion, and who had them when, are kept here."</p>
                <a class="btn" href="runs">"All runs"</a>
            </div>
        }>
            <input class="input input-find" type="search" aria-label="Search models" placeholder="Name or @alias"
                prop:value=move || query.get() on:input=move |event| query.set(event_target_value(&event))/>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Models">
                <table class="table">
                    <caption class="sr">"Registered models"</caption>
                    <thead><tr><th scope="col">"Model"</th><th scope="col" class="num">"Versions"</th><th scope="col">"Aliases"</th>
                        <th scope="col">"Description"</th><th scope="col">"Changed"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Show>
    }
}

/// The chip of an alias; that of the model in use is filled.
pub(super) fn alias_class(alias: &str) -> &'static str {
    if alias == crate::ui::view::models::CHAMPION { "alias alias-first" } else { "alias" }
}
