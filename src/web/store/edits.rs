//! Changes in IndexedDB: records, edits and their log entry, in one transaction.

use std::collections::BTreeMap;

use idb::{KeyRange, Query, Transaction, TransactionMode};
use wasm_bindgen::JsValue;

use super::convert::{from_idb, from_js, to_js};
use super::schema::{DATASETS, DOCUMENTS, EXPERIMENTS, LISTING, ROWS, RUNNING, RUNS};
use super::transaction::{self, Op, begin, object_store};
use super::{IdbStore, cache, rows};
use crate::tracking::{Batch, Document, EditStore, Experiment, Item, StoreError, Target, apply_all, row_text, targets};

/// The key of a document: its kind, a slash, its id.
pub(super) fn document_key(kind: &str, id: &str) -> String {
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

    async fn write(&self, batch: &Batch<'_>, now: i64) -> Result<(), StoreError> {
        let mut records = Vec::with_capacity(batch.runs.len() + batch.datasets.len());
        for run in batch.runs {
            records.push((RUNS, to_js(run)?));
        }
        for dataset in batch.datasets {
            records.push((DATASETS, to_js(dataset)?));
        }
        loop {
            match self.write_once(batch, &records, now).await {
                Err(StoreError::Quota) if cache::make_room(&self.database).await? => {}
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        self.notify();
        Ok(())
    }
}

impl IdbStore {
    /// One transaction: what is there is read, the edits are made on it, and all of it is written.
    async fn write_once(
        &self,
        batch: &Batch<'_>,
        records: &[(&'static str, JsValue)],
        now: i64,
    ) -> Result<(), StoreError> {
        let mut stores = vec![ROWS, LISTING];
        if !batch.runs.is_empty() {
            stores.extend([RUNS, RUNNING]);
        }
        if !batch.datasets.is_empty() {
            stores.push(DATASETS);
        }
        if !batch.edits.is_empty() {
            stores.extend([EXPERIMENTS, DOCUMENTS]);
        }
        let transaction = begin(&self.database, &stores, TransactionMode::ReadWrite)?;
        let mut items: BTreeMap<Target, Item> = BTreeMap::new();
        let mut ops = Vec::new();
        for row in rows::rows_of(&transaction, batch.runs).await? {
            let [_, running] = rows::row_ops(&row, &self.owner);
            ops.push(running);
            items.insert(Target::Run(row.info.run_id.clone()), Item::Run(Some(Box::new(row))));
        }
        for target in targets(batch.edits) {
            if !items.contains_key(target) {
                items.insert(target.clone(), item(&transaction, target).await?);
            }
        }
        // Nothing has been written yet: a transaction that is let go of here ends without a change.
        apply_all(batch.edits, &mut items, now)?;
        ops.extend(records.iter().map(|(store, value)| Op::Put { store, value: value.clone() }));
        for (target, item) in items {
            ops.extend(op(target, item)?);
        }
        transaction::finish(transaction, &ops).await
    }
}

/// What a target is now, inside a transaction.
async fn item(transaction: &Transaction, target: &Target) -> Result<Item, StoreError> {
    Ok(match target {
        Target::Run(id) => Item::Run(rows::get_row(transaction, id).await?.map(Box::new)),
        Target::Experiment(id) => {
            let value = rows::get(transaction, EXPERIMENTS, id.as_str()).await?;
            Item::Experiment(value.map(|value| from_js(value, "An experiment")).transpose()?)
        }
        Target::Document { kind, id } => {
            let text = rows::get(transaction, DOCUMENTS, document_key(kind, id)).await?;
            Item::Document(text.and_then(|text| text.as_string()))
        }
    })
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
