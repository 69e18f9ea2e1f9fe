//! What is asked before an alias moves or a version is retired.

use leptos::prelude::*;

use super::model::{Asked, Changer, now};
use super::promotion::{Checks, promotion};
use super::serving::serving_href;
use crate::registry::{Deployment, Saved};
use crate::ui::components::ModalDialog;
use crate::ui::session::Session;
use crate::ui::view::models::{CHAMPION, alias_choices, alias_words, promotion_sentence};
use crate::ui::view::serving::references;

/// Sets an alias. That of the model in use is checked: a refusal explains itself, and a note overrules it.
#[component]
pub(super) fn AliasDialog(asked: RwSignal<Option<Asked>>, changer: Changer) -> impl IntoView {
    let open = Memo::new(move |_| matches!(asked.get(), Some(Asked::Alias(_))));
    let close = Callback::new(move |()| {
        if open.get_untracked() {
            asked.set(None);
        }
    });
    view! {
        <ModalDialog open=open on_close=close label="Set an alias" class="dialog">
            {move || match asked.get() {
                Some(Asked::Alias(version)) => view! { <AliasForm version=version changer=changer close=close/> }.into_any(),
                _ => ().into_any(),
            }}
        </ModalDialog>
    }
}

#[component]
fn AliasForm(version: u32, changer: Changer, close: Callback<()>) -> impl IntoView {
    let session = Session::here();
    let saved = StoredValue::new(changer.saved());
    let with_model = move |of: &dyn Fn(&crate::registry::RegisteredModel) -> String| {
        saved.with_value(|saved| saved.as_ref().map_or_else(String::new, |saved| of(&saved.record)))
    };
    let choices =
        saved.with_value(|saved| saved.as_ref().map_or_else(Vec::new, |saved| alias_choices(&saved.record, version)));
    let first = choices.first().map_or(CHAMPION, |(alias, _)| alias.as_str()).to_owned();
    let alias =
        RwSignal::new(if choices.iter().any(|(alias, _)| alias == CHAMPION) { CHAMPION.to_owned() } else { first });
    let note = RwSignal::new(String::new());
    let refusal = RwSignal::new(None::<String>);
    let bare = move || alias.with(|alias| alias.trim().trim_start_matches('@').to_owned());
    let is_protected = move |alias: &str| {
        saved.with_value(|saved| saved.as_ref().is_some_and(|saved| saved.record.is_protected(alias)))
    };
    // The runs of this version and of the one in use, for the check.
    let ids = Memo::new(move |_| {
        let alias = bare();
        if !is_protected(&alias) {
            return Vec::new();
        }
        saved.with_value(|saved| {
            let Some(saved) = saved else { return Vec::new() };
            let in_use = saved.record.aliases.get(&alias).filter(|in_use| **in_use != version);
            let runs = in_use.into_iter().chain(std::iter::once(&version));
            runs.filter_map(|version| Some(saved.record.version(*version).ok()?.run_id.clone())).collect()
        })
    });
    let check = promotion(session, ids.into());
    let is_refused = Memo::new(move |_| check.with(|check| check.as_ref().is_some_and(|check| !check.passed())));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(check) = check.get_untracked() else { return };
        let (name, note) = (alias.get_untracked(), note.get_untracked());
        let note = Some(note.as_str()).filter(|note| !note.trim().is_empty());
        match changer.try_change(|model| model.promote(&name, version, &check, note, now())) {
            Ok(()) => close.run(()),
            Err(error) => refusal.set(Some(error.to_string())),
        }
    };
    let effect = move || {
        let alias = bare();
        with_model(&|model| alias_words(model, &alias, version))
    };
    let checks = move || {
        let check = check.get()?;
        let alias = bare();
        if !is_protected(&alias) {
            return None;
        }
        let is_empty = check.checks.is_empty();
        let sentence = if is_empty || check.passed() {
            promotion_sentence(&check, version, &alias)
        } else {
            "Not yet: the check refuses. A note overrules it, and the log keeps both.".into()
        };
        Some(view! {
            <div data-testid="promotion" data-passed=check.passed().to_string()>
                <p class="verdict verdict-s">{sentence}</p>
                {(!is_empty).then(|| view! { <Checks check=check.clone()/> })}
            </div>
        })
    };
    let button = move || match (is_refused.get(), bare()) {
        (true, alias) => format!("Move @{alias} anyway"),
        (false, alias) => format!("Set @{alias}"),
    };
    view! {
        <form class="form" on:submit=save>
            <div class="dialog-head"><h2 class="section">{format!("Set an alias on version {version}")}</h2></div>
            <div class="field">
                <label for="alias-field">"Alias"</label>
                <input class="input" id="alias-field" type="text" list="alias-list" autocomplete="off" autofocus data-testid="alias-field" aria-describedby="alias-effect"
                    prop:value=move || alias.get() on:input=move |event| { refusal.set(None); alias.set(event_target_value(&event)); }/>
                <datalist id="alias-list">{choices.into_iter().map(|(alias, words)| view! { <option value=alias>{words}</option> }).collect_view()}</datalist>
                <span class="hint" id="alias-effect" role="status">{effect}</span>
            </div>
            {checks}
            <div class="field">
                <label for="alias-note">{move || if is_refused.get() { "Note: why all the same?" } else { "Note (kept in the log)" }}</label>
                <input class="input" id="alias-note" type="text" data-testid="alias-note" aria-required=move || is_refused.get().to_string()
                    prop:value=move || note.get() on:input=move |event| { refusal.set(None); note.set(event_target_value(&event)); }/>
            </div>
            {move || refusal.get().map(|words| view! { <p class="form-error" role="alert" data-testid="alias-refusal">{words}</p> })}
            <div class="cluster">
                <button class="btn btn-quiet" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                <button class="btn btn-primary" type="submit" data-testid="alias-save">{button}</button>
            </div>
        </form>
    }
}

/// Puts a version out of use, with a note.
#[component]
pub(super) fn RetireDialog(asked: RwSignal<Option<Asked>>, changer: Changer) -> impl IntoView {
    let open = Memo::new(move |_| matches!(asked.get(), Some(Asked::Retire(_))));
    let note = RwSignal::new(String::new());
    let refusal = RwSignal::new(None::<String>);
    let close = Callback::new(move |()| {
        if open.get_untracked() {
            asked.set(None);
            note.set(String::new());
            refusal.set(None);
        }
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(Asked::Retire(version)) = asked.get_untracked() else { return };
        match changer.try_change(|model| model.retire(version, &note.get_untracked(), now())) {
            Ok(()) => close.run(()),
            Err(error) => refusal.set(Some(error.to_string())),
        }
    };
    view! {
        <ModalDialog open=open on_close=close label="Retire a version" class="dialog">
            <form class="form" on:submit=save>
                <div class="dialog-head"><h2 class="section">"Retire this version?"</h2></div>
                <p>"Its aliases are taken off, and none can be set on it. It can be brought back."</p>
                <div class="field">
                    <label for="retire-note">"Why (optional)"</label>
                    <input class="input" id="retire-note" type="text" autofocus data-testid="retire-note"
                        prop:value=move || note.get() on:input=move |event| note.set(event_target_value(&event))/>
                </div>
                {move || refusal.get().map(|words| view! { <p class="form-error" role="alert">{words}</p> })}
                <div class="cluster">
                    <button class="btn btn-quiet" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                    <button class="btn btn-primary" type="submit" data-testid="retire-save">"Retire"</button>
                </div>
            </form>
        </ModalDialog>
    }
}

/// Puts the model under an address that predicts.
#[component]
pub(super) fn DeployDialog(asked: RwSignal<Option<Asked>>, changer: Changer) -> impl IntoView {
    let open = Memo::new(move |_| matches!(asked.get(), Some(Asked::Deploy(_))));
    let close = Callback::new(move |()| {
        if open.get_untracked() {
            asked.set(None);
        }
    });
    view! {
        <ModalDialog open=open on_close=close label="Deploy the model" class="dialog">
            {move || match asked.get() {
                Some(Asked::Deploy(version)) => view! { <DeployForm version=version changer=changer close=close/> }.into_any(),
                _ => ().into_any(),
            }}
        </ModalDialog>
    }
}

#[component]
fn DeployForm(version: u32, changer: Changer, close: Callback<()>) -> impl IntoView {
    let session = Session::here();
    let saved = changer.saved();
    let choices = saved.as_ref().map_or_else(Vec::new, |saved| references(&saved.record));
    // An alias of the version that was chosen, else its number.
    let own = saved.as_ref().and_then(|saved| saved.record.aliases_of(version).into_iter().next());
    let chosen = RwSignal::new(own.unwrap_or_else(|| version.to_string()));
    let refusal = RwSignal::new(None::<String>);
    let saved = StoredValue::new(saved);
    let deploy = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(saved) = saved.get_value() else { return };
        let all = session.workspace.with_untracked(|workspace| workspace.registry.deployment_records());
        match Deployment::create(&saved.record, &chosen.get_untracked(), &all, now()) {
            Ok(made) => {
                let path = format!("/{}", serving_href(&made.0.name));
                session.change(Saved::create(made));
                close.run(());
                session.go(&path);
            }
            Err(error) => refusal.set(Some(error.to_string())),
        }
    };
    let choices = choices.into_iter().map(|(reference, words)| {
        let (own, value) = (reference.clone(), reference.clone());
        view! {
            <label class="check"><input type="radio" name="reference" value=value data-reference=reference.clone()
                prop:checked=move || chosen.with(|chosen| *chosen == own)
                on:change=move |_| { refusal.set(None); chosen.set(reference.clone()); }/><span>{words}</span></label>
        }
    });
    view! {
        <form class="form" on:submit=deploy>
            <div class="dialog-head"><h2 class="section">"Deploy the model"</h2></div>
            <p class="muted">"It gets an address in this browser that predicts as mlflow models serve does, without a server."</p>
            <fieldset class="field"><legend>"Which version answers?"</legend>{choices.collect_view()}</fieldset>
            {move || refusal.get().map(|words| view! { <p class="form-error" role="alert" data-testid="deploy-refusal">{words}</p> })}
            <div class="cluster">
                <button class="btn btn-quiet" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                <button class="btn btn-primary" type="submit" data-testid="deploy-save">"Deploy"</button>
            </div>
        </form>
    }
}
