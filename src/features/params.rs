//! Reading an encoder's parameters from the pipeline file: what is unknown or wrong is named with its parameter.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::base::{Param, ParamKind};

/// A parameter of an encoder that cannot be so. `param` is empty where the encoder itself is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EncoderError {
    pub param: String,
    /// Plain words: which encoder, which parameter, what it may be.
    pub message: String,
}

impl EncoderError {
    pub(super) fn new(param: &str, message: impl Into<String>) -> Self {
        Self { param: param.into(), message: message.into() }
    }
}

impl crate::base::Coded for EncoderError {
    fn code(&self) -> &'static str {
        "features.encoder_parameter"
    }
}

/// The parameters of the encoder `name` from a map without its `encoder` key. What is left out has its default.
pub(super) fn read<T: DeserializeOwned>(
    name: &str,
    params: &[Param],
    map: Map<String, Value>,
) -> Result<T, EncoderError> {
    let mut checked = Map::new();
    for (key, value) in map {
        let Some(param) = params.iter().find(|param| param.name == key) else {
            let known = params.iter().map(|param| param.name).collect::<Vec<_>>().join(", ");
            return Err(EncoderError::new(&key, format!("{name} has no parameter {key}. It has {known}.")));
        };
        let value = check(param, value)
            .map_err(|needs| EncoderError::new(&key, format!("{key} of {name} must be {needs}.")))?;
        checked.insert(key, value);
    }
    let each = checked.clone();
    serde_json::from_value(Value::Object(checked)).map_err(|whole| {
        // Which one? The one that fails alone.
        let fault = each.into_iter().find_map(|(key, value)| {
            let alone = Value::Object(Map::from_iter([(key.clone(), value)]));
            Some((key, serde_json::from_value::<T>(alone).err()?))
        });
        let (key, why) = fault.unwrap_or_else(|| (String::new(), whole));
        EncoderError::new(&key, format!("{key} of {name} cannot be read: {why}."))
    })
}

/// The value as it is stored, or what the parameter must be.
fn check(param: &Param, value: Value) -> Result<Value, String> {
    let is_null = value.is_null();
    match param.kind {
        ParamKind::Columns { optional, .. } => match &value {
            Value::Array(names) if names.iter().all(Value::is_string) => Ok(value),
            Value::Null if optional => Ok(value),
            _ => Err("a list of column names".to_owned() + or_null(optional)),
        },
        ParamKind::Column { optional, .. } | ParamKind::Text { optional } => {
            if value.is_string() || (is_null && optional) {
                return Ok(value);
            }
            Err("a text".to_owned() + or_null(optional))
        }
        ParamKind::Number { min, max, optional, .. } => match value.as_f64() {
            Some(number) if (min..=max).contains(&number) => Ok(value),
            None if is_null && optional => Ok(value),
            _ => Err(format!("a number from {min} to {max}{}", or_null(optional))),
        },
        ParamKind::Integer { min, max, optional } => match whole(&value) {
            Some(number) if (min..=max).contains(&number) => Ok(number.into()),
            None if is_null && optional => Ok(value),
            _ => Err(format!("a whole number from {min} to {max}{}", or_null(optional))),
        },
        // An option whose value is empty stands for null.
        ParamKind::Choice { options } => match value.as_str().or(is_null.then_some("")) {
            Some(text) if options.iter().any(|(option, _)| *option == text) => {
                Ok(if text.is_empty() { Value::Null } else { value })
            }
            _ => {
                let all = options.iter().map(|(option, _)| if option.is_empty() { "null" } else { option });
                Err(format!("one of {}", all.collect::<Vec<_>>().join(", ")))
            }
        },
        ParamKind::Flag if value.is_boolean() => Ok(value),
        ParamKind::Flag => Err("true or false".into()),
        ParamKind::Scalar if value.is_array() || value.is_object() => Err("a number or a text".into()),
        _ => Ok(value),
    }
}

fn whole(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 9e15).map(|n| n as i64))
}

fn or_null(optional: bool) -> &'static str {
    if optional { ", or null" } else { "" }
}
