//! The model of a run becomes a version of a registered model.

use std::sync::Arc;

use leptos::prelude::*;

use super::model::now;
use super::models::model_href;
use super::name_form::{NameForm, Naming, Words};
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
    let naming = Naming::new(suggested);
    let effect = Signal::derive(move || {
        let name = naming.name.get();
        all.with(|all| match all.iter().find(|model| model.name == name.trim()) {
            Some(model) => format!("Becomes version {} of {}.", model.last_version + 1, model.name),
            None => "Makes a new model of this name, with version 1.".to_owned(),
        })
    });
    let save = Callback::new(move |()| {
        let name = naming.trimmed();
        let saved = session.workspace.with_untracked(|workspace| workspace.registry.model(&name));
        let all = all.get_untracked();
        match registered(&name, &run, &naming.about.get_untracked(), saved, &all) {
            Ok(change) => {
                session.change(change);
                close.run(());
                session.go(&format!("/{}", model_href(&name)));
            }
            Err(error) => naming.refusal.set(Some(error.to_string())),
        }
    });
    let known = Signal::derive(move || all.with(|all| all.iter().map(|model| model.name.clone()).collect()));
    let words = Words {
        handle: "register",
        title: "Register the model of this run",
        name: "Model",
        about: "Description of this version (optional)",
        save: "Register",
    };
    view! { <NameForm words=words naming=naming known=known effect=effect lines=true on_save=save close=close/> }
}
