//! Texts and tags that are changed where they stand.

use leptos::html;
use leptos::prelude::*;

use crate::ui::components::Icon;

/// A text with a pencil; a field while it is changed. Enter saves one line, Ctrl or ⌘ Enter several; Esc leaves it as it was.
#[component]
pub(super) fn EditText(
    #[prop(into)] text: Signal<String>,
    /// What it is, such as "note".
    what: &'static str,
    /// The button where there is no text yet.
    empty: &'static str,
    #[prop(optional)] lines: bool,
    /// The text itself, where it is not shown by the page.
    #[prop(optional)]
    hidden: bool,
    handle: &'static str,
    on_save: Callback<String>,
) -> impl IntoView {
    let draft = RwSignal::new(None::<String>);
    let is_editing = Memo::new(move |_| draft.read().is_some());
    let button = NodeRef::<html::Button>::new();
    let close = move || {
        draft.set(None);
        // The button comes back in the next frame.
        request_animation_frame(move || {
            if let Some(button) = button.get_untracked() {
                let _ = button.focus();
            }
        });
    };
    let save = move || {
        if let Some(now) = draft.get_untracked().filter(|now| *now != text.get_untracked()) {
            on_save.run(now);
        }
        close();
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Enter" if !lines || event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            event.stop_propagation();
            save();
        }
        "Escape" => {
            event.stop_propagation();
            close();
        }
        _ => {}
    };
    let input = NodeRef::<html::Input>::new();
    let area = NodeRef::<html::Textarea>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            let _ = input.focus();
            input.select();
        }
        if let Some(area) = area.get() {
            let _ = area.focus();
        }
    });
    let value = move || draft.get().unwrap_or_default();
    let set = move |event: leptos::ev::Event| draft.set(Some(event_target_value(&event)));
    let field = move || {
        if lines {
            view! { <textarea class="input" node_ref=area aria-label=what data-testid=format!("{handle}-field") prop:value=value on:input=set on:keydown=on_key></textarea> }
                .into_any()
        } else {
            view! { <input class="input title-input" type="text" node_ref=input aria-label=what data-testid=format!("{handle}-field") prop:value=value on:input=set on:keydown=on_key/> }
                .into_any()
        }
    };
    let shown = move || {
        let now = text.get();
        let label = if now.is_empty() { empty.to_owned() } else { format!("Change the {what}") };
        view! {
            {(!hidden && !now.is_empty()).then(|| view! { <span class="prose" data-testid=format!("{handle}-text")>{now.clone()}</span> })}
            <button class=if now.is_empty() { "btn btn-small btn-quiet" } else { "btn btn-icon btn-small" } type="button"
                node_ref=button data-testid=handle aria-label=label.clone() title=label on:click=move |_| draft.set(Some(text.get_untracked()))>
                <Icon name="pencil" small=true/>{now.is_empty().then_some(empty)}
            </button>
        }
    };
    view! {
        <Show when=move || is_editing.get() fallback=shown>
            <span class=if lines { "note-form" } else { "cluster" }>
                {field}
                <span class="cluster">
                    <button class="btn btn-small" type="button" data-testid=format!("{handle}-save") on:click=move |_| save()>"Save"</button>
                    <button class="btn btn-small btn-quiet" type="button" on:click=move |_| close()>"Cancel"</button>
                </span>
            </span>
        </Show>
    }
}

/// Tags as chips that can be taken off, and a field for another one: `key = value`.
#[component]
pub(super) fn EditTags(
    #[prop(into)] tags: Signal<Vec<(String, String)>>,
    /// Of what, such as "version 3".
    of: String,
    on_set: Callback<(String, Option<String>)>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let add = move || {
        let now = text.get_untracked();
        let (key, value) = now.split_once('=').map_or((now.trim(), ""), |(key, value)| (key.trim(), value.trim()));
        if !key.is_empty() {
            on_set.run((key.to_owned(), Some(value.to_owned())));
        }
        text.set(String::new());
        open.set(false);
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            add();
        }
        "Escape" => {
            event.stop_propagation();
            open.set(false);
        }
        _ => {}
    };
    let label = format!("Add a tag to {of}");
    let chips = move || {
        let chips = tags.get().into_iter().map(|(key, value)| {
            let shown = if value.is_empty() { key.clone() } else { format!("{key} = {value}") };
            let take_off = format!("Take the tag {key} off");
            let gone = key.clone();
            view! {
                <span class="tag tag-line" data-tag=key data-value=value>{shown}
                    <button class="btn btn-icon btn-small" type="button" aria-label=take_off on:click=move |_| on_set.run((gone.clone(), None))>
                        <Icon name="cross" small=true/>
                    </button>
                </span>
            }
        });
        chips.collect_view()
    };
    let field_label = label.clone();
    view! {
        <span class="chips">
            {chips}
            <Show
                when=move || open.get()
                fallback={
                    let label = label.clone();
                    move || view! {
                        <button class="btn btn-small btn-quiet" type="button" data-testid="add-tag" aria-label=label.clone() on:click=move |_| open.set(true)>
                            <Icon name="plus" small=true/>"Tag"
                        </button>
                    }
                }
            >
                <input class="input input-small input-find" type="text" node_ref=field data-testid="tag-field" placeholder="name = value" aria-label=field_label.clone()
                    prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event)) on:keydown=on_key/>
                <button class="btn btn-small" type="button" on:click=move |_| add()>"Add"</button>
            </Show>
        </span>
    }
}
