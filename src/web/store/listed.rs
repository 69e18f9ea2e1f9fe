//! All rows as texts, at hand once they were read: until this tab or another changes one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use idb::Database;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::rows::{self, RowTexts};
use crate::tracking::StoreError;

#[derive(Default)]
pub(super) struct Listed {
    /// Whether somebody tells what other tabs change; else nothing stays at hand.
    pub(super) is_told: Cell<bool>,
    /// How often a row has changed.
    changes: Cell<u64>,
    /// Whether they were read in this visit.
    was_read: Cell<bool>,
    rows: RefCell<Option<Rc<RowTexts>>>,
    /// Kept when the reading that is under way has ended: whoever asks meanwhile waits for it instead of reading again.
    reading: RefCell<Option<Promise>>,
}

impl Listed {
    /// A row has changed.
    pub(super) fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
        self.rows.take();
    }

    /// All rows.
    pub(super) async fn rows(&self, database: &Database) -> Result<Rc<RowTexts>, StoreError> {
        if let Some(rows) = &*self.rows.borrow() {
            return Ok(Rc::clone(rows));
        }
        let under_way = self.reading.borrow().clone();
        if let Some(reading) = under_way {
            // It never fails: it says only that the reading has ended.
            let _ = JsFuture::from(reading).await;
            if let Some(rows) = &*self.rows.borrow() {
                return Ok(Rc::clone(rows));
            }
        }
        let mut ended = None;
        let promise = Promise::new(&mut |resolve, _| ended = Some(resolve));
        *self.reading.borrow_mut() = Some(promise);
        let before = self.changes.get();
        // What is read once more in the same visit has just changed, and may do so again.
        let read = rows::all(database, !self.was_read.replace(true)).await.map(Rc::new);
        // What changed while they were read may be in them or not.
        if let (Ok(rows), true) = (&read, self.is_told.get() && self.changes.get() == before) {
            *self.rows.borrow_mut() = Some(Rc::clone(rows));
        }
        self.reading.take();
        if let Some(ended) = ended {
            let _ = ended.call0(&JsValue::UNDEFINED);
        }
        read
    }
}
