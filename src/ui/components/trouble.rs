//! What went wrong, at its place: one thing at a time.

use leptos::prelude::*;

use super::{CopyButton, Icon};
use crate::base::ErrorReport;
use crate::pipeline::StepName;
use crate::ui::session::Session;
use crate::ui::state::{Action, RunPhase};

/// The error to show: of a request as a whole, else of the step that failed.
fn present(session: Session) -> Option<(Option<StepName>, ErrorReport)> {
    session.workspace.with(|workspace| match &workspace.trouble {
        Some(error) => Some((None, error.clone())),
        None if workspace.run.phase == RunPhase::Failed => {
            workspace.run.failure().map(|(step, error)| (Some(step), error.clone()))
        }
        None => None,
    })
}

/// The sentence with its remedy, the acts that help, and the technical detail to unfold and copy.
#[component]
pub fn Trouble() -> impl IntoView {
    let session = Session::here();
    let error = Memo::new(move |_| present(session));
    let note = move || {
        error.get().map(|(step, report)| {
            let (title, rest) = split_sentence(&report.message);
            let place = step.map(|step| format!("{}: ", step.title()));
            let kept = step.filter(|step| *step > StepName::Ingest).map(|_| "The steps before it are kept.");
            let detail = match step {
                Some(step) => format!("step {}\ncode {}\n{}", step.as_str(), report.code, report.message),
                None => format!("code {}\n{}", report.code, report.message),
            };
            let needs_file = matches!(report.code.as_str(), "pipeline.file_needed" | "pipeline.file_changed" | "pipeline.no_dataset")
                || report.code.starts_with("ingest.") || report.code.starts_with("open.");
            let copied = detail.clone();
            view! {
                <div class="trouble">
                    <div class="note note-danger" role="alert" data-testid="error" data-code=report.code.clone()>
                        <Icon name="cross"/>
                        <div>
                            <strong>{place}{title}</strong>
                            <p>{rest}" "{kept}</p>
                        </div>
                        <span class="cluster">
                            {needs_file.then(|| view! {
                                <button class="btn btn-small" type="button" on:click=move |_| session.act(Action::OpenFile)>
                                    "Open a file"
                                </button>
                            })}
                            <Show when=move || session.can(Action::Undo)>
                                <button class="btn btn-small btn-quiet" type="button" on:click=move |_| session.act(Action::Undo)>
                                    "Undo the last change"
                                </button>
                            </Show>
                        </span>
                    </div>
                    <details class="tech">
                        <summary>"Technical detail"</summary>
                        <div class="tech-body"><pre>{detail}</pre><CopyButton text=Signal::stored(copied) what="the technical detail"/></div>
                    </details>
                </div>
            }
        })
    };
    view! { {note} }
}

/// The first sentence, and the others.
fn split_sentence(message: &str) -> (String, String) {
    match message.find(". ") {
        Some(end) => (message[..end].to_owned(), message[end + 2..].to_owned()),
        None => (message.trim_end_matches('.').to_owned(), String::new()),
    }
}
