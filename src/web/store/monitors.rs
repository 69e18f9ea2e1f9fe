//! What is kept of deployments' requests: small documents that grow without a log.

use idb::TransactionMode;
use wasm_bindgen::JsValue;

use super::edits::document_key;
use super::schema::DOCUMENTS;
use super::transaction::{self, Op, begin};
use super::{BrowserStore, IdbStore, rows};
use crate::monitoring::{MONITOR, Record};
use crate::registry::DRIFT_NOTICE;
use crate::tracking::StoreError;

/// A deployment's counts, and what of it has drifted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Monitored {
    pub record: Record,
    /// Names, one a line; `None` while nothing has drifted.
    pub notice: Option<String>,
}

impl IdbStore {
    /// Changes what is kept of a deployment's requests. Reading and writing are one transaction, so that nothing is lost
    /// between two that count. Other tabs hear of a notice that has changed.
    ///
    /// # Errors
    /// `Quota`, `Unavailable`, `Refused`; then nothing has changed. Counts that cannot be read begin anew.
    pub async fn monitor(&self, deployment: &str, change: impl FnOnce(&mut Monitored)) -> Result<(), StoreError> {
        let transaction = begin(&self.database, &[DOCUMENTS], TransactionMode::ReadWrite)?;
        let keys = [MONITOR, DRIFT_NOTICE].map(|kind| document_key(kind, deployment));
        let [record, notice] = &keys;
        let text = rows::get(&transaction, DOCUMENTS, record.as_str()).await?.and_then(|text| text.as_string());
        let before = rows::get(&transaction, DOCUMENTS, notice.as_str()).await?.and_then(|text| text.as_string());
        let record = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let mut monitored = Monitored { record, notice: before.clone() };
        change(&mut monitored);
        let text = serde_json::to_string(&monitored.record).ok();
        let ops = keys.into_iter().zip([text, monitored.notice.clone()]).map(|(key, text)| {
            let key = JsValue::from(key);
            match text {
                Some(text) => Op::PutAt { store: DOCUMENTS, key, value: text.into() },
                None => Op::Delete { store: DOCUMENTS, key },
            }
        });
        transaction::finish(transaction, &ops.collect::<Vec<_>>()).await?;
        if monitored.notice != before {
            self.notify();
        }
        Ok(())
    }
}

impl BrowserStore {
    /// As `IdbStore::monitor`. Where the browser keeps nothing there are no deployments that answer, and no counts.
    ///
    /// # Errors
    /// As `IdbStore::monitor`.
    pub async fn monitor(&self, deployment: &str, change: impl FnOnce(&mut Monitored)) -> Result<(), StoreError> {
        match self {
            Self::Kept(store, _) => store.monitor(deployment, change).await,
            Self::Memory(..) => Ok(()),
        }
    }
}
