//! What a run logs: its params and metrics under MLflow's names.

use std::ops::Deref;

use serde_json::Value;

use super::{MetricRecord, Param, Tag};
use crate::evaluate::{DataSplit, Scoring};
use crate::features::{EncoderEntry, param_prefixes};
use crate::pipeline::{Evaluation, PipelineSpec};
use crate::split::TestSize;

/// MLflow's longest param value, in characters.
pub const MAX_PARAM_VALUE: usize = 6000;

/// The settings of a run as MLflow params, in the pipeline's order, under scikit-learn's names.
/// The first estimator's have bare names; those of further ones begin with `train.1.`, `train.2.` ….
/// A value over MLflow's limit is cut, with `…` at its end.
#[must_use]
pub fn params_of(spec: &PipelineSpec) -> Vec<Param> {
    let mut params = Vec::new();
    let mut log = |key: String, value: String| params.push(Param { key, value: cut(value) });
    log("target".into(), spec.features.target.clone());
    if let Some(columns) = &spec.features.columns {
        log("columns".into(), columns.join(", "));
    }
    log("n_rules".into(), spec.clean.len().to_string());
    if let Some(split) = &spec.split {
        log("test_size".into(), test_size_text(split.test_size));
        log("random_state".into(), split.random_state.to_string());
        log("shuffle".into(), split.shuffle.to_string());
        if let Some(column) = &split.stratify {
            log("stratify".into(), column.clone());
        }
    } else {
        log("test_size".into(), "0".into());
    }
    if !spec.features.encoders.is_empty() {
        encoder_params(&spec.features.encoders).into_iter().for_each(|(key, value)| log(key, value));
    }
    for (index, estimator) in spec.train.iter().enumerate() {
        let prefix = if index == 0 { String::new() } else { format!("train.{index}.") };
        log(format!("{prefix}model_name"), estimator.model_name().into());
        let values = estimator.params_and_lists();
        for param in estimator.params() {
            let value = match values.get(param.name) {
                // What is not asked for is not logged: an empty parameter, a switch that is off unless touched.
                None | Some(Value::Null) => continue,
                Some(Value::Bool(false)) if param.name != "fit_intercept" => continue,
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
            };
            log(format!("{prefix}{}", param.name), value);
        }
    }
    if spec.is_sweep() && spec.scoring() != Scoring::Mse {
        log("scoring".into(), spec.scoring().as_str().into());
    }
    params
}

/// What encoders are asked for, as `polynomial_features__degree`. Not inlined: the browser loads it with the first encoder.
#[inline(never)]
fn encoder_params(encoders: &[EncoderEntry]) -> Vec<(String, String)> {
    let mut params = Vec::new();
    for (encoder, prefix) in encoders.iter().zip(param_prefixes(encoders.iter().map(Deref::deref))) {
        let values = encoder.to_map();
        for param in encoder.params().iter().filter(|param| param.name != "columns") {
            let value = match values.get(param.name) {
                None | Some(Value::Null | Value::Bool(false)) => continue,
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
            };
            params.push((format!("{prefix}{}", param.name), value));
        }
    }
    params
}

/// A share as `0.2`, a count as `1000`.
fn test_size_text(test_size: TestSize) -> String {
    match test_size {
        TestSize::Count(count) => count.to_string(),
        TestSize::Share(share) => share.to_string(),
    }
}

fn cut(mut value: String) -> String {
    if let Some((end, _)) = value.char_indices().nth(MAX_PARAM_VALUE)
        && let Some((last, _)) = value.char_indices().nth(MAX_PARAM_VALUE - 1)
    {
        debug_assert!(last < end);
        value.truncate(last);
        value.push('…');
    }
    value
}

/// MLflow's name for a metric over these rows: bare for test, `training_` before it for train, `cv_` for cross-validation.
#[must_use]
pub fn metric_key(name: &str, split: DataSplit) -> String {
    [metric_prefix(split), name].concat()
}

/// What stands before a metric's name in its key.
#[must_use]
pub fn metric_prefix(split: DataSplit) -> &'static str {
    match split {
        DataSplit::Test => "",
        DataSplit::Train => "training_",
        DataSplit::Cv => "cv_",
    }
}

/// What evaluation measured, as MLflow metrics at step 0. Undefined ones are left out: MLflow has no word for them.
#[must_use]
pub fn metrics_of(evaluation: &Evaluation, timestamp: i64) -> Vec<MetricRecord> {
    let logged = |metric: &crate::evaluate::Metric| {
        let value = metric.value.filter(|value| !value.is_nan())?;
        Some(MetricRecord {
            key: metric_key(&metric.name, metric.split),
            name: metric.name.clone(),
            split: metric.split,
            value,
            timestamp,
            step: 0,
        })
    };
    // Of folds, the means; beside them in the run record stands each fold.
    let folds = evaluation.cv.iter().flat_map(|cv| &cv.mean);
    evaluation.metrics.iter().chain(folds).filter_map(logged).collect()
}

/// The tag that says which Pipette computed a run.
pub const VERSION_TAG: &str = "pipette.version";

/// The tags that every run carries.
#[must_use]
pub fn standard_tags(run_name: &str) -> Vec<Tag> {
    let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
    vec![
        tag("mlflow.runName", run_name),
        tag("mlflow.source.name", "pipette"),
        tag("mlflow.source.type", "LOCAL"),
        tag(VERSION_TAG, env!("CARGO_PKG_VERSION")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimators::{EstimatorSpec, LinearRegressionParams};
    use crate::evaluate::Metric;
    use crate::tracking::suite::evaluate_summary;

    fn text(spec: &PipelineSpec) -> String {
        params_of(spec).iter().map(|param| format!("{}={}", param.key, param.value)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn params_have_the_course_s_and_scikit_learn_s_names() {
        let mut spec = PipelineSpec::default();
        spec.features.target = "review_score".into();
        assert_eq!(
            text(&spec),
            "target=review_score n_rules=0 test_size=0.2 random_state=42 shuffle=true \
             model_name=LinearRegression fit_intercept=true"
        );
    }

    #[test]
    fn no_split_and_several_estimators() {
        let mut spec = PipelineSpec { split: None, ..PipelineSpec::default() };
        spec.features.columns = Some(vec!["a".into(), "b".into()]);
        let second =
            LinearRegressionParams { fit_intercept: false, tol: Some(1e-6), ..LinearRegressionParams::default() };
        spec.train.push(EstimatorSpec::LinearRegression(second).into());
        assert_eq!(
            text(&spec),
            "target= columns=a, b n_rules=0 test_size=0 model_name=LinearRegression fit_intercept=true \
             train.1.model_name=LinearRegression train.1.fit_intercept=false train.1.tol=1e-6"
        );
    }

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        let mut spec = PipelineSpec::default();
        spec.features.target = "ü".repeat(MAX_PARAM_VALUE + 1);
        let target = &params_of(&spec)[0].value;
        assert_eq!(target.chars().count(), MAX_PARAM_VALUE);
        assert!(target.ends_with("ü…"));
        spec.features.target = "ü".repeat(MAX_PARAM_VALUE);
        assert!(params_of(&spec)[0].value.ends_with('ü'));
    }

    #[test]
    fn metrics_are_bare_for_test_rows_and_undefined_ones_are_left_out() {
        let mut summary = evaluate_summary();
        let metric = |name: &str, split, value| Metric { name: name.into(), split, value, baseline: None };
        summary.metrics = vec![
            metric("r2", DataSplit::Test, Some(0.5)),
            metric("mape", DataSplit::Test, None),
            metric("adj_r2", DataSplit::Test, Some(f64::NAN)),
            metric("r2", DataSplit::Train, Some(0.75)),
        ];
        let records = metrics_of(&Evaluation { summary, cv: None }, 1_700_000_000_000);
        let logged: Vec<(&str, f64)> = records.iter().map(|record| (record.key.as_str(), record.value)).collect();
        assert_eq!(logged, [("r2", 0.5), ("training_r2", 0.75)]);
        assert_eq!((records[1].name.as_str(), records[1].timestamp, records[1].step), ("r2", 1_700_000_000_000, 0));
    }
}
