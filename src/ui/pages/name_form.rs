//! The form of a dialog that gives something a name: a model's version, a pipeline.

use leptos::prelude::*;

/// What stands in the form, and what comes of it.
#[derive(Clone, Copy)]
pub(super) struct Naming {
    pub name: RwSignal<String>,
    /// The line below: a description, a note.
    pub about: RwSignal<String>,
    /// Why it was refused.
    pub refusal: RwSignal<Option<String>>,
}

impl Naming {
    /// With a name to begin with.
    pub(super) fn new(name: String) -> Self {
        Self { name: RwSignal::new(name), about: RwSignal::new(String::new()), refusal: RwSignal::new(None) }
    }

    /// The name without space around it.
    pub(super) fn trimmed(self) -> String {
        self.name.with_untracked(|name| name.trim().to_owned())
    }
}

/// The words of the form.
#[derive(Clone, Copy)]
pub(super) struct Words {
    /// Begins its handles: `register` gives `register-name`, `register-save`, `register-refusal`.
    pub handle: &'static str,
    pub title: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub save: &'static str,
}

/// The name with those that there are, what it would do, a line more, and the buttons.
#[component]
pub(super) fn NameForm(
    words: Words,
    naming: Naming,
    /// Names that there are.
    known: Signal<Vec<String>>,
    /// What saving would do.
    #[prop(into)]
    effect: Signal<String>,
    /// Whether the line below is of several lines.
    lines: bool,
    on_save: Callback<()>,
    close: Callback<()>,
) -> impl IntoView {
    let Naming { name, about, refusal } = naming;
    let of = move |what: &str| format!("{}-{what}", words.handle);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        on_save.run(());
    };
    let options = move || known.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view();
    let further = if lines {
        view! {
            <textarea class="input" id=of("about") prop:value=move || about.get() on:input=move |event| about.set(event_target_value(&event))></textarea>
        }
        .into_any()
    } else {
        view! {
            <input class="input" id=of("about") type="text" prop:value=move || about.get() on:input=move |event| about.set(event_target_value(&event))/>
        }
        .into_any()
    };
    view! {
        <form class="form" on:submit=save>
            <div class="dialog-head"><h2 class="section">{words.title}</h2></div>
            <div class="field">
                <label for=of("name")>{words.name}</label>
                <input class="input" id=of("name") type="text" list=of("list") autocomplete="off" autofocus data-testid=of("name") aria-describedby=of("effect")
                    prop:value=move || name.get() on:input=move |event| { refusal.set(None); name.set(event_target_value(&event)); }/>
                <datalist id=of("list")>{options}</datalist>
                <span class="hint" id=of("effect") role="status">{move || effect.get()}</span>
            </div>
            <div class="field"><label for=of("about")>{words.about}</label>{further}</div>
            {move || refusal.get().map(|why| view! { <p class="form-error" role="alert" data-testid=of("refusal")>{why}</p> })}
            <div class="cluster">
                <button class="btn btn-quiet" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                <button class="btn btn-primary" type="submit" data-testid=of("save")>{words.save}</button>
            </div>
        </form>
    }
}
