//! Cross-validation, sweeps, curves, bootstrap, comparison and importance, against scikit-learn 1.9.1, numpy and SciPy:
//! `golden/estimators.json`, and `golden/validation.json` made by `tests/python/validation.py`.

use std::time::Instant;

use nalgebra::{DMatrix, DVector};
use pipette::base::Coded;
use pipette::evaluate::Task;
use pipette::features::{FeatureSpec, design_matrix};
use pipette::linalg::{LinalgError, RFactor, SolveOptions};
use pipette::split::RandomState;
use pipette::split::cv::{CvSpec, Fold, Folds};
use pipette::table::{Column, Table};
use pipette::validation::{
    Bootstrapping, Coefficients, CrossValidating, CvSummary, FoldFactoring, LearningCurving, MetricBootstrapping,
    Preference, RowValidating, SHARES, ValidationError, compare, cross_validate, cross_validation_python, fold_factors,
    grid, learning_curve, log_space, permutation_importance, random_search, score, sweep, sweep_prepared,
};
use proptest::prelude::{any, prop_assert, proptest};
use serde_json::{Map, Value, json};

use crate::estimators::{assert_close, floats, golden, mixed_split, mixed_table};

fn ols(r: &RFactor) -> Result<Coefficients, LinalgError> {
    let solution = r.solve(SolveOptions { fit_intercept: true, tol: None })?;
    Ok((solution.coef, solution.intercept))
}

/// A fold prepared for ridge: the centred triangle's singular value decomposition, and means.
struct Prepared {
    values: DVector<f64>,
    v: DMatrix<f64>,
    along: DVector<f64>,
    means: Vec<f64>,
}

fn prepare(r: &RFactor) -> Result<Prepared, LinalgError> {
    let p = r.n_features();
    let a = DMatrix::from_fn(p, p, |i, j| r.entry(i + 1, j + 1));
    let b = DVector::from_fn(p, |i, _| r.entry(i + 1, p + 1));
    let svd = a.svd(true, true);
    Ok(Prepared {
        along: svd.u.unwrap().tr_mul(&b),
        v: svd.v_t.unwrap().transpose(),
        values: svd.singular_values,
        means: r.means(),
    })
}

fn ridge(fold: &Prepared, alpha: &f64) -> Result<Coefficients, LinalgError> {
    let shrunken =
        DVector::from_fn(fold.values.len(), |i, _| fold.along[i] * fold.values[i] / (fold.values[i].powi(2) + alpha));
    let coef = &fold.v * shrunken;
    let p = coef.len();
    let intercept = fold.means[p] - coef.iter().zip(&fold.means).map(|(coef, mean)| coef * mean).sum::<f64>();
    Ok((coef.iter().copied().collect(), intercept))
}

fn draw(spec: &Value, n: usize) -> Folds {
    serde_json::from_value::<CvSpec>(spec.clone()).unwrap().draw(n, None).unwrap()
}

fn unshuffled(n: usize, n_splits: u32) -> Folds {
    draw(&json!({"kind": "k_fold", "n_splits": n_splits, "shuffle": false}), n)
}

#[track_caller]
fn assert_list(found: &[f64], expected: &[f64], relative: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    found.iter().zip(expected).for_each(|(found, expected)| assert_close(*found, *expected, relative, what));
}

#[test]
fn five_folds_are_scikit_learns() {
    let golden = golden("estimators");
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let found = cross_validate(&x, &train, &unshuffled(240, 5), ols).unwrap();
    let expected = &golden["cross_validate_cv5"];
    let minus = |name: &str| floats(&expected[name]).iter().map(|value| -value).collect::<Vec<_>>();
    assert_list(&found.summary.of_folds("r2"), &floats(&expected["test_r2"]), 1e-10, "r2");
    assert_list(&found.summary.of_folds("mse"), &minus("test_neg_mean_squared_error"), 1e-10, "mse");
    assert_list(&found.summary.of_folds("mae"), &minus("test_neg_mean_absolute_error"), 1e-10, "mae");
    assert_list(&found.summary.of_folds("rmse"), &minus("test_neg_root_mean_squared_error"), 1e-10, "rmse");
    let train_of = |of: fn(&pipette::validation::FactorScore) -> f64| -> Vec<f64> {
        found.summary.folds.iter().map(|fold| of(fold.train.as_ref().unwrap())).collect()
    };
    assert_list(&train_of(|s| s.r2.unwrap()), &floats(&expected["train_r2"]), 1e-10, "train r2");
    assert_list(&train_of(|s| s.mse), &minus("train_neg_mean_squared_error"), 1e-10, "train mse");
    let predictions = found.predictions.unwrap();
    assert_list(&predictions[..8], &floats(&golden["cross_val_predict_cv5_first"]), 1e-11, "predictions");
    // Without touching the data, from the test factors.
    let from_factors: Vec<f64> =
        found.models.iter().zip(&found.factors.test).map(|((coef, b), r)| score(r, (coef, *b)).mse).collect();
    assert_list(&from_factors, &minus("test_neg_mean_squared_error"), 1e-10, "mse from factors");

    let shuffled = draw(&json!({"kind": "k_fold", "n_splits": 5, "shuffle": true, "random_state": 42}), 240);
    let found = cross_validate(&x, &train, &shuffled, ols).unwrap().summary;
    assert_list(&found.of_folds("r2"), &floats(&golden["cross_val_score"]["kfold_shuffle42_r2"]), 1e-10, "r2");
    let r2 = floats(&golden["cross_val_score"]["kfold_shuffle42_r2"]);
    let mean = r2.iter().sum::<f64>() / 5.0;
    let sd = (r2.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 4.0).sqrt();
    let (found_mean, found_sd) = found.metric("r2").unwrap();
    assert_close(found_mean, mean, 1e-10, "mean");
    assert_close(found_sd.unwrap(), sd, 1e-9, "sd");
    assert_eq!((found.n_folds, found.folds[0].n_train, found.folds[0].n_test), (5, 192, 48));
    assert!(found.mean.iter().all(|metric| metric.split.as_str() == "cv" && metric.baseline.is_some()));
}

#[test]
fn folds_that_overlap_are_scikit_learns_too_by_factors_and_by_rows() {
    let golden = golden("validation");
    let (x, (train, _)) = (mixed_table(), mixed_split());
    for (name, case) in golden["cv"].as_object().unwrap() {
        let folds = draw(&case["spec"], 240);
        let by_factors = cross_validate(&x, &train, &folds, ols).unwrap();
        assert_eq!(by_factors.predictions.is_some(), name == "k_fold");
        let columns = x.columns();
        let mut validating = RowValidating::new(x.target(), &train, &folds, 4).unwrap();
        let fit = |rows: &[u32]| {
            let fitted = pipette::estimators::fit(
                &serde_json::from_str(r#"{"estimator": "linear_regression"}"#).unwrap(),
                &x,
                rows,
            )?;
            let columns = &columns;
            Ok::<_, pipette::estimators::EstimatorError>(move |rows: &[u32]| {
                let mut predicted = Vec::new();
                fitted.summary.model.predict_columns(columns, rows, &mut predicted);
                predicted
            })
        };
        while validating.step(fit).unwrap() {}
        let (by_rows, predictions) = validating.finish();
        assert_eq!(predictions.is_some(), name == "k_fold");
        for summary in [&by_factors.summary, &by_rows] {
            for (metric, expected) in case["test"].as_object().unwrap() {
                assert_list(&summary.of_folds(metric), &floats(expected), 1e-9, &format!("{name} {metric}"));
            }
        }
        for (i, fold) in by_factors.summary.folds.iter().enumerate() {
            let found = fold.train.unwrap();
            assert_close(found.mse, floats(&case["train"]["mse"])[i], 1e-10, name);
            assert_close(found.r2.unwrap(), floats(&case["train"]["r2"])[i], 1e-10, name);
        }
    }
    let folds = draw(&json!({"kind": "leave_one_out"}), 240);
    let found = cross_validate(&x, &train, &folds, ols).unwrap();
    let expected = &golden["leave_one_out"];
    assert_list(&found.predictions.unwrap(), &floats(&expected["predict"]), 1e-10, "left out");
    let pooled = found.summary.pooled.as_ref().unwrap();
    let value = |name: &str| pooled.iter().find(|metric| metric.name == name).unwrap().value.unwrap();
    assert_close(value("mse"), expected["mse"].as_f64().unwrap(), 1e-10, "mse");
    assert_close(value("r2"), expected["r2"].as_f64().unwrap(), 1e-10, "r2");
    // One row has no r2 of its own, so the mean has none.
    assert_eq!((found.summary.metric("r2"), found.summary.n_folds, found.summary.folds.len()), (None, 240, 200));
}

#[test]
fn curves_are_scikit_learns() {
    let golden = golden("estimators");
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let folds = unshuffled(240, 5);
    let curve = learning_curve(&x, &train, &folds, ols).unwrap();
    let expected = &golden["learning_curve"];
    let sizes: Vec<f64> = curve.points.iter().map(|point| point.n_train as f64).collect();
    assert_eq!(sizes, floats(&expected["sizes"]));
    for (i, point) in curve.points.iter().enumerate() {
        let r2 = |scores: &[pipette::validation::FactorScore]| scores.iter().map(|s| s.r2.unwrap()).collect::<Vec<_>>();
        assert_list(&r2(&point.train), &floats(&expected["train_r2"][i]), 1e-9, "train");
        assert_list(&r2(&point.test), &floats(&expected["test_r2"][i]), 1e-9, "test");
    }
    // The generator's validation curve is over columns standardised by all training rows.
    let standard = &golden["transformers"]["standard"];
    let (means, scales) = (floats(&standard["mean"]), floats(&standard["scale"]));
    let columns = x.columns().into_iter().zip(x.names()).enumerate().map(|(j, (column, name))| {
        Column::float(name, column.iter().map(|value| (value - means[j]) / scales[j]).collect())
    });
    let columns = columns.chain([Column::float("y", x.target().to_vec())]).collect();
    let spec = FeatureSpec { target: "y".into(), ..FeatureSpec::default() };
    let scaled = design_matrix(&Table::new(columns, 300), &spec).unwrap();
    let factors = fold_factors(&scaled, &train, &folds).unwrap();
    let table = sweep_prepared(&factors, &[0.1, 1.0, 10.0], prepare, ridge).unwrap();
    let expected = &golden["validation_curve_ridge"];
    for (i, cells) in table.cells.iter().enumerate() {
        let test: Vec<f64> = cells.iter().map(|cell| cell.test.r2.unwrap()).collect();
        let train: Vec<f64> = cells.iter().map(|cell| cell.train.r2.unwrap()).collect();
        assert_list(&test, &floats(&expected["test_r2"][i]), 1e-10, "test");
        assert_list(&train, &floats(&expected["train_r2"][i]), 1e-10, "train");
    }
}

#[test]
fn a_sweep_finds_the_best_and_the_simplest_near_it() {
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let factors = fold_factors(&x, &train, &unshuffled(240, 5)).unwrap();
    let alphas = log_space(1e-2, 1e8, 60);
    assert_eq!((alphas[0], alphas[59]), (1e-2, 1e8));
    assert_close(alphas[30] / alphas[29], alphas[1] / alphas[0], 1e-12, "ratio");
    let table = sweep_prepared(&factors, &alphas, prepare, ridge).unwrap();
    let slow = sweep(&factors, &alphas, |alpha, r| ridge(&prepare(r)?, alpha)).unwrap();
    assert_eq!(table, slow);
    assert!(table.mean.iter().all(|mean| *mean >= table.mean[table.best]));
    let simple = table.one_standard_error(|candidate| -alphas[candidate]);
    let limit = table.mean[table.best] + table.se[table.best];
    assert!(simple > table.best && table.mean[simple] <= limit && table.mean[simple + 1] > limit);
    assert_eq!(sweep(&factors, &[] as &[f64], |_, r| ols(r)).unwrap_err().code(), "validation.no_candidates");
    let bad = |_: &f64, _: &RFactor| Err::<Coefficients, _>(LinalgError::NoConvergence);
    let error = sweep(&factors, &[1.0], bad).unwrap_err();
    assert_eq!(error.code(), "linalg.no_convergence");
    assert!(error.to_string().starts_with("Fold 1: "));
}

/// Says how long a thousand candidates take; nothing is asserted of it, as the machine may be busy.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
fn a_thousand_candidates_in_ten_folds() {
    let n = 5000;
    let mut random = RandomState::new(1);
    let mut columns: Vec<Column> =
        (0..12).map(|j| Column::float(format!("x{j}"), (0..n).map(|_| random.standard_normal()).collect())).collect();
    columns.push(Column::float("y", (0..n).map(|_| random.standard_normal()).collect()));
    let spec = FeatureSpec { target: "y".into(), ..FeatureSpec::default() };
    let x = design_matrix(&Table::new(columns, n), &spec).unwrap();
    let rows: Vec<u32> = (0..n as u32).collect();
    let factors = fold_factors(&x, &rows, &unshuffled(n, 10)).unwrap();
    let alphas = log_space(1e-4, 1e6, 1000);
    let started = Instant::now();
    let table = sweep_prepared(&factors, &alphas, prepare, ridge).unwrap();
    println!("1,000 alphas × 10 folds, 12 features: {:?}", started.elapsed());
    assert_eq!((table.cells.len(), table.cells[0].len()), (1000, 10));
}

#[test]
fn candidates_are_in_scikit_learns_order() {
    let golden = golden("splitters");
    let map = |value: &Value| value.as_object().unwrap().clone();
    let list = |value: &Value| value.as_array().unwrap().iter().map(map).collect::<Vec<Map<String, Value>>>();
    assert_eq!(grid(&map(&golden["grid"]["param_grid"])).unwrap(), list(&golden["grid"]["candidates"]));
    for case in golden["sampled"].as_array().unwrap() {
        let n_iter = usize::try_from(case["n_iter"].as_u64().unwrap()).unwrap();
        let seed = u32::try_from(case["random_state"].as_u64().unwrap()).unwrap();
        let found = random_search(&map(&case["param_grid"]), n_iter, seed).unwrap();
        assert_eq!(found, list(&case["candidates"]), "{n_iter} of seed {seed}");
    }
    let refused = |params: Value| grid(params.as_object().unwrap()).unwrap_err().code();
    assert_eq!(refused(json!({"alpha": []})), "validation.no_values");
    let many: Vec<u32> = (0..400).collect();
    assert_eq!(refused(json!({"a": many, "b": many})), "validation.too_many_candidates");
    assert_eq!(grid(json!({"alpha": 1}).as_object().unwrap()).unwrap().len(), 1);
}

#[test]
fn resamples_are_numpys() {
    let golden = golden("validation");
    let (x, (train, test)) = (mixed_table(), mixed_split());
    let mut bootstrapping = Bootstrapping::new(&x, &train, 50, 11).unwrap();
    while bootstrapping.step(7, ols).unwrap() {}
    assert_eq!(bootstrapping.progress(), (50, 50));
    let summary = bootstrapping.finish(0.9).unwrap();
    let expected = &golden["bootstrap_coef"];
    for (i, interval) in summary.intervals.iter().enumerate() {
        for (found, name) in
            [(interval.mean, "mean"), (interval.se.unwrap(), "se"), (interval.lo, "lo"), (interval.hi, "hi")]
        {
            assert_close(found, floats(&expected[name])[i], 1e-9, &interval.name);
        }
    }
    assert_eq!((summary.n_resamples, summary.n_failed, summary.intervals.len()), (50, 0, 5));

    let (_, predicted) = {
        let factors = fold_factors(&x, &train, &unshuffled(240, 2)).unwrap();
        let whole = factors.test[0].merge(&factors.test[1]).unwrap();
        let (coef, intercept) = ols(&whole).unwrap();
        let cell = |row: u32| {
            x.columns().iter().zip(&coef).fold(intercept, |sum, (column, coef)| sum + coef * column[row as usize])
        };
        (intercept, test.iter().map(|row| cell(*row)).collect::<Vec<f64>>())
    };
    let actual: Vec<f64> = test.iter().map(|row| x.target()[*row as usize]).collect();
    let mut bootstrapping = MetricBootstrapping::new(&actual, &predicted, (Task::Regression, 4), 50, 11).unwrap();
    while bootstrapping.step(20) {}
    let summary = bootstrapping.finish(0.9).unwrap();
    let mse = summary.intervals.iter().find(|interval| interval.name == "mse").unwrap();
    for (found, name) in [(mse.mean, "mean"), (mse.se.unwrap(), "se"), (mse.lo, "lo"), (mse.hi, "hi")] {
        assert_close(found, golden["bootstrap_mse"][name].as_f64().unwrap(), 1e-9, name);
    }
    let bootstrapping = Bootstrapping::new(&x, &train, 0, 11).unwrap_err();
    assert_eq!(bootstrapping.code(), "validation.zero");
    let mut failing = Bootstrapping::new(&x, &train, 3, 11).unwrap();
    while failing.step(1, |_| Err::<Coefficients, _>(LinalgError::NoRows)).unwrap() {}
    assert_eq!(failing.finish(0.9).unwrap_err().code(), "validation.all_resamples_failed");
}

#[test]
fn comparisons_are_corrected_and_say_what_they_can_tell() {
    let golden = &golden("validation")["compare"];
    let (a, b) = (floats(&golden["a"]), floats(&golden["b"]));
    let found = compare("rmse", ("linear_regression", &a), ("ridge", &b), (192.0, 48.0), 0.95).unwrap();
    let number = |name: &str| golden[name].as_f64().unwrap();
    for (found, name) in [
        (found.difference, "difference"),
        (found.se, "se"),
        (found.t.unwrap(), "t"),
        (found.p.unwrap(), "p"),
        (found.lo, "lo"),
        (found.hi, "hi"),
    ] {
        assert_close(found, number(name), 1e-9, name);
    }
    let verdict = |metric: &str, a: &[f64], b: &[f64]| {
        let found = compare(metric, ("A", a), ("B", b), (80.0, 20.0), 0.95).unwrap();
        (found.preference, found.verdict)
    };
    // Differences of sd 0.00707: 2.776 · √(1/5 + 20/80) · 0.00707 = 0.0132.
    let (one, two) = ([1.0, 1.1, 0.9, 1.05, 0.95], [0.51, 0.6, 0.4, 0.54, 0.45]);
    assert_eq!(verdict("rmse", &one, &two), (Preference::B, "B is better by 0.50 ± 0.013 rmse.".into()));
    assert_eq!(verdict("r2", &one, &two).0, Preference::A);
    let close = [1.02, 1.05, 0.95, 1.1, 0.85];
    let (preference, text) = verdict("rmse", &one, &close);
    assert_eq!(preference, Preference::CannotTell);
    assert!(text.starts_with("Cannot tell A and B apart"), "{text}");
    assert_eq!(verdict("rmse", &one, &one).1, "A and B give the same rmse in every fold.");
    let error = compare("rmse", ("A", &one), ("B", &two[..3]), (80.0, 20.0), 0.95).unwrap_err();
    assert_eq!(error, ValidationError::OtherFolds { a: 5, b: 3 });
}

#[test]
fn importances_are_scikit_learns_shuffle_for_shuffle() {
    let golden = &golden("estimators")["permutation_importance"];
    let (x, (train, test)) = (mixed_table(), mixed_split());
    let factors = fold_factors(&x, &train, &unshuffled(240, 2)).unwrap();
    let (coef, intercept) = ols(&factors.test[0].merge(&factors.test[1]).unwrap()).unwrap();
    let (names, columns) = (x.names(), x.columns());
    let found = permutation_importance(&names, &columns, x.target(), &test, (&coef, intercept), ("r2", 5, 42)).unwrap();
    for (i, feature) in found.features.iter().enumerate() {
        // Differences of numbers near 1: absolute.
        for (found, expected) in feature.importances.iter().zip(floats(&golden["importances"][i])) {
            assert!((found - expected).abs() < 1e-12, "{}: {found} {expected}", feature.name);
        }
        assert!((feature.mean - floats(&golden["mean"])[i]).abs() < 1e-12);
        assert!((feature.sd - floats(&golden["std"])[i]).abs() < 1e-12);
    }
    let refused = permutation_importance(&names, &columns, x.target(), &test, (&coef, intercept), ("r2", 0, 42));
    assert_eq!(refused.unwrap_err().code(), "validation.zero");
    let refused = permutation_importance(&names, &columns, x.target(), &test, (&coef, intercept), ("r3", 5, 42));
    assert_eq!(refused.unwrap_err(), ValidationError::UnknownMetric { name: "r3".into() });
}

#[test]
fn steps_of_any_size_give_the_same_bits() {
    let (x, (train, test)) = (mixed_table(), mixed_split());
    let rows: Vec<u32> = train.iter().chain(&test).copied().cycle().take(3000).collect();
    for spec in [json!({"kind": "k_fold"}), json!({"kind": "shuffle_split", "n_splits": 3})] {
        let folds = draw(&spec, 3000);
        let whole = cross_validate(&x, &rows, &folds, ols).unwrap();
        let mut validating = CrossValidating::new(&x, &rows, &folds, ols).unwrap();
        let mut n_steps = 0;
        while validating.step(1).unwrap() {
            n_steps += 1;
            let (done, all) = validating.progress();
            assert!(done <= all);
        }
        assert!(n_steps > 6);
        let stepped = validating.finish().unwrap();
        assert_eq!(stepped.summary, whole.summary);
        assert_eq!((stepped.factors, stepped.models), (whole.factors, whole.models));
        let mut factoring = FoldFactoring::new(&x, &rows, &folds).unwrap();
        while factoring.step(700).unwrap() {}
        let (done, all) = factoring.progress();
        assert_eq!(done, all);
        let curve = learning_curve(&x, &rows, &folds, ols).unwrap();
        let mut curving = LearningCurving::new(&x, &rows, &folds, &SHARES).unwrap();
        while curving.step(1, &ols).unwrap() {}
        let (done, all) = curving.progress();
        assert_eq!((done, curving.finish()), (all, curve));
    }
}

#[test]
fn folds_as_python() {
    let python = |spec: Value| cross_validation_python(&serde_json::from_value(spec).unwrap());
    // `tests/python/check_report.py` runs this very text with scikit-learn.
    let text = python(json!({"kind": "k_fold", "n_splits": 5, "shuffle": true, "random_state": 42}));
    assert_eq!(text, include_str!("../golden/cross_validation.py"));
    let groups = python(json!({"kind": "group_k_fold", "groups": "customer \"id\""}));
    assert!(
        groups.contains(r#"cv = GroupKFold(n_splits=5)"#)
            && groups.contains(r#"groups=df.loc[train, "customer \"id\""]"#)
    );
    let strata = python(json!({"kind": "stratified_k_fold", "stratify": "state"}));
    assert!(strata.contains(r#".split(X_train, df.loc[train, "state"]))"#));
}

#[test]
fn folds_that_do_not_fit_are_refused() {
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let code = |rows: &[u32], folds: &Folds| cross_validate(&x, rows, folds, ols).unwrap_err().code();
    assert_eq!(code(&train, &unshuffled(100, 5)), "validation.other_rows");
    assert_eq!(code(&[], &unshuffled(100, 5)), "validation.no_rows");
    assert_eq!(code(&[0, 1, 900], &unshuffled(3, 3)), "validation.other_rows");
    let empty = Folds { n_rows: 240, folds: vec![Fold { test: vec![1], train: Some(Vec::new()) }] };
    assert_eq!(code(&train, &empty), "validation.empty_fold");
    let short = |_: &RFactor| Ok::<_, LinalgError>((vec![1.0], 0.0));
    let error = cross_validate(&x, &train, &unshuffled(240, 5), short).unwrap_err();
    assert_eq!(error.code(), "validation.coefficients");
}

fn means(summary: &CvSummary) -> Vec<f64> {
    summary.mean.iter().filter_map(|metric| metric.value).collect()
}

proptest! {
    #[test]
    fn any_order_of_the_folds_gives_the_same_mean(seed in any::<u32>()) {
        let (x, (train, _)) = (mixed_table(), mixed_split());
        let folds = draw(&json!({"kind": "k_fold", "n_splits": 6, "random_state": seed}), 240);
        let mut turned = folds.clone();
        RandomState::new(seed).shuffle(&mut turned.folds);
        let (one, other) = (cross_validate(&x, &train, &folds, ols).unwrap(), cross_validate(&x, &train, &turned, ols).unwrap());
        for (a, b) in means(&one.summary).iter().zip(means(&other.summary)) {
            prop_assert!((a - b).abs() <= 1e-11 * b.abs(), "{a} {b}");
        }
        // A factor's error is that of its rows.
        for ((coef, intercept), (test, fold)) in one.models.iter().zip(one.factors.test.iter().zip(&one.summary.folds)) {
            let mse = fold.metrics.iter().find(|metric| metric.name == "mse").unwrap().value.unwrap();
            prop_assert!((score(test, (coef, *intercept)).mse - mse).abs() <= 1e-11 * mse);
        }
    }
}
