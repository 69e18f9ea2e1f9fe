//! What the browser's store takes, and what is cleared of it.

use idb::TransactionMode;

use super::convert::from_idb;
use super::schema::{
    BLOB_ROWS, BLOBS, DATASETS, DOCUMENTS, EXPERIMENTS, LISTING, ROWS, RUN_ROWS, RUNNING, RUNS, STEPS,
};
use super::transaction::{Op, begin, object_store, write};
use super::{IdbStore, cache};
use crate::tracking::{StoreError, StoreUsage, Upkeep};

/// What the cache is kept in.
const CACHE: [&str; 3] = [STEPS, BLOBS, BLOB_ROWS];
/// What all the rest is kept in.
const REST: [&str; 8] = [RUNS, RUN_ROWS, ROWS, LISTING, RUNNING, DOCUMENTS, EXPERIMENTS, DATASETS];

impl Upkeep for IdbStore {
    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        let (n_artifacts, artifact_bytes) = cache::size(&self.database).await?;
        Ok(StoreUsage {
            n_runs: self.count(ROWS).await?,
            n_documents: self.count(DOCUMENTS).await?,
            n_steps: self.count(STEPS).await?,
            n_artifacts,
            artifact_bytes,
            n_datasets: self.count(DATASETS).await?,
        })
    }

    async fn clear_cache(&self) -> Result<(), StoreError> {
        write(&self.database, &CACHE.map(|store| Op::Clear { store })).await
    }

    async fn erase(&self) -> Result<(), StoreError> {
        let ops: Vec<Op> = CACHE.into_iter().chain(REST).map(|store| Op::Clear { store }).collect();
        write(&self.database, &ops).await?;
        self.notify();
        Ok(())
    }
}

impl IdbStore {
    async fn count(&self, store: &'static str) -> Result<u64, StoreError> {
        let transaction = begin(&self.database, &[store], TransactionMode::ReadOnly)?;
        let request = object_store(&transaction, store)?.count(None).map_err(|error| from_idb(&error))?;
        Ok(u64::from(request.await.map_err(|error| from_idb(&error))?))
    }
}
