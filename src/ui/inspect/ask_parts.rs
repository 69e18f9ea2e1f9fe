//! What all answers share: the button with its progress, the sentence, notes, pictures, numbers and code.

use std::sync::Arc;

use leptos::prelude::*;

use crate::export::code::python::Known;
use crate::pipeline::AnalysisResult;
use crate::ui::charts::Chart;
use crate::ui::components::CopyButton;
use crate::ui::inspect::parts::small_icon;
use crate::ui::session::Session;
use crate::ui::state::analyses::Answer;
use crate::ui::state::{AskedView, Outputs, Question};
use crate::ui::view::analysis_answer::{self, AnswerView, NumberTable};
use crate::ui::view::analysis_ask;
use crate::ui::view::analysis_python;

/// What is known of a kind of question, and nothing more often than it changes.
pub(super) fn asked(kind: &'static str) -> Memo<AskedView> {
    let session = Session::here();
    Memo::new(move |_| session.workspace.read().analyses.view(kind))
}

/// The button that asks. While the answer is on its way, Cancel stands in its place, after what is done so far.
#[component]
pub(super) fn AskButton(
    kind: &'static str,
    /// What is asked when the button is pressed; `None` while something lacks.
    question: Signal<Option<Question>>,
    label: &'static str,
    /// Once there is an answer.
    again: &'static str,
) -> impl IntoView {
    let session = Session::here();
    let view = asked(kind);
    let waits = Memo::new(move |_| view.read().waits);
    let has_answer = Memo::new(move |_| view.read().answer.is_some());
    let words = Memo::new(
        move |_| if waits.get() { analysis_ask::progress_words(view.read().progress) } else { String::new() },
    );
    let width = move || view.read().progress.and_then(|done| analysis_ask::share(Some(done))).unwrap_or(0.0) * 100.0;
    let widest = if label.len() > again.len() { label } else { again };
    let ask = move |_| {
        if let Some(question) = question.get_untracked() {
            session.ask(question);
        }
    };
    view! {
        <span class="ask-do">
            <span class="ask-progress">
                <span class="muted small" role="status">{move || words.get()}</span>
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" class:ask-quiet=move || !waits.get()>
                    <rect class="m-track" width="100" height="4"></rect>
                    <rect class="m" width=width height="4"></rect>
                </svg>
            </span>
            <button
                class="btn btn-small"
                type="button"
                data-testid=format!("ask-{kind}")
                disabled=move || !waits.get() && question.read().is_none()
                on:click=move |event| {
                    if waits.get_untracked() { session.cancel_question(kind) } else { ask(event) }
                }
            >
                {move || if waits.get() { small_icon("stop").into_any() } else { small_icon("play").into_any() }}
                <span class="as-wide" data-widest=widest>
                    {move || match (waits.get(), has_answer.get()) {
                        (true, _) => "Cancel",
                        (false, true) => again,
                        (false, false) => label,
                    }}
                </span>
            </button>
        </span>
    }
}

/// The answer, and whether it is one to other settings than those of the page. Its place is kept from the moment that the
/// question is asked.
#[component]
pub(super) fn AnswerPlace(
    kind: &'static str,
    /// What would be asked now.
    question: Signal<Option<Question>>,
    outputs: Signal<Outputs>,
    /// Draws what is special about the answer; the rest stands around it.
    #[prop(into)]
    body: Callback<(Arc<Answer>,), AnyView>,
) -> impl IntoView {
    let view = asked(kind);
    let answer = Memo::new(move |_| view.read().answer.clone());
    let is_first = Memo::new(move |_| view.read().waits && view.read().answer.is_none());
    let is_stale = Memo::new(move |_| {
        let asked_of = answer.read().as_ref().map(|answer| answer.0.question.spec.clone());
        let now = question.read().as_ref().map(|question| question.spec.clone());
        asked_of.is_some() && asked_of != now
    });
    view! {
        <Show when=move || is_first.get()>
            <div class="ask-waiting" aria-hidden="true"><span class="sk sk-4"></span></div>
        </Show>
        <p class="caution small ask-stale" role="status">
            {move || is_stale.get().then_some("The settings have changed since: ask again for the answer to the new ones.")}
        </p>
        {move || answer.get().map(|answer| {
            let answer = answer.0;
            match &answer.result {
                Err(error) => view! {
                    <p class="caution" role="alert" data-code=error.code.clone()>{error.message.clone()}</p>
                }
                .into_any(),
                Ok(result) => {
                    let notes = result.notes().iter().map(|note| view! { <li>{note.clone()}</li> }).collect_view();
                    view! {
                        <div class="ask-answer" class:result-stale=move || is_stale.get() data-testid="answer">
                            <p class="verdict verdict-s">{result.sentence().to_owned()}</p>
                            <ul class="findings">{notes}</ul>
                            {body.run((answer.clone(),))}
                            <Code answer outputs is_stale />
                        </div>
                    }
                    .into_any()
                }
            }
        })}
    }
}

/// Pictures and numbers of an answer.
pub(super) fn answered(result: &AnalysisResult, target: &str) -> AnyView {
    let AnswerView { scenes, tables } = analysis_answer::view(result, target);
    let scenes = scenes.into_iter().map(|scene| view! { <Chart scene=Signal::stored(scene) /> }).collect_view();
    let tables = tables.into_iter().map(|table| number_table(table, true)).collect_view();
    view! {
        <div class="plots">{scenes}</div>
        <div class="ask-tables">{tables}</div>
    }
    .into_any()
}

/// Numbers with their exact values, folded where a picture says the same.
pub(super) fn number_table(table: NumberTable, folded: bool) -> AnyView {
    let NumberTable { name, title, head, rows, more } = table;
    let caption = title.clone();
    let head = head
        .into_iter()
        .enumerate()
        .map(|(place, words)| view! { <th scope="col" class:num={place > 0}>{words}</th> })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|row| {
            let value = row.cells.first().map(|cell| cell.full.clone()).filter(|full| !full.is_empty());
            let cells = row
                .cells
                .into_iter()
                .map(|cell| {
                    let full = (!cell.full.is_empty()).then_some(cell.full);
                    view! { <td class="num" data-value=full.clone() title=full>{cell.shown}</td> }
                })
                .collect_view();
            view! { <tr data-name=row.name data-value=value><th scope="row">{row.label}</th>{cells}</tr> }
        })
        .collect_view();
    let label = title.clone();
    let more =
        (more > 0).then(|| view! { <p class="hint">{format!("{more} more are in the numbers of the picture.")}</p> });
    let table = view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label=label data-numbers=name>
            <table class="table table-tight">
                <caption class="sr">{caption}</caption>
                <thead><tr>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
    };
    if folded {
        view! { <details class="tech"><summary>{title}</summary>{table}</details> }.into_any()
    } else {
        table.into_any()
    }
}

/// The same with scikit-learn, written only when somebody looks at it.
#[component]
fn Code(answer: Arc<Answer>, outputs: Signal<Outputs>, is_stale: Memo<bool>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let whole = answer.clone();
    let write = move |answer: &Answer, only_lines: bool| {
        let Ok(result) = &answer.result else { return String::new() };
        let outputs = outputs.read();
        let known = outputs.known();
        // What the steps know now is not what they knew of other settings.
        let known = if is_stale.get() { Known { ingest: known.ingest, ..Known::default() } } else { known };
        let Question { spec, analysis } = &answer.question;
        if only_lines {
            analysis_python::lines(spec, known, analysis, result)
        } else {
            analysis_python::script(spec, known, analysis, result)
        }
    };
    let code = Memo::new(move |_| if is_open.get() { write(&answer, true) } else { String::new() });
    let script = Signal::derive(move || write(&whole, false));
    let on_toggle = move |event: leptos::ev::Event| {
        is_open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open());
    };
    view! {
        <details class="tech python" on:toggle=on_toggle>
            <summary class="btn btn-small">{small_icon("code")}"The same in Python"</summary>
            <div class="tech-body">
                <pre tabindex="0" role="region" aria-label="Python of this answer"><code>{move || code.get()}</code></pre>
                <span class="hint tech-note">"Copies the whole script, from the file on"</span>
                <CopyButton text=script what="the Python script"/>
            </div>
        </details>
    }
}
