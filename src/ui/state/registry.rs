//! What the page knows of registered models, saved pipelines and datasets, and of runs that were read whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::ErrorReport;
use crate::registry::{Deployment, RegisteredModel, Saved, SavedPipeline};
use crate::tracking::{DatasetRecord, LogEntry, RunRecord};
use crate::web::protocol::{Contents, RequestId};

/// Registered models, saved pipelines, datasets, and runs that a screen asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Registry {
    /// By name; `None` until they were read.
    pub models: Option<Arc<Vec<Saved<RegisteredModel>>>>,
    /// By name; `None` until they were read.
    pub pipelines: Option<Arc<Vec<Saved<SavedPipeline>>>>,
    /// By name; `None` until they were read.
    pub deployments: Option<Arc<Vec<Saved<Deployment>>>>,
    /// Last used first; `None` until they were read.
    pub datasets: Option<Arc<Vec<DatasetRecord>>>,
    /// A screen shows them: they are read again after each change.
    pub is_wanted: bool,
    /// Runs that were read whole, by id. `None`: there is no such run.
    records: BTreeMap<String, Option<Arc<RunRecord>>>,
    /// Runs of which a newer state may be in the store.
    stale: BTreeSet<String>,
    /// Runs asked for, with the request.
    asked: Vec<(RequestId, Vec<String>)>,
    contents_request: Option<RequestId>,
    /// A change was sent, and what came of it was not read yet.
    pub is_changing: bool,
    /// The latest change that was made here, to be taken back from the message at the bottom.
    pub last_change: Option<LogEntry>,
    /// Why the latest change, or reading, did not come about.
    pub trouble: Option<ErrorReport>,
}

/// Runs that a screen asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// In the order asked for.
    pub runs: Vec<Arc<RunRecord>>,
    /// Ids of which there is no run.
    pub missing: Vec<String>,
}

impl Registry {
    /// What the workspace holds was asked for.
    pub fn ask_contents(&mut self, request: RequestId) {
        self.is_wanted = true;
        self.contents_request = Some(request);
    }

    /// These runs were asked for.
    pub fn ask_runs(&mut self, request: RequestId, run_ids: Vec<String>) {
        self.asked.push((request, run_ids));
    }

    /// Which of these runs were neither read nor asked for.
    #[must_use]
    pub fn unread(&self, run_ids: &[String]) -> Vec<String> {
        let is_asked = |id: &String| self.asked.iter().any(|(_, asked)| asked.contains(id));
        let is_read = |id: &String| self.records.contains_key(id) && !self.stale.contains(id);
        run_ids.iter().filter(|id| !is_read(id) && !is_asked(id)).cloned().collect()
    }

    /// Runs by their ids, as often as they are named; `None` until all of them were read.
    #[must_use]
    pub fn found(&self, run_ids: &[String]) -> Option<Found> {
        let mut found = Found { runs: Vec::new(), missing: Vec::new() };
        for id in run_ids {
            match self.records.get(id)? {
                Some(run) => found.runs.push(Arc::clone(run)),
                None => found.missing.push(id.clone()),
            }
        }
        Some(found)
    }

    /// Whether the answer to this request belongs here.
    #[must_use]
    pub fn is_asked(&self, request: RequestId) -> bool {
        self.contents_request == Some(request) || self.asked.iter().any(|(asked, _)| *asked == request)
    }

    /// Models, pipelines and datasets arrived. A record that cannot be read is left out.
    pub fn take_contents(&mut self, contents: &Contents) {
        let models = contents.models.iter().cloned().filter_map(Saved::read).collect();
        let pipelines = contents.pipelines.iter().cloned().filter_map(Saved::read).collect();
        let deployments = contents.deployments.iter().cloned().filter_map(Saved::read).collect();
        self.models = Some(Arc::new(models));
        self.deployments = Some(Arc::new(deployments));
        self.pipelines = Some(Arc::new(pipelines));
        self.datasets = Some(Arc::new(contents.datasets.clone()));
        self.contents_request = None;
        self.is_changing = false;
    }

    /// Runs arrived.
    pub fn take_runs(&mut self, request: RequestId, runs: Vec<RunRecord>) {
        let Some(place) = self.asked.iter().position(|(asked, _)| *asked == request) else { return };
        let (_, ids) = self.asked.swap_remove(place);
        for id in ids {
            self.stale.remove(&id);
            if !runs.iter().any(|run| run.info.run_id == id) {
                self.records.insert(id, None);
            }
        }
        for run in runs {
            self.records.insert(run.info.run_id.clone(), Some(Arc::new(run)));
        }
    }

    /// A change was made, or was not.
    pub fn take_change(&mut self, result: &Result<Option<LogEntry>, ErrorReport>) {
        match result {
            Ok(entry) => {
                self.last_change = entry.clone().filter(|entry| !entry.undone);
                self.trouble = None;
            }
            Err(error) => {
                self.trouble = Some(error.clone());
                self.is_changing = false;
            }
        }
    }

    /// A request failed as a whole.
    pub fn fail(&mut self, request: RequestId, error: ErrorReport) {
        self.asked.retain(|(asked, _)| *asked != request);
        if self.contents_request == Some(request) {
            self.contents_request = None;
        }
        self.trouble = Some(error);
    }

    /// Names and tags of runs may have changed: they are read again when a screen needs them, and shown as they were
    /// until then.
    pub fn doubt_runs(&mut self) {
        self.stale = self.records.keys().cloned().collect();
    }

    /// The models alone, without their texts.
    #[must_use]
    pub fn model_records(&self) -> Vec<RegisteredModel> {
        self.models.iter().flat_map(|models| models.iter().map(|saved| saved.record.clone())).collect()
    }

    /// The deployments alone, without their texts.
    #[must_use]
    pub fn deployment_records(&self) -> Vec<Deployment> {
        self.deployments.iter().flat_map(|all| all.iter().map(|saved| saved.record.clone())).collect()
    }

    /// A deployment as it is kept.
    #[must_use]
    pub fn deployment(&self, name: &str) -> Option<Saved<Deployment>> {
        self.deployments.as_ref()?.iter().find(|saved| saved.record.name == name).cloned()
    }

    /// A model as it is kept.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<Saved<RegisteredModel>> {
        self.models.as_ref()?.iter().find(|saved| saved.record.name == name).cloned()
    }

    /// The pipelines alone, without their texts.
    #[must_use]
    pub fn pipeline_records(&self) -> Vec<SavedPipeline> {
        self.pipelines.iter().flat_map(|pipelines| pipelines.iter().map(|saved| saved.record.clone())).collect()
    }

    /// A pipeline as it is kept.
    #[must_use]
    pub fn pipeline(&self, name: &str) -> Option<Saved<SavedPipeline>> {
        self.pipelines.as_ref()?.iter().find(|saved| saved.record.name == name).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::StoreCommand;
    use crate::tracking::suite::run_record;

    #[test]
    fn runs_are_there_when_all_were_read_and_the_lost_ones_are_named() {
        let mut registry = Registry::default();
        let (a, b) = (run_record("a", 1), run_record("b", 2));
        let ids = [a.info.run_id.clone(), b.info.run_id.clone(), "lost".to_owned()];
        assert_eq!(registry.unread(&ids), ids);
        registry.ask_runs(RequestId(1), ids.to_vec());
        assert!(registry.unread(&ids).is_empty() && registry.is_asked(RequestId(1)));
        assert_eq!(registry.found(&ids), None);
        registry.take_runs(RequestId(2), vec![a.clone()]);
        assert_eq!(registry.found(&ids), None, "another request's answer");
        registry.take_runs(RequestId(1), vec![b.clone(), a.clone()]);
        let found = registry.found(&ids).unwrap();
        let names: Vec<&str> = found.runs.iter().map(|run| run.info.run_name.as_str()).collect();
        assert_eq!((names, found.missing), (vec!["a", "b"], vec!["lost".to_owned()]));
        assert!(!registry.is_asked(RequestId(1)));
        registry.doubt_runs();
        assert_eq!(registry.unread(&ids), ids);
        assert!(registry.found(&ids).is_some(), "shown as they were until they are read again");
    }

    #[test]
    fn models_are_read_from_their_texts() {
        let (model, _) = RegisteredModel::create("review-score", &[], 5).unwrap();
        let texts = vec![serde_json::to_string(&model).unwrap(), "not a model".to_owned()];
        let mut registry = Registry::default();
        registry.ask_contents(RequestId(3));
        registry.take_contents(&Contents { models: texts, ..Contents::default() });
        assert_eq!(registry.model_records(), std::slice::from_ref(&model));
        assert_eq!(registry.model("review-score").map(|saved| saved.record), Some(model));
        assert_eq!(registry.model("other"), None);
        assert!(registry.pipelines.is_some() && !registry.is_asked(RequestId(3)) && registry.is_wanted);
    }

    #[test]
    fn a_change_can_be_taken_back_and_a_refused_one_says_why() {
        let mut registry = Registry::default();
        let entry = LogEntry {
            seq: 4,
            time: 0,
            command: StoreCommand { words: String::new(), edits: Vec::new() },
            undone: false,
        };
        registry.take_change(&Ok(Some(entry.clone())));
        assert_eq!(registry.last_change.as_ref().map(|entry| entry.seq), Some(4));
        registry.take_change(&Err(ErrorReport::new("store.conflict", "Someone else changed it.")));
        assert_eq!(registry.trouble.as_ref().map(|error| error.code.as_str()), Some("store.conflict"));
        registry.take_change(&Ok(Some(LogEntry { undone: true, ..entry })));
        assert_eq!((registry.last_change, registry.trouble), (None, None));
    }
}
