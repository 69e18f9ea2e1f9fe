//! The texts of all rows, at hand once they were read: until this tab or another changes one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use idb::Database;

use super::rows;
use crate::tracking::StoreError;

#[derive(Default)]
pub(super) struct Listed {
    /// Whether somebody tells what other tabs change; else nothing stays at hand.
    pub(super) is_told: Cell<bool>,
    /// How often a row has changed.
    changes: Cell<u64>,
    texts: RefCell<Option<Rc<Vec<String>>>>,
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
        let before = self.changes.get();
        let texts = Rc::new(rows::texts(database).await?);
        // What changed while they were read may be in them or not.
        if self.is_told.get() && self.changes.get() == before {
            *self.texts.borrow_mut() = Some(Rc::clone(&texts));
        }
        Ok(texts)
    }
}
