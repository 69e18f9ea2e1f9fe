//! The model of a run becomes a version of a registered model.

use std::sync::Arc;

use leptos::prelude::*;

use super::model::now;
use super::models::model_href;
use crate::registry::{RegisteredModel, RegistryError, Saved};
use crate::tracking::{RunRecord, StoreCommand};
use crate::ui::components::ModalDialog;
use crate::ui::session::Session;
use crate::ui::view::models::suggested_name;
use crate::ui::view::run::training;

/// A button, and the dialog behind it. Nothing for a run without a model.
#[component]
pub(super) fn Register(run: Arc<RunRecord>) -> impl IntoView {
    training(&run)?;
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    let session = Session::here();
    // Before the models are known, a name that is taken could not be told from a new one.
    let is_unread = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.models.is_none()));
    Some(view! {
        <button class="btn" type="button" data-testid="register" disabled=move || is_unread.get() on:click=move |_| open.set(true)>"Register…"</button>
        <ModalDialog open=open on_close=close label="Register the model" class="dialog">
            <Form run=Arc::clone(&run) close=close/>
        </ModalDialog>
    })
}

fn registered(
    name: &str,
    run: &RunRecord,
    about: &str,
    saved: Option<Saved<RegisteredModel>>,
    all: &[RegisteredModel],
) -> Result<StoreCommand, RegistryError> {
    match saved {
        Some(saved) => Ok(saved.change(saved.record.register(run, about, now())?)),
        None => {
            let (model, _) = RegisteredModel::create(name, all, now())?;
            Ok(Saved::create(model.register(run, about, now())?))
        }
    }
}

#[component]
fn Form(run: Arc<RunRecord>, close: Callback<()>) -> impl IntoView {
    let session = Session::here();
    let all = Memo::new(move |_| session.workspace.with(|workspace| workspace.registry.model_records()));
    // A model of the same target is most likely meant.
    let target = training(&run).map(|training| training.target.clone());
    let like = all.with_untracked(|all| {
        let is_like = |model: &&RegisteredModel| model.latest().map(|version| &version.target) == target.as_ref();
        all.iter().find(is_like).map(|model| model.name.clone())
    });
    let suggested = like.unwrap_or_else(|| all.with_untracked(|all| suggested_name(&run, all)));
    let name = RwSignal::new(suggested);
    let about = RwSignal::new(String::new());
    let refusal = RwSignal::new(None::<String>);
    let effect = move || {
        let name = name.get();
        all.with(|all| match all.iter().find(|model| model.name == name.trim()) {
            Some(model) => format!("Becomes version {} of {}.", model.last_version + 1, model.name),
            None => "Makes a new model of this name, with version 1.".to_owned(),
        })
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        let saved = session.workspace.with_untracked(|workspace| workspace.registry.model(&name));
        let all = all.get_untracked();
        match registered(&name, &run, &about.get_untracked(), saved, &all) {
            Ok(change) => {
                session.change(change);
                close.run(());
                session.go(&format!("/{}", model_href(&name)));
            }
            Err(error) => refusal.set(Some(error.to_string())),
        }
    };
    let options =
        move || all.get().into_iter().map(|model| view! { <option value=model.name></option> }).collect_view();
    view! {
        <form class="form" on:submit=save>
            <div class="dialog-head"><h2 class="section">"Register the model of this run"</h2></div>
            <div class="field">
                <label for="register-name">"Model"</label>
                <input class="input" id="register-name" type="text" list="register-list" autocomplete="off" autofocus data-testid="register-name" aria-describedby="register-effect"
                    prop:value=move || name.get() on:input=move |event| { refusal.set(None); name.set(event_target_value(&event)); }/>
                <datalist id="register-list">{options}</datalist>
                <span class="hint" id="register-effect" role="status">{effect}</span>
            </div>
            <div class="field">
                <label for="register-about">"Description of this version (optional)"</label>
                <textarea class="input" id="register-about" prop:value=move || about.get() on:input=move |event| about.set(event_target_value(&event))></textarea>
            </div>
            {move || refusal.get().map(|words| view! { <p class="form-error" role="alert" data-testid="register-refusal">{words}</p> })}
            <div class="cluster">
                <button class="btn btn-quiet" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                <button class="btn btn-primary" type="submit" data-testid="register-save">"Register"</button>
            </div>
        </form>
    }
}
