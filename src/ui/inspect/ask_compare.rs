//! Is it really better than another one? Both on the same folds, with a plain verdict.

use leptos::prelude::*;

use crate::pipeline::{Analysis, PipelineSpec};
use crate::ui::inspect::ask::{Row, was_asked};
use crate::ui::inspect::fields::SelectField;
use crate::ui::session::Session;
use crate::ui::state::{Outputs, Question};
use crate::ui::view::analysis_compare::{self, Opponent};

const KIND: &str = "compare";

/// The pipeline against the same one with another estimator, or against that of an earlier run.
#[component]
pub(super) fn CompareWith(asked: Memo<PipelineSpec>, outputs: Signal<Outputs>) -> impl IntoView {
    let session = Session::here();
    let chosen = RwSignal::new(String::new());
    let metric_chosen = RwSignal::new(String::new());
    let offered = Memo::new(move |_| {
        let runs = session.workspace.with(|workspace| workspace.runs.clone()).unwrap_or_default();
        let outputs = outputs.read();
        let digest = outputs.ingest.as_ref().map(|summary| &summary.digest);
        analysis_compare::opponents(&asked.read(), &runs, digest)
    });
    // What is not offered any more gives way to the first one.
    let value = Memo::new(move |_| {
        let offered = offered.read();
        let is_there = |value: &String| offered.iter().any(|(offered, _)| offered == value);
        let kept = Some(chosen.get()).filter(is_there);
        kept.or_else(|| offered.first().map(|(value, _)| value.clone())).unwrap_or_default()
    });
    let run = Memo::new(move |_| match analysis_compare::opponent(&value.read()) {
        Some(Opponent::Run(id)) => vec![id],
        _ => Vec::new(),
    });
    let record = session.records(run.into());
    // A run's pipeline is known once the run was read.
    let other = Memo::new(move |_| match analysis_compare::opponent(&value.read())? {
        Opponent::Estimator(estimator) => Some(asked.read().with_estimator(estimator)),
        Opponent::Run(id) => {
            let record = record.read();
            let run = record.as_ref()?.runs.iter().find(|run| run.info.run_id == id)?;
            Some(analysis_compare::pipeline_of(run))
        }
    });
    let metrics = Memo::new(move |_| analysis_compare::metrics(&asked.read(), other.read().as_ref()));
    let metric = Memo::new(move |_| {
        let metrics = metrics.read();
        let kept = Some(metric_chosen.get()).filter(|name| metrics.iter().any(|(offered, _)| offered == name));
        kept.or_else(|| metrics.first().map(|(name, _)| name.clone())).unwrap_or_default()
    });
    let question = Signal::derive(move || {
        let analysis = Analysis::Compare { other: Box::new(other.get()?), metric: metric.get() };
        Some(Question { spec: asked.get(), analysis })
    });
    // Once asked, another choice is answered at once; a run's pipeline may have to be read before.
    let wants_again = RwSignal::new(false);
    Effect::new(move || {
        if let (true, Some(question)) = (wants_again.get(), question.get()) {
            wants_again.set(false);
            session.ask(question);
        }
    });
    let on_other = Callback::new(move |value: String| {
        chosen.set(value);
        wants_again.set(was_asked(session, KIND));
    });
    let on_metric = Callback::new(move |name: String| {
        metric_chosen.set(name);
        wants_again.set(was_asked(session, KIND));
    });
    let fields = view! {
        <SelectField setting="ask.compare.other" label="Compare with" options=offered value on_pick=on_other />
        <SelectField setting="ask.compare.metric" label="By" options=metrics value=metric on_pick=on_metric />
    };
    view! { <Row kind=KIND question outputs fields=Some(fields.into_any()) below=None /> }
}
