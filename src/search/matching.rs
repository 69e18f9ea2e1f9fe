//! Whether a run is found.

use super::{Attribute, Comparison, DatasetKey, Filter, Key, Node, Operator, Value};
use crate::tracking::RunSummary;

/// What a run has under a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Found<'a> {
    Nothing,
    Number(f64),
    Text(&'a str),
}

pub(super) fn find<'a>(run: &'a RunSummary, key: &Key) -> Found<'a> {
    let text = |value: Option<&'a str>| value.map_or(Found::Nothing, Found::Text);
    let number = |value: Option<f64>| value.map_or(Found::Nothing, Found::Number);
    match key {
        Key::Metric(key) => number(run.metric(key)),
        Key::Param(key) => text(run.param(key)),
        Key::Tag(key) => text(run.tag(key)),
        Key::Attribute(attribute) => match attribute {
            Attribute::RunId => Found::Text(&run.info.run_id),
            Attribute::RunName => Found::Text(&run.info.run_name),
            Attribute::Status => Found::Text(run.info.status.as_str()),
            Attribute::StartTime => Found::Number(run.info.start_time as f64),
            Attribute::EndTime => number(run.info.end_time.map(|time| time as f64)),
            Attribute::Duration => number(run.duration_ms().map(|time| time as f64 / 1000.0)),
            Attribute::UserId => text(run.tag("mlflow.user")),
            Attribute::ArtifactUri => Found::Nothing,
            Attribute::ExperimentId => Found::Text(&run.info.experiment_id),
            Attribute::Model => text(run.model_name()),
        },
        Key::Dataset(key) => match (&run.dataset, key) {
            (None, _) => Found::Nothing,
            (Some(dataset), DatasetKey::Name) => Found::Text(&dataset.name),
            (Some(dataset), DatasetKey::Digest) => Found::Text(dataset.digest.as_str()),
            (Some(_), DatasetKey::Context) => Found::Text("training"),
        },
    }
}

impl Filter {
    /// Whether the run is found.
    #[must_use]
    pub fn matches(&self, run: &RunSummary) -> bool {
        self.root.as_ref().is_none_or(|node| holds(node, run))
    }
}

fn holds(node: &Node, run: &RunSummary) -> bool {
    match node {
        Node::And(parts) => parts.iter().all(|part| holds(part, run)),
        Node::Or(parts) => parts.iter().any(|part| holds(part, run)),
        Node::Not(part) => !holds(part, run),
        Node::Name(text) => run.info.run_name.to_lowercase().contains(text),
        Node::Compare(comparison) => compares(comparison, run),
    }
}

fn compares(comparison: &Comparison, run: &RunSummary) -> bool {
    use Operator as O;
    let found = find(run, &comparison.key);
    let is_digest = comparison.key == Key::Dataset(DatasetKey::Digest);
    // A digest is usually written short.
    let same = |value: &str, wanted: &str| {
        let digits = |text: &str| text.strip_prefix("blake3:").unwrap_or(text).len();
        let is_start =
            || value.strip_prefix("blake3:").unwrap_or(value).starts_with(wanted) || value.starts_with(wanted);
        value == wanted || (is_digest && digits(wanted) >= 8 && is_start())
    };
    match (found, comparison.operator, &comparison.value) {
        (found, O::IsNull, _) => found == Found::Nothing,
        // NaN is there, but is not equal to itself.
        (found, O::IsNotNull, _) => !matches!(found, Found::Nothing),
        (Found::Number(number), operator, Value::Number(value)) => orders(operator, number, *value),
        (Found::Text(text), operator, Value::Number(value)) => {
            text.trim().parse().is_ok_and(|number| orders(operator, number, *value))
        }
        (Found::Text(text), O::Equal, Value::Text(value)) => same(text, value),
        (Found::Text(text), O::NotEqual, Value::Text(value)) => !same(text, value),
        (Found::Text(text), O::Like, Value::Text(pattern)) => like(text, pattern),
        (Found::Text(text), O::NotLike, Value::Text(pattern)) => !like(text, pattern),
        (Found::Text(text), O::ILike, Value::Text(pattern)) => like(&text.to_lowercase(), &pattern.to_lowercase()),
        (Found::Text(text), O::NotILike, Value::Text(pattern)) => !like(&text.to_lowercase(), &pattern.to_lowercase()),
        (Found::Text(text), O::In, Value::List(list)) => list.iter().any(|value| same(text, value)),
        (Found::Text(text), O::NotIn, Value::List(list)) => !list.iter().any(|value| same(text, value)),
        _ => false,
    }
}

fn orders(operator: Operator, a: f64, b: f64) -> bool {
    match operator {
        Operator::Less => a < b,
        Operator::LessEqual => a <= b,
        Operator::Greater => a > b,
        Operator::GreaterEqual => a >= b,
        Operator::Equal => a == b,
        Operator::NotEqual => a != b,
        _ => false,
    }
}

/// SQL's LIKE over the whole text: `%` is any text, `_` any one character, nothing escapes them.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut of) = (0, 0);
    // The last %, and how far into the text it reaches.
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(of) {
            Some('%') => {
                retry = Some((of, at));
                of += 1;
            }
            Some(c) if *c == '_' || Some(c) == text.get(at) => {
                at += 1;
                of += 1;
            }
            _ => {
                let Some((place, reach)) = retry else { return false };
                retry = Some((place, reach + 1));
                (of, at) = (place + 1, reach + 1);
            }
        }
    }
    pattern.get(of..).is_none_or(|rest| rest.iter().all(|c| *c == '%'))
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn patterns_are_those_of_sql() {
        let cases = [
            ("ridge", "%idge", true),
            ("ridge", "r%d%", true),
            ("ridge", "_idge", true),
            ("ridge", "idge", false),
            ("", "%", true),
            ("", "_", false),
            ("aab", "%ab", true),
            ("abcabd", "%ab_", true),
            ("abcabd", "%abc", false),
            ("ä%", "_%", true),
            ("blue_1", "blue\\_1", false),
        ];
        for (text, pattern, expected) in cases {
            assert_eq!(like(text, pattern), expected, "{text} LIKE {pattern}");
        }
    }
}
