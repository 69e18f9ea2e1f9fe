//! Questions about a pipeline, from the file to the answer; numbers against scikit-learn 1.9.1, numpy, pandas and SciPy:
//! `golden/analyses.json`, made by `tests/python/analyses.py`. `tests/python/check_analyses.py` runs the Python that goes
//! with the answers.

use std::cell::Cell;

use pipette::estimators::{EstimatorSpec, fit};
use pipette::evaluate::DataSplit;
use pipette::export::code::python::Known;
use pipette::features::fit_transform;
use pipette::pipeline::{
    Analysis, AnalysisResult, Bars, Engine, Outcome, Pace, PathResult, PipelineSpec, RunRef, Session, StepOutput, Stop,
    analyse,
};
use pipette::split::train_test_split;
use pipette::tracking::MemoryStore;
use pipette::ui::view::analysis_python;
use serde_json::{Value, json};

use crate::pipeline::{TestHost, TextSource, ready};

const MIXED: &str = include_str!("../cases/mixed.csv");

/// Counts turns, and cancels at one of them.
#[derive(Default)]
struct Turns {
    taken: Cell<u64>,
    cancel_at: Option<u64>,
}

impl Pace for Turns {
    async fn breathe(&self, done: u64, total: u64) -> Result<(), Stop> {
        assert!(done <= total.max(done), "{done} of {total}");
        self.taken.set(self.taken.get() + 1);
        if self.cancel_at.is_some_and(|at| self.taken.get() >= at) { Err(Stop::Cancelled) } else { Ok(()) }
    }
}

fn read(spec: &Value) -> PipelineSpec {
    PipelineSpec::from_json(&spec.to_string()).unwrap()
}

fn run(spec: &PipelineSpec, session: &mut Session) -> Outcome {
    let (host, store) = (TestHost::default(), MemoryStore::default());
    let run = RunRef { id: "1".repeat(32), name: "run".into() };
    let mut engine = Engine::new(&host, &store, session, run);
    let stopped = ready(engine.run(spec, Some(&mut TextSource::new(MIXED)))).err();
    engine.finish(stopped)
}

fn ask_with(turns: &Turns, spec: &Value, analysis: &Value) -> Result<AnalysisResult, Stop> {
    let (spec, mut session) = (read(spec), Session::default());
    run(&spec, &mut session);
    let analysis: Analysis = serde_json::from_value(analysis.clone()).unwrap();
    let table = session.newest_table().unwrap();
    let result = ready(analyse(turns, &table, None, &spec, &analysis))?;
    // A clean table at hand gives the same bits, and the message between worker and page loses none.
    if let Some(cleaned) = session.cleaned(&spec) {
        let again = ready(analyse(&Turns::default(), &table, Some(cleaned), &spec, &analysis));
        assert_eq!(again.as_ref(), Ok(&result));
    }
    let text = serde_json::to_string(&result).unwrap();
    assert_eq!(serde_json::from_str::<AnalysisResult>(&text).unwrap(), result);
    assert!(result.sentence().ends_with('.') && !result.sentence().contains("NaN"), "{}", result.sentence());
    Ok(result)
}

#[track_caller]
fn ask(spec: &Value, analysis: Value) -> AnalysisResult {
    ask_with(&Turns::default(), spec, &analysis).unwrap()
}

#[track_caller]
fn refused(spec: &Value, analysis: Value) -> (String, String) {
    match ask_with(&Turns::default(), spec, &analysis).unwrap_err() {
        Stop::Failed(error) => (error.code, error.message),
        Stop::Cancelled => panic!("cancelled"),
    }
}

fn plain() -> Value {
    json!({
        "pipette": 1,
        "clean": [{"rule": "keep_numeric"}, {"rule": "drop_missing"}],
        "features": {"target": "y"},
        "train": [{"estimator": "linear_regression"}]
    })
}

fn encoded(estimator: Value, transform: Value) -> Value {
    let numbers = ["x1", "x2", "x3", "k"];
    json!({
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
        "train": [estimator]
    })
}

fn ridge() -> Value {
    json!({"estimator": "ridge", "params": {"alpha": 2.0}})
}

fn golden(name: &str) -> Value {
    let golden: Value = serde_json::from_str(include_str!("../golden/analyses.json")).unwrap();
    golden[name].clone()
}

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Within `relative` of the expected, or of a thousandth of the largest expected.
#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], relative: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(0.0_f64, |most, value| most.max(value.abs())) * 1e-3;
    for (found, expected) in found.iter().zip(expected) {
        let bound = relative * expected.abs().max(scale);
        assert!((found - expected).abs() <= bound, "{what}: {found}, not {expected}");
    }
}

#[test]
fn learning_curves_are_scikit_learns_from_factors_and_from_rows() {
    for (name, spec) in [("plain", plain()), ("encoded", encoded(ridge(), Value::Null))] {
        let AnalysisResult::LearningCurve(found) = ask(&spec, json!({"learning_curve": {}})) else { panic!() };
        let golden = &golden("learning_curve")[name];
        assert_eq!((found.n_folds, found.lines.len()), (5, 4));
        for line in &found.lines {
            let (mean, sd) = (floats(&golden[&line.name]["mean"]), floats(&golden[&line.name]["sd"]));
            assert_near(&line.x, &floats(&golden["sizes"]), 0.0, "sizes");
            assert_near(&line.y, &mean, 1e-9, &line.name);
            let half: Vec<f64> = line.hi.iter().zip(&line.lo).map(|(hi, lo)| (hi - lo) / 2.0).collect();
            assert_near(&half, &sd, 1e-8, &line.name);
        }
        assert!(found.said.sentence.starts_with("With "), "{}", found.said.sentence);
    }
}

fn path_of(spec: &Value, question: Value) -> PathResult {
    match ask(spec, json!({"regularisation_path": question})) {
        AnalysisResult::RegularisationPath(path) => path,
        _ => panic!("another answer"),
    }
}

#[test]
fn paths_with_their_errors_are_scikit_learns() {
    let questions = [
        ("ridge", plain(), json!({"estimator": "ridge", "n_alphas": 9}), 1e-9),
        // scikit-learn's descent stops on its duality gap.
        ("lasso", plain(), json!({"estimator": "lasso", "n_alphas": 9}), 1e-6),
        ("elastic_net", plain(), json!({"estimator": "elastic_net", "l1_ratio": 0.4, "n_alphas": 9}), 1e-6),
        ("encoded_lasso", encoded(ridge(), Value::Null), json!({"estimator": "lasso", "n_alphas": 9}), 1e-6),
    ];
    for (name, spec, question, relative) in questions {
        let (path, golden) = (path_of(&spec, question), &golden("paths")[name]);
        for (what, found) in [
            ("alphas", &path.alphas),
            ("intercept", &path.intercept),
            ("cv_mean", &path.cv_mean),
            ("cv_se", &path.cv_se),
            ("train_mse", &path.train_mse),
            ("test_rmse", &path.test_rmse),
            ("test_r2", &path.test_r2),
        ] {
            assert_near(found, &floats(&golden[what]), relative, &format!("{name}, {what}"));
        }
        for (at, expected) in golden["coef"].as_array().unwrap().iter().enumerate() {
            let found: Vec<f64> = path.coef.iter().map(|of_feature| of_feature[at]).collect();
            assert_near(&found, &floats(expected), relative * 10.0, &format!("{name}, coef at {at}"));
            let nonzero = floats(expected).iter().filter(|coef| coef.abs() > 1e-12).count();
            // At the largest penalty scikit-learn's grid leaves a coefficient of rounding.
            assert!(at == 0 || path.n_nonzero[at] as usize == nonzero, "{name} {at}: {} {nonzero}", path.n_nonzero[at]);
        }
        let lowest = path.cv_mean.iter().copied().fold(f64::INFINITY, f64::min);
        let (best, simple) = (path.best as usize, path.one_standard_error as usize);
        assert_eq!(path.cv_mean[best], lowest);
        assert!(path.cv_mean[simple] <= lowest + path.cv_se[best] && simple <= best);
        assert!(simple == 0 || path.cv_mean[simple - 1] > lowest + path.cv_se[best]);
    }
}

#[test]
fn every_place_of_a_path_is_the_fit_with_its_penalty() {
    let (spec, mut session) = (read(&plain()), Session::default());
    run(&spec, &mut session);
    let table = session.cleaned(&spec).unwrap();
    let rows = train_test_split(table.n_rows(), spec.split.as_ref().unwrap(), None).unwrap();
    let (_, matrix) = fit_transform(&table, &spec.features, &rows.train).unwrap();
    for name in ["ridge", "lasso"] {
        let path = path_of(&plain(), json!({"estimator": name, "n_alphas": 6}));
        for (at, alpha) in path.alphas.iter().enumerate() {
            let estimator = EstimatorSpec::fresh(name).unwrap().with_param("alpha", json!(alpha)).unwrap();
            let model = fit(&estimator, &matrix, &rows.train).unwrap().summary.model;
            let found: Vec<f64> = path.coef.iter().map(|of_feature| of_feature[at]).collect();
            assert_near(&found, model.coef(), 1e-9, name);
            assert_near(&path.intercept[at..=at], &[model.intercept()], 1e-10, name);
        }
    }
}

#[test]
fn a_path_without_test_rows_or_with_a_transformed_target_says_so() {
    let mut spec = encoded(ridge(), json!("log1p"));
    spec["split"] = Value::Null;
    let path = path_of(&spec, json!({"estimator": "ridge", "n_alphas": 5}));
    assert_eq!((path.test_rmse.len(), path.test_r2.len(), path.cv_mean.len()), (0, 0, 5));
    assert!(path.said.notes.iter().any(|note| note.contains("log1p")), "{:?}", path.said.notes);
}

#[track_caller]
fn at(bars: &Bars, name: &str) -> usize {
    bars.names.iter().position(|other| other == name).unwrap()
}

#[test]
fn resamples_are_numpys() {
    let question = json!({"bootstrap": {"n_bootstrap": 40, "random_state": 7, "confidence": 0.9}});
    let AnalysisResult::Bootstrap(found) = ask(&plain(), question.clone()) else { panic!() };
    let golden = golden("bootstrap");
    assert_eq!(found.coefficients.names, ["(intercept)", "x1", "x2", "x3", "k"]);
    assert_near(&found.coefficients.lo, &floats(&golden["coefficients"]["lo"]), 1e-9, "lo");
    assert_near(&found.coefficients.hi, &floats(&golden["coefficients"]["hi"]), 1e-9, "hi");
    assert_near(&found.standard_errors, &floats(&golden["coefficients"]["se"]), 1e-9, "se");
    let r2 = at(&found.metrics, "r2");
    assert_near(&found.metrics.lo[r2..=r2], &floats(&golden["r2"]["lo"]), 1e-9, "r2");
    assert_near(&found.metrics.hi[r2..=r2], &floats(&golden["r2"]["hi"]), 1e-9, "r2");
    // An estimator that needs the rows goes the other way; without large residuals Huber's is nearly least squares.
    let mut robust = plain();
    robust["train"] = json!([{"estimator": "huber_regressor", "params": {"epsilon": 1000.0, "alpha": 0.0}}]);
    let AnalysisResult::Bootstrap(by_rows) = ask(&robust, question) else { panic!() };
    assert_near(&by_rows.coefficients.lo, &found.coefficients.lo, 1e-4, "by rows");
    let mut baseline = plain();
    baseline["train"] = json!([{"estimator": "dummy_regressor"}]);
    assert_eq!(refused(&baseline, json!({"bootstrap": {}})).0, "analysis.no_coefficients");
}

#[test]
fn importances_are_scikit_learns_with_and_without_encoders() {
    let specs = [("plain", plain()), ("log", encoded(ridge(), json!("log1p")))];
    for (name, spec) in specs {
        let question = json!({"permutation_importance": {"n_repeats": 5, "random_state": 3}});
        let AnalysisResult::PermutationImportance(found) = ask(&spec, question) else { panic!() };
        let golden = &golden("permutation_importance")[name];
        assert_eq!(found.bars.names.len(), golden.as_object().unwrap().len());
        assert!(found.bars.values.is_sorted_by(|a, b| a >= b) && found.on_test_rows);
        for (place, column) in found.bars.names.iter().enumerate() {
            let expected = floats(&golden[column]);
            let sd = (found.bars.hi[place] - found.bars.lo[place]) / 2.0;
            assert_near(&[found.bars.values[place], sd], &expected, 1e-8, column);
        }
    }
}

fn logistic() -> Value {
    let mut spec = plain();
    spec["clean"] = json!([{"rule": "drop_columns", "columns": ["color", "size", "y"]}, {"rule": "drop_missing"}]);
    spec["features"] = json!({"target": "flag"});
    spec["train"] = json!([{"estimator": "logistic_regression"}]);
    spec
}

#[test]
fn a_classification_is_asked_about_by_its_own_metrics() {
    let question = json!({"permutation_importance": {"n_repeats": 5, "random_state": 3}});
    let AnalysisResult::PermutationImportance(found) = ask(&logistic(), question) else { panic!() };
    assert_eq!(found.metric, "accuracy");
    assert!(found.said.sentence.contains("accuracy on "), "{}", found.said.sentence);
    let golden_importance = &golden("permutation_importance")["logistic"];
    for (place, column) in found.bars.names.iter().enumerate() {
        let sd = (found.bars.hi[place] - found.bars.lo[place]) / 2.0;
        assert_near(&[found.bars.values[place], sd], &floats(&golden_importance[column]), 1e-12, column);
    }
    let question = json!({"bootstrap": {"n_bootstrap": 40, "random_state": 7, "confidence": 0.9}});
    let AnalysisResult::Bootstrap(found) = ask(&logistic(), question) else { panic!() };
    let golden = &golden("bootstrap")["classes"];
    for (place, metric) in ["accuracy", "log_loss"].iter().enumerate() {
        let at = at(&found.metrics, metric);
        assert_near(&found.metrics.lo[at..=at], &floats(&golden["lo"])[place..=place], 1e-8, metric);
        assert_near(&found.metrics.hi[at..=at], &floats(&golden["hi"])[place..=place], 1e-8, metric);
    }
    assert!(found.said.sentence.contains("Accuracy on the test rows is "), "{}", found.said.sentence);
}

#[test]
fn a_column_that_the_model_does_not_use_has_no_importance() {
    let mut spec = plain();
    spec["train"] = json!([{"estimator": "lasso", "params": {"alpha": 20.0}}]);
    let AnalysisResult::PermutationImportance(found) = ask(&spec, json!({"permutation_importance": {}})) else {
        panic!()
    };
    assert_eq!(found.bars.names[0], "x1");
    assert!(found.bars.values[0] > 0.5);
    let k = at(&found.bars, "k");
    assert_eq!((found.bars.values[k], found.bars.lo[k], found.bars.hi[k]), (0.0, 0.0, 0.0));
    assert!(found.said.sentence.contains("x1 matters most"), "{}", found.said.sentence);
}

#[test]
fn partial_dependence_is_scikit_learns() {
    let log = encoded(ridge(), json!("log1p"));
    for (name, spec, feature, n_points) in
        [("plain", plain(), "x1", 7), ("few", plain(), "k", 50), ("log_color", log, "color", 50)]
    {
        let question = json!({"partial_dependence": {"feature": feature, "n_points": n_points}});
        let AnalysisResult::PartialDependence(found) = ask(&spec, question) else { panic!() };
        let golden = &golden("partial_dependence")[name];
        match (&found.line, &found.bars) {
            (Some(line), None) => {
                assert_near(&line.x, &floats(&golden["x"]), 1e-12, name);
                assert_near(&line.y, &floats(&golden["y"]), 1e-9, name);
                assert_eq!(found.deciles.len(), 9);
            }
            (None, Some(bars)) => {
                let names: Vec<&str> =
                    golden["x"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
                assert_eq!(bars.names, names);
                assert_near(&bars.values, &floats(&golden["y"]), 1e-9, name);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn contributions_add_up_to_the_prediction() {
    let golden = golden("contributions");
    let AnalysisResult::Contributions(found) = ask(&plain(), json!({"contributions": {"row": golden["row"]}})) else {
        panic!()
    };
    for (name, expected) in golden["parts"].as_object().unwrap() {
        assert_near(&[found.bars.values[at(&found.bars, name)]], &[expected.as_f64().unwrap()], 1e-8, name);
    }
    let numbers = [found.baseline, found.prediction, found.actual.unwrap()];
    let expected = ["baseline", "prediction", "actual"].map(|name| golden[name].as_f64().unwrap());
    assert_near(&numbers, &expected, 1e-9, "prediction");
    for spec in [plain(), encoded(ridge(), json!("log1p"))] {
        let question = json!({"contributions": {"values": {"x1": 30, "x3": "12.5"}}});
        let AnalysisResult::Contributions(found) = ask(&spec, question) else { panic!() };
        assert_near(&[found.bars.values.iter().sum::<f64>() + found.baseline], &[found.total], 1e-12, "total");
        let is_turned = found.said.notes.iter().any(|note| note.contains("log1p"));
        let back = if is_turned { found.total.exp_m1() } else { found.total };
        assert_near(&[found.prediction], &[back], 1e-12, "prediction");
        assert_eq!(found.row.iter().find(|(name, _)| name == "x1").unwrap().1, "30");
        assert!(
            found.said.notes.iter().any(|note| note.starts_with("Not given, so typical")),
            "{:?}",
            found.said.notes
        );
        assert_eq!(found.actual, None);
    }
}

#[test]
fn two_pipelines_are_compared_on_the_same_folds() {
    let mut other = plain();
    other["train"] = json!([{"estimator": "ridge", "params": {"alpha": 3000.0}}]);
    let AnalysisResult::Compare(found) = ask(&plain(), json!({"compare": {"other": other}})) else { panic!() };
    let golden = golden("compare");
    assert_near(&found.a, &floats(&golden["a"]), 1e-9, "a");
    assert_near(&found.b, &floats(&golden["b"]), 1e-9, "b");
    let test = [found.comparison.difference, found.comparison.se, found.comparison.p.unwrap()];
    let expected = ["difference", "se", "p"].map(|name| golden[name].as_f64().unwrap());
    assert_near(&test, &expected, 1e-7, "test");
    assert!(found.said.sentence.contains("Linear regression and Ridge"), "{}", found.said.sentence);

    // The same model reached by another way differs by rounding, which is no difference.
    let mut scaled = plain();
    scaled["features"]["encoders"] = json!([{"encoder": "standard_scaler", "columns": null}]);
    let AnalysisResult::Compare(same) = ask(&plain(), json!({"compare": {"other": scaled}})) else { panic!() };
    assert_near(&same.a, &same.b, 1e-10, "scaled");

    let mut rows = plain();
    rows["clean"] =
        json!([{"rule": "keep_numeric"}, {"rule": "drop_missing"}, {"rule": "filter_rows", "expression": "x1 > 40"}]);
    assert_eq!(refused(&plain(), json!({"compare": {"other": rows}})).0, "analysis.other_rows");
    let mut target = plain();
    target["features"]["target"] = json!("x1");
    assert_eq!(refused(&plain(), json!({"compare": {"other": target}})).0, "analysis.other_target");
    let mut ingest = plain();
    ingest["ingest"] = json!({"skip_rows": 1});
    assert_eq!(refused(&plain(), json!({"compare": {"other": ingest}})).0, "analysis.other_ingest");
}

#[test]
fn correlations_with_the_target_are_pandas_and_scipys() {
    let AnalysisResult::Correlations(found) = ask(&plain(), json!({"correlations": {}})) else { panic!() };
    let golden = golden("correlations");
    assert_eq!(found.pearson.names.len(), 4);
    assert!(found.pearson.values.is_sorted_by(|a, b| a.abs() >= b.abs()));
    for (place, name) in found.pearson.names.iter().enumerate() {
        let numbers =
            [found.pearson.values[place], found.pearson.lo[place], found.pearson.hi[place], found.spearman[place]];
        let expected = ["pearson", "lo", "hi", "spearman"].map(|what| golden[name][what].as_f64().unwrap());
        assert_near(&numbers, &expected, 1e-9, name);
    }
}

#[test]
fn a_leak_is_held_side_by_side_with_its_remedy() {
    let mut spec = plain();
    spec["clean"] = json!([{"rule": "keep_numeric"}, {"rule": "fill_missing", "strategy": "median"}]);
    let AnalysisResult::Leak(found) = ask(&spec, json!({"leak": {"rule": 1}})) else { panic!() };
    let golden = golden("leak");
    let of = |name: &str| found.metrics.iter().position(|metric| metric == name).unwrap();
    for name in ["r2", "rmse"] {
        let sides = [found.as_it_is[of(name)], found.behind_the_split[of(name)]];
        let expected = [&golden[0], &golden[1]].map(|side| side[name].as_f64().unwrap());
        assert_near(&sides, &expected, 1e-10, name);
    }
    // Both are what runs of the two pipelines say, to the last bit.
    for (spec, side) in [(read(&spec), &found.as_it_is), (*found.mended.clone(), &found.behind_the_split)] {
        let outcome = run(&spec, &mut Session::default());
        let Some(StepOutput::Evaluate(evaluation)) = outcome.outputs.last() else { panic!("{:?}", outcome.stopped) };
        for (name, value) in found.metrics.iter().zip(side) {
            assert_eq!(evaluation.metric(name, DataSplit::Test).unwrap().value, Some(*value), "{name}");
        }
    }
    assert_eq!(refused(&spec, json!({"leak": {"rule": 0}})).0, "analysis.no_leak");
    assert_eq!(refused(&spec, json!({"leak": {"rule": 9}})).0, "analysis.no_rule");
    spec["clean"][1] = json!({"rule": "clip_outliers"});
    assert_eq!(refused(&spec, json!({"leak": {"rule": 1}})).0, "analysis.no_remedy");
}

#[test]
fn what_cannot_be_answered_names_the_remedy() {
    let question = json!({"partial_dependence": {"feature": "colour"}});
    let (code, message) = refused(&plain(), question);
    assert_eq!((code.as_str(), message.contains("x1, x2, x3 and k")), ("analysis.no_feature", true), "{message}");
    assert_eq!(refused(&plain(), json!({"contributions": {"row": 100_000}})).0, "analysis.no_row");
    assert_eq!(refused(&plain(), json!({"contributions": {"values": {"z": 1}}})).0, "analysis.no_feature");
    assert_eq!(refused(&plain(), json!({"contributions": {"values": {"x1": [1]}}})).0, "analysis.bad_value");
    assert_eq!(refused(&plain(), json!({"bootstrap": {"n_bootstrap": 0}})).0, "analysis.bad_param");
    // What a run would fail with is said here, too.
    let mut text = plain();
    text["clean"] = json!([]);
    assert_eq!(refused(&text, json!({"learning_curve": {}})).0, "features.feature_not_numeric");
    let mut session = Session::default();
    run(&read(&plain()), &mut session);
    let nothing = PipelineSpec { train: Vec::new(), ..read(&plain()) };
    let table = session.newest_table().unwrap();
    let answer = ready(analyse(&Turns::default(), &table, None, &nothing, &Analysis::LearningCurve {}));
    assert!(matches!(answer, Err(Stop::Failed(error)) if error.code == "pipeline.no_estimator"));
}

#[test]
fn every_answer_hears_a_cancel() {
    let mut leaking = plain();
    leaking["clean"] = json!([{"rule": "keep_numeric"}, {"rule": "fill_missing", "strategy": "median"}]);
    for question in [
        json!({"learning_curve": {}}),
        json!({"bootstrap": {"n_bootstrap": 3}}),
        json!({"permutation_importance": {}}),
        json!({"regularisation_path": {"estimator": "lasso"}}),
        json!({"partial_dependence": {"feature": "x1"}}),
        json!({"contributions": {"row": 1}}),
        json!({"compare": {"other": leaking}}),
        json!({"correlations": {}}),
        json!({"leak": {"rule": 1}}),
    ] {
        let turns = Turns::default();
        ask_with(&turns, &leaking, &question).unwrap();
        for cancel_at in [1, turns.taken.get().div_ceil(2), turns.taken.get()] {
            let turns = Turns { cancel_at: Some(cancel_at), ..Turns::default() };
            assert_eq!(ask_with(&turns, &leaking, &question), Err(Stop::Cancelled), "{question} at {cancel_at}");
        }
    }
}

#[test]
fn the_python_continues_the_script_of_the_pipeline() {
    let shown = |spec: &Value, question: Value| {
        let result = ask(spec, question.clone());
        let question = serde_json::from_value(question).unwrap();
        analysis_python::script(&read(spec), Known::default(), &question, &result)
    };
    let curve = shown(&plain(), json!({"learning_curve": {}}));
    assert!(curve.starts_with("import pandas as pd\n") && curve.contains("model.fit(X_train, y_train)\n"), "{curve}");
    assert!(curve.contains("cv = list(KFold(n_splits=5, shuffle=True, random_state=42).split(X_train, y_train))\n"));
    assert!(curve.contains("model, X_train, y_train, cv=cv, scoring=scoring)\n"), "{curve}");
    let path =
        shown(&encoded(ridge(), json!("log1p")), json!({"regularisation_path": {"estimator": "lasso", "n_alphas": 5}}));
    assert!(path.contains("one = clone(model.regressor_).set_params(lasso__alpha=alpha).fit(X_train, t)\n"), "{path}");
    let mut weighted = plain();
    weighted["train"] = json!([{"estimator": "ridge", "params": {"sample_weight": "k"}}]);
    let weights = shown(&weighted, json!({"learning_curve": {}}));
    assert!(weights.contains(", params={\"sample_weight\": df.loc[X_train.index, \"k\"]})"), "{weights}");
}
