//! One prediction looked at: its interval by the formula of simple regression, its parts, its curve.

use pipette::pipeline::{Engine, PipelineSpec, RunRef, Session, StepOutput};
use pipette::serving::{Explained, IntervalBasis, explain};
use pipette::tracking::{MemoryStore, RunRecord, begin_run, end_run};
use serde_json::{Map, Value, json};

use crate::pipeline::{TestHost, TextSource, ready};

const TOLERANCE: f64 = 1e-9;
/// t at 97.5 % with 8 degrees of freedom (scipy.stats.t.ppf(0.975, 8), SciPy 1.16).
const T_8: f64 = 2.306_004_135_033_371;

fn run(csv: &str, spec: &Value) -> RunRecord {
    let spec = PipelineSpec::from_json(&spec.to_string()).unwrap();
    let (store, mut session, host) = (MemoryStore::default(), Session::default(), TestHost::default());
    let run_id = "0".repeat(32);
    let mut engine =
        Engine::new(&host, &store, &mut session, RunRef { id: run_id.clone(), name: "calm-heron-31".into() });
    let stopped = ready(engine.run(&spec, Some(&mut TextSource::new(csv)))).err();
    assert!(stopped.is_none(), "{stopped:?}");
    end_run(begin_run(run_id, "calm-heron-31".into(), &spec, 0), &spec, engine.finish(stopped), 1500)
}

fn looked_at(run: &RunRecord, values: &Value, feature: Option<&str>) -> Explained {
    let values: Map<String, Value> = values.as_object().unwrap().clone();
    let found = explain(run, &values, feature).unwrap();
    // As it travels to the page.
    serde_json::from_str(&serde_json::to_string(&found).unwrap()).unwrap()
}

#[test]
fn the_interval_of_least_squares_is_that_of_the_formula() {
    let x: Vec<f64> = (0..10).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| 2.0 * x + [0.3, -0.2, 0.5][(*x as usize) % 3]).collect();
    let rows: Vec<String> = x.iter().zip(&y).map(|(x, y)| format!("{x},{y}")).collect();
    let spec = json!({
        "pipette": 1, "clean": [], "split": null, "features": {"target": "y"},
        "train": [{"estimator": "linear_regression"}],
    });
    let run = run(&format!("x,y\n{}\n", rows.join("\n")), &spec);
    let found = looked_at(&run, &json!({"x": 4.0}), Some("x"));
    let (mean_x, mean_y) = (4.5, y.iter().sum::<f64>() / 10.0);
    let sxx: f64 = x.iter().map(|x| (x - mean_x).powi(2)).sum();
    let slope = x.iter().zip(&y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>() / sxx;
    let at = |x: f64| mean_y + slope * (x - mean_x);
    let s2 = x.iter().zip(&y).map(|(x, y)| (y - at(*x)).powi(2)).sum::<f64>() / 8.0;
    let half = T_8 * (s2 * (1.0 + 0.1 + (4.0_f64 - mean_x).powi(2) / sxx)).sqrt();
    let interval = found.interval.unwrap();
    assert!((found.prediction - at(4.0)).abs() < TOLERANCE);
    assert!((interval.lo - (at(4.0) - half)).abs() < TOLERANCE && (interval.hi - (at(4.0) + half)).abs() < TOLERANCE);
    assert_eq!((interval.basis, interval.confidence), (IntervalBasis::StandardErrors, 0.95));
    // From the mean of y, the one feature adds its slope times its distance from the mean.
    let parts = found.contributions.unwrap();
    assert!((parts.baseline - mean_y).abs() < TOLERANCE && (parts.total - at(4.0)).abs() < TOLERANCE);
    assert!((parts.bars.values[0] - slope * -0.5).abs() < TOLERANCE);
    let curve = found.what_if.unwrap();
    let line = curve.line.unwrap();
    assert_eq!((line.x.first(), line.x.last(), line.x.len(), curve.at), (Some(&0.0), Some(&9.0), 10, Some(4.0)));
    assert!(line.x.iter().zip(&line.y).all(|(x, y)| (y - at(*x)).abs() < TOLERANCE), "whole numbers only");
}

/// Two columns and a category with their target.
fn mixed() -> String {
    let row = |i: u32| {
        let (a, b) = (f64::from(i * 37 % 50) / 5.0, f64::from(i * 11 % 17));
        let color = ["red", "green", "blue"][(i % 3) as usize];
        format!("{a},{b},{color},{}\n", a - 0.5 * b + f64::from(i % 3) * 2.0 + f64::from(i * 7 % 5) / 4.0)
    };
    std::iter::once("a,b,color,y\n".to_owned()).chain((0..120).map(row)).collect()
}

fn spec(train: &Value) -> Value {
    json!({
        "pipette": 1, "clean": [],
        "features": {"target": "y", "encoders": [{"encoder": "one_hot_encoder", "columns": ["color"], "drop": "first"}]},
        "train": [train],
    })
}

#[test]
fn parts_add_up_and_categories_are_compared() {
    let run = run(&mixed(), &spec(&json!({"estimator": "ridge"})));
    let found = looked_at(&run, &json!({"a": 3.0, "b": 4, "color": "green"}), Some("color"));
    let parts = found.contributions.unwrap();
    assert_eq!(parts.bars.names.len(), 4);
    let total = parts.baseline + parts.bars.values.iter().sum::<f64>();
    assert!((total - found.prediction).abs() < TOLERANCE, "{total} {}", found.prediction);
    let bars = found.what_if.unwrap().bars.unwrap();
    assert_eq!(bars.names, ["blue", "green", "red"]);
    assert!((bars.values[1] - found.prediction).abs() < TOLERANCE);
    // Ridge has no standard errors: the middle 95 % of the test rows' residuals, as numpy.quantile has it.
    let StepOutput::Evaluate(evaluation) = run.outputs.last().unwrap() else { panic!() };
    let mut residuals: Vec<f64> = evaluation.residuals.points.iter().map(|(_, residual)| *residual).collect();
    residuals.sort_by(f64::total_cmp);
    assert_eq!(residuals.len(), 24);
    let low = residuals[0] + 0.575 * (residuals[1] - residuals[0]);
    let interval = found.interval.unwrap();
    assert_eq!(interval.basis, IntervalBasis::TestResiduals);
    assert!((interval.lo - found.prediction - low).abs() < TOLERANCE);
}

#[test]
fn a_forest_says_that_it_does_not_add_up_and_a_missing_value_is_an_error() {
    let train = json!({"estimator": "random_forest_regressor", "params": {"n_estimators": 5}});
    let run = run(&mixed(), &spec(&train));
    let found = looked_at(&run, &json!({"a": 3.0, "b": 4, "color": "green"}), None);
    assert!(found.contributions.is_none() && found.what_if.is_none());
    assert!(found.notes[0].contains("forest"), "{:?}", found.notes);
    let values: Map<String, Value> = json!({"a": null, "b": 4, "color": "green"}).as_object().unwrap().clone();
    let error = explain(&run, &values, None).unwrap_err();
    assert_eq!(error.code, "features.missing_cells");
    let empty = RunRecord { outputs: Vec::new(), ..run };
    assert_eq!(explain(&empty, &values, None).unwrap_err().code, "score.no_model");
}
