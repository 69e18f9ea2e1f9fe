//! The active stack at work: what runs are marked with, where artifacts go; and what the store takes.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::keeping::{DEPLOYMENTS, notices};
use super::{Orchestrator, post};
use crate::base::{Coded, apart};
use crate::export::mlflow::live::Tracker;
use crate::registry::{
    ArtifactStore, DRIFT_NOTICE, ExperimentTracker, Named, STACK_TAG, StackStore, Stacks, TRIGGER_TAG, Trigger,
};
use crate::tracking::{Edit, EditStore, StoreError, Tag, Target, Upkeep};
use crate::web::protocol::{Command, Event, StackTexts};

impl Orchestrator {
    /// Reads the stacks, and keeps artifacts where the active one wants them. A store that cannot be read has the default.
    pub(super) async fn read_stack(&self) {
        let (texts, active) = self.store.stack_texts().await.unwrap_or_default();
        self.use_stacks(Stacks::read(texts, active));
    }

    fn use_stacks(&self, stacks: Stacks) {
        let store = stacks.active().components.artifact_store;
        let was = self.stacks.replace(stacks).active().components.artifact_store;
        self.store.keep_artifacts_in_memory(store == ArtifactStore::Memory);
        if store != was {
            self.forget_steps();
        }
    }

    /// Tells the page of stacks and triggers, as they are kept now.
    pub(super) async fn tell_stack(&self) {
        if let Ok(texts) = self.texts().await {
            self.use_stacks(Stacks::read(texts.stacks.clone(), texts.active.clone()));
            post(&Event::Stack { texts: Box::new(texts) });
        }
    }

    async fn texts(&self) -> Result<StackTexts, StoreError> {
        let store = &*self.store;
        let (stacks, active) = store.stack_texts().await?;
        let trackers = store.documents(Tracker::KIND).await?;
        let own = trackers.iter().find(|document| document.id == Tracker::ID);
        let default_tracker = match own.map(|document| Tracker::read(&document.text)) {
            Some(Ok(Tracker { url, experiment })) => ExperimentTracker::Mlflow { uri: url, experiment },
            _ => ExperimentTracker::Pipette,
        };
        let triggers = store.documents(Trigger::KIND).await?.into_iter().map(|document| document.text).collect();
        let said = store.documents(DRIFT_NOTICE).await?;
        // A first visit has none, and need not load what reads them.
        let drifted = match said.is_empty() {
            true => Vec::new(),
            false => {
                let there = notices(said, &store.documents(DEPLOYMENTS).await?);
                there.into_iter().map(|(name, _)| name).collect()
            }
        };
        Ok(StackTexts { stacks, active, default_tracker, triggers, drifted })
    }

    /// People changed what is kept.
    pub(super) async fn stack_changed(&self, edits: &[Edit]) {
        let is_ours = |kind: &str| Stacks::is_kept_in(kind) || kind == Tracker::KIND || kind == Trigger::KIND;
        if edits.iter().any(|edit| matches!(&edit.target, Target::Document { kind, .. } if is_ours(kind))) {
            self.tell_stack().await;
        }
    }

    /// Another tab changed what is kept: the stack, maybe.
    pub(super) fn notice_stack(self: &Rc<Self>) {
        let this = Rc::clone(self);
        spawn_local(async move {
            let before = this.stacks.borrow().clone();
            apart(this.tell_stack()).await;
            let is_other = *this.stacks.borrow() != before;
            if is_other {
                apart(this.tracking.reload()).await;
            }
        });
    }

    /// The tags of a run that begins: its stack, and the trigger that asked for it.
    pub(super) fn stack_tags(&self, cause: Option<&str>) -> Vec<Tag> {
        let tag = |key: &str, value: &str| Tag { key: key.to_owned(), value: value.to_owned() };
        let mut tags = vec![tag(STACK_TAG, &self.stacks.borrow().active().name)];
        tags.extend(cause.map(|cause| tag(TRIGGER_TAG, cause)));
        tags
    }

    /// Looks after the store: says what it takes, empties it.
    pub(super) async fn keep_store(&self, command: Command) {
        let request = command.request();
        let event = match command {
            Command::Erase { .. } => {
                self.give_up_runs();
                if self.under_way.borrow().is_some() {
                    // What the run still writes goes too.
                    return self.postponed.borrow_mut().push(command);
                }
                self.steps.settled().await;
                self.forget_steps();
                Event::Erased { request, result: self.store.erase().await.map_err(|error| error.report()) }
            }
            command => {
                let cleared = match command {
                    Command::ClearCache { .. } => self.clear_cache().await,
                    _ => Ok(()),
                };
                let usage = match cleared {
                    Ok(()) => self.store.usage().await,
                    Err(error) => Err(error),
                };
                match usage {
                    Ok(usage) => Event::Usage { request, usage },
                    Err(error) => Event::Failed { request, error: error.report() },
                }
            }
        };
        post(&event);
    }

    async fn clear_cache(&self) -> Result<(), StoreError> {
        // What is still being written goes too; whether it could be does not matter any more.
        self.steps.settled().await;
        self.store.clear_cache().await?;
        self.forget_steps();
        Ok(())
    }

    /// What the store of steps held is gone; a run under way learns it at its end.
    fn forget_steps(&self) {
        self.steps.forget();
        self.session.borrow_mut().forget_stored();
        self.is_emptied.set(self.under_way.borrow().is_some());
    }

    /// What is under way or waits ends without a record.
    fn give_up_runs(&self) {
        self.waiting.borrow_mut().clear();
        if let Some(run) = &*self.under_way.borrow() {
            run.cancelled.set(true);
            run.superseded.set(true);
        }
    }
}
