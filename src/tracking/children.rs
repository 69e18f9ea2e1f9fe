//! A sweep's candidates as runs of their own, below the run that tried them.

use super::{
    CandidateFolds, MetricRecord, PARENT_TAG, Param, RunInfo, RunRecord, RunStatus, Tag, metric_key, params_of, run_id,
    run_name, standard_tags,
};
use crate::evaluate::{DataSplit, Scoring};
use crate::pipeline::{Candidate, StepName, StepOutput, StepRecord, StepStatus, SweepSummary};

/// Whether this run tried candidates itself: a sweep found in the cache has its children already, below another run.
#[must_use]
pub fn sweep_of(run: &RunRecord) -> Option<&SweepSummary> {
    let is_new = run.steps.iter().any(|step| step.step == StepName::Train && step.status == StepStatus::Completed);
    let training = run.outputs.iter().find_map(|output| match output {
        StepOutput::Train(training) if is_new => Some(training),
        _ => None,
    });
    training.and_then(|training| training.sweep.as_ref())
}

/// A run for each candidate of the sweep that `parent` made, in order; none where it made none. `random` gives 16 fresh
/// bytes a call.
#[must_use]
pub fn child_runs(parent: &RunRecord, mut random: impl FnMut() -> [u8; 16]) -> Vec<RunRecord> {
    let Some(sweep) = sweep_of(parent) else { return Vec::new() };
    let n = sweep.candidates.len();
    sweep
        .candidates
        .iter()
        .enumerate()
        .map(|(place, candidate)| RunRecord {
            folds: folds(sweep, candidate),
            ..child(parent, (candidate, sweep.scoring), (place, n), random())
        })
        .collect()
}

/// What its folds said, so that candidates can be compared by more than their means.
fn folds(sweep: &SweepSummary, candidate: &Candidate) -> Option<CandidateFolds> {
    let of =
        |sizes| CandidateFolds { cv: sweep.cv.clone(), sizes, mse: candidate.mse.clone(), r2: candidate.r2.clone() };
    sweep.fold_sizes.filter(|_| candidate.error.is_none()).map(of)
}

fn child(
    parent: &RunRecord,
    (candidate, scoring): (&Candidate, Scoring),
    (place, n): (usize, usize),
    random: [u8; 16],
) -> RunRecord {
    let spec = parent.spec.with_candidate(candidate);
    let end = parent.info.end_time.unwrap_or(parent.info.start_time);
    let [a, b, c, d, e, f, g, h, ..] = random;
    let run_name = run_name([a, b, c, d, e, f, g, h]);
    let mut tags = standard_tags(&run_name);
    tags.push(Tag { key: PARENT_TAG.into(), value: parent.info.run_id.clone() });
    let status = if candidate.error.is_some() { RunStatus::Failed } else { RunStatus::Finished };
    RunRecord {
        version: parent.version,
        info: RunInfo { run_id: run_id(random), run_name, status, ..parent.info.clone() },
        params: params_of(&spec),
        spec,
        metrics: metrics(candidate, scoring, end),
        tags,
        dataset: parent.dataset.clone(),
        steps: parent.steps.iter().map(|step| step_of(step, parent, candidate, (place, n))).collect(),
        outputs: Vec::new(),
        error: candidate
            .error
            .as_ref()
            .map(|message| crate::base::ErrorReport::new("train.candidate_failed", message.clone())),
        folds: None,
    }
}

/// Steps before training are the parent's; a candidate is fitted and judged by the folds of the training rows, not evaluated.
fn step_of(step: &StepRecord, parent: &RunRecord, candidate: &Candidate, (place, n): (usize, usize)) -> StepRecord {
    match step.step {
        StepName::Train => StepRecord {
            status: if candidate.error.is_some() { StepStatus::Failed } else { StepStatus::Completed },
            reason: format!("Candidate {} of {n} in {}.", place + 1, parent.info.run_name),
            artifact: None,
            cache_key: None,
            seconds: 0.0,
            ..step.clone()
        },
        StepName::Evaluate => StepRecord {
            reason: "Judged by the folds only. Run it by itself to see it on the test rows.".into(),
            status: StepStatus::Skipped,
            ..StepRecord::pending(step.step)
        },
        _ => StepRecord {
            status: StepStatus::Cached,
            reason: format!("Made by {}.", parent.info.run_name),
            made_by: Some(step.made_by.clone().unwrap_or_else(|| parent.info.run_id.clone())),
            seconds: 0.0,
            ..step.clone()
        },
    }
}

fn metrics(candidate: &Candidate, scoring: Scoring, timestamp: i64) -> Vec<MetricRecord> {
    let mut values = vec![("mse", candidate.mean_mse()), ("rmse", candidate.mean_rmse()), ("r2", candidate.mean_r2())];
    if values.iter().all(|(name, _)| *name != scoring.as_str()) {
        values.push((scoring.as_str(), candidate.mean()));
    }
    let record = |(name, value): (&str, Option<f64>)| {
        let key = metric_key(name, DataSplit::Cv);
        Some(MetricRecord { key, name: name.into(), split: DataSplit::Cv, value: value?, timestamp, step: 0 })
    };
    values.into_iter().filter_map(record).collect()
}

/// What the sweep chose, as MLflow's autologging of scikit-learn's searches names it: `best_alpha`.
pub(super) fn best_params(run: &RunRecord) -> Vec<Param> {
    let training = run.outputs.iter().find_map(|output| match output {
        StepOutput::Train(training) => training.sweep.as_ref(),
        _ => None,
    });
    let Some(sweep) = training else { return Vec::new() };
    let Some(chosen) = sweep.chosen() else { return Vec::new() };
    let values = chosen.params();
    let mut params = vec![Param { key: "best_model_name".into(), value: chosen.estimator.model_name().into() }];
    for name in sweep.varied() {
        if let Some(value) = values.get(&name) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            params.push(Param { key: format!("best_{name}"), value });
        }
    }
    params
}
