//! Deployed pipelines at work on files, and single predictions looked at.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, File};

use super::exporting::{blob, post_beside, unwritable};
use super::host::WorkerHost;
use super::source::BlobSource;
use super::{Orchestrator, post};
use crate::base::{Coded, ErrorReport};
use crate::pipeline::{ByteSource, Host};
use crate::serving::{Explained, RunPipeline, ScoreError, ScoreFile, ScoreReport, explain};
use crate::tracking::{RunRecord, RunStore};
use crate::web::protocol::{Event, RequestId};

/// Bytes that are scored between two looks at the clock.
const PIECE: usize = 64 << 10;
/// Bytes that are gathered before the browser takes them: what is in a blob is not in our memory.
const PART: usize = 4 << 20;
/// How long a file is worked on before others have a turn, in seconds.
const TURN: f64 = 0.03;
/// How often progress is told, in seconds.
const PROGRESS_EVERY: f64 = 0.1;
const MEDIA_TYPE: &str = "text/csv";

/// What is under way.
#[derive(Default)]
pub(super) struct Scorings {
    cancelled: RefCell<BTreeMap<RequestId, Rc<Cell<bool>>>>,
    /// The run whose predictions were looked at last: they are looked at while one types.
    at_hand: RefCell<Option<Rc<RunRecord>>>,
}

impl Scorings {
    /// Ends a request, if it is one of these.
    pub(super) fn cancel(&self, request: RequestId) {
        self.cancelled.borrow().get(&request).into_iter().for_each(|cancelled| cancelled.set(true));
    }
}

impl Orchestrator {
    /// Answers `Score`: the event, and beside it the file.
    pub(super) async fn score(&self, request: RequestId, run_id: &str, file: Option<Blob>) {
        let cancelled = Rc::new(Cell::new(false));
        self.scorings.cancelled.borrow_mut().insert(request, Rc::clone(&cancelled));
        let made = self.scored(request, run_id, file, &cancelled).await;
        self.scorings.cancelled.borrow_mut().remove(&request);
        let (result, file) = match made {
            Ok((name, report, file)) => (Ok(Box::new((name, report))), Some(file)),
            Err(error) => (Err(error), None),
        };
        post_beside(&Event::Scored { request, result }, file.as_ref());
    }

    async fn scored(
        &self,
        request: RequestId,
        run_id: &str,
        file: Option<Blob>,
        cancelled: &Rc<Cell<bool>>,
    ) -> Result<(String, ScoreReport, Blob), ErrorReport> {
        let run = self.run_at_hand(run_id).await?;
        let file = file.ok_or_else(|| ErrorReport::new("score.no_file", "There is no file. Choose a CSV file."))?;
        let name = file.dyn_ref::<File>().map_or_else(|| "rows.csv".to_owned(), File::name);
        let mut source = BlobSource::new(name, file).unpacked().await?;
        let pipeline = RunPipeline::new(&run.spec, &run.outputs).map_err(|error| error.report())?;
        let mut scoring = ScoreFile::new(pipeline).map_err(|error| error.report())?;
        let host = WorkerHost::new(request, Rc::clone(cancelled));
        let (total, mut done) = (source.len(), 0);
        let (mut turn, mut told) = (host.seconds(), host.seconds());
        let mut out = Output::default();
        while let Some(bytes) = source.next().await? {
            for piece in bytes.chunks(PIECE) {
                scoring.push(piece, &mut out.bytes)?;
                out.hand_over(PART)?;
                done += piece.len() as u64;
                let now = host.seconds();
                if now - told >= PROGRESS_EVERY {
                    told = now;
                    post(&Event::ScoreProgress { request, rows: scoring.rows(), done, total });
                }
                if now - turn >= TURN {
                    host.pause().await;
                    turn = host.seconds();
                }
                if cancelled.get() {
                    return Err(ErrorReport::new("score.cancelled", "Cancelled. Nothing was written."));
                }
            }
        }
        let report = scoring.finish(&mut out.bytes)?;
        let stem = source.name().rsplit_once('.').map_or(source.name(), |(stem, _)| stem);
        Ok((format!("{stem}-scored.csv"), report, out.finish()?))
    }

    /// Answers `Explain`.
    pub(super) async fn explain(
        &self,
        run_id: &str,
        values: &Map<String, Value>,
        feature: Option<&str>,
    ) -> Result<Explained, ErrorReport> {
        let run = self.run_at_hand(run_id).await?;
        explain(&run, values, feature)
    }

    async fn run_at_hand(&self, run_id: &str) -> Result<Rc<RunRecord>, ErrorReport> {
        let known = self.scorings.at_hand.borrow().clone().filter(|run| run.info.run_id == run_id);
        if let Some(run) = known {
            return Ok(run);
        }
        let run = self.store.get_run(run_id).await.map_err(|error| error.report())?;
        let run = Rc::new(run.ok_or_else(|| ScoreError::NoModel.report())?);
        *self.scorings.at_hand.borrow_mut() = Some(Rc::clone(&run));
        Ok(run)
    }
}

/// A file that is written, in parts that the browser keeps.
#[derive(Default)]
struct Output {
    bytes: Vec<u8>,
    parts: js_sys::Array,
}

impl Output {
    /// Hands what has been gathered over to the browser, where it is so much.
    fn hand_over(&mut self, at_least: usize) -> Result<(), ErrorReport> {
        if self.bytes.len() >= at_least {
            let part = blob(&self.bytes, MEDIA_TYPE).map_err(unwritable)?;
            self.parts.push(&part);
            self.bytes.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Blob, ErrorReport> {
        self.hand_over(0)?;
        let options = BlobPropertyBag::new();
        options.set_type(MEDIA_TYPE);
        Blob::new_with_blob_sequence_and_options(&self.parts, &options).map_err(unwritable)
    }
}
