//! What the page knows of stacks, triggers and the store.

use std::collections::BTreeSet;

use crate::base::ErrorReport;
use crate::registry::{DEFAULT_STACK, Saved, Stack, Stacks, Trigger};
use crate::tracking::StoreUsage;
use crate::web::protocol::{RequestId, StackTexts};

/// Stacks, triggers, and what the store takes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StackState {
    /// `None` until they were read.
    pub stacks: Option<Stacks>,
    /// By name.
    pub triggers: Vec<Saved<Trigger>>,
    /// Deployments whose notice of drift stands.
    pub drifted: BTreeSet<String>,
    /// `None` until a screen asked for it.
    pub usage: Option<StoreUsage>,
    /// Why the store could not be looked at, or emptied.
    pub trouble: Option<ErrorReport>,
    asked: Option<RequestId>,
}

impl StackState {
    /// Stacks and triggers arrived. What cannot be read is left out.
    pub fn take(&mut self, texts: StackTexts) {
        let mut stacks = Stacks::read(texts.stacks, texts.active);
        stacks.default.components.experiment_tracker = texts.default_tracker;
        self.stacks = Some(stacks);
        self.drifted = texts.drifted.into_iter().collect();
        self.triggers = texts.triggers.into_iter().filter_map(Saved::read).collect();
    }

    /// The store is to be looked at, or emptied.
    pub fn ask(&mut self, request: RequestId) {
        self.asked = Some(request);
        self.trouble = None;
    }

    /// Whether the answer to this request belongs here.
    #[must_use]
    pub fn is_asked(&self, request: RequestId) -> bool {
        self.asked == Some(request)
    }

    /// The triggers alone, without their texts.
    #[must_use]
    pub fn trigger_records(&self) -> Vec<Trigger> {
        self.triggers.iter().map(|saved| saved.record.clone()).collect()
    }

    /// The active stack; the default one until they were read.
    #[must_use]
    pub fn active(&self) -> Stack {
        self.stacks.as_ref().map(|stacks| stacks.active().clone()).unwrap_or_default()
    }

    /// The stack without a model deployer that is active, by its name.
    #[must_use]
    pub fn without_deployer(&self) -> Option<String> {
        let active = self.active();
        active.components.model_deployer.is_none().then_some(active.name)
    }

    /// The name of the active stack where the tracker is its own, and not what the page of runs set.
    #[must_use]
    pub fn own_tracker(&self) -> Option<String> {
        Some(self.active().name).filter(|name| name != DEFAULT_STACK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{Components, ExperimentTracker};

    #[test]
    fn the_active_stack_decides_and_what_cannot_be_read_is_left_out() {
        let mut state = StackState::default();
        assert_eq!(
            (state.active().name.as_str(), state.without_deployer(), state.own_tracker()),
            ("default", None, None)
        );
        let bare = Stack {
            name: "bare".into(),
            components: Components { model_deployer: None, ..Components::default() },
            ..Stack::default()
        };
        let texts = vec![serde_json::to_string(&bare).unwrap(), "no stack".to_owned()];
        let tracker = ExperimentTracker::Mlflow { uri: "http://h".into(), experiment: "x".into() };
        state.take(StackTexts {
            stacks: texts,
            active: Some("bare".into()),
            default_tracker: tracker.clone(),
            triggers: vec!["no trigger".into()],
            drifted: vec!["price@1".into()],
        });
        assert_eq!((state.active(), state.without_deployer().as_deref()), (bare, Some("bare")));
        assert_eq!(state.own_tracker().as_deref(), Some("bare"));
        let stacks = state.stacks.unwrap();
        assert_eq!((stacks.all().count(), &stacks.default.components.experiment_tracker), (2, &tracker));
        assert!(state.triggers.is_empty() && state.drifted.contains("price@1"));
    }
}
