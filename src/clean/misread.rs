//! Why a rule in a pipeline file could not be read: which parameter, and what it has to be.

use serde_json::{Map, Value};

use super::{RuleError, RuleInfo, RuleKind};
use crate::base::{Param, ParamKind, nearest};

pub(super) fn unknown_param(info: &RuleInfo, key: &str) -> RuleError {
    let near = nearest(key, info.params.iter().map(|param| param.name));
    let hint = match (near.first(), info.params) {
        (Some(near), _) => format!("Did you mean {near:?}?"),
        (None, []) => "It has none.".into(),
        (None, params) => {
            format!("It has {}.", params.iter().map(|param| param.name).collect::<Vec<_>>().join(", "))
        }
    };
    RuleError::new(key, format!("The rule {:?} has no parameter {key:?}. {hint}", info.name))
}

pub(super) fn check_range(info: &RuleInfo, param: &Param, value: &Value) -> Result<(), RuleError> {
    let fits = match (&param.kind, value.as_f64()) {
        (ParamKind::Number { min, max, .. }, Some(number)) => (*min..=*max).contains(&number),
        (ParamKind::Integer { min, max, .. }, Some(number)) => {
            number.fract() == 0.0 && (*min as f64..=*max as f64).contains(&number)
        }
        _ => true,
    };
    if fits { Ok(()) } else { Err(misfit(info, param, value)) }
}

fn misfit(info: &RuleInfo, param: &Param, value: &Value) -> RuleError {
    let text: String = value.to_string().chars().take(80).collect();
    let expected = expected(&param.kind);
    RuleError::new(
        param.name,
        format!("{:?} of the rule {:?} has to be {expected}, not {text}.", param.name, info.name),
    )
}

/// What a parameter accepts, in words.
fn expected(kind: &ParamKind) -> String {
    let or_null = |optional: bool| if optional { " or null" } else { "" };
    match kind {
        ParamKind::Columns { optional, .. } => format!("a list of column names{}", or_null(*optional)),
        ParamKind::Column { optional, .. } => format!("the name of a column{}", or_null(*optional)),
        ParamKind::Number { min, max, optional, .. } => {
            format!("a number from {min} to {max}{}", or_null(*optional))
        }
        ParamKind::Integer { min, max, optional } => {
            format!("a whole number from {min} to {max}{}", or_null(*optional))
        }
        ParamKind::Choice { options } => {
            format!("one of {}", options.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))
        }
        ParamKind::Choices { options } => {
            format!("a list of {}", options.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))
        }
        ParamKind::Text { optional } => format!("a text{}", or_null(*optional)),
        ParamKind::Scalar => "a number or a text".into(),
        ParamKind::Pairs => "a list of pairs, such as [[\"old\", \"new\"]]".into(),
        ParamKind::Expression => "an expression, as a text".into(),
        ParamKind::Flag => "true or false".into(),
    }
}

/// Which parameter serde could not read: the first with which alone the rule's own defaults do not read either.
pub(super) fn explain(info: &RuleInfo, map: &Map<String, Value>, error: &serde_json::Error) -> RuleError {
    let defaults = RuleKind::fresh(info.name, &[]).map(|kind| kind.params()).unwrap_or_default();
    for param in info.params {
        let Some(value) = map.get(param.name) else { continue };
        let mut alone = defaults.clone();
        alone.insert(param.name.into(), value.clone());
        if RuleKind::read(info.name, alone).is_some_and(|read| read.is_err()) {
            return misfit(info, param, value);
        }
    }
    let message = error.to_string();
    let lacking = info.params.iter().find(|param| message.contains(&format!("missing field `{}`", param.name)));
    match lacking {
        Some(param) => RuleError::new(
            param.name,
            format!("The rule {:?} lacks {:?}: {}.", info.name, param.name, expected(&param.kind)),
        ),
        None => RuleError::of_rule(format!("The rule {:?} does not read: {message}.", info.name)),
    }
}
