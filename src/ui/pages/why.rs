//! Under the settings of a step: why it ran or was found, from what it was made, how fast, and the same in Python.

use leptos::prelude::*;

use crate::export::code::python;
use crate::pipeline::{PipelineSpec, StepName, StepStatus};
use crate::ui::components::{CopyButton, Icon};
use crate::ui::flow::run_name;
use crate::ui::session::Session;
use crate::ui::state::{Action, Outputs};
use crate::ui::view::format;

/// The section.
#[component]
pub fn Why(
    #[prop(into)] selected: Signal<StepName>,
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
) -> impl IntoView {
    let session = Session::here();
    let view = Memo::new(move |_| session.shown_run.read().step(selected.get()).clone());
    let status = Memo::new(move |_| view.read().record.status);
    let title = move || match status.get() {
        StepStatus::Cached => "Why it was found, not run",
        StepStatus::Pending | StepStatus::Skipped => "Why it has not run",
        _ => "Why it ran",
    };
    let reason = move || {
        let reason = view.read().record.reason.clone();
        match status.get() {
            _ if !reason.is_empty() => reason,
            StepStatus::Skipped => "A step before it did not finish.".into(),
            StepStatus::Pending => "It waits for the steps before it.".into(),
            _ => String::new(),
        }
    };
    let made_by = move || {
        let id = view.read().record.made_by.clone().filter(|_| status.get() == StepStatus::Cached)?;
        let name = session.workspace.with(|workspace| run_name(workspace, &id));
        Some(view! { <p>"Made by run " <a class="link" href=format!("runs/{id}")>{name}</a>"."</p> })
    };
    let inputs = move || input_digests(session, selected.get(), &outputs.read());
    let output = move || view.read().record.artifact.as_ref().map(|digest| digest.to_string());
    let time = move || {
        view.with(|view| {
            let ran = matches!(status.get(), StepStatus::Completed | StepStatus::Cached | StepStatus::Failed);
            ran.then(|| {
                let rate = format::rate(view.record.rows, view.record.seconds, "rows");
                let rate = rate.filter(|_| view.record.status == StepStatus::Completed);
                [Some(format::duration(view.record.seconds)), rate].into_iter().flatten().collect::<Vec<_>>().join(", ")
            })
        })
    };
    let exact_time = move || view.read().record.seconds.to_string() + " s";
    view! {
        <section class="why">
            <h3 class="label">{title}</h3>
            <p class="why-reason">{reason}</p>
            {made_by}
            <dl class="facts">
                {move || inputs().into_iter().map(|(what, digest)| digest_row("Input", what, digest)).collect_view()}
                {move || digest_row("Output", made(selected.get()), output())}
                <dt>"Time"</dt>
                <dd title=move || time().map(|_| exact_time())>{move || time().unwrap_or_else(|| format::MISSING.into())}</dd>
            </dl>
            <Python selected=selected spec=spec outputs=outputs/>
        </section>
        <PipelineFile/>
    }
}

/// What a step makes, in a word.
fn made(step: StepName) -> &'static str {
    match step {
        StepName::Ingest => "table",
        StepName::Clean => "clean table",
        StepName::Split => "rows",
        StepName::Train => "model",
        StepName::Evaluate => "metrics",
    }
}

/// What a step reads, with the digests that are known.
fn input_digests(session: Session, step: StepName, outputs: &Outputs) -> Vec<(&'static str, Option<String>)> {
    let shown = session.shown_run.read();
    let of = |step: StepName| (made(step), shown.step(step).record.artifact.as_ref().map(|digest| digest.to_string()));
    match step {
        StepName::Ingest => vec![("file", outputs.ingest.as_ref().map(|summary| summary.digest.to_string()))],
        StepName::Clean => vec![of(StepName::Ingest)],
        StepName::Split => vec![of(StepName::Clean)],
        StepName::Train => vec![of(StepName::Clean), of(StepName::Split)],
        StepName::Evaluate => vec![of(StepName::Train), of(StepName::Split)],
    }
}

/// A line for what is or will be there: it has its place before its digest is known.
fn digest_row(label: &'static str, what: &'static str, digest: Option<String>) -> impl IntoView {
    let short: Option<String> =
        digest.as_ref().map(|digest| digest.strip_prefix("blake3:").unwrap_or(digest).chars().take(8).collect());
    let title = digest.clone();
    view! {
        <dt>{label}</dt>
        <dd class="why-digest">
            <span class="digest" title=title>{what}" "<code>{short.unwrap_or_else(|| format::MISSING.into())}</code></span>
            {digest.map(|digest| view! { <CopyButton text=Signal::stored(digest) what="digest"/> })}
        </dd>
    }
}

/// The same step in pandas and scikit-learn, folded.
#[component]
fn Python(
    #[prop(into)] selected: Signal<StepName>,
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    // Written only when somebody looks at it.
    let code = Memo::new(move |_| {
        if !is_open.get() {
            return String::new();
        }
        let outputs = outputs.read();
        let known = outputs.known();
        python::step(selected.get(), &spec.read(), known)
    });
    let script = Signal::derive(move || {
        let outputs = outputs.read();
        let known = outputs.known();
        python::script(selected.get(), &spec.read(), known)
    });
    let on_toggle = move |event: leptos::ev::Event| {
        is_open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open());
    };
    view! {
        <details class="tech python" on:toggle=on_toggle>
            <summary class="btn btn-small"><Icon name="code" small=true/>"Show the Python"</summary>
            <div class="tech-body">
                <pre tabindex="0" role="region" aria-label="Python of this step"><code>{move || code.get()}</code></pre>
                <span class="hint tech-note">"Copies the whole script up to here"</span>
                <CopyButton text=script what="the Python script"/>
            </div>
        </details>
    }
}

/// Save and load the pipeline as a file.
#[component]
fn PipelineFile() -> impl IntoView {
    let session = Session::here();
    let buttons = [(Action::SavePipeline, "Save", Some("spec-download")), (Action::LoadPipeline, "Load…", None)]
        .map(|(action, label, test_id)| {
            view! {
                <button
                    class="btn btn-small"
                    type="button"
                    data-testid=test_id
                    title=action.label()
                    disabled=move || !session.can(action)
                    on:click=move |_| session.act(action)
                >
                    <Icon name=action.icon() small=true/>
                    {label}
                    <span class="sr">" pipeline.json"</span>
                </button>
            }
        })
        .collect_view();
    view! {
        <section class="why">
            <h3 class="label">"The pipeline as a file"</h3>
            <p>"Five steps with all their settings, to keep, share or run without a browser. The address of this page holds them too."</p>
            <div class="cluster">{buttons}</div>
        </section>
    }
}
