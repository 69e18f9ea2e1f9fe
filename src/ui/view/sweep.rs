//! A sweep as its form sets it.

use serde_json::Value;

use crate::base::{Param, ParamKind};
use crate::estimators::{ESTIMATORS, TrainEntry};
use crate::evaluate::Scoring;
use crate::features::{EncoderEntry, EncoderSpec};
use crate::pipeline::PipelineSpec;
use crate::ui::view::encoders;
use crate::ui::view::format;
use crate::ui::view::params;
use crate::ui::view::runs_text::metric_label;
use crate::validation::log_space;

/// A parameter that can be tried with several values.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    pub param: Param,
    /// The values that are tried, as one types them; empty where there is only one.
    pub text: String,
    pub example: &'static str,
}

/// What of an entry can be tried: numbers, choices and switches.
#[must_use]
pub fn tried(entry: &TrainEntry) -> Vec<Tried> {
    entry.params().iter().filter_map(|param| tried_one(param, entry.values(param.name))).collect()
}

fn tried_one(param: &Param, values: Option<&[Value]>) -> Option<Tried> {
    let example = match param.kind {
        ParamKind::Number { log: true, .. } => "0.01 to 100 in 9",
        ParamKind::Number { .. } => "0.1, 0.5, 0.9",
        ParamKind::Integer { .. } => "1, 2, 5",
        ParamKind::Flag => "on, off",
        ParamKind::Choice { .. } => "several, with commas",
        _ => return None,
    };
    Some(Tried { param: *param, text: values.map(values_text).unwrap_or_default(), example })
}

/// What of an encoder can be tried.
#[must_use]
pub fn tried_of_encoder(entry: &EncoderEntry) -> Vec<Tried> {
    let hidden = encoders::hidden(entry);
    let params = entry.params().iter().filter(|param| !hidden.contains(&param.name));
    params.filter_map(|param| tried_one(param, entry.values(param.name))).collect()
}

/// The encoder with this parameter tried as the text says.
///
/// # Errors
/// As `read_values`, and what the encoder refuses.
pub fn encoder_with_text(entry: &EncoderEntry, param: &Param, text: &str) -> Result<EncoderEntry, String> {
    let mut values = read_values(param, text)?;
    if values.is_empty() {
        // Back to the one value that it has.
        values.extend(EncoderSpec::to_map(entry).get(param.name).cloned());
    }
    entry.with_values(param.name, &values).map_err(|error| error.message)
}

/// Values as one types them.
#[must_use]
pub fn values_text(values: &[Value]) -> String {
    let word = |value: &Value| match value {
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        // A whole number without its point.
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), crate::base::python_number),
        other => params::shown(other),
    };
    values.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The values that a text lists: `0.1, 1, 10`, or a range `0.01 to 100 in 9` (by equal factors where the parameter is such a
/// one). Nothing is no list. A value that stands twice counts once.
///
/// # Errors
/// The value that cannot be, with the remedy.
pub fn read_values(param: &Param, text: &str) -> Result<Vec<Value>, String> {
    if let Some(range) = range(param.kind, text)? {
        return Ok(range);
    }
    let mut values: Vec<Value> = Vec::new();
    let parts = text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    for part in parts {
        let value = one_value(param.kind, part).map_err(|why| format!("{part}: {why}"))?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

fn one_value(kind: ParamKind, part: &str) -> Result<Value, String> {
    match kind {
        ParamKind::Flag => match part.to_lowercase().as_str() {
            "on" | "true" | "yes" => Ok(true.into()),
            "off" | "false" | "no" => Ok(false.into()),
            _ => Err("type on or off.".into()),
        },
        ParamKind::Choice { options } => {
            let found = options.iter().find(|(value, words)| *value == part || words.eq_ignore_ascii_case(part));
            let known = || options.iter().map(|(value, _)| *value).collect::<Vec<_>>().join(", ");
            found.map(|(value, _)| Value::from(*value)).ok_or_else(|| format!("choose from {}.", known()))
        }
        kind => params::read(kind, part),
    }
}

/// `0.01 to 100 in 9`.
fn range(kind: ParamKind, text: &str) -> Result<Option<Vec<Value>>, String> {
    let Some((low, rest)) = text.split_once(" to ") else { return Ok(None) };
    let (high, n) = rest.split_once(" in ").unwrap_or((rest, "10"));
    let Ok(n) = n.trim().trim_end_matches(" steps").parse::<usize>() else {
        return Err("After “in” comes how many values, such as 9.".into());
    };
    if !(2..=10_000).contains(&n) {
        return Err("A range has 2 to 10,000 values.".into());
    }
    let (low, high) = (one_value(kind, low.trim())?, one_value(kind, high.trim())?);
    let (Some(low), Some(high)) = (low.as_f64(), high.as_f64()) else {
        return Err("A range goes from a number to a number.".into());
    };
    let by_factors = matches!(kind, ParamKind::Number { log: true, .. });
    if by_factors && (low <= 0.0 || high <= 0.0) {
        return Err("A range by factors needs both ends above 0. Add the 0 with a comma list instead.".into());
    }
    let numbers = match by_factors {
        true => log_space(low, high, n),
        false => (0..n).map(|i| low + (high - low) * i as f64 / (n - 1) as f64).collect(),
    };
    let mut values: Vec<Value> = Vec::with_capacity(n);
    for number in numbers {
        let value = match kind {
            ParamKind::Integer { .. } => Value::from(number.round() as i64),
            _ => Value::from(rounded(number)),
        };
        if values.last() != Some(&value) {
            values.push(value);
        }
    }
    Ok(Some(values))
}

/// Six digits: nobody asked for `0.31622776601683794`.
fn rounded(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

/// The entry with this parameter tried as the text says.
///
/// # Errors
/// As `read_values`, and what the estimator refuses.
pub fn with_text(entry: &TrainEntry, param: &Param, text: &str) -> Result<TrainEntry, String> {
    let mut values = read_values(param, text)?;
    if values.is_empty() {
        // Back to the one value that it has.
        values.extend(entry.params_map().get(param.name).cloned());
    }
    entry.with_values(param.name, &values).map_err(|error| error.message)
}

/// Estimators that can still be tried beside those of the spec: name and words.
#[must_use]
pub fn others(spec: &PipelineSpec) -> Vec<(String, String)> {
    let is_there = |name: &str| spec.train.iter().any(|entry| entry.name() == name);
    let fitting = ESTIMATORS.iter().filter(|info| !is_there(info.name));
    fitting.map(|info| (info.name.to_owned(), info.label.to_owned())).collect()
}

/// `12 candidates, each judged by 5 folds of the training rows.`; nothing where there is one.
#[must_use]
pub fn plan(spec: &PipelineSpec) -> String {
    if !spec.is_sweep() {
        return String::new();
    }
    let n = u64::try_from(spec.n_candidates()).unwrap_or(u64::MAX);
    let drawn = if spec.search.is_some() { "drawn at random, " } else { "" };
    let folds = spec.folds().map_or_else(String::new, |cv| cv.sentence());
    format!("{} candidates, {drawn}each judged on the training rows. {folds}", format::count(n))
}

/// What candidates of the spec's estimators can be judged by: name and words.
#[must_use]
pub fn scorings(spec: &PipelineSpec) -> Vec<(String, String)> {
    let of_classes = !spec.train.is_empty() && spec.train.iter().all(|entry| entry.is_classifier());
    let now = spec.scoring();
    let fitting = Scoring::ALL.into_iter().filter(|one| one.is_of_classes() == of_classes || *one == now);
    fitting.map(|one| (one.as_str().to_owned(), metric_label(one.as_str()).to_owned())).collect()
}

/// The spec with its candidates judged by the metric of this name; what is judged by anyway is not written.
#[must_use]
pub fn with_scoring(spec: &PipelineSpec, name: &str) -> PipelineSpec {
    let mut spec = spec.clone();
    spec.evaluate.scoring = None;
    if let Some(scoring) = Scoring::named(name).filter(|scoring| *scoring != spec.scoring()) {
        spec.evaluate.scoring = Some(scoring);
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimators::EstimatorSpec;

    fn entry(text: &str) -> TrainEntry {
        serde_json::from_str(text).unwrap()
    }

    fn param(name: &str, of: &str) -> Param {
        let entry = EstimatorSpec::fresh(of).unwrap();
        *entry.params().iter().find(|param| param.name == name).unwrap()
    }

    #[test]
    fn values_are_a_list_or_a_range() {
        let alpha = param("alpha", "ridge");
        let read = |text: &str| read_values(&alpha, text).map(|values| values_text(&values));
        assert_eq!(read("0.1, 1;10, 1"), Ok("0.1, 1, 10".into()));
        assert_eq!(read("0.01 to 100 in 5"), Ok("0.01, 0.1, 1, 10, 100".into()));
        assert_eq!(read(" "), Ok(String::new()));
        assert!(read("1, much").unwrap_err().starts_with("much: "));
        assert!(read("0 to 10 in 3").unwrap_err().contains("above 0"));
        assert!(read("1 to 10 in many").is_err() && read("1 to 10 in 1").is_err());
        let intercept = param("fit_intercept", "ridge");
        assert_eq!(read_values(&intercept, "on, off"), Ok(vec![true.into(), false.into()]));
        assert!(read_values(&intercept, "maybe").is_err());
    }

    #[test]
    fn a_text_becomes_a_list_and_nothing_takes_it_back() {
        let ridge = entry(r#"{"estimator": "ridge", "params": {"alpha": 2}}"#);
        let alpha = param("alpha", "ridge");
        let tried_with = with_text(&ridge, &alpha, "2, 4").unwrap();
        assert_eq!(tried_with.n_candidates(), 2);
        assert_eq!(tried(&tried_with)[0].text, "2, 4");
        assert_eq!(with_text(&tried_with, &alpha, ""), Ok(ridge.clone()));
        assert!(with_text(&ridge, &alpha, "-1, 1").is_err());
    }

    #[test]
    fn a_plan_says_how_many_and_one_estimator_has_none() {
        let mut spec = PipelineSpec::default();
        assert_eq!(plan(&spec), "");
        spec.train = vec![entry(r#"{"estimator": "ridge", "params": {"alpha": [1, 2, 3]}}"#), TrainEntry::default()];
        assert!(plan(&spec).starts_with("4 candidates, each judged"), "{}", plan(&spec));
        spec.search = Some(crate::pipeline::RandomSearch { n_iter: 2, random_state: 1 });
        assert!(plan(&spec).starts_with("2 candidates, drawn at random"), "{}", plan(&spec));
        assert!(!others(&spec).iter().any(|(name, _)| name == "ridge"));
    }

    #[test]
    fn what_judges_fits_what_is_predicted() {
        let mut spec = PipelineSpec { train: vec![entry(r#"{"estimator": "ridge"}"#)], ..PipelineSpec::default() };
        let names = |spec: &PipelineSpec| scorings(spec).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert!(names(&spec).contains(&"mae".into()) && !names(&spec).contains(&"roc_auc".into()));
        assert_eq!(with_scoring(&spec, "mae").scoring(), Scoring::Mae);
        assert_eq!(with_scoring(&with_scoring(&spec, "mae"), "mse"), spec, "what is judged by anyway is not written");
        spec.train = vec![entry(r#"{"estimator": "logistic_regression"}"#)];
        assert_eq!((spec.scoring(), names(&spec)[0].as_str()), (Scoring::Accuracy, "accuracy"));
        spec.evaluate.scoring = Some(Scoring::Mae);
        assert!(names(&spec).contains(&"mae".into()), "what stands in the file is among them");
    }
}
