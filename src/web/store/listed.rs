//! The texts of all rows, at hand once they were read: until this tab or another changes one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use idb::Database;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::rows;
use crate::tracking::StoreError;

#[derive(Default)]
pub(super) struct Listed {
    /// Whether somebody tells what other tabs change; else nothing stays at hand.
    pub(super) is_told: Cell<bool>,
    /// How often a row has changed.
    changes: Cell<u64>,
    texts: RefCell<Option<Rc<Vec<String>>>>,
    /// Kept when the reading that is under way has ended: whoever asks meanwhile waits for it instead of reading again.
    reading: RefCell<Option<Promise>>,
}

impl Listed {
    /// A row has changed.
    pub(super) fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
        self.texts.take();
    }

    /// The texts of all rows, in no order.
    pub(super) async fn texts(&self, database: &Database) -> Result<Rc<Vec<String>>, StoreError> {
        if let Some(texts) = &*self.texts.borrow() {
            return Ok(Rc::clone(texts));
        }
        let under_way = self.reading.borrow().clone();
        if let Some(reading) = under_way {
            // It never fails: it says only that the reading has ended.
            let _ = JsFuture::from(reading).await;
            if let Some(texts) = &*self.texts.borrow() {
                return Ok(Rc::clone(texts));
            }
        }
        let mut ended = None;
        let promise = Promise::new(&mut |resolve, _| ended = Some(resolve));
        *self.reading.borrow_mut() = Some(promise);
        let before = self.changes.get();
        let read = rows::texts(database).await.map(Rc::new);
        // What changed while they were read may be in them or not.
        if let (Ok(texts), true) = (&read, self.is_told.get() && self.changes.get() == before) {
            *self.texts.borrow_mut() = Some(Rc::clone(texts));
        }
        self.reading.take();
        if let Some(ended) = ended {
            let _ = ended.call0(&JsValue::UNDEFINED);
        }
        read
    }
}
