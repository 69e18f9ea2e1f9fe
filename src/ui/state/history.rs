//! The spec that is being edited, with undo and redo. A burst of changes of one value (a slider, typing) is one entry.

use serde_json::Value;

use crate::pipeline::{PipelineSpec, StepName};

/// Changes of the same value within this time are one entry.
const BURST_MS: f64 = 700.0;
/// Entries kept.
const MAX_ENTRIES: usize = 200;

/// A spec and the ones before and after it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    current: PipelineSpec,
    undo: Vec<PipelineSpec>,
    redo: Vec<PipelineSpec>,
    /// The value changed last, and when.
    burst: Option<(String, f64)>,
}

impl History {
    /// A history that starts here.
    #[must_use]
    pub fn new(spec: PipelineSpec) -> Self {
        Self { current: spec, ..Self::default() }
    }

    /// The spec as it is now.
    #[must_use]
    pub fn current(&self) -> &PipelineSpec {
        &self.current
    }

    /// Takes a changed spec in. `now_ms` is any clock that only goes forward.
    pub fn edit(&mut self, spec: PipelineSpec, now_ms: f64) {
        if first_change(&self.current, &spec).is_none() {
            return;
        }
        let value = changed_value(&self.current, &spec);
        let continues =
            self.burst.as_ref().is_some_and(|(last, at)| Some(last) == value.as_ref() && now_ms - at < BURST_MS);
        let before = std::mem::replace(&mut self.current, spec);
        if !continues {
            self.undo.push(before);
            if self.undo.len() > MAX_ENTRIES {
                self.undo.remove(0);
            }
        }
        self.redo.clear();
        self.burst = value.map(|value| (value, now_ms));
    }

    /// Replaces the spec without an entry: it was completed, not changed.
    pub fn amend(&mut self, spec: PipelineSpec) {
        self.current = spec;
    }

    /// Goes one change back; false when there is none.
    pub fn undo(&mut self) -> bool {
        self.burst = None;
        let Some(before) = self.undo.pop() else { return false };
        self.redo.push(std::mem::replace(&mut self.current, before));
        true
    }

    /// Takes the last undone change in again; false when there is none.
    pub fn redo(&mut self) -> bool {
        self.burst = None;
        let Some(after) = self.redo.pop() else { return false };
        self.undo.push(std::mem::replace(&mut self.current, after));
        true
    }

    /// Whether there is something to undo.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }
}

/// The first step that a change of the spec concerns; `None` when nothing that is computed changed.
#[must_use]
pub(super) fn first_change(before: &PipelineSpec, after: &PipelineSpec) -> Option<StepName> {
    if before.dataset != after.dataset || before.ingest != after.ingest {
        Some(StepName::Ingest)
    } else if before.clean != after.clean {
        Some(StepName::Clean)
    } else if before.split != after.split || before.features.target != after.features.target {
        // The split's summary shows the target in both parts.
        Some(StepName::Split)
    } else if before.features != after.features
        || before.train != after.train
        || before.search != after.search
        || before.name != after.name
        // A sweep is judged by the folds.
        || (after.is_sweep() && before.evaluate.cv != after.evaluate.cv)
    {
        Some(StepName::Train)
    } else if before.evaluate != after.evaluate {
        Some(StepName::Evaluate)
    } else {
        None
    }
}

/// The path of the one value in which two specs differ; `None` where more differs, or what is there at all.
fn changed_value(old: &PipelineSpec, new: &PipelineSpec) -> Option<String> {
    fn differing(path: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
        match (old, new) {
            (old, new) if old == new => {}
            (Value::Object(a), Value::Object(b)) if a.len() == b.len() && a.keys().all(|key| b.contains_key(key)) => {
                for (key, value) in a {
                    differing(&format!("{path}.{key}"), value, b.get(key).unwrap_or(&Value::Null), found);
                }
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                for (place, (a, b)) in a.iter().zip(b).enumerate() {
                    differing(&format!("{path}.{place}"), a, b, found);
                }
            }
            // A list that grew or shrank is a change of its own.
            (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => {
                found.extend([path.to_owned(), path.to_owned()]);
            }
            _ => found.push(path.to_owned()),
        }
    }
    let mut found = Vec::new();
    let json = |spec: &PipelineSpec| serde_json::to_value(spec).unwrap_or_default();
    differing("", &json(old), &json(new), &mut found);
    match found.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::{SplitSpec, TestSize};

    fn with_seed(random_state: u32) -> PipelineSpec {
        PipelineSpec { split: Some(SplitSpec { random_state, ..SplitSpec::default() }), ..PipelineSpec::default() }
    }

    fn seed(history: &History) -> u32 {
        history.current().split.as_ref().map_or(0, |split| split.random_state)
    }

    #[test]
    fn a_burst_is_one_entry() {
        let mut history = History::new(with_seed(42));
        history.edit(with_seed(1), 0.0);
        history.edit(with_seed(12), 300.0);
        history.edit(with_seed(123), 900.0); // 600 ms after the last: still the same burst
        assert!(history.undo());
        assert_eq!(seed(&history), 42);
        assert!(!history.undo());
        assert!(history.redo());
        assert_eq!(seed(&history), 123);
        assert!(!history.redo());
    }

    #[test]
    fn a_pause_or_another_part_starts_an_entry() {
        let mut history = History::new(with_seed(42));
        history.edit(with_seed(1), 0.0);
        history.edit(with_seed(2), 1000.0);
        let renamed = PipelineSpec { name: "other".into(), ..with_seed(2) };
        history.edit(renamed, 1001.0);
        assert_eq!((history.undo(), seed(&history)), (true, 2));
        assert_eq!((history.undo(), seed(&history)), (true, 1));
        assert_eq!((history.undo(), seed(&history)), (true, 42));
        assert!(!history.can_undo() && history.can_redo());
        history.edit(with_seed(5), 2000.0);
        assert!(!history.can_redo(), "an edit ends what could be redone");
    }

    #[test]
    fn an_edit_that_changes_nothing_is_none() {
        let mut history = History::new(with_seed(42));
        history.edit(with_seed(42), 0.0);
        assert!(!history.can_undo());
    }

    #[test]
    fn a_change_concerns_the_first_step_that_reads_it() {
        let spec = PipelineSpec::default();
        let mut target = spec.clone();
        target.features.target = "y".into();
        let mut count = spec.clone();
        count.split = Some(SplitSpec { test_size: TestSize::Count(3), ..SplitSpec::default() });
        let mut header = count.clone();
        header.ingest.has_header = false;
        assert_eq!(first_change(&spec, &spec), None);
        assert_eq!(first_change(&spec, &target), Some(StepName::Split));
        assert_eq!(first_change(&spec, &count), Some(StepName::Split));
        assert_eq!(first_change(&spec, &header), Some(StepName::Ingest));
    }
}
