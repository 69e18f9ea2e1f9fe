//! Train and evaluate with everything that a pipeline file can name, through the engine; numbers against scikit-learn.

use pipette::estimators::ESTIMATORS;
use pipette::evaluate::DataSplit;
use pipette::features::{ENCODERS, EncoderSpec};
use pipette::pipeline::{Engine, Evaluation, Outcome, PipelineSpec, RunRef, Session, StepOutput, Training};
use pipette::tracking::MemoryStore;
use serde_json::{Value, json};

use crate::pipeline::{TestHost, TextSource, ready};

const MIXED: &str = include_str!("../cases/mixed.csv");

fn run(spec: &Value) -> Outcome {
    run_on(MIXED, spec)
}

/// Runs a pipeline on the text of a CSV file.
pub(crate) fn run_on(text: &str, spec: &Value) -> Outcome {
    run_in(&mut Session::default(), text, spec)
}

/// As `run_on`, with what runs before it left in memory; no step is cached.
fn run_in(session: &mut Session, text: &str, spec: &Value) -> Outcome {
    let spec = PipelineSpec::from_json(&spec.to_string()).unwrap();
    let (host, store) = (TestHost::default(), MemoryStore::default());
    let run = RunRef { id: "1".repeat(32), name: "run".into() };
    let mut engine = Engine::new(&host, &store, session, run);
    let stopped = ready(engine.run(&spec, Some(&mut TextSource::new(text)))).err();
    engine.finish(stopped)
}

fn results(outcome: &Outcome) -> (&Training, &Evaluation) {
    match (&outcome.outputs[3], &outcome.outputs[4]) {
        (StepOutput::Train(training), StepOutput::Evaluate(evaluation)) => (training, evaluation),
        _ => panic!("not trained and evaluated"),
    }
}

#[track_caller]
fn assert_near(found: f64, expected: f64, relative: f64, what: &str) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{what}: {found}, not {expected}");
}

/// scikit-learn 1.9.1, `tests/python/modelling.py`.
#[test]
fn pipelines_with_encoders_folds_and_a_transformed_target_are_scikit_learns() {
    let golden: Value = serde_json::from_str(include_str!("../golden/modelling.json")).unwrap();
    let estimators = [
        ("ols", json!({"estimator": "linear_regression"}), Value::Null),
        ("ridge", json!({"estimator": "ridge", "params": {"alpha": 10.0}}), Value::Null),
        ("lasso", json!({"estimator": "lasso", "params": {"alpha": 0.1}}), Value::Null),
        ("log1p", json!({"estimator": "linear_regression"}), json!("log1p")),
    ];
    let numbers = ["x1", "x2", "x3", "k"];
    for (name, estimator, transform) in estimators {
        let outcome = run(&json!({
            "pipette": 1,
            "clean": [{"rule": "drop_missing", "columns": ["color"]}, {"rule": "drop_columns", "columns": ["size", "flag"]}],
            "features": {
                "target": "y",
                "target_transform": transform,
                "encoders": [
                    {"encoder": "simple_imputer", "columns": numbers, "strategy": "median"},
                    {"encoder": "standard_scaler", "columns": numbers},
                    {"encoder": "one_hot_encoder", "columns": ["color"], "drop": "first"}
                ]
            },
            "train": [estimator],
            "evaluate": {"cv": {"kind": "k_fold", "n_splits": 5, "shuffle": true, "random_state": 42}}
        }));
        assert_eq!(outcome.stopped, None, "{name}");
        let (_, evaluation) = results(&outcome);
        let cv = evaluation.cv.as_ref().unwrap();
        // scikit-learn's lasso stops on its duality gap.
        let relative = if name == "lasso" { 1e-7 } else { 1e-9 };
        for (metric, expected) in golden[name]["test"].as_object().unwrap() {
            let found = evaluation.metric(metric, DataSplit::Test).unwrap().value.unwrap();
            assert_near(found, expected.as_f64().unwrap(), relative, &format!("{name}, test {metric}"));
        }
        for (metric, expected) in golden[name]["cv"].as_object().unwrap() {
            let found = cv.metric(metric).unwrap().0;
            assert_near(found, expected.as_f64().unwrap(), relative, &format!("{name}, cv {metric}"));
        }
    }
}

#[test]
fn folds_from_factors_are_the_folds_of_rows() {
    let with = |encoders: Value| {
        run(&json!({
            "pipette": 1,
            "clean": [{"rule": "keep_numeric"}, {"rule": "drop_missing"}],
            "features": {"target": "y", "encoders": encoders},
            "train": [{"estimator": "linear_regression"}],
            "evaluate": {"cv": {"kind": "k_fold", "n_splits": 4}}
        }))
    };
    // Scaling changes no prediction of least squares, but takes the way of fitting every fold anew.
    let (fast, slow) = (with(json!([])), with(json!([{"encoder": "standard_scaler", "columns": null}])));
    let (fast, slow) = (results(&fast).1.cv.as_ref().unwrap(), results(&slow).1.cv.as_ref().unwrap());
    assert_eq!((fast.n_folds, slow.n_folds), (4, 4));
    assert!(fast.mean.iter().filter(|metric| metric.value.is_some()).count() >= 8);
    for (fast, slow) in fast.mean.iter().zip(&slow.mean) {
        assert_eq!(fast.name, slow.name);
        assert_near(fast.value.unwrap(), slow.value.unwrap(), 1e-10, &fast.name);
    }
}

#[test]
fn factors_of_folds_are_used_again_only_for_the_same_folds_of_the_same_rows() {
    let spec = |alpha: Value, weight: Value, seed: u32, clean: Value| {
        json!({
            "pipette": 1,
            "clean": clean,
            "split": {"random_state": seed},
            "features": {"target": "y"},
            "train": [{"estimator": "ridge", "params": {"alpha": alpha, "sample_weight": weight}}],
            "evaluate": {"cv": {"kind": "k_fold", "n_splits": 3, "shuffle": true, "random_state": seed}}
        })
    };
    let plain = json!([{"rule": "keep_numeric"}, {"rule": "drop_missing"}]);
    let fewer = json!([{"rule": "keep_numeric"}, {"rule": "drop_missing"}, {"rule": "drop_columns", "columns": ["k"]}]);
    let weighed_or_not = json!([
        {"estimator": "ridge", "params": {"alpha": 1.0, "sample_weight": "k"}},
        {"estimator": "ridge", "params": {"alpha": 3.0}}
    ]);
    let mut both = spec(json!(1.0), Value::Null, 1, plain.clone());
    both["train"] = weighed_or_not;
    let mut session = Session::default();
    for spec in [
        spec(json!([0.1, 10.0]), Value::Null, 1, plain.clone()),
        spec(json!([0.5, 50.0, 500.0]), Value::Null, 1, plain.clone()),
        spec(json!(2.0), Value::Null, 1, plain.clone()),
        spec(json!(2.0), Value::Null, 2, plain.clone()),
        spec(json!([0.1, 10.0]), Value::Null, 2, fewer),
        spec(json!(2.0), json!("k"), 2, plain.clone()),
        both,
        spec(json!(3.0), Value::Null, 1, plain),
    ] {
        let (warm, cold) = (run_in(&mut session, MIXED, &spec), run(&spec));
        assert_eq!(results(&warm).0.sweep, results(&cold).0.sweep, "{spec}");
        assert_eq!(results(&warm).1, results(&cold).1, "{spec}");
    }
}

#[test]
fn every_estimator_runs_and_is_judged() {
    for info in ESTIMATORS {
        let target = if info.name == "logistic_regression" { "flag" } else { "y" };
        let outcome = run(&json!({
            "pipette": 1,
            "clean": [{"rule": "drop_columns", "columns": ["color", "size"]}, {"rule": "drop_missing"}],
            "features": {"target": target},
            "train": [{"estimator": info.name}],
            "evaluate": {"cv": {"kind": "k_fold", "n_splits": 3}}
        }));
        assert_eq!(outcome.stopped, None, "{}", info.name);
        let (training, evaluation) = results(&outcome);
        assert_eq!(training.model_name, info.model_name);
        let name = if info.name == "logistic_regression" { "accuracy" } else { "r2" };
        let r2 = |split| evaluation.metric(name, split).unwrap().value.unwrap();
        let cv = evaluation.cv.as_ref().unwrap().metric(name).unwrap().0;
        if info.name == "dummy_regressor" {
            assert!(r2(DataSplit::Test) <= 0.0 && cv <= 0.0);
        } else {
            assert!(r2(DataSplit::Test) > 0.6 && cv > 0.6, "{}: {} and {cv}", info.name, r2(DataSplit::Test));
        }
        assert_eq!(training.report.is_some(), training.model.linear().is_some(), "{}", info.name);
        assert_eq!(training.logit.is_some(), training.model.classes().is_some(), "{}", info.name);
        if let Some(report) = &training.report {
            // What each row holds is what its residual is of.
            for (influence, cells) in report.influential.iter().zip(&report.influential_cells) {
                let actual = cells.iter().find(|cell| cell.column == target).unwrap();
                assert_near(actual.value.parse().unwrap(), influence.fitted + influence.residual, 1e-9, info.name);
            }
            assert_eq!(report.influential_cells.len(), report.influential.len(), "{}", info.name);
        }
    }
}

#[test]
fn a_weighted_fit_and_a_plain_logistic_one_have_their_reports() {
    let ready = |target: &str, estimator: &Value| {
        run(&json!({
            "pipette": 1,
            "clean": [{"rule": "drop_columns", "columns": ["color", "size"]}, {"rule": "drop_missing"}],
            "features": {"target": target},
            "train": [estimator]
        }))
    };
    let weighted = |name: &str| json!({"estimator": name, "params": {"sample_weight": "k"}});
    let outcome = ready("y", &weighted("linear_regression"));
    let report = results(&outcome).0.report.as_ref().unwrap();
    assert_eq!(report.weights.as_deref(), Some("k"));
    assert!(report.coefficients.iter().all(|c| c.name != "k" && c.se.is_some()));
    let weighs_nothing = report.notes.iter().any(|note| note.code == "weights_of_zero");
    assert_eq!(weighs_nothing, report.fit.log_likelihood.is_none());
    assert_eq!(report.influential_cells.len(), report.influential.len());
    // What is shrunken has no standard errors with weights, either.
    assert_eq!(results(&ready("y", &weighted("ridge"))).0.report, None);

    let plain = json!({"estimator": "logistic_regression", "params": {"penalty": "none"}});
    let outcome = ready("flag", &plain);
    let training = results(&outcome).0;
    let report = training.logit.as_ref().unwrap();
    assert_eq!((report.target.as_str(), report.classes, report.n_rows), ("flag", [0.0, 1.0], training.n_rows));
    assert!(report.coefficients.iter().all(|c| c.p.is_some()) && report.n_iter.is_some());
    // A run of an older version has none, and loads.
    let mut stored = serde_json::to_value(training).unwrap();
    assert!(stored.as_object_mut().unwrap().remove("logit").is_some());
    assert_eq!(serde_json::from_value::<Training>(stored).unwrap().logit, None);
}

/// scikit-learn 1.9.1, `tests/python/classification.py`.
#[test]
fn a_classification_is_judged_as_scikit_learn_judges_it() {
    let golden: Value = serde_json::from_str(include_str!("../golden/classification.json")).unwrap();
    for (target, limit) in [("high", 45), ("rare", 70)] {
        let outcome = run(&json!({
            "pipette": 1,
            "clean": [
                {"rule": "derive_column", "name": target, "expression": format!("y > {limit}")},
                {"rule": "drop_missing", "columns": ["x1", "x3"]}
            ],
            "split": {"test_size": 0.3},
            "features": {"target": target, "columns": ["x1", "x3"]},
            "train": [{"estimator": "logistic_regression"}],
            "evaluate": {"cv": {"kind": "k_fold", "n_splits": 5, "shuffle": true, "random_state": 42}}
        }));
        assert_eq!(outcome.stopped, None);
        let (_, evaluation) = results(&outcome);
        let golden = &golden[target];
        let (cv, classes) = (evaluation.cv.as_ref().unwrap(), evaluation.classification.as_ref().unwrap());
        let same = |found: Option<f64>, expected: &Value, what: &str| match (found, expected.as_f64()) {
            (Some(found), Some(expected)) => assert_near(found, expected, 1e-8, what),
            (found, expected) => assert_eq!(found, expected, "{target} {what}"),
        };
        assert_eq!(evaluation.metrics.len(), 14);
        for (name, _) in pipette::evaluate::CLASS_METRICS {
            let (test, train) = (evaluation.metric(name, DataSplit::Test), evaluation.metric(name, DataSplit::Train));
            same(test.unwrap().value, &golden["test"][name], name);
            same(test.unwrap().baseline, &golden["baseline"][name], name);
            same(train.unwrap().value, &golden["train"][name], name);
            same(cv.metric(name).map(|(mean, _)| mean), &golden["cv_mean"][name], name);
            same(cv.metric(name).and_then(|(_, sd)| sd), &golden["cv_sd"][name], name);
        }
        assert_eq!(json!(classes.test.counts), golden["test"]["confusion"]);
        assert_eq!(json!(classes.train.counts), golden["train"]["confusion"]);
        let words = pipette::evaluate::verdict(evaluation);
        let expected = if target == "high" {
            "Predicts high with an accuracy of 82.1 %; always guessing 0 would have 58.3 %. Of the rows that are 1 it finds \
             82.9 % (recall); of those it calls 1, 76.3 % are (precision)."
        } else {
            "Predicts rare with an accuracy of 98.8 %: no better than always guessing 0, which has 98.8 %. Of the rows that \
             are 1 it finds 100 % (recall); of those it calls 1, 50.0 % are (precision)."
        };
        assert_eq!(words, expected);
    }
}

#[test]
fn a_transformed_target_is_not_told_apart() {
    let outcome = run(&json!({
        "pipette": 1,
        "clean": [{"rule": "drop_missing"}],
        "features": {"target": "flag", "columns": ["x1"], "target_transform": "log1p"},
        "train": [{"estimator": "logistic_regression"}]
    }));
    let Some(pipette::pipeline::Stop::Failed(error)) = outcome.stopped else { panic!("it cannot be fitted") };
    assert_eq!(error.code, "estimators.transformed_classes");
    assert!(error.message.contains("target_transform"), "{}", error.message);
}

#[test]
fn every_encoder_runs_as_it_starts() {
    for info in ENCODERS {
        let is_text = matches!(
            info.name,
            "one_hot_encoder" | "ordinal_encoder" | "target_encoder" | "frequency_encoder" | "text_features"
        );
        let columns = if is_text { vec!["color".to_owned()] } else { vec!["x1".to_owned(), "k".to_owned()] };
        if info.name == "date_parts_encoder" {
            // mixed.csv has no dates; features/ has.
            continue;
        }
        let encoder = EncoderSpec::fresh(info.name, Some(columns)).unwrap();
        let outcome = run(&json!({
            "pipette": 1,
            "clean": [
                {"rule": "drop_columns", "columns": if is_text { vec!["size"] } else { vec!["size", "color"] }},
                {"rule": "drop_missing"}
            ],
            "features": {"target": "y", "encoders": [encoder]},
            "train": [{"estimator": "ridge"}]
        }));
        assert_eq!(outcome.stopped, None, "{}", info.name);
        let (training, evaluation) = results(&outcome);
        assert_eq!(training.features.encoders.len(), 1);
        assert!(evaluation.metric("r2", DataSplit::Test).unwrap().value.unwrap() > 0.3, "{}", info.name);
    }
}

#[test]
fn a_missing_cell_reaches_the_person_with_the_remedy() {
    let outcome = run(&json!({"pipette": 1, "clean": [{"rule": "keep_numeric"}], "features": {"target": "y"}}));
    let Some(pipette::pipeline::Stop::Failed(error)) = outcome.stopped else { panic!("it cannot be fitted") };
    assert_eq!(error.code, "features.missing_cells");
    assert!(error.message.contains("simple_imputer"), "{}", error.message);
}

#[test]
fn what_a_run_does_not_do_is_refused_not_ignored() {
    let error = PipelineSpec::from_json(r#"{"pipette": 1, "evaluate": {"n_bootstrap": 100}}"#).unwrap_err();
    assert!(error.to_string().contains("`n_bootstrap`"), "{error}");
}
