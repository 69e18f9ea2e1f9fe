//! Ask more: questions about the model, each asked on its own, answered in place.

use std::sync::Arc;

use leptos::prelude::*;

use crate::pipeline::{Analysis, PipelineSpec};
use crate::ui::inspect::ask_parts::{AnswerPlace, AskButton, answered};
use crate::ui::inspect::fields::SelectField;
use crate::ui::inspect::parts::small_icon;
use crate::ui::session::Session;
use crate::ui::state::analyses::{Answer, asked_spec};
use crate::ui::state::{Outputs, Question};
use crate::ui::view::{analysis_ask, format};

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
            view! { <Row kind question outputs fields=None /> }
        })
        .collect_view();
    view! {
        <div class="asks">
            {plain}
            <Dependence asked outputs />
            <Contributions asked outputs />
        </div>
    }
}

/// A question: what it is, what is to be chosen, the button, the answer.
#[component]
fn Row(
    kind: &'static str,
    question: Signal<Option<Question>>,
    outputs: Signal<Outputs>,
    fields: Option<AnyView>,
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
fn was_asked(session: Session, kind: &str) -> bool {
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
    view! { <Row kind=KIND question outputs fields=Some(fields.into_any()) /> }
}

#[component]
fn Contributions(asked: Memo<PipelineSpec>, outputs: Signal<Outputs>) -> impl IntoView {
    const KIND: &str = "contributions";
    const ID: &str = "ask-row";
    let session = Session::here();
    let n_rows = Memo::new(move |_| outputs.read().clean.as_ref().map_or(0, |summary| summary.rows));
    let first_test = outputs.read_untracked().split.as_ref().and_then(|split| split.first_test.first().copied());
    let before = session.workspace.with_untracked(|workspace| match &workspace.analyses.question(KIND)?.analysis {
        Analysis::Contributions { row, .. } => *row,
        _ => None,
    });
    let row = RwSignal::new(before.or(first_test.map(u64::from)).unwrap_or(0));
    let error = RwSignal::new(None::<String>);
    let question = Signal::derive(move || {
        (row.get() < n_rows.get()).then(|| Question {
            spec: asked.get(),
            analysis: Analysis::Contributions { row: Some(row.get()), values: None },
        })
    });
    let take = move |new: u64| {
        error.set(None);
        row.set(new);
        if was_asked(session, KIND)
            && let Some(question) = question.get_untracked()
        {
            session.ask(question);
        }
    };
    let on_text = move |event| match analysis_ask::read_row(&event_target_value(&event), n_rows.get_untracked()) {
        Ok(new) => take(new),
        Err(words) => error.set(Some(words)),
    };
    let beside = move |by: i64| take(analysis_ask::row_beside(row.get_untracked(), by, n_rows.get_untracked()));
    let is_last = Memo::new(move |_| row.get() + 1 >= n_rows.get());
    let hint = move || match n_rows.get() {
        0 => String::new(),
        n => format!("of the cleaned table, 0 to {}", format::count(n - 1)),
    };
    let fields = view! {
        <div class="field ask-row">
            <label for=ID>"Row "<span class="found">{hint}</span></label>
            <div class="cluster">
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    aria-label="Previous row"
                    data-testid="previous-row"
                    disabled=move || row.get() == 0
                    on:click=move |_| beside(-1)
                >
                    {small_icon("up")}
                </button>
                <input
                    class="input input-small"
                    class:input-bad=move || error.read().is_some()
                    id=ID
                    inputmode="numeric"
                    autocomplete="off"
                    data-setting="ask.contributions.row"
                    aria-invalid=move || error.read().is_some().then_some("true")
                    aria-describedby="ask-row-error"
                    prop:value=move || row.get().to_string()
                    on:change=on_text
                />
                <button
                    class="btn btn-icon btn-small"
                    type="button"
                    aria-label="Next row"
                    data-testid="next-row"
                    disabled=move || is_last.get()
                    on:click=move |_| beside(1)
                >
                    {small_icon("down")}
                </button>
            </div>
            <p class="hint bad" id="ask-row-error" role="alert">{move || error.get()}</p>
        </div>
    };
    view! { <Row kind=KIND question outputs fields=Some(fields.into_any()) /> }
}
