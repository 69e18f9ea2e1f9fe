//! What the runs table says of runs that does not stand in their rows: names of experiments and of the runs they are below,
//! versions of models that were made from them.

use std::collections::BTreeMap;

use super::runs_cells::text_of;
use super::runs_columns::Column;
use super::runs_rows::Tree;
use crate::registry::RegisteredModel;
use crate::tracking::{Experiment, RunSummary};

/// Names of experiments by id, and model versions by the run that they come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    experiments: BTreeMap<String, String>,
    versions: BTreeMap<String, String>,
}

impl Beside {
    /// Gathers them. Versions of one run stand side by side: `price v2, price v3`.
    #[must_use]
    pub fn of(experiments: &[Experiment], models: &[RegisteredModel]) -> Self {
        let experiments = experiments.iter().map(|own| (own.experiment_id.clone(), own.name.clone())).collect();
        let mut versions: BTreeMap<String, String> = BTreeMap::new();
        for model in models {
            for version in &model.versions {
                let words = versions.entry(version.run_id.clone()).or_default();
                let between = if words.is_empty() { "" } else { ", " };
                *words += &format!("{between}{} v{}", model.name, version.version);
            }
        }
        Self { experiments, versions }
    }

    /// The words of a run, by its place, in a column; `None` where it has none. What has no name that is known is called by
    /// its id.
    #[must_use]
    pub fn text<'a>(&'a self, runs: &'a [RunSummary], tree: &Tree, place: usize, column: &Column) -> Option<&'a str> {
        let run = runs.get(place)?;
        match column {
            Column::Experiment => {
                let id = &run.info.experiment_id;
                Some(self.experiments.get(id).unwrap_or(id))
            }
            Column::ModelVersions => self.versions.get(&run.info.run_id).map(String::as_str),
            Column::Parent => {
                let parent = tree.parent.get(place).copied().flatten().and_then(|parent| runs.get(parent));
                parent.map(|parent| parent.info.run_name.as_str()).or_else(|| run.parent_run_id())
            }
            other => text_of(run, other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::{below, run};
    use super::*;
    use crate::tracking::LifecycleStage;
    use crate::tracking::suite::run_record;

    #[test]
    fn experiments_parents_and_versions_have_their_names() {
        let sweep = run("sweep", 5, None, "0.2");
        let child = below(&sweep, run("child", 5, Some(0.1), "0.2"));
        let mut orphan = below(&run("gone", 1, None, "0.2"), run("orphan", 4, None, "0.2"));
        orphan.info.experiment_id = "7".into();
        let runs = [sweep, child, orphan];
        let experiment = Experiment {
            experiment_id: runs[0].info.experiment_id.clone(),
            name: "prices".into(),
            lifecycle_stage: LifecycleStage::Active,
            creation_time: 0,
            last_update_time: 0,
            tags: Vec::new(),
        };
        let (mut model, _) = RegisteredModel::create("price", &[], 1).unwrap();
        for name in ["sweep", "other", "sweep"] {
            model = model.register(&run_record(name, 5), "", 2).unwrap().0;
        }
        let beside = Beside::of(&[experiment], &[model]);
        let tree = Tree::of(&runs);
        let text = |place, column| beside.text(&runs, &tree, place, &column);
        assert_eq!([0, 2].map(|place| text(place, Column::Experiment)), [Some("prices"), Some("7")]);
        assert_eq!([0, 1].map(|place| text(place, Column::ModelVersions)), [Some("price v1, price v3"), None]);
        assert_eq!([0, 1].map(|place| text(place, Column::Parent)), [None, Some("sweep")]);
        assert_eq!(text(2, Column::Parent), runs[2].parent_run_id(), "whoever is not there is called by its id");
        assert_eq!(text(1, Column::Name), Some("child"));
        assert_eq!(text(1, Column::Source), Some("pipette"));
        assert_eq!(text(1, Column::SourceVersion), Some(env!("CARGO_PKG_VERSION")));
    }
}
