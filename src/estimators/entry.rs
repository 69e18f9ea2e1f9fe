//! An entry of `train`: an estimator, some of whose parameters may be lists of values to be tried.

use std::ops::Deref;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{EstimatorSpec, SpecError};

/// An estimator with at most some lists of values: `{"estimator": "ridge", "params": {"alpha": [0.1, 1, 10]}}`. Reads as the
/// first of its candidates.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
pub struct TrainEntry {
    first: EstimatorSpec,
    /// Parameters with several values, each list as it was written.
    lists: Map<String, Value>,
}

impl Deref for TrainEntry {
    type Target = EstimatorSpec;

    fn deref(&self) -> &EstimatorSpec {
        &self.first
    }
}

impl From<EstimatorSpec> for TrainEntry {
    fn from(first: EstimatorSpec) -> Self {
        Self { first, lists: Map::new() }
    }
}

impl TryFrom<Map<String, Value>> for TrainEntry {
    type Error = SpecError;

    fn try_from(mut written: Map<String, Value>) -> Result<Self, SpecError> {
        let mut lists = Map::new();
        if let Some(Value::Object(params)) = written.get_mut("params") {
            for (name, value) in params.iter_mut() {
                if let Value::Array(values) = value {
                    let Some(first) = values.first().cloned() else {
                        return Err(SpecError::of(name, format!("The list of values for `{name}` is empty.")));
                    };
                    lists.insert(name.clone(), std::mem::replace(value, first));
                }
            }
        }
        let mut entry = Self::from(EstimatorSpec::try_from(written)?);
        for (name, values) in lists {
            entry = entry.with_values(&name, values.as_array().map(Vec::as_slice).unwrap_or_default())?;
        }
        Ok(entry)
    }
}

impl From<TrainEntry> for Map<String, Value> {
    fn from(entry: TrainEntry) -> Self {
        let mut map = Self::from(entry.first);
        if let Some(Value::Object(params)) = map.get_mut("params") {
            params.extend(entry.lists);
        }
        map
    }
}

impl TrainEntry {
    /// The same where this parameter is tried with these values; with one value, it just has that.
    ///
    /// # Errors
    /// An empty list; a value that the parameter cannot have; a parameter that the estimator does not have.
    pub fn with_values(&self, param: &str, values: &[Value]) -> Result<Self, SpecError> {
        let Some(first) = values.first() else {
            return Err(SpecError::of(param, format!("The list of values for `{param}` is empty.")));
        };
        for value in values {
            self.first.with_param(param, value.clone())?;
        }
        let mut entry = Self { first: self.first.with_param(param, first.clone())?, lists: self.lists.clone() };
        match values.len() {
            1 => entry.lists.remove(param),
            _ => entry.lists.insert(param.to_owned(), Value::Array(values.to_vec())),
        };
        Ok(entry)
    }

    /// The same lists around another first candidate: a list keeps its values unless its parameter was changed, or the
    /// estimator is another one.
    #[must_use]
    pub fn with_first(&self, first: EstimatorSpec) -> Self {
        if first.name() != self.first.name() {
            return first.into();
        }
        let (old, new) = (self.first.params_map(), first.params_map());
        let mut lists = self.lists.clone();
        lists.retain(|name, _| old.get(name) == new.get(name));
        Self { first, lists }
    }

    /// The values that a parameter is tried with, where there are several.
    #[must_use]
    pub fn values(&self, param: &str) -> Option<&[Value]> {
        self.lists.get(param)?.as_array().map(Vec::as_slice)
    }

    /// The parameters with several values, by name.
    #[must_use]
    pub fn lists(&self) -> &Map<String, Value> {
        &self.lists
    }

    /// All parameters, lists as lists.
    #[must_use]
    pub fn params_and_lists(&self) -> Map<String, Value> {
        let mut params = self.first.params_map();
        params.extend(self.lists.clone());
        params
    }

    /// The candidate at a place of scikit-learn's `ParameterGrid`: names sorted, the last one fastest.
    ///
    /// # Errors
    /// Values that do not go together.
    pub fn candidate(&self, place: u128) -> Result<EstimatorSpec, SpecError> {
        let mut rest = place;
        let mut params = self.first.params_map();
        // A map of serde_json is sorted by name.
        for (name, values) in self.lists.iter().rev() {
            let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
            let n = values.len().max(1) as u128;
            if let Some(value) = usize::try_from(rest % n).ok().and_then(|at| values.get(at)) {
                params.insert(name.clone(), value.clone());
            }
            rest /= n;
        }
        EstimatorSpec::from_parts(self.first.name(), params)
    }

    /// How many candidates there are.
    #[must_use]
    pub fn n_candidates(&self) -> u128 {
        let lengths = self.lists.values().map(|values| values.as_array().map_or(1, Vec::len) as u128);
        lengths.fold(1, u128::saturating_mul)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Result<TrainEntry, String> {
        serde_json::from_str(text).map_err(|error: serde_json::Error| error.to_string())
    }

    #[test]
    fn lists_come_back_as_they_were_written_and_one_value_is_no_list() {
        let text = r#"{"estimator":"ridge","params":{"alpha":[0.1,1,10],"fit_intercept":[true]}}"#;
        let ridge = entry(text).unwrap();
        assert_eq!(ridge.n_candidates(), 3);
        assert_eq!(ridge.params_map().get("alpha"), Some(&Value::from(0.1)));
        assert_eq!(ridge.lists().keys().collect::<Vec<_>>(), ["alpha"]);
        let again = serde_json::to_string(&ridge).unwrap();
        assert!(again.contains(r#""alpha":[0.1,1,10]"#), "{again}");
        assert_eq!(entry(&again), Ok(ridge));
    }

    #[test]
    fn a_changed_parameter_is_no_longer_a_list_and_others_stay() {
        let grid = entry(r#"{"estimator":"ridge","params":{"alpha":[0.1,1],"fit_intercept":[true,false]}}"#).unwrap();
        let other = grid.with_first(grid.with_param("alpha", 5.into()).unwrap());
        assert_eq!(other.lists().keys().collect::<Vec<_>>(), ["fit_intercept"]);
        assert!(grid.with_first(EstimatorSpec::fresh("lasso").unwrap()).lists().is_empty());
    }

    #[test]
    fn what_cannot_be_tried_is_named() {
        let wrong = |text| entry(text).unwrap_err();
        assert!(wrong(r#"{"estimator":"ridge","params":{"alpha":[]}}"#).contains("alpha"));
        assert!(wrong(r#"{"estimator":"ridge","params":{"alpha":[1,-1]}}"#).contains("alpha"));
        assert!(wrong(r#"{"estimator":"ridge","params":{"alpha":[1,"much"]}}"#).contains("alpha"));
        assert!(wrong(r#"{"estimator":"ridge","params":{"beta":[1,2]}}"#).contains("beta"));
    }
}
