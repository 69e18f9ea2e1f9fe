//! What deployments were asked: reports for the page, and true values out of a file.

use web_sys::Blob;

use super::source::BlobSource;
use super::{Orchestrator, post};
use crate::base::{Coded, ErrorReport};
use crate::monitoring::{MONITOR, Record, Report, Subject, Truth, TruthError, report};
use crate::pipeline::ByteSource;
use crate::registry::{Deployment, DeploymentStore, ModelStore, ModelVersion, RegisteredModel};
use crate::serving::RunScorer;
use crate::tracking::{EditStore, RunRecord, RunStore, StoreError};
use crate::web::protocol::{Event, Matched, RequestId};

/// A deployment with what answers, and what is asked besides.
struct Watched {
    deployment: Deployment,
    record: Record,
    answering: Option<(ModelVersion, RunRecord)>,
    shadow: Option<(ModelVersion, RunRecord)>,
}

impl Orchestrator {
    /// Answers `Monitor`.
    pub(super) async fn monitor(&self, request: RequestId, deployment: String) {
        let result = self.reported(&deployment).await.map_err(|error| error.report());
        let result = result.and_then(|found| found.ok_or_else(|| gone(&deployment))).map(Box::new);
        post(&Event::Monitor { request, deployment, result });
    }

    async fn reported(&self, name: &str) -> Result<Option<Report>, StoreError> {
        let Some(Watched { deployment, record, answering, shadow }) = self.watched(name).await? else {
            return Ok(None);
        };
        // What was kept before rows were no longer wanted is not wanted either.
        if !deployment.monitoring.samples && !record.sample.rows.is_empty() {
            self.store.monitor(name, |kept| kept.record.sample = Default::default()).await?;
        }
        Ok(Some(report(&record, &deployment.monitoring, subject(answering.as_ref()), subject(shadow.as_ref()))))
    }

    /// Answers `Truth`.
    pub(super) async fn truth(&self, request: RequestId, deployment: String, file: Option<&Blob>) {
        let result = match file {
            Some(file) => self.matched(&deployment, file).await,
            None => Err(ErrorReport::new("truth.no_file", "No file was chosen.")),
        };
        let is_done = result.is_ok();
        post(&Event::Truth { request, result });
        if is_done {
            self.monitor(request, deployment).await;
        }
    }

    async fn matched(&self, name: &str, file: &Blob) -> Result<Matched, ErrorReport> {
        let watched = self.watched(name).await.map_err(|error| error.report())?.ok_or_else(|| gone(name))?;
        let Watched { deployment, record, answering, .. } = watched;
        let scorer = answering.as_ref().and_then(|(_, run)| Some((&run.info.run_id, RunScorer::of(run)?)));
        let refused = |error: TruthError| error.report();
        let (run_id, scorer) = scorer.ok_or_else(|| refused(TruthError::NoSample))?;
        if record.sample.run_id != *run_id {
            return Err(refused(TruthError::NoSample));
        }
        let features = &scorer.training().features;
        let mut truth = Truth::new(&record.sample, deployment.monitoring.since, features).map_err(refused)?;
        let mut source = BlobSource::new("The file".to_owned(), file.clone());
        while let Some(bytes) = source.next().await? {
            truth.push(&bytes).map_err(refused)?;
        }
        let found = truth.finish().map_err(refused)?;
        let matched = Matched { rows: found.rows, matched: found.matched };
        // Rows that were asked meanwhile are there, too.
        let put = self.store.monitor(name, |kept| found.apply(&mut kept.record.sample, features));
        put.await.map_err(|error| error.report())?;
        Ok(matched)
    }

    async fn watched(&self, name: &str) -> Result<Option<Watched>, StoreError> {
        let deployments = self.store.deployments().await?;
        let deployment = deployments.into_iter().map(|saved| saved.record).find(|record| record.name == name);
        let Some(deployment) = deployment else { return Ok(None) };
        let kept = self.store.documents(MONITOR).await?.into_iter().find(|document| document.id == name);
        let record = kept.and_then(|document| serde_json::from_str(&document.text).ok()).unwrap_or_default();
        let models: Vec<RegisteredModel> = self.store.models().await?.into_iter().map(|saved| saved.record).collect();
        let answering = self.with_run(deployment.version(&models).ok()).await?;
        let shadow = self.with_run(deployment.shadow(&models)).await?;
        Ok(Some(Watched { record, answering, shadow, deployment }))
    }

    async fn with_run(&self, version: Option<&ModelVersion>) -> Result<Option<(ModelVersion, RunRecord)>, StoreError> {
        let Some(version) = version else { return Ok(None) };
        Ok(self.store.get_run(&version.run_id).await?.map(|run| (version.clone(), run)))
    }
}

fn subject(found: Option<&(ModelVersion, RunRecord)>) -> Option<Subject<'_>> {
    found.map(|(version, run)| Subject { version: version.version, run })
}

fn gone(deployment: &str) -> ErrorReport {
    let message =
        format!("Nothing is deployed as {deployment}. It may have been removed; the history can take that back.");
    ErrorReport::new("monitor.gone", message)
}
