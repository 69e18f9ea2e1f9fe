//! The dialogs that give a pipeline a name: saved, or copied.

use leptos::prelude::*;

use super::model::now;
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
    let name = RwSignal::new(session.spec_at_hand().map(|spec| spec.name).unwrap_or_default());
    let note = RwSignal::new(String::new());
    let refusal = RwSignal::new(None::<String>);
    let known = move |name: &str| {
        all.with_value(|all| all.iter().find(|pipeline| pipeline.name == name).map(|found| found.versions.len()))
    };
    let effect = move || match known(name.get().trim()) {
        Some(n) => format!("Becomes version {} of {}.", n + 1, name.get().trim()),
        None => "Makes a new pipeline of this name, with version 1.".to_owned(),
    };
    let command = move |name: &str| -> Option<Result<StoreCommand, RegistryError>> {
        let spec = session.spec_at_hand()?;
        let saved = session.workspace.with_untracked(|workspace| workspace.registry.pipeline(name));
        Some(match saved {
            Some(saved) => saved.record.save(&spec, &note.get_untracked(), now()).map(|changed| saved.change(changed)),
            None => all.with_value(|all| SavedPipeline::create(name, &spec, all, now())).map(Saved::create),
        })
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        match command(&name) {
            Some(Ok(change)) => {
                session.change(change);
                session.name_pipeline(&name);
                close.run(());
            }
            Some(Err(error)) => refusal.set(Some(error.to_string())),
            None => refusal.set(Some("There is no pipeline yet. Open a dataset first.".into())),
        }
    };
    let options = all.with_value(|all| {
        all.iter().map(|pipeline| view! { <option value=pipeline.name.clone()></option> }).collect_view()
    });
    view! {
        <form class="form" on:submit=save>
            <div class="dialog-head"><h2 class="section">"Save the pipeline"</h2></div>
            <div class="field">
                <label for="save-name">"Name"</label>
                <input class="input" id="save-name" type="text" list="save-list" autocomplete="off" autofocus data-testid="save-name" aria-describedby="save-effect"
                    prop:value=move || name.get() on:input=move |event| { refusal.set(None); name.set(event_target_value(&event)); }/>
                <datalist id="save-list">{options}</datalist>
                <span class="hint" id="save-effect" role="status">{effect}</span>
            </div>
            <div class="field">
                <label for="save-note">"What is new (optional)"</label>
                <input class="input" id="save-note" type="text" prop:value=move || note.get() on:input=move |event| note.set(event_target_value(&event))/>
            </div>
            {move || refusal.get().map(|words| view! { <p class="form-error" role="alert" data-testid="save-refusal">{words}</p> })}
            <div class="cluster">
                <button class="btn btn-quiet" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                <button class="btn btn-primary" type="submit" data-testid="save-save">"Save"</button>
            </div>
        </form>
    }
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
