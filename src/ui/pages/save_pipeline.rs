//! The dialogs that give a pipeline a name: saved, or copied.

use leptos::prelude::*;

use super::model::now;
use super::name_form::{NameForm, Naming, Words};
use crate::registry::{RegistryError, Saved, SavedPipeline};
use crate::tracking::StoreCommand;
use crate::ui::components::{Icon, ModalDialog};
use crate::ui::session::Session;

/// Saves the pipeline at hand: under a new name, or as the next version of one.
#[component]
pub(super) fn SavePipeline() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    let session = Session::here();
    let can_save = Memo::new(move |_| {
        let (is_read, has_spec) =
            session.workspace.with(|workspace| (workspace.registry.pipelines.is_some(), workspace.has_spec));
        is_read && (has_spec || session.spec_at_hand().is_some())
    });
    view! {
        <button class="btn btn-primary" type="button" data-testid="save-pipeline" disabled=move || !can_save.get() on:click=move |_| open.set(true)>
            <Icon name="plus"/>"Save the current pipeline…"
        </button>
        <ModalDialog open=open on_close=close label="Save the pipeline" class="dialog"><SaveForm close=close/></ModalDialog>
    }
}

#[component]
fn SaveForm(close: Callback<()>) -> impl IntoView {
    let session = Session::here();
    let all = session.workspace.with_untracked(|workspace| workspace.registry.pipeline_records());
    let all = StoredValue::new(all);
    let naming = Naming::new(session.spec_at_hand().map(|spec| spec.name).unwrap_or_default());
    let known = move |name: &str| {
        all.with_value(|all| all.iter().find(|pipeline| pipeline.name == name).map(|found| found.versions.len()))
    };
    let effect = Signal::derive(move || {
        let name = naming.name.get();
        match known(name.trim()) {
            Some(n) => format!("Becomes version {} of {}.", n + 1, name.trim()),
            None => "Makes a new pipeline of this name, with version 1.".to_owned(),
        }
    });
    let command = move |name: &str| -> Option<Result<StoreCommand, RegistryError>> {
        let spec = session.spec_at_hand()?;
        let saved = session.workspace.with_untracked(|workspace| workspace.registry.pipeline(name));
        Some(match saved {
            Some(saved) => {
                saved.record.save(&spec, &naming.about.get_untracked(), now()).map(|changed| saved.change(changed))
            }
            None => all.with_value(|all| SavedPipeline::create(name, &spec, all, now())).map(Saved::create),
        })
    };
    let save = Callback::new(move |()| {
        let name = naming.trimmed();
        match command(&name) {
            Some(Ok(change)) => {
                session.change(change);
                session.name_pipeline(&name);
                close.run(());
            }
            Some(Err(error)) => naming.refusal.set(Some(error.to_string())),
            None => naming.refusal.set(Some("There is no pipeline yet. Open a dataset first.".into())),
        }
    });
    let names = all.with_value(|all| all.iter().map(|pipeline| pipeline.name.clone()).collect::<Vec<_>>());
    let words = Words {
        handle: "save",
        title: "Save the pipeline",
        name: "Name",
        about: "What is new (optional)",
        save: "Save",
    };
    view! { <NameForm words=words naming=naming known=Signal::stored(names) effect=effect lines=false on_save=save close=close/> }
}

/// Copies a version under another name.
#[component]
pub(super) fn DuplicateDialog(asked: RwSignal<Option<(String, u32)>>) -> impl IntoView {
    let session = Session::here();
    let open = Memo::new(move |_| asked.with(Option::is_some));
    let close = Callback::new(move |()| asked.set(None));
    let name = RwSignal::new(String::new());
    let refusal = RwSignal::new(None::<String>);
    Effect::new(move || {
        if let Some((of, _)) = asked.get() {
            name.set(format!("{of} copy"));
            refusal.set(None);
        }
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some((of, version)) = asked.get_untracked() else { return };
        let copied = session.workspace.with_untracked(|workspace| {
            let saved = workspace.registry.pipeline(&of)?;
            let all = workspace.registry.pipeline_records();
            Some(saved.record.duplicate(version, &name.get_untracked(), &all, now()))
        });
        match copied {
            Some(Ok(changed)) => {
                session.change(Saved::create(changed));
                close.run(());
            }
            Some(Err(error)) => refusal.set(Some(error.to_string())),
            None => close.run(()),
        }
    };
    view! {
        <ModalDialog open=open on_close=close label="Duplicate a pipeline" class="dialog">
            <form class="form" on:submit=save>
                <div class="dialog-head"><h2 class="section">"Duplicate"</h2></div>
                <div class="field"><label for="copy-name">"Name of the copy"</label>
                    <input class="input" id="copy-name" type="text" autofocus data-testid="copy-name" prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event))/></div>
                {move || refusal.get().map(|words| view! { <p class="form-error" role="alert">{words}</p> })}
                <div class="cluster">
                    <button class="btn btn-quiet" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                    <button class="btn btn-primary" type="submit" data-testid="copy-save">"Duplicate"</button>
                </div>
            </form>
        </ModalDialog>
    }
}
