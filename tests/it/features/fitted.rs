//! Fitted numbers against `golden/estimators.json` (scikit-learn, by a generator that is not ours), and whole pipelines.

use pipette::estimators::{EstimatorSpec, fit};
use pipette::features::{Category, FittedEncoder, FittedFeatures};
use pipette::table::Table;
use serde_json::{Value, json};

use super::{assert_near, spec, split, table};
use crate::estimators::{floats, golden};

/// Numeric columns, filled with the median of the training rows, then this encoder.
fn after_median(columns: &[&str], encoder: Value) -> (Table, FittedFeatures, Vec<Vec<f64>>) {
    let table = table("mixed");
    let encoders = json!([{"encoder": "simple_imputer", "strategy": "median"}, encoder]);
    let (fitted, design) = super::fit(&table, &spec(json!({"columns": columns, "encoders": encoders})));
    let first = split(&table).0.into_iter().take(4);
    let rows = first.map(|row| design.columns().iter().map(|cells| cells[row as usize]).collect()).collect();
    (table, fitted, rows)
}

fn state(fitted: &FittedFeatures) -> Value {
    serde_json::to_value(fitted.encoders.last().unwrap()).unwrap()
}

#[track_caller]
fn assert_all(actual: &[f64], expected: &Value, tolerance: f64, what: &str) {
    let expected = floats(expected);
    assert_eq!(actual.len(), expected.len(), "{what}");
    actual.iter().zip(expected).for_each(|(actual, expected)| assert_near(*actual, expected, tolerance, what));
}

const NUMBERS: [&str; 4] = ["x1", "x2", "x3", "k"];

#[test]
fn scalers_and_shapes() {
    let golden = &golden("estimators")["transformers"];
    let cases: [(&str, Value, &[&str], f64); 6] = [
        ("standard", json!({"encoder": "standard_scaler"}), &["mean", "scale", "var"], 1e-12),
        ("minmax", json!({"encoder": "min_max_scaler"}), &["data_min", "data_max", "scale", "min"], 1e-12),
        ("maxabs", json!({"encoder": "max_abs_scaler"}), &["scale"], 1e-15),
        ("robust", json!({"encoder": "robust_scaler"}), &["center", "scale"], 1e-12),
        ("yeo_johnson", json!({"encoder": "power_transformer"}), &["lambdas"], 2e-7),
        ("quantile_20", json!({"encoder": "quantile_transformer", "n_quantiles": 20}), &[], 1e-12),
    ];
    for (name, encoder, attributes, tolerance) in cases {
        let (_, fitted, rows) = after_median(&NUMBERS, encoder);
        let state = state(&fitted);
        for attribute in attributes {
            assert_all(&floats(&state[*attribute]), &golden[name][*attribute], tolerance, name);
        }
        for (row, expected) in rows.iter().zip(golden[name]["first"].as_array().into_iter().flatten()) {
            assert_all(row, expected, tolerance, name);
        }
    }
}

#[test]
fn bins_and_polynomials() {
    let golden = &golden("estimators")["transformers"];
    for strategy in ["uniform", "quantile", "kmeans"] {
        let encoder = json!({"encoder": "k_bins_discretizer", "n_bins": 4, "encode": "ordinal", "strategy": strategy});
        let (_, fitted, rows) = after_median(&["x1", "x2"], encoder);
        let expected = &golden[format!("kbins_{strategy}")];
        for (edges, expected) in
            state(&fitted)["bin_edges"].as_array().unwrap().iter().zip(expected["edges"].as_array().unwrap())
        {
            assert_all(&floats(edges), expected, 1e-12, strategy);
        }
        rows.iter()
            .zip(expected["first"].as_array().unwrap())
            .for_each(|(row, first)| assert_all(row, first, 0.0, strategy));
    }
    let polynomials = [
        ("poly_2_default", json!({"encoder": "polynomial_features"})),
        ("poly_2_interaction_only", json!({"encoder": "polynomial_features", "interaction_only": true})),
        ("poly_3_include_bias", json!({"encoder": "polynomial_features", "degree": 3, "include_bias": false})),
    ];
    for (name, encoder) in polynomials {
        let (_, fitted, rows) = after_median(&["x1", "x2", "x3"], encoder);
        assert_eq!(json!(fitted.names), golden[name]["names"], "{name}");
        rows.iter()
            .zip(golden[name]["first"].as_array().unwrap())
            .for_each(|(row, first)| assert_all(row, first, 1e-14, name));
    }
}

#[test]
fn imputers() {
    let golden = &golden("estimators")["transformers"];
    let table = table("mixed");
    for strategy in ["mean", "median", "most_frequent"] {
        let encoders = json!([{"encoder": "simple_imputer", "strategy": strategy}]);
        let (fitted, _) = super::fit(&table, &spec(json!({"columns": NUMBERS, "encoders": encoders})));
        assert_all(
            &floats(&state(&fitted)["statistics"]),
            &golden[format!("imputer_{strategy}")]["statistics"],
            1e-14,
            strategy,
        );
    }
    let encoders = json!([
        {"encoder": "simple_imputer", "columns": ["color", "size"], "strategy": "most_frequent"}, {"encoder": "one_hot_encoder"}
    ]);
    let (fitted, _) = super::fit(&table, &spec(json!({"columns": ["color", "size"], "encoders": encoders})));
    let FittedEncoder::SimpleImputer(imputer) = &fitted.encoders[0] else { panic!("not an imputer") };
    assert_eq!(imputer.statistics, ["red", "S"].map(|text| Category::Text(text.into())));
}

#[test]
fn one_hot_and_ordinal() {
    let golden = &golden("estimators")["transformers"];
    let table = table("mixed");
    let train = split(&table).0;
    for drop in ["None", "first", "if_binary"] {
        let expected = &golden[format!("onehot_drop_{drop}")];
        let value = if drop == "None" { Value::Null } else { drop.into() };
        let encoders = json!([{"encoder": "one_hot_encoder", "columns": ["color", "size"], "drop": value}]);
        let (fitted, design) = super::fit(&table, &spec(json!({"columns": ["color", "size"], "encoders": encoders})));
        assert_eq!(state(&fitted)["categories"], expected["categories"], "{drop}");
        assert_eq!(json!(fitted.names), expected["names"], "{drop}");
        for (row, first) in train.iter().zip(expected["first"].as_array().unwrap()) {
            let cells: Vec<f64> = design.columns().iter().map(|cells| cells[*row as usize]).collect();
            assert_all(&cells, first, 0.0, drop);
        }
        for (cells, expected) in [("purple", "M"), ("", "L")].into_iter().zip(expected["unknown"].as_array().unwrap()) {
            use pipette::features::Cell;
            let color = if cells.0.is_empty() { Cell::Missing } else { Cell::Text(cells.0.into()) };
            let row = [("color".to_owned(), color), ("size".to_owned(), Cell::Text(cells.1.into()))];
            assert_all(&fitted.transform_row(&row).unwrap(), expected, 0.0, drop);
        }
    }
    // The generator fills missing colours with "none" before it groups.
    let encoders = json!([
        {"encoder": "simple_imputer", "columns": ["color"], "strategy": "constant", "fill_value": "none"},
        {"encoder": "one_hot_encoder", "columns": ["color"], "min_frequency": 0.2, "handle_unknown": "infrequent_if_exist"}
    ]);
    let (fitted, _) = super::fit(&table, &spec(json!({"columns": ["color"], "encoders": encoders})));
    assert_eq!(json!(fitted.names), golden["onehot_min_frequency_0.2"]["names"]);
    let state = state(&fitted);
    let infrequent = state["infrequent_indices"][0].as_array().unwrap().iter();
    let infrequent: Vec<&Value> =
        infrequent.map(|place| &state["categories"][0][place.as_u64().unwrap() as usize]).collect();
    assert_eq!(json!([infrequent]), golden["onehot_min_frequency_0.2"]["infrequent"]);
}

#[test]
fn pipelines_with_least_squares() {
    let golden = &golden("estimators")["pipelines"];
    let table = table("mixed");
    let (train, test) = split(&table);
    let numeric = [
        json!({"encoder": "simple_imputer", "columns": NUMBERS, "strategy": "median"}),
        json!({"encoder": "standard_scaler", "columns": NUMBERS}),
    ];
    let categorical = |drop: Value| {
        [
            json!({"encoder": "simple_imputer", "columns": ["color", "size"], "strategy": "most_frequent"}),
            json!({"encoder": "one_hot_encoder", "columns": ["color", "size"], "drop": drop}),
        ]
    };
    let poly = json!({"encoder": "polynomial_features", "columns": NUMBERS, "include_bias": false});
    let cases = [
        ("ols_onehot_first", [&numeric[..], &categorical("first".into())].concat()),
        ("ols_onehot_none", [&numeric[..], &categorical(Value::Null)].concat()),
        ("ols_poly2_onehot_first", [&numeric[..], &[poly], &categorical("first".into())].concat()),
    ];
    let ols: EstimatorSpec = serde_json::from_value(json!({"estimator": "linear_regression"})).unwrap();
    for (name, encoders) in cases {
        let expected = &golden[name];
        let columns = ["x1", "x2", "x3", "k", "color", "size"];
        let (fitted, design) = super::fit(&table, &spec(json!({"columns": columns, "encoders": encoders})));
        let names: Vec<String> = expected["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .map(|name| name.split_once("__").unwrap().1.into())
            .collect();
        assert_eq!(fitted.names, names, "{name}");
        let model = fit(&ols, &design, &train).unwrap().summary.model;
        assert_all(model.coef(), &expected["coef"], 1e-9, name);
        assert_near(model.intercept(), expected["intercept"].as_f64().unwrap(), 1e-11, name);
        let mut predictions = Vec::new();
        model.predict_into(&fitted.transform(&table).unwrap(), &test, &mut predictions);
        predictions.truncate(5);
        assert_all(&predictions, &expected["predict_first"], 1e-11, name);
    }
}

#[test]
fn products_are_known_until_an_encoder_changes_them() {
    let products = |encoders: Value| {
        let spec = spec(json!({"columns": ["x3", "k"], "encoders": encoders}));
        let (fitted, design) = super::fit(&table("mixed"), &spec);
        let whole = fitted.transform(&table("mixed")).unwrap();
        assert_eq!(whole.products(), design.products());
        let names = design.names();
        let name = |place: &usize| names[*place].clone();
        let word = |(product, factors): &(usize, Vec<usize>)| {
            format!("{} = {}", name(product), factors.iter().map(name).collect::<Vec<_>>().join(" · "))
        };
        design.products().iter().map(word).collect::<Vec<_>>()
    };
    let polynomial = json!({"encoder": "polynomial_features", "include_bias": true});
    assert_eq!(products(json!([polynomial])), ["x3^2 = x3 · x3", "x3 k = x3 · k", "k^2 = k · k"]);
    // Scaled before: products of the scaled columns.
    assert_eq!(products(json!([{"encoder": "standard_scaler"}, polynomial])).len(), 3);
    // Scaled after: what is scaled, and what it is a factor of, is a product no more.
    assert_eq!(products(json!([polynomial, {"encoder": "standard_scaler", "columns": ["k"]}])), ["x3^2 = x3 · x3"]);
    assert_eq!(
        products(json!([polynomial, {"encoder": "standard_scaler", "columns": ["x3 k"]}])),
        ["x3^2 = x3 · x3", "k^2 = k · k"]
    );
    assert!(products(json!([{"encoder": "standard_scaler"}])).is_empty());
}
