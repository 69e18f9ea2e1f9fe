//! The form that registers a stack, or gives one other components.

use leptos::prelude::*;

use super::model::now;
use super::tracker::BlockedNote;
use crate::export::mlflow::live::Tracker;
use crate::registry::{ArtifactStore, Components, ExperimentTracker, ModelDeployer, RegistryError, Stack};
use crate::ui::browser;
use crate::ui::components::ModalDialog;
use crate::ui::session::Session;
use crate::ui::view::stack::{artifact_store, model_deployer};
use crate::ui::view::tracker::blocked;

/// What the dialog is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    Register,
    Update(Stack),
}

/// The dialog.
#[component]
pub(super) fn StackDialog(asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let open = Memo::new(move |_| asked.with(Option::is_some));
    let close = Callback::new(move |()| {
        if open.get_untracked() {
            asked.set(None);
        }
    });
    view! {
        <ModalDialog open=open on_close=close label="Components of a stack" class="dialog">
            {move || asked.get().map(|asked| {
                let changes = if let Asked::Update(stack) = asked { Some(stack) } else { None };
                view! { <StackForm changes=changes close=close/> }
            })}
        </ModalDialog>
    }
}

/// A choice of a fieldset: value, what is chosen, flavor, words.
fn choice<T: Copy + PartialEq + Send + Sync + 'static>(
    of: &'static str,
    value: T,
    chosen: RwSignal<T>,
    flavor: &'static str,
    words: &'static str,
) -> impl IntoView {
    view! {
        <label class="check"><input type="radio" name=of value=flavor data-setting=format!("stack.{of}") data-flavor=flavor
            prop:checked=move || chosen.get() == value on:change=move |_| chosen.set(value)/>
            <span><code>{flavor}</code>" "<span class="muted">{words}</span></span></label>
    }
}

#[component]
fn StackForm(
    /// The stack that gets other components; `None` for a new one.
    changes: Option<Stack>,
    close: Callback<()>,
) -> impl IntoView {
    let session = Session::here();
    let start = changes.as_ref().map(|stack| stack.components.clone()).unwrap_or_default();
    let (uri, experiment) = match &start.experiment_tracker {
        ExperimentTracker::Mlflow { uri, experiment } => (uri.clone(), experiment.clone()),
        ExperimentTracker::Pipette => ("http://127.0.0.1:5000".to_owned(), "pipette".to_owned()),
    };
    let name = RwSignal::new(String::new());
    let store = RwSignal::new(start.artifact_store);
    let is_mlflow = RwSignal::new(start.experiment_tracker != ExperimentTracker::Pipette);
    let (uri, experiment) = (RwSignal::new(uri), RwSignal::new(experiment));
    let deployer = RwSignal::new(start.model_deployer);
    let is_set = RwSignal::new(true);
    let refusal = RwSignal::new(None::<String>);
    let (policy, page) = (browser::content_security_policy(), browser::origin());
    let blocks = Memo::new(move |_| {
        let tracker = Tracker::new(&uri.get(), "-").ok().filter(|_| is_mlflow.get())?;
        blocked(&policy, &page, &tracker)
    });
    let title =
        changes.as_ref().map_or_else(|| "Register a stack".to_owned(), |stack| format!("Update {}", stack.name));
    let button = if changes.is_some() { "Update" } else { "Register" };
    let is_new = changes.is_none();
    let changed = StoredValue::new(changes.map(|stack| stack.name));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let experiment_tracker = if is_mlflow.get_untracked() {
            match Tracker::new(&uri.get_untracked(), &experiment.get_untracked()) {
                Ok(Tracker { url, experiment }) => ExperimentTracker::Mlflow { uri: url, experiment },
                Err(error) => return refusal.set(Some(error.to_string())),
            }
        } else {
            ExperimentTracker::Pipette
        };
        let components = Components {
            artifact_store: store.get_untracked(),
            experiment_tracker,
            model_deployer: deployer.get_untracked(),
            ..Components::default()
        };
        let made: Result<(), RegistryError> = session.change_stacks(|stacks| match changed.get_value() {
            Some(changed) => stacks.update(&changed, components),
            None => stacks.register(&name.get_untracked(), components, is_set.get_untracked(), now()),
        });
        match made {
            Ok(()) => close.run(()),
            Err(error) => refusal.set(Some(error.to_string())),
        }
    };
    let (indexeddb, memory) = (artifact_store(ArtifactStore::Indexeddb), artifact_store(ArtifactStore::Memory));
    let worker = Some(ModelDeployer::ServiceWorker);
    view! {
        <form class="form" on:submit=save>
            <div class="dialog-head"><h2 class="section">{title}</h2></div>
            {is_new.then(|| view! {
                <div class="field">
                    <label for="stack-field">"Name"</label>
                    <input class="input" id="stack-field" type="text" autocomplete="off" autofocus data-testid="stack-name-field"
                        prop:value=move || name.get() on:input=move |event| { refusal.set(None); name.set(event_target_value(&event)); }/>
                </div>
            })}
            <fieldset class="field"><legend>"Orchestrator"</legend>
                <span><code>"worker"</code>" "<span class="muted">"A Web Worker of this tab runs the steps. There is no other here."</span></span></fieldset>
            <fieldset class="field"><legend>"Artifact store"</legend>
                {choice("artifact_store", ArtifactStore::Indexeddb, store, indexeddb.0, indexeddb.1)}
                {choice("artifact_store", ArtifactStore::Memory, store, memory.0, memory.1)}</fieldset>
            <fieldset class="field"><legend>"Experiment tracker"</legend>
                {choice("experiment_tracker", false, is_mlflow, "pipette", "Runs are kept in this browser, and nobody else is told.")}
                {choice("experiment_tracker", true, is_mlflow, "mlflow", "An MLflow server is told of runs besides.")}</fieldset>
            <Show when=move || is_mlflow.get()>
                <div class="field"><label for="stack-uri">"Server"</label>
                    <input class="input" id="stack-uri" type="text" inputmode="url" autocomplete="off" spellcheck="false" data-setting="stack.experiment_tracker.uri"
                        prop:value=move || uri.get() on:input=move |event| { refusal.set(None); uri.set(event_target_value(&event)); }/></div>
                <div class="field"><label for="stack-experiment">"Experiment there"</label>
                    <input class="input" id="stack-experiment" type="text" autocomplete="off" data-setting="stack.experiment_tracker.experiment"
                        prop:value=move || experiment.get() on:input=move |event| { refusal.set(None); experiment.set(event_target_value(&event)); }/></div>
            </Show>
            <div aria-live="polite">{move || blocks.get().map(|found| view! { <BlockedNote found/> })}</div>
            <fieldset class="field"><legend>"Model deployer"</legend>
                {choice("model_deployer", worker, deployer, "service_worker", model_deployer(worker).1)}
                {choice("model_deployer", None, deployer, "none", model_deployer(None).1)}</fieldset>
            {is_new.then(|| view! {
                <label class="check"><input type="checkbox" data-testid="stack-set-now" prop:checked=move || is_set.get()
                    on:change=move |event| is_set.set(event_target_checked(&event))/><span>"Set it active"</span></label>
            })}
            {move || refusal.get().map(|words| view! { <p class="form-error" role="alert" data-testid="stack-refusal">{words}</p> })}
            <div class="cluster">
                <button class="btn btn-quiet" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                <button class="btn btn-primary" type="submit" data-testid="stack-save" disabled=move || blocks.with(Option::is_some)>{button}</button>
            </div>
        </form>
    }
}
