//! The flow as plain data: what each of the five stations says, and the pipe between them.

use super::flow_pipe::{Shape, lost, shapes};
use super::format;
use crate::evaluate::DataSplit;
use crate::pipeline::{Progress, StepName, StepStatus, Unit};
use crate::ui::state::{Outputs, StepView};

/// One step of the flow as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct StepFace {
    pub step: StepName,
    pub title: &'static str,
    pub status: StepStatus,
    /// How it looks: as `status`, except while a quick run is under way, when it keeps its looks.
    pub look: StepStatus,
    pub seconds: f64,
    pub reason: String,
    /// The key fact, and what is said after it in small.
    pub fact: String,
    pub fact_small: String,
    /// Icon of the status, and its line.
    pub icon: &'static str,
    pub meta: String,
    pub shapes: Vec<Shape>,
    /// Words in the lane.
    pub words: Vec<LaneWord>,
    /// Share done of a running step.
    pub share: Option<f64>,
}

/// A word in a lane, with its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneWord {
    pub class: &'static str,
    pub text: &'static str,
}

/// A step as it is drawn. `look` is the record that its looks follow; `made_by` the name of the run that made a cached
/// artifact; `elapsed` the seconds that a running step has taken.
#[must_use]
pub fn face(
    view: &StepView,
    look: &StepView,
    outputs: &Outputs,
    seed: Option<u32>,
    made_by: Option<&str>,
    elapsed: f64,
) -> StepFace {
    let step = view.record.step;
    let share = share(look.progress);
    let (fact, fact_small) = fact(look, outputs, share);
    StepFace {
        step,
        title: step.title(),
        status: view.record.status,
        look: look.record.status,
        seconds: view.record.seconds,
        reason: view.record.reason.clone(),
        fact,
        fact_small,
        icon: icon(look.record.status),
        meta: meta(look, outputs, seed, made_by, elapsed),
        shapes: shapes(step, look.record.status, outputs, share),
        words: words(step, look.record.status, outputs),
        share,
    }
}

/// The share done, where the whole is known.
fn share(progress: Option<Progress>) -> Option<f64> {
    let progress = progress?;
    let total = progress.total.filter(|total| *total > 0)?;
    Some((progress.done as f64 / total as f64).clamp(0.0, 1.0))
}

/// The icon that says a status.
#[must_use]
pub fn icon(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Pending => "circle",
        StepStatus::Running => "drop",
        StepStatus::Completed => "check",
        StepStatus::Cached => "bolt",
        StepStatus::Failed => "cross",
        StepStatus::Cancelled => "stop",
        StepStatus::Skipped => "dash",
    }
}

fn fact(look: &StepView, outputs: &Outputs, share: Option<f64>) -> (String, String) {
    let nothing = || (format::MISSING.to_owned(), String::new());
    match look.record.status {
        StepStatus::Failed => ("Stopped".into(), String::new()),
        StepStatus::Pending | StepStatus::Skipped => nothing(),
        StepStatus::Running | StepStatus::Cancelled => {
            share.map_or_else(nothing, |share| (format::percent(share), String::new()))
        }
        StepStatus::Completed | StepStatus::Cached => result_fact(look.record.step, outputs).unwrap_or_else(nothing),
    }
}

fn result_fact(step: StepName, outputs: &Outputs) -> Option<(String, String)> {
    Some(match step {
        StepName::Ingest => {
            let summary = outputs.ingest.as_ref()?;
            (format::short_count(summary.rows), format!("× {}", format::count(summary.columns.len() as u64)))
        }
        StepName::Clean => {
            let summary = outputs.clean.as_ref()?;
            let columns = summary.columns.len() as i64 - summary.columns_before as i64;
            let rows = summary.rows as i64 - summary.rows_before as i64;
            let word = |n: i64, one: &str, many: &str| if n.abs() == 1 { one.to_owned() } else { many.to_owned() };
            match (columns, rows) {
                (0, 0) => (format::short_count(summary.rows), format!("× {}", summary.columns.len())),
                (0, rows) => (format::signed_count(rows), word(rows, "row", "rows")),
                (columns, _) => (format::signed_count(columns), word(columns, "column", "columns")),
            }
        }
        StepName::Split => {
            let summary = outputs.split.as_ref()?;
            if summary.n_test == 0 {
                (format::short_count(summary.n_train), "all rows".into())
            } else {
                (format::short_count(summary.n_train), format!("/ {}", format::short_count(summary.n_test)))
            }
        }
        StepName::Train => {
            let training = outputs.train.as_ref()?;
            let n = training.model.features().len() as u64;
            let word = if n == 1 { "feature" } else { "features" };
            let tried = training.sweep.as_ref().map(|sweep| sweep.candidates.len() as u64);
            let best = tried.map_or_else(String::new, |tried| format!(", best of {}", format::count(tried)));
            (format::count(n), format!("{word}{best}"))
        }
        StepName::Evaluate => {
            match r2(outputs) {
                Some(r2) => (format!("R² {}", format::decimals(r2, 3)), String::new()),
                // A model of classes has none.
                None => (format!("{} %", format::decimals(100.0 * metric(outputs, "accuracy")?, 1)), "right".into()),
            }
        }
    })
}

/// R² of the test rows; of the train rows when there is no test.
pub(super) fn r2(outputs: &Outputs) -> Option<f64> {
    metric(outputs, "r2")
}

fn metric(outputs: &Outputs, name: &str) -> Option<f64> {
    let summary = outputs.evaluate.as_ref()?;
    let of = |split| summary.metric(name, split).and_then(|metric| metric.value);
    of(DataSplit::Test).or_else(|| of(DataSplit::Train))
}

fn meta(look: &StepView, outputs: &Outputs, seed: Option<u32>, made_by: Option<&str>, elapsed: f64) -> String {
    let record = &look.record;
    match record.status {
        StepStatus::Pending => "Waiting".into(),
        StepStatus::Skipped => "Skipped".into(),
        StepStatus::Cached => made_by.map_or_else(|| "Cached".into(), |run| format!("Cached from {run}")),
        StepStatus::Failed => "Failed".into(),
        StepStatus::Cancelled => match look.progress {
            Some(progress) => format!("Cancelled, {}", amount(progress)),
            None => "Cancelled".into(),
        },
        StepStatus::Running => match look.progress {
            Some(progress) => match remaining(progress, elapsed) {
                Some(left) => format!("Running, {}, {left} left", amount(progress)),
                None => format!("Running, {}", amount(progress)),
            },
            None => "Running".into(),
        },
        StepStatus::Completed => done(record.step, record.seconds, outputs, seed),
    }
}

fn done(step: StepName, seconds: f64, outputs: &Outputs, seed: Option<u32>) -> String {
    let time = format::duration(seconds);
    let what = match step {
        StepName::Ingest => {
            outputs.ingest.as_ref().map(|summary| format!("{} in {time}", format::bytes(summary.bytes)))
        }
        StepName::Clean => outputs.clean.as_ref().map(|summary| match summary.cells_filled() {
            0 => format!("nothing filled, {time}"),
            1 => format!("1 cell filled, {time}"),
            n => format!("{} cells filled, {time}", format::short_count(n)),
        }),
        StepName::Split => seed.map(|seed| format!("seed {seed}, {time}")),
        StepName::Train => outputs.train.as_ref().map(|summary| format!("{}, {time}", summary.model_name)),
        StepName::Evaluate => metric(outputs, "mae").map(|mae| format!("off by {}, {time}", format::decimals(mae, 2))),
    };
    format!("Done, {}", what.unwrap_or(time))
}

/// `30.8 M of 48.2 M rows`.
#[must_use]
pub fn amount(progress: Progress) -> String {
    let of = |n| match progress.unit {
        Unit::Bytes => format::bytes(n),
        _ => format::short_count(n),
    };
    let unit = match progress.unit {
        Unit::Bytes => "",
        Unit::Rows => " rows",
        Unit::Candidates => " candidates",
        Unit::Folds => " folds",
    };
    match progress.total {
        Some(total) => format!("{} of {}{unit}", of(progress.done), of(total)),
        None => format!("{}{unit}", of(progress.done)),
    }
}

/// The time left, once a little is done: from the mean speed so far.
#[must_use]
pub fn remaining(progress: Progress, elapsed: f64) -> Option<String> {
    let total = progress.total.filter(|total| *total > progress.done)?;
    if elapsed < 0.5 || progress.done == 0 {
        return None;
    }
    Some(format::duration(elapsed * (total - progress.done) as f64 / progress.done as f64))
}

fn words(step: StepName, look: StepStatus, outputs: &Outputs) -> Vec<LaneWord> {
    let is_done = matches!(look, StepStatus::Completed | StepStatus::Cached);
    let has_test = outputs.split.as_ref().is_some_and(|summary| summary.n_test > 0);
    let mut words = Vec::new();
    match step {
        StepName::Clean if is_done && look == StepStatus::Completed && lost(outputs) >= 8.0 => {
            words.push(LaneWord { class: "lane-word lane-word-drain", text: "dropped" });
        }
        StepName::Train if is_done => {
            words.push(LaneWord { class: "lane-word lane-word-top", text: "the model" });
            if has_test {
                words.push(LaneWord { class: "lane-word lane-word-low", text: "test rows, held back" });
            }
        }
        _ => {}
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_progress() {
        let progress = |done, unit| Progress { done, total: Some(48_200_000), unit };
        assert_eq!(amount(progress(30_800_000, Unit::Rows)), "30.8 M of 48.2 M rows");
        assert_eq!(amount(Progress { done: 1000, total: None, unit: Unit::Bytes }), "1.0 kB");
        assert_eq!(remaining(progress(24_100_000, Unit::Rows), 2.0).as_deref(), Some("2.0 s"));
        assert_eq!(remaining(progress(24_100_000, Unit::Rows), 0.1), None);
        assert_eq!(remaining(progress(48_200_000, Unit::Rows), 2.0), None);
    }
}
