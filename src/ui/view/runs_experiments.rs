//! The list of experiments beside the runs table.

use crate::tracking::{Experiment, LifecycleStage, RunSummary};

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExperimentLine {
    pub id: String,
    pub name: String,
    pub description: String,
    /// Runs of it, children not counted.
    pub n_runs: usize,
    pub archived: bool,
}

/// Active experiments, those in the archive last.
#[must_use]
pub fn experiment_lines(experiments: &[Experiment], runs: &[RunSummary]) -> Vec<ExperimentLine> {
    let active = experiments.iter().filter(|experiment| experiment.lifecycle_stage == LifecycleStage::Active);
    let mut lines: Vec<ExperimentLine> = active
        .map(|experiment| ExperimentLine {
            id: experiment.experiment_id.clone(),
            name: experiment.name.clone(),
            description: experiment.description().unwrap_or_default().to_owned(),
            n_runs: runs
                .iter()
                .filter(|run| run.info.experiment_id == experiment.experiment_id && run.parent_run_id().is_none())
                .count(),
            archived: experiment.is_archived(),
        })
        .collect();
    lines.sort_by_key(|line| line.archived);
    lines
}

/// The experiment that the table is of: that of the address, else the remembered one, if it is there; `None` for all.
#[must_use]
pub fn chosen<'a>(
    address: Option<&'a str>,
    remembered: Option<&'a str>,
    experiments: Option<&[Experiment]>,
) -> Option<&'a str> {
    let id = address.or(remembered).filter(|id| *id != "all")?;
    // As long as they are not known, the address is believed.
    let is_there = experiments.is_none_or(|all| {
        all.iter().any(|other| other.experiment_id == id && other.lifecycle_stage == LifecycleStage::Active)
    });
    is_there.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::{below, runs};
    use super::*;
    use crate::tracking::{ARCHIVED_TAG, Tag};

    fn experiment(id: &str, stage: LifecycleStage) -> Experiment {
        Experiment {
            experiment_id: id.into(),
            name: format!("E{id}"),
            lifecycle_stage: stage,
            creation_time: 0,
            last_update_time: 0,
            tags: Vec::new(),
        }
    }

    #[test]
    fn experiments_are_counted_and_archived_ones_are_last() {
        let mut old = experiment("1", LifecycleStage::Active);
        old.tags.push(Tag { key: ARCHIVED_TAG.into(), value: "true".into() });
        let all = [old, experiment("0", LifecycleStage::Active), experiment("2", LifecycleStage::Deleted)];
        let mut runs = runs();
        runs[2] = below(&runs[0], runs[2].clone());
        let lines = experiment_lines(&all, &runs);
        let short: Vec<_> = lines.iter().map(|line| (line.id.as_str(), line.n_runs, line.archived)).collect();
        assert_eq!(short, [("0", 2, false), ("1", 0, true)]);
    }

    #[test]
    fn one_that_is_not_there_is_all() {
        let all = [experiment("1", LifecycleStage::Active), experiment("2", LifecycleStage::Deleted)];
        assert_eq!(chosen(Some("1"), Some("7"), Some(&all)), Some("1"));
        assert_eq!(chosen(None, Some("1"), Some(&all)), Some("1"));
        assert_eq!(chosen(Some("2"), None, Some(&all)), None);
        assert_eq!(chosen(Some("all"), Some("1"), Some(&all)), None);
        assert_eq!(chosen(Some("9"), None, None), Some("9"));
    }
}
