//! The experiment tracker at work: what runs come to is put into the outbox and told to the MLflow server, one round at a
//! time over all tabs, again later where the server is away.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::fetching::FetchServer;
use super::host::{now, scope};
use super::post;
use crate::base::{Coded, ErrorReport, apart};
use crate::export::mlflow::live::{Delivered, Tracker, What, pause_seconds, queue, send_waiting, waiting};
use crate::pipeline::{PipelineEvent, PipelineSpec};
use crate::registry::{ExperimentTracker, StackStore, Stacks};
use crate::tracking::{Edit, EditStore, RunRecord, StoreError, Target, note_event, params_of};
use crate::web::protocol::{Event, TrackerStatus};
use crate::web::store::{BrowserStore, hold};

/// The lock of a round, over all tabs.
const LOCK: &str = "pipette:tracker";
/// The kind of documents that registered models are.
const MODELS: &str = "model";

/// The tracker of this tab.
pub(super) struct Tracking {
    store: Rc<BrowserStore>,
    tracker: RefCell<Option<Tracker>>,
    /// The run under way here, as far as it has come.
    live: RefCell<Option<RunRecord>>,
    is_sending: Cell<bool>,
    /// Something came while a round was under way.
    again: Cell<bool>,
    n_failed: Cell<u32>,
    /// Counts what was planned, so that a timer whose plan was given up does nothing.
    plan: Cell<u32>,
    status: RefCell<TrackerStatus>,
}

impl Tracking {
    pub(super) fn new(store: Rc<BrowserStore>) -> Self {
        Self {
            store,
            tracker: RefCell::default(),
            live: RefCell::default(),
            is_sending: Cell::default(),
            again: Cell::default(),
            n_failed: Cell::default(),
            plan: Cell::default(),
            status: RefCell::default(),
        }
    }

    /// Reads the settings, and sends what an earlier visit left; again when the browser is back on the network.
    pub(super) async fn start(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let back = Closure::<dyn FnMut()>::new(move || this.kick());
        // Where there is no such event, the pauses do.
        let _ = scope().add_event_listener_with_callback("online", back.as_ref().unchecked_ref());
        // It lives as long as the worker.
        back.forget();
        self.reload().await;
    }

    /// The settings as they are kept: those of the active stack; of the default one, what was set on the page of runs.
    pub(super) async fn reload(self: &Rc<Self>) {
        let kept = self.store.documents(Tracker::KIND).await.unwrap_or_default();
        let own = kept.into_iter().find(|document| document.id == Tracker::ID);
        let (texts, active) = self.store.stack_texts().await.unwrap_or_default();
        let stacks = Stacks::read(texts, active);
        let read = match &stacks.active().components.experiment_tracker {
            _ if stacks.is_default() => own.as_ref().map(|document| Tracker::read(&document.text)),
            ExperimentTracker::Pipette => None,
            ExperimentTracker::Mlflow { uri, experiment } => Some(Tracker::new(uri, experiment)),
        };
        let (tracker, error) = match read {
            Some(Ok(tracker)) => (Some(tracker), None),
            Some(Err(error)) => (None, Some(error.report())),
            None => (None, None),
        };
        self.tracker.replace(tracker.clone());
        self.n_failed.set(0);
        let kept = own.filter(|_| stacks.is_default()).map(|document| document.text);
        self.tell(TrackerStatus { tracker, kept, error, ..TrackerStatus::default() });
        self.kick();
    }

    /// A run has begun. `settled`: its spec is the one that it will have.
    pub(super) async fn begin(self: &Rc<Self>, run: &RunRecord, settled: bool) {
        if self.tracker.borrow().is_none() {
            return;
        }
        let mut live = run.clone();
        if !settled {
            // MLflow keeps a param for good.
            live.params.clear();
        }
        self.live.replace(Some(live));
        self.wait_for([What::Run(run.info.run_id.clone())]).await;
    }

    /// The spec of the run under way is settled.
    pub(super) fn settle(self: &Rc<Self>, spec: &PipelineSpec) {
        if let Some(live) = &mut *self.live.borrow_mut() {
            live.params = params_of(spec);
        }
    }

    /// What the run under way came to.
    pub(super) fn note(self: &Rc<Self>, event: &PipelineEvent) {
        if let Some(live) = &mut *self.live.borrow_mut() {
            note_event(live, event, now());
            if !matches!(event, PipelineEvent::StepFinished { .. }) {
                return;
            }
        } else {
            return;
        }
        self.kick();
    }

    /// The run has ended and is in the store, with those below it.
    pub(super) async fn end(self: &Rc<Self>, run: &RunRecord, children: &[RunRecord]) {
        self.live.replace(None);
        if self.tracker.borrow().is_some() {
            let all = std::iter::once(run).chain(children);
            self.wait_for(all.map(|run| What::Run(run.info.run_id.clone()))).await;
        }
    }

    /// The run was given up before its end, and is in no store.
    pub(super) async fn give_up(self: &Rc<Self>, run_id: &str) {
        if self.live.take().is_some() {
            self.wait_for([What::GoneRun(run_id.to_owned())]).await;
        }
    }

    /// People changed what is kept.
    pub(super) async fn changed(self: &Rc<Self>, edits: &[Edit]) {
        let is_tracker = |edit: &Edit| matches!(&edit.target, Target::Document { kind, .. } if kind == Tracker::KIND || Stacks::is_kept_in(kind));
        if edits.iter().any(is_tracker) {
            self.reload().await;
        }
        if self.tracker.borrow().is_none() {
            return;
        }
        let mut news = Vec::new();
        let logged = self.store.documents("logged").await.unwrap_or_default();
        for edit in edits {
            match &edit.target {
                // Runs from before there was a tracker stay here.
                Target::Run(id) if logged.iter().any(|document| document.id == *id) => news.push(What::Run(id.clone())),
                Target::Document { kind, id } if kind == MODELS => news.push(What::Model(id.clone())),
                _ => {}
            }
        }
        news.dedup();
        self.wait_for(news).await;
    }

    async fn wait_for(self: &Rc<Self>, news: impl IntoIterator<Item = What>) {
        let mut is_new = false;
        for what in news {
            is_new = true;
            if let Err(error) = queue(&*self.store, what, now()).await {
                return post(&Event::StoreUnavailable { error: error.report() });
            }
        }
        if is_new {
            self.kick();
        }
    }

    /// Sends what waits, now.
    pub(super) fn kick(self: &Rc<Self>) {
        self.plan.set(self.plan.get() + 1);
        if self.is_sending.replace(true) {
            return self.again.set(true);
        }
        let this = Rc::clone(self);
        spawn_local(async move {
            loop {
                this.again.set(false);
                apart(this.round()).await;
                if !this.again.get() {
                    break;
                }
            }
            this.is_sending.set(false);
        });
    }

    async fn round(self: &Rc<Self>) {
        let Some(tracker) = self.tracker.borrow().clone() else { return };
        if waiting(&*self.store).await.is_ok_and(|all| all.is_empty()) {
            let status = self.status.borrow().clone();
            return self.tell(TrackerStatus { n_waiting: 0, error: None, pause: None, ..status });
        }
        let server = FetchServer { url: tracker.url.clone() };
        let held = hold(LOCK).await;
        let sent = self.send(&server, &tracker).await;
        drop(held);
        let status = self.status.borrow().clone();
        match sent {
            Ok(Delivered { n_sent, n_waiting, error, notes, .. }) => {
                let failed = error.is_some();
                let pause = failed.then(|| self.later());
                if !failed {
                    self.n_failed.set(0);
                }
                let n_logged = status.n_logged + n_sent;
                self.tell(TrackerStatus { n_waiting, n_logged, error, pause, notes, ..status });
            }
            Err(error) => {
                let error: ErrorReport = error.report();
                let pause = Some(self.later());
                self.tell(TrackerStatus { error: Some(error), pause, ..status });
            }
        }
    }

    async fn send(&self, server: &FetchServer, tracker: &Tracker) -> Result<Delivered, StoreError> {
        let live = |id: &str| self.live.borrow().clone().filter(|run| run.info.run_id == id);
        send_waiting(&*self.store, server, tracker, &live, now()).await
    }

    /// Plans the next try; gives the seconds until then.
    fn later(self: &Rc<Self>) -> u32 {
        self.n_failed.set(self.n_failed.get() + 1);
        let seconds = pause_seconds(self.n_failed.get());
        let (this, plan) = (Rc::clone(self), self.plan.get());
        let look = Closure::once_into_js(move || {
            if this.plan.get() == plan {
                this.kick();
            }
        });
        let milliseconds = i32::try_from(seconds * 1000).unwrap_or(i32::MAX);
        // Without a timer the next run, or the next visit, tries again.
        let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_0(look.unchecked_ref(), milliseconds);
        seconds
    }

    fn tell(&self, status: TrackerStatus) {
        if *self.status.borrow() != status {
            self.status.replace(status.clone());
            post(&Event::Tracker { status: Box::new(status) });
        }
    }
}
