//! A run's metrics beside those of other runs: the sweep it is part of, and the latest run of a model that only guesses.

use super::run::difference;
use crate::evaluate::DataSplit;
use crate::tracking::{PARENT_TAG, RunStatus, RunSummary, metric_key};

/// A run to compare with, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    pub run: RunSummary,
    /// The head of its column.
    pub title: &'static str,
}

/// The runs that a run's metrics stand against: its parent, and the latest finished run of a dummy estimator on the same
/// rows. Those without a metric are left out.
#[must_use]
pub fn others(run: &RunSummary, all: &[RunSummary]) -> Vec<Other> {
    let parent_id = run.tag(PARENT_TAG);
    let parent = all.iter().find(|other| parent_id == Some(other.info.run_id.as_str()));
    let is_dummy = |other: &RunSummary| other.model_name().is_some_and(|name| name.starts_with("Dummy"));
    // The same file, target and rows: else the numbers measure different things.
    let is_same = |other: &RunSummary| {
        let digest = |run: &RunSummary| run.dataset.as_ref().map(|dataset| dataset.digest.clone());
        let rows = ["target", "test_size", "random_state", "shuffle", "stratify", "n_rules"];
        digest(other) == digest(run) && rows.iter().all(|key| other.param(key) == run.param(key))
    };
    let baseline = all.iter().filter(|other| {
        other.info.run_id != run.info.run_id
            && other.info.status == RunStatus::Finished
            && is_dummy(other)
            && is_same(other)
    });
    let baseline = baseline.max_by_key(|other| other.info.start_time).filter(|_| !is_dummy(run));
    let parent = parent.map(|run| Other { run: run.clone(), title: "Against its sweep" });
    let baseline = baseline.map(|run| Other { run: run.clone(), title: "Against a baseline run" });
    parent.into_iter().chain(baseline).filter(|other| !other.run.metrics.is_empty()).collect()
}

/// The difference of a metric to that of another run, on the test rows or else over the folds: `+0.0575 better`; `None`
/// where nothing is common.
#[must_use]
pub fn against(run: &RunSummary, other: &RunSummary, metric: &str) -> Option<String> {
    let both = |key: &str| Some((run.metric(key)?, other.metric(key)?));
    let (own, others) = both(metric).or_else(|| both(&metric_key(metric, DataSplit::Cv)))?;
    Some(difference(metric, own, others))
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::{below, run};
    use super::*;

    fn named(mut run: RunSummary, model: &str) -> RunSummary {
        for param in &mut run.params {
            if param.key == "model_name" {
                param.value = model.into();
            }
        }
        run
    }

    #[test]
    fn a_run_stands_against_its_sweep_and_the_latest_guess_on_the_same_rows() {
        let sweep = run("sweep", 5, Some(0.4), "0.2");
        let child = below(&sweep, run("child", 6, Some(0.3), "0.2"));
        let guess = named(run("guess", 1, Some(-0.1), "0.2"), "DummyRegressor");
        let later = named(run("later", 2, Some(0.0), "0.2"), "DummyRegressor");
        let elsewhere = named(run("elsewhere", 9, Some(0.0), "0.5"), "DummyRegressor");
        assert_eq!(guess.model_name(), Some("DummyRegressor"));
        let all = [sweep, child.clone(), guess, later.clone(), elsewhere];
        let found = others(&child, &all);
        let names: Vec<&str> = found.iter().map(|other| other.run.info.run_name.as_str()).collect();
        assert_eq!(names, ["sweep", "later"]);
        assert_eq!(against(&child, &found[0].run, "r2").as_deref(), Some("−0.1000 worse"));
        assert_eq!(against(&child, &found[1].run, "r2").as_deref(), Some("+0.3000 better"));
        assert_eq!(against(&child, &found[1].run, "mae"), None);
        // A candidate of a sweep is judged by the folds only.
        let (mut own, mut sweep) = (child, found[0].run.clone());
        own.metrics[0].key = "cv_r2".into();
        assert_eq!(against(&own, &sweep, "r2"), None);
        sweep.metrics[0].key = "cv_r2".into();
        assert_eq!(against(&own, &sweep, "r2").as_deref(), Some("−0.1000 worse"));
        // A guess is no measure of a guess.
        assert!(others(&later, &all).is_empty());
    }
}
