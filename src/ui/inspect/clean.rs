//! Clean: the ordered rules with what each did, and the columns that are left.

use std::sync::Arc;

use leptos::prelude::*;

use crate::base::Digest;
use crate::clean::{CleanSummary, ColumnBrief, KeepNumeric, Rule};
use crate::pipeline::{PipelineSpec, StepName};
use crate::table::DataType;
use crate::ui::inspect::fields::edit;
use crate::ui::inspect::parts::{small_icon, waiting, warning, words};
use crate::ui::inspect::rule_editor::RuleFields;
use crate::ui::inspect::rule_list::RuleList;
use crate::ui::inspect::rule_preview::RulePreview;
use crate::ui::inspect::suggested::Suggested;
use crate::ui::lazy;
use crate::ui::session::Session;
use crate::ui::state::{Outputs, PreviewOf};
use crate::ui::view::leaks::{self, Remedy};
use crate::ui::view::{clean, format, ingest, profile, rules};

const UNKNOWN: &str = "What the rules did stands here once they ran.";

/// A new rule with what it would change, and what all rules did together.
#[component]
pub fn CleanSettings(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let draft = RwSignal::new(Rule::fresh("fill_missing", &[]).unwrap_or_else(|| KeepNumeric {}.into()));
    // Before a person has touched a rule, nothing in it is marked as wrong.
    let is_touched = RwSignal::new(false);
    let place = Memo::new(move |_| spec.read().clean.len());
    let columns = Memo::new(move |_| columns_before(&outputs.read(), place.get()));
    let problem = Memo::new(move |_| {
        let is_known = is_known(&spec.read(), &outputs.read());
        rules::problem(&draft.read(), is_known.then(|| columns.get()).as_deref())
    });
    let marked = Memo::new(move |_| problem.get().filter(|_| is_touched.get()));
    let is_ready = Memo::new(move |_| problem.read().is_none());
    let on_rule = Callback::new(move |rule: Rule| {
        is_touched.set(rule.name() == draft.read_untracked().name());
        draft.set(rule);
    });
    let add = move |_| {
        if !is_ready.get_untracked() {
            return is_touched.set(true);
        }
        let rule = draft.get_untracked();
        edit(spec, on_change, |spec| spec.clean.push(rule));
        is_touched.set(false);
        // The same kind again, for other columns.
        draft.update(|draft| {
            if let Some(new) = Rule::fresh(draft.name(), &columns.read_untracked()) {
                *draft = new;
            }
        });
    };
    // Each has its line before it is known.
    let fact = move |of: fn(&CleanSummary) -> String| {
        move || outputs.read().clean.as_ref().map_or_else(|| format::MISSING.to_owned(), |summary| of(summary))
    };
    let why_not = move || problem.get().map(|problem| format!("Not yet: {}", problem.message));
    view! {
        <h3 class="section">"Add a rule"</h3>
        <RuleFields prefix="clean.new" rule=draft columns problem=marked on_rule />
        <div class="rule-add">
            <button
                class="btn"
                type="button"
                data-testid="add-rule"
                aria-disabled=move || (!is_ready.get()).then_some("true")
                aria-describedby="add-rule-why"
                on:click=add
            >
                {small_icon("plus")}
                "Add rule"
            </button>
            <p class="hint" id="add-rule-why" aria-live="polite">{why_not}</p>
        </div>
        <RulePreview of=PreviewOf::Draft rule=draft index=place is_ready spec outputs />
        <dl class="facts">
            <dt>"Before → after"</dt>
            <dd>{fact(clean::before_after)}</dd>
            <dt>"Filled"</dt>
            <dd>{fact(|summary| ingest::counted(summary.cells_filled(), "cell", "cells"))}</dd>
            <dt>"Changed in all"</dt>
            <dd>{fact(|summary| ingest::counted(summary.cells_changed(), "cell", "cells"))}</dd>
        </dl>
    }
}

/// Whether the columns before each rule are known for certain.
pub(super) fn is_known(spec: &PipelineSpec, outputs: &Outputs) -> bool {
    outputs.ingest.is_some() && rules::is_known(&spec.clean, outputs.clean.as_deref())
}

/// The columns that stand before the rule with this index, with their types and what they miss.
pub(super) fn columns_before(outputs: &Outputs, index: usize) -> Vec<ColumnBrief> {
    let Some(file) = &outputs.ingest else { return Vec::new() };
    let clean = outputs.clean.as_deref();
    let effects = || clean.into_iter().flat_map(|s| s.effects.iter().take(index)).filter(|effect| effect.enabled);
    let is_gone = |name: &String| effects().any(|effect| effect.dropped_columns.contains(name));
    let mut columns: Vec<ColumnBrief> = file
        .columns
        .iter()
        .filter(|column| !is_gone(&column.name))
        .map(|c| ColumnBrief { name: c.name.clone(), data_type: c.data_type, missing: c.missing })
        .collect();
    for name in effects().flat_map(|effect| &effect.added_columns).filter(|name| !is_gone(name)) {
        if columns.iter().all(|column| column.name != *name) {
            // Its type is known where it is still there at the end.
            let after = clean.and_then(|summary| summary.columns.iter().find(|column| column.name == *name));
            let data_type = after.map_or(DataType::Float, |column| column.data_type);
            columns.push(ColumnBrief { name: name.clone(), data_type, missing: 0 });
        }
    }
    columns
}

/// The rules and what they did, what is suggested, and the columns that are left.
#[component]
pub fn CleanResult(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let summary = Memo::new(move |_| outputs.read().clean.clone());
    let n_test = Memo::new(move |_| {
        outputs.read().split.as_ref().filter(|_| spec.read_untracked().split.is_some()).map(|split| split.n_test)
    });
    let session = Session::here();
    // Rules grow by what they did, and would push down what stands below: the first result comes whole. Once rules are
    // there they stay, because somebody may be at work in them.
    let is_shown = Memo::new(move |before: Option<&(Option<Digest>, bool)>| {
        let digest = spec.read().dataset.digest.clone();
        let was_shown = before.is_some_and(|(of, shown)| *shown && *of == digest);
        (digest, was_shown || !session.workspace.read().is_awaited(StepName::Clean))
    });
    let says = move || match summary.get() {
        None => view! { <div class="says"><p class="verdict muted">{UNKNOWN}</p></div> }.into_any(),
        Some(summary) => view! {
            <div class="says">
                <p class="verdict">{words(clean::sentence(&summary))}</p>
                <p class="sub">{clean::before_after(&summary)}</p>
            </div>
        }
        .into_any(),
    };
    view! {
        <Show when=move || is_shown.get().1 fallback=|| waiting(UNKNOWN, 12)>
            {says}
            <RuleList spec outputs on_change />
            // Under the list: it comes when the rules ran, and would push them down.
            {move || summary.get().and_then(|s| clean::leak_note(&s, n_test.get())).map(|(title, body)| warning(title, body))}
            <LeakPlace spec outputs on_change />
            <Suggested spec outputs on_change />
            {move || match summary.get() {
                None => waiting("", 6).into_any(),
                Some(summary) => left(&summary).into_any(),
            }}
        </Show>
    }
}

/// For each rule that leaks and has a remedy: both results side by side, before it is moved.
#[component]
fn LeakPlace(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>, on_change: Callback<PipelineSpec>) -> impl IntoView {
    let remedy = move |rule: usize| {
        let outputs = outputs.read();
        let summary = outputs.clean.as_ref().filter(|summary| summary.effects.len() == spec.read().clean.len())?;
        match leaks::remedy(&spec.read(), rule, summary.effects.get(rule)?, &summary.columns)? {
            Remedy::Fit(mended) => Some(mended),
            Remedy::Words(_) => None,
        }
    };
    let leaking = Memo::new(move |_| {
        let n = spec.read().clean.len();
        let action = |rule: usize| Some((rule, remedy(rule)?.action));
        (0..n).filter_map(action).collect::<Vec<(usize, &'static str)>>()
    });
    let compared = RwSignal::new(None::<usize>);
    let fix = move |rule: usize| {
        if let Some(mended) = untrack(|| remedy(rule)) {
            compared.set(None);
            on_change.run(*mended.spec);
        }
    };
    let open = Memo::new(move |_| compared.get().filter(|rule| leaking.read().iter().any(|(other, _)| other == rule)));
    view! {
        <Show when=move || !leaking.read().is_empty()>
            <ul class="leak-list">
                <For each=move || leaking.get() key=|rule| *rule let((rule, action))>
                    <li class="cluster" data-leak=rule.to_string()>
                        <span class="small">{format!("Rule {}", rule + 1)}</span>
                        <button
                            class="btn btn-small"
                            type="button"
                            data-testid="compare-leak"
                            aria-expanded=move || (open.get() == Some(rule)).to_string()
                            on:click=move |_| compared.update(|now| *now = if *now == Some(rule) { None } else { Some(rule) })
                        >
                            "Compare both"
                        </button>
                        <button class="btn btn-small" type="button" data-testid="mend-leak" on:click=move |_| fix(rule)>
                            {action}
                        </button>
                    </li>
                </For>
            </ul>
            {move || open.get().map(|rule| lazy::leak(rule, spec, outputs))}
        </Show>
    }
}

/// The columns that are left.
fn left(summary: &Arc<CleanSummary>) -> impl IntoView + use<> {
    /// More are counted.
    const SHOWN: usize = 200;
    let n = summary.columns.len();
    let rows = summary
        .columns
        .iter()
        .take(SHOWN)
        .map(|column| {
            view! {
                <tr>
                    <th scope="row" class="name">{column.name.clone()}</th>
                    <td>{profile::type_word(column.data_type)}</td>
                    <td class="num" class:caution=column.missing != 0>{format::count(column.missing)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="left-title">
            <div class="cluster data-head">
                <h3 class="section" id="left-title">"Columns that are left"</h3>
                <span class="muted small">
                    {if n > SHOWN { format!("the first {SHOWN} of {n}") } else { n.to_string() }}
                </span>
            </div>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Table of the columns that are left">
                <table class="table table-tight">
                    <caption class="sr">"Columns after cleaning"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Column"</th>
                            <th scope="col">"Type"</th>
                            <th scope="col" class="num">"Missing"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}
