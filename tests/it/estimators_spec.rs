//! The catalogue: what files may say, and what a form is drawn from.

use std::collections::BTreeSet;

use pipette::base::{Coded, ParamKind};
use pipette::estimators::{ESTIMATORS, EstimatorSpec, LinearRegressionParams};
use serde_json::{Map, Value, json};

fn map(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn read(text: &str) -> Result<EstimatorSpec, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn what_is_left_out_has_its_default() {
    let default = EstimatorSpec::LinearRegression(LinearRegressionParams::default());
    assert_eq!(read(r#"{"estimator": "linear_regression"}"#), Ok(default.clone()));
    assert_eq!(read(r#"{"params": {}, "estimator": "linear_regression"}"#), Ok(default.clone()));
    assert_eq!(read(r#"{"estimator": "linear_regression", "params": null}"#), Ok(default.clone()));
    let written = serde_json::to_string(&default).unwrap();
    let expected = r#"{"estimator":"linear_regression","params":{"fit_intercept":true,"positive":false,"sample_weight":null,"tol":null}}"#;
    assert_eq!(written, expected);
    assert_eq!(read(&written), Ok(default));
    let ridge = read(r#"{"estimator":"ridge","params":{"alpha":2}}"#).unwrap();
    let written = serde_json::to_string(&ridge).unwrap();
    assert_eq!(written, r#"{"estimator":"ridge","params":{"alpha":2.0,"fit_intercept":true,"sample_weight":null}}"#);
}

#[test]
fn what_is_unknown_or_wrong_is_named() {
    let error = |text| read(text).unwrap_err();
    assert!(error(r#"{"estimator": "oracle"}"#).contains("`oracle`"));
    assert!(error(r#"{"estimator": "linear_regression", "params": {"alpha": 1}}"#).contains("`alpha`"));
    assert!(error(r#"{"estimator": "linear_regression", "parms": {}}"#).contains("`parms`"));
    let wrong = error(r#"{"estimator": "linear_regression", "params": {"tol": "x"}}"#);
    assert!(wrong.contains("`tol`") && wrong.contains("\"x\""), "{wrong}");
    assert!(error(r#"{"params": {}}"#).contains("`estimator`"));
    assert!(error(r#"{"estimator": "ridge", "params": {"alpha": null}}"#).contains("`alpha`"));
    for (name, params, param) in [
        ("ridge", json!({ "alpha": -1 }), "alpha"),
        ("elastic_net", json!({ "l1_ratio": 1.5 }), "l1_ratio"),
        ("huber_regressor", json!({ "epsilon": 0.5 }), "epsilon"),
        ("quantile_regressor", json!({ "quantile": 1.0 }), "quantile"),
        ("logistic_regression", json!({ "C": 0 }), "C"),
        ("logistic_regression", json!({ "penalty": "l3" }), "penalty"),
        ("stepwise_regression", json!({ "direction": "sideways" }), "direction"),
        ("dummy_regressor", json!({ "strategy": "constant" }), "constant"),
        ("dummy_regressor", json!({ "strategy": "quantile" }), "quantile"),
        ("lasso", json!({ "max_iter": 0 }), "max_iter"),
        ("lasso", json!({ "max_iter": 1.5 }), "max_iter"),
        ("linear_regression", json!({ "fit_intercept": "yes" }), "fit_intercept"),
        ("linear_regression", json!({ "tol": 1.0 }), "tol"),
    ] {
        let error = EstimatorSpec::from_parts(name, map(params)).unwrap_err();
        assert_eq!(error.param.as_deref(), Some(param), "{error}");
        assert!(error.to_string().contains(param) && error.code() == "estimators.bad_param", "{error}");
    }
}

#[test]
fn every_entry_is_whole() {
    let names: BTreeSet<&str> = ESTIMATORS.iter().map(|info| info.name).collect();
    assert_eq!(names.len(), ESTIMATORS.len());
    for info in ESTIMATORS {
        let fresh = EstimatorSpec::fresh(info.name).unwrap();
        assert_eq!((fresh.name(), fresh.label(), fresh.model_name()), (info.name, info.label, info.model_name));
        let values = fresh.params_map();
        let listed: BTreeSet<&str> = info.params.iter().map(|param| param.name).collect();
        assert_eq!(listed, values.keys().map(String::as_str).collect(), "{}", info.name);
        assert_eq!(EstimatorSpec::from_parts(info.name, values.clone()).unwrap(), fresh);
        assert_eq!(serde_json::from_value::<EstimatorSpec>(json!(fresh)).unwrap(), fresh);
        for param in info.params {
            assert_eq!(fresh.with_param(param.name, values[param.name].clone()).unwrap(), fresh);
            let value = &values[param.name];
            match param.kind {
                ParamKind::Choice { options } => {
                    for (option, _) in options {
                        let chosen = fresh.with_param(param.name, json!(option));
                        // A strategy may need another parameter; then the error names that.
                        assert!(chosen.is_ok() || info.name == "dummy_regressor", "{} {option}", info.name);
                    }
                }
                ParamKind::Number { optional, .. } => assert_eq!(value.is_null(), optional && value.is_null()),
                ParamKind::Flag => assert!(value.is_boolean()),
                _ => {}
            }
        }
        assert!(fresh.sentence().ends_with('.') && !info.help.is_empty() && !info.group.is_empty(), "{}", info.name);
        assert!(fresh.python().contains("model = ") && fresh.python().ends_with('\n'), "{}", fresh.python());
    }
}

#[test]
fn lists_are_grids_in_parameter_grids_order() {
    let grid = json!({ "l1_ratio": [0.2, 0.8], "alpha": [1.0, 0.1], "fit_intercept": true });
    let specs = EstimatorSpec::expand("elastic_net", map(grid)).unwrap();
    let pairs: Vec<(f64, f64)> = specs
        .iter()
        .map(|spec| (spec.params_map()["alpha"].as_f64().unwrap(), spec.params_map()["l1_ratio"].as_f64().unwrap()))
        .collect();
    // list(ParameterGrid({"l1_ratio": [.2, .8], "alpha": [1., .1]})) of scikit-learn 1.9.1.
    assert_eq!(pairs, [(1.0, 0.2), (1.0, 0.8), (0.1, 0.2), (0.1, 0.8)]);
    assert_eq!(EstimatorSpec::expand("ridge", Map::new()).unwrap(), [EstimatorSpec::fresh("ridge").unwrap()]);
    let empty = EstimatorSpec::expand("ridge", map(json!({ "alpha": [] }))).unwrap_err();
    assert_eq!(empty.param.as_deref(), Some("alpha"));
    let wrong = EstimatorSpec::expand("ridge", map(json!({ "alpha": [1, "x"] }))).unwrap_err();
    assert_eq!(wrong.param.as_deref(), Some("alpha"));
}
