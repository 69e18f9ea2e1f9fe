//! `IdbStore`: runs, experiments and datasets in IndexedDB.

use idb::{Database, TransactionMode};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::convert::{from_idb, from_js, to_js};
use super::notices::Notices;
use super::schema::{BY_START_TIME, DATABASE, DATASETS, EXPERIMENTS, RUN_ROWS, RUNS};
use super::transaction::{self, Op, begin, object_store};
use super::{cache, owners};
use crate::base::Digest;
use crate::tracking::{
    DatasetRecord, DatasetStore, Experiment, LifecycleStage, RunRecord, RunStatus, RunStore, RunSummary, StoreError,
    interrupted, newest_first,
};

/// The browser's store, as one tab sees it.
pub struct IdbStore {
    pub(super) database: Database,
    owner: String,
    notices: Notices,
}

/// What `run_rows` holds.
#[derive(Serialize, Deserialize)]
struct RunRow {
    run_id: String,
    start_time: i64,
    status: RunStatus,
    /// Who is running it, while it is `RUNNING`.
    owner: String,
    summary: RunSummary,
}

impl IdbStore {
    /// Opens the store for `owner`, an id that no other tab has, and claims it: the runs it puts are alive as long as
    /// this page or worker is.
    ///
    /// # Errors
    /// `Unavailable` when the browser keeps nothing, `Newer` when a newer version has written the store.
    pub async fn open(owner: &str) -> Result<Self, StoreError> {
        Self::open_named(DATABASE, owner).await
    }

    /// Opens a store of another name; for tests.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_named(name: &str, owner: &str) -> Result<Self, StoreError> {
        let database = transaction::open(name).await?;
        owners::claim(owner).await;
        Ok(Self { database, owner: owner.to_owned(), notices: Notices::new(name) })
    }

    /// Ends the runs whose tab is gone (`mark_interrupted` with the tabs that live). Gives their ids.
    ///
    /// # Errors
    /// As `put_run`.
    pub async fn end_interrupted(&self) -> Result<Vec<String>, StoreError> {
        // Where nobody can tell which tabs live, a run that stays `RUNNING` is better than one that is ended wrongly.
        match owners::live().await {
            Some(live) => self.mark_interrupted(&live).await,
            None => Ok(Vec::new()),
        }
    }

    /// Calls `listener` whenever another tab has changed the runs.
    pub fn on_change(&self, listener: impl FnMut() + 'static) {
        self.notices.subscribe(listener);
    }

    /// Closes the connection; what was under way is finished.
    pub fn close(self) {
        self.database.close();
    }

    fn put_ops(&self, run: &RunRecord) -> Result<[Op; 2], StoreError> {
        let row = RunRow {
            run_id: run.info.run_id.clone(),
            start_time: run.info.start_time,
            status: run.info.status,
            owner: self.owner.clone(),
            summary: run.into(),
        };
        Ok([Op::Put { store: RUNS, value: to_js(run)? }, Op::Put { store: RUN_ROWS, value: to_js(&row)? }])
    }

    async fn get_all(&self, store: &'static str) -> Result<Vec<JsValue>, StoreError> {
        let transaction = begin(&self.database, &[store], TransactionMode::ReadOnly)?;
        let request = object_store(&transaction, store)?.get_all(None, None).map_err(|error| from_idb(&error))?;
        request.await.map_err(|error| from_idb(&error))
    }
}

impl RunStore for IdbStore {
    async fn put_run(&self, run: &RunRecord) -> Result<(), StoreError> {
        let ops = self.put_ops(run)?;
        cache::write_with_room(&self.database, &ops).await?;
        self.notices.notify();
        Ok(())
    }

    async fn get_run(&self, run_id: &str) -> Result<Option<RunRecord>, StoreError> {
        let transaction = begin(&self.database, &[RUNS], TransactionMode::ReadOnly)?;
        let request = object_store(&transaction, RUNS)?.get(JsValue::from(run_id)).map_err(|error| from_idb(&error))?;
        let value = request.await.map_err(|error| from_idb(&error))?;
        value.map(|value| from_js(value, "This run")).transpose()
    }

    async fn list_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        let transaction = begin(&self.database, &[RUN_ROWS], TransactionMode::ReadOnly)?;
        let index = object_store(&transaction, RUN_ROWS)?.index(BY_START_TIME).map_err(|error| from_idb(&error))?;
        let request = index.get_all(None, None).map_err(|error| from_idb(&error))?;
        let rows = request.await.map_err(|error| from_idb(&error))?;
        let rows = rows.into_iter().filter_map(|row| from_js::<RunRow>(row, "A run").ok());
        let mut runs: Vec<RunSummary> = rows.map(|row| row.summary).collect();
        runs.retain(|run| run.info.lifecycle_stage == LifecycleStage::Active);
        newest_first(&mut runs);
        Ok(runs)
    }

    async fn delete_run(&self, run_id: &str) -> Result<(), StoreError> {
        let ops = [RUNS, RUN_ROWS].map(|store| Op::Delete { store, key: JsValue::from(run_id) });
        transaction::write(&self.database, &ops).await?;
        self.notices.notify();
        Ok(())
    }

    async fn put_experiment(&self, experiment: &Experiment) -> Result<(), StoreError> {
        let op = Op::Put { store: EXPERIMENTS, value: to_js(experiment)? };
        cache::write_with_room(&self.database, &[op]).await?;
        self.notices.notify();
        Ok(())
    }

    async fn experiments(&self) -> Result<Vec<Experiment>, StoreError> {
        let values = self.get_all(EXPERIMENTS).await?;
        let mut experiments: Vec<Experiment> =
            values.into_iter().filter_map(|value| from_js(value, "An experiment").ok()).collect();
        experiments.sort_by_key(|experiment| experiment.creation_time);
        Ok(experiments)
    }

    async fn mark_interrupted(&self, live_owners: &[String]) -> Result<Vec<String>, StoreError> {
        let idb = |error: idb::Error| from_idb(&error);
        // Reading and writing in one transaction: a run that ends meanwhile in its own tab is not overwritten.
        let transaction = begin(&self.database, &[RUN_ROWS, RUNS], TransactionMode::ReadWrite)?;
        let rows = object_store(&transaction, RUN_ROWS)?.get_all(None, None).map_err(idb)?.await.map_err(idb)?;
        let rows = rows.into_iter().filter_map(|row| from_js::<RunRow>(row, "A run").ok());
        let orphans = rows.filter(|row| {
            row.status == RunStatus::Running && row.owner != self.owner && !live_owners.contains(&row.owner)
        });
        let (mut ended, mut ops) = (Vec::new(), Vec::new());
        for row in orphans.collect::<Vec<_>>() {
            let request = object_store(&transaction, RUNS)?.get(JsValue::from(row.run_id.as_str())).map_err(idb)?;
            if let Some(value) = request.await.map_err(idb)?
                && let Ok(run) = from_js::<RunRecord>(value, "This run")
            {
                ops.extend(self.put_ops(&interrupted(run))?);
                ended.push(row.run_id);
            }
        }
        if ended.is_empty() {
            return Ok(ended);
        }
        transaction::finish(transaction, &ops).await?;
        self.notices.notify();
        Ok(ended)
    }
}

impl DatasetStore for IdbStore {
    async fn put_dataset(&self, dataset: &DatasetRecord) -> Result<(), StoreError> {
        let op = Op::Put { store: DATASETS, value: to_js(dataset)? };
        cache::write_with_room(&self.database, &[op]).await
    }

    async fn datasets(&self) -> Result<Vec<DatasetRecord>, StoreError> {
        let values = self.get_all(DATASETS).await?;
        let mut datasets: Vec<DatasetRecord> =
            values.into_iter().filter_map(|value| from_js(value, "A dataset").ok()).collect();
        datasets.sort_by_key(|dataset| std::cmp::Reverse(dataset.last_used));
        Ok(datasets)
    }
}

impl IdbStore {
    /// Frees at least `bytes` of the cache, as far as it holds so many: what was used longest ago goes first, contents
    /// of datasets last, runs and their models never. Gives the bytes freed.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    pub async fn evict(&self, bytes: u64) -> Result<u64, StoreError> {
        cache::evict(&self.database, bytes).await
    }

    /// Whether a blob is there, without reading it.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    pub async fn has_blob(&self, digest: &Digest) -> Result<bool, StoreError> {
        cache::has_blob(&self.database, digest).await
    }
}
