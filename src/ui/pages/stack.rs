//! The stack: components under names, one of them active; below it triggers, storage, backup and the way to leave nothing.

use leptos::prelude::*;

use super::backup::{Backup, BackupReminder};
use super::edit_text::EditText;
use super::row_menu::{Item, RowMenu};
use super::stack_form::{Asked, StackDialog};
use super::storage::{Erase, Storage};
use super::triggers::Triggers;
use crate::registry::{RegistryError, Stack, Stacks};
use crate::tracking::StoreCommand;
use crate::ui::session::Session;
use crate::ui::view::stack::{ComponentLine, can_change, components};

/// The page of the stack.
#[component]
pub fn StackPage() -> impl IntoView {
    let session = Session::here();
    session.request_usage();
    // What is deployed can be watched for drift.
    session.request_contents();
    let stacks = Memo::new(move |_| session.workspace.with(|workspace| workspace.stack.stacks.clone()));
    let is_read = Memo::new(move |_| stacks.with(Option::is_some));
    let names = move || {
        stacks.with(|stacks| stacks.iter().flat_map(Stacks::all).map(|stack| stack.name.clone()).collect::<Vec<_>>())
    };
    let asked = RwSignal::new(None::<Asked>);
    view! {
        <div class="page">
            <div class="head head-page"><h1>"Stack"</h1>
                <span class="muted small">"The components that runs go through, as ZenML has them"</span>
                <div class="cluster push"><button class="btn btn-primary" type="button" data-testid="stack-register"
                    on:click=move |_| asked.set(Some(Asked::Register))>"Register a stack…"</button></div></div>
            <div class="stack">
                <BackupReminder/>
                <section aria-labelledby="stacks">
                    <h2 class="sr" id="stacks">"Stacks"</h2>
                    <Show when=move || is_read.get() fallback=|| view! {
                        <div aria-busy="true"><p class="sr" role="status">"Reading the stacks"</p><p aria-hidden="true"><span class="sk sk-4 bigsk"></span></p></div>
                    }>
                        <div class="stack"><For each=names key=Clone::clone let:name><OneStack name=name stacks=stacks asked=asked/></For></div>
                    </Show>
                </section>
                <Triggers/>
                <Storage/>
                <Backup/>
                <Erase/>
            </div>
            <StackDialog asked=asked/>
        </div>
    }
}

#[component]
fn OneStack(name: String, stacks: Memo<Option<Stacks>>, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let session = Session::here();
    let own = name.clone();
    let stack = Memo::new(move |before: Option<&Stack>| {
        let found = stacks.with(|stacks| stacks.iter().flat_map(Stacks::all).find(|stack| stack.name == own).cloned());
        found.or_else(|| before.cloned()).unwrap_or_default()
    });
    let own = name.clone();
    let is_active =
        Memo::new(move |_| stacks.with(|stacks| stacks.as_ref().is_some_and(|stacks| stacks.active().name == own)));
    let name = StoredValue::new(name);
    let change = move |of: &dyn Fn(&Stacks, &str) -> Result<StoreCommand, RegistryError>| {
        if let Err(error) = session.change_stacks(|stacks| name.with_value(|name| of(stacks, name))) {
            session.say(&error.to_string());
        }
    };
    let rename = Callback::new(move |to: String| change(&|stacks, name| stacks.rename(name, &to)));
    let describe = Callback::new(move |text: String| change(&|stacks, name| stacks.describe(name, &text)));
    let description = Signal::derive(move || stack.with(|stack| stack.description.clone()));
    let can_change = can_change(&name.get_value());
    let title = name.get_value();
    let lines = move || stack.with(components).into_iter().map(component_line).collect_view();
    view! {
        <article data-stack=title.clone() data-active=move || is_active.get().to_string()>
            <header class="runhd">
                <div class="cluster"><h3 class="section">{title.clone()}</h3>
                    {can_change.then(|| view! { <EditText text=Signal::stored(title.clone()) what="name" empty="Name" hidden=true handle="stack-name" on_save=rename/> })}</div>
                <div class="cluster push">
                    <button class="btn btn-small" type="button" data-testid="stack-set"
                        on:click=move |_| change(&|stacks, name| stacks.set(name))>
                        {move || if is_active.get() { "Active" } else { "Set active" }}<span class="sr">": "{title.clone()}</span>
                    </button>
                    {can_change.then(|| view! {
                        <RowMenu of=format!("the stack {title}") items=vec![
                            Item::new("Update components…", "stack-update", move || asked.set(Some(Asked::Update(stack.get_untracked())))),
                            Item::new("Remove", "stack-delete", move || change(&|stacks, name| stacks.delete(name))),
                        ]/>
                    })}
                </div>
                <div class="metaline">
                    {if can_change {
                        view! { <EditText text=description what="description" empty="Describe it" lines=true handle="stack-description" on_save=describe/> }.into_any()
                    } else {
                        view! { <span class="muted small">"Always there. Its experiment tracker is what the Runs page sets."</span> }.into_any()
                    }}
                </div>
            </header>
            <div class="scroll-x" tabindex="0" role="region" aria-label=format!("Components of {title}")>
                <table class="table table-tight">
                    <caption class="sr">{format!("Components of the stack {title}")}</caption>
                    <thead><tr><th scope="col">"Component"</th><th scope="col">"Flavor"</th><th scope="col">"What it does"</th></tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </article>
    }
}

fn component_line(line: ComponentLine) -> impl IntoView {
    let flavor = line.flavor.unwrap_or_default();
    view! {
        <tr data-component=line.kind data-flavor=flavor>
            <th scope="row">{line.title}</th>
            <td>{match line.flavor { Some(flavor) => view! { <code>{flavor}</code> }.into_any(), None => view! { <span class="muted">"none"</span> }.into_any() }}</td>
            <td class="wide muted">{line.words}</td>
        </tr>
    }
}
