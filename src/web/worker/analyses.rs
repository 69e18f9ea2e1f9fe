//! Questions about a pipeline, answered between runs: one at a time, the newest of each kind.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::host::WorkerHost;
use super::{Orchestrator, post};
use crate::base::ErrorReport;
use crate::pipeline::{Analysis, AnalysisResult, Host, Pace, PipelineSpec, Stop, analyse};
use crate::web::protocol::{Event, RequestId};

/// How long an analysis works before it lets others have a turn, in seconds.
const TURN: f64 = 0.03;
/// How often progress is told, in seconds.
const PROGRESS_EVERY: f64 = 0.1;

/// Questions that wait, and the one that is being answered.
#[derive(Default)]
pub(super) struct Analyses {
    waiting: RefCell<VecDeque<Question>>,
    under_way: RefCell<Option<UnderWay>>,
}

struct Question {
    request: RequestId,
    spec: PipelineSpec,
    analysis: Analysis,
}

struct UnderWay {
    request: RequestId,
    kind: &'static str,
    end: Rc<Cell<End>>,
}

/// Why an answer under way is to end early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum End {
    #[default]
    Not,
    Cancelled,
    Replaced,
    /// A run comes first; then it is asked again.
    Postponed,
}

impl Analyses {
    /// Ends a request, wherever it is.
    pub(super) fn cancel(&self, request: RequestId) {
        self.end_if(|under_way| under_way.request == request, End::Cancelled);
        let waited = {
            let mut waiting = self.waiting.borrow_mut();
            let before = waiting.len();
            waiting.retain(|question| question.request != request);
            waiting.len() < before
        };
        if waited {
            tell(request, Err(ended(End::Cancelled)));
        }
    }

    /// A run begins: the answer under way is put off.
    pub(super) fn give_way(&self) {
        self.end_if(|_| true, End::Postponed);
    }

    fn end_if(&self, is_meant: impl Fn(&UnderWay) -> bool, end: End) {
        if let Some(under_way) = self.under_way.borrow().as_ref().filter(|under_way| is_meant(under_way)) {
            // Who was cancelled or replaced is not asked again after a run.
            if matches!(under_way.end.get(), End::Not | End::Postponed) {
                under_way.end.set(end);
            }
        }
    }

    fn push(&self, question: Question) {
        let kind = question.analysis.kind();
        self.end_if(|under_way| under_way.kind == kind, End::Replaced);
        let mut waiting = self.waiting.borrow_mut();
        // One by one, for each is told.
        while let Some(place) = waiting.iter().position(|question| question.analysis.kind() == kind) {
            if let Some(old) = waiting.remove(place) {
                tell(old.request, Err(ended(End::Replaced)));
            }
        }
        waiting.push_back(question);
    }
}

impl Orchestrator {
    /// Takes a question in.
    pub(super) fn ask(self: &Rc<Self>, request: RequestId, spec: PipelineSpec, analysis: Analysis) {
        self.analyses.push(Question { request, spec, analysis });
        self.answer_analyses();
    }

    /// Begins to answer what waits, unless a run or another answer is under way: at its end this is called again.
    pub(super) fn answer_analyses(self: &Rc<Self>) {
        let is_busy = self.under_way.borrow().is_some() || !self.waiting.borrow().is_empty();
        if is_busy || self.analyses.under_way.borrow().is_some() {
            return;
        }
        let Some(question) = self.analyses.waiting.borrow_mut().pop_front() else { return };
        let end = Rc::new(Cell::new(End::Not));
        let (request, kind) = (question.request, question.analysis.kind());
        *self.analyses.under_way.borrow_mut() = Some(UnderWay { request, kind, end: Rc::clone(&end) });
        let this = Rc::clone(self);
        spawn_local(async move {
            let result = this.answer_analysis(&question, &end).await;
            *this.analyses.under_way.borrow_mut() = None;
            match (result, end.get()) {
                (Err(Stop::Cancelled), End::Postponed) => this.analyses.waiting.borrow_mut().push_front(question),
                (Err(Stop::Cancelled), why) => tell(request, Err(ended(why))),
                (Err(Stop::Failed(error)), _) => tell(request, Err(error)),
                (Ok(result), _) => tell(request, Ok(result)),
            }
            this.answer_analyses();
        });
    }

    async fn answer_analysis(&self, question: &Question, end: &Rc<Cell<End>>) -> Result<AnalysisResult, Stop> {
        let Some(table) = self.table_of(&question.spec).await else {
            if end.get() != End::Not {
                return Err(Stop::Cancelled);
            }
            let message = "The table is not at hand. Run the pipeline, or open the file again, and ask again.";
            return Err(Stop::Failed(ErrorReport::new("analysis.no_table", message)));
        };
        let cleaned = self.session.borrow().cleaned(&question.spec);
        let host = WorkerHost::new(question.request, Rc::default());
        let now = host.seconds();
        let turns = Turns {
            request: question.request,
            end: Rc::clone(end),
            host,
            last_turn: Cell::new(now),
            last_progress: Cell::new(now),
        };
        analyse(&turns, &table, cleaned, &question.spec, &question.analysis).await
    }
}

/// Turns for the message loop, and what the page is told meanwhile.
struct Turns {
    request: RequestId,
    end: Rc<Cell<End>>,
    host: WorkerHost,
    last_turn: Cell<f64>,
    last_progress: Cell<f64>,
}

impl Pace for Turns {
    async fn breathe(&self, done: u64, total: u64) -> Result<(), Stop> {
        let now = self.host.seconds();
        if now - self.last_progress.get() >= PROGRESS_EVERY {
            self.last_progress.set(now);
            post(&Event::AnalysisProgress { request: self.request, done, total });
        }
        if now - self.last_turn.get() >= TURN {
            self.host.pause().await;
            self.last_turn.set(self.host.seconds());
        }
        if self.end.get() == End::Not { Ok(()) } else { Err(Stop::Cancelled) }
    }
}

fn tell(request: RequestId, result: Result<AnalysisResult, ErrorReport>) {
    post(&Event::Analysis { request, result: result.map(Box::new) });
}

fn ended(why: End) -> ErrorReport {
    match why {
        End::Replaced => ErrorReport::new("analysis.replaced", "A newer question of the same kind took its place."),
        _ => ErrorReport::new("analysis.cancelled", "Cancelled. Ask again for the answer."),
    }
}
