//! What is said of a run while it is under way and at its end.

use super::{flow, format};
use crate::evaluate::DataSplit;
use crate::pipeline::{Progress, StepName, StepStatus};
use crate::ui::state::{Outputs, RunPhase, RunView};

/// The step as something being done.
fn doing(step: StepName) -> &'static str {
    match step {
        StepName::Ingest => "Reading",
        StepName::Clean => "Cleaning",
        StepName::Split => "Splitting",
        StepName::Train => "Training",
        StepName::Evaluate => "Evaluating",
    }
}

/// `Cleaning, 64 %`; `None` when nothing is under way.
#[must_use]
pub fn sentence(run: &RunView) -> Option<String> {
    let view = run.running_step().filter(|_| run.is_running())?;
    let word = doing(view.record.step);
    Some(match view.progress.and_then(share) {
        Some(share) => format!("{word}, {}", format::percent(share)),
        None => word.to_owned(),
    })
}

/// The share done, where the whole is known.
#[must_use]
pub fn share(progress: Progress) -> Option<f64> {
    let total = progress.total.filter(|total| *total > 0)?;
    Some((progress.done as f64 / total as f64).clamp(0.0, 1.0))
}

/// `9.1 MB/s, 1.9 s left`, after `elapsed` seconds; empty at the very beginning.
#[must_use]
pub fn speed(progress: Progress, elapsed: f64) -> String {
    if elapsed < 0.2 {
        return String::new();
    }
    let unit = match progress.unit {
        crate::pipeline::Unit::Bytes => "bytes",
        crate::pipeline::Unit::Rows => "rows",
        crate::pipeline::Unit::Candidates => "candidates",
        crate::pipeline::Unit::Folds => "folds",
    };
    let rate = format::rate(progress.done, elapsed, unit);
    let left = flow::remaining(progress, elapsed).map(|left| format!("{left} left"));
    [rate, left].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The end of a run, in a sentence for those who cannot see it.
#[must_use]
pub fn end(run: &RunView, outputs: &Outputs) -> String {
    match run.phase {
        RunPhase::Completed => {
            let r2 = outputs.evaluate.as_ref().and_then(|summary| {
                summary.metric("r2", DataSplit::Test).or_else(|| summary.metric("r2", DataSplit::Train))?.value
            });
            let n_cached = run.steps.iter().filter(|view| view.record.status == StepStatus::Cached).count();
            let cached = match n_cached {
                0 => String::new(),
                n => format!(", {n} of 5 steps cached"),
            };
            match r2 {
                Some(r2) => format!("Run completed{cached}. R squared {}.", format::decimals(r2, 3)),
                None => format!("Run completed{cached}."),
            }
        }
        RunPhase::Cancelled => "Run cancelled.".into(),
        // The alert at its place says more.
        RunPhase::Failed | RunPhase::Pending | RunPhase::Running => String::new(),
    }
}
