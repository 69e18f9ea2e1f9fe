//! Files of runs brought in: a workspace's archive, or the ZIP of an `mlruns` folder.

use std::collections::BTreeSet;

use web_sys::Blob;

use super::host::now;
use super::{Orchestrator, post};
use crate::base::{Coded, ErrorReport};
use crate::export::mlflow::read::{self, Imported, read_zip};
use crate::export::workspace::{self, DOCUMENT_KINDS, Present, Restoring, WorkspaceArchive};
use crate::registry::{RegisteredModel, Saved};
use crate::tracking::{
    Batch, DatasetStore, Document, EditStore, RunStore, RunSummary, StoreError, execute, execute_with,
};
use crate::web::js;
use crate::web::protocol::{BroughtIn, Event, RequestId};

/// An archive is in memory as a whole while it is read.
const MOST_BYTES: f64 = (1_u64 << 30) as f64;

impl Orchestrator {
    /// Answers `Import`.
    pub(super) async fn import(&self, request: RequestId, file: Option<&Blob>) {
        let result = match file {
            Some(file) => self.imported(file).await,
            None => Err(ErrorReport::new("import.no_file", "No file was chosen.")),
        };
        let is_done = result.is_ok();
        post(&Event::Imported { request, result });
        if is_done {
            post(&Event::RunsChanged);
        }
    }

    async fn imported(&self, file: &Blob) -> Result<BroughtIn, ErrorReport> {
        if file.size() > MOST_BYTES {
            let message =
                "The file has over 1 GB, more than can be read at once. Zip fewer runs, without their artifacts.";
            return Err(ErrorReport::new("import.too_large", message));
        }
        let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.map_err(|cause| {
            let message = format!("The file cannot be read: {}. Choose it anew.", js::message(&cause));
            ErrorReport::new("import.unreadable", message)
        })?;
        let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
        if workspace::is_archive(&bytes) {
            self.restore(WorkspaceArchive::unpack(&bytes)?).await.map_err(|error| error.report())
        } else {
            self.bring_in(&read_zip(&bytes)?).await.map_err(|error| error.report())
        }
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
