//! The step cache in IndexedDB: whatever is in it can be computed again, so it makes room when the disk is full.

use std::collections::BTreeSet;

use idb::{Database, Query, TransactionMode};
use js_sys::{Date, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use super::IdbStore;
use super::convert::{from_idb, from_js, to_js};
use super::schema::{BLOB_ROWS, BLOBS, BY_ARTIFACT, DATASETS, STEPS};
use super::transaction::{self, Op, begin, object_store, write};
use crate::base::{Digest, sorted_by};
use crate::pipeline::{STORED_STEP_VERSION, StoredStep};
use crate::tracking::{StepStore, StoreError};

/// What `blob_rows` holds.
#[derive(Serialize, Deserialize)]
struct BlobRow {
    digest: Digest,
    bytes: u64,
    /// Unix milliseconds.
    last_used: f64,
}

fn key(digest: &Digest) -> JsValue {
    JsValue::from(digest.as_str())
}

fn row_op(digest: &Digest, bytes: u64) -> Result<Op, StoreError> {
    let row = BlobRow { digest: digest.clone(), bytes, last_used: Date::now() };
    Ok(Op::Put { store: BLOB_ROWS, value: to_js(&row)? })
}

impl StepStore for IdbStore {
    async fn get_step(&self, digest: &Digest) -> Result<Option<StoredStep>, StoreError> {
        let transaction = begin(&self.database, &[STEPS], TransactionMode::ReadOnly)?;
        let request = object_store(&transaction, STEPS)?.get(key(digest)).map_err(|error| from_idb(&error))?;
        let value = request.await.map_err(|error| from_idb(&error))?;
        Ok(value.and_then(read_step))
    }

    async fn put_step(&self, step: &StoredStep) -> Result<(), StoreError> {
        let value = to_js(step)?;
        write_with_room(&self.database, &[Op::Put { store: STEPS, value }]).await
    }

    async fn get_blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let transaction = begin(&self.database, &[BLOBS], TransactionMode::ReadOnly)?;
        let request = object_store(&transaction, BLOBS)?.get(key(digest)).map_err(|error| from_idb(&error))?;
        let value = request.await.map_err(|error| from_idb(&error))?;
        let Some(bytes) = value.and_then(|value| value.dyn_into::<Uint8Array>().ok()).map(|array| array.to_vec())
        else {
            return Ok(None);
        };
        // Its use is noted for eviction; failing to note it spoils nothing.
        let _ = write(&self.database, &[row_op(digest, bytes.len() as u64)?]).await;
        Ok(Some(bytes))
    }

    async fn put_blob(&self, digest: &Digest, bytes: &[u8]) -> Result<(), StoreError> {
        let row = row_op(digest, bytes.len() as u64)?;
        if has_blob(&self.database, digest).await? {
            return write(&self.database, &[row]).await;
        }
        let blob = Op::PutAt { store: BLOBS, key: key(digest), value: Uint8Array::from(bytes).into() };
        write_with_room(&self.database, &[blob, row]).await
    }
}

impl IdbStore {
    /// The keys of all steps.
    ///
    /// # Errors
    /// What the browser says.
    pub(super) async fn step_keys(&self) -> Result<BTreeSet<Digest>, StoreError> {
        let transaction = begin(&self.database, &[STEPS], TransactionMode::ReadOnly)?;
        let request = object_store(&transaction, STEPS)?.get_all_keys(None, None).map_err(|error| from_idb(&error))?;
        let keys = request.await.map_err(|error| from_idb(&error))?;
        Ok(keys.into_iter().filter_map(|key| from_js(key, "A key").ok()).collect())
    }
}

/// `None` for a step that this version cannot use.
fn read_step(value: JsValue) -> Option<StoredStep> {
    let step: StoredStep = from_js(value, "A cached step").ok()?;
    (step.version == STORED_STEP_VERSION).then_some(step)
}

/// Whether the bytes of a digest are there.
pub(super) async fn has_blob(database: &Database, digest: &Digest) -> Result<bool, StoreError> {
    let transaction = begin(database, &[BLOBS], TransactionMode::ReadOnly)?;
    let request = object_store(&transaction, BLOBS)?.get_key(key(digest)).map_err(|error| from_idb(&error))?;
    Ok(request.await.map_err(|error| from_idb(&error))?.is_some())
}

/// Writes, and when the disk is full makes room in the cache and tries again, until the cache is empty.
pub(super) async fn write_with_room(database: &Database, ops: &[Op]) -> Result<(), StoreError> {
    loop {
        match write(database, ops).await {
            Err(StoreError::Quota) if make_room(database).await? => {}
            result => return result,
        }
    }
}

/// Frees a quarter of the cache, so that a small write does not empty it; false where nothing is left to free.
pub(super) async fn make_room(database: &Database) -> Result<bool, StoreError> {
    Ok(evict_share(database, 4).await? > 0)
}

async fn evict_share(database: &Database, share: u64) -> Result<u64, StoreError> {
    let total: u64 = rows(database).await?.iter().map(|row| row.bytes).sum();
    evict(database, total.div_ceil(share)).await
}

/// How many blobs there are, and their bytes.
pub(super) async fn size(database: &Database) -> Result<(u64, u64), StoreError> {
    let rows = rows(database).await?;
    Ok((rows.len() as u64, rows.iter().map(|row| row.bytes).sum()))
}

async fn rows(database: &Database) -> Result<Vec<BlobRow>, StoreError> {
    let transaction = begin(database, &[BLOB_ROWS], TransactionMode::ReadOnly)?;
    let request = object_store(&transaction, BLOB_ROWS)?.get_all(None, None).map_err(|error| from_idb(&error))?;
    let values = request.await.map_err(|error| from_idb(&error))?;
    Ok(values.into_iter().filter_map(|value| from_js(value, "The cache's list").ok()).collect())
}

/// Removes the blobs used longest ago, with the steps that need them, until `bytes` are freed or none is left.
/// Contents of datasets go last: a person would have to open the file again. Gives the bytes freed.
pub(super) async fn evict(database: &Database, bytes: u64) -> Result<u64, StoreError> {
    let idb = |error: idb::Error| from_idb(&error);
    let transaction = begin(database, &[BLOB_ROWS, BLOBS, STEPS, DATASETS], TransactionMode::ReadWrite)?;
    let datasets = object_store(&transaction, DATASETS)?.get_all_keys(None, None).map_err(idb)?.await.map_err(idb)?;
    let datasets: BTreeSet<String> = datasets.iter().filter_map(JsValue::as_string).collect();
    let values = object_store(&transaction, BLOB_ROWS)?.get_all(None, None).map_err(idb)?.await.map_err(idb)?;
    let rows: Vec<BlobRow> = values.into_iter().filter_map(|value| from_js(value, "The cache's list").ok()).collect();
    let rank = |row: &BlobRow| datasets.contains(row.digest.as_str());
    let rows = sorted_by(rows, |a, b| rank(a).cmp(&rank(b)).then(a.last_used.total_cmp(&b.last_used)));
    let (mut freed, mut ops) = (0, Vec::new());
    for row in rows {
        if freed >= bytes {
            break;
        }
        let by_artifact = object_store(&transaction, STEPS)?.index(BY_ARTIFACT).map_err(idb)?;
        // An index's keys are the primary keys: those of the steps that need this blob.
        let steps = by_artifact.get_all_keys(Some(Query::Key(key(&row.digest))), None).map_err(idb)?;
        let steps = steps.await.map_err(idb)?;
        ops.extend(steps.into_iter().map(|key| Op::Delete { store: STEPS, key }));
        ops.push(Op::Delete { store: BLOBS, key: key(&row.digest) });
        ops.push(Op::Delete { store: BLOB_ROWS, key: key(&row.digest) });
        // An empty blob counts as one byte, so that removing the last ones is seen as progress.
        freed += row.bytes.max(1);
    }
    if ops.is_empty() {
        return Ok(0);
    }
    transaction::finish(transaction, &ops).await?;
    Ok(freed)
}
