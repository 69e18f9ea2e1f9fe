//! Small parts that all inspectors use: icons, sentences, notes, what stands there before there is a result.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::base::ErrorReport;
use crate::ui::session::Session;
use crate::ui::view::prose::{Piece, Prose};

/// An icon of the page's sprite; decorative.
pub(super) fn icon(name: &'static str) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true" viewBox="0 0 24 24"><use href=format!("#{name}")></use></svg> }
}

/// A small icon of the page's sprite; decorative.
pub(super) fn small_icon(name: &'static str) -> impl IntoView {
    view! { <svg class="icon icon-s" aria-hidden="true" viewBox="0 0 24 24"><use href=format!("#{name}")></use></svg> }
}

/// A sentence with its stressed parts.
pub(super) fn words(prose: Prose) -> impl IntoView {
    prose
        .0
        .into_iter()
        .map(|piece| match piece {
            Piece::Plain(text) => text.into_any(),
            Piece::Strong(text) => view! { <b>{text}</b> }.into_any(),
            Piece::Code(text) => view! { <code>{text}</code> }.into_any(),
            Piece::Caution(text) => view! { <span class="caution">{text}</span> }.into_any(),
        })
        .collect_view()
}

/// The sentence of a result, and a quieter one under it.
pub(super) fn says(verdict: Prose, second: Option<String>) -> impl IntoView {
    view! {
        <div class="says">
            <p class="verdict">{words(verdict)}</p>
            {second.filter(|second| !second.is_empty()).map(|second| view! { <p class="sub">{second}</p> })}
        </div>
    }
}

/// A warning with its title.
pub(super) fn warning(title: String, body: String) -> impl IntoView {
    view! {
        <div class="note note-warn" role="note">
            {icon("warn")}
            <div><strong>{title}</strong><p>{body}</p></div>
        </div>
    }
}

/// Something to know, without alarm.
pub(super) fn note(title: String, body: String) -> impl IntoView {
    view! {
        <div class="note note-plain" role="note">
            {icon("info")}
            <div><strong>{title}</strong><p>{body}</p></div>
        </div>
    }
}

/// What stands in place of a result that is not there yet: its words, and grey rows of the final size.
pub(super) fn waiting(sentence: &'static str, rows: usize) -> impl IntoView {
    let rows = (0..rows)
        .map(|i| {
            let width = ["sk-2", "sk-3", "sk-1", "sk-4"].get(i % 4).copied().unwrap_or("sk-2");
            view! {
                <tr>
                    <td><span class=format!("sk {width}")></span></td>
                    <td><span class="sk sk-1"></span></td>
                    <td><span class="sk sk-3"></span></td>
                    <td><span class="sk sk-1"></span></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="says"><p class="verdict muted">{sentence}</p></div>
        <table class="table table-tight skeleton" aria-hidden="true"><tbody>{rows}</tbody></table>
    }
}

/// How long a value must stay before what is slow to draw is drawn.
const REST: Duration = Duration::from_millis(150);

/// The value once it rests: a slider that moves does not wait for tables and plots. The first one comes at once, so that
/// nothing jumps while the page starts.
pub(super) fn at_rest<T: Clone + Send + Sync + 'static>(value: Memo<Option<T>>) -> ReadSignal<Option<T>> {
    let (shown, show) = signal(value.get_untracked());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    Effect::new(move |before: Option<()>| {
        let now = value.get();
        stop();
        if shown.with_untracked(Option::is_none) {
            show.set(now);
        } else if before.is_some() {
            timer.set_value(set_timeout_with_handle(move || show.set(now), REST).ok());
        }
    });
    on_cleanup(stop);
    shown
}

/// What the step that failed says, at the field that it is about.
#[component]
pub(super) fn FieldTrouble<F>(is_about: F) -> impl IntoView
where
    F: Fn(&ErrorReport) -> bool + Send + Sync + 'static,
{
    let session = Session::here();
    let message = Memo::new(move |_| {
        session.workspace.with(|workspace| {
            let (_, report) = workspace.run.failure()?;
            is_about(report).then(|| report.message.clone())
        })
    });
    move || {
        message
            .get()
            .map(|message| view! { <span class="hint bad field-trouble" data-testid="field-error">{message}</span> })
    }
}

/// Moves the keyboard focus to the element of this id.
pub(super) fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}
