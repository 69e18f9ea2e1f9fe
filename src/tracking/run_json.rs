//! `run.json`: a run taken out, for scripts and for keeping.

use serde_json::{Map, Value, json};

use super::{RunRecord, log::VERSION_TAG};
use crate::pipeline::StepOutput;

/// The run as `run.json` holds it: `spec`, `run`, `dataset`, `steps`, `params`, `metrics`, `model`, `environment`,
/// and `error` where it failed. Numbers are in full precision; infinities and NaN, which JSON has no number for, are
/// the strings `"Infinity"`, `"-Infinity"` and `"NaN"`.
#[must_use]
pub fn run_json(run: &RunRecord) -> Value {
    let info = &run.info;
    let steps: Vec<Value> = run
        .steps
        .iter()
        .map(|step| {
            json!({
                "step": step.step,
                "status": step.status,
                "seconds": number(step.seconds),
                "reason": step.reason,
                "rows": step.rows,
                "artifact": step.artifact,
                "cache_key": step.cache_key,
                "made_by": step.made_by,
            })
        })
        .collect();
    let metrics: Vec<Value> = run
        .metrics
        .iter()
        .map(|metric| {
            json!({
                "name": metric.name,
                "split": metric.split,
                "value": number(metric.value),
                "step": metric.step,
            })
        })
        .collect();
    let params: Map<String, Value> =
        run.params.iter().map(|param| (param.key.clone(), param.value.clone().into())).collect();
    let tags: Map<String, Value> = run.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone().into())).collect();
    let dataset = run.dataset.as_ref().map(|dataset| {
        json!({
            "name": dataset.name,
            "digest": dataset.digest,
            "rows": dataset.rows,
            "columns": dataset.columns,
            "bytes": dataset.bytes,
        })
    });
    let version = run.tags.iter().find(|tag| tag.key == VERSION_TAG).map(|tag| tag.value.as_str());
    json!({
        "spec": run.spec,
        "run": {
            "id": info.run_id,
            "name": info.run_name,
            "experiment": info.experiment_id,
            "status": info.status,
            "start_time": info.start_time,
            "end_time": info.end_time,
        },
        "dataset": dataset,
        "steps": steps,
        "params": params,
        "metrics": metrics,
        "tags": tags,
        "model": model(run),
        "environment": { "pipette": version, "record": run.version },
        "error": run.error,
    })
}

/// As `run_json`, with `outputs`: what each step left, as it is kept. This is what `pipette score` needs of a run.
#[must_use]
pub fn whole_run_json(run: &RunRecord) -> Value {
    let mut json = run_json(run);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("outputs".into(), json!(run.outputs));
    }
    json
}

/// The fitted model; `null` when training did not finish.
fn model(run: &RunRecord) -> Value {
    let trained = run.outputs.iter().find_map(|output| match output {
        StepOutput::Train(train) => Some(train),
        _ => None,
    });
    trained.map_or(Value::Null, |train| {
        json!({
            "model_name": train.model_name,
            "kind": train.model.kind(),
            "classes": train.model.classes(),
            "target": train.target,
            "features": train.model.features(),
            "coef": train.model.coef().iter().copied().map(number).collect::<Vec<_>>(),
            "intercept": number(train.model.intercept()),
            "importances": train.model.importances(),
            "rank": train.rank,
            "n_rows": train.n_rows,
            "r_digest": train.r_digest,
            "encoders": train.features.encoders,
            "target_transform": train.features.target_transform,
        })
    })
}

fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or_else(
        || {
            let word = if value.is_nan() { "NaN" } else { ["Infinity", "-Infinity"][usize::from(value < 0.0)] };
            Value::from(word)
        },
        Value::Number,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;

    #[test]
    fn has_the_documented_shape() {
        let run = run_record("a", 1_700_000_000_000);
        let json = run_json(&run);
        assert_eq!(json["spec"]["pipette"], 1);
        assert_eq!(json["run"]["id"], run.info.run_id);
        assert_eq!(json["run"]["status"], "FINISHED");
        assert_eq!(json["run"]["start_time"], 1_700_000_000_000_i64);
        assert_eq!(json["dataset"]["digest"], run.dataset.clone().unwrap().digest.as_str());
        assert_eq!(json["params"]["test_size"], "0.2");
        assert_eq!(json["metrics"][0], json!({ "name": "r2", "split": "test", "value": 0.1, "step": 0 }));
        assert_eq!(json["steps"].as_array().map(Vec::len), Some(5));
        assert_eq!(json["steps"][0]["step"], "ingest");
        assert_eq!(json["steps"][0]["status"], "completed");
        assert_eq!(json["model"]["features"], json!(["x"]));
        assert_eq!(json["model"]["coef"], json!([0.1]));
        assert_eq!(json["model"]["intercept"], "Infinity");
        assert_eq!(json["environment"]["pipette"], env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn a_run_that_failed_early_has_an_error_and_no_model() {
        let mut run = crate::tracking::interrupted(run_record("a", 0));
        run.outputs.clear();
        let json = run_json(&run);
        assert_eq!(json["model"], Value::Null);
        assert_eq!(json["error"]["code"], "run.interrupted");
    }
}
