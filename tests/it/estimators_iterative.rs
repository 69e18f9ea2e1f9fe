//! Estimators that need rows, and those that choose columns, against `tests/golden/iterative.json`
//! (`tests/python/estimators.py`, scikit-learn 1.9.1); and the optimality conditions, which need no other source.

use pipette::estimators::{EstimatorError, EstimatorSpec, Fit, Fitting, Model, fit};
use pipette::features::DesignMatrix;
use pipette::linalg::{Criterion, RFactor, SubsetSearch};
use pipette::table::Column;
use serde_json::{Value, json};

use crate::estimators::{assert_close, floats, golden};
use crate::estimators_golden::{design, spec};

fn data(target: &str) -> (DesignMatrix, Value) {
    let golden = golden("iterative");
    let column = |(j, cells): (usize, &Value)| Column::float(format!("x{j}"), floats(cells));
    let columns = golden["x"].as_array().unwrap().iter().enumerate().map(column).collect();
    (design(columns, floats(&golden[target]), target), golden)
}

fn all(x: &DesignMatrix) -> Vec<u32> {
    (0..x.n_rows() as u32).collect()
}

fn fit_all(x: &DesignMatrix, spec: &EstimatorSpec) -> Fit {
    fit(spec, x, &all(x)).unwrap()
}

fn residuals(x: &DesignMatrix, model: &Model) -> Vec<f64> {
    let mut predicted = Vec::new();
    model.predict_into(x, &all(x), &mut predicted);
    x.target().iter().zip(&predicted).map(|(y, p)| y - p).collect()
}

fn assert_coef(model: &Model, case: &Value, absolute: f64) {
    for (found, expected) in model.coef().iter().zip(floats(&case["coef"])) {
        assert!((found - expected).abs() <= absolute, "{found} {expected} in {case}");
    }
    let expected = case["intercept"].as_f64().unwrap();
    assert!((model.intercept() - expected).abs() <= 10.0 * absolute, "{} {expected} in {case}", model.intercept());
}

#[test]
fn huber_is_at_the_optimum() {
    let (x, golden) = data("y");
    for case in golden["huber"].as_array().unwrap() {
        let (epsilon, alpha) = (case["epsilon"].as_f64().unwrap(), case["alpha"].as_f64().unwrap());
        let model = fit_all(&x, &spec("huber_regressor", json!({ "epsilon": epsilon, "alpha": alpha }))).summary.model;
        assert_coef(&model, case, 1e-10);
        // The scale that goes with the coefficients: its own fixed point, from the residuals.
        let r = residuals(&x, &model);
        let mut scale = case["scale"].as_f64().unwrap();
        for _ in 0..100 {
            let inside: Vec<f64> = r.iter().copied().filter(|r| r.abs() <= epsilon * scale).collect();
            let outside = (r.len() - inside.len()) as f64;
            scale = (inside.iter().map(|r| r * r).sum::<f64>() / (r.len() as f64 - epsilon * epsilon * outside)).sqrt();
        }
        let value = |r: &f64| {
            if r.abs() <= epsilon * scale { r * r / scale } else { 2.0 * epsilon * r.abs() - scale * epsilon * epsilon }
        };
        let penalty = alpha * model.coef().iter().map(|w| w * w).sum::<f64>();
        let objective = r.len() as f64 * scale + r.iter().map(value).sum::<f64>() + penalty;
        assert_close(objective, case["objective"].as_f64().unwrap(), 1e-13, "objective");
        // The first-order conditions of the coefficients.
        for (column, w) in x.columns().iter().zip(model.coef()) {
            let pull = |(r, x): (&f64, &f64)| (r / scale).clamp(-epsilon, epsilon) * x;
            let slope = r.iter().zip(*column).map(pull).sum::<f64>() - alpha * w;
            let size: f64 = column.iter().map(|x| x.abs()).sum();
            assert!(slope.abs() <= 1e-10 * size, "slope {slope:e}");
        }
    }
}

fn quantile_objective(x: &DesignMatrix, model: &Model, q: f64, alpha: f64) -> f64 {
    let loss = |r: &f64| if *r > 0.0 { q * r } else { (q - 1.0) * r };
    let total: f64 = residuals(x, model).iter().map(loss).sum();
    total / x.n_rows() as f64 + alpha * model.coef().iter().map(|w| w.abs()).sum::<f64>()
}

#[test]
fn quantile_regression_is_the_exact_optimum() {
    for (target, cases) in [("y", "quantile"), ("rounded", "quantile_rounded")] {
        let (x, golden) = data(target);
        for case in golden[cases].as_array().unwrap() {
            let params =
                json!({ "quantile": case["quantile"], "alpha": case["alpha"], "fit_intercept": case["fit_intercept"] });
            let (q, alpha) = (case["quantile"].as_f64().unwrap(), case["alpha"].as_f64().unwrap());
            let model = fit_all(&x, &spec("quantile_regressor", params)).summary.model;
            let objective = quantile_objective(&x, &model, q, alpha);
            assert_close(objective, case["objective"].as_f64().unwrap(), 1e-12, &case.to_string());
            // With many targets alike several vertices are optimal; else it is the same.
            if target == "y" {
                assert_coef(&model, case, 1e-9);
            }
        }
    }
}

#[test]
fn quantiles_of_many_equal_targets_come_to_an_end() {
    // Ratings from 1 to 5 and few different feature values: hundreds of rows on each vertex.
    let n = 2000;
    let a: Vec<f64> = (0..n).map(|i| f64::from(i % 7)).collect();
    let b: Vec<f64> = (0..n).map(|i| f64::from((i * i) % 5)).collect();
    let y: Vec<f64> = (0..n).map(|i| f64::from(1 + (i % 7 + (i * i) % 5 + i % 3) % 5)).collect();
    let x = design(vec![Column::float("a", a), Column::float("b", b)], y, "y");
    for q in [0.25, 0.5, 0.9] {
        let model = fit_all(&x, &spec("quantile_regressor", json!({ "quantile": q }))).summary.model;
        let best = quantile_objective(&x, &model, q, 0.0);
        // No step in any direction improves a convex function's minimum.
        for (da, db, dc) in [
            (1e-3, 0.0, 0.0),
            (-1e-3, 0.0, 0.0),
            (0.0, 1e-3, 0.0),
            (0.0, -1e-3, 0.0),
            (0.0, 0.0, 1e-3),
            (0.0, 0.0, -1e-3),
            (1e-3, -1e-3, 1e-3),
            (-1e-3, 2e-3, -1e-3),
        ] {
            let Model::Linear(mut moved) = model.clone() else { unreachable!() };
            (moved.coef[0], moved.coef[1], moved.intercept) =
                (moved.coef[0] + da, moved.coef[1] + db, moved.intercept + dc);
            assert!(quantile_objective(&x, &Model::Linear(moved), q, 0.0) >= best - 1e-13, "{q}");
        }
    }
}

#[test]
fn logistic_regression_equals_scikit_learns() {
    let (x, golden) = data("label");
    for case in golden["logistic"].as_array().unwrap() {
        let params = json!({ "C": case["C"], "penalty": case["penalty"], "fit_intercept": case["fit_intercept"] });
        let model = fit_all(&x, &spec("logistic_regression", params)).summary.model;
        assert_coef(&model, case, 1e-9);
        let mut probability = Vec::new();
        model.predict_into(&x, &[0, 1, 2, 3, 4], &mut probability);
        for (found, expected) in probability.iter().zip(floats(&case["probability"])) {
            assert_close(*found, expected, 1e-9, "probability");
        }
        // First-order conditions: Σ (p − y)·x·C + w = 0.
        let r = residuals(&x, &model);
        let (factor, own) = if case["penalty"] == "l2" { (case["C"].as_f64().unwrap(), 1.0) } else { (1.0, 0.0) };
        for (column, w) in x.columns().iter().zip(model.coef()) {
            let slope = own * w - factor * r.iter().zip(*column).map(|(r, x)| r * x).sum::<f64>();
            let size: f64 = column.iter().map(|x| x.abs()).sum();
            assert!(slope.abs() <= 1e-12 * size, "slope {slope:e}");
        }
    }
    assert_eq!(
        fit_all(&x, &spec("logistic_regression", json!({}))).summary.model.describe(),
        "The probability of 1, from a weighted sum of 6 features."
    );
    // Other values than 0 and 1: the same odds, the expected value as prediction.
    let (y, _) = data("y");
    let refused = fit(&spec("logistic_regression", json!({})), &y, &all(&y)).unwrap_err();
    assert!(matches!(refused, EstimatorError::NotBinary { found, .. } if found > 100), "{refused}");
}

#[test]
fn separable_classes_end_with_an_error_that_helps() {
    let x = design(vec![Column::float("a", vec![1.0, 2.0, 3.0, 4.0])], vec![0.0, 0.0, 1.0, 1.0], "y");
    let error = fit(&spec("logistic_regression", json!({ "penalty": "none" })), &x, &[0, 1, 2, 3]);
    // Either the odds grow without end, which is said, or they are so large that the rest is rounding.
    match error {
        Err(error) => assert!(error.to_string().contains("l2"), "{error}"),
        Ok(fit) => assert!(fit.summary.model.coef()[0] > 20.0),
    }
}

fn factor(x: &DesignMatrix) -> RFactor {
    fit_all(x, &EstimatorSpec::default()).r
}

#[test]
fn columns_are_chosen_as_by_brute_force() {
    let (x, golden) = data("y");
    let chosen = |spec: &EstimatorSpec| -> Vec<u64> {
        let model = fit_all(&x, spec).summary.model;
        model.coef().iter().zip(0..).filter(|(coef, _)| **coef != 0.0).map(|(_, j)| j).collect()
    };
    let columns = |case: &Value| -> Vec<u64> {
        case["columns"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap()).collect()
    };
    for case in golden["stepwise"].as_array().unwrap() {
        let params = json!({ "direction": case["direction"], "criterion": case["criterion"] });
        assert_eq!(chosen(&spec("stepwise_regression", params)), columns(case), "{case}");
    }
    for case in golden["best_subset"].as_array().unwrap() {
        let params = json!({ "criterion": case["criterion"] });
        assert_eq!(chosen(&spec("best_subset_regression", params)), columns(case), "{case}");
        let (by_size, is_proven) = SubsetSearch::new(&factor(&x), true, Criterion::Aic).unwrap().best_by_size(1 << 20);
        assert!(is_proven);
        for (found, expected) in by_size.iter().zip(case["by_size"].as_array().unwrap()) {
            assert_eq!(&json!(found.columns), expected);
        }
    }
}

#[test]
fn best_subsets_of_many_columns_are_found_quickly() {
    // 24 columns, of which 4 matter; the rest are patterns of no meaning.
    let n = 200;
    let cell = |i: u32, j: u32| {
        f64::from((i * 7919 + j * 104_729 + i * i * (j + 3) + i * i * i * (j % 5 + 1)) % 101) / 50.0 - 1.0
    };
    let columns: Vec<Vec<f64>> = (0..24).map(|j| (0..n).map(|i| cell(i, j)).collect()).collect();
    let y: Vec<f64> = (0..n as usize)
        .map(|i| {
            3.0 * columns[2][i] - 2.0 * columns[9][i] + columns[15][i] + 0.5 * columns[20][i] + 0.3 * cell(i as u32, 77)
        })
        .collect();
    let named = columns.iter().enumerate().map(|(j, cells)| Column::float(format!("x{j}"), cells.clone())).collect();
    let x = design(named, y, "y");
    let (best, is_proven) = SubsetSearch::new(&factor(&x), true, Criterion::Bic).unwrap().best(300_000);
    assert!(is_proven, "within the nodes that the estimator allows");
    let best = best.unwrap().columns;
    assert!([2, 9, 15, 20].iter().all(|j| best.contains(j)), "{best:?}");
}

#[test]
fn baselines_equal_scikit_learns() {
    let (x, golden) = data("y");
    for case in golden["dummy"].as_array().unwrap() {
        let mut params = case.clone();
        params.as_object_mut().unwrap().remove("constant_");
        let model = fit_all(&x, &spec("dummy_regressor", params)).summary.model;
        assert!(matches!(model, Model::Constant(_)));
        assert_close(model.intercept(), case["constant_"].as_f64().unwrap(), 1e-14, &case.to_string());
        let mut predicted = Vec::new();
        model.predict_into(&x, &[3, 1], &mut predicted);
        assert_eq!(predicted, [model.intercept(); 2]);
    }
}

#[test]
fn steps_and_the_order_of_rows_do_not_matter() {
    let (x, _) = data("y");
    let (labels, _) = data("label");
    let shuffled: Vec<u32> = (0..120).map(|i| i * 77 % 120).collect();
    for info in pipette::estimators::ESTIMATORS {
        let spec = EstimatorSpec::fresh(info.name).unwrap();
        let x = if info.name == "logistic_regression" { &labels } else { &x };
        let at_once = fit_all(x, &spec);
        let mut fitting = Fitting::new(&spec, x, &shuffled, None).unwrap();
        let mut steps = 0;
        while fitting.step(1).unwrap() {
            let (done, total) = fitting.progress();
            assert!(done <= total, "{}", info.name);
            steps += 1;
            assert!(steps < 10_000, "{}", info.name);
        }
        assert_eq!(fitting.finish().unwrap(), at_once, "{}", info.name);
    }
}

/// The Python of many specs with our results beside it; `tests/python/check_estimators.py` runs each and compares. After a
/// change of `python()`, write the file anew with `PIPETTE_WRITE=1 cargo test --test it the_python` and run that script.
#[test]
fn the_python_of_every_estimator_is_the_one_that_was_run() {
    let (x, golden) = data("y");
    let (labels, _) = data("label");
    let weights: Vec<f64> = (0..120).map(|i| 1.0 + f64::from(i % 4)).collect();
    let list = [
        spec("linear_regression", json!({})),
        spec("linear_regression", json!({ "fit_intercept": false })),
        spec("linear_regression", json!({ "tol": 0.2 })),
        spec("linear_regression", json!({ "positive": true })),
        spec("linear_regression", json!({ "sample_weight": "w \"1\"" })),
        spec("ridge", json!({ "alpha": 3.5 })),
        spec("ridge", json!({ "alpha": 1e-7, "fit_intercept": false, "sample_weight": "w \"1\"" })),
        spec("lasso", json!({ "alpha": 0.1 })),
        spec("lasso", json!({ "alpha": 0.1, "tol": 0.01, "max_iter": 7 })),
        spec("elastic_net", json!({ "alpha": 0.2, "l1_ratio": 0.7 })),
        spec("elastic_net", json!({ "alpha": 0.2, "l1_ratio": 0.3, "fit_intercept": false })),
        spec("stepwise_regression", json!({})),
        spec("stepwise_regression", json!({ "direction": "backward", "criterion": "bic" })),
        spec("stepwise_regression", json!({ "direction": "forward", "criterion": "adj_r2", "fit_intercept": false })),
        spec("best_subset_regression", json!({})),
        spec("best_subset_regression", json!({ "criterion": "aic", "fit_intercept": false })),
        spec("huber_regressor", json!({})),
        spec("quantile_regressor", json!({})),
        spec("quantile_regressor", json!({ "quantile": 0.3, "alpha": 0.1 })),
        spec("logistic_regression", json!({})),
        spec("logistic_regression", json!({ "penalty": "none" })),
        spec("dummy_regressor", json!({})),
        spec("dummy_regressor", json!({ "strategy": "quantile", "quantile": 0.3 })),
        spec("dummy_regressor", json!({ "strategy": "constant", "constant": 4.0 })),
        spec("random_forest_regressor", json!({})),
        spec(
            "random_forest_regressor",
            json!({ "n_estimators": 7, "max_depth": null, "max_features": 0.6, "random_state": 3 }),
        ),
    ];
    let missing = pipette::estimators::ESTIMATORS.iter().find(|info| list.iter().all(|spec| spec.name() != info.name));
    assert_eq!(missing, None);
    let entries: Vec<Value> = list
        .iter()
        .map(|spec| {
            let x = if spec.name() == "logistic_regression" { &labels } else { &x };
            let weights = spec.sample_weight().map(|_| weights.clone());
            let model = pipette::estimators::fit_weighted(spec, x, &all(x), weights).unwrap().summary.model;
            let mut entry =
                json!({ "spec": spec, "python": spec.python(), "coef": model.coef(), "intercept": model.intercept() });
            if let (Some(importances), Some(entry)) = (model.importances(), entry.as_object_mut()) {
                entry.insert("importances".into(), json!(importances));
            }
            entry
        })
        .collect();
    let entries = json!(entries);
    let path = "tests/golden/estimators_python.json";
    if std::env::var_os("PIPETTE_WRITE").is_some() {
        std::fs::write(path, serde_json::to_string_pretty(&entries).unwrap() + "\n").unwrap();
    }
    let kept: Value = crate::estimators::golden("estimators_python");
    for (found, kept) in entries.as_array().unwrap().iter().zip(kept.as_array().unwrap()) {
        assert_eq!((&found["spec"], &found["python"]), (&kept["spec"], &kept["python"]));
        assert_close(found["intercept"].as_f64().unwrap(), kept["intercept"].as_f64().unwrap(), 1e-9, "intercept");
    }
    assert_eq!(entries.as_array().unwrap().len(), kept.as_array().unwrap().len());
    assert!(!golden.is_null());
}

#[test]
fn hard_data_are_no_obstacle() {
    let n = 30;
    let a: Vec<f64> = (0..n).map(|i| f64::from(i * i % 11)).collect();
    let constant = vec![7.0; n as usize];
    let twice: Vec<f64> = a.iter().map(|a| 2.0 * a).collect();
    let noise: Vec<f64> = (0..n).map(|i| f64::from(i * i * i % 13) / 4.0).collect();
    let y: Vec<f64> = a.iter().zip(&noise).map(|(a, e)| 3.0 * a + e).collect();
    let labels: Vec<f64> = (0..n).map(|i| f64::from((i + i * i % 11) % 2)).collect();
    let wide: Vec<Column> = (0..40)
        .map(|j| {
            Column::float(format!("w{j}"), (0..n).map(|i| f64::from((i * 37 + j * j * 11 + i * i * j) % 17)).collect())
        })
        .collect();
    let named = |name: &str, cells: &[f64]| Column::float(name, cells.to_vec());
    for info in pipette::estimators::ESTIMATORS {
        let spec = EstimatorSpec::fresh(info.name).unwrap();
        let is_logistic = info.name == "logistic_regression";
        let target = if is_logistic { &labels } else { &y };
        // A constant column, a column twice, more columns than rows.
        let repeated = vec![named("a", &a), named("c", &constant), named("b", &twice)];
        for columns in [repeated, wide.clone()] {
            let n_columns = columns.len();
            let x = design(columns, target.clone(), "y");
            let model = fit_all(&x, &spec).summary.model;
            let r = residuals(&x, &model);
            assert!(r.iter().all(|r| r.is_finite()), "{}", info.name);
            if n_columns == 3 && !matches!(model, Model::Constant(_)) {
                let parts = model.importances().unwrap_or(model.coef());
                assert_eq!(parts[1], 0.0, "{}: a constant column has no part", info.name);
                let spread = |v: &[f64]| v.iter().map(|v| v.abs()).sum::<f64>();
                assert!(is_logistic || spread(&r) < 0.5 * spread(target), "{}", info.name);
            }
        }
        // A constant target.
        if !is_logistic {
            let x = design(vec![named("a", &a), named("e", &noise)], constant.clone(), "y");
            let model = fit_all(&x, &spec).summary.model;
            assert!(residuals(&x, &model).iter().all(|r| r.abs() < 1e-12), "{} {model:?}", info.name);
        }
        // A perfect fit.
        if !is_logistic {
            let exact: Vec<f64> = a.iter().zip(&noise).map(|(a, e)| 1.0 + a - e).collect();
            let x = design(vec![named("a", &a), named("e", &noise)], exact, "y");
            assert!(fit_all(&x, &spec).summary.model.intercept().is_finite(), "{}", info.name);
        }
    }
}
