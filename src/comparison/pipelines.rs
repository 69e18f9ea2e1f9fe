//! Two versions of a pipeline, as sentences: rule by rule, setting by setting.

use serde_json::{Map, Value};

use crate::pipeline::{PipelineSpec, StepName};

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub step: StepName,
    pub kind: ChangeKind,
    /// Such as "Fill missing: strategy changed from mean to median."
    pub sentence: String,
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Added,
    Removed,
    Moved,
    Changed,
}

/// What makes `new` of `old`, in the order of the steps. The pipeline's name is no difference.
#[must_use]
pub fn diff(old: &PipelineSpec, new: &PipelineSpec) -> Vec<Change> {
    let mut changes = Vec::new();
    if old.dataset.digest != new.dataset.digest || old.dataset.name != new.dataset.name {
        let name = |spec: &PipelineSpec| match spec.dataset.name.as_str() {
            "" => "no file".to_owned(),
            name => name.to_owned(),
        };
        let sentence = if old.dataset.name == new.dataset.name {
            format!("Reads another version of {}.", name(new))
        } else {
            format!("Reads {} instead of {}.", name(new), name(old))
        };
        changes.push(Change { step: StepName::Ingest, kind: ChangeKind::Changed, sentence });
    }
    let value = |value: Result<Value, serde_json::Error>| value.unwrap_or(Value::Null);
    let json = |spec: &PipelineSpec| value(serde_json::to_value(&spec.ingest));
    settings(&mut changes, StepName::Ingest, "Reading", json(old), json(new));

    let rules = |spec: &PipelineSpec| -> Vec<Part> { spec.clean.iter().map(Part::of_rule).collect() };
    changes.extend(parts(StepName::Clean, "Rule", &rules(old), &rules(new)));

    match (&old.split, &new.split) {
        (Some(_), None) => {
            settings(&mut changes, StepName::Split, "Split", "a test set".into(), "none: all rows train".into())
        }
        (None, Some(_)) => {
            settings(&mut changes, StepName::Split, "Split", "none: all rows train".into(), "a test set".into())
        }
        (old, new) => {
            settings(
                &mut changes,
                StepName::Split,
                "Split",
                value(serde_json::to_value(old)),
                value(serde_json::to_value(new)),
            );
        }
    }
    settings(
        &mut changes,
        StepName::Train,
        "Target",
        old.features.target.clone().into(),
        new.features.target.clone().into(),
    );
    changes.extend(features(old, new));
    let encoders = |spec: &PipelineSpec| -> Vec<Part> {
        spec.features.encoders.iter().map(|encoder| Part::of_map(encoder.to_map(), "encoder")).collect()
    };
    changes.extend(parts(StepName::Train, "Encoder", &encoders(old), &encoders(new)));
    settings(
        &mut changes,
        StepName::Train,
        "Target transform",
        value(serde_json::to_value(old.features.target_transform)),
        value(serde_json::to_value(new.features.target_transform)),
    );
    settings(&mut changes, StepName::Train, "Smearing", old.features.smearing.into(), new.features.smearing.into());
    let estimators = |spec: &PipelineSpec| -> Vec<Part> {
        let part = |entry: &crate::estimators::TrainEntry| {
            let name = entry.model_name().to_owned();
            Part { shown: name.clone(), name, enabled: true, map: entry.params_and_lists() }
        };
        spec.train.iter().map(part).collect()
    };
    let (old_estimators, new_estimators) = (estimators(old), estimators(new));
    match (old_estimators.as_slice(), new_estimators.as_slice()) {
        ([before], [after]) if before.name != after.name => {
            let sentence = format!("Trains {} instead of {}.", after.name, before.name);
            changes.push(Change { step: StepName::Train, kind: ChangeKind::Changed, sentence });
        }
        (before, after) => changes.extend(parts(StepName::Train, "Estimator", before, after)),
    }
    let search = |spec: &PipelineSpec| value(serde_json::to_value(spec.search));
    settings(&mut changes, StepName::Train, "Search", search(old), search(new));
    let json = |spec: &PipelineSpec| value(serde_json::to_value(&spec.evaluate));
    settings(&mut changes, StepName::Evaluate, "Evaluate", json(old), json(new));
    changes
}

fn settings(changes: &mut Vec<Change>, step: StepName, name: &str, old: Value, new: Value) {
    let mut found = Vec::new();
    collect(name, &old, &new, &mut found);
    changes.extend(found.into_iter().map(|sentence| Change { step, kind: ChangeKind::Changed, sentence }));
}

fn features(old: &PipelineSpec, new: &PipelineSpec) -> Vec<Change> {
    let change = |kind, sentence| Change { step: StepName::Train, kind, sentence };
    match (&old.features.columns, &new.features.columns) {
        (old, new) if old == new => Vec::new(),
        (None, Some(new)) => {
            vec![change(ChangeKind::Changed, format!("Features: {} instead of all columns.", list(new)))]
        }
        (_, None) => vec![change(ChangeKind::Changed, "Features: all columns instead of chosen ones.".into())],
        (old, Some(new)) => {
            let old = old.clone().unwrap_or_default();
            let added: Vec<String> = new.iter().filter(|name| !old.contains(name)).cloned().collect();
            let removed: Vec<String> = old.iter().filter(|name| !new.contains(name)).cloned().collect();
            let mut changes = Vec::new();
            if !added.is_empty() {
                changes.push(change(ChangeKind::Added, format!("Features added: {}.", list(&added))));
            }
            if !removed.is_empty() {
                changes.push(change(ChangeKind::Removed, format!("Features removed: {}.", list(&removed))));
            }
            if changes.is_empty() {
                changes.push(change(ChangeKind::Moved, "The features are in another order.".into()));
            }
            changes
        }
    }
}

/// A rule, an encoder or an estimator.
struct Part {
    name: String,
    /// In words, for people.
    shown: String,
    enabled: bool,
    /// Its parameters.
    map: Map<String, Value>,
}

impl Part {
    fn of_rule(rule: &crate::clean::Rule) -> Self {
        let mut map = rule.to_map();
        map.remove("rule");
        map.remove("enabled");
        Self { name: rule.name().to_owned(), shown: rule.label().to_owned(), enabled: rule.enabled(), map }
    }

    fn of_map(mut map: Map<String, Value>, key: &str) -> Self {
        let name = map.remove(key).and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        map.remove("enabled");
        Self { shown: name.replace('_', " "), name, enabled: true, map }
    }

    /// Its name, with the columns it is about.
    fn words(&self) -> String {
        let columns = ["columns", "column", "name"].iter().find_map(|key| match self.map.get(*key)? {
            Value::String(name) => Some(name.clone()),
            Value::Array(names) if !names.is_empty() => {
                Some(list(&names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect::<Vec<_>>()))
            }
            _ => None,
        });
        match columns.filter(|columns| !columns.is_empty()) {
            Some(columns) => format!("“{}” ({columns})", self.shown),
            None => format!("“{}”", self.shown),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.enabled == other.enabled && self.map == other.map
    }

    /// How many parameters are the same, for finding which old rule a new one was.
    fn likeness(&self, other: &Self) -> Option<usize> {
        (self.name == other.name)
            .then(|| self.map.iter().filter(|(key, value)| other.map.get(*key) == Some(*value)).count())
    }
}

fn parts(step: StepName, what: &str, old: &[Part], new: &[Part]) -> Vec<Change> {
    let mut partner_of_new: Vec<Option<usize>> = vec![None; new.len()];
    let mut is_taken = vec![false; old.len()];
    // The longest common subsequence stays where it is; then what is the same elsewhere; then what is most alike.
    for (a, b) in common(old, new) {
        pair(&mut partner_of_new, &mut is_taken, a, b);
    }
    let in_place = partner_of_new.clone();
    for exact in [true, false] {
        for b in 0..new.len() {
            let Some(wanted) = new.get(b).filter(|_| partner_of_new.get(b) == Some(&None)) else { continue };
            let free = old.iter().enumerate().filter(|(a, _)| is_taken.get(*a) == Some(&false));
            let best = free
                .filter(|(_, part)| !exact || part.is_same(wanted))
                .filter_map(|(a, part)| Some((part.likeness(wanted)?, a)))
                .max_by_key(|(likeness, a)| (*likeness, std::cmp::Reverse(a.abs_diff(b))));
            if let Some((_, a)) = best {
                pair(&mut partner_of_new, &mut is_taken, a, b);
            }
        }
    }
    let change = |kind, sentence| Change { step, kind, sentence };
    let mut changes = Vec::new();
    for (part, _) in old.iter().zip(&is_taken).filter(|(_, is_taken)| !**is_taken) {
        changes.push(change(ChangeKind::Removed, format!("{what} removed: {}.", part.words())));
    }
    // A pair that crosses one that stayed has moved; one between the same neighbours has not.
    let stays = |a: usize, b: usize| {
        in_place.iter().enumerate().all(|(y, x)| x.is_none_or(|x| (x < a) == (y < b) || (x, y) == (a, b)))
    };
    for (b, part) in new.iter().enumerate() {
        let Some(a) = partner_of_new.get(b).copied().flatten() else {
            changes.push(change(ChangeKind::Added, format!("{what} added as number {}: {}.", b + 1, part.words())));
            continue;
        };
        let Some(before) = old.get(a) else { continue };
        if !stays(a, b) {
            let sentence = format!("{what} moved from number {} to {}: {}.", a + 1, b + 1, part.words());
            changes.push(change(ChangeKind::Moved, sentence));
        }
        if before.enabled != part.enabled {
            let on = if part.enabled { "on" } else { "off" };
            changes.push(change(ChangeKind::Changed, format!("{what} switched {on}: {}.", part.words())));
        }
        let mut found = Vec::new();
        let map = |part: &Part| Value::Object(part.map.clone());
        collect(&part.words(), &map(before), &map(part), &mut found);
        changes.extend(found.into_iter().map(|sentence| change(ChangeKind::Changed, sentence)));
    }
    changes
}

fn pair(partner_of_new: &mut [Option<usize>], is_taken: &mut [bool], a: usize, b: usize) {
    partner_of_new.get_mut(b).into_iter().for_each(|partner| *partner = Some(a));
    is_taken.get_mut(a).into_iter().for_each(|taken| *taken = true);
}

/// The longest common subsequence, as pairs of places.
fn common(old: &[Part], new: &[Part]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut lengths = vec![0_usize; (old.len() + 1) * width];
    let at = |lengths: &[usize], a: usize, b: usize| lengths.get(a * width + b).copied().unwrap_or_default();
    let same = |a: usize, b: usize| matches!((old.get(a), new.get(b)), (Some(x), Some(y)) if x.is_same(y));
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            let length = if same(a, b) {
                1 + at(&lengths, a + 1, b + 1)
            } else {
                at(&lengths, a + 1, b).max(at(&lengths, a, b + 1))
            };
            lengths.get_mut(a * width + b).into_iter().for_each(|cell| *cell = length);
        }
    }
    let (mut a, mut b, mut pairs) = (0, 0, Vec::new());
    while a < old.len() && b < new.len() {
        if same(a, b) {
            pairs.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if at(&lengths, a + 1, b) >= at(&lengths, a, b + 1) {
            a += 1;
        } else {
            b += 1;
        }
    }
    pairs
}

/// A sentence for each setting that differs.
fn collect(what: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let (from, to) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                match (from, to) {
                    (Value::Object(_), Value::Object(_)) => collect(&format!("{what}: {key}"), from, to, found),
                    (from, to) if from != to => {
                        found.push(format!("{what}: {key} changed from {} to {}.", words(from), words(to)));
                    }
                    _ => {}
                }
            }
        }
        (old, new) => found.push(format!("{what} changed from {} to {}.", words(old), words(new))),
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::String(text) => text.clone(),
        Value::Bool(on) => if *on { "on" } else { "off" }.into(),
        Value::Array(items) => {
            let names: Vec<String> = items.iter().map(words).collect();
            format!("[{}]", list(&names))
        }
        Value::Object(map) => match map.get("kind").and_then(Value::as_str) {
            Some(kind) => kind.replace('_', " "),
            None => value.to_string(),
        },
        Value::Number(number) => number.to_string(),
    }
}

/// Up to four names, and how many more.
fn list(names: &[String]) -> String {
    match names.len() {
        0..=4 => names.join(", "),
        n => format!("{} and {} more", names.get(..3).unwrap_or_default().join(", "), n - 3),
    }
}
