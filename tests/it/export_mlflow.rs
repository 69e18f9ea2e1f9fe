//! A workspace of real runs as MLflow's files, written for tests/python/export_mlflow.py to open with the real MLflow.

use pipette::export::mlflow::{Workspace, read};
use pipette::export::model::docker;
use pipette::pipeline::{Engine, PipelineSpec, RunRef, Session};
use pipette::registry::RegisteredModel;
use pipette::tracking::{
    Experiment, LifecycleStage, MemoryStore, MetricRecord, PARENT_TAG, RunRecord, RunSummary, Tag, begin_run,
    child_runs, end_run, run_json,
};
use pipette::ui::view::serving::usage;
use serde_json::{Value, json};

use crate::pipeline::{TestHost, TextSource, ready};

const MIXED: &str = include_str!("../cases/mixed.csv");
const START: i64 = 1_764_000_000_000;
const EXPERIMENT: &str = "271828182845904523";

fn run(number: u8, name: &str, experiment_id: &str, train: &Value) -> RunRecord {
    let spec = json!({
        "pipette": 1,
        "clean": [
            {"rule": "drop_missing", "columns": ["x1", "x2", "x3", "k"]},
            {"rule": "drop_columns", "columns": ["size", "flag", "color"]},
        ],
        "features": {"target": "y", "columns": ["x1", "x2", "x3", "k"]},
        "train": train,
    });
    let spec = PipelineSpec::from_json(&spec.to_string()).unwrap();
    let run_id = format!("{number:032x}");
    let (store, mut session, host) = (MemoryStore::default(), Session::default(), TestHost::default());
    let mut engine = Engine::new(&host, &store, &mut session, RunRef { id: run_id.clone(), name: name.into() });
    let stopped = ready(engine.run(&spec, Some(&mut TextSource::new(MIXED)))).err();
    assert_eq!(stopped, None, "{name}");
    let time = START + i64::from(number) * 10_000;
    let mut run = end_run(begin_run(run_id, name.into(), &spec, time), &spec, engine.finish(stopped), time + 1_500);
    experiment_id.clone_into(&mut run.info.experiment_id);
    run
}

/// Two experiments; a run with a history, odd keys and a note; a sweep with its candidates; a failed run; two registered models.
fn workspace() -> (Vec<Experiment>, Vec<RunRecord>, Vec<RegisteredModel>) {
    let mut linear = run(1, "calm-heron-31", "0", &json!([{"estimator": "linear_regression"}]));
    let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
    linear.tags.extend([
        tag("mlflow.note.content", "A **note**,\nin two lines: # é — 价格"),
        tag("team", "a b"),
        tag("odd=key", "yes"),
    ]);
    let history = [3.5, 2.25, f64::INFINITY, 1e-300, 0.1 + 0.2];
    linear.metrics.extend(history.iter().zip(0..).map(|(value, step)| MetricRecord {
        key: "val/loss".into(),
        name: "val/loss".into(),
        split: pipette::evaluate::DataSplit::Test,
        value: *value,
        timestamp: START + step,
        step,
    }));
    let sweep =
        run(2, "keen-otter-7", EXPERIMENT, &json!([{"estimator": "ridge", "params": {"alpha": [0.1, 1.0, 10.0]}}]));
    let mut byte = 0;
    let children = child_runs(&sweep, || {
        byte += 1;
        [byte; 16]
    });
    assert_eq!(children.len(), 3);
    let failed = pipette::tracking::interrupted(run(3, "snug-wren-2", EXPERIMENT, &json!([{"estimator": "lasso"}])));
    let failed = RunRecord { outputs: Vec::new(), metrics: Vec::new(), ..failed };

    let (model, _) = RegisteredModel::create("satisfaction", &[], START).unwrap();
    let (model, _) = model.register(&linear, "the first", START + 1).unwrap();
    let (model, _) = model.register(&sweep, "", START + 2).unwrap();
    let (model, _) = model.set_alias("champion", 2, "", START + 3).unwrap();
    let (model, _) = model.set_alias("previous", 1, "", START + 3).unwrap();
    let (model, _) = model.describe(None, "Predicts y: 1, 2 or \"3\"", START + 4).unwrap();
    let (model, _) = model.tag(None, "owner", Some("me"), START + 4).unwrap();
    let (model, _) = model.tag(Some(1), "kind", Some("yes"), START + 4).unwrap();
    let (other, _) = RegisteredModel::create("linear only", &[], START).unwrap();
    let (other, _) = other.register(&linear, "", START + 5).unwrap();

    let experiment = Experiment {
        experiment_id: EXPERIMENT.into(),
        name: "customer: satisfaction #1".into(),
        lifecycle_stage: LifecycleStage::Active,
        creation_time: START,
        last_update_time: START,
        tags: vec![tag("mlflow.note.content", "Do reviews follow prices?")],
    };
    let runs = [linear, sweep].into_iter().chain(children).chain([failed]).collect();
    (vec![experiment], runs, vec![model, other])
}

#[test]
fn a_workspace_is_written_for_mlflow_and_reads_back() {
    let (experiments, runs, models) = workspace();
    let bytes = Workspace { experiments: &experiments, runs: &runs, models: &models }.zip().unwrap();
    assert_eq!(bytes, Workspace { experiments: &experiments, runs: &runs, models: &models }.zip().unwrap());

    let back = read::read_zip(&bytes).unwrap();
    assert_eq!(back.notes, Vec::<String>::new());
    assert_eq!(back.experiments.iter().find(|one| one.experiment_id == EXPERIMENT), Some(&experiments[0]));
    assert_eq!(back.runs.len(), runs.len());
    for run in &runs {
        let read = back.runs.iter().find(|read| read.row.info.run_id == run.info.run_id).unwrap();
        assert_eq!(sorted(&read.row), sorted(&RunSummary::from(run)), "{}", run.info.run_name);
        assert_eq!(read.about.spec.as_ref(), Some(&run.spec));
    }
    assert_eq!(back.runs.iter().filter(|run| run.row.tag(PARENT_TAG).is_some()).count(), 3);

    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let expected: Vec<Value> = runs.iter().map(run_json).collect();
    std::fs::write(folder.join("mlflow_workspace.zip"), bytes).unwrap();
    std::fs::write(folder.join("mlflow_workspace.json"), serde_json::to_string(&expected).unwrap()).unwrap();
    // The first run's model to be served, and the lines that the page says it is asked by.
    let body = r#"{"dataframe_records":[{"x1":1.5,"x2":-2,"x3":0.25,"k":3}]}"#;
    let lines = serde_json::to_string(&usage("http://127.0.0.1/invocations", body)).unwrap();
    std::fs::write(folder.join("mlflow_docker.zip"), docker(&runs[0]).unwrap()).unwrap();
    std::fs::write(folder.join("mlflow_usage.json"), lines).unwrap();
}

/// Files know no order of keys.
fn sorted(row: &RunSummary) -> RunSummary {
    let mut row = RunSummary { n_cached: 0, ..row.clone() };
    row.params.sort_by(|a, b| a.key.cmp(&b.key));
    row.tags.sort_by(|a, b| a.key.cmp(&b.key));
    row.metrics.sort_by(|a, b| (&a.key, a.step).cmp(&(&b.key, b.step)));
    row
}
