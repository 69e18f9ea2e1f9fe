//! Rows of the runs table, kept as one short text each: ten thousand of them are read in one request and decoded in one
//! pass.

use std::collections::BTreeMap;

use idb::{Database, KeyRange, Query, Transaction, TransactionMode};
use serde::Deserialize;
use wasm_bindgen::JsValue;

use super::IdbStore;
use super::convert::{from_idb, from_js, to_js};
use super::schema::{DOCUMENTS, EXPERIMENTS, ROWS, RUN_ROWS, RUNNING, RUNS};
use super::transaction::{self, Op, begin, object_store};
use crate::tracking::{
    Document, Edit, EditStore, Experiment, Item, RunRecord, RunStatus, RunSummary, StoreError, Target, apply_all,
    row_from_text, row_text, targets,
};

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
    Ok(match get_row(transaction, &run.info.run_id).await? {
        Some(row) => row.carried_into(run),
        None => run.into(),
    })
}

/// All rows, in no order.
pub(super) async fn all(database: &Database) -> Result<Vec<RunSummary>, StoreError> {
    let transaction = begin(database, &[ROWS], TransactionMode::ReadOnly)?;
    let request = object_store(&transaction, ROWS)?.get_all(None, None).map_err(|error| from_idb(&error))?;
    let texts = request.await.map_err(|error| from_idb(&error))?;
    Ok(texts.iter().filter_map(|text| row_from_text(&text.as_string()?)).collect())
}

/// Carries the rows of the first schema over, all or none; a row that is damaged is made again from its run. Opening
/// does this each time: where nothing is left it is one look at an empty store.
pub(super) async fn migrate(database: &Database) -> Result<(), StoreError> {
    let idb = |error: idb::Error| from_idb(&error);
    let transaction = begin(database, &[RUN_ROWS, RUNS, ROWS, RUNNING], TransactionMode::ReadWrite)?;
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

/// The key of a document: its kind, a slash, its id.
fn document_key(kind: &str, id: &str) -> String {
    format!("{kind}/{id}")
}

impl EditStore for IdbStore {
    async fn documents(&self, kind: &str) -> Result<Vec<Document>, StoreError> {
        let idb = |error: idb::Error| from_idb(&error);
        let (first, last) = (document_key(kind, ""), document_key(kind, "\u{ffff}"));
        let range = || {
            let (first, last) = (JsValue::from(first.as_str()), JsValue::from(last.as_str()));
            KeyRange::bound(&first, &last, None, None).map(Query::KeyRange).map_err(idb)
        };
        let transaction = begin(&self.database, &[DOCUMENTS], TransactionMode::ReadOnly)?;
        let store = object_store(&transaction, DOCUMENTS)?;
        let keys = store.get_all_keys(Some(range()?), None).map_err(idb)?.await.map_err(idb)?;
        let texts = store.get_all(Some(range()?), None).map_err(idb)?.await.map_err(idb)?;
        let document = |(key, text): (JsValue, JsValue)| {
            let id = key.as_string()?.strip_prefix(first.as_str())?.to_owned();
            Some(Document { id, text: text.as_string()? })
        };
        Ok(keys.into_iter().zip(texts).filter_map(document).collect())
    }

    async fn apply(&self, edits: &[Edit], now: i64) -> Result<(), StoreError> {
        let transaction = begin(&self.database, &[ROWS, EXPERIMENTS, DOCUMENTS], TransactionMode::ReadWrite)?;
        let mut items: BTreeMap<Target, Item> = BTreeMap::new();
        for target in targets(edits) {
            if items.contains_key(target) {
                continue;
            }
            let item = match target {
                Target::Run(id) => Item::Run(get_row(&transaction, id).await?.map(Box::new)),
                Target::Experiment(id) => {
                    let value = get(&transaction, EXPERIMENTS, id.as_str()).await?;
                    Item::Experiment(value.map(|value| from_js(value, "An experiment")).transpose()?)
                }
                Target::Document { kind, id } => {
                    let key = document_key(kind, id);
                    Item::Document(get(&transaction, DOCUMENTS, key).await?.and_then(|text| text.as_string()))
                }
            };
            items.insert(target.clone(), item);
        }
        // Nothing has been written yet: a transaction that is let go of here ends without a change.
        apply_all(edits, &mut items, now)?;
        let ops: Vec<Op> =
            items.into_iter().filter_map(|(target, item)| op(target, item).transpose()).collect::<Result<_, _>>()?;
        transaction::finish(transaction, &ops).await?;
        self.notify();
        Ok(())
    }
}

fn op(target: Target, item: Item) -> Result<Option<Op>, StoreError> {
    Ok(Some(match (target, item) {
        (Target::Run(id), Item::Run(Some(row))) => {
            Op::PutAt { store: ROWS, key: id.into(), value: row_text(&row).into() }
        }
        // Only a run that is nothing but a row is ever removed by an edit: bringing it in was taken back.
        (Target::Run(id), Item::Run(None)) => Op::Delete { store: ROWS, key: id.into() },
        (Target::Experiment(_), Item::Experiment(Some(experiment))) => {
            Op::Put { store: EXPERIMENTS, value: to_js::<Experiment>(&experiment)? }
        }
        (Target::Experiment(id), Item::Experiment(None)) => Op::Delete { store: EXPERIMENTS, key: id.into() },
        (Target::Document { kind, id }, Item::Document(Some(text))) => {
            Op::PutAt { store: DOCUMENTS, key: document_key(&kind, &id).into(), value: text.into() }
        }
        (Target::Document { kind, id }, Item::Document(None)) => {
            Op::Delete { store: DOCUMENTS, key: document_key(&kind, &id).into() }
        }
        _ => return Ok(None),
    }))
}
