//! Transactions that end in one of two ways: all of it is kept, or nothing is.

use idb::event::DatabaseEvent;
use idb::{Database, Event, Factory, ObjectStore, Query, Transaction, TransactionMode};
use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::convert::{from_idb, store_error};
use super::schema;
use crate::tracking::StoreError;

/// Opens the database, and brings an older one up to date. It closes itself when a newer page wants to upgrade it.
pub(super) async fn open(name: &str) -> Result<Database, StoreError> {
    let unavailable = |error: idb::Error| match from_idb(&error) {
        StoreError::Refused(reason) => StoreError::Unavailable(reason),
        other => other,
    };
    let mut request =
        Factory::new().and_then(|factory| factory.open(name, Some(schema::VERSION))).map_err(unavailable)?;
    request.on_upgrade_needed(schema::on_upgrade);
    let mut database = request.await.map_err(unavailable)?;
    database.on_version_change(|event| {
        if let Ok(database) = event.database() {
            database.close();
        }
    });
    Ok(database)
}

/// A transaction over these stores.
pub(super) fn begin(database: &Database, stores: &[&str], mode: TransactionMode) -> Result<Transaction, StoreError> {
    database.transaction(stores, mode).map_err(|error| from_idb(&error))
}

/// An object store of a transaction.
pub(super) fn object_store(transaction: &Transaction, name: &str) -> Result<ObjectStore, StoreError> {
    transaction.object_store(name).map_err(|error| from_idb(&error))
}

/// One write.
pub(super) enum Op {
    /// A value that carries its key.
    Put {
        store: &'static str,
        value: JsValue,
    },
    /// A value under a key.
    PutAt {
        store: &'static str,
        key: JsValue,
        value: JsValue,
    },
    Delete {
        store: &'static str,
        key: JsValue,
    },
    Clear {
        store: &'static str,
    },
}

impl Op {
    fn store(&self) -> &'static str {
        match self {
            Self::Put { store, .. }
            | Self::PutAt { store, .. }
            | Self::Delete { store, .. }
            | Self::Clear { store } => store,
        }
    }
}

/// Does all of `ops`, or none.
pub(super) async fn write(database: &Database, ops: &[Op]) -> Result<(), StoreError> {
    let mut stores: Vec<&str> = ops.iter().map(Op::store).collect();
    stores.sort_unstable();
    stores.dedup();
    if stores.contains(&schema::ROWS) {
        stores.push(schema::LISTING);
    }
    if stores.is_empty() {
        return Ok(());
    }
    let transaction = begin(database, &stores, TransactionMode::ReadWrite)?;
    finish(transaction, ops).await
}

/// Queues `ops` in a transaction that is open already, and waits until they are on the disk, or undone. What changes a row
/// also ends the listing of all rows: such a transaction has to be over `LISTING`, too.
pub(super) async fn finish(transaction: Transaction, ops: &[Op]) -> Result<(), StoreError> {
    let unlist = Op::Clear { store: schema::LISTING };
    let unlisted = ops.iter().any(|op| op.store() == schema::ROWS).then_some(&unlist);
    if let Err(error) = ops.iter().chain(unlisted).try_for_each(|op| queue(&transaction, op)) {
        // Aborting fails only when the transaction has been aborted already.
        let _ = transaction.abort();
        return Err(from_idb(&error));
    }
    committed(transaction).await
}

fn queue(transaction: &Transaction, op: &Op) -> Result<(), idb::Error> {
    let store = transaction.object_store(op.store())?;
    match op {
        Op::Put { value, .. } => store.put(value, None).map(drop),
        Op::PutAt { key, value, .. } => store.put(value, Some(key)).map(drop),
        Op::Delete { key, .. } => store.delete(Query::Key(key.clone())).map(drop),
        Op::Clear { .. } => store.clear().map(drop),
    }
}

/// Waits for the transaction's end. `idb`'s own future loses the reason of an abort, so this listens itself.
async fn committed(mut transaction: Transaction) -> Result<(), StoreError> {
    let ended = Promise::new(&mut |resolve: Function, reject: Function| {
        transaction.on_complete(move |_| {
            // Calling a promise's own functions cannot fail.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        });
        transaction.on_abort(move |event| {
            let reason = Event::target(&event)
                .and_then(Transaction::try_from)
                .ok()
                .and_then(|transaction| transaction.error())
                .map_or(JsValue::UNDEFINED, JsValue::from);
            let _ = reject.call1(&JsValue::UNDEFINED, &reason);
        });
    });
    // One of the two is called and frees itself, also when this future is dropped before.
    transaction.forget_callbacks();
    JsFuture::from(ended).await.map(drop).map_err(|reason| store_error(&reason))
}
