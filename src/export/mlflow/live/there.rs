//! What the server has of a run.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A value of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub value: f64,
    pub step: i64,
}

impl Point {
    /// Of what MLflow says about a metric. Its databases hold the largest double where infinity was logged.
    pub(super) fn read(metric: &Value) -> Option<Self> {
        let value = match metric.get("value")? {
            Value::String(word) if word == "Infinity" => f64::MAX,
            Value::String(word) if word == "-Infinity" => f64::MIN,
            Value::String(_) => f64::NAN,
            number => number.as_f64()?,
        };
        let step = metric.get("step").and_then(integer).unwrap_or_default();
        Some(Self { value: clamped(value), step })
    }

    /// Whether it is this value.
    pub(super) fn is(&self, value: f64, step: i64) -> bool {
        self.value == clamped(value) && self.step == step
    }
}

fn clamped(value: f64) -> f64 {
    value.clamp(f64::MIN, f64::MAX)
}

/// MLflow writes 64-bit integers as numbers, and protocol buffers as texts.
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// A run as the server has it.
#[derive(Debug, Clone, Default)]
pub(super) struct There {
    pub run_id: String,
    pub name: String,
    pub artifact_uri: String,
    pub status: String,
    pub end_time: Option<i64>,
    pub is_deleted: bool,
    pub params: BTreeSet<String>,
    pub tags: BTreeMap<String, String>,
    /// The latest value of each.
    pub metrics: BTreeMap<String, Point>,
    /// Names and digests of data sets.
    pub datasets: BTreeSet<(String, String)>,
    /// Ids of models that it made.
    pub models: Vec<String>,
}

impl There {
    /// Of `runs/create`, `runs/get` and `runs/search`: `None` for what is no run.
    pub(super) fn read(run: &Value) -> Option<Self> {
        let info = run.get("info")?;
        let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let all = |of: &str, name: &str| -> Vec<Value> {
            run.get(of).and_then(|of| of.get(name)).and_then(Value::as_array).cloned().unwrap_or_default()
        };
        let keys = |name: &str| all("data", name).into_iter().map(|one| (text(&one, "key"), one));
        let dataset = |input: Value| {
            let dataset = input.get("dataset")?;
            Some((text(dataset, "name"), text(dataset, "digest")))
        };
        Some(Self {
            run_id: Some(text(info, "run_id")).filter(|id| !id.is_empty())?,
            name: text(info, "run_name"),
            artifact_uri: text(info, "artifact_uri"),
            status: text(info, "status"),
            end_time: info.get("end_time").and_then(integer).filter(|time| *time != 0),
            is_deleted: text(info, "lifecycle_stage") == "deleted",
            params: keys("params").map(|(key, _)| key).collect(),
            tags: keys("tags").map(|(key, tag)| (key, text(&tag, "value"))).collect(),
            metrics: keys("metrics").filter_map(|(key, metric)| Some((key, Point::read(&metric)?))).collect(),
            datasets: all("inputs", "dataset_inputs").into_iter().filter_map(dataset).collect(),
            models: all("outputs", "model_outputs").iter().map(|model| text(model, "model_id")).collect(),
        })
    }
}
