//! The page's end of the orchestrator: starts the worker, sends commands, hears events, and starts it anew when it dies.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

use super::protocol::{Command, Event, RUN_ENDED, RequestId};
use super::{js, wire};
use crate::base::ErrorReport;

/// A computation that has not heard a cancel after so long is in one long piece of arithmetic: its worker is ended.
const CANCEL_PATIENCE_MS: i32 = 1500;

const CANNOT_START: &str = "The computation cannot be started. Reload the page, or try another browser.";

/// How often a worker that dies is started again before the page gives up.
const MAX_RESTARTS: u32 = 3;

/// The orchestrator, as the page talks to it. Clones are the same one.
#[derive(Clone)]
pub struct Client(Rc<RefCell<Connection>>);

/// A function that the browser calls.
type Listener<E> = Closure<dyn FnMut(E)>;

struct Connection {
    worker: Option<Worker>,
    /// The worker has said that it listens.
    ready: bool,
    /// Messages that wait for that.
    queue: Vec<js_sys::Array>,
    pending: BTreeSet<RequestId>,
    last_request: u32,
    restarts: u32,
    /// What the worker said before it died.
    last_words: Option<String>,
    on_event: Rc<dyn Fn(Event, Option<Blob>)>,
    /// The closures that the present worker calls.
    listeners: Option<(Listener<MessageEvent>, Listener<ErrorEvent>)>,
}

impl Connection {
    /// Ends the worker; gives the requests that still waited for it.
    fn end(&mut self) -> BTreeSet<RequestId> {
        if let Some(worker) = self.worker.take() {
            // Messages that are on their way already would call functions that are gone when the next worker starts.
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
        self.ready = false;
        self.queue.clear();
        std::mem::take(&mut self.pending)
    }
}

impl Client {
    /// Starts the worker. `on_event` gets each of its events, in order, with the file that came beside it; a worker that cannot
    /// be started is one too.
    #[must_use]
    pub fn start(on_event: impl Fn(Event, Option<Blob>) + 'static) -> Self {
        let client = Self(Rc::new(RefCell::new(Connection {
            worker: None,
            ready: false,
            queue: Vec::new(),
            pending: BTreeSet::new(),
            last_request: 0,
            restarts: 0,
            last_words: None,
            on_event: Rc::new(on_event),
            listeners: None,
        })));
        client.connect();
        client
    }

    /// A number for the next request. 0 is never one: it stands for "no request" in a worker's last words.
    #[must_use]
    pub fn next_request(&self) -> RequestId {
        let mut connection = self.0.borrow_mut();
        connection.last_request += 1;
        RequestId(connection.last_request)
    }

    /// Sends a command, with the file that goes with it.
    pub fn send(&self, command: &Command, file: Option<&Blob>) {
        self.send_beside(command, file.map(AsRef::as_ref));
    }

    /// Sends a command with a list of files.
    pub fn send_files(&self, command: &Command, files: &js_sys::Array) {
        self.send_beside(command, Some(files.as_ref()));
    }

    fn send_beside(&self, command: &Command, beside: Option<&JsValue>) {
        let message = match wire::encode(command) {
            Ok(message) => message,
            Err(words) => return self.fail(command.request(), "worker.bad_message", words),
        };
        if self.0.borrow().restarts > MAX_RESTARTS {
            return self.fail(command.request(), "worker.crashed", CANNOT_START.into());
        }
        let parts = js_sys::Array::of1(&message);
        if let Some(beside) = beside {
            parts.push(beside);
        }
        let mut connection = self.0.borrow_mut();
        // These have no answer of their own.
        if !matches!(command, Command::Cancel { .. } | Command::UseExperiment { .. } | Command::SendWaiting { .. }) {
            connection.pending.insert(command.request());
        }
        match &connection.worker {
            Some(worker) if connection.ready => {
                // Posting fails only for what cannot be cloned; files and plain objects can.
                let _ = worker.post_message(&parts);
            }
            _ => connection.queue.push(parts),
        }
    }

    /// Cancels a request: by asking, and where that is not heard, by ending the worker.
    pub fn cancel(&self, request: RequestId) {
        self.send(&Command::Cancel { request }, None);
        let this = self.clone();
        let look = Closure::once_into_js(move || {
            let waits = this.0.borrow().pending.contains(&request);
            if waits {
                this.end(request);
            }
        });
        if let Some(window) = web_sys::window() {
            // Without a timer there is only the asking.
            let look = look.unchecked_ref();
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(look, CANCEL_PATIENCE_MS);
        }
    }

    /// Ends the worker and starts another one; whatever waited for it is told.
    fn end(&self, cancelled: RequestId) {
        let pending = self.0.borrow_mut().end();
        self.connect();
        for request in pending {
            let message = if request == cancelled {
                "Cancelled. The computation was in one long piece and had to be ended; nothing else is lost."
            } else {
                "The computation was ended by a cancel. Please ask again."
            };
            self.fail(request, RUN_ENDED, message.into());
        }
    }

    fn connect(&self) {
        match self.start_worker() {
            Ok(worker) => self.0.borrow_mut().worker = Some(worker),
            Err(cause) => self.died(&js::message(&cause)),
        }
    }

    fn start_worker(&self) -> Result<Worker, JsValue> {
        let worker = worker_from_page()?;
        let this = self.clone();
        let on_message =
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| this.heard(&message.data()));
        let this = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| {
            error.prevent_default();
            this.died(&error.message());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        self.0.borrow_mut().listeners = Some((on_message, on_error));
        Ok(worker)
    }

    fn heard(&self, data: &JsValue) {
        let parts: js_sys::Array = data.clone().unchecked_into();
        let event = match wire::decode::<Event>(&parts.get(0)) {
            Ok(event) => event,
            Err(words) => return self.died(&words),
        };
        {
            let mut connection = self.0.borrow_mut();
            match &event {
                Event::Ready => {
                    connection.ready = true;
                    let queue = std::mem::take(&mut connection.queue);
                    for message in queue {
                        if let Some(worker) = &connection.worker {
                            let _ = worker.post_message(&message);
                        }
                    }
                }
                // Its last words: the browser's own error follows.
                Event::Failed { request: RequestId(0), error } => {
                    connection.last_words = Some(error.message.clone());
                    return;
                }
                Event::RunFinished { request, .. } => {
                    connection.pending.remove(request);
                    // A worker that works is not one that keeps dying.
                    connection.restarts = 0;
                }
                Event::Rows { request, .. }
                | Event::Preview { request, .. }
                | Event::Analysis { request, .. }
                | Event::Runs { request, .. }
                | Event::Run { request, .. }
                | Event::RunRecords { request, .. }
                | Event::Contents { request, .. }
                | Event::Changed { request, .. }
                | Event::Exported { request, .. }
                | Event::Imported { request, .. }
                | Event::Shared { request, .. }
                | Event::Usage { request, .. }
                | Event::Erased { request, .. }
                | Event::Monitor { request, .. }
                | Event::Scored { request, .. }
                | Event::Explained { request, .. }
                | Event::Failed { request, .. } => {
                    connection.pending.remove(request);
                }
                _ => {}
            }
        }
        self.tell(event, parts.get(1).dyn_into().ok());
    }

    /// The worker is lost: whatever waits for it has failed, and another one is started.
    fn died(&self, cause: &str) {
        let (pending, may_restart, words) = {
            let mut connection = self.0.borrow_mut();
            connection.restarts += 1;
            let words = connection.last_words.take().unwrap_or_else(|| cause.to_owned());
            (connection.end(), connection.restarts <= MAX_RESTARTS, words)
        };
        let message = if may_restart {
            format!("The computation stopped unexpectedly. Your runs are kept; please try again. ({words})")
        } else {
            format!("{CANNOT_START} ({words})")
        };
        let requests = if pending.is_empty() { BTreeSet::from([RequestId(0)]) } else { pending };
        for request in requests {
            self.fail(request, "worker.crashed", message.clone());
        }
        if may_restart {
            self.connect();
        }
    }

    fn fail(&self, request: RequestId, code: &str, message: String) {
        self.tell(Event::Failed { request, error: ErrorReport::new(code, message) }, None);
    }

    fn tell(&self, event: Event, file: Option<Blob>) {
        let on_event = Rc::clone(&self.0.borrow().on_event);
        on_event(event, file);
    }
}

/// A classic worker from a `blob:` URL, so that the page's content security policy holds in it too. The names of its
/// files stand in the page's boot script.
fn worker_from_page() -> Result<Worker, JsValue> {
    let missing = |what: &str| JsValue::from(js_sys::Error::new(&format!("{what} is missing in the page")));
    let document = web_sys::window().and_then(|window| window.document()).ok_or_else(|| missing("the document"))?;
    let boot = document.query_selector("script[data-wasm]")?.ok_or_else(|| missing("the boot script"))?;
    let base = document.base_uri()?.ok_or_else(|| missing("the base address"))?;
    let address = |name: &str| {
        let path = boot.get_attribute(name).ok_or_else(|| missing(name))?;
        Ok::<_, JsValue>(JsValue::from(Url::new_with_base(&path, &base)?.href()))
    };
    let quoted = |value: JsValue| js_sys::JSON::stringify(&value).map(String::from);
    let text = format!(
        "importScripts({});wasm_bindgen({{module_or_path:{}}});",
        quoted(address("data-worker-js")?)?,
        quoted(address("data-worker-wasm")?)?,
    );
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let worker = Worker::new(&url);
    // The address is not revoked: the worker may still be loading from it.
    worker
}
