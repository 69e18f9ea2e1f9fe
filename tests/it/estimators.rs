//! Linear regression's coefficients, inference and warnings, against scikit-learn 1.9.1 and statsmodels 0.15.0.

use pipette::base::Coded;
use pipette::estimators::{EstimatorError, EstimatorSpec, Fit, LinearRegressionParams, TrainSummary, fit};
use pipette::features::{DesignMatrix, FeatureSpec, design_matrix};
use pipette::table::{Column, Table};
use serde_json::Value;

#[track_caller]
pub(crate) fn assert_close(actual: f64, expected: f64, relative: f64, what: &str) {
    let difference = (actual - expected).abs();
    assert!(difference <= relative * expected.abs(), "{what}: {actual:e} is not {expected:e} within {relative:e}");
}

pub(crate) fn golden(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(format!("tests/golden/{name}.json")).unwrap()).unwrap()
}

pub(crate) fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Columns of a file by name; a cell that is no number is NaN.
pub(crate) fn read_csv(path: &str) -> Vec<(String, Vec<f64>)> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut columns: Vec<(String, Vec<f64>)> =
        reader.headers().unwrap().iter().map(|name| (name.to_owned(), Vec::new())).collect();
    for record in reader.records() {
        for (cell, column) in record.unwrap().iter().zip(&mut columns) {
            column.1.push(cell.trim().parse().unwrap_or(f64::NAN));
        }
    }
    columns
}

/// The generator's numeric features, with the median of the *training* rows in missing cells, as its SimpleImputer does.
pub(crate) fn mixed_table() -> DesignMatrix {
    let means = floats(&golden("estimators")["transformers"]["imputer_median"]["statistics"]);
    let columns = read_csv("tests/cases/mixed.csv");
    let column = |name: &str, fill: f64| {
        let values = &columns.iter().find(|(found, _)| found == name).unwrap().1;
        Column::float(name, values.iter().map(|value| if value.is_nan() { fill } else { *value }).collect())
    };
    let columns = vec![
        column("x1", means[0]),
        column("x2", means[1]),
        column("x3", means[2]),
        column("k", means[3]),
        column("y", f64::NAN),
    ];
    design(columns, "y")
}

/// `train_test_split(range(300), test_size=0.2, random_state=42)`.
///
/// numpy's legacy shuffle, written out: MT19937, masked rejection, Fisher–Yates from the end.
pub(crate) fn mixed_split() -> (Vec<u32>, Vec<u32>) {
    let mut random = rand_mt::Mt::new(42);
    let mut rows: Vec<u32> = (0..300).collect();
    for last in (1..300_u32).rev() {
        let mask = last.next_power_of_two() * 2 - 1;
        let mask = if last.is_power_of_two() { mask } else { mask >> 1 };
        let other = loop {
            let drawn = random.next_u32() & mask;
            if drawn <= last {
                break drawn;
            }
        };
        rows.swap(last as usize, other as usize);
    }
    let train = rows.split_off(60);
    (train, rows)
}

fn design(columns: Vec<Column>, target: &str) -> DesignMatrix {
    let n_rows = columns[0].len();
    let spec = FeatureSpec { target: target.into(), ..FeatureSpec::default() };
    design_matrix(&Table::new(columns, n_rows), &spec).unwrap()
}

fn linear(fit_intercept: bool, tol: Option<f64>) -> EstimatorSpec {
    EstimatorSpec::LinearRegression(LinearRegressionParams { fit_intercept, tol, ..LinearRegressionParams::default() })
}

fn fit_all(x: &DesignMatrix, spec: &EstimatorSpec) -> Result<Fit, EstimatorError> {
    let rows: Vec<u32> = (0..x.n_rows() as u32).collect();
    fit(spec, x, &rows)
}

fn codes(summary: &TrainSummary) -> Vec<&str> {
    summary.warnings.iter().map(|warning| warning.code.as_str()).collect()
}

/// A file of `golden/messy.json` and what `LinearRegression` of scikit-learn 1.9.1 says of it.
fn messy(name: &str) -> (DesignMatrix, Value) {
    let columns = read_csv(&format!("tests/cases/linear/{name}.csv"));
    let columns = columns.into_iter().map(|(name, values)| Column::float(name, values)).collect();
    (design(columns, "y"), golden("linear")["cases"][name]["sklearn"].clone())
}

#[test]
fn rank_deficient_fits_are_scikit_learns_minimum_norm() {
    for (name, warnings) in [
        ("collinear", vec!["rank_deficient"]),
        ("n_less_than_p", vec!["fewer_rows_than_features", "rank_deficient"]),
        ("constant_column", vec!["constant_feature"]),
    ] {
        let (x, golden) = messy(name);
        let summary = fit_all(&x, &linear(true, None)).unwrap().summary;
        for (found, expected) in summary.model.coef().iter().zip(floats(&golden["coef"])) {
            // Written with 16 digits; the shortest solution of a nearly singular system keeps about 14.
            assert!((found - expected).abs() <= 1e-13, "{name}: {found} {expected}");
        }
        assert_close(summary.model.intercept(), golden["intercept"].as_f64().unwrap(), 1e-13, name);
        assert_eq!(summary.rank as u64, golden["rank"].as_u64().unwrap(), "{name}");
        assert_eq!(codes(&summary), warnings, "{name}");
        if !golden["predict"].is_null() {
            let mut predicted = Vec::new();
            summary.model.predict_into(&x, &[0, 1, 2, 3, 4], &mut predicted);
            for (found, expected) in predicted.iter().zip(floats(&golden["predict"])) {
                assert!((found - expected).abs() <= 1e-13, "{name}: {found} {expected}");
            }
            assert!(summary.coefficients.iter().all(|coefficient| coefficient.se.is_none()), "{name}");
        }
    }
    // x3 = x1 + x2 and x4 = 2·x1, by the file's making.
    let (x, _) = messy("collinear");
    let summary = fit_all(&x, &linear(true, None)).unwrap().summary;
    assert_eq!(summary.warnings[0].columns, ["x3", "x4"]);
    assert!(summary.warnings[0].message.starts_with("x3 and x4 can be computed from the other columns"));
}

#[test]
fn inference_equals_statsmodels() {
    let golden = golden("estimators");
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let summary = fit(&linear(true, None), &x, &train).unwrap().summary;
    let golden = &golden["statsmodels_ols"];
    let names: Vec<&str> = summary.coefficients.iter().map(|coefficient| coefficient.name.as_str()).collect();
    assert_eq!(names, ["(intercept)", "x1", "x2", "x3", "k"]);
    let expected = floats(&golden["params"]).into_iter().zip(floats(&golden["std_err"])).zip(floats(&golden["t"]));
    for (found, ((value, se), t)) in summary.coefficients.iter().zip(expected) {
        assert_close(found.value, value, 1e-11, "value");
        assert_close(found.se.unwrap(), se, 1e-11, "standard error");
        assert_close(found.t.unwrap(), t, 1e-11, "t");
    }
    // Per standard deviation: the coefficients of the standardised columns (divided by n there, by n − 1 here).
    let standard = floats(&self::golden("estimators")["estimators"]["ols_standard"]["coef"]);
    for (found, standard) in summary.coefficients[1..].iter().zip(standard) {
        assert_close(found.per_sd.unwrap(), standard * (240.0_f64 / 239.0).sqrt(), 1e-11, "per sd");
    }
    assert_eq!((summary.model_name.as_str(), summary.n_rows, summary.rank), ("LinearRegression", 240, 4));
}

#[test]
fn where_scikit_learn_would_differ_it_is_said() {
    // Two columns whose spreads are eight decades apart.
    let small = Column::float("small", vec![1.0, 2.0, 3.0, 5.0]);
    let large = Column::float("large", vec![3e8, 1e8, 2e8, 2.5e8]);
    let y = Column::float("y", vec![1.0, 2.0, 3.0, 4.0]);
    let x = design(vec![small, large, y], "y");
    let accurate = fit_all(&x, &linear(true, None)).unwrap().summary;
    assert_eq!((accurate.rank, codes(&accurate)), (2, vec!["sklearn_truncates"]));
    assert!(accurate.warnings[0].message.contains("1 of 2 directions"));
    let cut = fit_all(&x, &linear(true, Some(1e-6))).unwrap().summary;
    assert_eq!((cut.rank, codes(&cut)), (1, vec!["ill_conditioned"]));
    assert!(cut.coefficients[1].se.is_none());
}

#[test]
fn useless_data_is_said_to_be_such() {
    let x = Column::float("x", vec![1.0, 2.0, 4.0]);
    let constant = fit_all(&design(vec![x.clone(), Column::float("y", vec![0.1; 3])], "y"), &linear(true, None));
    let summary = constant.unwrap().summary;
    assert_eq!(
        (codes(&summary), summary.model.coef()[0], summary.model.intercept()),
        (vec!["constant_target"], 0.0, 0.1)
    );
    let error = |x: &DesignMatrix, rows: &[u32], spec: &EstimatorSpec| fit(spec, x, rows).unwrap_err();
    let x = Column::float("x", vec![1.0, 2.0, 1e200]);
    let x = design(vec![x, Column::float("y", vec![1.0, 2.0, 3.0])], "y");
    assert_eq!(error(&x, &[], &linear(true, None)), EstimatorError::NoRows);
    assert_eq!(error(&x, &[1], &linear(true, None)), EstimatorError::OneRow);
    assert_eq!(error(&x, &[0, 1], &linear(true, Some(-1.0))).code(), "estimators.bad_param");
    assert_eq!(error(&x, &[0, 2], &linear(true, None)).code(), "linalg.not_finite");
    assert_eq!(error(&x, &[0, 7], &linear(true, None)).code(), "linalg.row_out_of_range");
}
