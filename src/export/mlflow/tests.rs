//! The tree, file by file; that the real MLflow reads it is tests/python/export_mlflow.py's to say.

use std::collections::BTreeMap;

use super::*;
use crate::tracking::suite::run_record;
use crate::tracking::{MetricRecord, PARENT_TAG, Param, RunStatus, Tag, experiment_id};

const START: i64 = 1_700_000_000_000;

/// A model's folder of one file, to see where it goes.
fn folder(run: &RunRecord) -> Result<Vec<ExportFile>, ExportError> {
    let is_finished = run.info.status == RunStatus::Finished;
    Ok(if is_finished { vec![ExportFile::new("MLmodel", "flavors: {}\n")] } else { Vec::new() })
}

fn tree(workspace: &Workspace) -> BTreeMap<String, String> {
    let files = workspace.files_with(&folder).unwrap();
    let n = files.len();
    let tree: BTreeMap<_, _> =
        files.into_iter().map(|file| (file.path, String::from_utf8(file.bytes).unwrap())).collect();
    assert_eq!(tree.len(), n, "no path is there twice");
    tree
}

fn run(name: &str) -> RunRecord {
    let mut run = run_record(name, START);
    run.params.push(Param { key: "a=b".into(), value: "x\ny".into() });
    run.tags.push(Tag { key: "team/../x".into(), value: "A & B".into() });
    run.metrics.push(MetricRecord { value: f64::INFINITY, step: 1, ..run.metrics[0].clone() });
    run.metrics.push(MetricRecord { value: 1e-300, step: 2, ..run.metrics[0].clone() });
    run
}

#[test]
fn a_run_is_where_mlflow_looks_for_it() {
    let run = run("calm-heron-31");
    let tree = tree(&Workspace { experiments: &[], runs: std::slice::from_ref(&run), models: &[] });
    let id = &run.info.run_id;
    let at = |path: &str| tree.get(&format!("mlruns/0/{path}")).unwrap_or_else(|| panic!("{path} lacks")).as_str();
    assert!(at("meta.yaml").contains("artifact_location: mlruns/0\n"), "{}", at("meta.yaml"));
    assert!(at("meta.yaml").contains("experiment_id: \"0\"\n") || at("meta.yaml").contains("experiment_id: '0'\n"));
    let meta = at(&format!("{id}/meta.yaml"));
    for line in ["status: 3\n", "lifecycle_stage: active\n", "start_time: 1700000000000\n", "end_time: 1700000001250\n"]
    {
        assert!(meta.contains(line), "{line} in {meta}");
    }
    assert_eq!(at(&format!("{id}/params/test_size")), "0.2");
    assert_eq!(at(&format!("{id}/params/a_b")), "x\ny");
    assert_eq!(at(&format!("{id}/tags/mlflow.runName")), "calm-heron-31");
    assert_eq!(at(&format!("{id}/tags/team_.._x")), "A & B");
    let renamed = r#"{"params":{"a_b":"a=b"},"tags":{"team_.._x":"team/../x"}}"#;
    assert_eq!(at(&format!("{id}/tags/pipette.renamed_keys")), renamed);
    let r2 = "1700000001250 0.1 0\n1700000001250 inf 1\n1700000001250 1e-300 2\n";
    assert_eq!(at(&format!("{id}/metrics/r2")), r2);
    assert_eq!(at(&format!("{id}/artifacts/pipeline.json")), run.spec.to_json());
    assert!(at(&format!("{id}/artifacts/run.json")).contains("\"Infinity\""));
    let input = tree.keys().find(|path| path.contains("/inputs/")).unwrap();
    let dataset = tree.keys().find(|path| path.contains("/datasets/")).unwrap();
    let id_of_dataset = dataset.split('/').nth(3).unwrap();
    assert!(tree[input].contains(id_of_dataset));
    assert!(tree[dataset].contains(r#""num_elements":30"#) || tree[dataset].contains(r#"\"num_elements\":30"#));
}

#[test]
fn a_model_is_an_artifact_and_a_logged_model_points_to_it() {
    let (done, mut failed) = (run("done"), run("failed"));
    failed.info.status = RunStatus::Failed;
    let (model, _) = RegisteredModel::create("satisfaction", &[], START).unwrap();
    let model = [&done, &failed, &done].into_iter().fold(model, |model, run| model.register(run, "", START).unwrap().0);
    let (model, _) = model.set_alias("champion", 1, "", START).unwrap();
    let (model, _) = model.set_alias("other", 2, "", START).unwrap();
    let (model, _) = model.retire(3, "too old", START + 5).unwrap();
    let (unused, _) = RegisteredModel::create("unused", &[], START).unwrap();
    let (elsewhere, _) = RegisteredModel::create("elsewhere", &[], START).unwrap();
    let (elsewhere, _) = elsewhere.register(&run("not here"), "", START).unwrap();
    let tree =
        tree(&Workspace { experiments: &[], runs: &[done.clone(), failed], models: &[model, unused, elsewhere] });
    let (run_id, model_id) = (&done.info.run_id, super::model::id(&done));
    let place = format!("mlruns/0/{run_id}/artifacts/model");
    assert_eq!(tree[&format!("{place}/MLmodel")], "flavors: {}\n");
    let meta = &tree[&format!("mlruns/0/models/{model_id}/meta.yaml")];
    assert!(meta.contains(&place) && meta.contains("status: 2\n"), "{meta}");
    let first = format!("1700000001250 0.1 0 {run_id}\n");
    assert!(tree[&format!("mlruns/0/models/{model_id}/metrics/r2")].starts_with(&first));
    let versions = r#"[{"name":"satisfaction","version":1},{"name":"satisfaction","version":3}]"#;
    assert_eq!(tree[&format!("mlruns/0/models/{model_id}/tags/mlflow.modelVersions")], versions);
    assert!(tree.contains_key(&format!("mlruns/0/{run_id}/outputs/{model_id}/meta.yaml")));
    assert_eq!(tree["mlruns/models/satisfaction/aliases/champion"], "1");
    let version = &tree["mlruns/models/satisfaction/version-1/meta.yaml"];
    assert!(version.contains(&place) && version.contains("current_stage: None\n"), "{version}");
    let retired = &tree["mlruns/models/satisfaction/version-3/meta.yaml"];
    assert!(retired.contains("current_stage: Archived\n"), "{retired}");
    assert_eq!(tree["mlruns/models/satisfaction/version-3/tags/pipette.retired"], "too old");
    // Version 2's run has no model, and the alias on it has nothing to point to.
    assert!(!tree.keys().any(|path| path.contains("version-2") || path.contains("aliases/other")));
    assert!(tree.contains_key("mlruns/models/unused/meta.yaml"));
    assert!(!tree.keys().any(|path| path.contains("models/elsewhere")));
}

#[test]
fn experiments_are_theirs_and_the_default_one_is_always_there() {
    let id = experiment_id([7; 8]);
    let experiment = |id: &str, name: &str, lifecycle_stage| Experiment {
        experiment_id: id.into(),
        name: name.into(),
        lifecycle_stage,
        creation_time: START,
        last_update_time: START,
        tags: vec![Tag { key: "mlflow.note.content".into(), value: "What for".into() }],
    };
    let experiments =
        [experiment(&id, "Prices", LifecycleStage::Active), experiment("5", "Old", LifecycleStage::Deleted)];
    let (mut one, mut two) = (run("one"), run("two"));
    one.info.experiment_id.clone_from(&id);
    two.info.experiment_id = "9".into();
    let tree = tree(&Workspace { experiments: &experiments, runs: &[one, two], models: &[] });
    assert!(tree["mlruns/0/meta.yaml"].contains("name: Default\n"));
    assert!(tree[&format!("mlruns/{id}/meta.yaml")].contains("name: Prices\n"));
    assert_eq!(tree[&format!("mlruns/{id}/tags/mlflow.note.content")], "What for");
    assert!(tree["mlruns/.trash/5/meta.yaml"].contains("lifecycle_stage: deleted\n"));
    assert!(tree["mlruns/9/meta.yaml"].contains("name: Experiment 9\n"));
    let readme = &tree["README.md"];
    assert!(readme.contains("- Prices: 1 run\n") && readme.contains("- Default: 0 runs\n"), "{readme}");
    assert!(!readme.contains("{{"));
}

#[test]
fn one_run_gives_the_same_bytes_each_time_and_reads_back() {
    let run = run("calm-heron-31");
    let bytes = one_run(&run).unwrap();
    assert_eq!(bytes, one_run(&run).unwrap());
    let back = read::read_zip(&bytes).unwrap();
    assert_eq!(back.notes, Vec::<String>::new());
    let [read] = back.runs.as_slice() else { panic!("{} runs", back.runs.len()) };
    let row = crate::tracking::RunSummary::from(&run);
    assert_eq!(read.row.info, row.info);
    assert_eq!(read.row.dataset, row.dataset);
    assert_eq!(read.about.spec, Some(run.spec.clone()));
    let sorted = |mut texts: Vec<String>| {
        texts.sort();
        texts
    };
    let texts = |row: &crate::tracking::RunSummary| {
        let params = row.params.iter().map(|param| format!("{param:?}"));
        let tags = row.tags.iter().map(|tag| format!("{tag:?}"));
        sorted(params.chain(tags).chain(row.metrics.iter().map(|metric| format!("{metric:?}"))).collect())
    };
    assert_eq!(texts(&read.row), texts(&row));
    assert!(!read.row.tags.iter().any(|tag| tag.key == PARENT_TAG));
}
