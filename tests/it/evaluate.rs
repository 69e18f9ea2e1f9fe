//! The course's model on the Olist sample, and linear regression on a small mixed set, against scikit-learn 1.9.1.
//!
//! `tests/golden/olist.json` and `estimators.json`: made by `make_golden.py` with pandas 3.1.1, numpy 2.4.6, Python 3.11.7.

use pipette::estimators::{EstimatorSpec, Fit, Fitting, LinearModel, LinearRegressionParams, Model, fit};
use pipette::evaluate::{DataSplit, EvaluateError, EvaluateSpec, EvaluateSummary, Evaluating, evaluate};
use pipette::features::{DesignMatrix, FeatureSpec, design_matrix};
use pipette::table::{Column, Table};
use serde_json::Value;

use crate::estimators::{assert_close, floats, golden, mixed_split, mixed_table, read_csv};

/// Our name, and that of the golden files.
const NAMES: [(&str, &str); 9] = [
    ("mse", "mse"),
    ("rmse", "rmse"),
    ("mae", "mae"),
    ("r2", "r2"),
    ("adj_r2", "adjusted_r2"),
    ("medae", "median_absolute_error"),
    ("max_error", "max_error"),
    ("mape", "mape"),
    ("explained_variance", "explained_variance"),
];

const TESTS: [(DataSplit, &str); 2] = [(DataSplit::Train, "train"), (DataSplit::Test, "test")];

fn linear(fit_intercept: bool) -> EstimatorSpec {
    EstimatorSpec::LinearRegression(LinearRegressionParams { fit_intercept, ..LinearRegressionParams::default() })
}

fn check_metrics(summary: &EvaluateSummary, golden: &Value, relative: f64) {
    for (split, part) in TESTS {
        for (name, theirs) in NAMES {
            let found = summary.metric(name, split).unwrap().value.unwrap();
            assert_close(found, golden[part][theirs].as_f64().unwrap(), relative, &format!("{part} {name}"));
        }
    }
}

/// The course's cleaning, written out: medians into four columns, numeric columns only, two ids dropped.
fn olist(golden: &Value) -> DesignMatrix {
    let table = read_csv("tests/cases/olist.csv");
    let names = floats_as_names(&golden["model"]["features"]);
    let column = |name: &String| {
        let values = table.iter().find(|(found, _)| found == name).unwrap().1.clone();
        let mut present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        present.sort_by(f64::total_cmp);
        let median = (present[(present.len() - 1) / 2] + present[present.len() / 2]) / 2.0;
        Column::float(name, values.into_iter().map(|value| if value.is_nan() { median } else { value }).collect())
    };
    let columns: Vec<Column> = names.iter().chain([&"review_score".to_string()]).map(column).collect();
    let n_rows = columns[0].len();
    let spec = FeatureSpec { target: "review_score".into(), ..FeatureSpec::default() };
    design_matrix(&Table::new(columns, n_rows), &spec).unwrap()
}

fn floats_as_names(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn rows(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|row| row.as_u64().unwrap() as u32).collect()
}

fn judge(x: &DesignMatrix, fit: &Fit, train: &[u32], test: &[u32]) -> EvaluateSummary {
    evaluate(&EvaluateSpec::default(), &fit.summary.model, x, train, test).unwrap()
}

#[test]
fn the_courses_model_on_olist() {
    let golden = golden("olist");
    let x = olist(&golden);
    let (train, test) = (rows(&golden["split"]["train"]), rows(&golden["split"]["test"]));
    let fit = fit(&linear(true), &x, &train).unwrap();
    let model = &golden["model"];
    assert_eq!(x.names(), floats_as_names(&model["features"]));
    for (found, expected) in fit.summary.model.coef().iter().zip(floats(&model["coef"])) {
        assert_close(*found, expected, 1e-9, "coefficient");
    }
    // The golden file has the same solution refined in 80 bits too: 12 digits and more of every coefficient.
    for (found, expected) in fit.summary.model.coef().iter().zip(floats(&model["coef_refined"])) {
        assert_close(*found, expected, 1e-12, "refined coefficient");
    }
    assert_close(fit.summary.model.intercept(), model["intercept"].as_f64().unwrap(), 1e-12, "intercept");
    assert_eq!((fit.summary.rank, fit.summary.warnings.len()), (12, 0));

    let summary = judge(&x, &fit, &train, &test);
    assert_eq!((summary.n_train, summary.n_test), (4000, 1000));
    check_metrics(&summary, &golden["metrics"], 1e-9);

    let first = floats(&golden["predict_first_test_rows"]);
    let mut predicted = Vec::new();
    fit.summary.model.predict_into(&x, &test[..first.len()], &mut predicted);
    predicted.iter().zip(first).for_each(|(found, expected)| assert_close(*found, expected, 1e-12, "prediction"));
}

#[test]
fn with_and_without_intercept_on_the_mixed_set() {
    let golden = golden("estimators");
    let (x, (train, test)) = (mixed_table(), mixed_split());
    for (fit_intercept, name) in [(true, "ols_raw"), (false, "ols_no_intercept")] {
        let golden = &golden["estimators"][name];
        let fit = fit(&linear(fit_intercept), &x, &train).unwrap();
        for (found, expected) in fit.summary.model.coef().iter().zip(floats(&golden["coef"])) {
            assert_close(*found, expected, 1e-11, name);
        }
        assert_close(fit.summary.model.intercept(), golden["intercept"].as_f64().unwrap(), 1e-11, name);
        check_metrics(&judge(&x, &fit, &train, &test), golden, 1e-11);
    }
    // Always guessing the mean is scikit-learn's DummyRegressor.
    let summary = judge(&x, &fit(&linear(true), &x, &train).unwrap(), &train, &test);
    let dummy = &golden["estimators"]["dummy_mean"]["test"];
    for (name, theirs) in NAMES.into_iter().filter(|(name, _)| *name != "adj_r2") {
        let found = summary.metric(name, DataSplit::Test).unwrap().baseline.unwrap();
        assert_close(found, dummy[theirs].as_f64().unwrap(), 1e-11, &format!("baseline {name}"));
    }
}

#[test]
fn steps_change_no_bit() {
    let golden = golden("olist");
    let x = olist(&golden);
    let (train, test) = (rows(&golden["split"]["train"]), rows(&golden["split"]["test"]));
    let spec = linear(true);
    let whole = fit(&spec, &x, &train).unwrap();
    let mut shuffled = train.clone();
    shuffled.reverse();
    let mut fitting = Fitting::new(&spec, &x, &shuffled, None).unwrap();
    assert_eq!(fitting.progress(), (0, 8000));
    let mut steps = 0;
    while fitting.step(700).unwrap() {
        steps += 1;
    }
    assert_eq!((fitting.progress(), steps), ((8000, 8000), 7));
    assert_eq!(fitting.finish().unwrap(), whole);

    let model = &whole.summary.model;
    let spec = EvaluateSpec::default();
    let mut evaluating = Evaluating::new(&spec, model, &x, &shuffled, &test).unwrap();
    while evaluating.step(512) {}
    assert_eq!(evaluating.progress(), (5000, 5000));
    assert_eq!(evaluating.finish().unwrap(), judge(&x, &whole, &train, &test));
}

#[test]
fn the_plots_hold_every_test_row_once() {
    let golden = golden("olist");
    let x = olist(&golden);
    let (train, test) = (rows(&golden["split"]["train"]), rows(&golden["split"]["test"]));
    let summary = judge(&x, &fit(&linear(true), &x, &train).unwrap(), &train, &test);
    let plot = &summary.predicted_actual;
    assert!(plot.discrete);
    assert_eq!(plot.columns.iter().map(|column| column.actual_min).collect::<Vec<_>>(), [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(plot.columns.iter().map(|column| column.n).sum::<u64>(), 1000);
    assert!(plot.columns.iter().all(|column| column.counts.iter().sum::<u64>() == column.n));
    assert_eq!(summary.residuals.histogram.counts.iter().sum::<u64>(), 1000);
    assert_eq!((summary.residuals.points.len(), summary.residuals.is_sample), (1000, false));
    // Residuals' mean and spread follow from golden metrics: mse = mean² + var, and explained variance has var alone.
    let test = &golden["metrics"]["test"];
    let variance = summary.residuals.sd.powi(2) * 999.0 / 1000.0;
    assert_close(summary.residuals.mean.powi(2) + variance, test["mse"].as_f64().unwrap(), 1e-11, "mse from residuals");
    let ratio = (1.0 - test["explained_variance"].as_f64().unwrap()) / (1.0 - test["r2"].as_f64().unwrap());
    assert_close(variance / test["mse"].as_f64().unwrap(), ratio, 1e-11, "variance of residuals");
    assert!(!summary.is_on_training_rows());
}

#[test]
fn without_test_rows_the_training_rows_are_judged() {
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let fit = fit(&linear(true), &x, &train).unwrap();
    let summary = judge(&x, &fit, &train, &[]);
    assert!(summary.is_on_training_rows());
    assert_eq!((summary.n_test, summary.n_train), (240, 240));
    let golden = &golden("estimators")["estimators"]["ols_raw"]["train"]["r2"];
    for (split, _) in TESTS {
        let r2 = summary.metric("r2", split).unwrap().value.unwrap();
        assert_close(r2, golden.as_f64().unwrap(), 1e-11, "r2 of the training rows");
    }
}

#[test]
fn what_cannot_be_judged_is_an_error() {
    let (x, (train, test)) = (mixed_table(), mixed_split());
    let model = Model::Linear(LinearModel { features: x.names(), coef: vec![1e308; 4], intercept: 0.0 });
    let spec = EvaluateSpec::default();
    assert_eq!(evaluate(&spec, &model, &x, &[], &test), Err(EvaluateError::NoRows));
    let first = *test.iter().min().unwrap();
    let error = evaluate(&spec, &model, &x, &train, &test).unwrap_err();
    assert_eq!(error, EvaluateError::NotFinite { row: u64::from(first) + 1 });
    let other = Model::Linear(LinearModel { features: vec!["x1".into()], coef: vec![1.0], intercept: 0.0 });
    assert_eq!(evaluate(&spec, &other, &x, &train, &test), Err(EvaluateError::OtherColumns));
}
