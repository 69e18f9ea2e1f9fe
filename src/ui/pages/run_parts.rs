//! Small parts of the pages of runs: icons of statuses, links, the time.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::pipeline::StepStatus;
use crate::tracking::{RunStatus, RunSummary};
use crate::ui::session::Session;

/// The icon of a run's status.
pub(super) fn run_icon(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Finished => "check",
        RunStatus::Failed => "cross",
        RunStatus::Killed => "stop",
        RunStatus::Running => "drop",
        RunStatus::Scheduled => "dash",
    }
}

/// The icon of a step's status.
pub(super) fn step_icon(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Completed => "check",
        StepStatus::Cached => "bolt",
        StepStatus::Failed => "cross",
        StepStatus::Cancelled => "stop",
        StepStatus::Running => "drop",
        StepStatus::Pending | StepStatus::Skipped => "dash",
    }
}

/// The address of a run, below the page's base.
pub(super) fn run_path(run_id: &str) -> String {
    format!("/runs/{run_id}")
}

/// The same for a link: relative to the page's base, wherever the site is hosted.
pub(super) fn run_href(run_id: &str) -> String {
    format!("runs/{run_id}")
}

/// The runs, compared as lists are: a message of the worker that brings no other list changes nothing.
pub(super) fn run_list() -> Memo<Arc<Vec<RunSummary>>> {
    let session = Session::here();
    Memo::new_with_compare(
        move |_| session.workspace.with(|workspace| workspace.runs.clone().unwrap_or_default()),
        |before, now| !before.zip(now).is_some_and(|(before, now)| Arc::ptr_eq(before, now)),
    )
}

/// A link to a run.
#[component]
pub(super) fn RunLink(run_id: String, #[prop(into)] text: String) -> impl IntoView {
    view! { <a href=run_href(&run_id) class="link">{text}</a> }
}

/// Unix milliseconds now, renewed often enough for "4 min ago".
pub(super) fn clock() -> Signal<i64> {
    let now = || js_sys::Date::now() as i64;
    let time = RwSignal::new(now());
    if let Ok(handle) = set_interval_with_handle(move || time.set(now()), Duration::from_secs(10)) {
        on_cleanup(move || handle.clear());
    }
    time.into()
}
