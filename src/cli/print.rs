//! What the terminal shows: a line a step, then metrics and coefficients in full precision.

use std::io::{Result, Write};

use crate::base::sorted_by;
use crate::evaluate::{DataSplit, Scoring};
use crate::pipeline::{Candidate, PipelineEvent, StepOutput, StepRecord, SweepSummary};
use crate::tracking::RunRecord;
use crate::ui::view::format::{bytes, count, duration};

/// Prints a step that ended; other events are silent.
pub(super) fn event(event: &PipelineEvent, out: &mut dyn Write) -> Result<()> {
    match event {
        PipelineEvent::StepFinished { record, output } => step(record, &key_fact(output), out),
        PipelineEvent::StepFailed { record, error } => step(record, &error.code, out),
        PipelineEvent::StepCancelled { record } => step(record, "", out),
        PipelineEvent::StepStarted { .. } | PipelineEvent::Progress { .. } => Ok(()),
    }
}

fn step(record: &StepRecord, fact: &str, out: &mut dyn Write) -> Result<()> {
    let (name, status) = (record.step.as_str(), record.status.as_str());
    writeln!(out, "{name:<9} {status:<10} {fact:<34} {:>9}  {}", duration(record.seconds), record.reason)
}

fn key_fact(output: &StepOutput) -> String {
    match output {
        StepOutput::Ingest(summary) => {
            format!("{} × {}, {}", count(summary.rows), count(summary.columns.len() as u64), bytes(summary.bytes))
        }
        StepOutput::Clean(summary) => format!(
            "{} × {}, {} filled",
            count(summary.rows),
            count(summary.columns.len() as u64),
            count(summary.cells_filled())
        ),
        StepOutput::Split(summary) => format!("{} train / {} test", count(summary.n_train), count(summary.n_test)),
        StepOutput::Train(summary) => format!("{}, {} features", summary.model_name, summary.model.features().len()),
        StepOutput::Evaluate(summary) => match summary.metric("r2", DataSplit::Test).and_then(|metric| metric.value) {
            Some(r2) => format!("R² {r2:.4}"),
            None => "R² undefined".into(),
        },
    }
}

/// Prints the metrics and the coefficients.
pub(super) fn result(record: &RunRecord, out: &mut impl Write) -> Result<()> {
    for output in &record.outputs {
        match output {
            StepOutput::Ingest(summary) => {
                for note in &summary.notes {
                    writeln!(out, "note      {}", note.message)?;
                }
                for problem in summary.problems.first.iter().take(10) {
                    writeln!(out, "problem   line {}: {}", problem.line, problem.reason)?;
                }
            }
            StepOutput::Train(summary) => {
                for warning in &summary.warnings {
                    writeln!(out, "warning   {}", warning.message)?;
                }
                if let Some(sweep) = &summary.sweep {
                    candidates(sweep, out)?;
                }
                writeln!(out, "\ncoefficient of {}", summary.target)?;
                for coefficient in &summary.coefficients {
                    writeln!(out, "  {:<32} {:>24}", coefficient.name, coefficient.value)?;
                }
            }
            StepOutput::Evaluate(summary) => {
                writeln!(out, "\n{:<22} {:>24} {:>24}", "metric", "test", "train")?;
                for metric in summary.metrics.iter().filter(|metric| metric.split == DataSplit::Test) {
                    let train = summary.metric(&metric.name, DataSplit::Train).and_then(|metric| metric.value);
                    writeln!(out, "{:<22} {:>24} {:>24}", metric.name, shown(metric.value), shown(train))?;
                }
                if let Some(cv) = &summary.cv {
                    writeln!(out, "\n{:<22} {:>24} {:>24}", format!("{} folds", cv.n_folds), "mean", "sd")?;
                    for metric in &cv.mean {
                        let sd = cv.sd.iter().find(|sd| sd.name == metric.name).and_then(|sd| sd.value);
                        writeln!(out, "{:<22} {:>24} {:>24}", metric.name, shown(metric.value), shown(sd))?;
                    }
                }
                writeln!(out, "\n{}", crate::evaluate::verdict(summary))?;
            }
            StepOutput::Clean(_) | StepOutput::Split(_) => {}
        }
    }
    Ok(())
}

/// The candidates of a sweep, best first.
fn candidates(sweep: &SweepSummary, out: &mut impl Write) -> Result<()> {
    let varied = sweep.varied();
    let judged: Vec<&Candidate> = sweep.candidates.iter().collect();
    // One that could not be fitted comes last.
    let judged = sorted_by(judged, |a, b| match (a.mean(), b.mean()) {
        (Some(a), Some(b)) => sweep.scoring.order(a, b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    // Errors are shown as roots, in the target's unit.
    let is_squared = sweep.scoring == Scoring::Mse;
    let name = if is_squared { "cv rmse".to_owned() } else { format!("cv {}", sweep.scoring.as_str()) };
    writeln!(out, "\n{} candidates, best first {name:>30} {:>24}", sweep.candidates.len(), "cv r2")?;
    for candidate in judged.into_iter().take(20) {
        let values = candidate.params();
        let value = |name: &String| Some(format!("{name}={}", values.get(name)?));
        let words: Vec<String> = varied.iter().filter_map(value).collect();
        let name = format!("{} {}", candidate.estimator.name(), words.join(" "));
        match &candidate.error {
            Some(error) => writeln!(out, "  {name:<36} {error}")?,
            None => {
                let mean = if is_squared { candidate.mean_rmse() } else { candidate.mean() };
                writeln!(out, "  {name:<36} {:>20} {:>24}", shown(mean), shown(candidate.mean_r2()))?
            }
        }
    }
    Ok(())
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "undefined".into(), |value| value.to_string())
}
