//! The step cache as runs use it: what this session made or found stays at hand, and is written behind the run's back.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::base::{Coded, Digest, ErrorReport};
use crate::pipeline::StoredStep;
use crate::tracking::{RunRecord, RunStore, StepStore, StoreError};
use crate::web::store::BrowserStore;

/// How many steps stay at hand: those of the last few runs.
const AT_HAND: usize = 16;

/// A store whose writes do not keep a run waiting. They are done in order; `settled` waits for them.
pub(super) struct Steps {
    store: Rc<BrowserStore>,
    /// Used last comes last.
    at_hand: RefCell<VecDeque<StoredStep>>,
    writing: RefCell<Vec<Promise>>,
    /// The keys of all steps in the store, once they were asked for: what is not among them needs not be looked for, which
    /// would wait for the writing of the step before. Another tab's are missed until it has ended its run.
    keys: RefCell<Option<BTreeSet<Digest>>>,
    error: Rc<RefCell<Option<ErrorReport>>>,
}

impl Steps {
    pub(super) fn new(store: Rc<BrowserStore>) -> Self {
        Self {
            store,
            at_hand: RefCell::default(),
            writing: RefCell::default(),
            keys: RefCell::default(),
            error: Rc::default(),
        }
    }

    /// Keeps the record of a run that begins.
    pub(super) fn begin_run(&self, run: RunRecord) {
        let store = Rc::clone(&self.store);
        self.write(async move { store.put_run(&run).await });
    }

    /// Waits until everything is written; the first error since the last time.
    pub(super) async fn settled(&self) -> Option<ErrorReport> {
        for written in self.writing.take() {
            // It says itself what went wrong.
            let _ = JsFuture::from(written).await;
        }
        self.error.take()
    }

    /// Forgets what is at hand, as it is no longer in the store.
    pub(super) fn forget(&self) {
        self.at_hand.borrow_mut().clear();
        self.forget_keys();
    }

    /// Asks the store for its keys, where they are not known; only when nothing is being written.
    pub(super) async fn learn_keys(&self) {
        if self.keys.borrow().is_none() {
            let keys = self.store.step_keys().await;
            *self.keys.borrow_mut() = keys;
        }
    }

    /// Others may have kept steps.
    pub(super) fn forget_keys(&self) {
        self.keys.take();
    }

    fn is_absent(&self, key: &Digest) -> bool {
        self.keys.borrow().as_ref().is_some_and(|keys| !keys.contains(key))
    }

    fn write(&self, writing: impl Future<Output = Result<(), StoreError>> + 'static) {
        let error = Rc::clone(&self.error);
        let written = future_to_promise(async move {
            if let Err(found) = writing.await {
                error.borrow_mut().get_or_insert(found.report());
            }
            Ok(JsValue::UNDEFINED)
        });
        self.writing.borrow_mut().push(written);
    }

    fn keep(&self, step: StoredStep) {
        let mut at_hand = self.at_hand.borrow_mut();
        at_hand.retain(|known| known.key != step.key);
        if at_hand.len() == AT_HAND {
            at_hand.pop_front();
        }
        at_hand.push_back(step);
    }
}

impl StepStore for Steps {
    async fn get_step(&self, key: &Digest) -> Result<Option<StoredStep>, StoreError> {
        let known = self.at_hand.borrow().iter().find(|step| step.key == *key).cloned();
        let found = match known {
            Some(step) => Some(step),
            None if self.is_absent(key) => None,
            None => StepStore::get_step(&*self.store, key).await?,
        };
        if let Some(step) = &found {
            self.keep(step.clone());
        }
        Ok(found)
    }

    async fn put_step(&self, step: &StoredStep) -> Result<(), StoreError> {
        self.keep(step.clone());
        if let Some(keys) = &mut *self.keys.borrow_mut() {
            keys.insert(step.key.clone());
        }
        let (store, step) = (Rc::clone(&self.store), step.clone());
        self.write(async move { StepStore::put_step(&*store, &step).await });
        Ok(())
    }

    async fn get_blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        StepStore::get_blob(&*self.store, digest).await
    }

    async fn put_blob(&self, digest: &Digest, bytes: &[u8]) -> Result<(), StoreError> {
        StepStore::put_blob(&*self.store, digest, bytes).await
    }
}
