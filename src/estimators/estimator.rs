//! What an estimator is: one file each, one line in the list of `spec.rs`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::rows::{Rounds, Rows};
use super::{EstimatorError, SpecError};
use crate::base::{Param, ParamKind};
use crate::linalg::{LinearSolution, RFactor};

/// An entry of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EstimatorInfo {
    /// The name in the pipeline file: scikit-learn's class in snake case, where it has one.
    pub name: &'static str,
    /// Plain words.
    pub label: &'static str,
    /// scikit-learn's class name, or the usual one.
    pub model_name: &'static str,
    /// Under which heading it is offered.
    pub group: &'static str,
    /// One line: what it does and when to take it.
    pub help: &'static str,
    pub params: &'static [Param],
}

/// An estimator's parameters, and with them all that is its own: spec in, solution out.
pub trait Estimator: Default + Serialize + DeserializeOwned {
    const INFO: EstimatorInfo;

    /// What the ranges in `INFO.params` cannot say.
    ///
    /// # Errors
    /// Names the parameter.
    fn check(&self) -> Result<(), SpecError> {
        Ok(())
    }

    /// One line of plain words.
    fn sentence(&self) -> String;

    /// Imports and a fitted `model`, from `X_train`, `y_train` (and `df` for weights), in Python.
    fn python(&self) -> String;

    /// The column that says how much each row counts.
    fn sample_weight(&self) -> Option<&str> {
        None
    }

    /// Whether a constant is fitted.
    fn fit_intercept(&self) -> bool {
        true
    }

    /// Whether it tells the values of the target apart instead of predicting a number.
    fn is_classifier(&self) -> bool {
        false
    }

    /// The solution from the R factor alone; `None` when the rows are needed.
    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>>;

    /// The fit over the rows, for estimators that need them; `r` is their R factor.
    ///
    /// # Errors
    /// When the rows do not suit the estimator.
    fn rounds<'a>(&self, rows: Rows<'a>, r: &RFactor) -> Result<Option<Box<dyn Rounds + 'a>>, EstimatorError> {
        let _ = (rows, r);
        Ok(None)
    }
}

/// The same for any estimator behind a reference.
pub(super) trait AnyEstimator {
    fn info(&self) -> EstimatorInfo;
    fn params_map(&self) -> Map<String, Value>;
    fn check_all(&self) -> Result<(), SpecError>;
    fn sentence(&self) -> String;
    fn python(&self) -> String;
    fn sample_weight(&self) -> Option<&str>;
    fn fit_intercept(&self) -> bool;
    fn is_classifier(&self) -> bool;
}

/// The fitting of any estimator behind a reference. Apart from `AnyEstimator`, so that the page, which only talks of
/// estimators, does not carry their arithmetic.
pub(super) trait AnyFit {
    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>>;
    fn rounds<'a>(&self, rows: Rows<'a>, r: &RFactor) -> Result<Option<Box<dyn Rounds + 'a>>, EstimatorError>;
}

impl<T: Estimator> AnyEstimator for T {
    fn info(&self) -> EstimatorInfo {
        T::INFO
    }

    fn params_map(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }

    fn check_all(&self) -> Result<(), SpecError> {
        let map = self.params_map();
        T::INFO.params.iter().try_for_each(|param| in_range(param, map.get(param.name)))?;
        Estimator::check(self)
    }

    fn sentence(&self) -> String {
        Estimator::sentence(self)
    }

    fn python(&self) -> String {
        Estimator::python(self)
    }

    fn sample_weight(&self) -> Option<&str> {
        Estimator::sample_weight(self)
    }

    fn fit_intercept(&self) -> bool {
        Estimator::fit_intercept(self)
    }

    fn is_classifier(&self) -> bool {
        Estimator::is_classifier(self)
    }
}

impl<T: Estimator> AnyFit for T {
    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        Estimator::solve_from_r(self, r)
    }

    fn rounds<'a>(&self, rows: Rows<'a>, r: &RFactor) -> Result<Option<Box<dyn Rounds + 'a>>, EstimatorError> {
        Estimator::rounds(self, rows, r)
    }
}

/// Reads an estimator's parameters; the error names the one that is unknown or wrong. Not inlined: each estimator's is a
/// function of its own, so that the browser need not load those of all for one (.ci/late.mjs).
#[inline(never)]
pub(super) fn parse<T: Estimator>(params: Map<String, Value>) -> Result<T, SpecError> {
    let info = T::INFO;
    for (key, value) in &params {
        let Some(param) = info.params.iter().find(|param| param.name == key) else {
            let known: Vec<String> = info.params.iter().map(|param| format!("`{}`", param.name)).collect();
            let message = format!("{} has no parameter `{key}`. It has {}.", info.name, known.join(", "));
            return Err(SpecError::of(key, message));
        };
        in_range(param, Some(value))?;
        let alone: Map<String, Value> = [(key.clone(), value.clone())].into_iter().collect();
        if let Err(error) = serde_json::from_value::<T>(Value::Object(alone)) {
            return Err(SpecError::of(key, format!("`{key}` of {} does not fit: {error}.", info.name)));
        }
    }
    let read: T = serde_json::from_value(Value::Object(params))
        .map_err(|error| SpecError::whole(format!("The parameters of {} do not fit: {error}.", info.name)))?;
    read.check_all()?;
    Ok(read)
}

/// Whether a number lies within the range of its parameter.
fn in_range(param: &Param, value: Option<&Value>) -> Result<(), SpecError> {
    let (min, max) = match param.kind {
        ParamKind::Number { min, max, .. } => (min, max),
        ParamKind::Integer { min, max, .. } => (min as f64, max as f64),
        _ => return Ok(()),
    };
    match value.and_then(Value::as_f64) {
        Some(number) if !(min..=max).contains(&number) => {
            let range = if max >= f64::MAX { format!("at least {min}") } else { format!("from {min} to {max}") };
            Err(SpecError::of(param.name, format!("`{}` is {number}, and must be {range}.", param.name)))
        }
        _ => Ok(()),
    }
}
