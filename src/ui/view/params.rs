//! The parameters of a rule, an encoder, an estimator or folds as a form shows and reads them.

use serde_json::Value;

use crate::base::{Accepts, ParamKind};
use crate::table::DataType;

/// Positions of a slider at most; one by factors has a position on every power of ten.
const MOST_STEPS: f64 = 200.0;
const STEPS_OF_DECADE: f64 = 20.0;
/// Where a slider by factors begins when its range begins at 0, and where it ends when its range does not.
const SMALLEST: f64 = 1e-6;
const LARGEST: f64 = 1e6;
const LARGEST_WHOLE: i64 = 1000;
/// Up to this many whole numbers each have a place of their own; more are slid over by factors.
const LINEAR_WHOLE: i64 = 50;
/// Steps of a slider whose number has no end and does not move by factors.
const STEPS_OF_UNBOUNDED: f64 = 80.0;

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

/// A slider over `min` to `max`; by factors where `log`, over whole numbers where `whole`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slider {
    pub min: f64,
    pub max: f64,
    pub step: f64,
    pub log: bool,
    pub whole: bool,
}

impl Slider {
    /// The slider of a number that has something to slide over. It may end before the number's own range does: a hand finds
    /// a penalty between a millionth and a million, and the field beside it takes the others.
    #[must_use]
    pub fn of(kind: ParamKind) -> Option<Self> {
        match kind {
            ParamKind::Number { min, max, step, log: true, .. } => {
                Some(Self { min, max: max.min(LARGEST), step, log: true, whole: false })
            }
            ParamKind::Number { min, max, step, .. } if min > f64::MIN => {
                let max = if max <= 1e3 { max } else { min + STEPS_OF_UNBOUNDED * step };
                (max > min).then_some(Self { min, max, step, log: false, whole: false })
            }
            // Larger ones are seeds and safety nets, not settings to be felt.
            ParamKind::Integer { min, max, .. } if max <= 1_000_000 => {
                let max = max.min(LARGEST_WHOLE);
                let log = max - min > LINEAR_WHOLE;
                Some(Self { min: min as f64, max: max as f64, step: 1.0, log, whole: true })
            }
            _ => None,
        }
    }

    fn ends(self) -> (f64, f64) {
        let smallest = if self.whole { 1.0 } else { SMALLEST };
        if self.log { (self.min.max(smallest).log10(), self.max.max(smallest).log10()) } else { (self.min, self.max) }
    }

    /// How many steps it has: as many as there are values, where those are few.
    #[must_use]
    pub fn steps(self) -> f64 {
        if self.log {
            let (low, high) = self.ends();
            return (STEPS_OF_DECADE * (high - low)).round().max(1.0);
        }
        if self.step > 0.0 { ((self.max - self.min) / self.step).round().clamp(1.0, MOST_STEPS) } else { MOST_STEPS }
    }

    /// The position from 0 to `steps` that stands for a value.
    #[must_use]
    pub fn position(self, value: f64) -> f64 {
        let (low, high) = self.ends();
        let at = if self.log { value.max(SMALLEST).log10() } else { value };
        ((at - low) / (high - low) * self.steps()).clamp(0.0, self.steps()).round()
    }

    /// The value that a position stands for: round, at most two digits where it moves by factors.
    #[must_use]
    pub fn value(self, position: f64) -> f64 {
        let (low, high) = self.ends();
        let at = low + (high - low) * position / self.steps();
        if self.log {
            let value = 10_f64.powf(at);
            let value = format!("{value:.1e}").parse().unwrap_or(value);
            if self.whole { value.round().clamp(self.min, self.max) } else { value }
        } else {
            let step = if self.step > 0.0 { self.step } else { (self.max - self.min) / MOST_STEPS };
            let value = self.min + ((at - self.min) / step).round() * step;
            // Steps such as 0.1 add up to 0.30000000000000004.
            format!("{value:.10}").parse::<f64>().unwrap_or(value).clamp(self.min, self.max)
        }
    }

    /// That value as the pipeline's file writes it.
    #[must_use]
    pub fn json(self, position: f64) -> Value {
        let value = self.value(position);
        if self.whole { (value as i64).into() } else { value.into() }
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
    fn every_slider_of_an_estimator_or_an_encoder_moves_in_steps_a_hand_can_feel() {
        let estimators = crate::estimators::ESTIMATORS.iter().flat_map(|info| info.params.iter());
        let encoders = crate::features::ENCODERS.iter().flat_map(|info| info.params.iter());
        let mut sliders = 0;
        for param in estimators.chain(encoders) {
            let Some(slider) = Slider::of(param.kind) else { continue };
            sliders += 1;
            let values: Vec<f64> = (0..=slider.steps() as u32).map(|at| slider.value(at.into())).collect();
            assert!(values.iter().all(|value| value.is_finite()), "{}: {values:?}", param.name);
            assert!(values.windows(2).all(|pair| pair[1] >= pair[0]), "{}: {values:?}", param.name);
            if slider.log && !slider.whole {
                assert!(values.windows(2).all(|pair| pair[1] <= 1.25 * pair[0]), "{}: {values:?}", param.name);
            }
            let read_again = read(param.kind, &shown(&slider.json(slider.steps())));
            assert!(read_again.is_ok(), "{}: {read_again:?}", param.name);
        }
        assert!(sliders >= 10, "{sliders}");
    }

    #[test]
    fn a_slider_finds_its_values_again() {
        let log = Slider { min: 0.0, max: 1e4, step: 0.0, log: true, whole: false };
        for value in [1e-6, 1e-3, 1.0, 1e4] {
            assert_eq!(log.value(log.position(value)), value);
        }
        let plain = Slider { min: 0.0, max: 1.0, step: 0.05, log: false, whole: false };
        assert_eq!(plain.value(plain.position(0.3)), 0.3);
        assert_eq!((plain.position(-5.0), plain.position(5.0)), (0.0, 20.0));
        let whole = Slider { min: 1.0, max: 1000.0, step: 1.0, log: true, whole: true };
        assert_eq!((whole.json(0.0), whole.json(whole.steps())), (json!(1), json!(1000)));
        assert_eq!(whole.json(whole.position(100.0)), json!(100));
    }

    #[test]
    fn pairs_are_read_and_written() {
        let value = json!([["a", "b"], [1, null]]);
        assert_eq!(pairs(&value), [("a".into(), "b".into()), ("1".into(), String::new())]);
        assert_eq!(of_pairs(&pairs(&value), false), value);
        assert_eq!(of_pairs(&[("1".into(), "x".into())], true), json!([["1", "x"]]));
    }
}
