//! What the orchestrator does for each command.

use std::collections::BTreeMap;
use std::rc::Rc;

use web_sys::Blob;

use super::host::WorkerHost;
use super::source::BlobSource;
use super::{Job, Opened, Orchestrator, post};
use crate::base::{Coded, Digest, ErrorReport, apart};
use crate::export::share;
use crate::ingest::RowIndex;
use crate::pipeline::{Engine, Host, Outcome, PipelineSpec, RunRef, Session, StepOutput, StepStatus, Traces};
use crate::table::{Column, Table, from_bytes};
use crate::tracking::{
    Batch, DatasetRecord, DatasetStore, EditStore, RunRecord, RunStore, StepStore, begin_run, child_runs, end_run,
    row_head, run_id, run_name, split_rows,
};
use crate::web::js;
use crate::web::protocol::{Command, Event, RequestId, Source};

/// What stands in a cell whose text is not kept in memory.
const NOT_KEPT: &str = "(open the file to see)";
/// How many files of this session stay at hand.
const FILES_AT_HAND: usize = 8;

impl Orchestrator {
    /// Marks what a closed tab left behind, and tells the page what is in the store.
    pub(super) async fn greet(self: &Rc<Self>) {
        if let Some(error) = self.store.opening_error() {
            post(&Event::StoreUnavailable { error });
        }
        let this = Rc::clone(self);
        self.store.on_change(move || {
            post(&Event::RunsChanged);
            this.steps.forget_keys();
            this.notice_stack();
        });
        match self.store.end_interrupted().await {
            Ok(ended) if ended.is_empty() => {}
            Ok(_) => post(&Event::RunsChanged),
            Err(error) => post(&Event::StoreUnavailable { error: error.report() }),
        }
        if let Ok(Some(run)) = self.newest_run().await {
            self.session.borrow_mut().remember(traces_of(&run));
        }
        apart(self.tell_stack()).await;
        apart(self.tracking.start()).await;
    }

    async fn newest_run(&self) -> Result<Option<RunRecord>, crate::tracking::StoreError> {
        // A sweep's candidates began with it, and have no results of their own.
        let text = self.store.list_text().await?;
        match split_rows(&text).filter_map(row_head).find(|head| !head.is_child) {
            Some(newest) => self.store.get_run(newest.run_id).await,
            None => Ok(None),
        }
    }

    pub(super) async fn answer(&self, question: Command) {
        let request = question.request();
        let answer = match question {
            Command::ListRuns { .. } => {
                let rows = self.store.list_text().await;
                rows.map(|rows| Event::Runs { request, rows }).map_err(|error| error.report())
            }
            Command::GetRun { run_id, .. } => self
                .store
                .get_run(&run_id)
                .await
                .map(|run| Event::Run { request, run: run.map(Box::new) })
                .map_err(|error| error.report()),
            // A run under way holds the session; what it reads will be there at its end.
            Command::Rows { .. } if self.under_way.borrow().is_some() && self.file_at_hand().is_none() => {
                let mut postponed = self.postponed.borrow_mut();
                postponed.retain(|waiting| !matches!(waiting, Command::Rows { .. }));
                return postponed.push(question);
            }
            Command::Rows { start, count, .. } => self.rows(request, start, count).await,
            question @ Command::Preview { .. } => return apart(self.preview(question)).await,
            Command::Share { digest, .. } => {
                let result = apart(self.packed(digest.as_ref())).await;
                Ok(Event::Shared { request, result })
            }
            Command::Explain { run_id, values, feature, .. } => {
                let result = apart(self.explain(&run_id, &values, feature.as_deref())).await;
                Ok(Event::Explained { request, result: result.map(Box::new) })
            }
            Command::Export { export, which, .. } => return apart(self.export(request, &export, &which)).await,
            question @ (Command::GetRuns { .. }
            | Command::GetContents { .. }
            | Command::Change { .. }
            | Command::TakeBack { .. }
            | Command::DoAgain { .. }
            | Command::Purge { .. }
            | Command::UseExperiment { .. }) => return apart(self.keep_house(question)).await,
            Command::GetUsage { .. } | Command::ClearCache { .. } | Command::Erase { .. } => {
                return apart(self.keep_store(question)).await;
            }
            Command::Monitor { deployment, .. } => return apart(self.monitor(request, deployment)).await,
            Command::Analyse { .. }
            | Command::Open { .. }
            | Command::Run { .. }
            | Command::Cancel { .. }
            | Command::SendWaiting { .. }
            | Command::Score { .. }
            | Command::ImportFolder { .. }
            | Command::Truth { .. }
            | Command::Import { .. } => return,
        };
        post(&answer.unwrap_or_else(|error| Event::Failed { request, error }));
    }

    async fn rows(&self, request: RequestId, start: u64, count: u32) -> Result<Event, ErrorReport> {
        if let Some((source, index)) = self.file_at_hand() {
            let bytes = source.range(index.byte_range(start, u64::from(count))).await?;
            let rows = index.read_rows(&bytes, start, u64::from(count));
            return Ok(Event::Rows { request, start, total: index.n_rows(), rows });
        }
        // Without the file, what the table in memory still knows.
        let Some(table) = self.table_at_hand().await else {
            let message = "The rows are shown from the file itself. Open the file again to see them.";
            return Err(ErrorReport::new("rows.file_needed", message));
        };
        let end = (start + u64::from(count)).min(table.n_rows() as u64);
        let cell = |column: &Column, row: u64| column.cell_text(row as usize).unwrap_or_else(|| NOT_KEPT.into());
        let rows = (start..end).map(|row| table.columns().iter().map(|column| cell(column, row)).collect()).collect();
        Ok(Event::Rows { request, start, total: table.n_rows() as u64, rows })
    }

    /// The file on the screen with the places of its rows, where it was read in this session.
    fn file_at_hand(&self) -> Option<(BlobSource, Rc<RowIndex>)> {
        let shown = self.shown.borrow().clone()?;
        let opened = self.opened.borrow().get(&shown).cloned()?;
        Some((opened.source, opened.index?))
    }

    /// The table that was read last: from memory, else from the store, as after a reload.
    async fn table_at_hand(&self) -> Option<Rc<Table>> {
        let newest = self.session.borrow().newest_table();
        if newest.is_some() {
            return newest;
        }
        let (artifact, _) = self.session.borrow().ingested()?;
        let bytes = self.store.get_blob(&artifact).await.ok()??;
        let table = Rc::new(from_bytes(&bytes).ok()?);
        self.session.borrow_mut().keep_table(artifact, Rc::clone(&table));
        Some(table)
    }

    pub(super) async fn run_job(&self, job: Job) {
        let request = job.command.request();
        match &job.command {
            Command::Open { source, current, .. } => {
                let opened = open_source(source.clone(), job.file.clone()).await;
                match opened {
                    Ok(source) => self.track(&job, source, current.as_ref()).await,
                    Err(error) => post(&Event::Failed { request, error }),
                }
            }
            Command::Run { spec, automatic, .. } => self.track_again(&job, spec, *automatic).await,
            _ => {}
        }
    }

    async fn track(&self, job: &Job, mut source: BlobSource, current: Option<&PipelineSpec>) {
        let request = job.command.request();
        let host = WorkerHost::of_run(request, Rc::clone(&job.cancelled), Rc::clone(&self.tracking));
        let blank = PipelineSpec::default();
        let record = self.begin(job, current.unwrap_or(&blank), true, &host).await;
        apart(self.tracking.begin(&record, false)).await;
        let seen = self.knows_size(crate::pipeline::ByteSource::len(&source)).await;
        let mut session = self.session.take();
        let run = RunRef { id: record.info.run_id.clone(), name: record.info.run_name.clone() };
        let mut engine = Engine::new(&host, &self.steps, &mut session, run);
        let (spec, stopped) = match engine.open(&mut source, current, seen).await {
            Ok(first) => {
                self.keep_at_hand(first.spec.dataset.digest.as_ref(), &source);
                self.tracking.settle(&first.spec);
                let chosen = Event::SpecChosen {
                    request,
                    spec: Box::new(first.spec.clone()),
                    target_guessed: first.target_guessed,
                    kept: first.kept,
                };
                post(&chosen);
                let stopped = engine.run(&first.spec, Some(&mut source)).await.err();
                (first.spec, stopped)
            }
            Err(stop) => (current.cloned().unwrap_or_default(), Some(stop)),
        };
        let outcome = engine.finish(stopped);
        self.end(job, record, &spec, outcome, session, &host).await;
    }

    async fn track_again(&self, job: &Job, spec: &PipelineSpec, automatic: bool) {
        let request = job.command.request();
        let host = WorkerHost::of_run(request, Rc::clone(&job.cancelled), Rc::clone(&self.tracking));
        // A run that nobody asked for finds all its steps: after a reload there is nothing to be learnt for it.
        if !automatic {
            apart(self.steps.learn_keys()).await;
        }
        let record = self.begin(job, spec, !automatic, &host).await;
        if !automatic {
            apart(self.tracking.begin(&record, true)).await;
        }
        let digest = spec.dataset.digest.clone();
        let mut source = digest.as_ref().and_then(|digest| self.opened.borrow().get(digest).map(|o| o.source.clone()));
        *self.shown.borrow_mut() = digest;
        let mut session = self.session.take();
        let run = RunRef { id: record.info.run_id.clone(), name: record.info.run_name.clone() };
        let mut engine = Engine::new(&host, &self.steps, &mut session, run);
        let stopped = engine.run(spec, source.as_mut()).await.err();
        let outcome = engine.finish(stopped);
        let all_cached = outcome.records.iter().all(|record| record.status == StepStatus::Cached);
        if automatic && all_cached {
            self.put_back(session);
            return self.present(request, record, spec, outcome, &host);
        }
        self.end(job, record, spec, outcome, session, &host).await;
    }

    /// A run that nobody asked for and that made nothing new: shown, not recorded.
    fn present(&self, request: RequestId, record: RunRecord, spec: &PipelineSpec, outcome: Outcome, host: &WorkerHost) {
        let mut run = end_run(record, spec, outcome, host.now());
        if let Some(made_by) = run.steps.last().and_then(|step| step.made_by.clone()) {
            run.info.run_id = made_by;
        }
        post(&Event::RunFinished { request, run: Box::new(run) });
    }

    async fn begin(&self, job: &Job, spec: &PipelineSpec, stored: bool, host: &WorkerHost) -> RunRecord {
        let request = job.command.request();
        let mut record = begin_run(run_id(js::random_bytes()), run_name(js::random_bytes()), spec, host.now());
        if let Some(experiment) = &*self.experiment.borrow() {
            record.info.experiment_id.clone_from(experiment);
        }
        record.tags.extend(self.pipeline_tag(&spec.name).await);
        record.tags.extend(self.stack_tags(job.command.cause()));
        if stored {
            self.steps.begin_run(record.clone());
        }
        let (run_id, run_name) = (record.info.run_id.clone(), record.info.run_name.clone());
        post(&Event::RunStarted { request, run_id, run_name });
        record
    }

    async fn end(
        &self,
        job: &Job,
        record: RunRecord,
        spec: &PipelineSpec,
        outcome: Outcome,
        session: Session,
        host: &WorkerHost,
    ) {
        let request = job.command.request();
        let cache_error = outcome.cache_error.clone();
        let run = end_run(record, spec, outcome, host.now());
        self.index_rows(&run, &session);
        self.put_back(session);
        let behind = self.steps.settled().await;
        let stored = if job.superseded.get() {
            apart(self.tracking.give_up(&run.info.run_id)).await;
            self.store.delete_run(&run.info.run_id).await
        } else {
            self.keep(&run, host.now()).await
        };
        if let Some(error) = stored.err().map(|error| error.report()).or(cache_error).or(behind) {
            post(&Event::StoreUnavailable { error });
        }
        post(&Event::RunFinished { request, run: Box::new(run) });
    }

    /// The run, what a sweep tried below it, and the dataset it read: all of it or nothing.
    async fn keep(&self, run: &RunRecord, now: i64) -> Result<(), crate::tracking::StoreError> {
        let children = child_runs(run, js::random_bytes);
        let mut runs = children.clone();
        runs.push(run.clone());
        let datasets: Vec<DatasetRecord> = run.dataset.iter().map(|dataset| DatasetRecord::of(dataset, now)).collect();
        self.store.write(&Batch { runs: &runs, datasets: &datasets, edits: &[] }, now).await?;
        apart(self.tracking.end(run, &children)).await;
        Ok(())
    }

    /// The session of a run that is over.
    fn put_back(&self, mut session: Session) {
        if self.is_emptied.take() {
            session.forget_stored();
        }
        self.session.replace(session);
    }

    async fn knows_size(&self, bytes: u64) -> bool {
        self.store.datasets().await.is_ok_and(|datasets| datasets.iter().any(|dataset| dataset.bytes == bytes))
    }

    fn keep_at_hand(&self, digest: Option<&Digest>, source: &BlobSource) {
        let Some(digest) = digest else { return };
        *self.shown.borrow_mut() = Some(digest.clone());
        let mut opened = self.opened.borrow_mut();
        if opened.len() >= FILES_AT_HAND && !opened.contains_key(digest) {
            opened.pop_first();
        }
        let index = opened.get(digest).and_then(|known| known.index.clone());
        opened.insert(digest.clone(), Opened { source: source.clone(), index });
    }

    fn index_rows(&self, run: &RunRecord, session: &Session) {
        let digest = run.outputs.iter().find_map(|output| match output {
            StepOutput::Ingest(summary) => Some(summary.digest.clone()),
            _ => None,
        });
        let Some(digest) = digest else { return };
        if let (Some(index), Some(opened)) = (session.row_index(&digest), self.opened.borrow_mut().get_mut(&digest)) {
            opened.index = Some(index);
        }
    }
}

async fn open_source(source: Source, file: Option<Blob>) -> Result<BlobSource, ErrorReport> {
    match (source, file) {
        (Source::File { name }, Some(file)) => apart(BlobSource::new(name, file).unpacked()).await,
        (Source::File { name }, None) => {
            Err(ErrorReport::new("file.missing", format!("{name} did not arrive. Open it again.")))
        }
        (Source::Sample { name, url }, _) => BlobSource::fetch(name, &url).await,
        (Source::Pasted { name, text }, _) => BlobSource::from_text(name, &text),
        (Source::Linked { name, digest, data }, _) => {
            let bytes = apart(async { share::unpack(&data, digest.as_ref()) }).await.map_err(|error| error.report())?;
            BlobSource::from_bytes(name, &bytes)
        }
    }
}

fn traces_of(run: &RunRecord) -> Traces {
    let mut artifacts = BTreeMap::new();
    for step in &run.steps {
        // One by one: collecting would bring a sort of its own into the module.
        if let Some(artifact) = &step.artifact {
            artifacts.insert(step.step, (artifact.clone(), step.code_version));
        }
    }
    Traces { spec: run.spec.clone(), artifacts }
}
