//! A store that lasts as long as it lives: for tests, the native program, and browsers that keep nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{
    DatasetRecord, DatasetStore, Experiment, LifecycleStage, RunRecord, RunStatus, RunStore, RunSummary, StepStore,
    StoreError, interrupted,
};
use crate::base::Digest;
use crate::pipeline::{STORED_STEP_VERSION, StoredStep};

/// Everything in memory. Clones share their content, as tabs share the browser's store; each has its own owner.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    owner: String,
    inner: Rc<RefCell<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    runs: BTreeMap<String, (RunRecord, String)>,
    experiments: BTreeMap<String, Experiment>,
    steps: BTreeMap<Digest, StoredStep>,
    blobs: BTreeMap<Digest, Vec<u8>>,
    datasets: BTreeMap<Digest, DatasetRecord>,
}

impl MemoryStore {
    /// A view of the same content for another owner.
    #[must_use]
    pub fn with_owner(&self, owner: &str) -> Self {
        Self { owner: owner.to_owned(), inner: Rc::clone(&self.inner) }
    }
}

impl RunStore for MemoryStore {
    async fn put_run(&self, run: &RunRecord) -> Result<(), StoreError> {
        self.inner.borrow_mut().runs.insert(run.info.run_id.clone(), (run.clone(), self.owner.clone()));
        Ok(())
    }

    async fn get_run(&self, run_id: &str) -> Result<Option<RunRecord>, StoreError> {
        Ok(self.inner.borrow().runs.get(run_id).map(|(run, _)| run.clone()))
    }

    async fn list_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        let mut runs: Vec<RunSummary> = self.inner.borrow().runs.values().map(|(run, _)| run.into()).collect();
        runs.retain(|run| run.info.lifecycle_stage == LifecycleStage::Active);
        newest_first(&mut runs);
        Ok(runs)
    }

    async fn delete_run(&self, run_id: &str) -> Result<(), StoreError> {
        self.inner.borrow_mut().runs.remove(run_id);
        Ok(())
    }

    async fn put_experiment(&self, experiment: &Experiment) -> Result<(), StoreError> {
        self.inner.borrow_mut().experiments.insert(experiment.experiment_id.clone(), experiment.clone());
        Ok(())
    }

    async fn experiments(&self) -> Result<Vec<Experiment>, StoreError> {
        let mut experiments: Vec<Experiment> = self.inner.borrow().experiments.values().cloned().collect();
        experiments.sort_by_key(|experiment| experiment.creation_time);
        Ok(experiments)
    }

    async fn mark_interrupted(&self, live_owners: &[String]) -> Result<Vec<String>, StoreError> {
        let live: BTreeSet<&String> = live_owners.iter().chain([&self.owner]).collect();
        let mut ended = Vec::new();
        for (run, owner) in self.inner.borrow_mut().runs.values_mut() {
            if run.info.status == RunStatus::Running && !live.contains(owner) {
                *run = interrupted(run.clone());
                ended.push(run.info.run_id.clone());
            }
        }
        Ok(ended)
    }
}

impl StepStore for MemoryStore {
    async fn get_step(&self, key: &Digest) -> Result<Option<StoredStep>, StoreError> {
        Ok(self.inner.borrow().steps.get(key).filter(|step| step.version == STORED_STEP_VERSION).cloned())
    }

    async fn put_step(&self, step: &StoredStep) -> Result<(), StoreError> {
        self.inner.borrow_mut().steps.insert(step.key.clone(), step.clone());
        Ok(())
    }

    async fn get_blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.inner.borrow().blobs.get(digest).cloned())
    }

    async fn put_blob(&self, digest: &Digest, bytes: &[u8]) -> Result<(), StoreError> {
        self.inner.borrow_mut().blobs.insert(digest.clone(), bytes.to_vec());
        Ok(())
    }
}

impl DatasetStore for MemoryStore {
    async fn put_dataset(&self, dataset: &DatasetRecord) -> Result<(), StoreError> {
        self.inner.borrow_mut().datasets.insert(dataset.digest.clone(), dataset.clone());
        Ok(())
    }

    async fn datasets(&self) -> Result<Vec<DatasetRecord>, StoreError> {
        let mut datasets: Vec<DatasetRecord> = self.inner.borrow().datasets.values().cloned().collect();
        datasets.sort_by_key(|dataset| std::cmp::Reverse(dataset.last_used));
        Ok(datasets)
    }
}

/// Newest first; runs of the same millisecond in the order of their ids, so that a list never flickers.
pub(crate) fn newest_first(runs: &mut [RunSummary]) {
    runs.sort_by(|a, b| (b.info.start_time, &a.info.run_id).cmp(&(a.info.start_time, &b.info.run_id)));
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::tracking::suite::{suite, two_owners};

    /// Memory never waits, so one poll is all it takes.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("a store in memory does not wait"),
        }
    }

    #[test]
    fn keeps_what_every_store_must() {
        assert_eq!(now(suite(&MemoryStore::default())), Ok(()));
    }

    #[test]
    fn leaves_the_runs_of_a_live_owner_alone() {
        let store = MemoryStore::default();
        assert_eq!(now(two_owners(&store.with_owner("a"), "a", &store.with_owner("b"))), Ok(()));
    }
}
