//! One rule unfolded under its row: its fields, what it would change, what it did, and its Python.

use leptos::prelude::*;

use crate::clean::{KeepNumeric, Rule, RuleEffect};
use crate::pipeline::PipelineSpec;
use crate::ui::components::CopyButton;
use crate::ui::inspect::clean::{columns_before, is_known};
use crate::ui::inspect::fields::edit;
use crate::ui::inspect::rule_editor::RuleFields;
use crate::ui::inspect::rule_preview::RulePreview;
use crate::ui::state::{Outputs, PreviewOf};
use crate::ui::view::{clean, format, rules};

/// One rule's fields and its Python, under its row.
#[component]
pub fn RuleEditor(
    i: usize,
    rule: Memo<Option<Rule>>,
    effect: Memo<Option<RuleEffect>>,
    spec: Signal<PipelineSpec>,
    outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    // Holds what is not finished yet; a change from elsewhere replaces it.
    let draft = RwSignal::new(rule.get_untracked().unwrap_or_else(|| KeepNumeric {}.into()));
    Effect::new(move || {
        if let Some(rule) = rule.get() {
            draft.set(rule);
        }
    });
    let columns = Memo::new(move |_| columns_before(&outputs.read(), i));
    let problem = Memo::new(move |_| {
        let is_known = is_known(&spec.read(), &outputs.read());
        rules::problem(&draft.read(), is_known.then(|| columns.get()).as_deref())
    });
    let is_ready = Memo::new(move |_| problem.read().is_none());
    let on_rule = Callback::new(move |rule: Rule| {
        draft.set(rule.clone());
        // Its problem as it is now, for the columns at its place.
        if problem.get_untracked().is_none() {
            edit(spec, on_change, |spec| {
                if let Some(place) = spec.clean.get_mut(i) {
                    *place = rule;
                }
            });
        }
    });
    let code = Signal::derive(move || {
        let from_run = effect.get().map(|effect| effect.python).filter(|python| !python.is_empty());
        from_run.unwrap_or_else(|| draft.read().python())
    });
    let facts = move || {
        let facts = effect.get().map(|effect| clean::effect_facts(&effect)).unwrap_or_default();
        let facts = facts.into_iter().map(|(word, value)| view! { <dt>{word}</dt><dd>{value}</dd> }).collect_view();
        view! { <dl class="facts facts-left">{facts}</dl> }
    };
    let filled = move || {
        let rows: Vec<_> = effect.get().map(|effect| effect.filled).unwrap_or_default();
        (!rows.is_empty()).then(|| {
            let rows = rows
                .into_iter()
                .take(200)
                .map(|filled| {
                    view! {
                        <tr>
                            <th scope="row" class="name">{filled.column}</th>
                            <td class="num">{format::count(filled.cells)}</td>
                            <td>{filled.value}</td>
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <table class="table table-tight">
                    <caption class="sr">"What was filled in"</caption>
                    <thead>
                        <tr><th scope="col">"Column"</th><th scope="col" class="num">"Cells"</th><th scope="col">"Filled with"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            }
        })
    };
    view! {
        <div class="rule-editor" role="group" aria-label=format!("Rule {}", i + 1)>
            <div class="rule-fields">
                <RuleFields prefix=format!("clean.{i}") rule=draft columns problem on_rule />
                <p class="hint" aria-live="polite">
                    {move || problem.read().is_some().then_some("The pipeline keeps the rule as it was until this is mended.")}
                </p>
            </div>
            <div class="rule-more">
                <RulePreview of=PreviewOf::Edited rule=draft index=Signal::stored(i) is_ready spec outputs />
                {facts}
                {filled}
                <details class="tech">
                    <summary>"As Python"</summary>
                    <div class="tech-body">
                        <CopyButton text=code what="this rule as Python"/>
                        <pre class="code"><code>{code}</code></pre>
                    </div>
                </details>
            </div>
        </div>
    }
}
