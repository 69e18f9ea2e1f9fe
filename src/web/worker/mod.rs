//! The orchestrator: takes commands in, runs pipelines one at a time, answers questions meanwhile, and keeps every run.

mod analyses;
mod exporting;
mod fetching;
mod host;
mod importing;
mod jobs;
mod keeping;
mod monitoring;
mod previews;
mod scoring;
mod source;
mod stack;
mod steps;
mod tracking;

use std::cell::Cell;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessageEvent};

use crate::base::{Digest, ErrorReport, apart};
use crate::ingest::RowIndex;
use crate::pipeline::Session;
use crate::registry::Stacks;
use crate::web::early::EarlyCommand;
use crate::web::protocol::{Command, Event, RequestId};
use crate::web::store::BrowserStore;
use crate::web::wire::decode;
use analyses::Analyses;
use previews::AtHand;
use scoring::Scorings;
use source::BlobSource;
use steps::Steps;
use tracking::Tracking;

/// Starts listening. Called once, by the worker's `main`.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        // The page learns of the crash itself from the browser; this is the technical detail.
        let error = ErrorReport::new("worker.panicked", info.to_string());
        post(&Event::Failed { request: RequestId(0), error });
    }));
    spawn_local(async {
        let owner = crate::tracking::run_id(crate::web::js::random_bytes());
        let orchestrator = Rc::new(Orchestrator::new(BrowserStore::open(&owner).await));
        // The first run goes through the active stack too.
        apart(orchestrator.read_stack()).await;
        orchestrator.listen();
        post(&Event::Ready);
        orchestrator.greet().await;
    });
}

/// Sends an event to the page.
fn post(event: &Event) {
    // An event that cannot be expressed would be a defect of ours: the page must still not wait for ever.
    let value = crate::web::wire::encode(event).unwrap_or_else(|message| JsValue::from_str(&message));
    let _ = host::scope().post_message(&js_sys::Array::of1(&value));
}

/// The command of a message.
fn command(message: &JsValue) -> Result<Command, String> {
    decode::<EarlyCommand>(message).map_or_else(|_| later_command(message), |early| Ok(early.into()))
}

/// Not inlined: the browser loads it with the first command that is not one of a first visit.
#[inline(never)]
fn later_command(message: &JsValue) -> Result<Command, String> {
    decode(message)
}

/// A run that waits or is under way.
struct Job {
    command: Command,
    file: Option<Blob>,
    cancelled: Rc<Cell<bool>>,
    /// A newer job made this one pointless: it leaves no record.
    superseded: Rc<Cell<bool>>,
}

/// A dataset whose file is at hand in this session.
#[derive(Clone)]
struct Opened {
    source: BlobSource,
    index: Option<Rc<RowIndex>>,
}

/// The run under way, as far as others may touch it.
struct UnderWay {
    request: RequestId,
    cancelled: Rc<Cell<bool>>,
    superseded: Rc<Cell<bool>>,
}

struct Orchestrator {
    store: Rc<BrowserStore>,
    /// The same for the engine.
    steps: Steps,
    /// Taken out while a run is under way.
    session: RefCell<Session>,
    /// What the store held is gone, which the session under way does not know yet.
    is_emptied: Cell<bool>,
    opened: RefCell<BTreeMap<Digest, Opened>>,
    /// The dataset on the screen.
    shown: RefCell<Option<Digest>>,
    /// The table that the last run read: what previews look at, also while a run is under way.
    at_hand: RefCell<Option<AtHand>>,
    /// A preview that waits for the run under way to read its table. A newer one takes its place.
    postponed: RefCell<Vec<Command>>,
    /// Questions about a pipeline.
    analyses: Analyses,
    /// Files that are being scored, and the run whose predictions are looked at.
    scorings: Scorings,
    /// Tells an MLflow server, where one is set.
    tracking: Rc<Tracking>,
    /// The experiment that runs are recorded in; `None` is the default one.
    experiment: RefCell<Option<String>>,
    /// The stacks, and which one runs go through.
    stacks: RefCell<Stacks>,
    waiting: RefCell<VecDeque<Job>>,
    under_way: RefCell<Option<UnderWay>>,
}

impl Orchestrator {
    fn new(store: BrowserStore) -> Self {
        let store = Rc::new(store);
        Self {
            tracking: Rc::new(Tracking::new(Rc::clone(&store))),
            steps: Steps::new(Rc::clone(&store)),
            store,
            session: RefCell::default(),
            is_emptied: Cell::default(),
            opened: RefCell::default(),
            shown: RefCell::default(),
            at_hand: RefCell::default(),
            postponed: RefCell::default(),
            analyses: Analyses::default(),
            scorings: Scorings::default(),
            experiment: RefCell::default(),
            stacks: RefCell::default(),
            waiting: RefCell::default(),
            under_way: RefCell::default(),
        }
    }

    fn listen(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let parts: js_sys::Array = message.data().unchecked_into();
            match command(&parts.get(0)) {
                Ok(Command::ImportFolder { request, paths }) => this.take_folder(request, paths, parts.get(1)),
                Ok(command) => this.take(command, parts.get(1).dyn_into().ok()),
                Err(message) => {
                    let error = ErrorReport::new("worker.bad_message", message);
                    post(&Event::Failed { request: RequestId(0), error });
                }
            }
        });
        host::scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The closure lives as long as the worker.
        on_message.forget();
    }

    fn take(self: &Rc<Self>, command: Command, file: Option<Blob>) {
        match command {
            Command::Cancel { request } => self.cancel(request),
            Command::Open { .. } | Command::Run { .. } => self.queue(command, file),
            Command::Analyse { request, spec, analysis } => self.ask(request, spec, analysis),
            Command::Import { request } => {
                let this = Rc::clone(self);
                spawn_local(async move { apart(this.import(request, file.as_ref())).await });
            }
            Command::Truth { request, deployment } => {
                let this = Rc::clone(self);
                spawn_local(async move { apart(this.truth(request, deployment, file.as_ref())).await });
            }
            Command::Score { request, run_id } => {
                let this = Rc::clone(self);
                spawn_local(async move { apart(this.score(request, &run_id, file)).await });
            }
            Command::SendWaiting { .. } => self.tracking.kick(),
            question => {
                let this = Rc::clone(self);
                spawn_local(async move { this.answer(question).await });
            }
        }
    }

    fn take_folder(self: &Rc<Self>, request: RequestId, paths: Vec<String>, files: JsValue) {
        let this = Rc::clone(self);
        let files: js_sys::Array = files.dyn_into().unwrap_or_default();
        spawn_local(async move { apart(this.import_folder(request, paths, &files)).await });
    }

    fn cancel(&self, request: RequestId) {
        self.analyses.cancel(request);
        self.scorings.cancel(request);
        if let Some(run) = self.under_way.borrow().as_ref().filter(|run| run.request == request) {
            run.cancelled.set(true);
        }
        for job in self.waiting.borrow().iter().filter(|job| job.command.request() == request) {
            job.cancelled.set(true);
        }
    }

    /// A newer run replaces the ones before it: whoever changes a setting twice wants the second result.
    fn queue(self: &Rc<Self>, command: Command, file: Option<Blob>) {
        if let Some(run) = &*self.under_way.borrow() {
            run.cancelled.set(true);
            run.superseded.set(true);
        }
        self.analyses.give_way();
        let job = Job { command, file, cancelled: Rc::default(), superseded: Rc::default() };
        let idle = self.under_way.borrow().is_none() && self.waiting.borrow().is_empty();
        // Files that were opened meanwhile are still wanted; plain runs before this one are not.
        self.waiting.borrow_mut().retain(|waiting| matches!(waiting.command, Command::Open { .. }));
        self.waiting.borrow_mut().push_back(job);
        if idle {
            let this = Rc::clone(self);
            spawn_local(async move { this.work().await });
        }
    }

    async fn work(self: Rc<Self>) {
        loop {
            let Some(job) = self.waiting.borrow_mut().pop_front() else { return };
            *self.under_way.borrow_mut() = Some(UnderWay {
                request: job.command.request(),
                cancelled: Rc::clone(&job.cancelled),
                superseded: Rc::clone(&job.superseded),
            });
            self.run_job(job).await;
            *self.under_way.borrow_mut() = None;
            self.notice_table();
            let postponed = self.postponed.take();
            for question in postponed {
                self.answer(question).await;
            }
            if self.waiting.borrow().is_empty() {
                self.answer_analyses();
            }
        }
    }
}
