//! Each spec of `encoder_specs.json`: the Python that we write is the one that was run, and scikit-learn's matrix and
//! predictions are ours.

use std::collections::BTreeMap;

use pipette::estimators::{EstimatorSpec, fit};
use pipette::features::{FeatureSpec, FittedFeatures};
use serde_json::{Value, json};

use super::{assert_near, spec, split, table};
use crate::estimators::{floats, golden};

struct Case {
    name: String,
    file: String,
    spec: FeatureSpec,
    tolerance: f64,
}

fn cases() -> Vec<Case> {
    let each = |case: &Value| Case {
        name: case["name"].as_str().unwrap().into(),
        file: case["file"].as_str().unwrap_or("mixed").into(),
        spec: spec(case["spec"].clone()),
        tolerance: case["tolerance"].as_f64().unwrap_or(1e-9),
    };
    golden("encoder_specs").as_array().unwrap().iter().map(each).collect()
}

fn python(case: &Case, fitted: &FittedFeatures) -> Value {
    let columns: Vec<&String> = fitted.inputs.iter().map(|input| &input.name).collect();
    let code = case.spec.python(Some(fitted), "LinearRegression()");
    let open = case.spec.python(None, "LinearRegression()");
    json!({ "name": case.name, "file": case.file, "columns": columns, "python": code, "open": open })
}

#[test]
#[ignore = "writes tests/golden/encoder_python.json, which tests/python/encoders.py runs"]
fn write_python() {
    let all =
        cases().iter().map(|case| python(case, &super::fit(&table(&case.file), &case.spec).0)).collect::<Vec<_>>();
    std::fs::write("tests/golden/encoder_python.json", serde_json::to_string_pretty(&all).unwrap() + "\n").unwrap();
}

#[test]
fn matrices_and_predictions_are_scikit_learns() {
    let expected = golden("encoders");
    let written = golden("encoder_python");
    let ols: EstimatorSpec =
        serde_json::from_value(json!({"estimator": "linear_regression", "params": {"tol": 1e-6}})).unwrap();
    let cases = cases();
    assert_eq!(expected["cases"].as_array().unwrap().len(), cases.len());
    for (place, case) in cases.iter().enumerate() {
        let (name, expected) = (&case.name, &expected["cases"][place]);
        assert_eq!(expected["name"], name.as_str());
        let table = table(&case.file);
        let (train, test) = split(&table);
        let (fitted, design) = super::fit(&table, &case.spec);
        assert_eq!(python(case, &fitted), written[place], "{name}");
        let applied = fitted.transform(&table).unwrap();

        // Names: the same set, in our own order.
        let names = expected["names"].as_array().unwrap();
        let places: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (n.as_str().unwrap(), i)).collect();
        let mut ours = design.names();
        assert_eq!((&ours, &ours), (&fitted.names, &applied.names()), "{name}");
        ours.sort_unstable();
        assert_eq!(ours, places.keys().map(ToString::to_string).collect::<Vec<_>>(), "{name}");

        for (part, matrix, rows) in [("train", &design, &train), ("test", &design, &test), ("test", &applied, &test)] {
            for (column, cells) in fitted.names.iter().zip(matrix.columns()) {
                let place = places[column.as_str()];
                let what = format!("{name} {part} {column}");
                for (row, first) in rows.iter().zip(expected[part]["first"].as_array().unwrap()) {
                    assert_near(cells[*row as usize], first[place].as_f64().unwrap(), case.tolerance, &what);
                }
                let sum: f64 = rows.iter().zip(1..).map(|(row, weight)| f64::from(weight) * cells[*row as usize]).sum();
                let size: f64 =
                    rows.iter().zip(1..).map(|(row, weight)| f64::from(weight) * cells[*row as usize].abs()).sum();
                let sum_expected = expected[part]["sum"][place].as_f64().unwrap();
                assert!((sum - sum_expected).abs() <= case.tolerance * size.max(1.0), "{what}: {sum} {sum_expected}");
            }
        }
        if let Some(target) = expected.get("target") {
            for (row, y) in train.iter().zip(floats(target)) {
                assert_near(design.target()[*row as usize], y, case.tolerance, name);
            }
        }

        let model = fit(&ols, &design, &train).unwrap().summary.model;
        let mut predictions = Vec::new();
        model.predict_into(&applied, &test, &mut predictions);
        for (prediction, expected) in predictions.into_iter().zip(floats(&expected["predict"])) {
            assert_near(
                fitted.inverse_target(prediction),
                expected,
                case.tolerance.max(1e-8),
                &format!("{name} predicts"),
            );
        }
    }
}
