//! An entry of `features.encoders`: an encoder, some of whose parameters may be lists of values to be tried.

use std::ops::Deref;

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{ENCODERS, EncoderError, EncoderSpec};
use crate::base::ParamKind;

/// An encoder with at most some lists of values: `{"encoder": "polynomial_features", "degree": [1, 2, 3]}`. Reads as the
/// first of its candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct EncoderEntry {
    first: EncoderSpec,
    /// Parameters with several values, each list as it was written.
    lists: Map<String, Value>,
}

impl Deref for EncoderEntry {
    type Target = EncoderSpec;

    fn deref(&self) -> &EncoderSpec {
        &self.first
    }
}

impl From<EncoderSpec> for EncoderEntry {
    fn from(first: EncoderSpec) -> Self {
        Self { first, lists: Map::new() }
    }
}

impl EncoderEntry {
    /// From the map that the pipeline file holds. A list is one of values to be tried where the parameter has one value.
    ///
    /// # Errors
    /// As `EncoderSpec::from_map` and `with_values`.
    pub fn from_map(mut map: Map<String, Value>) -> Result<Self, EncoderError> {
        let mut lists = Map::new();
        let name = map.get("encoder").and_then(Value::as_str);
        let params = ENCODERS.iter().find(|info| Some(info.name) == name).map_or(&[][..], |info| info.params);
        for param in params.iter().filter(|param| has_one_value(param.kind)) {
            if let Some(value @ Value::Array(_)) = map.get_mut(param.name) {
                let first = value.as_array().and_then(|values| values.first().cloned());
                let first = first.ok_or_else(|| no_values(param.name))?;
                lists.insert(param.name.to_owned(), std::mem::replace(value, first));
            }
        }
        let mut entry = Self::from(EncoderSpec::from_map(map)?);
        for (name, values) in lists {
            entry = entry.with_values(&name, values.as_array().map(Vec::as_slice).unwrap_or_default())?;
        }
        Ok(entry)
    }

    /// All parameters, lists as lists, and `encoder`.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        let mut map = self.first.to_map();
        map.extend(self.lists.clone());
        map
    }

    /// The same where this parameter is tried with these values; with one value, it just has that.
    ///
    /// # Errors
    /// An empty list; a value that the parameter cannot have; a parameter that the encoder does not have.
    pub fn with_values(&self, param: &str, values: &[Value]) -> Result<Self, EncoderError> {
        let first = values.first().ok_or_else(|| no_values(param))?;
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
    /// encoder is another one.
    #[must_use]
    pub fn with_first(&self, first: EncoderSpec) -> Self {
        let (old, new) = (self.first.to_map(), first.to_map());
        let mut lists = self.lists.clone();
        lists.retain(|name, _| first.name() == self.first.name() && old.get(name) == new.get(name));
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

    /// How many candidates there are.
    #[must_use]
    pub fn n_candidates(&self) -> u128 {
        let lengths = self.lists.values().map(|values| values.as_array().map_or(1, Vec::len) as u128);
        lengths.fold(1, u128::saturating_mul)
    }

    /// The candidate at a place of scikit-learn's `ParameterGrid`: names sorted, the last one fastest.
    ///
    /// # Errors
    /// Values that do not go together.
    pub fn candidate(&self, place: u128) -> Result<EncoderSpec, EncoderError> {
        let mut rest = place;
        let mut map = self.first.to_map();
        // A map of serde_json is sorted by name.
        for (name, values) in self.lists.iter().rev() {
            let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
            let n = values.len().max(1) as u128;
            if let Some(value) = usize::try_from(rest % n).ok().and_then(|at| values.get(at)) {
                map.insert(name.clone(), value.clone());
            }
            rest /= n;
        }
        EncoderSpec::from_map(map)
    }

    /// One line of plain words; what is tried stands at its end.
    #[must_use]
    pub fn sentence(&self) -> String {
        let tried: Vec<String> = self.lists.iter().map(|(name, values)| tried(name, values)).collect();
        if tried.is_empty() {
            return self.first.sentence();
        }
        format!("{} Tries {}.", self.first.sentence(), tried.join("; "))
    }
}

/// `degree 1, 2, 3`.
fn tried(name: &str, values: &Value) -> String {
    let word = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Bool(is_on) => (if *is_on { "on" } else { "off" }).to_owned(),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    };
    let words: Vec<String> = values.as_array().into_iter().flatten().map(word).collect();
    format!("{name} {}", words.join(", "))
}

fn no_values(param: &str) -> EncoderError {
    EncoderError::new(param, format!("The list of values for `{param}` is empty."))
}

/// Whether a list can only mean several values to be tried.
fn has_one_value(kind: ParamKind) -> bool {
    matches!(kind, ParamKind::Number { .. } | ParamKind::Integer { .. } | ParamKind::Choice { .. } | ParamKind::Flag)
}

/// What stands before the parameters of each encoder where those of a whole pipeline are named, as in
/// `polynomial_features__degree`: its name, with a number from the second of the same name on.
#[must_use]
pub fn param_prefixes<'a>(encoders: impl Iterator<Item = &'a EncoderSpec>) -> Vec<String> {
    let mut names: Vec<&'static str> = Vec::new();
    let mut prefixes = Vec::new();
    for encoder in encoders {
        let name = encoder.name();
        names.push(name);
        let n = names.iter().filter(|other| **other == name).count();
        prefixes.push(if n == 1 { format!("{name}__") } else { format!("{name}_{n}__") });
    }
    prefixes
}

/// As the pipeline file writes it: as the encoder, with its lists.
impl Serialize for EncoderEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.lists.is_empty() {
            return self.first.serialize(serializer);
        }
        let written = self.first.written();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("encoder", self.first.name())?;
        for param in self.first.params() {
            if let Some(value) = self.lists.get(param.name).or_else(|| written.get(param.name)) {
                map.serialize_entry(param.name, value)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for EncoderEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_map(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Result<EncoderEntry, String> {
        serde_json::from_str(text).map_err(|error: serde_json::Error| error.to_string())
    }

    #[test]
    fn lists_come_back_as_they_were_written_and_columns_are_no_such_list() {
        let text =
            r#"{"encoder":"polynomial_features","columns":["a","b"],"degree":[2,3],"include_bias":[true,false]}"#;
        let made = entry(text).unwrap();
        assert_eq!((made.n_candidates(), made.columns().map(<[String]>::len)), (4, Some(2)));
        assert_eq!(serde_json::to_string(&made).unwrap(), text, "although 2 is the default");
        assert!(made.sentence().ends_with(" Tries degree 2, 3; include_bias on, off."), "{}", made.sentence());
        let degrees: Vec<_> = (0..4).map(|place| made.candidate(place).unwrap().to_map()["degree"].clone()).collect();
        assert_eq!(degrees, [2, 2, 3, 3]);
        assert_eq!(
            serde_json::to_string(&entry(r#"{"encoder":"standard_scaler"}"#).unwrap()).unwrap(),
            r#"{"encoder":"standard_scaler","columns":null}"#
        );
    }

    #[test]
    fn a_changed_parameter_is_no_longer_a_list_and_others_stay() {
        let made =
            entry(r#"{"encoder":"polynomial_features","degree":[2,3],"interaction_only":[true,false]}"#).unwrap();
        let other = made.with_first(made.with_param("degree", 4.into()).unwrap());
        assert_eq!(other.lists().keys().collect::<Vec<_>>(), ["interaction_only"]);
        assert!(made.with_first(EncoderSpec::fresh("standard_scaler", None).unwrap()).lists().is_empty());
    }

    #[test]
    fn what_cannot_be_tried_is_named() {
        let wrong = |text| entry(text).unwrap_err();
        assert!(wrong(r#"{"encoder":"polynomial_features","degree":[]}"#).contains("`degree` is empty"));
        assert!(wrong(r#"{"encoder":"polynomial_features","degree":[2,"much"]}"#).contains("degree"));
        assert!(wrong(r#"{"encoder":"oracle","degree":[2]}"#).contains("oracle"));
    }

    #[test]
    fn each_encoder_has_its_own_names() {
        let made = |name| EncoderSpec::fresh(name, None).unwrap();
        let all = [made("standard_scaler"), made("one_hot_encoder"), made("standard_scaler")];
        assert_eq!(param_prefixes(all.iter()), ["standard_scaler__", "one_hot_encoder__", "standard_scaler_2__"]);
    }
}
