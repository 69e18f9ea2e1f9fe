//! An expression over columns: several lines of text, what can stand in it, and where it is wrong.

use std::ops::Range;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use serde_json::Value;

use crate::base::Param;
use crate::clean::ColumnBrief;
use crate::expression::{FUNCTIONS, column_name};
use crate::ui::inspect::fields::id_of;
use crate::ui::inspect::params_form::OnParam;
use crate::ui::view::{params, rules};

/// How long after the last key the text is read.
const TAKE_AFTER: Duration = Duration::from_millis(400);
/// Columns that are offered; the rest can be typed.
const MOST_COLUMNS: usize = 200;

/// The field. `wrong` are the bytes of the text that are meant by what is said under it.
pub(super) fn expression_field(
    setting: String,
    param: Param,
    value: Memo<Value>,
    columns: Signal<Vec<ColumnBrief>>,
    wrong: Signal<Option<Range<usize>>>,
    on_param: OnParam,
) -> AnyView {
    let id = id_of(&setting);
    let field = NodeRef::<html::Textarea>::new();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(Some(handle)) = timer.try_update_value(Option::take) {
            handle.clear();
        }
    };
    on_cleanup(stop);
    let take = move |text: String| {
        stop();
        // Any text can stand in the rule; whether it reads is said by its problem.
        drop(on_param.run((param.name, text.into())));
    };
    let later = move |text: String| {
        stop();
        timer.set_value(set_timeout_with_handle(move || take(text), TAKE_AFTER).ok());
    };
    // Puts a text in at the cursor, and the cursor so many UTF-16 units behind its beginning.
    let insert = move |text: &str, offset: usize| {
        let Some(area) = field.get_untracked() else { return };
        let end_of_text = area.value().encode_utf16().count() as u32;
        let start = area.selection_start().ok().flatten().unwrap_or(end_of_text);
        let end = area.selection_end().ok().flatten().unwrap_or(end_of_text).max(start);
        let cursor = start + offset as u32;
        // A field that is gone takes nothing in.
        let _ = area.set_range_text_with_start_and_end(text, start, end);
        let _ = area.focus();
        let _ = area.set_selection_range(cursor, cursor);
        take(area.value());
    };
    let names = move || {
        columns
            .read()
            .iter()
            .take(MOST_COLUMNS)
            .map(|column| {
                let text = column_name(&column.name);
                let width = text.encode_utf16().count();
                let words = column.name.clone();
                view! { <button class="chip" type="button" on:click=move |_| insert(&text, width)>{words}</button> }
            })
            .collect_view()
    };
    let functions = FUNCTIONS
        .iter()
        .map(|function| {
            let (text, offset) = rules::call(function);
            let title = format!("{}: {}", function.usage, function.help);
            view! {
                <button class="chip" type="button" title=title on:click=move |_| insert(&text, offset)>{function.name}</button>
            }
        })
        .collect_view();
    let marks = move || {
        wrong.get().map(|span| {
            let (line, marks) = rules::caret(&params::shown(&value.read()), &span);
            format!("{line}\n{marks}")
        })
    };
    view! {
        <div class="field">
            <label for=id.clone()>{param.label}</label>
            <textarea
                class="input expression"
                class:input-bad=move || wrong.read().is_some()
                id=id
                node_ref=field
                rows="3"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder="price > 100 and state == 'SP'"
                data-setting=setting
                aria-invalid=move || wrong.read().is_some().then_some("true")
                prop:value=move || params::shown(&value.read())
                on:input=move |event| later(event_target_value(&event))
                on:change=move |event| take(event_target_value(&event))
            ></textarea>
            <pre class="caret" aria-hidden="true">{marks}</pre>
            <details class="more-settings">
                <summary>"Columns and functions"</summary>
                <div class="insert-chips" role="group" aria-label="Columns to insert">{names}</div>
                <div class="insert-chips" role="group" aria-label="Functions to insert">{functions}</div>
            </details>
            {(!param.help.is_empty()).then(|| view! { <p class="hint">{param.help}</p> })}
        </div>
    }
    .into_any()
}
