//! Sweeps through the engine; every candidate in every fold against scikit-learn's searches.

use pipette::comparison::{compare_runs, judge};
use pipette::evaluate::DataSplit;
use pipette::pipeline::{
    Engine, Outcome, PipelineSpec, RunRef, Session, StepName, StepOutput, StepStatus, Stop, SweepSummary,
};
use pipette::tracking::{MemoryStore, PARENT_TAG, RunRecord, begin_run, child_runs, end_run};
use serde_json::{Value, json};

use crate::pipeline::{TestHost, TextSource, ready};

const MIXED: &str = include_str!("../cases/mixed.csv");

struct Bench {
    store: MemoryStore,
    session: Session,
    spec: PipelineSpec,
}

impl Bench {
    fn new(spec: &Value) -> Self {
        let spec = PipelineSpec::from_json(&spec.to_string()).unwrap();
        Self { store: MemoryStore::default(), session: Session::default(), spec }
    }

    fn run(&mut self) -> Outcome {
        let host = TestHost::default();
        let run = RunRef { id: "1".repeat(32), name: "parent".into() };
        let mut engine = Engine::new(&host, &self.store, &mut self.session, run);
        let stopped = ready(engine.run(&self.spec, Some(&mut TextSource::new(MIXED)))).err();
        engine.finish(stopped)
    }

    fn record(&mut self) -> RunRecord {
        let begun = begin_run("1".repeat(32), "parent".into(), &self.spec, 1_000);
        let outcome = self.run();
        end_run(begun, &self.spec.clone(), outcome, 2_000)
    }
}

fn pipeline(train: Value, encoders: Value) -> Value {
    let clean = json!([
        {"rule": "drop_missing", "columns": ["color", "x1", "x2", "x3", "k"]},
        {"rule": "drop_columns", "columns": ["size", "flag"]}
    ]);
    let columns = if encoders == json!([]) { json!(["x1", "x2", "x3", "k"]) } else { Value::Null };
    let features = json!({"target": "y", "columns": columns, "encoders": encoders});
    json!({"pipette": 1, "clean": clean, "features": features, "train": train})
}

fn sweep(outcome: &Outcome) -> &SweepSummary {
    assert_eq!(outcome.stopped, None);
    match &outcome.outputs[3] {
        StepOutput::Train(training) => training.sweep.as_ref().unwrap(),
        _ => panic!("not trained"),
    }
}

/// scikit-learn 1.9.1, `tests/python/sweeps.py`.
fn assert_is(found: &SweepSummary, golden: &Value, from: usize, relative: f64) {
    let params = golden["params"].as_array().unwrap();
    for (place, (params, folds)) in params.iter().zip(golden["mse"].as_array().unwrap()).enumerate() {
        let candidate = &found.candidates[from + place];
        for (name, value) in params.as_object().unwrap() {
            let all = candidate.params();
            let ours = all.iter().find(|(key, _)| key.split("__").last() == Some(name)).unwrap().1;
            assert!(ours == value || ours.as_f64() == value.as_f64(), "{place}: {name} is {ours}, not {value}");
        }
        for (ours, theirs) in candidate.mse.iter().zip(folds.as_array().unwrap()) {
            let theirs = theirs.as_f64().unwrap();
            assert!((ours - theirs).abs() <= relative * theirs, "{place} {params}: {ours}, not {theirs}");
        }
        assert_eq!(candidate.mse.len(), 5);
    }
}

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/sweeps.json")).unwrap()
}

#[test]
fn a_grid_over_several_estimators_is_scikit_learns_in_every_fold() {
    let golden = golden();
    let train = json!([
        {"estimator": "ridge", "params": {"fit_intercept": [true, false], "alpha": [0.01, 1, 100, 10000]}},
        {"estimator": "elastic_net", "params": {"alpha": [0.01, 0.1, 1], "l1_ratio": [0.2, 0.8]}},
        {"estimator": "linear_regression"}
    ]);
    let mut bench = Bench::new(&pipeline(train, json!([])));
    assert_eq!(bench.spec.n_candidates(), 15);
    let outcome = bench.run();
    let found = sweep(&outcome);
    assert_eq!(found.candidates.len(), 15);
    assert_is(found, &golden["ridge"], 0, 1e-9);
    assert_is(found, &golden["net"], 8, 1e-9);
    assert_is(found, &golden["linear"], 14, 1e-9);
    let mean = |golden: &Value| {
        let folds = golden["mse"][golden["best"].as_u64().unwrap() as usize].as_array().unwrap();
        folds.iter().map(|mse| mse.as_f64().unwrap()).sum::<f64>() / 5.0
    };
    let best =
        [&golden["ridge"], &golden["net"], &golden["linear"]].map(mean).into_iter().fold(f64::INFINITY, f64::min);
    assert!((found.candidates[found.best].mean_mse().unwrap() - best).abs() <= 1e-9 * best);
    assert_eq!(found.one_se, None, "several estimators have no common penalty");
}

#[test]
fn encoders_are_fitted_anew_in_each_fold_and_the_best_becomes_the_model() {
    let numbers = ["x1", "x2", "x3", "k"];
    let encoders = json!([
        {"encoder": "simple_imputer", "columns": numbers, "strategy": "median"},
        {"encoder": "standard_scaler", "columns": numbers},
        {"encoder": "one_hot_encoder", "columns": ["color"], "drop": "first"}
    ]);
    let grid = json!([{"estimator": "lasso", "params": {"alpha": [0.001, 0.1, 10]}}]);
    let outcome = Bench::new(&pipeline(grid, encoders.clone())).run();
    let found = sweep(&outcome);
    // Theirs stops a little before the optimum.
    assert_is(found, &golden()["encoded"], 0, 1e-7);
    let best = golden()["encoded"]["best"].as_u64().unwrap() as usize;
    assert_eq!(found.best, best);
    let alpha = [0.001, 0.1, 10.0][best];
    let alone = json!([{"estimator": "lasso", "params": {"alpha": alpha}}]);
    let alone = Bench::new(&pipeline(alone, encoders)).run();
    let (StepOutput::Train(swept), StepOutput::Train(one)) = (&outcome.outputs[3], &alone.outputs[3]) else {
        panic!("not trained")
    };
    assert_eq!(swept.summary.model, one.summary.model, "refitted on all training rows");
    let (StepOutput::Evaluate(swept), StepOutput::Evaluate(one)) = (&outcome.outputs[4], &alone.outputs[4]) else {
        panic!("not evaluated")
    };
    assert_eq!(swept.metrics, one.metrics);
    assert!(swept.cv.is_some() && one.cv.is_none(), "a sweep shows the folds it was judged by");
}

#[test]
fn values_of_encoders_are_tried_with_those_of_the_estimator() {
    let numbers = ["x1", "x2", "x3", "k"];
    let encoders = json!([
        {"encoder": "standard_scaler", "columns": numbers},
        {"encoder": "polynomial_features", "columns": numbers, "degree": [1, 2, 3], "include_bias": false}
    ]);
    let grid = json!([{"estimator": "ridge", "params": {"alpha": [0.01, 1, 100]}}]);
    let mut pipeline_json = pipeline(grid, encoders);
    pipeline_json["features"]["columns"] = json!(numbers);
    let mut bench = Bench::new(&pipeline_json);
    assert_eq!(bench.spec.n_candidates(), 9);
    let record = bench.record();
    let outcome = bench.run();
    let found = sweep(&outcome);
    assert_is(found, &golden()["degrees"], 0, 1e-9);
    assert_eq!(found.best as u64, golden()["degrees"]["best"].as_u64().unwrap());
    assert_eq!(found.varied(), ["alpha", "polynomial_features__degree"]);
    // What was chosen is what was fitted: taken alone, it is the same model, and found in the cache of factors.
    let alone = bench.spec.with_candidate(found.chosen().unwrap());
    assert!(!alone.is_sweep());
    let chosen = Bench { spec: alone, ..Bench::new(&pipeline_json) }.run();
    let digest = |outcome: &Outcome| match &outcome.outputs[3] {
        StepOutput::Train(training) => (training.summary.r_digest.clone(), training.summary.model.clone()),
        _ => panic!("not trained"),
    };
    assert_eq!(digest(&chosen), digest(&outcome));
    // Each candidate is a run that says its degree.
    let mut n = 0_u8;
    let children = child_runs(&record, || {
        n += 1;
        [n; 16]
    });
    let of = |run: &RunRecord, key: &str| run.params.iter().find(|param| param.key == key).unwrap().value.clone();
    let degrees: Vec<String> = children.iter().map(|run| of(run, "polynomial_features__degree")).collect();
    assert_eq!(degrees.concat(), "111222333");
    assert_eq!(of(&record, "polynomial_features__degree"), "[1,2,3]");
    assert!(record.params.iter().any(|param| param.key == "best_polynomial_features__degree"));
}

#[test]
fn encoders_that_meet_what_they_cannot_take_fail_as_candidates() {
    let encoders = json!([
        {"encoder": "one_hot_encoder", "columns": ["color"], "drop": [null, "first"]},
        {"encoder": "simple_imputer", "columns": ["x1", "x2", "x3", "k"]}
    ]);
    let grid = json!([{"estimator": "lasso", "params": {"alpha": [0.001, 0.1]}}]);
    let outcome = Bench::new(&pipeline(grid, encoders)).run();
    assert_is(sweep(&outcome), &golden()["strategies"], 0, 1e-6);

    let too_high = json!([{"encoder": "polynomial_features", "columns": ["x1", "x2", "x3", "k"], "degree": [20, 2]}]);
    let mut spec = pipeline(json!([{"estimator": "ridge"}]), too_high);
    spec["features"]["columns"] = json!(["x1", "x2", "x3", "k"]);
    let outcome = Bench::new(&spec).run();
    let found = sweep(&outcome);
    assert!(found.candidates[0].error.as_ref().unwrap().contains("polynomial_features"), "{:?}", found.candidates[0]);
    assert_eq!((found.best, found.candidates[1].error.as_ref()), (1, None));
}

#[test]
fn a_random_search_draws_scikit_learns_candidates() {
    let alphas: Vec<f64> = (0..20).map(|i| 2f64.powi(i)).collect();
    let mut spec = pipeline(
        json!([{"estimator": "ridge", "params": {"alpha": alphas, "fit_intercept": [true, false]}}]),
        json!([]),
    );
    spec["search"] = json!({"n_iter": 7, "random_state": 3});
    let mut bench = Bench::new(&spec);
    assert_eq!(bench.spec.n_candidates(), 7);
    let outcome = bench.run();
    assert_eq!(sweep(&outcome).candidates.len(), 7);
    assert_is(sweep(&outcome), &golden()["random"], 0, 1e-9);
    assert_eq!(sweep(&outcome).best as u64, golden()["random"]["best"].as_u64().unwrap());
    assert_eq!(PipelineSpec::from_json(&bench.spec.to_json()), Ok(bench.spec));
}

/// `y > 45` of the rows that have all numbers, as the script has it.
fn classes(train: Value, scoring: &str) -> Value {
    let mut spec = pipeline(train, json!([]));
    spec["clean"] = json!([
        {"rule": "drop_missing", "columns": ["color", "x1", "x2", "x3", "k"]},
        {"rule": "derive_column", "name": "high", "expression": "y > 45"}
    ]);
    spec["features"] = json!({"target": "high", "columns": ["x1", "x3"]});
    spec["evaluate"] = json!({"scoring": scoring});
    spec
}

/// Every fold of every candidate by this metric, and the choice.
fn assert_scores(found: &SweepSummary, name: &str, golden: &Value, tolerance: f64) {
    assert_eq!(found.scoring.as_str(), name);
    for (candidate, folds) in found.candidates.iter().zip(golden["scores"].as_array().unwrap()) {
        let theirs: Vec<f64> = folds.as_array().unwrap().iter().map(|score| score.as_f64().unwrap()).collect();
        assert_eq!(candidate.folds().len(), theirs.len(), "{name}: {:?}", candidate.error);
        for (ours, theirs) in candidate.folds().iter().zip(theirs) {
            assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1e-3), "{name}: {ours}, not {theirs}");
        }
    }
    assert_eq!(found.best as u64, golden["best"].as_u64().unwrap(), "{name}");
}

#[test]
fn candidates_are_judged_by_the_metric_that_was_chosen() {
    let golden = golden();
    for (name, expected) in golden["numbers"].as_object().unwrap() {
        let mut spec = pipeline(json!([{"estimator": "ridge", "params": {"alpha": [0.01, 100, 10000]}}]), json!([]));
        spec["evaluate"] = json!({"scoring": name});
        let mut bench = Bench::new(&spec);
        let outcome = bench.run();
        assert_scores(sweep(&outcome), name, expected, 1e-9);
        assert!(sweep(&outcome).candidates.iter().all(|one| one.mean_mse().is_some()), "squares are kept beside it");
        // From factors or from rows: the same.
        bench.spec.features.encoders =
            vec![serde_json::from_value(json!({"encoder": "simple_imputer", "columns": ["k"]})).unwrap()];
        assert_scores(sweep(&bench.run()), name, expected, 1e-9);
    }
    for (name, expected) in golden["classes"].as_object().unwrap() {
        let train = json!([{"estimator": "logistic_regression", "params": {"C": [1e-6, 1e-3, 1]}}]);
        let mut bench = Bench::new(&classes(train, name));
        let parent = bench.record();
        let StepOutput::Train(training) = &parent.outputs[3] else { panic!("not trained") };
        assert_scores(training.sweep.as_ref().unwrap(), name, expected, 1e-8);
        let key = format!("cv_{name}");
        let children = child_runs(&parent, || [7; 16]);
        let means: Vec<f64> =
            children.iter().map(|run| run.metrics.iter().find(|one| one.key == key).unwrap().value).collect();
        let theirs = expected["scores"].as_array().unwrap().iter();
        let theirs =
            theirs.map(|folds| folds.as_array().unwrap().iter().map(|one| one.as_f64().unwrap()).sum::<f64>() / 5.0);
        assert!(means.iter().zip(theirs).all(|(a, b)| (a - b).abs() < 1e-8), "{name}: {means:?}");
        assert!(parent.params.iter().any(|one| one.key == "scoring" && one.value == *name));
    }
}

#[test]
fn classifiers_are_judged_by_accuracy_unless_said_and_mixed_ones_by_squares() {
    let logistic = json!({"estimator": "logistic_regression", "params": {"C": [0.001, 1]}});
    let mut spec = classes(json!([logistic]), "accuracy");
    spec["evaluate"] = json!({});
    assert_eq!(sweep(&Bench::new(&spec).run()).scoring.as_str(), "accuracy");
    // Beside one of numbers, the value that the classifier expects is judged: a probability, for 0 and 1.
    spec["train"] = json!([logistic, {"estimator": "ridge"}]);
    let outcome = Bench::new(&spec).run();
    let found = sweep(&outcome);
    assert_eq!(found.scoring.as_str(), "mse");
    assert!(found.candidates.iter().all(|one| one.mean_mse().is_some_and(|mse| mse < 0.25)), "{:?}", found.candidates);
    // Asked for what judges classes, the one of numbers says why not.
    spec["evaluate"] = json!({"scoring": "roc_auc"});
    let outcome = Bench::new(&spec).run();
    let error = sweep(&outcome).candidates[2].error.clone().unwrap();
    assert!(error.contains("roc_auc judges classes") && error.contains("rmse"), "{error}");
    // A fold without both classes has no ROC AUC.
    spec["train"] = json!([logistic, {"estimator": "logistic_regression", "params": {"C": 7}}]);
    spec["evaluate"]["cv"] = json!({"kind": "leave_one_out"});
    let Some(Stop::Failed(error)) = Bench::new(&spec).run().stopped else { panic!("one row has no ROC AUC") };
    assert!(error.message.contains("roc_auc is not defined in every fold"), "{}", error.message);
    // Classes that are not 0 and 1 are judged by what the classifier expects, in the target's units.
    spec["clean"][1]["expression"] = json!("if(y > 45, 12, 10)");
    spec["train"] = json!([logistic]);
    spec["evaluate"] = json!({"scoring": "rmse"});
    let outcome = Bench::new(&spec).run();
    assert!(sweep(&outcome).candidates.iter().all(|one| one.mean().is_some_and(|rmse| rmse < 1.1)));
    assert!(
        PipelineSpec::from_json(r#"{"pipette": 1, "evaluate": {"scoring": "luck"}}"#)
            .unwrap_err()
            .to_string()
            .contains("luck")
    );
}

#[test]
fn another_alpha_is_solved_from_the_factor_of_the_last_run() {
    let ridge = |alpha: f64| pipeline(json!([{"estimator": "ridge", "params": {"alpha": alpha}}]), json!([]));
    let train = |outcome: Outcome| match outcome.outputs.into_iter().nth(3) {
        Some(StepOutput::Train(training)) => training,
        other => panic!("not trained: {other:?}"),
    };
    let mut bench = Bench::new(&ridge(1.0));
    train(bench.run());
    bench.spec = PipelineSpec::from_json(&ridge(30.0).to_string()).unwrap();
    let from_factor = train(bench.run());
    assert_eq!(from_factor, train(Bench::new(&ridge(30.0)).run()), "to the last bit");
    // Other rows have another factor.
    bench.spec.split.as_mut().unwrap().random_state = 7;
    let mut fresh = Bench::new(&ridge(30.0));
    fresh.spec.split.as_mut().unwrap().random_state = 7;
    assert_eq!(train(bench.run()), train(fresh.run()));
}

#[test]
fn candidates_become_runs_below_the_one_that_tried_them_once() {
    let train = json!([{"estimator": "ridge", "params": {"alpha": [0.1, 10, 1e6]}}]);
    let mut bench = Bench::new(&pipeline(train, json!([])));
    let parent = bench.record();
    let mut n = 0;
    let mut random = || {
        n += 1;
        [n; 16]
    };
    let children = child_runs(&parent, &mut random);
    assert_eq!(children.len(), 3);
    let param = |run: &RunRecord, key: &str| run.params.iter().find(|one| one.key == key).map(|one| one.value.clone());
    assert_eq!(children.iter().filter_map(|run| param(run, "alpha")).collect::<Vec<_>>(), ["0.1", "10.0", "1000000.0"]);
    assert_eq!(param(&parent, "alpha").as_deref(), Some("[0.1,10,1000000.0]"));
    let best = param(&parent, "best_alpha").unwrap();
    let of = |run: &RunRecord| {
        let rmse = run.metrics.iter().find(|one| one.key == "cv_rmse").map(|one| one.value);
        rmse.unwrap_or(f64::INFINITY)
    };
    let smallest = children.iter().min_by(|a, b| of(a).total_cmp(&of(b))).unwrap();
    assert_eq!(param(smallest, "alpha"), Some(best));
    for child in &children {
        assert!(child.tags.iter().any(|tag| tag.key == PARENT_TAG && tag.value == parent.info.run_id));
        assert!(!child.spec.is_sweep());
        assert_ne!(child.info.run_id, parent.info.run_id);
    }
    // Taken as a run, a candidate's folds are those of the sweep.
    let mut alone = Bench::new(&serde_json::to_value(&children[1].spec).unwrap());
    alone.spec.evaluate.cv = bench.spec.folds();
    let outcome = alone.run();
    let StepOutput::Evaluate(evaluation) = &outcome.outputs[4] else { panic!("not evaluated") };
    let rmse = evaluation.cv.as_ref().unwrap().metric("rmse").unwrap().0;
    assert!((rmse - of(&children[1])).abs() <= 1e-9 * rmse);
    // Candidates are compared by their folds, with each other and with such a run.
    let compared = compare_runs(&children, 0);
    assert!(compared.sentence.contains("rmse over the folds"), "{}", compared.sentence);
    assert!(compared.judged[1..].iter().all(|judged| judged.as_ref().is_some_and(|judged| judged.has_folds)));
    let alone = alone.record();
    let judged = judge(&children[0], &alone, "rmse").unwrap();
    assert!(judged.has_folds, "{}", judged.words);
    let difference = of(&children[1]) - of(&children[0]);
    assert!((judged.difference - difference).abs() <= 1e-9 * of(&children[0]));
    // Once: the same sweep, found in the cache, adds no runs.
    let again = bench.record();
    assert_eq!(again.steps[StepName::Train.index()].status, StepStatus::Cached);
    assert!(child_runs(&again, random).is_empty());
}

#[test]
fn a_candidate_that_cannot_be_fitted_is_said_and_the_others_go_on() {
    let train = json!([{"estimator": "logistic_regression"}, {"estimator": "ridge"}]);
    let mut bench = Bench::new(&pipeline(train, json!([])));
    let record = bench.record();
    let outcome = bench.run();
    let found = sweep(&outcome);
    assert_eq!(found.best, 1);
    assert!(found.candidates[0].error.as_ref().is_some_and(|error| error.contains("Fold 1")));
    assert_eq!(
        child_runs(&record, || [7; 16])[0].error.as_ref().map(|error| error.code.as_str()),
        Some("train.candidate_failed")
    );
    let train = json!([{"estimator": "logistic_regression"}, {"estimator": "logistic_regression", "params": {"C": 2}}]);
    let outcome = Bench::new(&pipeline(train, json!([]))).run();
    let Some(Stop::Failed(error)) = outcome.stopped else { panic!("there is nothing to choose") };
    assert_eq!(error.code, "pipeline.all_candidates_failed");
}

#[test]
fn a_changed_fold_or_list_runs_train_again_and_nothing_before_it() {
    let train = json!([{"estimator": "ridge", "params": {"alpha": [0.1, 10]}}]);
    let mut bench = Bench::new(&pipeline(train, json!([])));
    bench.run();
    bench.spec.evaluate.cv = pipette::split::cv::CvSpec::fresh("leave_one_out");
    let outcome = bench.run();
    // The file is read again, because this spec does not say by a digest which one it is.
    let statuses: Vec<&str> = outcome.records.iter().skip(1).map(|record| record.status.as_str()).collect();
    assert_eq!(statuses, ["cached", "cached", "completed", "completed"]);
    let StepOutput::Evaluate(evaluation) = &outcome.outputs[4] else { panic!("not evaluated") };
    assert!(evaluation.metric("r2", DataSplit::Test).is_some());
}

#[test]
fn no_estimator_and_too_many_candidates_are_refused_in_words() {
    let code = |spec: &Value| match Bench::new(spec).run().stopped {
        Some(Stop::Failed(error)) => error.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&pipeline(json!([]), json!([]))), "pipeline.no_estimator");
    let alphas: Vec<f64> = (1..=200).map(f64::from).collect();
    let many = json!([{"estimator": "elastic_net", "params": {"alpha": alphas, "max_iter": alphas.iter().map(|a| *a as u64).collect::<Vec<_>>()}}]);
    assert_eq!(code(&pipeline(many, json!([]))), "pipeline.too_many_candidates");
    let mut none = pipeline(json!([{"estimator": "ridge", "params": {"alpha": [1, 2]}}]), json!([]));
    none["search"] = json!({"n_iter": 0});
    assert_eq!(code(&none), "pipeline.no_iterations");
}
