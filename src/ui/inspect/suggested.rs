//! Rules that the profile suggests, each added with one click.

use leptos::prelude::*;

use crate::clean::suggestions;
use crate::pipeline::PipelineSpec;
use crate::ui::inspect::fields::edit;
use crate::ui::inspect::parts::{icon, small_icon, words};
use crate::ui::state::Outputs;
use crate::ui::view::clean;

/// The list, which folds.
#[component]
pub fn Suggested(
    spec: Signal<PipelineSpec>,
    outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let file = outputs.read().ingest.clone();
        let spec = spec.read();
        file.map_or_else(Vec::new, |file| suggestions(&file, &spec.features.target, &spec.clean))
    });
    let is_read = Memo::new(move |_| outputs.read().ingest.is_some());
    let count = move || match found.read().len() {
        0 => String::new(),
        n => n.to_string(),
    };
    let lines = move || {
        let lines = found.get().into_iter().map(|suggestion| {
            let rule = suggestion.rule.clone();
            let add = move |_| {
                let rule = rule.clone();
                edit(spec, on_change, |spec| spec.clean.push(rule));
            };
            let label = format!("Add: {}", suggestion.rule.sentence());
            let kind = suggestion.rule.name();
            view! {
                <li data-rule-kind=kind>
                    {icon("bulb")}
                    <span>{words(clean::rule_sentence(&suggestion.rule, None))}". "<span class="muted">{suggestion.reason}</span></span>
                    <button class="btn btn-small" type="button" data-testid="suggestion" aria-label=label on:click=add>
                        {small_icon("plus")}"Add"
                    </button>
                </li>
            }
        });
        lines.collect_view()
    };
    view! {
        <details class="more-settings suggested" open=true>
            <summary>
                <span class="section">"Suggested"</span>" "<span class="muted small">{count}</span>
            </summary>
            <ul class="suggest">{lines}</ul>
            <Show when=move || found.read().is_empty()>
                <p class="muted small suggest-none">
                    {move || if is_read.get() {
                        "Nothing is suggested: the profile shows nothing that these rules leave out."
                    } else {
                        "What the profile suggests stands here once the file was read."
                    }}
                </p>
            </Show>
        </details>
    }
}
