//! The regularisation path under the coefficients: its pictures, and a slider over the penalties. Moving it asks nothing:
//! everything is looked up in the answer.

use std::sync::Arc;

use leptos::prelude::*;

use crate::pipeline::{AnalysisResult, PathResult, PipelineSpec};
use crate::ui::charts::Chart;
use crate::ui::inspect::ask_parts::{AnswerPlace, AskButton};
use crate::ui::inspect::fields::edit;
use crate::ui::session::Session;
use crate::ui::state::Outputs;
use crate::ui::state::analyses::{Answer, asked_spec, path_question};
use crate::ui::view::analysis_path::{self, AtAlpha};
use crate::ui::view::charts::Plot;
use crate::ui::view::format;

const KIND: &str = "regularisation_path";

/// The path of the pipeline's estimator; it is asked for at once.
#[component]
pub fn Path(spec: Signal<PipelineSpec>, outputs: Signal<Outputs>, on_change: Callback<PipelineSpec>) -> impl IntoView {
    let session = Session::here();
    let question = Memo::new(move |_| path_question(&asked_spec(&spec.read(), outputs.read().train.as_deref())));
    // Whoever opened this has asked for it.
    if let Some(question) = question.get_untracked() {
        let known = session.workspace.with_untracked(|workspace| workspace.analyses.question(KIND) == Some(&question));
        if !known {
            session.ask(question);
        }
    }
    let body =
        Callback::new(move |(answer,): (Arc<Answer>,)| view! { <Scrub answer spec outputs on_change /> }.into_any());
    view! {
        <div class="ask" data-analysis=KIND>
            <div class="ask-head">
                <p class="sub ask-what">"Every penalty from strong to weak, fitted and judged over the folds."</p>
                <AskButton kind=KIND question=question.into() label="Show the path" again="Ask again" />
            </div>
            <AnswerPlace kind=KIND question=question.into() outputs body />
        </div>
    }
}

fn result_of(answer: &Answer) -> Option<&PathResult> {
    match answer.result.as_deref() {
        Ok(AnalysisResult::RegularisationPath(found)) => Some(found),
        _ => None,
    }
}

#[component]
fn Scrub(
    answer: Arc<Answer>,
    spec: Signal<PipelineSpec>,
    outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    const ID: &str = "path-alpha";
    let Some(found) = result_of(&answer) else { return ().into_any() };
    let order = Arc::new(analysis_path::order(found));
    let last = analysis_path::n_places(found).saturating_sub(1);
    let (coefficients, plot) = analysis_path::coefficients(found, &order);
    let (errors, error_plot) = analysis_path::errors(found);
    let asked_path = answer.question.analysis.clone();
    let alpha_now = |spec: &PipelineSpec| {
        let entry = spec.train.first()?;
        entry.params_map().get("alpha")?.as_f64()
    };
    let asked = asked_spec(&spec.get_untracked(), outputs.read_untracked().train.as_deref());
    let place = RwSignal::new(alpha_now(&asked).map_or(0, |alpha| analysis_path::nearest(found, alpha)));
    let marks = [
        ("Lowest error", "path-best", analysis_path::place(found, found.best)),
        ("One standard error", "path-one-se", analysis_path::place(found, found.one_standard_error)),
    ]
    .map(|(label, testid, to)| {
        view! {
            <button class="btn btn-small" type="button" data-testid=testid on:click=move |_| place.set(to)>{label}</button>
        }
    })
    .collect_view();
    let at = {
        let (answer, order) = (answer.clone(), order.clone());
        Memo::new(move |_| analysis_path::at(result_of(&answer)?, place.get(), &order))
    };
    let alpha = Memo::new(move |_| at.read().as_ref().map_or(1.0, |at| at.alpha));
    let marked = |plot: Plot| Signal::derive(move || analysis_path::marker(&plot, alpha.get()));
    let take = move |_| {
        let now = spec.get_untracked();
        let asked = asked_spec(&now, outputs.read_untracked().train.as_deref());
        let Some(estimator) = asked.train.first() else { return };
        let Ok(estimator) = estimator.with_param("alpha", alpha.get_untracked().into()) else { return };
        edit(spec, on_change, |spec| {
            if spec.is_sweep() {
                spec.evaluate.cv = spec.folds();
            }
            *spec = spec.with_estimator(estimator);
        });
    };
    // Of another estimator the penalty means something else.
    let can_use = Memo::new(move |_| {
        let asked = asked_spec(&spec.read(), outputs.read().train.as_deref());
        path_question(&asked).is_some_and(|question| question.analysis == asked_path)
            && alpha_now(&asked) != Some(alpha.get())
    });
    let is_used = Memo::new(move |_| {
        let asked = asked_spec(&spec.read(), outputs.read().train.as_deref());
        alpha_now(&asked) == Some(alpha.get())
    });
    let spoken = move || at.read().as_ref().map(|at| at.spoken.clone());
    view! {
        <div class="path-scrub">
            <div class="label-row">
                <label for=ID>"Penalty alpha "<b class="path-now">{move || format::number(alpha.get())}</b></label>
                <span class="found">{move || at.read().as_ref().map(|at| at.mark)}</span>
            </div>
            <input
                class="range"
                type="range"
                id=ID
                data-testid="path-alpha"
                data-value=move || format::exact(alpha.get())
                min="0"
                max=last.to_string()
                step="1"
                aria-valuetext=spoken
                prop:value=move || place.get().to_string()
                on:input=move |event| {
                    if let Ok(new) = event_target_value(&event).parse::<usize>() {
                        place.set(new.min(last));
                    }
                }
            />
            <div class="ends"><span>"weak"</span><span>"strong"</span></div>
            <div class="cluster">
                {marks}
                <button
                    class="btn btn-small push"
                    type="button"
                    data-testid="path-use"
                    disabled=move || !can_use.get()
                    on:click=take
                >
                    <span class="as-wide" data-widest="This alpha is in use">
                        {move || if is_used.get() { "This alpha is in use" } else { "Use this alpha" }}
                    </span>
                </button>
            </div>
        </div>
        <div class="path-at">
            {move || at.get().map(facts)}
            {move || at.get().map(listed)}
        </div>
        <div class="plots">
            <Chart scene=Signal::stored(coefficients) over=marked(plot) />
            <Chart scene=Signal::stored(errors) over=marked(error_plot) />
        </div>
    }
    .into_any()
}

fn facts(at: AtAlpha) -> impl IntoView {
    let rows = at
        .facts
        .into_iter()
        .map(|fact| {
            view! {
                <dt>{fact.label}</dt>
                <dd data-path=fact.name data-value=fact.full.clone() title=fact.full>{fact.shown}</dd>
            }
        })
        .collect_view();
    view! { <dl class="facts path-facts">{rows}</dl> }
}

fn listed(at: AtAlpha) -> impl IntoView {
    let rows = at
        .coefficients
        .into_iter()
        .map(|one| {
            view! {
                <tr data-path-coefficient=one.name.clone() data-value=one.full.clone()>
                    <th scope="row" class:muted=one.is_zero>{one.name.clone()}</th>
                    <td class="num" class:muted=one.is_zero>{one.per_sd}</td>
                    <td class="num" class:muted=one.is_zero title=one.full.clone()>{one.shown}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll-x path-list" tabindex="0" role="region" aria-label="Coefficients at this penalty">
            <table class="table table-tight">
                <caption class="sr">"Coefficients at this penalty"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Feature"</th>
                        <th scope="col" class="num" title="Change of the prediction for one standard deviation">"Per sd"</th>
                        <th scope="col" class="num">"Coefficient"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
