//! What is long and seldom read: folded away, and drawn only once somebody opens it.

use leptos::prelude::*;

/// A fold with its title. Its content is made when it is first opened, so that a page of many costs little.
#[component]
pub fn Unfold(
    #[prop(into)] title: String,
    /// Its `data-testid`.
    handle: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let was_opened = RwSignal::new(false);
    let on_toggle = move |event: leptos::ev::Event| {
        if event_target::<web_sys::HtmlDetailsElement>(&event).open() && !was_opened.get_untracked() {
            was_opened.set(true);
        }
    };
    view! {
        <details class="tech after" data-testid=handle on:toggle=on_toggle>
            <summary>{title}</summary>
            <Show when=move || was_opened.get()>{children()}</Show>
        </details>
    }
}
