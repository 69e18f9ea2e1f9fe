//! The parameters of a rule, an encoder, an estimator or folds as a form shows and reads them.

use serde_json::Value;

use crate::base::{Accepts, ParamKind};
use crate::table::DataType;

/// Positions of a slider.
pub const SLIDER_STEPS: f64 = 200.0;
/// Where a slider by factors begins when its range begins at 0.
const SMALLEST: f64 = 1e-6;

/// A value as a field shows it: empty for `null`, a list with commas.
#[must_use]
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// What a person typed into the field of a parameter, as JSON.
///
/// # Errors
/// Why it does not fit, with the remedy.
pub fn read(kind: ParamKind, text: &str) -> Result<Value, String> {
    let text = text.trim();
    match kind {
        ParamKind::Number { min, max, optional, .. } => number(text, min, max, optional),
        ParamKind::Integer { min, max, optional } => integer(text, min, max, optional),
        ParamKind::Text { optional } | ParamKind::Column { optional, .. } if text.is_empty() && optional => {
            Ok(Value::Null)
        }
        ParamKind::Scalar => Ok(scalar(text)),
        _ => Ok(Value::from(text)),
    }
}

/// A number where the text is one, else the text; nothing is `null`.
#[must_use]
pub fn scalar(text: &str) -> Value {
    let text = text.trim();
    match text.parse::<f64>() {
        _ if text.is_empty() => Value::Null,
        Ok(number) if number.is_finite() => text.parse::<i64>().map_or_else(|_| number.into(), Value::from),
        _ => Value::from(text),
    }
}

fn number(text: &str, min: f64, max: f64, optional: bool) -> Result<Value, String> {
    if text.is_empty() && optional {
        return Ok(Value::Null);
    }
    match text.replace(',', ".").parse::<f64>() {
        Ok(number) if number >= min && number <= max => Ok(number.into()),
        Ok(number) if number < min => Err(format!("At least {min}.")),
        Ok(number) if number > max => Err(format!("At most {max}.")),
        _ => Err("Type a number, such as 0.5 or 1e-3.".into()),
    }
}

fn integer(text: &str, min: i64, max: i64, optional: bool) -> Result<Value, String> {
    if text.is_empty() && optional {
        return Ok(Value::Null);
    }
    match text.parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(number.into()),
        Ok(number) if number < min => Err(format!("At least {min}.")),
        Ok(_) => Err(format!("At most {max}.")),
        Err(_) => Err("Type a whole number.".into()),
    }
}

/// Whether a column of this type can be chosen.
#[must_use]
pub fn accepts(accepts: Accepts, data_type: DataType) -> bool {
    match accepts {
        Accepts::Any => true,
        Accepts::Numeric => data_type.is_numeric(),
        Accepts::NumericOrBoolean => data_type.is_numeric() || data_type == DataType::Boolean,
        Accepts::Textual => matches!(data_type, DataType::Category | DataType::Text),
        Accepts::Categorical => matches!(data_type, DataType::Category | DataType::Boolean),
        Accepts::Timestamp => data_type == DataType::Timestamp,
    }
}

/// A slider over `min` to `max`; by factors where `log`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slider {
    pub min: f64,
    pub max: f64,
    pub step: f64,
    pub log: bool,
}

impl Slider {
    /// The slider of a number whose range is finite enough to be slid over.
    #[must_use]
    pub fn of(kind: ParamKind) -> Option<Self> {
        match kind {
            ParamKind::Number { min, max, step, log, .. }
                if min.is_finite() && max.is_finite() && (log || max <= 1e3) =>
            {
                Some(Self { min, max, step, log })
            }
            _ => None,
        }
    }

    fn ends(self) -> (f64, f64) {
        if self.log { (self.min.max(SMALLEST).log10(), self.max.max(SMALLEST).log10()) } else { (self.min, self.max) }
    }

    /// The position from 0 to `SLIDER_STEPS` that stands for a value.
    #[must_use]
    pub fn position(self, value: f64) -> f64 {
        let (low, high) = self.ends();
        let at = if self.log { value.max(SMALLEST).log10() } else { value };
        ((at - low) / (high - low) * SLIDER_STEPS).clamp(0.0, SLIDER_STEPS).round()
    }

    /// The value that a position stands for: round, at most two digits where it moves by factors.
    #[must_use]
    pub fn value(self, position: f64) -> f64 {
        let (low, high) = self.ends();
        let at = low + (high - low) * position / SLIDER_STEPS;
        if self.log {
            let value = 10_f64.powf(at);
            format!("{value:.1e}").parse().unwrap_or(value)
        } else {
            let step = if self.step > 0.0 { self.step } else { (self.max - self.min) / SLIDER_STEPS };
            let value = self.min + ((at - self.min) / step).round() * step;
            // Steps such as 0.1 add up to 0.30000000000000004.
            format!("{value:.10}").parse::<f64>().unwrap_or(value).clamp(self.min, self.max)
        }
    }
}

/// Pairs of old and new, as the file writes them: a list of lists of two.
#[must_use]
pub fn pairs(value: &Value) -> Vec<(String, String)> {
    let side = |pair: &Value, i: usize| pair.get(i).map(shown).unwrap_or_default();
    value.as_array().into_iter().flatten().map(|pair| (side(pair, 0), side(pair, 1))).collect()
}

/// The pairs as JSON; a number where the text is one, an empty new value is `null`.
#[must_use]
pub fn of_pairs(pairs: &[(String, String)], are_names: bool) -> Value {
    let side = |text: &str| if are_names { Value::from(text) } else { scalar(text) };
    pairs.iter().map(|(old, new)| Value::from(vec![side(old), side(new)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_typed_is_read_or_refused_in_words() {
        let number = ParamKind::Number { min: 0.0, max: 10.0, step: 0.1, log: false, optional: true };
        assert_eq!(read(number, " 2,5 "), Ok(json!(2.5)));
        assert_eq!(read(number, ""), Ok(Value::Null));
        assert_eq!(read(number, "-1"), Err("At least 0.".into()));
        assert_eq!(read(number, "11"), Err("At most 10.".into()));
        assert!(read(number, "x").is_err() && read(number, "nan").is_err());
        let integer = ParamKind::Integer { min: 1, max: 9, optional: false };
        assert_eq!(read(integer, "3"), Ok(json!(3)));
        assert!(read(integer, "").is_err() && read(integer, "2.5").is_err() && read(integer, "10").is_err());
        assert_eq!(read(ParamKind::Scalar, "7"), Ok(json!(7)));
        assert_eq!(read(ParamKind::Scalar, "7.5"), Ok(json!(7.5)));
        assert_eq!(read(ParamKind::Scalar, "inf"), Ok(json!("inf")));
        assert_eq!(read(ParamKind::Text { optional: true }, " "), Ok(Value::Null));
        assert_eq!(shown(&json!(["a", 1, null])), "a, 1, ");
    }

    #[test]
    fn a_slider_finds_its_values_again() {
        let log = Slider { min: 0.0, max: 1e4, step: 0.0, log: true };
        for value in [1e-6, 1e-3, 1.0, 1e4] {
            assert_eq!(log.value(log.position(value)), value);
        }
        let plain = Slider { min: 0.0, max: 1.0, step: 0.05, log: false };
        assert_eq!(plain.value(plain.position(0.3)), 0.3);
        assert_eq!((plain.position(-5.0), plain.position(5.0)), (0.0, SLIDER_STEPS));
    }

    #[test]
    fn pairs_are_read_and_written() {
        let value = json!([["a", "b"], [1, null]]);
        assert_eq!(pairs(&value), [("a".into(), "b".into()), ("1".into(), String::new())]);
        assert_eq!(of_pairs(&pairs(&value), false), value);
        assert_eq!(of_pairs(&[("1".into(), "x".into())], true), json!([["1", "x"]]));
    }
}
