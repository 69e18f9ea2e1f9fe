//! What the workspace keeps: lists of it, changes to it, and the way back from them.

use super::host::now;
use super::{Orchestrator, post};
use crate::base::{Coded, ErrorReport, apart};
use crate::registry::{DRIFT_NOTICE, Saved, SavedPipeline};
use crate::tracking::{
    DEFAULT_EXPERIMENT, DatasetStore, Document, EditStore, Experiment, FOREIGN_RUN, LifecycleStage, LogEntry,
    RunRecord, RunStore, RunSummary, StoreCommand, StoreError, Tag, execute, history, redo, undo, undo_entry,
};
use crate::web::protocol::{Command, Contents, Event};

/// The kinds of documents that the page reads (`registry`).
pub(super) const MODELS: &str = "model";
const PIPELINES: &str = "pipeline";
pub(super) const DEPLOYMENTS: &str = "deployment";
const VIEWS: &str = "view";

impl Orchestrator {
    /// Answers what is asked of the workspace.
    pub(super) async fn keep_house(&self, command: Command) {
        let request = command.request();
        let store = &*self.store;
        let event = match command {
            Command::GetRuns { run_ids, .. } => match apart(self.compared(&run_ids)).await {
                Ok(runs) => Event::RunRecords { request, runs },
                Err(error) => Event::Failed { request, error: error.report() },
            },
            Command::GetContents { .. } => match self.contents().await {
                Ok(contents) => Event::Contents { request, contents: Box::new(contents) },
                Err(error) => Event::Failed { request, error: error.report() },
            },
            Command::Change { change, .. } => changed(request, apart(self.change(&change)).await),
            Command::TakeBack { seq: Some(seq), .. } => changed(request, apart(undo_entry(store, seq, now())).await),
            Command::TakeBack { seq: None, .. } => changed(request, apart(undo(store, now())).await),
            Command::DoAgain { .. } => changed(request, apart(redo(store, now())).await),
            Command::Purge { run_ids, .. } => changed(request, apart(self.purge(&run_ids)).await),
            Command::UseExperiment { experiment_id, .. } => {
                *self.experiment.borrow_mut() = Some(experiment_id);
                return;
            }
            _ => return,
        };
        let is_change = matches!(event, Event::Changed { .. });
        post(&event);
        if let Event::Changed { result: Ok(Some(entry)), .. } = &event {
            apart(self.stack_changed(&entry.command.edits)).await;
            apart(self.tracking.changed(&entry.command.edits)).await;
        }
        if is_change {
            post(&Event::RunsChanged);
        }
    }

    async fn change(&self, change: &StoreCommand) -> Result<Option<LogEntry>, StoreError> {
        if change.is_empty() {
            return Ok(None);
        }
        execute(&*self.store, change, now()).await.map(Some)
    }

    pub(super) async fn runs_of(&self, run_ids: &[String]) -> Result<Vec<RunRecord>, StoreError> {
        let mut runs = Vec::with_capacity(run_ids.len());
        for run_id in run_ids {
            runs.extend(self.store.get_run(run_id).await?);
        }
        Ok(runs)
    }

    /// The same to be compared: of runs that were made elsewhere, what their rows say.
    async fn compared(&self, run_ids: &[String]) -> Result<Vec<RunRecord>, StoreError> {
        let mut runs = Vec::with_capacity(run_ids.len());
        let mut rows: Option<Vec<RunSummary>> = None;
        for run_id in run_ids {
            if let Some(run) = self.store.get_run(run_id).await? {
                runs.push(run);
                continue;
            }
            if rows.is_none() {
                rows = Some(self.store.all_runs().await?);
            }
            let row = rows.iter().flatten().find(|row| row.info.run_id == *run_id);
            runs.extend(row.cloned().map(RunRecord::made_elsewhere));
        }
        Ok(runs)
    }

    /// The tag of a run whose pipeline is saved under a name.
    pub(super) async fn pipeline_tag(&self, name: &str) -> Option<Tag> {
        let saved = self.store.documents(PIPELINES).await.ok()?;
        let saved = saved.into_iter().filter_map(|document| Saved::<SavedPipeline>::read(document.text));
        let called: Vec<SavedPipeline> = saved.map(|saved| saved.record).filter(|one| one.is_called(name)).collect();
        // One that is called so now goes before one that was.
        let found = called.iter().find(|one| one.name == name).or(called.first())?;
        Some(Tag { key: SavedPipeline::TAG.to_owned(), value: found.name.clone() })
    }

    /// Only what is in the bin: a run that another tab has restored meanwhile stays.
    async fn purge(&self, run_ids: &[String]) -> Result<Option<LogEntry>, StoreError> {
        let runs = self.store.all_runs().await?;
        let in_bin = runs.into_iter().filter(|run| run.is_deleted() && run_ids.contains(&run.info.run_id));
        let in_bin: Vec<String> = in_bin.map(|run| run.info.run_id).collect();
        self.store.delete_runs(&in_bin).await?;
        Ok(None)
    }

    async fn contents(&self) -> Result<Contents, StoreError> {
        let store = &*self.store;
        let texts = |documents: Vec<Document>| documents.into_iter().map(|one| one.text).collect();
        let mut experiments = store.experiments().await?;
        // The default one is there without having been made; to be renamed it has to be kept.
        if !experiments.iter().any(|experiment| experiment.experiment_id == DEFAULT_EXPERIMENT) {
            let default = Experiment {
                experiment_id: DEFAULT_EXPERIMENT.into(),
                name: "Default".into(),
                lifecycle_stage: LifecycleStage::Active,
                creation_time: 0,
                last_update_time: 0,
                tags: Vec::new(),
            };
            store.put_experiment(&default).await?;
            experiments.insert(0, default);
        }
        let deployments = store.documents(DEPLOYMENTS).await?;
        Ok(Contents {
            experiments,
            bin: store.binned_runs().await?,
            models: texts(store.documents(MODELS).await?),
            pipelines: texts(store.documents(PIPELINES).await?),
            notices: notices(store.documents(DRIFT_NOTICE).await?, &deployments),
            deployments: texts(deployments),
            views: texts(store.documents(VIEWS).await?),
            foreign: store.documents(FOREIGN_RUN).await?.into_iter().map(|one| one.id).collect(),
            datasets: store.datasets().await?,
            history: history(store).await?.into_iter().map(without_edits).collect(),
        })
    }
}

/// Of deployments that are still there.
pub(super) fn notices(notices: Vec<Document>, deployments: &[Document]) -> Vec<(String, String)> {
    let is_there = |notice: &Document| deployments.iter().any(|deployment| deployment.id == notice.id);
    notices.into_iter().filter(is_there).map(|notice| (notice.id, notice.text)).collect()
}

/// The page says what was done, and takes it back by its number: of ten thousand runs the edits are megabytes.
fn without_edits(mut entry: LogEntry) -> LogEntry {
    entry.command.edits.clear();
    entry
}

fn changed(request: crate::web::protocol::RequestId, result: Result<Option<LogEntry>, StoreError>) -> Event {
    let result: Result<Option<LogEntry>, ErrorReport> = result.map_err(|error| error.report());
    Event::Changed { request, result }
}
