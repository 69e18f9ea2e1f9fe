//! The engine: what runs, what is reused and why, on a small table in memory.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use pipette::base::ErrorReport;
use pipette::clean::{DropColumns, KeepNumeric, Rule};
use pipette::evaluate::DataSplit;
use pipette::pipeline::{
    ByteSource, Engine, Host, Outcome, PipelineEvent, PipelineSpec, RunRef, Session, StepOutput, Stop,
};
use pipette::split::{SplitSpec, TestSize};
use pipette::tracking::MemoryStore;

/// A future that is always ready, run to its end.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a native future waits"),
    }
}

/// Text as a file, in pieces of seven bytes.
pub(crate) struct TextSource {
    pub(crate) text: Vec<u8>,
    pub(crate) at: usize,
    pub(crate) reads: usize,
}

impl TextSource {
    pub(crate) fn new(text: impl Into<Vec<u8>>) -> Self {
        Self { text: text.into(), at: 0, reads: 0 }
    }
}

impl ByteSource for TextSource {
    fn name(&self) -> &str {
        "test.csv"
    }
    fn len(&self) -> u64 {
        self.text.len() as u64
    }
    async fn rewind(&mut self) -> Result<(), ErrorReport> {
        self.at = 0;
        self.reads += 1;
        Ok(())
    }
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ErrorReport> {
        let piece: Vec<u8> = self.text[self.at..].iter().take(7).copied().collect();
        self.at += piece.len();
        Ok((!piece.is_empty()).then_some(piece))
    }
}

/// A clock that goes a second a look, a log of events, and a cancel at a chosen pause.
#[derive(Default)]
pub(crate) struct TestHost {
    clock: Cell<f64>,
    pub(crate) events: RefCell<Vec<PipelineEvent>>,
    pub(crate) cancel_at_pause: Cell<Option<usize>>,
    pauses: Cell<usize>,
}

impl Host for TestHost {
    fn seconds(&self) -> f64 {
        self.clock.set(self.clock.get() + 1.0);
        self.clock.get()
    }
    fn now(&self) -> i64 {
        1_764_000_000_000
    }
    fn emit(&self, event: PipelineEvent) {
        self.events.borrow_mut().push(event);
    }
    fn is_cancelled(&self) -> bool {
        self.cancel_at_pause.get().is_some_and(|at| self.pauses.get() >= at)
    }
    async fn pause(&self) {
        self.pauses.set(self.pauses.get() + 1);
    }
}

struct Bench {
    host: TestHost,
    store: MemoryStore,
    session: Session,
    runs: usize,
}

impl Bench {
    fn new() -> Self {
        Self { host: TestHost::default(), store: MemoryStore::default(), session: Session::default(), runs: 0 }
    }

    fn engine(&mut self) -> Engine<'_, TestHost, MemoryStore> {
        self.runs += 1;
        let run = RunRef { id: format!("{:032x}", self.runs), name: format!("run-{}", self.runs) };
        Engine::new(&self.host, &self.store, &mut self.session, run)
    }

    fn open(&mut self, source: &mut TextSource) -> (PipelineSpec, Outcome) {
        let mut engine = self.engine();
        let first = ready(engine.open(source, None, false)).unwrap();
        let stopped = ready(engine.run(&first.spec, Some(source))).err();
        (first.spec, engine.finish(stopped))
    }

    fn run(&mut self, spec: &PipelineSpec, source: Option<&mut TextSource>) -> Outcome {
        let mut engine = self.engine();
        let stopped = ready(engine.run(spec, source)).err();
        engine.finish(stopped)
    }
}

fn table() -> TextSource {
    let mut text = String::from("x,z,y\n");
    for row in 0..40 {
        let (x, z) = (f64::from(row), f64::from(row * row % 7));
        text += &format!("{x},{z},{}\n", 3.0 + 2.0 * x - z);
    }
    TextSource::new(text)
}

fn statuses(outcome: &Outcome) -> Vec<&'static str> {
    outcome.records.iter().map(|record| record.status.as_str()).collect()
}

const ALL_CACHED: [&str; 5] = ["cached"; 5];

#[test]
fn a_file_becomes_a_model() {
    let (spec, outcome) = Bench::new().open(&mut table());
    assert_eq!(spec.features.target, "y");
    assert_eq!(statuses(&outcome), ["completed"; 5]);
    let StepOutput::Evaluate(summary) = &outcome.outputs[4] else { panic!("no evaluation") };
    let r2 = summary.metric("r2", DataSplit::Test).unwrap().value.unwrap();
    assert!((r2 - 1.0).abs() < 1e-12, "an exact line is fitted exactly, not {r2}");
}

#[test]
fn the_same_again_is_cached_and_only_what_depends_on_a_change_runs() {
    let mut bench = Bench::new();
    let mut source = table();
    let (spec, first) = bench.open(&mut source);
    let again = bench.run(&spec, Some(&mut source));
    assert_eq!(statuses(&again), ALL_CACHED);
    assert_eq!(again.outputs, first.outputs);
    assert_eq!(again.records[3].made_by, Some(format!("{:032x}", 1)));
    assert_eq!(again.records[3].reason, "Same settings and same inputs as in run-1.");

    let split = SplitSpec { test_size: TestSize::Share(0.25), ..SplitSpec::default() };
    let changed = bench.run(&PipelineSpec { split: Some(split), ..spec.clone() }, Some(&mut source));
    assert_eq!(statuses(&changed), ["cached", "cached", "completed", "completed", "completed"]);
    assert_eq!(changed.records[2].reason, "split.test_size changed from 0.2 to 0.25.");
    assert_eq!(changed.records[3].reason, "Split gave another result.");

    // Back again: everything is still there.
    assert_eq!(statuses(&bench.run(&spec, Some(&mut source))), ALL_CACHED);
}

#[test]
fn a_rule_that_changes_nothing_re_runs_only_itself() {
    let mut bench = Bench::new();
    let mut source = table();
    let (spec, _) = bench.open(&mut source);
    let mut clean = spec.clean.clone();
    clean.push(Rule::from(KeepNumeric {}));
    let outcome = bench.run(&PipelineSpec { clean, ..spec }, Some(&mut source));
    assert_eq!(statuses(&outcome), ["cached", "completed", "cached", "cached", "cached"]);
}

#[test]
fn dropping_a_feature_leaves_the_split_cached() {
    let mut bench = Bench::new();
    let mut source = table();
    let (spec, _) = bench.open(&mut source);
    let clean = vec![Rule::from(DropColumns { columns: vec!["z".into()] })];
    let outcome = bench.run(&PipelineSpec { clean, ..spec }, Some(&mut source));
    assert_eq!(statuses(&outcome), ["cached", "completed", "cached", "completed", "completed"]);
}

#[test]
fn after_a_reload_the_store_alone_answers_and_even_goes_on() {
    let mut bench = Bench::new();
    let (spec, _) = bench.open(&mut table());
    bench.session = Session::default();
    assert_eq!(statuses(&bench.run(&spec, None)), ALL_CACHED);
    // A change needs rows: they come from the stored table, without the file.
    let split = SplitSpec { random_state: 7, ..SplitSpec::default() };
    let outcome = bench.run(&PipelineSpec { split: Some(split), ..spec }, None);
    assert_eq!(statuses(&outcome), ["cached", "cached", "completed", "completed", "completed"]);
}

#[test]
fn without_file_and_store_the_person_is_asked_for_the_file() {
    let mut bench = Bench::new();
    let (spec, _) = bench.open(&mut table());
    let outcome = Bench::new().run(&spec, None);
    assert_eq!(statuses(&outcome), ["failed", "skipped", "skipped", "skipped", "skipped"]);
    let Some(Stop::Failed(error)) = outcome.stopped else { panic!("not failed") };
    assert_eq!(error.code, "pipeline.file_needed");
}

#[test]
fn a_failed_step_keeps_what_came_before_it() {
    let mut bench = Bench::new();
    let mut source = table();
    let (spec, _) = bench.open(&mut source);
    let split = SplitSpec { random_state: 5, ..SplitSpec::default() };
    let features = pipette::features::FeatureSpec { columns: Some(vec!["nowhere".into()]), ..spec.features.clone() };
    let outcome = bench.run(&PipelineSpec { split: Some(split), features, ..spec }, Some(&mut source));
    assert_eq!(statuses(&outcome), ["cached", "cached", "completed", "failed", "skipped"]);
    let Some(Stop::Failed(error)) = outcome.stopped else { panic!("not failed") };
    assert!(error.message.contains("nowhere"), "{}", error.message);
    let failed = bench.host.events.borrow().iter().any(|event| matches!(event, PipelineEvent::StepFailed { .. }));
    assert!(failed, "the screen is told");
}

#[test]
fn a_cancel_is_heard_between_blocks_and_what_is_done_stays() {
    let mut bench = Bench::new();
    bench.host.cancel_at_pause.set(Some(3));
    let mut source = table();
    let mut engine = bench.engine();
    let stopped = ready(engine.open(&mut source, None, false)).unwrap_err();
    let outcome = engine.finish(Some(stopped));
    assert_eq!(outcome.stopped, Some(Stop::Cancelled));
    assert_eq!(statuses(&outcome), ["cancelled", "skipped", "skipped", "skipped", "skipped"]);
    assert!(source.at < source.text.len(), "it stopped while reading");
    bench.host.cancel_at_pause.set(None);
    let (_, outcome) = bench.open(&mut source);
    assert_eq!(statuses(&outcome), ["completed"; 5]);
}

#[test]
fn a_known_file_is_hashed_and_not_read_again() {
    let mut bench = Bench::new();
    bench.open(&mut table());
    let mut source = table();
    let mut engine = bench.engine();
    let first = ready(engine.open(&mut source, None, true)).unwrap();
    let stopped = ready(engine.run(&first.spec, Some(&mut source))).err();
    let outcome = engine.finish(stopped);
    assert_eq!(statuses(&outcome), ALL_CACHED);
    assert_eq!(source.reads, 1, "one pass, for the digest");
}

#[test]
fn no_split_trains_on_every_row() {
    let mut bench = Bench::new();
    let mut source = table();
    let (spec, _) = bench.open(&mut source);
    let outcome = bench.run(&PipelineSpec { split: None, ..spec }, Some(&mut source));
    assert_eq!(outcome.stopped, None);
    let StepOutput::Train(summary) = &outcome.outputs[3] else { panic!("no model") };
    assert_eq!(summary.n_rows, 40);
}

#[test]
fn a_pipeline_file_of_version_1_is_still_read() {
    let text = include_str!("../golden/pipeline_v1.json");
    let spec = PipelineSpec::from_json(text).unwrap();
    assert_eq!(spec.features.target, "review_score");
    assert_eq!(spec.clean.len(), 5);
    assert!(!spec.clean[3].enabled(), "a rule that is switched off stays so");
    assert_eq!(spec.ingest.types["zip"], pipette::table::DataType::Category);
    assert_eq!(PipelineSpec::from_json(&spec.to_json()), Ok(spec));
}

#[test]
fn every_estimator_runs_in_a_pipeline_and_a_weight_is_no_feature() {
    let mut bench = Bench::new();
    let (mut spec, _) = bench.open(&mut table());
    for info in pipette::estimators::ESTIMATORS.iter().filter(|info| info.name != "logistic_regression") {
        if info.name == spec.train[0].name() {
            continue; // Ran already.
        }
        spec.train = vec![pipette::estimators::EstimatorSpec::fresh(info.name).unwrap().into()];
        let outcome = bench.run(&spec, Some(&mut table()));
        // Two that choose the same columns share an evaluation.
        assert_eq!((statuses(&outcome)[3], outcome.outputs.len()), ("completed", 5), "{}", info.name);
        let StepOutput::Train(summary) = &outcome.outputs[3] else { panic!("no model") };
        assert_eq!((summary.model_name.as_str(), summary.model.features().len()), (info.model_name, 2));
    }
    let weighted = r#"{"estimator": "ridge", "params": {"sample_weight": "z"}}"#;
    spec.train = vec![serde_json::from_str(weighted).unwrap()];
    let outcome = bench.run(&spec, Some(&mut table()));
    let StepOutput::Train(summary) = &outcome.outputs[3] else { panic!("no model") };
    assert_eq!(summary.model.features(), ["x"]);
}
