//! The steps of a run as one time line: what each gave, how, and why it ran.

use super::format::{bytes, count, duration, rate};
use super::runs_text::metric_text;
use crate::evaluate::DataSplit;
use crate::pipeline::{StepName, StepOutput, StepRecord, StepStatus};
use crate::tracking::RunRecord;

/// One step with its bar.
#[derive(Debug, Clone, PartialEq)]
pub struct StepLine {
    pub step: StepName,
    pub status: StepStatus,
    /// `Cached`, and so on.
    pub status_word: &'static str,
    pub seconds: f64,
    /// Empty for a step that did not run.
    pub time: String,
    /// What the worker held when it ended; empty where nobody looked.
    pub memory: String,
    /// Where its bar begins and how wide it is, from 0 to 1 of the whole run.
    pub bar: (f64, f64),
    /// `5,000 × 33`.
    pub result: String,
    /// `7 rules, 236 cells filled`.
    pub how: String,
    pub reason: String,
    /// `table 4c1d`.
    pub artifact: Option<String>,
    /// The whole digest.
    pub digest: Option<String>,
    /// For a cached step: the id of the run that made the artifact.
    pub made_by: Option<String>,
}

/// The steps on one time line: each begins where the one before it ended.
#[must_use]
pub fn step_lines(run: &RunRecord) -> Vec<StepLine> {
    let total: f64 = total_seconds(run);
    let mut begin = 0.0;
    run.steps
        .iter()
        .map(|record| {
            let share = if total > 0.0 { record.seconds / total } else { 0.0 };
            let bar = (begin, share);
            begin += share;
            let output = run.outputs.iter().find(|output| output.step() == record.step);
            let (result, how) = output.map(|output| facts(output, record, run)).unwrap_or_default();
            let ran = !matches!(record.status, StepStatus::Pending | StepStatus::Skipped | StepStatus::Running);
            StepLine {
                step: record.step,
                status: record.status,
                status_word: status_word(record.status),
                seconds: record.seconds,
                time: if ran { duration(record.seconds) } else { String::new() },
                memory: record.memory.map(bytes).unwrap_or_default(),
                bar,
                result,
                how,
                reason: record.reason.clone(),
                artifact: record
                    .artifact
                    .as_ref()
                    .map(|digest| format!("{} {}", artifact(record.step), digest.short(4))),
                digest: record.artifact.as_ref().map(ToString::to_string),
                made_by: record.made_by.clone().filter(|id| *id != run.info.run_id),
            }
        })
        .collect()
}

/// `64 ms in all, 2 of 5 cached, in 1 worker with 21 MB`.
#[must_use]
pub fn summary(run: &RunRecord) -> String {
    let cached = run.steps.iter().filter(|step| step.status == StepStatus::Cached).count();
    let mut words = format!("{} in all", duration(total_seconds(run)));
    if cached > 0 {
        words.push_str(&format!(", {cached} of {} cached", run.steps.len()));
    }
    if let Some(memory) = run.steps.iter().filter_map(|step| step.memory).max() {
        words.push_str(&format!(", in 1 worker with {}", bytes(memory)));
    }
    words
}

/// Wall time of all steps together.
#[must_use]
pub fn total_seconds(run: &RunRecord) -> f64 {
    run.steps.iter().map(|step| step.seconds).sum()
}

/// What a step leaves behind.
fn artifact(step: StepName) -> &'static str {
    match step {
        StepName::Ingest | StepName::Clean => "table",
        StepName::Split => "rows",
        StepName::Train => "model",
        StepName::Evaluate => "metrics",
    }
}

/// The status in words.
#[must_use]
pub fn status_word(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Pending => "Waiting",
        StepStatus::Running => "Running",
        StepStatus::Completed => "Completed",
        StepStatus::Cached => "Cached",
        StepStatus::Failed => "Failed",
        StepStatus::Cancelled => "Cancelled",
        StepStatus::Skipped => "Skipped",
    }
}

/// The step's name with a capital.
#[must_use]
pub fn step_label(step: StepName) -> &'static str {
    match step {
        StepName::Ingest => "Ingest",
        StepName::Clean => "Clean",
        StepName::Split => "Split",
        StepName::Train => "Train",
        StepName::Evaluate => "Evaluate",
    }
}

/// What a step gave, and how.
fn facts(output: &StepOutput, record: &StepRecord, run: &RunRecord) -> (String, String) {
    let plural = |n: u64, one: &str, many: &str| format!("{} {}", count(n), if n == 1 { one } else { many });
    match output {
        StepOutput::Ingest(ingest) => {
            let size = format!("{} × {}", count(ingest.rows), count(ingest.columns.len() as u64));
            let mut how = bytes(ingest.bytes);
            let speed = rate(ingest.rows, record.seconds, "rows");
            if let Some(speed) = speed.filter(|_| record.status == StepStatus::Completed) {
                how += &format!(", {speed}");
            }
            (size, how)
        }
        StepOutput::Clean(clean) => {
            let size = format!("{} × {}", count(clean.rows), count(clean.columns.len() as u64));
            let rules = clean.effects.iter().filter(|effect| effect.enabled).count() as u64;
            let filled = plural(clean.cells_filled(), "cell", "cells");
            (size, format!("{}, {filled} filled", plural(rules, "rule", "rules")))
        }
        StepOutput::Split(split) => {
            let how = match &run.spec.split {
                Some(spec) if spec.shuffle => format!("seed {}", spec.random_state),
                Some(_) => "in the file's order".into(),
                None => "all rows train".into(),
            };
            (format!("{} / {}", count(split.n_train), count(split.n_test)), how)
        }
        StepOutput::Train(train) => {
            (plural(train.model.features().len() as u64, "feature", "features"), train.model_name.clone())
        }
        StepOutput::Evaluate(evaluate) => {
            let r2 = evaluate.metric("r2", DataSplit::Test).and_then(|metric| metric.value);
            let result = r2.map(|r2| format!("R² {}", metric_text(r2))).unwrap_or_default();
            (result, plural(evaluate.n_test, "test row", "test rows"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::SplitSummary;
    use crate::tracking::suite::run_record;

    #[test]
    fn the_worker_s_memory_is_told_where_it_is_known() {
        let mut run = run_record("run", 0);
        run.steps.iter_mut().for_each(|step| step.seconds = 0.25);
        assert!(!summary(&run).contains("worker") && step_lines(&run)[1].memory.is_empty());
        run.steps[1].memory = Some(21_000_000);
        run.steps[2].memory = Some(64_000_000);
        assert!(summary(&run).ends_with("in 1 worker with 64 MB"), "{}", summary(&run));
        assert_eq!(step_lines(&run)[1].memory, "21 MB");
    }

    #[test]
    fn bars_stand_end_to_end_and_fill_the_line() {
        let mut run = run_record("run", 0);
        for (step, seconds) in run.steps.iter_mut().zip([0.5, 0.25, 0.0, 0.125, 0.125]) {
            step.seconds = seconds;
        }
        run.steps[1].status = StepStatus::Cached;
        run.steps[1].made_by = Some("other".into());
        let digest = crate::base::Digest::of(b"rows");
        run.outputs.insert(
            0,
            StepOutput::Split(SplitSummary {
                n_train: 4000,
                n_test: 1000,
                rows_digest: digest,
                first_train: Vec::new(),
                first_test: Vec::new(),
                target_train: None,
                target_test: None,
                target_mean_train: None,
                target_mean_test: None,
            }),
        );
        let lines = step_lines(&run);
        let bars: Vec<(f64, f64)> = lines.iter().map(|line| line.bar).collect();
        assert_eq!(bars, [(0.0, 0.5), (0.5, 0.25), (0.75, 0.0), (0.75, 0.125), (0.875, 0.125)]);
        assert_eq!((lines[1].status_word, lines[1].made_by.as_deref()), ("Cached", Some("other")));
        assert_eq!((lines[2].result.as_str(), lines[2].how.as_str()), ("4,000 / 1,000", "seed 42"));
        assert_eq!((lines[3].result.as_str(), lines[3].how.as_str()), ("1 feature", "LinearRegression"));
        assert_eq!((lines[4].result.as_str(), lines[4].how.as_str()), ("R² 0.1000", "3 test rows"));
        assert!(lines[0].artifact.as_deref().is_some_and(|text| text.starts_with("table ") && text.len() == 10));
        // No step has taken any time: no bar, and no division by nothing.
        run.steps.iter_mut().for_each(|step| step.seconds = 0.0);
        assert!(step_lines(&run).iter().all(|line| line.bar == (0.0, 0.0)));
    }
}
