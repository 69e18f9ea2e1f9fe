//! Registered models and saved pipelines: MLflow's rules, the alias log, promotion, and undo over a store.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use pipette::evaluate::{DataSplit, Metric};
use pipette::pipeline::{PipelineSpec, StepOutput};
use pipette::registry::{
    Deployment, DeploymentStore, ModelStore, PipelineStore, Promotion, RegisteredModel, RegistryError, Saved,
    SavedPipeline, check_promotion, missing_columns, rename_model, templates, versions_of,
};
use pipette::split::SplitSummary;
use pipette::split::cv::CvSpec;
use pipette::tracking::suite::run_record;
use pipette::tracking::{MemoryStore, MetricRecord, RunRecord, RunSummary, Tag, execute, redo, undo};
use pipette::validation::{CvFold, CvSummary};

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory does not wait"),
    }
}

fn model() -> RegisteredModel {
    let (mut model, words) = RegisteredModel::create("price", &[], 1).unwrap();
    assert_eq!(words, "Made the model price.");
    for (version, name) in ["a", "b", "c"].iter().enumerate() {
        model = model.register(&run_record(name, 0), "", 2).unwrap().0;
        assert_eq!(model.last_version, version as u32 + 1);
    }
    model
}

/// A run with this rmse in each of ten folds and on the test rows.
pub(crate) fn judged_run(name: &str, rmse: &[f64]) -> RunRecord {
    judged_by(name, "rmse", rmse)
}

/// The same with another metric.
pub(crate) fn judged_by(name: &str, key: &str, rmse: &[f64]) -> RunRecord {
    let mut run = run_record(name, 0);
    let metric = |value: f64| Metric { name: key.into(), split: DataSplit::Cv, value: Some(value), baseline: None };
    let fold = |value: &f64| CvFold { n_train: 90, n_test: 10, metrics: vec![metric(*value)], train: None };
    let mean = rmse.iter().sum::<f64>() / rmse.len() as f64;
    let cv = CvSummary {
        folds: rmse.iter().map(fold).collect(),
        n_folds: rmse.len() as u64,
        mean: vec![metric(mean)],
        sd: Vec::new(),
        pooled: None,
    };
    for output in &mut run.outputs {
        if let StepOutput::Evaluate(evaluation) = output {
            evaluation.cv = (rmse.len() > 1).then(|| cv.clone());
        }
    }
    run.spec.evaluate.cv = (rmse.len() > 1).then(|| CvSpec::fresh("k_fold").unwrap());
    run.spec.features.target = "y".into();
    run.outputs.insert(0, StepOutput::Split(split(b"rows")));
    run.metrics.push(MetricRecord {
        key: key.into(),
        name: key.into(),
        split: DataSplit::Test,
        value: mean,
        timestamp: 0,
        step: 0,
    });
    run
}

fn split(rows: &[u8]) -> SplitSummary {
    SplitSummary {
        n_train: 100,
        n_test: 20,
        rows_digest: pipette::base::Digest::of(rows),
        first_train: vec![0],
        first_test: vec![1],
        target_train: None,
        target_test: None,
        target_mean_train: None,
        target_mean_test: None,
    }
}

#[test]
fn names_and_aliases_follow_mlflow() {
    let model = model();
    let set = |alias: &str| model.set_alias(alias, 1, "", 3).map(|(model, _)| model.aliases_of(1));
    assert_eq!(set(" @champion "), Ok(vec!["champion".to_owned()]));
    assert_eq!(set("Größe_1-a"), Ok(vec!["Größe_1-a".to_owned()]));
    for latest in ["latest", "LATEST"] {
        assert_eq!(set(latest), Err(RegistryError::Latest));
    }
    for version in ["v1", "V12"] {
        assert_eq!(set(version), Err(RegistryError::LikeVersion(version.into())));
    }
    assert_eq!(set("v1a"), Ok(vec!["v1a".to_owned()]));
    assert_eq!(set("v"), Ok(vec!["v".to_owned()]));
    assert_eq!(set("a b"), Err(RegistryError::Alias("a b".into())));
    assert_eq!(set(""), Err(RegistryError::NoName));
    assert!(matches!(set(&"a".repeat(256)), Err(RegistryError::TooLong { .. })));
    assert!(set(&"a".repeat(255)).is_ok());
    let champion = model.set_alias("champion", 1, "", 3).unwrap().0;
    assert!(matches!(champion.set_alias("Champion", 1, "", 3), Err(RegistryError::AliasCase { .. })));
    assert!(matches!(model.set_alias("x", 9, "", 3), Err(RegistryError::NoVersion { version: 9, .. })));
    let mut full = model;
    for alias in 0..10 {
        full = full.set_alias(&format!("a{alias}"), 1, "", 3).unwrap().0;
    }
    assert_eq!(full.set_alias("one-more", 1, "", 3), Err(RegistryError::TooManyAliases { version: 1, most: 10 }));
    assert!(full.set_alias("a3", 1, "", 3).is_ok() && full.set_alias("one-more", 2, "", 3).is_ok());

    let all = [full];
    assert_eq!(RegisteredModel::create("price", &all, 1), Err(RegistryError::NameTaken("price".into())));
    assert!(matches!(RegisteredModel::create("a/b", &all, 1), Err(RegistryError::ModelName(_))));
    assert_eq!(RegisteredModel::create("  ", &all, 1), Err(RegistryError::NoName));
}

#[test]
fn the_log_knows_who_was_champion_and_rolls_back() {
    let mut model = model();
    for (version, time) in [(1, 10), (2, 20), (3, 30)] {
        model = model.set_alias("champion", version, "better", time).unwrap().0;
    }
    assert_eq!([9, 10, 25, 99].map(|time| model.alias_at("champion", time)), [None, Some(1), Some(2), Some(3)]);
    let (back, words) = model.roll_back("champion", "", 40).unwrap();
    assert_eq!(words, "Rolled @champion of price back from version 3 to version 2.");
    let again = back.roll_back("champion", "", 50).unwrap().0;
    assert_eq!(again.aliases["champion"], 1);
    assert_eq!(again.alias_at("champion", 45), Some(2));
    assert!(matches!(again.roll_back("champion", "", 60), Err(RegistryError::NothingBefore { .. })));
    assert_eq!(again.alias_log.len(), 5);

    // What is retired has no aliases, takes none, and is not gone back to.
    let retired = model.retire(2, "wrong data", 60).unwrap().0;
    assert!(matches!(retired.roll_back("champion", "", 70), Err(RegistryError::Retired { version: 2, .. })));
    let retired = retired.retire(3, "", 70).unwrap().0;
    assert_eq!((retired.aliases.len(), retired.alias_at("champion", 70)), (0, None));
    let back = retired.bring_back(3, 80).unwrap().0;
    assert!(back.set_alias("champion", 3, "", 90).is_ok());
    let gone = back.delete_version(3, 90).unwrap().0;
    assert_eq!(gone.register(&run_record("d", 0), "", 91).unwrap().0.versions.last().unwrap().version, 4);
}

#[test]
fn versions_remember_their_run() {
    let model = model();
    let run = run_record("b", 0);
    let [(of, version)] = versions_of(std::slice::from_ref(&model), &run.info.run_id).try_into().unwrap();
    assert_eq!((of.name.as_str(), version.version, version.dataset.clone()), ("price", 2, run.dataset.clone()));
    assert_eq!(version.signature[0].name, "x");
    assert_eq!(model.metric_over_versions("r2"), [(1, 0.1), (2, 0.1), (3, 0.1)]);
    let unfinished = RunRecord { outputs: Vec::new(), ..run };
    assert_eq!(model.register(&unfinished, "", 3), Err(RegistryError::NoModel("b".into())));
}

#[test]
fn promotion_is_refused_with_reasons_and_can_be_overruled() {
    let worse = judged_run("old", &[1.0, 1.1, 0.9, 1.05, 0.95, 1.0, 1.1, 0.9, 1.05, 0.95]);
    let better = judged_run("new", &[0.8, 0.91, 0.7, 0.86, 0.74, 0.8, 0.9, 0.71, 0.85, 0.75]);
    let check = check_promotion(&better, Some(&worse));
    assert!(check.passed(), "{check:?}");
    assert!(check.checks[2].words.starts_with("new is better by 0.2"), "{}", check.checks[2].words);
    assert!(check_promotion(&better, None).passed());

    let refused = check_promotion(&worse, Some(&better));
    assert_eq!(
        refused.checks.iter().map(|check| check.passed).collect::<Vec<_>>(),
        [Some(true), Some(true), Some(false)]
    );
    let noisy = judged_run("noisy", &[0.6, 1.3, 0.9, 1.05, 0.9, 1.0, 1.1, 0.8, 1.05, 0.95]);
    assert_eq!(check_promotion(&noisy, Some(&worse)).checks[2].passed, None);
    // One fold is none: then nobody can tell, and that refuses as well.
    let alone = check_promotion(&judged_run("one", &[0.5]), Some(&judged_run("two", &[1.0])));
    assert!(alone.reasons().starts_with("Cannot tell: one is better by 0.5 rmse"), "{}", alone.reasons());

    let mut elsewhere = better.clone();
    for output in &mut elsewhere.outputs {
        if let StepOutput::Split(summary) = output {
            *summary = split(b"other rows");
        }
        if let StepOutput::Train(training) = output {
            training.features.inputs[0].name = "z".into();
        }
    }
    let differs = check_promotion(&elsewhere, Some(&worse));
    let passed: Vec<Option<bool>> = differs.checks.iter().map(|check| check.passed).collect();
    assert_eq!(passed, [Some(false), Some(false), None]);
    assert!(differs.reasons().contains("were split differently") && differs.reasons().contains("needs the column z"));

    let model = model();
    let result = model.promote("champion", 2, &differs, Some("  "), 5);
    assert!(matches!(&result, Err(RegistryError::NotPromoted { reasons }) if reasons == &differs.reasons()));
    let overruled = model.promote("champion", 2, &differs, Some("The old file was wrong."), 5).unwrap().0;
    assert!(overruled.alias_log[0].note.starts_with("Overruled: The old file was wrong. ("));
    let passed = model.promote("champion", 2, &Promotion { checks: Vec::new() }, None, 5).unwrap().0;
    assert_eq!(passed.alias_log[0].note, "");
}

#[test]
fn models_of_classes_are_promoted_by_their_accuracy() {
    let worse = judged_by("old", "accuracy", &[0.7, 0.72, 0.68, 0.71, 0.69, 0.7, 0.72, 0.68, 0.71, 0.69]);
    let better = judged_by("new", "accuracy", &[0.8, 0.83, 0.77, 0.82, 0.78, 0.8, 0.82, 0.79, 0.81, 0.78]);
    let check = check_promotion(&better, Some(&worse));
    assert!(check.passed(), "{check:?}");
    assert!(check.checks[2].words.starts_with("new is better by 0.1"), "{}", check.checks[2].words);
    assert_eq!(check_promotion(&worse, Some(&better)).checks[2].passed, Some(false));
}

#[test]
fn what_is_renamed_keeps_its_deployments_and_its_runs() {
    let store = MemoryStore::default();
    now(execute(&store, &Saved::create((model(), "Made.".into())), 1)).unwrap();
    let deployed = Deployment::create(&model(), "latest", &[], 2).unwrap();
    now(execute(&store, &Saved::create(deployed), 2)).unwrap();
    let saved = now(store.models()).unwrap().remove(0);
    let renamed = saved.record.rename("cost", &[], 3).unwrap();
    let command = rename_model(&saved, renamed, &now(store.deployments()).unwrap());
    now(execute(&store, &command, 3)).unwrap();
    let models: Vec<RegisteredModel> = now(store.models()).unwrap().into_iter().map(|saved| saved.record).collect();
    let deployment = now(store.deployments()).unwrap().remove(0).record;
    assert_eq!((deployment.name.as_str(), deployment.model.as_str()), ("price@latest", "cost"));
    assert_eq!(deployment.version(&models).unwrap().version, 3);

    let mut run = run_record("a", 0);
    let tag = |value: &str| Tag { key: SavedPipeline::TAG.into(), value: value.into() };
    run.tags.push(tag("orders"));
    let runs = [RunSummary::from(&run)];
    let (orders, _) = SavedPipeline::create("orders", &run.spec, &[], 1).unwrap();
    let (sales, _) = orders.rename("sales", &[]).unwrap();
    assert_eq!((sales.runs(&runs).len(), sales.former_names.clone()), (1, vec!["orders".to_owned()]));
    let (again, _) = sales.rename("orders", &[]).unwrap();
    assert_eq!((again.runs(&runs).len(), again.former_names), (1, vec!["sales".to_owned()]));
}

#[test]
fn everything_is_undone_in_a_store() {
    let store = MemoryStore::default();
    let create = Saved::create(RegisteredModel::create("price", &[], 1).unwrap());
    now(execute(&store, &create, 1)).unwrap();
    let saved = now(store.models()).unwrap().remove(0);
    let register = saved.change(saved.record.register(&run_record("a", 0), "", 2).unwrap());
    now(execute(&store, &register, 2)).unwrap();
    let stale = saved.change(saved.record.tag(None, "k", Some("v"), 2).unwrap());
    assert!(now(execute(&store, &stale, 2)).is_err(), "the model has changed since it was read");
    let saved = now(store.models()).unwrap().remove(0);
    now(execute(&store, &saved.change(saved.record.set_alias("champion", 1, "", 3).unwrap()), 3)).unwrap();
    let saved = now(store.models()).unwrap().remove(0);
    now(execute(&store, &saved.change(saved.record.rename("cost", &[], 4).unwrap()), 4)).unwrap();
    let full = now(store.models()).unwrap();
    assert_eq!((full.len(), full[0].record.name.as_str(), full[0].record.aliases["champion"]), (1, "cost", 1));
    now(execute(&store, &full[0].delete(), 5)).unwrap();
    assert_eq!(now(store.models()).unwrap(), []);
    let mut words = Vec::new();
    while let Some(entry) = now(undo(&store, 6)).unwrap() {
        words.push(entry.command.words);
    }
    let expected = [
        "Removed the model cost.",
        "Renamed the model price to cost.",
        "Set @champion of price to version 1.",
        "Registered a as version 1 of price.",
        "Made the model price.",
    ];
    assert_eq!(words, expected);
    assert_eq!(now(store.models()).unwrap(), []);
    for _ in 0..4 {
        assert!(now(redo(&store, 7)).unwrap().is_some());
    }
    assert_eq!(now(store.models()).unwrap(), full);
}

#[test]
fn pipelines_are_saved_in_versions() {
    let spec = PipelineSpec::default();
    let (saved, _) = SavedPipeline::create("prices", &spec, &[], 1).unwrap();
    assert_eq!(saved.save(&spec, "", 2), Err(RegistryError::Unchanged(1)));
    let without = PipelineSpec { split: None, ..spec };
    let (saved, words) = saved.save(&without, "all rows", 2).unwrap();
    assert_eq!(words, "Saved version 2 of the pipeline prices.");
    let changes = saved.changes(1, 2).unwrap();
    assert_eq!(changes[0].sentence, "Split changed from a test set to none: all rows train.");
    assert!(matches!(saved.changes(1, 3), Err(RegistryError::NoPipelineVersion { version: 3, .. })));
    let copy = saved.duplicate(1, "prices 2", std::slice::from_ref(&saved), 3).unwrap().0;
    assert_eq!((copy.name.as_str(), copy.versions[0].spec.name.as_str()), ("prices 2", "prices 2"));
    assert!(saved.duplicate(1, "prices", std::slice::from_ref(&saved), 3).is_err());
    let mut run = RunSummary::from(&run_record("a", 0));
    run.tags.push(Tag { key: SavedPipeline::TAG.into(), value: "prices".into() });
    assert_eq!((saved.runs(&[run.clone()]).len(), saved.success(&[run])), (1, Some(1.0)));
    assert_eq!(copy.success(&[]), None);

    let store = MemoryStore::default();
    now(execute(&store, &Saved::create((copy.clone(), "Saved.".into())), 1)).unwrap();
    assert_eq!(now(store.pipelines()).unwrap()[0].record, copy);
}

#[test]
fn templates_read_and_missing_columns_are_named() {
    let names: Vec<&str> = templates().iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, ["train_pipeline", "categories", "validated", "sweep"]);
    let json = r#"{"pipette": 1, "features": {"target": "price", "columns": ["weight", "ratio"]}, "clean": [
        {"rule": "derive_column", "name": "ratio", "expression": "weight / hight"}]}"#;
    let spec = PipelineSpec::from_json(json).unwrap();
    let missing = missing_columns(&spec, &["weight", "height", "cost"]);
    let names: Vec<&str> = missing.iter().map(|missing| missing.name.as_str()).collect();
    assert_eq!(names, ["hight", "price"]);
    assert!(missing[0].remedy.starts_with("Rename height to hight"));
    assert_eq!(missing[1].remedy, "Choose another target.");
}
