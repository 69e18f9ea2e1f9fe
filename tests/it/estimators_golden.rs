//! Every estimator of `tests/golden/estimators.json` (scikit-learn 1.9.1, made by `make_golden.py`), coefficients and metrics,
//! and the solutions from R alone against those with the rows.

use pipette::estimators::{Alphas, EstimatorSpec, Fit, Model, PathKind, fit, fit_weighted, path, solve_from_r};
use pipette::evaluate::{DataSplit, EvaluateSpec, evaluate};
use pipette::features::{DesignMatrix, FeatureSpec, design_matrix};
use pipette::linalg::RFactor;
use pipette::table::{Column, Table};
use serde_json::{Value, json};

use crate::estimators::{assert_close, floats, golden, mixed_split, mixed_table};

pub(crate) fn spec(name: &str, params: Value) -> EstimatorSpec {
    serde_json::from_value(json!({ "estimator": name, "params": params })).unwrap()
}

/// The columns less their training mean, over their training deviation (of n): scikit-learn's `StandardScaler`.
pub(crate) fn standardised(x: &DesignMatrix, train: &[u32]) -> DesignMatrix {
    let mut columns = Vec::new();
    for (name, cells) in x.names().iter().zip(x.columns()) {
        let of_train: Vec<f64> = train.iter().map(|row| cells[*row as usize]).collect();
        let mean = pipette::base::mean(&of_train);
        let scale = pipette::base::mean(&of_train.iter().map(|v| (v - mean).powi(2)).collect::<Vec<_>>()).sqrt();
        columns.push(Column::float(name, cells.iter().map(|v| (v - mean) / scale).collect()));
    }
    design(columns, x.target().to_vec(), "y")
}

pub(crate) fn design(mut columns: Vec<Column>, target: Vec<f64>, name: &str) -> DesignMatrix {
    let n = target.len();
    columns.push(Column::float(name, target));
    let spec = FeatureSpec { target: name.into(), ..FeatureSpec::default() };
    design_matrix(&Table::new(columns, n), &spec).unwrap()
}

/// Coefficients against their largest: the small ones of a fit keep fewer digits in scikit-learn too.
fn assert_coefficients(model: &Model, golden: &Value, relative: f64, what: &str) {
    let expected = floats(&golden["coef"]);
    let largest = expected.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    assert_eq!(model.coef().len(), expected.len(), "{what}");
    for (found, expected) in model.coef().iter().zip(&expected) {
        assert!((found - expected).abs() <= relative * largest, "{what}: {found:e} is not {expected:e}");
        let (is_out, theirs_is) = (*found == 0.0, expected.abs() <= relative * largest);
        assert!(is_out == theirs_is || relative > 1e-10, "{what}: the same features are left out");
    }
    assert_close_or_zero(model.intercept(), golden["intercept"].as_f64().unwrap(), relative, what);
}

fn assert_close_or_zero(found: f64, expected: f64, relative: f64, what: &str) {
    if expected == 0.0 { assert_eq!(found, 0.0, "{what}") } else { assert_close(found, expected, relative, what) }
}

fn assert_metrics(fit: &Fit, x: &DesignMatrix, golden: &Value, relative: f64, what: &str) {
    let (train, test) = mixed_split();
    let summary = evaluate(&EvaluateSpec::default(), &fit.summary.model, x, &train, &test).unwrap();
    for (split, part) in [(DataSplit::Train, "train"), (DataSplit::Test, "test")] {
        let metrics = [("mse", "mse"), ("rmse", "rmse"), ("mae", "mae"), ("r2", "r2"), ("adj_r2", "adjusted_r2")];
        let more = [("medae", "median_absolute_error"), ("max_error", "max_error"), ("mape", "mape")];
        for (name, theirs) in metrics.into_iter().chain(more).chain([("explained_variance", "explained_variance")]) {
            // A baseline has no test of the training part in the file, and no features to adjust for.
            if golden[part].is_null() || (name == "adj_r2" && golden["features"].is_null()) {
                continue;
            }
            let found = summary.metric(name, split).unwrap().value.unwrap();
            let expected = golden[part][theirs].as_f64().unwrap();
            if expected.abs() < 1e-12 {
                assert!((found - expected).abs() < 1e-12, "{what} {part} {name}: {found:e} {expected:e}");
            } else {
                assert_close(found, expected, relative, &format!("{what} {part} {name}"));
            }
        }
    }
}

/// Name in the file, estimator, and whether the columns are standardised.
fn cases() -> Vec<(&'static str, EstimatorSpec, bool)> {
    let estimators = &golden("estimators")["estimators"];
    let ridge = |alpha: f64| spec("ridge", json!({ "alpha": alpha }));
    let lasso = |alpha: f64| spec("lasso", json!({ "alpha": alpha }));
    let net = |alpha: f64, l1_ratio: f64| spec("elastic_net", json!({ "alpha": alpha, "l1_ratio": l1_ratio }));
    let number = |name: &str, key: &str| estimators[name][key].as_f64().unwrap();
    vec![
        ("ols_raw", spec("linear_regression", json!({})), false),
        ("ols_standard", spec("linear_regression", json!({})), true),
        ("ols_no_intercept", spec("linear_regression", json!({ "fit_intercept": false })), false),
        ("ols_positive", spec("linear_regression", json!({ "positive": true })), true),
        ("ridge_0.001", ridge(0.001), true),
        ("ridge_0.1", ridge(0.1), true),
        ("ridge_1", ridge(1.0), true),
        ("ridge_10", ridge(10.0), true),
        ("ridge_1000", ridge(1000.0), true),
        ("ridge_1_raw", ridge(1.0), false),
        ("lasso_0.01", lasso(0.01), true),
        ("lasso_0.1", lasso(0.1), true),
        ("lasso_1", lasso(1.0), true),
        ("lasso_5", lasso(5.0), true),
        ("elasticnet_0.1_0.5", net(0.1, 0.5), true),
        ("elasticnet_1_0.2", net(1.0, 0.2), true),
        ("elasticnet_0.5_0.9", net(0.5, 0.9), true),
        ("lasso_0.1_default_tol", spec("lasso", json!({ "alpha": 0.1, "tol": 1e-4 })), true),
        // The choice of α is validation's; here the fit for the α chosen.
        ("ridgecv_loo", ridge(number("ridgecv_loo", "alpha")), true),
        ("ridgecv_5fold", ridge(number("ridgecv_5fold", "alpha")), true),
        ("lassocv_5fold", lasso(number("lassocv_5fold", "alpha")), true),
        ("elasticnetcv", net(number("elasticnetcv", "alpha"), number("elasticnetcv", "l1_ratio")), true),
    ]
}

#[test]
fn all_estimators_equal_scikit_learns() {
    let golden = golden("estimators")["estimators"].clone();
    let (raw, (train, _)) = (mixed_table(), mixed_split());
    let standard = standardised(&raw, &train);
    let cases = cases();
    // Two more have tests of their own below.
    assert_eq!(cases.len() + 2, golden.as_object().unwrap().len());
    for (name, spec, is_standard) in cases {
        let x = if is_standard { &standard } else { &raw };
        let fit = fit(&spec, x, &train).unwrap();
        // scikit-learn's own cross-validated ones stop at tol 1e-10, relative to y².
        let relative = if name.ends_with("cv") || name.starts_with("lassocv") { 1e-6 } else { 1e-11 };
        assert_coefficients(&fit.summary.model, &golden[name], relative, name);
        assert_metrics(&fit, x, &golden[name], relative, name);
    }
}

#[test]
fn weights_and_the_baseline() {
    let golden = golden("estimators")["estimators"].clone();
    let (raw, (train, _)) = (mixed_table(), mixed_split());
    let standard = standardised(&raw, &train);
    let mut weights = vec![f64::NAN; 300];
    // `np.linspace(.5, 2, 240)`, in the order of the split.
    train.iter().enumerate().for_each(|(i, row)| weights[*row as usize] = 0.5 + 1.5 * i as f64 / 239.0);
    let weighted = spec("linear_regression", json!({ "sample_weight": "w" }));
    let found = fit_weighted(&weighted, &standard, &train, Some(weights.clone())).unwrap();
    assert_coefficients(&found.summary.model, &golden["ols_weighted"], 1e-12, "ols_weighted");
    assert!(fit(&weighted, &standard, &train).unwrap_err().to_string().contains("The weights in w"));

    let found = fit(&spec("dummy_regressor", json!({})), &standard, &train).unwrap();
    assert_close(found.summary.model.intercept(), golden["dummy_mean"]["constant"].as_f64().unwrap(), 1e-14, "mean");
    assert_metrics(&found, &standard, &golden["dummy_mean"], 1e-11, "dummy_mean");
}

/// The numeric columns standardised, then 0/1 columns of `color` and `size`, categories sorted.
fn one_hot(drop_first: bool, polynomial: bool) -> DesignMatrix {
    let (train, _) = mixed_split();
    let raw = standardised(&mixed_table(), &train);
    let mut columns: Vec<Column> =
        raw.names().iter().zip(raw.columns()).map(|(name, cells)| Column::float(name, cells.to_vec())).collect();
    if polynomial {
        let cells: Vec<Vec<f64>> = raw.columns().iter().map(|cells| cells.to_vec()).collect();
        for i in 0..4 {
            for j in i..4 {
                let product = cells[i].iter().zip(&cells[j]).map(|(a, b)| a * b).collect();
                columns.push(Column::float(format!("{i} {j}"), product));
            }
        }
    }
    let mut reader = csv::Reader::from_path("tests/cases/mixed.csv").unwrap();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.unwrap()).collect();
    for field in [4, 5] {
        // Missing colors are filled with the most frequent one of the training rows, as the golden pipeline does.
        let mut counts = std::collections::BTreeMap::new();
        train.iter().for_each(|row| *counts.entry(records[*row as usize][field].to_owned()).or_insert(0) += 1);
        counts.remove("");
        let most =
            counts.iter().fold(("", 0), |most, (name, n)| if *n > most.1 { (name.as_str(), *n) } else { most }).0;
        for category in counts.keys().skip(usize::from(drop_first)) {
            let cell = |record: &csv::StringRecord| {
                let text = if record[field].is_empty() { most } else { &record[field] };
                f64::from(u8::from(text == category))
            };
            columns.push(Column::float(category, records.iter().map(cell).collect()));
        }
    }
    design(columns, raw.target().to_vec(), "y")
}

#[test]
fn pipelines_equal_scikit_learns() {
    let golden = golden("estimators")["pipelines"].clone();
    let (train, test) = mixed_split();
    for (name, estimator, drop_first, polynomial) in [
        ("ols_onehot_first", spec("linear_regression", json!({})), true, false),
        ("ols_onehot_none", spec("linear_regression", json!({})), false, false),
        ("ridge1_onehot_none", spec("ridge", json!({ "alpha": 1.0 })), false, false),
        ("lasso0.05_onehot_none", spec("lasso", json!({ "alpha": 0.05 })), false, false),
        ("ols_poly2_onehot_first", spec("linear_regression", json!({})), true, true),
    ] {
        let x = one_hot(drop_first, polynomial);
        let fit = fit(&estimator, &x, &train).unwrap();
        assert_eq!(golden[name]["features"].as_array().unwrap().len(), x.n_features(), "{name}");
        // scikit-learn's lasso stops at a dual gap of 1e-12·‖y‖², where the columns of a category still trade places; ours goes
        // on to the optimum, so its objective is the lower one.
        let is_lasso = name.starts_with("lasso");
        let relative = if is_lasso { 1e-7 } else { 1e-10 };
        assert_coefficients(&fit.summary.model, &golden[name], relative, name);
        assert_metrics(&fit, &x, &golden[name], relative, name);
        if is_lasso {
            let objective = |coef: &[f64], intercept: f64| {
                fit.r.mse_of(coef, intercept) / 2.0 + 0.05 * coef.iter().map(|w| w.abs()).sum::<f64>()
            };
            let ours = objective(fit.summary.model.coef(), fit.summary.model.intercept());
            let theirs = objective(&floats(&golden[name]["coef"]), golden[name]["intercept"].as_f64().unwrap());
            assert!(ours <= theirs && theirs - ours <= 1e-10 * theirs, "{ours:e} {theirs:e}");
        }
        let mut predicted = Vec::new();
        fit.summary.model.predict_into(&x, &test[..5], &mut predicted);
        for (found, expected) in predicted.iter().zip(floats(&golden[name]["predict_first"])) {
            assert_close(*found, expected, relative, name);
        }
    }
}

#[test]
fn r_alone_gives_the_same_and_knows_its_own_error() {
    let (raw, (train, test)) = (mixed_table(), mixed_split());
    let standard = standardised(&raw, &train);
    let factor = |rows: &[u32]| -> RFactor {
        let mut columns = standard.columns();
        columns.push(standard.target());
        let mut r = RFactor::new(vec![0.0, 0.0, 0.0, 0.0, 40.0]);
        r.absorb_rows(&columns, rows).unwrap();
        r
    };
    let (r, of_test) = (factor(&train), factor(&test));
    for (name, spec, _) in cases() {
        let fitted = fit(&spec, &standard, &train).unwrap().summary;
        let solution = solve_from_r(&spec, &r).unwrap().unwrap();
        for (found, expected) in solution.coef.iter().zip(fitted.model.coef()) {
            assert!((found - expected).abs() <= 1e-12 * 50.0, "{name}: {found} {expected}");
        }
        // Test error without the rows, against the rows.
        let mut predicted = Vec::new();
        fitted.model.predict_into(&standard, &test, &mut predicted);
        let square = |(row, p): (&u32, &f64)| (standard.target()[*row as usize] - p).powi(2);
        let mse = test.iter().zip(&predicted).map(square).sum::<f64>() / test.len() as f64;
        assert_close(of_test.mse_of(&solution.coef, solution.intercept), mse, 1e-11, name);
        let evaluated = evaluate(&EvaluateSpec::default(), &fitted.model, &standard, &train, &test).unwrap();
        let r2 = evaluated.metric("r2", DataSplit::Test).unwrap().value.unwrap();
        assert_close(of_test.r2_of(&solution.coef, solution.intercept).unwrap(), r2, 1e-11, name);
    }
    let needs_rows = ["huber_regressor", "quantile_regressor", "logistic_regression", "random_forest_regressor"];
    assert!(needs_rows.iter().all(|name| solve_from_r(&EstimatorSpec::fresh(name).unwrap(), &r).is_none()));
}

#[test]
fn paths_are_made_of_single_solutions() {
    let (raw, (train, _)) = (mixed_table(), mixed_split());
    let standard = standardised(&raw, &train);
    let r = fit(&EstimatorSpec::default(), &standard, &train).unwrap().r;
    let golden = golden("estimators")["estimators"].clone();
    for (kind, name) in [
        (PathKind::Ridge, "ridge"),
        (PathKind::Lasso, "lasso"),
        (PathKind::ElasticNet { l1_ratio: 0.5 }, "elastic_net"),
    ] {
        let points = path(&r, kind, &Alphas::default(), true).unwrap();
        assert_eq!(points.len(), 100);
        for point in &points {
            let alone = solve_from_r(&spec(name, json!({ "alpha": point.alpha })), &r).unwrap().unwrap();
            for (found, expected) in point.coef.iter().zip(&alone.coef) {
                assert!((found - expected).abs() <= 1e-12, "{name} {}: {found} {expected}", point.alpha);
            }
            assert!((point.df - alone.df).abs() < 1e-9, "{name}");
            assert_close(point.train_mse, r.mse_of(&alone.coef, alone.intercept), 1e-12, name);
        }
        assert!(points.is_sorted_by(|a, b| a.alpha > b.alpha && a.train_mse >= b.train_mse - 1e-12));
        if name != "ridge" {
            assert!(points[0].coef.iter().all(|coef| coef.abs() < 1e-12), "all are 0 at the largest alpha");
            assert_eq!(points[1].df, 1.0);
            assert_close(points[99].alpha / points[0].alpha, 1e-3, 1e-12, "eps");
        }
    }
    // LassoCV's own grid is over all training rows: its ends are in the file.
    let ends = floats(&golden["lassocv_5fold"]["alphas_first_last"]);
    let points = path(&r, PathKind::Lasso, &Alphas::default(), true).unwrap();
    assert_close(points[0].alpha, ends[0], 1e-12, "alpha_max");
    assert_close(points[99].alpha, ends[1], 1e-12, "last alpha");
}
