//! Clean: the ordered rules with what each did, and the columns that are left.

use std::sync::Arc;

use leptos::prelude::*;

use crate::clean::{CleanSummary, Rule};
use crate::pipeline::PipelineSpec;
use crate::ui::inspect::fields::{Choice, edit};
use crate::ui::inspect::parts::{small_icon, waiting, warning, words};
use crate::ui::inspect::rule_editor::RuleFields;
use crate::ui::inspect::rule_list::RuleList;
use crate::ui::state::Outputs;
use crate::ui::view::{clean, format, ingest};

/// A new rule, and what all rules did together.
#[component]
pub fn CleanSettings(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let draft =
        RwSignal::new(clean::new_rule("fill_missing", Vec::new()).unwrap_or(Rule::KeepNumeric { enabled: true }));
    let choices = Memo::new(move |_| {
        let n = spec.read().clean.len();
        choices_before(&outputs.read(), n)
    });
    let problem = RwSignal::new(None::<String>);
    let add = move |_| {
        let rule = draft.get_untracked();
        problem.set(clean::rule_problem(&rule));
        if problem.read_untracked().is_none() {
            edit(spec, on_change, |spec| spec.clean.push(rule));
            // The same kind again, for other columns.
            draft.update(|draft| {
                if let Some(new) = clean::new_rule(clean::rule_name(draft), Vec::new()) {
                    *draft = new;
                }
            });
        }
    };
    view! {
        <h3 class="section">"Add a rule"</h3>
        <RuleFields
            prefix="clean.new"
            rule=draft
            choices
            on_rule=Callback::new(move |rule| {
                draft.set(rule);
                problem.set(None);
            })
        />
        <p class="hint bad" role="alert">{move || problem.get()}</p>
        <p>
            <button class="btn" type="button" data-testid="add-rule" on:click=add>{small_icon("plus")}"Add rule"</button>
        </p>
        {move || {
            outputs.read().clean.as_ref().map(|summary| {
                view! {
                    <dl class="facts">
                        <dt>"Before → after"</dt>
                        <dd>{clean::before_after(summary)}</dd>
                        <dt>"Filled"</dt>
                        <dd>{ingest::counted(summary.cells_filled(), "cell", "cells")}</dd>
                    </dl>
                }
            })
        }}
    }
}

/// The columns that stand before the rule with this index, with what they miss.
pub(super) fn choices_before(outputs: &Outputs, index: usize) -> Vec<Choice> {
    let Some(file) = &outputs.ingest else { return Vec::new() };
    let gone: Vec<&String> = outputs
        .clean
        .iter()
        .flat_map(|summary| summary.effects.iter().take(index))
        .filter(|effect| effect.enabled)
        .flat_map(|effect| &effect.dropped_columns)
        .collect();
    let left = file.columns.iter().filter(|column| !gone.contains(&&column.name));
    left.map(|column| {
        let missing =
            if column.missing > 0 { format!("{} missing", format::count(column.missing)) } else { String::new() };
        Choice { name: column.name.clone(), hint: missing }
    })
    .collect()
}

/// The rules and what they did.
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
    view! {
        {move || match summary.get() {
            None => view! { <div class="says"><p class="verdict muted">"What the rules did stands here once they ran."</p></div> }.into_any(),
            Some(summary) => {
                view! {
                    <div class="says">
                        <p class="verdict">{words(clean::sentence(&summary))}</p>
                        <p class="sub">{clean::before_after(&summary)}</p>
                    </div>
                    {clean::leak_note(&summary, n_test.get()).map(|(title, body)| warning(title, body))}
                }
                .into_any()
            }
        }}
        <RuleList spec outputs on_change />
        {move || match summary.get() {
            None => waiting("", 6).into_any(),
            Some(summary) => left(&summary).into_any(),
        }}
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
                    <td>{ingest::type_word(column.data_type)}</td>
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
