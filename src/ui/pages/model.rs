//! One registered model: its versions, who was champion when, and its metric over the versions.

use leptos::prelude::*;

use super::edit_text::{EditTags, EditText};
use super::keep_focus::keep_focus;
use super::model_dialogs::{AliasDialog, DeployDialog, RetireDialog};
use super::models::{alias_class, model_href};
use super::promotion::Promote;
use super::row_menu::{Item, RowMenu};
use super::run_dataset::dataset_href;
use super::run_parts::{RunLink, clock};
use super::serving::{deployment_lines, deployment_link};
use crate::registry::{Changed, RegisteredModel, RegistryError, Saved, rename_model};
use crate::ui::charts::Chart;
use crate::ui::components::Icon;
use crate::ui::session::Session;
use crate::ui::view::models::{ModelView, VersionLine};
use crate::ui::view::runs_text::{ago, date_time};
use crate::ui::view::serving::{DeploymentLine, of_model};

/// Unix milliseconds now.
pub(super) fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// Changes of the model of this name, as it stands in the store.
#[derive(Clone, Copy)]
pub(super) struct Changer {
    session: Session,
    name: StoredValue<String>,
}

impl Changer {
    pub(super) fn new(session: Session, name: String) -> Self {
        Self { session, name: StoredValue::new(name) }
    }

    pub(super) fn saved(&self) -> Option<Saved<RegisteredModel>> {
        self.name.with_value(|name| self.session.workspace.with_untracked(|workspace| workspace.registry.model(name)))
    }

    /// Makes a change, and says what was wrong with it at the bottom.
    fn change(&self, change: impl FnOnce(&RegisteredModel) -> Changed<RegisteredModel>) {
        if let Some(saved) = self.saved() {
            self.session.try_change(change(&saved.record).map(|changed| saved.change(changed)));
        }
    }

    /// Makes a change, or gives back why not.
    pub(super) fn try_change(
        &self,
        change: impl FnOnce(&RegisteredModel) -> Changed<RegisteredModel>,
    ) -> Result<(), RegistryError> {
        if let Some(saved) = self.saved() {
            let changed = change(&saved.record)?;
            self.session.change(saved.change(changed));
        }
        Ok(())
    }
}

/// What a dialog is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Alias(u32),
    Retire(u32),
    /// The version to begin with.
    Deploy(u32),
}

/// The page of a model.
#[component]
pub(super) fn ModelDetail(name: String, view: Signal<Option<ModelView>>) -> impl IntoView {
    let session = Session::here();
    let changer = Changer::new(session, name.clone());
    let asked = RwSignal::new(None::<Asked>);
    let view =
        Memo::new(move |before: Option<&ModelView>| view.get().or_else(|| before.cloned()).unwrap_or_else(empty));
    let description = Signal::derive(move || view.with(|view| view.description.clone()));
    let tags = Signal::derive(move || view.with(|view| view.tags.clone()));
    let title = Signal::stored(name.clone());
    keep_focus(move || view.track());
    let rename = Callback::new(move |to: String| {
        let all = session.workspace.with_untracked(|workspace| workspace.registry.model_records());
        let Some(saved) = changer.saved() else { return };
        match saved.record.rename(&to, &all, now()) {
            Ok((after, words)) => {
                let path = format!("/{}", model_href(&after.name));
                let deployments = session.workspace.with_untracked(|workspace| workspace.registry.deployments.clone());
                let deployments = deployments.as_deref().map_or(&[][..], Vec::as_slice);
                session.change(rename_model(&saved, (after, words), deployments));
                session.go(&path);
            }
            Err(error) => session.say(&error.to_string()),
        }
    });
    let remove = move || {
        if let Some(saved) = changer.saved() {
            session.change(saved.delete());
            session.go("/models");
        }
    };
    let compare = move || {
        let ids: Vec<String> = view.with(|view| {
            let runs = view.versions.iter().take(crate::ui::view::compare::MOST);
            runs.map(|line| line.run_id.clone()).collect()
        });
        session.go(&format!("/compare?runs={}", ids.join(",")));
    };
    let chart =
        move || view.with(|view| view.chart.clone()).map(|scene| view! { <Chart scene=Signal::stored(scene)/> });
    let newest =
        move || view.with(|view| view.versions.iter().find(|line| line.retired.is_none()).map(|line| line.version));
    let n_versions = move || view.with(|view| view.versions.len());
    let no_deployer = Memo::new(move |_| session.workspace.with(|workspace| workspace.stack.without_deployer()));
    view! {
        <header class="runhd" data-model=name.clone()>
            <div class="cluster"><h1>{name.clone()}</h1>
                <EditText text=title what="name" empty="Name" hidden=true handle="model-name" on_save=rename/></div>
            <div class="cluster push">
                <Show when=move || n_versions().gt(&1)>
                    <button class="btn" type="button" data-testid="compare-versions" on:click=move |_| compare()>"Compare versions"</button>
                </Show>
                <Show when=move || newest().is_some()>
                    {move || match no_deployer.get() {
                        None => view! {
                            <button class="btn btn-primary" type="button" data-testid="deploy"
                                on:click=move |_| asked.set(newest().map(Asked::Deploy))>"Deploy"</button>
                        }.into_any(),
                        Some(stack) => view! {
                            <span class="muted small" data-testid="no-deployer">"Not to be deployed: the stack "<a class="link" href="stack">{stack}</a>" has no model deployer"</span>
                        }.into_any(),
                    }}
                </Show>
                <RowMenu of=format!("the model {name}") items=vec![Item::new("Remove this model", "model-delete", remove)]/>
            </div>
            <div class="metaline">
                <EditText text=description what="description" empty="Describe it" lines=true handle="model-description"
                    on_save=Callback::new(move |text: String| changer.change(|model| model.describe(None, &text, now())))/>
            </div>
            <div class="metaline">
                <EditTags tags=tags of="the model".to_owned()
                    on_set=Callback::new(move |(key, value): (String, Option<String>)| changer.change(|model| model.tag(None, &key, value.as_deref(), now())))/>
            </div>
        </header>
        <Versions view=view changer=changer asked=asked/>
        <Deployments model=name/>
        <div class="plots">
            <Promote view=view asked=asked/>
            <Aliases view=view changer=changer/>
            {chart}
        </div>
        <AliasDialog asked=asked changer=changer/>
        <RetireDialog asked=asked changer=changer/>
        <DeployDialog asked=asked changer=changer/>
    }
}

fn empty() -> ModelView {
    ModelView {
        name: String::new(),
        description: String::new(),
        tags: Vec::new(),
        headline: None,
        champion: None,
        candidate: None,
        versions: Vec::new(),
        log: Vec::new(),
        protects: Vec::new(),
        can_roll_back: Vec::new(),
        chart: None,
    }
}

#[component]
fn Versions(view: Memo<ModelView>, changer: Changer, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let clock = clock();
    let headline =
        move || view.with(|view| view.headline.clone().map(|(_, title)| title)).unwrap_or_else(|| "Metric".into());
    let key = move || view.with(|view| view.headline.as_ref().map_or("", |(key, _)| *key));
    let rows = move || {
        let lines = view.with(|view| view.versions.clone());
        lines.into_iter().map(|line| version_row(line, key(), clock, changer, asked)).collect_view()
    };
    view! {
        <section aria-labelledby="model-versions">
            <h2 class="sr" id="model-versions">"Versions"</h2>
            <Show when=move || view.with(|view| !view.versions.is_empty()) fallback=|| view! {
                <div class="blank"><p><b>"No versions"</b>"Register a run to make the first version: open the run and choose Register."</p><a class="btn" href="runs">"All runs"</a></div>
            }>
                <div class="scroll-x with-menus" tabindex="0" role="region" aria-label="The table of versions">
                    <table class="table table-tight">
                        <caption class="sr">"Versions, newest first"</caption>
                        <thead><tr>
                            <th scope="col" class="num">"Version"</th>
                            <th scope="col">"Aliases"</th>
                            <th scope="col" class="num">{headline}</th>
                            <th scope="col" class="num">"Against champion"</th>
                            <th scope="col">"Model"</th>
                            <th scope="col">"Run"</th>
                            <th scope="col">"Dataset"</th>
                            <th scope="col">"Registered"</th>
                            <th scope="col">"Notes"</th>
                            <th scope="col"><span class="sr">"More"</span></th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <p class="small muted after">"An alias points to one version at a time. Every move is logged below and can be taken back."</p>
            </Show>
        </section>
    }
}

fn version_row(
    line: VersionLine,
    key: &'static str,
    clock: Signal<i64>,
    changer: Changer,
    asked: RwSignal<Option<Asked>>,
) -> impl IntoView {
    let (version, time) = (line.version, line.time);
    let is_retired = line.retired.is_some();
    let run_id = line.run_id.clone();
    let aliases = line.aliases.clone().into_iter().map(|alias| {
        let gone = alias.clone();
        view! {
            <span class=alias_class(&alias) data-alias=alias.clone() data-alias-version=version.to_string()>{format!("@{alias}")}
                <button class="btn btn-icon btn-small" type="button" aria-label=format!("Take @{alias} off version {version}")
                    on:click=move |_| changer.change(|model| model.delete_alias(&gone, "", now()))><Icon name="cross" small=true/></button>
            </span>
        }
    });
    let aliases = aliases.collect_view();
    let mut items = vec![];
    if is_retired {
        items.push(Item::new("Bring back", "bring-back", move || {
            changer.change(|model| model.bring_back(version, now()))
        }));
    } else {
        items.push(Item::new("Set or move an alias…", "set-alias-menu", move || {
            asked.set(Some(Asked::Alias(version)))
        }));
        if changer.session.workspace.with_untracked(|workspace| workspace.stack.without_deployer()).is_none() {
            items.push(Item::new("Deploy…", "deploy-version", move || asked.set(Some(Asked::Deploy(version)))));
        }
        items.push(Item::new("Retire…", "retire", move || asked.set(Some(Asked::Retire(version)))));
    }
    let (session, exported) = (changer.session, line.run_id.clone());
    items.push(Item::new("Export…", "export-version", move || session.offer_exports(exported.clone())));
    items.push(Item::new("Remove this version", "version-delete", move || {
        changer.change(|model| model.delete_version(version, now()));
    }));
    let describe =
        Callback::new(move |text: String| changer.change(|model| model.describe(Some(version), &text, now())));
    let tag = Callback::new(move |(key, value): (String, Option<String>)| {
        changer.change(|model| model.tag(Some(version), &key, value.as_deref(), now()));
    });
    let dataset = line
        .dataset
        .clone()
        .map(|(name, digest)| view! { <a class="link" href=dataset_href(&digest) title=digest>{name}</a> });
    view! {
        <tr data-version=version.to_string() data-retired=is_retired.then_some("true") data-run=run_id class=if is_retired { "retired" } else { "" }>
            <th scope="row" class="num name">{version.to_string()}</th>
            <td><span class="chips">
                {line.retired.map(|why| view! { <span class="tag tag-warn" title=why>"retired"</span> })}
                {aliases}
                {(!is_retired).then(|| view! {
                    <button class="btn btn-small btn-quiet" type="button" data-testid="set-alias" aria-label=format!("Set an alias on version {version}")
                        on:click=move |_| asked.set(Some(Asked::Alias(version)))>"@"</button>
                })}
            </span></td>
            <td class="num" data-headline=key data-value=line.value.clone() title=line.value>{line.text}</td>
            <td class="num"><span class=line.tone.class()>{line.against}</span></td>
            <td>{line.model_name}</td>
            <td><RunLink run_id=line.run_id text=line.run_name/></td>
            <td class="clip">{dataset}</td>
            <td class="muted" title=date_time(time)>{move || ago(clock.get(), time)}</td>
            <td><span class="chips">
                <EditText text=Signal::stored(line.description) what="description" empty="Describe" handle="version-description" on_save=describe/>
                <EditTags tags=Signal::stored(line.tags) of=format!("version {version}") on_set=tag/>
            </span></td>
            <td><RowMenu of=format!("version {version}") items=items/></td>
        </tr>
    }
}

/// The addresses under which the model answers; nothing where there is none.
#[component]
fn Deployments(model: String) -> impl IntoView {
    let lines = deployment_lines();
    let own = Memo::new(move |_| of_model(lines.get(), &model));
    let rows = move || {
        let row = |line: &DeploymentLine| view! { <li>{deployment_link(line)}<span class="muted">{line.sentence()}</span></li> };
        own.with(|own| own.iter().map(row).collect_view())
    };
    view! {
        <Show when=move || !own.with(Vec::is_empty)>
            <section aria-labelledby="model-deployments" data-testid="model-deployments">
                <div class="cluster data-head"><h2 class="section" id="model-deployments">"Deployments"</h2></div>
                <ul class="lines">{rows}</ul>
            </section>
        </Show>
    }
}

#[component]
fn Aliases(view: Memo<ModelView>, changer: Changer) -> impl IntoView {
    let clock = clock();
    let back = move || {
        let back = view.with(|view| view.can_roll_back.clone()).into_iter().map(|(alias, version)| {
            let of = alias.clone();
            view! {
                <button class="btn btn-small" type="button" data-testid="roll-back" data-roll-back=alias.clone()
                    on:click=move |_| changer.change(|model| model.roll_back(&of, "Rolled back", now()))>
                    <Icon name="undo" small=true/>{format!("Roll @{alias} back to version {version}")}
                </button>
            }
        });
        back.collect_view()
    };
    let log = move || {
        let log = view.with(|view| view.log.clone()).into_iter().map(|line| {
            let time = line.time;
            view! {
                <li data-log-alias=line.alias.clone()>
                    <time class="muted" title=date_time(time)>{move || ago(clock.get(), time)}</time>
                    <span><span class=alias_class(&line.alias)>{format!("@{}", line.alias)}</span>" "{line.words}"."
                        {(!line.note.is_empty()).then(|| view! { <span class="hint">{line.note}</span> })}</span>
                </li>
            }
        });
        log.collect_view()
    };
    view! {
        <section aria-labelledby="model-log">
            <div class="cluster data-head"><h2 class="section" id="model-log">"Who was champion when"</h2></div>
            <div class="cluster data-head">{back}</div>
            <For each=move || view.with(|view| view.protects.clone()) key=|(alias, _)| alias.clone() let:line>
                {
                    let alias = StoredValue::new(line.0);
                    let is_on = move || alias.with_value(|alias| view.with(|view| view.protects.iter().any(|(own, on)| own == alias && *on)));
                    let label = alias.with_value(|alias| format!("Check before @{alias} moves, as before @champion"));
                    view! {
                        <label class="check small"><input type="checkbox" data-protect=alias.get_value() prop:checked=is_on
                            on:change=move |event| {
                                let on = event_target_checked(&event);
                                changer.change(|model| alias.with_value(|alias| model.protect(alias, on, now())));
                            }/><span>{label}</span></label>
                    }
                }
            </For>
            <Show when=move || view.with(|view| !view.log.is_empty()) fallback=|| view! {
                <p class="muted small">"No alias has been set yet. Set @champion on the version that is in use."</p>
            }>
                <ol class="log">{log}</ol>
            </Show>
        </section>
    }
}
