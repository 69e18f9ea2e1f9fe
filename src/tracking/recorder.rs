//! A run's record from its first moment to its last.

use crate::ingest::IngestSummary;
use crate::pipeline::{DatasetRef, Outcome, PipelineEvent, PipelineSpec, StepName, StepOutput, StepRecord, Stop};

use super::children::best_params;
use super::{DatasetInput, LifecycleStage, RunInfo, RunRecord, RunStatus, metrics_of, params_of, standard_tags};

/// The version of `RunRecord`'s shape.
pub const RUN_RECORD_VERSION: u32 = 1;

/// The id of the experiment that runs go to by default, as in MLflow.
pub const DEFAULT_EXPERIMENT: &str = "0";

/// A run that begins now.
#[must_use]
pub fn begin_run(run_id: String, run_name: String, spec: &PipelineSpec, now: i64) -> RunRecord {
    let tags = standard_tags(&run_name);
    RunRecord {
        version: RUN_RECORD_VERSION,
        info: RunInfo {
            run_id,
            run_name,
            experiment_id: DEFAULT_EXPERIMENT.into(),
            status: RunStatus::Running,
            start_time: now,
            end_time: None,
            lifecycle_stage: LifecycleStage::Active,
            deleted_time: None,
        },
        spec: spec.clone(),
        params: params_of(spec),
        metrics: Vec::new(),
        tags,
        dataset: None,
        steps: StepName::ALL.map(StepRecord::pending).to_vec(),
        outputs: Vec::new(),
        error: None,
        folds: None,
    }
}

/// The record of a run that has ended, however it did.
#[must_use]
pub fn end_run(record: RunRecord, spec: &PipelineSpec, outcome: Outcome, now: i64) -> RunRecord {
    let (status, error) = match outcome.stopped {
        None => (RunStatus::Finished, None),
        Some(Stop::Cancelled) => (RunStatus::Killed, None),
        Some(Stop::Failed(error)) => (RunStatus::Failed, Some(error)),
    };
    let metrics = outcome.outputs.iter().find_map(|output| match output {
        StepOutput::Evaluate(evaluation) => Some(metrics_of(evaluation, now)),
        _ => None,
    });
    let dataset = outcome.outputs.iter().find_map(|output| match output {
        StepOutput::Ingest(summary) => Some(dataset_input(summary)),
        _ => None,
    });
    let mut spec = spec.clone();
    if let Some(dataset) = &dataset {
        spec.dataset = DatasetRef { name: dataset.name.clone(), digest: Some(dataset.digest.clone()) };
    }
    let mut run = RunRecord {
        info: RunInfo { status, end_time: Some(now), ..record.info },
        params: params_of(&spec),
        spec,
        metrics: metrics.unwrap_or_default(),
        dataset,
        steps: outcome.records,
        outputs: outcome.outputs,
        error,
        ..record
    };
    let best = best_params(&run);
    run.params.extend(best);
    run
}

/// Takes in what a run under way has come to at `now`, so that it can be told before it ends.
pub fn note_event(record: &mut RunRecord, event: &PipelineEvent, now: i64) {
    let (step, output) = match event {
        PipelineEvent::StepFinished { record, output } => (record, Some(output)),
        PipelineEvent::StepFailed { record, .. } | PipelineEvent::StepCancelled { record } => (record, None),
        PipelineEvent::StepStarted { .. } | PipelineEvent::Progress { .. } => return,
    };
    record.steps.iter_mut().filter(|own| own.step == step.step).for_each(|own| own.clone_from(step));
    let Some(output) = output else { return };
    match output {
        StepOutput::Ingest(summary) => record.dataset = Some(dataset_input(summary)),
        StepOutput::Evaluate(evaluation) => record.metrics = metrics_of(evaluation, now),
        _ => {}
    }
    record.outputs.push(output.clone());
}

fn dataset_input(summary: &IngestSummary) -> DatasetInput {
    DatasetInput {
        name: summary.name.clone(),
        digest: summary.digest.clone(),
        rows: summary.rows,
        columns: summary.columns.len() as u64,
        bytes: summary.bytes,
    }
}
