//! Views of the table under names: picked, saved, brought up to date, renamed, removed; each change can be taken back.

use leptos::prelude::*;

use super::runs::Shared;
use super::runs_bar::Field;
use super::runs_table::focus;
use crate::base::Coded;
use crate::registry::{RegistryError, Saved, SavedView};
use crate::tracking::StoreCommand;
use crate::ui::components::{Fold, Icon};
use crate::ui::session::Session;
use crate::ui::view::runs::{Columns, TableState};

/// The list of views, behind a button that names the one shown and marks what was changed since.
#[component]
pub(super) fn Views(shared: Shared) -> impl IntoView {
    let session = Session::here();
    let experiment = Memo::new(move |_| shared.experiment.get().unwrap_or_else(|| "all".into()));
    let all = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            let texts = workspace.contents.as_ref().map(|contents| contents.views.clone()).unwrap_or_default();
            texts.into_iter().filter_map(Saved::<SavedView>::read).collect::<Vec<_>>()
        })
    });
    let own = Memo::new(move |_| {
        let experiment = experiment.get();
        all.with(|all| all.iter().filter(|saved| saved.record.experiment == experiment).cloned().collect::<Vec<_>>())
    });
    let records = move || all.with_untracked(|all| all.iter().map(|saved| saved.record.clone()).collect::<Vec<_>>());
    // What a view would keep of the table as it is.
    let now = Memo::new(move |_| {
        let columns = shared.columns.with(Columns::choice);
        shared.state.with(|state| state.kept(columns, shared.layout.get()))
    });
    let shown = Memo::new(move |_| {
        let name = shared.state.with(|state| state.named.clone())?;
        own.with(|own| own.iter().find(|saved| saved.record.name == name).cloned())
    });
    let is_changed = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().is_some_and(|saved| now.with(|now| saved.record.pairs != *now)))
    });
    let fold = Fold::default();
    let name = RwSignal::new(String::new());
    // The view that is being renamed, by its name.
    let renamed = RwSignal::new(None::<String>);
    let error = RwSignal::new(None::<(&'static str, String)>);
    let go = move |named: Option<String>| {
        shared.show.run(TableState { named, ..shared.state.get_untracked() });
    };
    // What had the focus may be gone after a change; the list stays open.
    let stay = || request_animation_frame(|| focus("[data-testid=view-name]"));
    let make = move |made: Result<StoreCommand, RegistryError>| match made {
        Ok(change) => {
            session.change(change);
            error.set(None);
            name.set(String::new());
            renamed.set(None);
            stay();
            true
        }
        Err(why) => {
            error.set(Some((why.code(), why.to_string())));
            false
        }
    };
    let pick = move |saved: &Saved<SavedView>| {
        let state = TableState::from_query(|name| saved.record.value(name));
        let experiment = shared.state.with_untracked(|state| state.experiment.clone());
        let experiment = experiment.or_else(|| Some(saved.record.experiment.clone()));
        shared.show.run(TableState { experiment, named: Some(saved.record.name.clone()), ..state });
        fold.close();
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        let created = SavedView::create(&experiment.get_untracked(), &wanted, now.get_untracked(), &records());
        if make(created.map(Saved::create)) {
            go(Some(wanted));
            fold.close();
        }
    };
    let update = move |_| {
        if let Some(saved) = shown.get_untracked() {
            make(saved.record.update(now.get_untracked()).map(|changed| saved.change(changed)));
        }
    };
    let new_name = RwSignal::new(String::new());
    let line = move |saved: Saved<SavedView>| {
        let title = saved.record.name.clone();
        let is_shown = {
            let title = title.clone();
            move || shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.record.name == title))
        };
        let saved = StoredValue::new(saved);
        let rename = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let wanted = new_name.get_untracked().trim().to_owned();
            let was_shown = shared.state.with_untracked(|state| state.named.clone())
                == Some(saved.with_value(|saved| saved.record.name.clone()));
            let made = saved.with_value(|saved| saved.record.rename(&wanted, &records()).map(|new| saved.change(new)));
            if make(made) && was_shown {
                go(Some(wanted));
            }
        };
        let is_renamed = {
            let title = title.clone();
            move || renamed.with(|renamed| renamed.as_ref() == Some(&title))
        };
        let remove = move |_| {
            let was_shown = shared.state.with_untracked(|state| state.named.clone())
                == Some(saved.with_value(|saved| saved.record.name.clone()));
            session.change(saved.with_value(|saved| saved.record.removal(saved)));
            stay();
            if was_shown {
                go(None);
            }
        };
        let handle = title.clone();
        view! {
            <li data-view=handle>
                <Show
                    when=is_renamed
                    fallback={
                        let title = title.clone();
                        move || {
                            let (words, begun) = (title.clone(), title.clone());
                            let is_shown = is_shown.clone();
                            view! {
                                <button class="btn btn-quiet view-name" type="button" aria-current=move || is_shown().then_some("true")
                                    on:click=move |_| saved.with_value(pick)>{words}</button>
                                <button class="btn btn-icon btn-small" type="button" data-testid="view-rename" aria-label=format!("Rename the view {title}")
                                    on:click=move |_| { new_name.set(begun.clone()); renamed.set(Some(begun.clone())); }><Icon name="pencil" small=true/></button>
                                <button class="btn btn-icon btn-small" type="button" data-testid="view-remove" aria-label=format!("Remove the view {title}")
                                    on:click=remove><Icon name="trash" small=true/></button>
                            }
                        }
                    }
                >
                    <form class="cluster" on:submit=rename>
                        <Field label="Name of the view" value=new_name name="view-new-name" focused=true />
                        <button class="btn btn-small" type="submit">"Rename"</button>
                        <button class="btn btn-small" type="button" on:click=move |_| renamed.set(None)>"Cancel"</button>
                    </form>
                </Show>
            </li>
        }
    };
    let title =
        move || shown.with(|shown| shown.as_ref().map_or_else(|| "Views".to_owned(), |s| s.record.name.clone()));
    view! {
        <details
            class="folded"
            data-testid="views"
            data-changed=move || is_changed.get().then_some("true")
            node_ref=fold.node
            on:keydown=move |event| fold.on_key(&event)
            on:focusout=move |event| fold.on_leave_later(&event)
        >
            <summary class="btn"><Icon name="paste"/><span class="clip view-title">{title}</span>
                <Show when=move || is_changed.get()><span class="muted small">"changed"</span></Show>
            </summary>
            <div class="folded-list picker-box">
                <Show when=move || own.with(Vec::is_empty)>
                    <p class="small muted">"A view keeps search, columns, order and charts under a name."</p>
                </Show>
                <ul class="views"><For each=move || own.get() key=|saved| (saved.record.name.clone(), saved.record.pairs.clone()) let:saved>{line(saved)}</For></ul>
                <Show when=move || is_changed.get()>
                    <div class="cluster">
                        <button class="btn btn-small" type="button" data-testid="view-update" on:click=update>{move || format!("Change {} to this", title())}</button>
                        <button class="btn btn-small btn-quiet" type="button" data-testid="view-reset"
                            on:click=move |_| if let Some(saved) = shown.get_untracked() { pick(&saved) }>"Back to what was saved"</button>
                    </div>
                </Show>
                <button class="btn btn-small btn-quiet" type="button" data-testid="view-usual" title="Newest first, all runs, the usual columns"
                    on:click=move |_| shared.forget_view()>"Back to the usual view"</button>
                <form class="cluster" on:submit=save>
                    <Field label="Name of a new view" value=name name="view-name" focused=false />
                    <button class="btn btn-small" type="submit" data-testid="view-save">"Save"</button>
                </form>
                {move || error.get().map(|(code, words)| view! { <p class="form-error small" role="alert" data-testid="error" data-code=code>{words}</p> })}
            </div>
        </details>
    }
}
