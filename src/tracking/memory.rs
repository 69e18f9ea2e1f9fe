//! A store that lasts as long as it lives: for tests, the native program, and browsers that keep nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{
    Batch, DatasetRecord, DatasetStore, Document, EditStore, Experiment, FOREIGN_RUN, Item, RunRecord, RunStatus,
    RunStore, RunSummary, StepStore, StoreError, StoreUsage, Target, Upkeep, apply_all, interrupted, targets,
};
use crate::base::{Digest, sorted_by};
use crate::pipeline::{STORED_STEP_VERSION, StoredStep};

/// Everything in memory. Clones share their content, as tabs share the browser's store; each has its own owner.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    owner: String,
    inner: Rc<RefCell<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    runs: BTreeMap<String, Kept>,
    documents: BTreeMap<(String, String), String>,
    experiments: BTreeMap<String, Experiment>,
    steps: BTreeMap<Digest, StoredStep>,
    blobs: BTreeMap<Digest, Vec<u8>>,
    datasets: BTreeMap<Digest, DatasetRecord>,
}

/// A run, who is running it, and its row. One that was brought in from elsewhere is only a row.
#[derive(Debug)]
struct Kept {
    run: Option<RunRecord>,
    owner: String,
    row: RunSummary,
}

impl MemoryStore {
    /// A view of the same content for another owner.
    #[must_use]
    pub fn with_owner(&self, owner: &str) -> Self {
        Self { owner: owner.to_owned(), inner: Rc::clone(&self.inner) }
    }

    /// Lets go of all steps and their artifacts.
    pub fn forget_steps(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.steps.clear();
        inner.blobs.clear();
    }
}

impl RunStore for MemoryStore {
    async fn put_runs(&self, runs: &[RunRecord]) -> Result<(), StoreError> {
        self.write(&Batch { runs, ..Batch::default() }, 0).await
    }

    async fn get_run(&self, run_id: &str) -> Result<Option<RunRecord>, StoreError> {
        Ok(self.inner.borrow().runs.get(run_id).and_then(|kept| {
            let mut run = kept.run.clone()?;
            kept.row.overlay(&mut run);
            Some(run)
        }))
    }

    async fn all_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        Ok(newest_first(self.inner.borrow().runs.values().map(|kept| kept.row.clone()).collect()))
    }

    async fn delete_runs(&self, run_ids: &[String]) -> Result<(), StoreError> {
        let mut inner = self.inner.borrow_mut();
        for run_id in run_ids {
            inner.runs.remove(run_id);
            inner.documents.remove(&(FOREIGN_RUN.to_owned(), run_id.clone()));
        }
        Ok(())
    }

    async fn put_experiment(&self, experiment: &Experiment) -> Result<(), StoreError> {
        self.inner.borrow_mut().experiments.insert(experiment.experiment_id.clone(), experiment.clone());
        Ok(())
    }

    async fn experiments(&self) -> Result<Vec<Experiment>, StoreError> {
        let experiments = self.inner.borrow().experiments.values().cloned().collect();
        Ok(oldest_first(experiments))
    }

    async fn mark_interrupted(&self, live_owners: &[String]) -> Result<Vec<String>, StoreError> {
        let live: BTreeSet<&String> = live_owners.iter().chain([&self.owner]).collect();
        let mut ended = Vec::new();
        for Kept { run, owner, row } in self.inner.borrow_mut().runs.values_mut() {
            let Some(run) = run else { continue };
            if run.info.status == RunStatus::Running && !live.contains(owner) {
                *run = interrupted(run.clone());
                *row = row.carried_into(run);
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
        let datasets = self.inner.borrow().datasets.values().cloned().collect();
        Ok(latest_first(datasets))
    }
}

impl EditStore for MemoryStore {
    async fn documents(&self, kind: &str) -> Result<Vec<Document>, StoreError> {
        let inner = self.inner.borrow();
        let of_kind = inner.documents.iter().filter(|((of, _), _)| of == kind);
        Ok(of_kind.map(|((_, id), text)| Document { id: id.clone(), text: text.clone() }).collect())
    }

    async fn write(&self, batch: &Batch<'_>, now: i64) -> Result<(), StoreError> {
        let mut inner = self.inner.borrow_mut();
        let read = |target: &Target| match target {
            Target::Run(id) => Item::Run(inner.runs.get(id).map(|kept| Box::new(kept.row.clone()))),
            Target::Experiment(id) => Item::Experiment(inner.experiments.get(id).cloned()),
            Target::Document { kind, id } => Item::Document(inner.documents.get(&(kind.clone(), id.clone())).cloned()),
        };
        let mut items: BTreeMap<Target, Item> =
            targets(batch.edits).map(|target| (target.clone(), read(target))).collect();
        for run in batch.runs {
            let id = &run.info.run_id;
            let row = inner.runs.get(id).map_or_else(|| run.into(), |kept| kept.row.carried_into(run));
            items.insert(Target::Run(id.clone()), Item::Run(Some(Box::new(row))));
        }
        // Nothing has been written yet.
        apply_all(batch.edits, &mut items, now)?;
        for run in batch.runs {
            let kept = Kept { run: Some(run.clone()), owner: self.owner.clone(), row: run.into() };
            inner.runs.insert(run.info.run_id.clone(), kept);
        }
        for dataset in batch.datasets {
            inner.datasets.insert(dataset.digest.clone(), dataset.clone());
        }
        for (target, item) in items {
            match (target, item) {
                (Target::Run(id), Item::Run(Some(row))) => {
                    let new = || Kept { run: None, owner: String::new(), row: (*row).clone() };
                    inner.runs.entry(id).or_insert_with(new).row.clone_from(&row);
                }
                (Target::Run(id), Item::Run(None)) => {
                    inner.runs.remove(&id);
                }
                (Target::Experiment(id), Item::Experiment(Some(experiment))) => {
                    inner.experiments.insert(id, experiment);
                }
                (Target::Experiment(id), Item::Experiment(None)) => {
                    inner.experiments.remove(&id);
                }
                (Target::Document { kind, id }, Item::Document(Some(text))) => {
                    inner.documents.insert((kind, id), text);
                }
                (Target::Document { kind, id }, Item::Document(None)) => {
                    inner.documents.remove(&(kind, id));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Upkeep for MemoryStore {
    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        let inner = self.inner.borrow();
        Ok(StoreUsage {
            n_runs: inner.runs.len() as u64,
            n_documents: inner.documents.len() as u64,
            n_steps: inner.steps.len() as u64,
            n_artifacts: inner.blobs.len() as u64,
            artifact_bytes: inner.blobs.values().map(|bytes| bytes.len() as u64).sum(),
            n_datasets: inner.datasets.len() as u64,
        })
    }

    async fn clear_cache(&self) -> Result<(), StoreError> {
        self.forget_steps();
        Ok(())
    }

    async fn erase(&self) -> Result<(), StoreError> {
        self.inner.take();
        Ok(())
    }
}

/// Newest first; runs of the same millisecond in the order of their ids, so that a list never flickers.
pub(crate) fn newest_first(runs: Vec<RunSummary>) -> Vec<RunSummary> {
    sorted_by(runs, |a, b| b.info.start_time.cmp(&a.info.start_time).then_with(|| a.info.run_id.cmp(&b.info.run_id)))
}

/// In the order in which they were made.
pub(crate) fn oldest_first(experiments: Vec<Experiment>) -> Vec<Experiment> {
    sorted_by(experiments, |a, b| a.creation_time.cmp(&b.creation_time))
}

/// The one used last first.
pub(crate) fn latest_first(datasets: Vec<DatasetRecord>) -> Vec<DatasetRecord> {
    sorted_by(datasets, |a, b| b.last_used.cmp(&a.last_used))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::tracking::suite::{many_runs, suite, two_owners};

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
    fn keeps_ten_thousand_runs() {
        assert_eq!(now(many_runs(&MemoryStore::default(), 10_000)), Ok(()));
    }

    #[test]
    fn leaves_the_runs_of_a_live_owner_alone() {
        let store = MemoryStore::default();
        assert_eq!(now(two_owners(&store.with_owner("a"), "a", &store.with_owner("b"))), Ok(()));
    }
}
