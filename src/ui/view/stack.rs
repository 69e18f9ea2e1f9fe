//! What the page of the stack says of components, triggers and storage.

use std::collections::BTreeMap;

use super::format::{bytes, count};
use super::runs_text::date_time;
use crate::registry::{
    ArtifactStore, DEFAULT_STACK, ExperimentTracker, ModelDeployer, Orchestrator, Stack, Trigger, When,
};
use crate::tracking::StoreUsage;
use crate::ui::state::Standing;

/// A component of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentLine {
    /// ZenML's type, such as `artifact_store`.
    pub kind: &'static str,
    pub title: &'static str,
    /// `None`: the stack has none.
    pub flavor: Option<&'static str>,
    pub words: String,
}

/// An artifact store's flavor and what it does.
#[must_use]
pub fn artifact_store(store: ArtifactStore) -> (&'static str, &'static str) {
    match store {
        ArtifactStore::Indexeddb => {
            ("indexeddb", "This browser keeps tables and steps: they are found again after a reload.")
        }
        ArtifactStore::Memory => (
            "memory",
            "Only this tab keeps tables and steps: they are gone with it, and computed again. Runs are kept all the same.",
        ),
    }
}

/// A model deployer's flavor and what it does.
#[must_use]
pub fn model_deployer(deployer: Option<ModelDeployer>) -> (Option<&'static str>, &'static str) {
    match deployer {
        Some(ModelDeployer::ServiceWorker) => {
            (Some("service_worker"), "The service worker of this site answers for deployed models.")
        }
        None => (None, "Models cannot be deployed. What is deployed already goes on answering."),
    }
}

/// The components of a stack, in ZenML's words.
#[must_use]
pub fn components(stack: &Stack) -> Vec<ComponentLine> {
    let of = &stack.components;
    let (store, store_words) = artifact_store(of.artifact_store);
    let (deployer, deployer_words) = model_deployer(of.model_deployer);
    let orchestrator = match of.orchestrator {
        Orchestrator::Worker => ("worker", "A Web Worker of this tab runs the steps."),
    };
    let tracker = match &of.experiment_tracker {
        ExperimentTracker::Pipette => ("pipette", "Runs are kept in this browser, and nobody else is told.".to_owned()),
        ExperimentTracker::Mlflow { uri, experiment } => {
            ("mlflow", format!("Runs are kept in this browser, and logged to {uri}, experiment {experiment}."))
        }
    };
    let line = |kind, title, flavor, words: &str| ComponentLine { kind, title, flavor, words: words.to_owned() };
    vec![
        line("orchestrator", "Orchestrator", Some(orchestrator.0), orchestrator.1),
        line("artifact_store", "Artifact store", Some(store), store_words),
        line("experiment_tracker", "Experiment tracker", Some(tracker.0), &tracker.1),
        line("model_deployer", "Model deployer", deployer, deployer_words),
    ]
}

/// Whether a stack can be renamed, updated and removed.
#[must_use]
pub fn can_change(name: &str) -> bool {
    name != DEFAULT_STACK
}

/// How it stands with a trigger: a word for programs, and a sentence.
#[must_use]
pub fn standing(standings: &BTreeMap<String, Standing>, trigger: &Trigger) -> (&'static str, String) {
    let event =
        if matches!(trigger.when, When::Drift { .. }) { "When its notice is raised" } else { "When the file changes" };
    match standings.get(&trigger.name) {
        None => ("pending", "Not looked at yet".to_owned()),
        Some(Standing::Paused) => ("paused", "Paused".to_owned()),
        Some(Standing::Next(time)) => ("next", format!("Next at {}", date_time(*time))),
        Some(Standing::Watching) => ("watching", event.to_owned()),
        Some(Standing::Due) => ("due", "As soon as the run under way has ended".to_owned()),
        Some(Standing::OtherData) => ("other_data", "When this data is opened on the Pipeline page".to_owned()),
        Some(Standing::NotAllowed) => {
            ("not_allowed", "The browser has to be allowed to read the file again".to_owned())
        }
        Some(Standing::Lost(why)) => {
            ("lost", format!("The file cannot be read: {why}. Remove this and choose it anew."))
        }
        Some(Standing::Elsewhere) => ("elsewhere", "Another tab of this page looks after the triggers".to_owned()),
    }
}

/// What takes space: what it is, how many, and how much where that is known.
#[must_use]
pub fn usage(usage: &StoreUsage) -> Vec<(&'static str, u64, Option<u64>)> {
    vec![
        ("Runs, with their models", usage.n_runs, None),
        ("Cached steps", usage.n_steps, None),
        ("Cached tables", usage.n_artifacts, Some(usage.artifact_bytes)),
        ("Datasets: names, digests, sizes", usage.n_datasets, None),
        ("Models, pipelines, stacks and changes", usage.n_documents, None),
    ]
}

/// What goes when everything is erased.
#[must_use]
pub fn goes(usage: &StoreUsage) -> String {
    let runs = if usage.n_runs == 1 { "1 run".to_owned() } else { format!("{} runs", count(usage.n_runs)) };
    format!(
        "{runs} with their models, registered models, pipelines, deployments, stacks, triggers, the history of changes, the \
         cache ({}) and this page’s settings. Files on your disk stay.",
        bytes(usage.artifact_bytes)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Components;

    #[test]
    fn a_stack_is_described_component_by_component() {
        let mlflow = ExperimentTracker::Mlflow { uri: "http://h:5000".into(), experiment: "x".into() };
        let components_of = Components { experiment_tracker: mlflow, model_deployer: None, ..Components::default() };
        let lines = components(&Stack { components: components_of, ..Stack::default() });
        let short: Vec<(&str, Option<&str>)> = lines.iter().map(|line| (line.kind, line.flavor)).collect();
        assert_eq!(
            short,
            [
                ("orchestrator", Some("worker")),
                ("artifact_store", Some("indexeddb")),
                ("experiment_tracker", Some("mlflow")),
                ("model_deployer", None)
            ]
        );
        assert_eq!(lines[2].words, "Runs are kept in this browser, and logged to http://h:5000, experiment x.");
        assert!(!can_change("default") && can_change("mine"));
    }

    #[test]
    fn a_trigger_says_what_it_waits_for() {
        let made = |when| Trigger::create(when, &[], 0).unwrap().0;
        let (file, drift) = (When::FileChanged { file: "a".into() }, When::Drift { deployment: "b".into() });
        let (file, drift) = (made(file), made(drift));
        let of =
            |stands: Standing, trigger: &Trigger| standing(&BTreeMap::from([(trigger.name.clone(), stands)]), trigger);
        let (word, words) = of(Standing::Lost("gone".into()), &file);
        assert_eq!((word, words.as_str()), ("lost", "The file cannot be read: gone. Remove this and choose it anew."));
        assert_eq!(of(Standing::Watching, &file).1, "When the file changes");
        assert_eq!(of(Standing::Watching, &drift).1, "When its notice is raised");
        assert_eq!(standing(&BTreeMap::new(), &drift).0, "pending");
    }

    #[test]
    fn what_goes_is_counted() {
        let words = goes(&StoreUsage { n_runs: 1, artifact_bytes: 2048, ..StoreUsage::default() });
        assert!(
            words.starts_with("1 run with their models") && words.contains("2.0 kB") | words.contains("2 kB"),
            "{words}"
        );
    }
}
