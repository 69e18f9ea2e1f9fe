//! The store of this tab: IndexedDB, or memory where the browser keeps nothing. Runs go on either way.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::IdbStore;
use crate::base::{Coded, Digest, ErrorReport};
use crate::pipeline::StoredStep;
use crate::tracking::{
    Batch, DatasetRecord, DatasetStore, Document, EditStore, Experiment, MemoryStore, RunRecord, RunStore, RunSummary,
    StepStore, StoreError, StoreUsage, Upkeep,
};

/// What this tab keeps its runs in.
pub enum BrowserStore {
    /// Kept, and shared with other tabs.
    Kept(IdbStore, Aside),
    /// Lost with the tab: the browser refused, and why.
    Memory(MemoryStore, ErrorReport),
}

/// The artifact store `memory`: steps and their artifacts, as long as the tab is open, where the active stack wants that.
#[derive(Default)]
pub struct Aside {
    store: MemoryStore,
    is_used: Cell<bool>,
}

impl BrowserStore {
    /// Opens the browser's store for `owner`, an id that no other tab has; memory where that fails.
    pub async fn open(owner: &str) -> Self {
        match IdbStore::open(owner).await {
            Ok(store) => Self::Kept(store, Aside::default()),
            Err(error) => Self::Memory(MemoryStore::default(), error.report()),
        }
    }

    /// Why nothing is kept, where nothing is.
    #[must_use]
    pub fn opening_error(&self) -> Option<ErrorReport> {
        match self {
            Self::Kept(..) => None,
            Self::Memory(_, error) => Some(error.clone()),
        }
    }

    /// Ends the runs whose tab is gone.
    ///
    /// # Errors
    /// As `RunStore::put_run`.
    pub async fn end_interrupted(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Kept(store, _) => store.end_interrupted().await,
            Self::Memory(..) => Ok(Vec::new()),
        }
    }

    /// Keeps steps and artifacts in the tab's memory from now on, or in the browser's store. What memory holds is let go
    /// of with the change.
    pub fn keep_artifacts_in_memory(&self, is_used: bool) {
        if let Self::Kept(_, aside) = self
            && aside.is_used.replace(is_used) != is_used
        {
            aside.store.forget_steps();
        }
    }

    /// Calls `listener` whenever another tab has changed the runs.
    pub fn on_change(&self, listener: impl FnMut() + 'static) {
        if let Self::Kept(store, _) = self {
            store.on_change(listener);
        }
    }
}

impl BrowserStore {
    /// The keys of all kept steps; `None` where each can be looked for at once, or nobody can say.
    pub async fn step_keys(&self) -> Option<BTreeSet<Digest>> {
        match self {
            Self::Kept(store, aside) if !aside.is_used.get() => store.step_keys().await.ok(),
            _ => None,
        }
    }
}

/// Does the same on whichever store it is.
macro_rules! either {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            BrowserStore::Kept($store, _) => $call.await,
            BrowserStore::Memory($store, _) => $call.await,
        }
    };
}

impl RunStore for BrowserStore {
    async fn put_runs(&self, runs: &[RunRecord]) -> Result<(), StoreError> {
        either!(self, store => store.put_runs(runs))
    }

    async fn get_run(&self, run_id: &str) -> Result<Option<RunRecord>, StoreError> {
        either!(self, store => store.get_run(run_id))
    }

    async fn all_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        either!(self, store => store.all_runs())
    }

    async fn list_text(&self) -> Result<String, StoreError> {
        either!(self, store => store.list_text())
    }

    async fn binned_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        either!(self, store => store.binned_runs())
    }

    async fn delete_runs(&self, run_ids: &[String]) -> Result<(), StoreError> {
        either!(self, store => store.delete_runs(run_ids))
    }

    async fn put_experiment(&self, experiment: &Experiment) -> Result<(), StoreError> {
        either!(self, store => store.put_experiment(experiment))
    }

    async fn experiments(&self) -> Result<Vec<Experiment>, StoreError> {
        either!(self, store => store.experiments())
    }

    async fn mark_interrupted(&self, live_owners: &[String]) -> Result<Vec<String>, StoreError> {
        either!(self, store => store.mark_interrupted(live_owners))
    }
}

/// Does the same on whichever artifact store it is.
macro_rules! artifacts {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            BrowserStore::Kept(_, Aside { store: $store, is_used }) if is_used.get() => $call.await,
            BrowserStore::Kept($store, _) => $call.await,
            BrowserStore::Memory($store, _) => $call.await,
        }
    };
}

impl StepStore for BrowserStore {
    async fn get_step(&self, key: &Digest) -> Result<Option<StoredStep>, StoreError> {
        artifacts!(self, store => store.get_step(key))
    }

    async fn put_step(&self, step: &StoredStep) -> Result<(), StoreError> {
        artifacts!(self, store => store.put_step(step))
    }

    async fn get_blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        artifacts!(self, store => store.get_blob(digest))
    }

    async fn put_blob(&self, digest: &Digest, bytes: &[u8]) -> Result<(), StoreError> {
        artifacts!(self, store => store.put_blob(digest, bytes))
    }
}

impl DatasetStore for BrowserStore {
    async fn put_dataset(&self, dataset: &DatasetRecord) -> Result<(), StoreError> {
        either!(self, store => store.put_dataset(dataset))
    }

    async fn datasets(&self) -> Result<Vec<DatasetRecord>, StoreError> {
        either!(self, store => store.datasets())
    }
}

impl EditStore for BrowserStore {
    async fn documents(&self, kind: &str) -> Result<Vec<Document>, StoreError> {
        either!(self, store => store.documents(kind))
    }

    async fn write(&self, batch: &Batch<'_>, now: i64) -> Result<(), StoreError> {
        either!(self, store => store.write(batch, now))
    }
}

impl Upkeep for BrowserStore {
    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        either!(self, store => store.usage())
    }

    async fn clear_cache(&self) -> Result<(), StoreError> {
        if let Self::Kept(_, aside) = self {
            aside.store.forget_steps();
        }
        either!(self, store => store.clear_cache())
    }

    async fn erase(&self) -> Result<(), StoreError> {
        either!(self, store => store.erase())
    }
}
