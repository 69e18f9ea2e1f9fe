//! The engine's surroundings in a worker: the clock, the channel to the page, and turns for the message loop.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel};

use crate::pipeline::{Host, PipelineEvent};
use crate::web::protocol::{Event, RequestId};

use super::post;
use super::tracking::Tracking;

/// The surroundings of one request.
#[derive(Clone)]
pub struct WorkerHost {
    request: RequestId,
    cancelled: Rc<Cell<bool>>,
    /// Who follows the run, where this is a run's.
    tracking: Option<Rc<Tracking>>,
}

impl WorkerHost {
    /// The surroundings of `request`; `cancelled` is set from outside.
    #[must_use]
    pub fn new(request: RequestId, cancelled: Rc<Cell<bool>>) -> Self {
        Self { request, cancelled, tracking: None }
    }

    /// The surroundings of a run, which is told as it goes.
    pub(super) fn of_run(request: RequestId, cancelled: Rc<Cell<bool>>, tracking: Rc<Tracking>) -> Self {
        Self { tracking: Some(tracking), ..Self::new(request, cancelled) }
    }
}

impl Host for WorkerHost {
    fn seconds(&self) -> f64 {
        scope().performance().map_or_else(|| js_sys::Date::now() / 1e3, |clock| clock.now() / 1e3)
    }

    fn now(&self) -> i64 {
        now()
    }

    fn memory(&self) -> Option<u64> {
        let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
        let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
        Some(buffer.byte_length().into())
    }

    fn emit(&self, event: PipelineEvent) {
        if let Some(tracking) = &self.tracking {
            tracking.note(&event);
        }
        post(&Event::Pipeline { request: self.request, event });
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }

    /// A message to ourselves goes to the end of the queue: what the page sent meanwhile comes first. Timers would be
    /// held back to 4 ms each.
    async fn pause(&self) {
        let Ok(channel) = MessageChannel::new() else { return };
        let (sender, receiver) = (channel.port1(), channel.port2());
        let promise = Promise::new(&mut |resolve: Function, _| {
            receiver.set_onmessage(Some(&resolve));
            // A port that cannot post would leave the promise open for ever.
            if sender.post_message(&JsValue::NULL).is_err() {
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
        let _ = JsFuture::from(promise).await;
        sender.close();
        receiver.close();
    }
}

/// Unix milliseconds.
pub(super) fn now() -> i64 {
    js_sys::Date::now() as i64
}

pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
