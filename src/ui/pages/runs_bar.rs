//! What can be done with the runs that are selected.

use leptos::prelude::*;

use super::export::ExportRuns;
use super::run_parts::run_path;
use super::runs::Shared;
use super::runs_table::is_free_key;
use crate::base::Coded;
use crate::tracking::{
    ChangeError, LifecycleStage, RunSummary, StoreCommand, delete_runs, move_runs, rename_runs, tag_runs, with_children,
};
use crate::ui::components::Icon;
use crate::ui::session::Session;
use crate::ui::view::runs::{Selection, compare_href, in_order, rename_preview};
use crate::web::protocol::WhichRuns;

/// So many runs can stand beside each other.
const MOST_COMPARED: usize = 50;

/// What the bar asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    Acts,
    Tag,
    Move,
    Rename,
}

/// The bar; there only while something is selected.
#[component]
pub(super) fn SelectionBar(shared: Shared) -> impl IntoView {
    let Shared { runs, selection, lines, .. } = shared;
    let session = Session::here();
    let count = Memo::new(move |_| selection.with(|selection| selection.ids.len()));
    let mode = RwSignal::new(Mode::default());
    let error = RwSignal::new(None::<(&'static str, String)>);
    let close = move || {
        mode.set(Mode::Acts);
        error.set(None);
    };
    Effect::new(move || {
        if count.get() == 0 {
            close();
        }
    });
    // In the order of the table, so that the first is the baseline of a comparison.
    let ids = move || {
        runs.with(|runs| {
            lines.with(|lines| {
                let ids = |selection: &Selection| {
                    in_order(runs, lines, selection).into_iter().map(|run| run.info.run_id.clone()).collect::<Vec<_>>()
                };
                selection.with(ids)
            })
        })
    };
    let href = Memo::new(move |_| {
        let ids = ids();
        compare_href(&ids.iter().map(String::as_str).collect::<Vec<_>>())
    });
    let can_compare = move || (2..=MOST_COMPARED).contains(&count.get());
    // Makes a change of the selected runs.
    let make = move |change: &dyn Fn(&[&RunSummary]) -> Result<StoreCommand, ChangeError>| {
        let made = runs.with_untracked(|runs| {
            lines
                .with_untracked(|lines| selection.with_untracked(|selection| change(&in_order(runs, lines, selection))))
        });
        match made {
            Ok(change) => {
                session.change(change);
                close();
            }
            Err(why) => error.set(Some((why.code(), why.to_string()))),
        }
    };
    let delete = move || {
        let change = runs.with_untracked(|runs| {
            let ids = selection.with_untracked(|selection| selection.ids.clone());
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            delete_runs(&with_children(runs, &ids), now())
        });
        session.change(change);
        selection.update(Selection::clear);
    };
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if !is_free_key(&event) || count.get_untracked() == 0 {
            return;
        }
        match event.key().as_str() {
            "c" if (2..=MOST_COMPARED).contains(&count.get_untracked()) => {
                session.go(&format!("/{}", href.get_untracked()));
            }
            "e" => mode.set(Mode::Rename),
            "Delete" => delete(),
            "Escape" => selection.update(Selection::clear),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && mode.get_untracked() != Mode::Acts {
            event.stop_propagation();
            event.prevent_default();
            close();
        }
    };
    let acts = move || {
        view! {
            <Show when=can_compare fallback=move || view! {
                <span class="quiet small">{move || if count.get() == 1 { "Two or more compare" } else { "Up to 50 compare" }}</span>
            }>
                <a class="btn" href=move || href.get() data-testid="bar-compare">"Compare"<kbd aria-hidden="true">"C"</kbd></a>
            </Show>
            <button class="btn" type="button" data-testid="bar-tag" on:click=move |_| mode.set(Mode::Tag)>"Tag"</button>
            <button class="btn" type="button" data-testid="bar-move" on:click=move |_| mode.set(Mode::Move)>"Move"</button>
            <button class="btn" type="button" data-testid="bar-rename" on:click=move |_| mode.set(Mode::Rename)>"Rename"</button>
            <Show when=move || count.get() == 1>
                <button class="btn hide-s" type="button" on:click=move |_| {
                    if let Some(id) = ids().first() {
                        session.go(&run_path(id));
                    }
                }>"Open"</button>
            </Show>
            <ExportRuns which=Signal::derive(move || WhichRuns::Runs(ids()))/>
            <button class="btn" type="button" data-testid="bar-delete" on:click=move |_| delete()>"Delete"</button>
            <button class="btn btn-icon" type="button" aria-label="Select none" on:click=move |_| selection.update(Selection::clear)>
                <Icon name="cross" small=true/>
            </button>
        }
        .into_any()
    };
    let (key, value) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tag = move || {
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            make(&|runs| tag_runs(runs, &key.get_untracked(), Some(&value.get_untracked())));
        };
        view! {
            <form class="cluster" on:submit=submit>
                <Field label="Tag" value=key name="tag-key" focused=true />
                <Field label="Value" value=value name="tag-value" focused=false />
                <button class="btn" type="submit" data-testid="tag-set">"Set"</button>
                <button class="btn" type="button" data-testid="tag-off" on:click=move |_| make(&|runs| tag_runs(runs, &key.get_untracked(), None))>"Take off"</button>
                <button class="btn" type="button" on:click=move |_| close()>"Cancel"</button>
            </form>
        }
        .into_any()
    };
    let to = RwSignal::new(String::new());
    let move_to = move || {
        let targets = move || {
            let all = shared.experiments.get().unwrap_or_default();
            all.into_iter().filter(|one| one.lifecycle_stage == LifecycleStage::Active).collect::<Vec<_>>()
        };
        to.set(targets().first().map(|one| one.experiment_id.clone()).unwrap_or_default());
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let id = to.get_untracked();
            let Some(target) = targets().into_iter().find(|one| one.experiment_id == id) else { return };
            // Children go with their parents.
            let all = runs.get_untracked();
            make(&|runs| {
                let ids: Vec<&str> = runs.iter().map(|run| run.info.run_id.as_str()).collect();
                move_runs(&with_children(&all, &ids), &target)
            });
            selection.update(Selection::clear);
        };
        view! {
            <form class="cluster" on:submit=submit>
                <select aria-label="Experiment" data-testid="move-to" autofocus=true on:change=move |event| to.set(event_target_value(&event))>
                    {targets().into_iter().map(|one| view! { <option value=one.experiment_id>{one.name}</option> }).collect_view()}
                </select>
                <button class="btn" type="submit" data-testid="move-set">"Move"</button>
                <button class="btn" type="button" on:click=move |_| close()>"Cancel"</button>
            </form>
        }
        .into_any()
    };
    let name = RwSignal::new(String::new());
    let rename = move || {
        let picked = move |runs: &[RunSummary]| -> Vec<RunSummary> {
            lines.with(|lines| {
                selection.with(|selection| in_order(runs, lines, selection).into_iter().cloned().collect())
            })
        };
        name.set(match runs.with_untracked(|runs| untrack(|| picked(runs))).as_slice() {
            [run] => run.info.run_name.clone(),
            _ => "{name}".to_owned(),
        });
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            make(&|runs| rename_runs(runs, &name.get_untracked()));
        };
        // Of several, what the first ones will be called.
        let preview = move || {
            let picked = runs.with(|runs| picked(runs));
            rename_preview(&picked.iter().collect::<Vec<_>>(), &name.get())
        };
        view! {
            <form class="cluster" on:submit=submit>
                <Field label="Name" value=name name="run-name" focused=true />
                <Show when=move || 1 < count.get()>
                    <span class="quiet small clip" role="status" data-testid="rename-preview">{preview}</span>
                </Show>
                <button class="btn" type="submit" data-testid="rename-set">"Rename"</button>
                <button class="btn" type="button" on:click=move |_| close()>"Cancel"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <p class="sr" role="status">{move || (count.get() > 0).then(|| format!("{} selected", count.get()))}</p>
        <Show when=move || count.get() != 0>
            <div class="dock dock-runs">
                {move || error.get().map(|(code, words)| view! {
                    <p class="note note-danger" role="alert" data-testid="error" data-code=code><Icon name="warn"/>{words}</p>
                })}
                <div class="selbar" role="group" aria-label="Selected runs" data-testid="selection" data-value=move || count.get() on:keydown=on_key>
                    <b>{move || format!("{} selected", count.get())}</b>
                    {move || match mode.get() {
                        Mode::Acts => acts(),
                        Mode::Tag => tag(),
                        Mode::Move => move_to(),
                        Mode::Rename => rename(),
                    }}
                </div>
            </div>
        </Show>
    }
}

/// A field of one line with its name.
#[component]
pub(super) fn Field(label: &'static str, value: RwSignal<String>, name: &'static str, focused: bool) -> impl IntoView {
    let field = NodeRef::<leptos::html::Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get().filter(|_| focused) {
            // A field that cannot take the focus leaves it where it is.
            let _ = field.focus();
            field.select();
        }
    });
    view! {
        <input
            type="text"
            class="field-line"
            aria-label=label
            placeholder=label
            data-testid=name
            autocomplete="off"
            node_ref=field
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        />
    }
}

/// Unix milliseconds.
pub(super) fn now() -> i64 {
    js_sys::Date::now() as i64
}
