//! The engine: walks the steps, reuses what it finds, runs what it must, says why, and hears a cancel.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    ByteSource, Circumstances, Host, PipelineEvent, PipelineSpec, Progress, STORED_STEP_VERSION, Session, StepCache,
    StepName, StepOutput, StepRecord, StepStatus, StoredStep, Traces, Unit, cache_key, parameters, why_it_ran,
};
use crate::base::{Coded, Digest, ErrorReport};

/// How long the engine works before it lets others have a turn, in seconds.
const TURN: f64 = 0.03;
/// How often progress is told, in seconds.
const PROGRESS_EVERY: f64 = 0.1;

/// Why a run ended early.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    Cancelled,
    Failed(ErrorReport),
}

impl<E: Coded> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.report())
    }
}

/// The run that steps are made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRef {
    pub id: String,
    pub name: String,
}

/// How far a run got.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The five steps, in order.
    pub records: Vec<StepRecord>,
    /// Summaries of the steps that finished, in order.
    pub outputs: Vec<StepOutput>,
    /// `None` when every step finished.
    pub stopped: Option<Stop>,
    /// The cache's first failure: the results stand, but may not be found again.
    pub cache_error: Option<ErrorReport>,
}

/// A step found in the cache, or made just now.
#[derive(Debug, Clone)]
pub(super) struct Done {
    pub(super) artifact: Digest,
    pub(super) parts: BTreeMap<String, Digest>,
    pub(super) output: StepOutput,
}

/// What a step made.
pub(super) struct Made {
    pub(super) artifact: Digest,
    pub(super) parts: BTreeMap<String, Digest>,
    pub(super) output: StepOutput,
    /// Rows it worked on.
    pub(super) rows: u64,
}

/// A step that has to run.
pub(super) struct Ticket {
    step: StepName,
    key: Digest,
    started: f64,
}

impl Ticket {
    /// Sets the key once all inputs are known.
    pub(super) fn set_key(&mut self, spec: &PipelineSpec, inputs: &Value) {
        self.key = cache_key(self.step, &parameters(spec, self.step), inputs);
    }
}

/// One run under way.
pub struct Engine<'a, H, C> {
    pub(super) host: &'a H,
    pub(super) cache: &'a C,
    pub(super) session: &'a mut Session,
    run: RunRef,
    records: Vec<StepRecord>,
    outputs: Vec<StepOutput>,
    cache_error: Option<ErrorReport>,
    last_turn: f64,
    last_progress: f64,
}

impl<'a, H: Host, C: StepCache> Engine<'a, H, C> {
    /// An engine for one run.
    pub fn new(host: &'a H, cache: &'a C, session: &'a mut Session, run: RunRef) -> Self {
        let records = StepName::ALL.map(StepRecord::pending).to_vec();
        let last_turn = host.seconds();
        Self {
            host,
            cache,
            session,
            run,
            records,
            outputs: Vec::new(),
            cache_error: None,
            last_turn,
            last_progress: 0.0,
        }
    }

    /// Runs the spec to its end or its first stop. `source` is the dataset's file, where it is at hand.
    pub async fn run<S: ByteSource>(&mut self, spec: &PipelineSpec, source: Option<&mut S>) -> Result<(), Stop> {
        let result = self.steps(spec, source).await;
        if let Err(stop) = &result {
            self.stop_at(stop, spec);
        }
        self.remember(spec);
        result
    }

    /// Ends the run and hands over what is to be recorded.
    pub fn finish(self, stopped: Option<Stop>) -> Outcome {
        Outcome { records: self.records, outputs: self.outputs, stopped, cache_error: self.cache_error }
    }

    /// Looks a step up. `Ok(Ok(done))`: reused; `Ok(Err(ticket))`: it has to run, and has been announced.
    pub(super) async fn look_up(
        &mut self,
        step: StepName,
        spec: &PipelineSpec,
        inputs: Value,
    ) -> Result<Result<Done, Ticket>, Stop> {
        self.check_cancel()?;
        let started = self.host.seconds();
        let key = cache_key(step, &parameters(spec, step), &inputs);
        let stored = match self.cache.get_step(&key).await {
            Ok(stored) => stored.filter(|stored| stored.version == STORED_STEP_VERSION && stored.output.step() == step),
            Err(error) => {
                self.cache_error.get_or_insert(error);
                None
            }
        };
        if let Some(stored) = stored {
            return Ok(Ok(self.reuse(step, stored, self.host.seconds() - started)));
        }
        Ok(Err(Ticket { key, started, ..self.announce(step, spec) }))
    }

    /// Announces a step that has to run; its key may still have to be set.
    pub(super) fn announce(&mut self, step: StepName, spec: &PipelineSpec) -> Ticket {
        let reason = self.why(step, spec);
        self.begin_record(step, reason.clone());
        self.host.emit(PipelineEvent::StepStarted { step, reason });
        let key = cache_key(step, &parameters(spec, step), &Value::Null);
        Ticket { step, key, started: self.host.seconds() }
    }

    /// The step as this run has already finished it: a file that was opened is read before its spec is settled. Only
    /// where the settings of the step are still the same.
    pub(super) fn already(&self, step: StepName, spec: &PipelineSpec) -> Option<Done> {
        let record = self.record(step);
        let output = self.outputs.iter().find(|output| output.step() == step)?;
        let StepOutput::Ingest(summary) = output else { return None };
        let key = cache_key(step, &parameters(spec, step), &serde_json::json!({ "dataset": summary.digest }));
        let artifact = record.artifact.clone()?;
        (record.cache_key == Some(key)).then(|| Done { artifact, parts: BTreeMap::new(), output: output.clone() })
    }

    fn reuse(&mut self, step: StepName, stored: StoredStep, seconds: f64) -> Done {
        let record = StepRecord {
            step,
            status: StepStatus::Cached,
            reason: format!("Same settings and same inputs as in {}.", stored.run_name),
            seconds,
            rows: stored.rows,
            memory: self.host.memory(),
            cache_key: Some(stored.key),
            artifact: Some(stored.artifact.clone()),
            made_by: Some(stored.made_by),
            code_version: stored.code_version,
        };
        self.finish_record(record, stored.output.clone());
        Done { artifact: stored.artifact, parts: stored.parts, output: stored.output }
    }

    /// Records what a step made and keeps it for later runs.
    pub(super) async fn complete(&mut self, ticket: Ticket, made: Made) -> Done {
        let Ticket { step, key, started } = ticket;
        let record = StepRecord {
            status: StepStatus::Completed,
            seconds: self.host.seconds() - started,
            rows: made.rows,
            memory: self.host.memory(),
            cache_key: Some(key.clone()),
            artifact: Some(made.artifact.clone()),
            ..self.record(step)
        };
        self.finish_record(record, made.output.clone());
        let stored = StoredStep {
            version: STORED_STEP_VERSION,
            key,
            step,
            code_version: step.code_version(),
            artifact: made.artifact.clone(),
            parts: made.parts.clone(),
            output: made.output.clone(),
            rows: made.rows,
            made_by: self.run.id.clone(),
            run_name: self.run.name.clone(),
            created: self.host.now(),
        };
        if let Err(error) = self.cache.put_step(&stored).await {
            self.cache_error.get_or_insert(error);
        }
        Done { artifact: made.artifact, parts: made.parts, output: made.output }
    }

    /// Tells how far the step is and lets others have a turn, neither too often. Fails once a cancel was heard.
    pub(super) async fn breathe(&mut self, step: StepName, done: u64, total: u64, unit: Unit) -> Result<(), Stop> {
        let now = self.host.seconds();
        if now - self.last_progress >= PROGRESS_EVERY {
            self.last_progress = now;
            let progress = Progress { done, total: Some(total), unit };
            self.host.emit(PipelineEvent::Progress { step, progress });
        }
        if now - self.last_turn >= TURN {
            self.host.pause().await;
            self.last_turn = self.host.seconds();
        }
        self.check_cancel()
    }

    pub(super) fn check_cancel(&self) -> Result<(), Stop> {
        if self.host.is_cancelled() { Err(Stop::Cancelled) } else { Ok(()) }
    }

    pub(super) fn note_cache_error(&mut self, error: ErrorReport) {
        self.cache_error.get_or_insert(error);
    }

    fn why(&self, step: StepName, spec: &PipelineSpec) -> String {
        let last = self.session.last();
        let artifact = |step: StepName| self.record(step).artifact;
        let changed_input = StepName::ALL[..step.index()].iter().rev().copied().find(|before| {
            last.is_some_and(|last| last.artifacts.get(before).map(|(digest, _)| digest) != artifact(*before).as_ref())
        });
        let previous = last.map(|last| {
            (&last.spec, last.artifacts.get(&step).map_or_else(|| step.code_version(), |(_, version)| *version))
        });
        why_it_ran(Circumstances { step, spec, previous, changed_input })
    }

    fn record(&self, step: StepName) -> StepRecord {
        self.records.get(step.index()).cloned().unwrap_or_else(|| StepRecord::pending(step))
    }

    fn set_record(&mut self, record: StepRecord) {
        if let Some(place) = self.records.get_mut(record.step.index()) {
            *place = record;
        }
    }

    fn begin_record(&mut self, step: StepName, reason: String) {
        let code_version = step.code_version();
        self.set_record(StepRecord { status: StepStatus::Running, reason, code_version, ..StepRecord::pending(step) });
    }

    fn finish_record(&mut self, record: StepRecord, output: StepOutput) {
        self.set_record(record.clone());
        self.outputs.retain(|earlier| earlier.step() != output.step());
        self.outputs.push(output.clone());
        self.host.emit(PipelineEvent::StepFinished { record, output });
    }

    /// Marks the step under way (or the next one) as stopped and all later ones as skipped.
    pub(super) fn stop_at(&mut self, stop: &Stop, spec: &PipelineSpec) {
        let at = self
            .records
            .iter()
            .position(|record| record.status == StepStatus::Running)
            .or_else(|| self.records.iter().position(|record| record.status == StepStatus::Pending));
        let Some(at) = at else { return };
        for record in self.records.iter_mut().skip(at + 1) {
            record.status = StepStatus::Skipped;
        }
        let Some(record) = self.records.get_mut(at) else { return };
        record.status = if *stop == Stop::Cancelled { StepStatus::Cancelled } else { StepStatus::Failed };
        let record = record.clone();
        // Where a step stops before it could be announced, its reason is still worth saying.
        let record = match record.reason.is_empty() {
            true => StepRecord { reason: self.why(record.step, spec), ..record },
            false => record,
        };
        self.set_record(record.clone());
        self.host.emit(match stop {
            Stop::Cancelled => PipelineEvent::StepCancelled { record },
            Stop::Failed(error) => PipelineEvent::StepFailed { record, error: error.clone() },
        });
    }

    fn remember(&mut self, spec: &PipelineSpec) {
        let artifacts = self
            .records
            .iter()
            .filter_map(|record| Some((record.step, (record.artifact.clone()?, record.code_version))))
            .collect();
        self.session.remember(Traces { spec: spec.clone(), artifacts });
    }
}

/// Digest of a JSON value: objects keep their keys sorted, so equal values have equal digests.
pub(super) fn digest_of(value: &Value) -> Digest {
    Digest::of(value.to_string().as_bytes())
}
