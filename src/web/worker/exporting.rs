//! Runs taken out as files for other tools.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag};

use super::host::scope;
use super::source::BlobSource;
use super::{Orchestrator, post};
use crate::base::{Coded, Digest, ErrorReport};
use crate::export::handin::{HANDIN, HandIn};
use crate::export::share::{self, ShareError};
use crate::export::workspace::{BACKUP, BACKUP_FILE};
use crate::export::{self, Export, ExportKind, mlflow};
use crate::pipeline::ByteSource;
use crate::registry::{RegisteredModel, Saved};
use crate::tracking::{Document, EditStore, RunRecord, RunStore, with_children};
use crate::web::js;
use crate::web::protocol::{Event, RequestId, WhichRuns};

impl Orchestrator {
    /// Answers `Export`: the event, and beside it the file.
    pub(super) async fn export(&self, request: RequestId, name: &str, which: &WhichRuns) {
        let made = match export::find(name) {
            None if name == BACKUP => self.backup().await,
            None if name == HANDIN => self.hand_in(which).await,
            Some(export) => self.exported(export, which).await,
            None => Err(ErrorReport::new("export.unknown", format!("There is no export “{name}”."))),
        };
        let (result, file) = match made {
            Ok((name, file)) => (Ok(name), Some(file)),
            Err(error) => (Err(error), None),
        };
        post_beside(&Event::Exported { request, result }, file.as_ref());
    }

    /// One run with its data.
    async fn hand_in(&self, which: &WhichRuns) -> Result<(String, Blob), ErrorReport> {
        let WhichRuns::Runs(ids) = which else {
            return Err(ErrorReport::new("export.one_run", "One run is handed in at a time."));
        };
        let runs = self.runs_of(ids).await.map_err(|error| error.report())?;
        let Some(run) = runs.into_iter().next() else {
            return Err(ErrorReport::new("export.no_runs", "There is no run to take out."));
        };
        let digest = run.dataset.as_ref().map(|dataset| dataset.digest.clone());
        let Some(source) = self.source_of(digest.as_ref()) else {
            let message = "The file that this run read is not at hand in this visit. Open it again, then hand in.";
            return Err(ErrorReport::new("export.file_needed", message));
        };
        let data = source.range(0..source.len()).await?;
        let name = format!("{}-hand-in.zip", run.info.run_name);
        let bytes = HandIn { run, data }.pack()?;
        Ok((name, blob(&bytes, "application/zip").map_err(unwritable)?))
    }

    /// The data of this digest for a link.
    pub(super) async fn packed(&self, digest: Option<&Digest>) -> Result<String, ErrorReport> {
        let source = self.source_of(digest).ok_or_else(|| ShareError::NotAtHand.report())?;
        let length = source.len();
        if length > share::MOST_UNPACKED as u64 {
            return Err(ShareError::TooLarge.report());
        }
        share::pack(&source.range(0..length).await?).map_err(|error| error.report())
    }

    /// The file of this digest, where it was opened in this visit.
    pub(super) fn source_of(&self, digest: Option<&Digest>) -> Option<BlobSource> {
        self.opened.borrow().get(digest?).map(|opened| opened.source.clone())
    }

    async fn backup(&self) -> Result<(String, Blob), ErrorReport> {
        let archive = self.archive().await.map_err(|error| error.report())?;
        Ok((BACKUP_FILE.to_owned(), blob(&archive.pack()?, "application/zip").map_err(unwritable)?))
    }

    async fn exported(&self, export: &Export, which: &WhichRuns) -> Result<(String, Blob), ErrorReport> {
        let runs = self.exported_runs(export, which).await?;
        let bytes = match (export.kind, runs.as_slice()) {
            (_, []) => return Err(ErrorReport::new("export.no_runs", "There is no run to take out.")),
            (ExportKind::Mlflow, _) => self.mlflow(&runs).await?,
            (_, [run, ..]) => export::make(export.kind, run)?,
        };
        let name = export::file_name(export, &runs);
        Ok((name, blob(&bytes, export.media_type).map_err(unwritable)?))
    }

    /// The runs that are meant; of a sweep, for a tool that knows runs of runs, its candidates too.
    async fn exported_runs(&self, export: &Export, which: &WhichRuns) -> Result<Vec<RunRecord>, ErrorReport> {
        let report = |error: crate::tracking::StoreError| error.report();
        let WhichRuns::Runs(named) = which else {
            let rows = self.store.list_runs().await.map_err(report)?;
            let is_meant = |experiment: &str| match which {
                WhichRuns::Experiment(id) => id == experiment,
                _ => true,
            };
            let rows = rows.into_iter().filter(|row| is_meant(&row.info.experiment_id));
            let ids: Vec<String> = rows.map(|row| row.info.run_id).collect();
            return self.runs_of(&ids).await.map_err(report);
        };
        if export.kind != ExportKind::Mlflow {
            return self.runs_of(named).await.map_err(report);
        }
        let rows = self.store.list_runs().await.map_err(report)?;
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        let ids: Vec<String> = with_children(&rows, &named).into_iter().map(|row| row.info.run_id.clone()).collect();
        self.runs_of(&ids).await.map_err(report)
    }

    async fn mlflow(&self, runs: &[RunRecord]) -> Result<Vec<u8>, ErrorReport> {
        let report = |error: crate::tracking::StoreError| error.report();
        let experiments = self.store.experiments().await.map_err(report)?;
        let is_used = |id: &str| runs.iter().any(|run| run.info.experiment_id == id);
        let experiments: Vec<_> = experiments.into_iter().filter(|one| is_used(&one.experiment_id)).collect();
        let documents = self.store.documents(super::keeping::MODELS).await.map_err(report)?;
        let read = |one: Document| Saved::<RegisteredModel>::read(one.text).map(|saved| saved.record);
        let models: Vec<RegisteredModel> = documents.into_iter().filter_map(read).collect();
        Ok(mlflow::Workspace { experiments: &experiments, runs, models: &models }.zip()?)
    }
}

/// Sends an event with a file. The page gets it by reference: nothing is copied.
pub(super) fn post_beside(event: &Event, file: Option<&Blob>) {
    match (file, crate::web::wire::encode(event)) {
        (Some(file), Ok(event)) => {
            let _ = scope().post_message(&js_sys::Array::of2(&event, file));
        }
        _ => post(event),
    }
}

pub(super) fn blob(bytes: &[u8], media_type: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options)
}

pub(super) fn unwritable(cause: JsValue) -> ErrorReport {
    let message =
        format!("The browser could not make the file: {}. There may be too little memory.", js::message(&cause));
    ErrorReport::new("export.browser", message)
}
