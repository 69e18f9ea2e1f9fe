//! What a store of runs, cached steps and datasets can do. The browser's is in `web::store`; `MemoryStore` is here.
//!
//! Stores are used from one thread, so their futures need not be `Send`. Every `put` is all or nothing.

use serde::{Deserialize, Serialize};

use super::{DatasetInput, Edit, Experiment, RunRecord, RunStatus, RunSummary, StoreError, Upkeep, rows_text};
use crate::base::{Coded, Digest, ErrorReport};
use crate::pipeline::{StepCache, StepStatus, StoredStep};

/// Keeps experiments and runs.
#[expect(async_fn_in_trait, reason = "stores live on one thread: no future needs to be Send")]
pub trait RunStore {
    /// Inserts or replaces a run, and its row in the runs table with it. What a person has changed meanwhile by
    /// `EditStore::apply` (name, experiment, tags, whether it is in the bin) stays. While its status is `RUNNING` the run belongs
    /// to this store's owner (see `mark_interrupted`).
    ///
    /// # Errors
    /// `Quota`, `Unavailable`, `Refused`: then the run is as it was before.
    async fn put_run(&self, run: &RunRecord) -> Result<(), StoreError> {
        self.put_runs(std::slice::from_ref(run)).await
    }

    /// The same with several runs: all of them or none.
    ///
    /// # Errors
    /// As `put_run`.
    async fn put_runs(&self, runs: &[RunRecord]) -> Result<(), StoreError>;

    /// A run, whole; `None` when there is none of this id.
    ///
    /// # Errors
    /// `Damaged` when what is stored is not a run.
    async fn get_run(&self, run_id: &str) -> Result<Option<RunRecord>, StoreError>;

    /// All runs, those in the bin too, newest first. A row that cannot be read is left out.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    async fn all_runs(&self) -> Result<Vec<RunSummary>, StoreError>;

    /// All runs that are not in the bin, newest first.
    ///
    /// # Errors
    /// As `all_runs`.
    async fn list_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        let mut runs = self.all_runs().await?;
        runs.retain(|run| !run.is_deleted());
        Ok(runs)
    }

    /// As `list_runs`, as `rows_text` has it.
    ///
    /// # Errors
    /// As `all_runs`.
    async fn list_text(&self) -> Result<String, StoreError> {
        Ok(rows_text(&self.list_runs().await?))
    }

    /// The runs in the bin, newest first.
    ///
    /// # Errors
    /// As `all_runs`.
    async fn binned_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        let mut runs = self.all_runs().await?;
        runs.retain(RunSummary::is_deleted);
        Ok(runs)
    }

    /// Removes a run for good. One that is not there is no error.
    ///
    /// # Errors
    /// As `delete_runs`.
    async fn delete_run(&self, run_id: &str) -> Result<(), StoreError> {
        self.delete_runs(&[run_id.to_owned()]).await
    }

    /// Removes runs for good, with what is kept beside them (`FOREIGN_RUN`): all of them or none.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    async fn delete_runs(&self, run_ids: &[String]) -> Result<(), StoreError>;

    /// Inserts or replaces an experiment.
    ///
    /// # Errors
    /// As `put_run`.
    async fn put_experiment(&self, experiment: &Experiment) -> Result<(), StoreError>;

    /// All experiments, oldest first.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    async fn experiments(&self) -> Result<Vec<Experiment>, StoreError>;

    /// Ends the runs that are `RUNNING` without anybody running them: those whose owner is neither this store nor one
    /// of `live_owners`. They become `FAILED` with the code `run.interrupted`. Gives their ids.
    ///
    /// # Errors
    /// As `put_run`.
    async fn mark_interrupted(&self, live_owners: &[String]) -> Result<Vec<String>, StoreError>;
}

/// Keeps the step cache: what each step gave, by cache key, and artifacts' bytes, by digest. All of it can be computed
/// again, so a full disk empties it oldest first, and a step whose artifact is gone is simply not there.
#[expect(async_fn_in_trait, reason = "stores live on one thread: no future needs to be Send")]
pub trait StepStore {
    /// The step that was stored under this key. One that an older version wrote, or that cannot be read, is `None`.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    async fn get_step(&self, key: &Digest) -> Result<Option<StoredStep>, StoreError>;

    /// Inserts or replaces a step under its key.
    ///
    /// # Errors
    /// `Quota`, `Unavailable`, `Refused`.
    async fn put_step(&self, step: &StoredStep) -> Result<(), StoreError>;

    /// The bytes of an artifact; `None` when they are not (or no longer) there.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    async fn get_blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps bytes under a digest. The caller has computed the digest.
    ///
    /// # Errors
    /// `Quota`, `Unavailable`, `Refused`.
    async fn put_blob(&self, digest: &Digest, bytes: &[u8]) -> Result<(), StoreError>;
}

/// Keeps what is known of the datasets that were opened.
#[expect(async_fn_in_trait, reason = "stores live on one thread: no future needs to be Send")]
pub trait DatasetStore {
    /// Inserts or replaces a dataset's record.
    ///
    /// # Errors
    /// `Quota`, `Unavailable`, `Refused`.
    async fn put_dataset(&self, dataset: &DatasetRecord) -> Result<(), StoreError>;

    /// All datasets, last used first.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    async fn datasets(&self) -> Result<Vec<DatasetRecord>, StoreError>;
}

/// Changes what people can change, and keeps small documents: registered models, saved pipelines, the log of changes.
#[expect(async_fn_in_trait, reason = "stores live on one thread: no future needs to be Send")]
pub trait EditStore {
    /// All documents of a kind, by id in order.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    async fn documents(&self, kind: &str) -> Result<Vec<Document>, StoreError>;

    /// Makes all the edits at `now` (Unix milliseconds), or none: reads and writes are one transaction, so nothing that
    /// another tab does comes between.
    ///
    /// # Errors
    /// `Conflict` where something is not as an edit says it was; `Quota`, `Unavailable`, `Refused`.
    async fn apply(&self, edits: &[Edit], now: i64) -> Result<(), StoreError> {
        self.write(&Batch { edits, ..Batch::default() }, now).await
    }

    /// The same with records that are added before the edits are made: all of it or nothing.
    ///
    /// # Errors
    /// As `apply`.
    async fn write(&self, batch: &Batch<'_>, now: i64) -> Result<(), StoreError>;
}

/// What is written together or not at all: records, then edits, which may be of the records.
#[derive(Debug, Clone, Copy, Default)]
pub struct Batch<'a> {
    /// Each as `RunStore::put_run` would put it.
    pub runs: &'a [RunRecord],
    pub datasets: &'a [DatasetRecord],
    pub edits: &'a [Edit],
}

/// The kind of the document that is kept beside a run that was made elsewhere, under the run's id. It goes with the run.
pub const FOREIGN_RUN: &str = "foreign_run";

/// A small text that the store keeps under a kind and an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: String,
    pub text: String,
}

/// All that a workspace keeps.
pub trait Store: RunStore + StepStore + DatasetStore + EditStore + Upkeep {}

impl<S: RunStore + StepStore + DatasetStore + EditStore + Upkeep> Store for S {}

/// A workspace's step store is the engine's cache.
impl<S: StepStore> StepCache for S {
    async fn get_step(&self, key: &Digest) -> Result<Option<StoredStep>, ErrorReport> {
        StepStore::get_step(self, key).await.map_err(|error| error.report())
    }

    async fn put_step(&self, step: &StoredStep) -> Result<(), ErrorReport> {
        StepStore::put_step(self, step).await.map_err(|error| error.report())
    }

    async fn get_blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, ErrorReport> {
        StepStore::get_blob(self, digest).await.map_err(|error| error.report())
    }

    async fn put_blob(&self, digest: &Digest, bytes: &[u8]) -> Result<(), ErrorReport> {
        StepStore::put_blob(self, digest, bytes).await.map_err(|error| error.report())
    }
}

/// A dataset that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetRecord {
    pub digest: Digest,
    pub name: String,
    pub bytes: u64,
    pub rows: u64,
    pub columns: u64,
    /// Unix milliseconds.
    pub last_used: i64,
}

impl DatasetRecord {
    /// The record of a dataset that a run read at `now`, in Unix milliseconds.
    #[must_use]
    pub fn of(dataset: &DatasetInput, now: i64) -> Self {
        let DatasetInput { name, digest, rows, columns, bytes } = dataset.clone();
        Self { digest, name, bytes, rows, columns, last_used: now }
    }
}

/// The code of a run whose tab was closed.
pub const INTERRUPTED: &str = "run.interrupted";

/// The run as it is when its tab was closed under way: the step that ran has failed, the ones after it are skipped.
/// It ended, as far as anyone knows, when its finished steps did.
#[must_use]
pub fn interrupted(mut run: RunRecord) -> RunRecord {
    let seconds: f64 = run.steps.iter().map(|step| step.seconds).sum();
    run.info.status = RunStatus::Failed;
    run.info.end_time = Some(run.info.start_time + (seconds * 1000.0) as i64);
    run.error = Some(ErrorReport::new(
        INTERRUPTED,
        "The tab was closed while this run was under way. Run it again; finished steps are cached.",
    ));
    for step in &mut run.steps {
        step.status = match step.status {
            StepStatus::Running => StepStatus::Failed,
            StepStatus::Pending => StepStatus::Skipped,
            other => other,
        };
    }
    run
}
