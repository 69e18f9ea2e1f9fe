//! The flow: five stations on one pipe. Draws `view::flow`, computes nothing.

use leptos::prelude::*;

use crate::pipeline::{StepName, StepStatus};
use crate::ui::browser;
use crate::ui::components::Icon;
use crate::ui::session::Session;
use crate::ui::state::{Outputs, RunPhase};
use crate::ui::view::flow::{self, StepFace};
use crate::ui::view::flow_pipe::Shape;

/// The steps as links; arrows move along them.
#[component]
pub fn Flow(#[prop(into)] selected: Signal<StepName>, #[prop(into)] outputs: Signal<Outputs>) -> impl IntoView {
    let session = Session::here();
    let phase = Memo::new(move |_| session.workspace.read().run.phase);
    let run_id = Memo::new(move |_| session.workspace.read().run.run_id.clone());
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => -1,
            _ => return,
        };
        let focused = document().active_element().map(|element| element.id()).unwrap_or_default();
        let Some(at) = StepName::ALL.iter().position(|name| focused == element_id(*name)) else { return };
        if let Some(next) = at.checked_add_signed(step).and_then(|at| StepName::ALL.get(at)) {
            event.prevent_default();
            browser::focus(&element_id(*next));
        }
    };
    let busy = move || if phase.get() == RunPhase::Running { "true" } else { "false" };
    view! {
        <nav
            class="flow"
            aria-label="Pipeline steps"
            data-testid="pipeline"
            data-status=move || phase.get().as_str()
            data-run-id=move || run_id.get()
            aria-busy=busy
            on:keydown=on_key
        >
            <ol>
                {StepName::ALL
                    .map(|step| {
                        let face = Memo::new(move |_| face_of(session, &outputs.read(), step));
                        view! { <li><StepCard face=face selected=Signal::derive(move || selected.get() == step)/></li> }
                    })
                    .collect_view()}
            </ol>
        </nav>
    }
}

fn element_id(step: StepName) -> String {
    format!("step-{}", step.as_str())
}

fn face_of(session: Session, outputs: &Outputs, step: StepName) -> StepFace {
    let shown = session.shown_run.read();
    let workspace = session.workspace.read();
    let view = workspace.run.step(step);
    let look = shown.step(step);
    let made_by = look.record.made_by.as_ref().map(|id| run_name(&workspace, id));
    let seed = workspace.spec().split.as_ref().map(|split| split.random_state);
    flow::face(view, look, outputs, seed, made_by.as_deref(), session.step_seconds())
}

/// The name of a run that is known, else the beginning of its id.
pub(super) fn run_name(workspace: &crate::ui::state::Workspace, id: &str) -> String {
    let run = workspace.runs.as_ref().and_then(|runs| runs.iter().find(|run| run.info.run_id == id));
    match run {
        Some(run) => run.info.run_name.clone(),
        None if id.len() == 32 => id.chars().take(8).collect(),
        None => id.to_owned(),
    }
}

/// One step: a link that opens it.
#[component]
fn StepCard(#[prop(into)] face: Signal<StepFace>, #[prop(into)] selected: Signal<bool>) -> impl IntoView {
    let step = face.with_untracked(|face| face.step);
    let shapes = Memo::new(move |_| face.read().shapes.clone());
    let words = Memo::new(move |_| face.read().words.clone());
    let share = Memo::new(move |_| face.with(|face| (face.look == StepStatus::Running).then_some(face.share)));
    let icon = Signal::derive(move || face.read().icon);
    let draw = |shapes: Vec<Shape>, upright: bool| {
        shapes
            .into_iter()
            .map(|shape| {
                let path = if upright { shape.upright } else { shape.lying };
                (!path.is_empty()).then(|| view! { <path class=shape.class d=path></path> })
            })
            .collect_view()
    };
    let arc = move || {
        share.get().map(|share| {
            let done = format!("{:.0} 100", share.unwrap_or(0.25) * 100.0);
            let class = if share.is_some() { "arc" } else { "arc arc-turning" };
            view! {
                <svg class=class viewBox="0 0 32 32" aria-hidden="true">
                    <circle cx="16" cy="16" r="14.5"></circle>
                    <circle class="arc-done" cx="16" cy="16" r="14.5" pathLength="100" stroke-dasharray=done></circle>
                </svg>
            }
        })
    };
    let lane_words = move || {
        words
            .get()
            .into_iter()
            .map(|word| view! { <span class=word.class aria-hidden="true">{word.text}</span> })
            .collect_view()
    };
    let has_scale = move || step == StepName::Evaluate && !shapes.read().is_empty();
    view! {
        <a
            class="step"
            id=element_id(step)
            href=format!("?step={}", step.as_str())
            data-step=step.as_str()
            data-status=move || face.read().status.as_str()
            data-look=move || face.read().look.as_str()
            data-seconds=move || face.read().seconds.to_string()
            data-reason=move || face.read().reason.clone()
            aria-current=move || selected.get().then_some("step")
        >
            <span class="lane">
                <svg class="h" viewBox="0 0 100 52" preserveAspectRatio="none" aria-hidden="true">
                    {move || draw(shapes.get(), false)}
                </svg>
                <svg class="v" viewBox="0 0 52 100" preserveAspectRatio="none" aria-hidden="true">
                    {move || draw(shapes.get(), true)}
                </svg>
                {lane_words}
                <Show when=has_scale>
                    <span class="lane-word lane-word-scale" aria-hidden="true"><span>"0"</span><span>"1 = perfect"</span></span>
                </Show>
                <span class="station">{arc}<Icon name=step.as_str()/></span>
            </span>
            <span class="step-name">{step.title()}</span>
            <span class="step-fact">
                {move || face.read().fact.clone()}
                // The space goes with the words: alone at the line's end it would count as something that jumps.
                <small>{move || Some(face.read().fact_small.clone()).filter(|words| !words.is_empty()).map(|words| format!(" {words}"))}</small>
            </span>
            <span class="step-meta">
                <Icon name=icon small=true/>
                <span>{move || face.read().meta.clone()}</span>
            </span>
        </a>
    }
}
