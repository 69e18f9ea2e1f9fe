//! Rows of the runs table, kept as one short text each: ten thousand of them are read in one request and decoded in one
//! pass.

use idb::{Database, Transaction, TransactionMode};
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::convert::{from_idb, from_js};
use super::schema::{LISTING, ROWS, RUN_ROWS, RUNNING, RUNS};
use super::transaction::{self, Op, begin, object_store};
use crate::base::apart;
use crate::tracking::{
    RunRecord, RunStatus, RunSummary, StoreError, binned_text, listed_text, row_from_text, row_text,
};

/// From so many rows on they are kept as a listing, too.
const KEPT_FROM: u32 = 1000;
/// Keys in `LISTING`.
const LISTED: &str = "listed";
const BINNED: &str = "binned";

/// What `run_rows` held in the first schema.
#[derive(Deserialize)]
struct RunRow {
    /// Who is running it, while it is `RUNNING`.
    owner: String,
    summary: RunSummary,
}

/// The writes that keep a row, and who is running it.
pub(super) fn row_ops(row: &RunSummary, owner: &str) -> [Op; 2] {
    let key = JsValue::from(row.info.run_id.as_str());
    let running = match row.info.status {
        RunStatus::Running => Op::PutAt { store: RUNNING, key: key.clone(), value: owner.into() },
        _ => Op::Delete { store: RUNNING, key: key.clone() },
    };
    [Op::PutAt { store: ROWS, key, value: row_text(row).into() }, running]
}

/// The value of a key, inside a transaction.
pub(super) async fn get(
    transaction: &Transaction,
    store: &str,
    key: impl Into<JsValue>,
) -> Result<Option<JsValue>, StoreError> {
    let request = object_store(transaction, store)?.get(key.into()).map_err(|error| from_idb(&error))?;
    request.await.map_err(|error| from_idb(&error))
}

/// A row, inside a transaction. One that cannot be read counts as none.
pub(super) async fn get_row(transaction: &Transaction, run_id: &str) -> Result<Option<RunSummary>, StoreError> {
    Ok(get(transaction, ROWS, run_id).await?.and_then(|text| row_from_text(&text.as_string()?)))
}

/// The row of a run that is put: what a person has changed in the row that is there stays.
pub(super) async fn row_of(transaction: &Transaction, run: &RunRecord) -> Result<RunSummary, StoreError> {
    Ok(put_over(get_row(transaction, &run.info.run_id).await?, run))
}

/// The rows of runs that are put, in order. All are asked for before the first is waited for.
pub(super) async fn rows_of(transaction: &Transaction, runs: &[RunRecord]) -> Result<Vec<RunSummary>, StoreError> {
    let store = object_store(transaction, ROWS)?;
    let ask = |run: &RunRecord| {
        let request = store.get(JsValue::from(run.info.run_id.as_str())).map_err(|error| from_idb(&error))?;
        Ok(request.into_future())
    };
    let asked = runs.iter().map(ask).collect::<Result<Vec<_>, StoreError>>()?;
    let mut rows = Vec::with_capacity(runs.len());
    for (run, answer) in runs.iter().zip(asked) {
        let text = answer.await.map_err(|error| from_idb(&error))?;
        rows.push(put_over(text.and_then(|text| row_from_text(&text.as_string()?)), run));
    }
    Ok(rows)
}

fn put_over(row: Option<RunSummary>, run: &RunRecord) -> RunSummary {
    row.map_or_else(|| run.into(), |row| row.carried_into(run))
}

/// All rows, newest first, as `tracking::rows_text` has them.
pub(super) struct RowTexts {
    /// Those that are not in the bin.
    pub listed: String,
    pub binned: String,
}

/// All rows. `keeps`: where there are many, they are kept as one listing for the next time.
pub(super) async fn all(database: &Database, keeps: bool) -> Result<RowTexts, StoreError> {
    let transaction = begin(database, &[ROWS, LISTING], TransactionMode::ReadOnly)?;
    if let (Some(listed), Some(binned)) =
        (get(&transaction, LISTING, LISTED).await?, get(&transaction, LISTING, BINNED).await?)
        && let (Some(listed), Some(binned)) = (listed.as_string(), binned.as_string())
    {
        return Ok(RowTexts { listed, binned });
    }
    let request = object_store(&transaction, ROWS)?.count(None).map_err(|error| from_idb(&error))?;
    if keeps && request.await.map_err(|error| from_idb(&error))? >= KEPT_FROM {
        return apart(read_and_keep(database)).await;
    }
    read(&transaction).await
}

async fn read(transaction: &Transaction) -> Result<RowTexts, StoreError> {
    let request = object_store(transaction, ROWS)?.get_all(None, None).map_err(|error| from_idb(&error))?;
    let texts = request.await.map_err(|error| from_idb(&error))?;
    let texts: Vec<String> = texts.iter().filter_map(JsValue::as_string).collect();
    Ok(RowTexts { listed: listed_text(&texts), binned: binned_text(&texts) })
}

/// Reading and keeping in one transaction: a row that changes meanwhile comes before, or clears what was kept.
async fn read_and_keep(database: &Database) -> Result<RowTexts, StoreError> {
    let transaction = begin(database, &[ROWS, LISTING], TransactionMode::ReadWrite)?;
    let rows = read(&transaction).await?;
    let put = |key: &str, text: &str| Op::PutAt { store: LISTING, key: key.into(), value: text.into() };
    let ops = [put(LISTED, &rows.listed), put(BINNED, &rows.binned)];
    // Nobody waits for it; where there is no room for it, the rows are read one by one as before.
    spawn_local(async move { transaction::finish(transaction, &ops).await.unwrap_or_default() });
    Ok(rows)
}

/// Carries the rows of the first schema over, all or none; a row that is damaged is made again from its run. Opening
/// does this each time: where nothing is left it is one look at an empty store.
pub(super) async fn migrate(database: &Database) -> Result<(), StoreError> {
    let idb = |error: idb::Error| from_idb(&error);
    let transaction = begin(database, &[RUN_ROWS, RUNS, ROWS, RUNNING, LISTING], TransactionMode::ReadWrite)?;
    let store = object_store(&transaction, RUN_ROWS)?;
    let keys = store.get_all_keys(None, None).map_err(idb)?.await.map_err(idb)?;
    if keys.is_empty() {
        return Ok(());
    }
    let rows = store.get_all(None, None).map_err(idb)?.await.map_err(idb)?;
    let mut ops = Vec::new();
    for (key, row) in keys.into_iter().zip(rows) {
        let row = match from_js::<RunRow>(row, "A run") {
            Ok(row) => Some((row.summary, row.owner)),
            Err(_) => {
                let run = get(&transaction, RUNS, key.clone()).await?;
                run.and_then(|run| from_js::<RunRecord>(run, "A run").ok()).map(|run| ((&run).into(), String::new()))
            }
        };
        // What nobody can read stays where it is.
        let Some((row, owner)) = row else { continue };
        // A row that is there is newer.
        if get_row(&transaction, &row.info.run_id).await?.is_none() {
            ops.extend(row_ops(&row, &owner));
        }
        ops.push(Op::Delete { store: RUN_ROWS, key });
    }
    transaction::finish(transaction, &ops).await
}
