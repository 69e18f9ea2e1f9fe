//! Why a step ran: the difference between this run's settings and the last run's, in words.

use serde_json::{Value, json};

use super::{PipelineSpec, StepName};
use crate::base::sorted_by;

/// The part of a spec that a step reads, as a JSON object.
#[must_use]
pub fn parameters(spec: &PipelineSpec, step: StepName) -> Value {
    match step {
        StepName::Ingest => json!({ "ingest": spec.ingest }),
        StepName::Clean => json!({ "clean": spec.clean }),
        StepName::Split => json!({ "split": spec.split }),
        StepName::Train => json!({ "features": spec.features, "train": spec.train }),
        StepName::Evaluate => json!({ "evaluate": spec.evaluate }),
    }
}

/// What a reason is made from.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    pub step: StepName,
    pub spec: &'a PipelineSpec,
    /// The spec of the last run of this pipeline, and the code version of this step in it.
    pub previous: Option<(&'a PipelineSpec, u32)>,
    /// The nearest step before this one whose artifact differs from the last run's.
    pub changed_input: Option<StepName>,
}

/// Why the step could not be reused.
#[must_use]
pub fn why_it_ran(circumstances: Circumstances<'_>) -> String {
    let Circumstances { step, spec, previous, changed_input } = circumstances;
    let Some((old, old_code)) = previous else {
        return "First run on this file.".into();
    };
    if old.dataset.digest != spec.dataset.digest {
        return match step {
            StepName::Ingest => format!("New dataset: {} has not been read before.", spec.dataset.name),
            _ => "New dataset.".into(),
        };
    }
    let changes = changes(&parameters(old, step), &parameters(spec, step));
    if !changes.is_empty() {
        return sentence(&changes);
    }
    let of_sweep = of_sweep(step, old, spec);
    if !of_sweep.is_empty() {
        return sentence(&of_sweep);
    }
    if step == StepName::Split && old.features.target != spec.features.target {
        return format!("The target changed from {} to {}.", old.features.target, spec.features.target);
    }
    if old_code != step.code_version() {
        return format!("The step's code changed from version {old_code} to {}.", step.code_version());
    }
    match changed_input {
        Some(input) => format!("{} gave another result.", input.title()),
        None => "Its earlier result is no longer in the store.".into(),
    }
}

/// What differs in how a sweep draws and judges its candidates: Train reads that, too, where there are several.
fn of_sweep(step: StepName, old: &PipelineSpec, new: &PipelineSpec) -> Vec<Change> {
    if step != StepName::Train || !old.is_sweep() || !new.is_sweep() {
        return Vec::new();
    }
    let read = |spec: &PipelineSpec| json!({ "search": spec.search, "evaluate": { "cv": spec.folds(), "scoring": spec.scoring() } });
    changes(&read(old), &read(new))
}

/// One setting that differs.
#[derive(Debug, Clone, PartialEq)]
struct Change {
    path: String,
    from: Value,
    to: Value,
}

fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    collect("", old, new, &mut found);
    found
}

fn collect(path: &str, old: &Value, new: &Value, found: &mut Vec<Change>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (old, new) {
        (old, new) if old == new => {}
        (Value::Object(old), Value::Object(new)) => {
            let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key))).collect();
            let keys = sorted_by(keys, |a: &&String, b| a.cmp(b));
            for key in keys {
                let absent = Value::Null;
                collect(&below(key), old.get(key).unwrap_or(&absent), new.get(key).unwrap_or(&absent), found);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() && old.iter().any(Value::is_object) => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                collect(&below(&index.to_string()), old, new, found);
            }
        }
        (old, new) => found.push(Change { path: path.to_owned(), from: old.clone(), to: new.clone() }),
    }
}

fn sentence(changes: &[Change]) -> String {
    let Some(first) = changes.first() else { return String::new() };
    let rest = match changes.len() {
        1 => String::new(),
        2 => ", and one more setting".to_owned(),
        n => format!(", and {} more settings", n - 1),
    };
    match (first.path.as_str(), &first.from, &first.to) {
        ("clean", Value::Array(old), Value::Array(new)) if old.len() != new.len() => {
            let (count, verb) = if new.len() > old.len() {
                (new.len() - old.len(), "added")
            } else {
                (old.len() - new.len(), "removed")
            };
            format!("{count} rule{} {verb}.", if count == 1 { "" } else { "s" })
        }
        (path, Value::Null, to) if path.ends_with(".enabled") => {
            format!("{path} changed from on to {}{rest}.", words(to))
        }
        (path, from, Value::Null) if path.ends_with(".enabled") => {
            format!("{path} changed from {} to on{rest}.", words(from))
        }
        (path, from, to) => format!("{path} changed from {} to {}{rest}.", words(from), words(to)),
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "on".into(),
        Value::Bool(false) => "off".into(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let names: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            if names.len() <= 3 { format!("[{}]", names.join(", ")) } else { format!("{} columns", names.len()) }
        }
        Value::Array(items) => format!("{} entries", items.len()),
        // Folds, for one: the kind says what it is, the rest stands in the settings.
        Value::Object(map) => match map.get("kind").and_then(Value::as_str) {
            Some(kind) => kind.replace('_', " "),
            None => "other settings".into(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{KeepNumeric, Rule};
    use crate::split::{SplitSpec, TestSize};

    fn why(step: StepName, old: &PipelineSpec, new: &PipelineSpec, input: Option<StepName>) -> String {
        let previous = Some((old, step.code_version()));
        why_it_ran(Circumstances { step, spec: new, previous, changed_input: input })
    }

    #[test]
    fn a_changed_setting_is_named_with_both_values() {
        let old = PipelineSpec::default();
        let split = SplitSpec { test_size: TestSize::Share(0.25), ..SplitSpec::default() };
        let new = PipelineSpec { split: Some(split), ..old.clone() };
        assert_eq!(why(StepName::Split, &old, &new, None), "split.test_size changed from 0.2 to 0.25.");
        assert_eq!(why(StepName::Train, &old, &new, Some(StepName::Split)), "Split gave another result.");
        assert_eq!(why(StepName::Clean, &old, &new, None), "Its earlier result is no longer in the store.");
    }

    #[test]
    fn train_reads_what_judges_candidates_where_there_are_several() {
        let judged_by = |scoring: &str| {
            let train = r#"[{"estimator": "ridge", "params": {"alpha": [1, 2]}}]"#;
            let json = format!(r#"{{"pipette": 1, "train": {train}, "evaluate": {{"scoring": {scoring}}}}}"#);
            PipelineSpec::from_json(&json).unwrap()
        };
        let (old, new) = (judged_by("null"), judged_by(r#""mae""#));
        assert_eq!(why(StepName::Train, &old, &new, None), "evaluate.scoring changed from mse to mae.");
        let alone = |spec: &PipelineSpec| PipelineSpec { train: PipelineSpec::default().train, ..spec.clone() };
        let no_sweep = why(StepName::Train, &alone(&old), &alone(&new), None);
        assert_eq!(no_sweep, "Its earlier result is no longer in the store.");
    }

    #[test]
    fn rules_are_counted_and_switches_named() {
        let old = PipelineSpec::default();
        let on = PipelineSpec { clean: vec![Rule::from(KeepNumeric {})], ..old.clone() };
        let off = PipelineSpec { clean: vec![Rule { enabled: false, ..Rule::from(KeepNumeric {}) }], ..old.clone() };
        assert_eq!(why(StepName::Clean, &old, &on, None), "1 rule added.");
        assert_eq!(why(StepName::Clean, &on, &off, None), "clean.0.enabled changed from on to off.");
        let first = Circumstances { step: StepName::Clean, spec: &on, previous: None, changed_input: None };
        assert_eq!(why_it_ran(first), "First run on this file.");
        let newer = Circumstances { previous: Some((&on, 0)), ..first };
        assert_eq!(why_it_ran(newer), "The step's code changed from version 0 to 2.");
    }
}
