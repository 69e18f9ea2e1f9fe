//! `IdbStore`: runs, experiments and datasets in IndexedDB.

use std::rc::Rc;

use idb::{Database, TransactionMode};
use wasm_bindgen::JsValue;

use super::convert::{from_idb, from_js, to_js};
use super::edits::document_key;
use super::listed::Listed;
use super::notices::Notices;
use super::schema::{DATABASE, DATASETS, DOCUMENTS, EXPERIMENTS, LISTING, ROWS, RUNNING, RUNS};
use super::transaction::{self, Op, begin, object_store};
use super::{cache, owners, rows};
use crate::base::Digest;
use crate::tracking::{
    Batch, DatasetRecord, DatasetStore, EditStore, Experiment, FOREIGN_RUN, RunRecord, RunStore, RunSummary,
    StoreError, interrupted, latest_first, newest_first, oldest_first, rows_from_text,
};

/// The browser's store, as one tab sees it.
pub struct IdbStore {
    pub(super) database: Database,
    pub(super) owner: String,
    notices: Notices,
    listed: Rc<Listed>,
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
        rows::migrate(&database).await?;
        owners::claim(owner).await;
        Ok(Self { database, owner: owner.to_owned(), notices: Notices::new(name), listed: Rc::default() })
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
    pub fn on_change(&self, mut listener: impl FnMut() + 'static) {
        let listed = Rc::clone(&self.listed);
        self.notices.subscribe(move || {
            listed.changed();
            listener();
        });
        self.listed.is_told.set(self.notices.are_heard());
    }

    /// Closes the connection; what was under way is finished.
    pub fn close(self) {
        self.database.close();
    }

    /// Tells the other tabs.
    pub(super) fn notify(&self) {
        self.listed.changed();
        self.notices.notify();
    }

    async fn get_all(&self, store: &'static str) -> Result<Vec<JsValue>, StoreError> {
        let transaction = begin(&self.database, &[store], TransactionMode::ReadOnly)?;
        let request = object_store(&transaction, store)?.get_all(None, None).map_err(|error| from_idb(&error))?;
        request.await.map_err(|error| from_idb(&error))
    }
}

impl RunStore for IdbStore {
    async fn put_runs(&self, runs: &[RunRecord]) -> Result<(), StoreError> {
        self.write(&Batch { runs, ..Batch::default() }, 0).await
    }

    async fn get_run(&self, run_id: &str) -> Result<Option<RunRecord>, StoreError> {
        let transaction = begin(&self.database, &[RUNS, ROWS], TransactionMode::ReadOnly)?;
        let Some(value) = rows::get(&transaction, RUNS, run_id).await? else { return Ok(None) };
        let row = rows::get_row(&transaction, run_id).await?;
        let mut run: RunRecord = from_js(value, "This run")?;
        row.into_iter().for_each(|row| row.overlay(&mut run));
        Ok(Some(run))
    }

    async fn all_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        let rows = self.listed.rows(&self.database).await?;
        let mut all = rows_from_text(&rows.listed);
        all.extend(rows_from_text(&rows.binned));
        Ok(newest_first(all))
    }

    async fn list_text(&self) -> Result<String, StoreError> {
        Ok(self.listed.rows(&self.database).await?.listed.clone())
    }

    async fn binned_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        Ok(newest_first(rows_from_text(&self.listed.rows(&self.database).await?.binned)))
    }

    async fn delete_runs(&self, run_ids: &[String]) -> Result<(), StoreError> {
        let of_run = |run_id: &String| {
            let delete = |store, key: &str| Op::Delete { store, key: JsValue::from(key) };
            let document = document_key(FOREIGN_RUN, run_id);
            [delete(RUNS, run_id), delete(ROWS, run_id), delete(RUNNING, run_id), delete(DOCUMENTS, &document)]
        };
        let ops: Vec<Op> = run_ids.iter().flat_map(of_run).collect();
        transaction::write(&self.database, &ops).await?;
        self.notify();
        Ok(())
    }

    async fn put_experiment(&self, experiment: &Experiment) -> Result<(), StoreError> {
        let op = Op::Put { store: EXPERIMENTS, value: to_js(experiment)? };
        cache::write_with_room(&self.database, &[op]).await?;
        self.notify();
        Ok(())
    }

    async fn experiments(&self) -> Result<Vec<Experiment>, StoreError> {
        let values = self.get_all(EXPERIMENTS).await?;
        let experiments = values.into_iter().filter_map(|value| from_js(value, "An experiment").ok()).collect();
        Ok(oldest_first(experiments))
    }

    async fn mark_interrupted(&self, live_owners: &[String]) -> Result<Vec<String>, StoreError> {
        let idb = |error: idb::Error| from_idb(&error);
        // Reading and writing in one transaction: a run that ends meanwhile in its own tab is not overwritten.
        let transaction = begin(&self.database, &[RUNNING, ROWS, RUNS, LISTING], TransactionMode::ReadWrite)?;
        let running = object_store(&transaction, RUNNING)?;
        let ids = running.get_all_keys(None, None).map_err(idb)?.await.map_err(idb)?;
        let owners = running.get_all(None, None).map_err(idb)?.await.map_err(idb)?;
        let (mut ended, mut ops) = (Vec::new(), Vec::new());
        for (id, owner) in ids.iter().zip(owners) {
            let (Some(id), Some(owner)) = (id.as_string(), owner.as_string()) else { continue };
            if owner == self.owner || live_owners.contains(&owner) {
                continue;
            }
            let value = rows::get(&transaction, RUNS, id.as_str()).await?;
            if let Some(run) = value.and_then(|value| from_js::<RunRecord>(value, "This run").ok()) {
                let run = interrupted(run);
                ops.push(Op::Put { store: RUNS, value: to_js(&run)? });
                ops.extend(rows::row_ops(&rows::row_of(&transaction, &run).await?, &self.owner));
                ended.push(id);
            }
        }
        if ended.is_empty() {
            return Ok(ended);
        }
        transaction::finish(transaction, &ops).await?;
        self.notify();
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
        let datasets = values.into_iter().filter_map(|value| from_js(value, "A dataset").ok()).collect();
        Ok(latest_first(datasets))
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
