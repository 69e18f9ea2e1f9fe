//! Ask more: questions about the model, each asked on its own, answered in place.

use std::sync::Arc;

use leptos::prelude::*;

use crate::pipeline::{Analysis, PipelineSpec};
use crate::ui::inspect::ask_compare::CompareWith;
use crate::ui::inspect::ask_contributions::Contributions;
use crate::ui::inspect::ask_parts::{AnswerPlace, AskButton, answered};
use crate::ui::inspect::fields::SelectField;
use crate::ui::session::Session;
use crate::ui::state::analyses::{Answer, asked_spec};
use crate::ui::state::{Outputs, Question};
use crate::ui::view::analysis_ask;

/// One row a question.
#[component]
pub fn AskMore(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>) -> impl IntoView {
    // Of a sweep the chosen candidate is asked about.
    let asked = Memo::new(move |_| asked_spec(&spec.read(), outputs.read().train.as_deref()));
    let plain = ["learning_curve", "bootstrap", "permutation_importance"]
        .map(|kind| {
            let question = Signal::derive(move || {
                let spec = asked.get();
                let analysis = analysis_ask::fresh(kind, spec.evaluate.confidence)?;
                Some(Question { spec, analysis })
            });
            view! { <Row kind question outputs fields=None below=None /> }
        })
        .collect_view();
    view! {
        <div class="asks">
            {plain}
            <Dependence asked outputs />
            <Contributions asked outputs />
            <CompareWith asked outputs />
        </div>
    }
}

/// A question: what it is, what is to be chosen, the button, the answer.
#[component]
pub(super) fn Row(
    kind: &'static str,
    question: Signal<Option<Question>>,
    outputs: Signal<Outputs>,
    fields: Option<AnyView>,
    /// More to choose, under the question.
    below: Option<AnyView>,
) -> impl IntoView {
    let (title, about) = analysis_ask::about(kind);
    let id = format!("ask-title-{kind}");
    view! {
        <section class="ask" data-analysis=kind aria-labelledby=id.clone()>
            <div class="ask-head">
                <div class="ask-what">
                    <h4 class="ask-title" id=id.clone()>{title}</h4>
                    <p class="sub">{about}</p>
                </div>
                {fields}
                <AskButton kind question label="Ask" again="Ask again" />
            </div>
            {below}
            <AnswerPlace
                kind
                question
                outputs
                body=Callback::new(move |(answer,): (Arc<Answer>,)| {
                    match &answer.result {
                        Ok(result) => answered(result, &answer.question.spec.features.target),
                        Err(_) => ().into_any(),
                    }
                })
            />
        </section>
    }
}

/// Whether a question of this kind was asked before: then another choice asks again by itself.
pub(super) fn was_asked(session: Session, kind: &str) -> bool {
    session.workspace.with_untracked(|workspace| workspace.analyses.question(kind).is_some())
}

#[component]
fn Dependence(asked: Memo<PipelineSpec>, outputs: Signal<Outputs>) -> impl IntoView {
    const KIND: &str = "partial_dependence";
    let session = Session::here();
    let features = Memo::new(move |_| {
        let outputs = outputs.read();
        let inputs = outputs.train.iter().flat_map(|training| &training.features.inputs);
        inputs.map(|input| input.name.clone()).collect::<Vec<_>>()
    });
    let before = session.workspace.with_untracked(|workspace| match &workspace.analyses.question(KIND)?.analysis {
        Analysis::PartialDependence { feature, .. } => Some(feature.clone()),
        _ => None,
    });
    let chosen = RwSignal::new(before);
    // A column that the model no longer predicts from gives way to the first one.
    let feature = Memo::new(move |_| {
        let features = features.read();
        chosen.get().filter(|name| features.contains(name)).or_else(|| features.first().cloned())
    });
    let question = Signal::derive(move || {
        let analysis = Analysis::PartialDependence { feature: feature.get()?, n_points: 50 };
        Some(Question { spec: asked.get(), analysis })
    });
    let on_pick = Callback::new(move |name: String| {
        chosen.set(Some(name));
        if was_asked(session, KIND)
            && let Some(question) = question.get_untracked()
        {
            session.ask(question);
        }
    });
    let fields = view! {
        <SelectField
            setting="ask.partial_dependence.feature"
            label="Column"
            options=Signal::derive(move || features.get().into_iter().map(|name| (name.clone(), name)).collect::<Vec<_>>())
            value=Signal::derive(move || feature.get().unwrap_or_default())
            on_pick
        />
    };
    view! { <Row kind=KIND question outputs fields=Some(fields.into_any()) below=None /> }
}
