//! A rule that leaks, beside the same rule behind the split: both results, before one is chosen.

use std::sync::Arc;

use leptos::prelude::*;

use crate::pipeline::{Analysis, AnalysisResult, PipelineSpec};
use crate::ui::inspect::ask_parts::{AnswerPlace, AskButton, number_table};
use crate::ui::session::Session;
use crate::ui::state::analyses::{Answer, asked_spec};
use crate::ui::state::{Outputs, Question};
use crate::ui::view::analysis_answer;

const KIND: &str = "leak";

/// Both results of rule `rule` (from 0); they are asked for at once.
#[component]
pub fn LeakCompare(rule: usize, spec: Signal<PipelineSpec>, outputs: Signal<Outputs>) -> impl IntoView {
    let session = Session::here();
    let analysis = Analysis::Leak { rule: u32::try_from(rule).unwrap_or(u32::MAX) };
    let question = Memo::new({
        let analysis = analysis.clone();
        move |_| {
            let spec = asked_spec(&spec.read(), outputs.read().train.as_deref());
            Some(Question { spec, analysis: analysis.clone() })
        }
    });
    if let Some(question) = question.get_untracked() {
        let known = session.workspace.with_untracked(|workspace| workspace.analyses.question(KIND) == Some(&question));
        if !known {
            session.ask(question);
        }
    }
    let body = Callback::new(move |(answer,): (Arc<Answer>,)| match answer.result.as_deref() {
        // The answer about another rule is not this one's.
        Ok(AnalysisResult::Leak(found)) if answer.question.analysis == analysis => view! {
            <p class="sub">{found.rule.clone()}</p>
            {number_table(analysis_answer::leak(found), false)}
        }
        .into_any(),
        _ => ().into_any(),
    });
    view! {
        <div class="ask" data-analysis=KIND data-rule=rule.to_string()>
            <div class="ask-head">
                <p class="sub ask-what">{format!("Rule {} as it is, and fitted on training rows only.", rule + 1)}</p>
                <AskButton kind=KIND question=question.into() label="Compare both" again="Ask again" />
            </div>
            <AnswerPlace kind=KIND question=question.into() outputs body />
        </div>
    }
}
