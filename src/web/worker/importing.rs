//! Files of runs brought in: a workspace's archive, or the ZIP of an `mlruns` folder.

use std::collections::BTreeSet;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::Blob;

use super::host::{WorkerHost, now};
use super::{Orchestrator, post};
use crate::base::{Coded, ErrorReport};
use crate::export::handin::{CHECKED_TAG, HandIn, Verdict, is_handin};
use crate::export::mlflow::read::{self, Imported, is_read, read_folder, read_zip};
use crate::export::unzip::{Limits, PackedFile};
use crate::export::workspace::{self, DOCUMENT_KINDS, Present, Restoring, WorkspaceArchive};
use crate::registry::{RegisteredModel, Saved};
use crate::tracking::{
    Batch, DEFAULT_EXPERIMENT, DatasetStore, Document, EditStore, RunStore, RunSummary, StoreError, Tag, execute,
    execute_with,
};
use crate::web::js;
use crate::web::protocol::{BroughtIn, Event, RequestId};

/// An archive is in memory as a whole while it is read.
const MOST_BYTES: f64 = (1_u64 << 30) as f64;

impl Orchestrator {
    /// Answers `Import`.
    pub(super) async fn import(&self, request: RequestId, file: Option<&Blob>) {
        let result = match file {
            Some(file) => self.imported(request, file).await,
            None => Err(ErrorReport::new("import.no_file", "No file was chosen.")),
        };
        let is_done = result.is_ok();
        post(&Event::Imported { request, result });
        if is_done {
            post(&Event::RunsChanged);
            // A backup may hold stacks.
            self.tell_stack().await;
        }
    }

    /// Answers `ImportFolder`.
    pub(super) async fn import_folder(&self, request: RequestId, paths: Vec<String>, files: &js_sys::Array) {
        let result = match folder_of(paths, files).await.and_then(|files| Ok(read_folder(files)?)) {
            Ok(imported) => self.bring_in(&imported).await.map_err(|error| error.report()),
            Err(error) => Err(error),
        };
        let is_done = result.is_ok();
        post(&Event::Imported { request, result });
        if is_done {
            post(&Event::RunsChanged);
        }
    }

    async fn imported(&self, request: RequestId, file: &Blob) -> Result<BroughtIn, ErrorReport> {
        if file.size() > MOST_BYTES {
            let message =
                "The file has over 1 GB, more than can be read at once. Zip fewer runs, without their artifacts.";
            return Err(ErrorReport::new("import.too_large", message));
        }
        let bytes = bytes_of(file).await?;
        if is_handin(&bytes) {
            return self.check_handed_in(request, HandIn::unpack(&bytes)?).await;
        }
        if workspace::is_archive(&bytes) {
            self.restore(WorkspaceArchive::unpack(&bytes)?).await.map_err(|error| error.report())
        } else {
            self.bring_in(&read_zip(&bytes)?).await.map_err(|error| error.report())
        }
    }

    /// Computes a run that was handed in again, with nothing of what is kept here; it is kept with what came of that.
    async fn check_handed_in(&self, request: RequestId, handed: HandIn) -> Result<BroughtIn, ErrorReport> {
        let host = WorkerHost::new(request, Rc::default());
        let again = handed.compute_again(&host).await;
        let verdict = Verdict::of(&handed.run, &again);
        let words = verdict.words(&handed.run);
        let mut notes = verdict.differences;
        if self.store.get_run(&handed.run.info.run_id).await.map_err(|error| error.report())?.is_some() {
            notes.push("The run is here already, and stays as it is.".to_owned());
            return Ok(BroughtIn { words, notes });
        }
        let mut run = handed.run;
        // Its experiment is another workspace's.
        run.info.experiment_id = DEFAULT_EXPERIMENT.to_owned();
        run.tags.retain(|tag| tag.key != CHECKED_TAG);
        run.tags.push(Tag { key: CHECKED_TAG.to_owned(), value: words.clone() });
        self.store.put_run(&run).await.map_err(|error| error.report())?;
        notes.push(format!("It is among the runs now, with the tag {CHECKED_TAG}."));
        Ok(BroughtIn { words, notes })
    }

    /// What is here already stays as it is; the rest is written at once or not at all.
    async fn restore(&self, archive: WorkspaceArchive) -> Result<BroughtIn, StoreError> {
        let runs = self.store.all_runs().await?;
        let experiments = self.store.experiments().await?;
        let datasets = self.store.datasets().await?;
        let mut documents = Vec::new();
        for kind in DOCUMENT_KINDS {
            documents.push((kind.to_owned(), self.store.documents(kind).await?));
        }
        let present = Present { runs: &runs, experiments: &experiments, datasets: &datasets, documents: &documents };
        let Restoring { runs, datasets, command, notes } = archive.restoring(present, now());
        let batch = Batch { runs: &runs, datasets: &datasets, edits: &[] };
        if command.is_empty() {
            // Runs of the backup's bin go to the bin, which is no change to take back.
            self.store.write(&batch, now()).await?;
        } else {
            execute_with(&*self.store, &command, &batch, now()).await?;
        }
        Ok(BroughtIn { words: command.words, notes })
    }

    async fn bring_in(&self, imported: &Imported) -> Result<BroughtIn, StoreError> {
        let runs = self.store.all_runs().await?;
        let experiments = self.store.experiments().await?;
        let documents = self.store.documents(super::keeping::MODELS).await?;
        let model = |one: Document| Saved::<RegisteredModel>::read(one.text).map(|saved| saved.record);
        let models: Vec<RegisteredModel> = documents.into_iter().filter_map(model).collect();
        let present = read::Present { runs: &runs, experiments: &experiments, models: &models };
        let (change, notes) = imported.command(present);
        if !change.is_empty() {
            execute(&*self.store, &change, now()).await?;
        }
        Ok(BroughtIn { words: change.words, notes })
    }

    /// Everything that this workspace keeps.
    pub(super) async fn archive(&self) -> Result<WorkspaceArchive, StoreError> {
        let rows = self.store.all_runs().await?;
        let mut ids: Vec<String> = rows.iter().map(|row| row.info.run_id.clone()).collect();
        ids.sort_unstable();
        let runs = self.runs_of(&ids).await?;
        // Of a run that was made elsewhere there is no more than the row.
        let whole: BTreeSet<&str> = runs.iter().map(|run| run.info.run_id.as_str()).collect();
        let mut rows: Vec<RunSummary> =
            rows.into_iter().filter(|row| !whole.contains(row.info.run_id.as_str())).collect();
        rows.sort_by(|a, b| a.info.run_id.cmp(&b.info.run_id));
        let mut archive = WorkspaceArchive {
            experiments: self.store.experiments().await?,
            rows,
            runs,
            datasets: self.store.datasets().await?,
            ..WorkspaceArchive::default()
        };
        for kind in DOCUMENT_KINDS {
            let documents = self.store.documents(kind).await?;
            if !documents.is_empty() {
                archive.documents.insert(kind.to_owned(), documents);
            }
        }
        Ok(archive)
    }
}

/// The files of a folder with the content of those that describe runs; of the others only how large they are.
async fn folder_of(paths: Vec<String>, files: &js_sys::Array) -> Result<Vec<PackedFile>, ErrorReport> {
    let limits = Limits::default();
    let mut read = 0_u64;
    let mut folder = Vec::with_capacity(paths.len());
    for (path, file) in paths.into_iter().zip(files.iter()) {
        let Ok(file) = file.dyn_into::<Blob>() else { continue };
        let size = file.size() as u64;
        let mut bytes = None;
        if is_read(&path) {
            // What is too large is refused before it is in memory.
            read = read.saturating_add(size);
            if size > limits.file || read > limits.read {
                let message = format!("{path} is too large to describe a run. Choose a folder mlruns with fewer runs.");
                return Err(ErrorReport::new("import.too_large", message));
            }
            bytes = Some(bytes_of(&file).await?);
        }
        folder.push(PackedFile { path, size, bytes });
    }
    Ok(folder)
}

async fn bytes_of(file: &Blob) -> Result<Vec<u8>, ErrorReport> {
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.map_err(|cause| {
        let message = format!("The file cannot be read: {}. Choose it anew.", js::message(&cause));
        ErrorReport::new("import.unreadable", message)
    })?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
