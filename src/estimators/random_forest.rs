//! A random forest: the mean of regression trees, each grown on rows drawn with replacement. scikit-learn's
//! `RandomForestRegressor` (Breiman 2001), with its draws.

use serde::{Deserialize, Serialize};

use super::growing::{Growing, Limits, Sample};
use super::params::{self, TREES};
use super::rows::{Fitted, Outcome, Rounds, Rows};
use super::tree::{ForestModel, Tree};
use super::{Estimator, EstimatorError, EstimatorInfo};
use crate::base::{Param, ParamKind, RandomState};
use crate::linalg::{LinearSolution, RFactor};

/// A forest is kept with its run, about 30 bytes a node.
const MAX_NODES: usize = 1_000_000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RandomForestRegressorParams {
    pub n_estimators: u32,
    /// `None` grows until the leaves are pure. scikit-learn's default is none, which makes forests too large to keep.
    pub max_depth: Option<u32>,
    pub min_samples_split: u32,
    pub min_samples_leaf: u32,
    /// Share of the features looked at for a split.
    pub max_features: f64,
    pub random_state: u32,
}

impl Default for RandomForestRegressorParams {
    fn default() -> Self {
        Self {
            n_estimators: 100,
            max_depth: Some(8),
            min_samples_split: 2,
            min_samples_leaf: 1,
            max_features: 1.0,
            random_state: 42,
        }
    }
}

impl Estimator for RandomForestRegressorParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "random_forest_regressor",
        label: "Random forest",
        model_name: "RandomForestRegressor",
        group: TREES,
        help: "The mean of many decision trees: finds bends and interactions by itself, but has no coefficients. To compare with.",
        params: &[
            Param::new("n_estimators", "Trees", ParamKind::Integer { min: 1, max: 10_000, optional: false })
                .help("The more, the steadier and slower."),
            Param::new("max_depth", "Depth", ParamKind::Integer { min: 1, max: 1000, optional: true })
                .help("Questions asked of a row, at most. Empty: until nothing is left to part."),
            Param::new(
                "min_samples_split",
                "Rows to split",
                ParamKind::Integer { min: 2, max: 1_000_000, optional: false },
            )
            .help("A node with fewer different rows is not parted."),
            Param::new(
                "min_samples_leaf",
                "Rows in a leaf",
                ParamKind::Integer { min: 1, max: 1_000_000, optional: false },
            )
            .help("The more, the smoother."),
            Param::new(
                "max_features",
                "Share of features",
                ParamKind::Number { min: 0.0, max: 1.0, step: 0.1, log: false, optional: false },
            )
            .help("Of the features, how many are looked at for a split. The fewer, the more the trees differ."),
            Param::new("random_state", "Seed", ParamKind::Integer { min: 0, max: 4_294_967_295, optional: false })
                .help("The same seed gives the same forest."),
        ],
    };

    fn check(&self) -> Result<(), super::SpecError> {
        if self.max_features > 0.0 {
            return Ok(());
        }
        Err(super::SpecError::of("max_features", "`max_features` is 0, and must be above 0.".into()))
    }

    fn sentence(&self) -> String {
        let depth = self.max_depth.map_or_else(|| "of any depth".to_owned(), |depth| format!("up to {depth} deep"));
        let trees = if self.n_estimators == 1 { "tree" } else { "trees" };
        format!("A random forest of {} {trees}, {depth}.", self.n_estimators)
    }

    fn python(&self) -> String {
        let arguments = [
            ("n_estimators", self.n_estimators.to_string()),
            ("max_depth", self.max_depth.map_or_else(|| "None".to_owned(), |depth| depth.to_string())),
            ("min_samples_split", self.min_samples_split.to_string()),
            ("min_samples_leaf", self.min_samples_leaf.to_string()),
            ("max_features", params::number(self.max_features)),
            ("random_state", self.random_state.to_string()),
        ];
        params::python("sklearn.ensemble", "RandomForestRegressor", &arguments, None)
    }

    fn solve_from_r(&self, _r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        None
    }

    fn rounds<'a>(&self, rows: Rows<'a>, _r: &RFactor) -> Result<Option<Box<dyn Rounds + 'a>>, EstimatorError> {
        let features: Vec<Vec<f64>> = (0..rows.p()).map(|j| rows.cells(j).collect()).collect();
        let order = features.iter().map(|column| sorted(column)).collect();
        // scikit-learn takes the whole part, and at least one.
        let max_features = ((self.max_features * features.len() as f64) as usize).max(1);
        let limits = Limits {
            max_depth: self.max_depth.map_or(usize::MAX, |depth| depth as usize),
            min_samples_split: self.min_samples_split as usize,
            min_samples_leaf: self.min_samples_leaf as usize,
            max_features,
        };
        let sample = Sample { features, target: rows.target(), order };
        let (random, n_trees) = (RandomState::new(self.random_state), self.n_estimators as usize);
        Ok(Some(Box::new(Forest { limits, random, sample, n_trees, growing: None, trees: Vec::new(), n_nodes: 0 })))
    }
}

fn sorted(column: &[f64]) -> Vec<u32> {
    let value = |row: &u32| column.get(*row as usize).copied().unwrap_or(f64::NAN);
    let mut order: Vec<u32> = (0..column.len() as u32).collect();
    order.sort_by(|a, b| value(a).total_cmp(&value(b)));
    order
}

/// A forest under way.
struct Forest {
    limits: Limits,
    random: RandomState,
    sample: Sample,
    n_trees: usize,
    growing: Option<Growing>,
    /// Each with its features' shares of the decrease.
    trees: Vec<(Tree, Vec<f64>)>,
    n_nodes: usize,
}

impl Forest {
    /// Draws the rows of the next tree: as numpy's `randint`, from the seeds that scikit-learn gives its trees.
    fn next_tree(&mut self) -> Growing {
        const MAX_SEED: u32 = i32::MAX as u32 - 1;
        let seed = self.random.interval(MAX_SEED);
        let n = self.sample.target.len();
        let (mut of_rows, mut counts) = (RandomState::new(seed), vec![0.0; n]);
        for _ in 0..n {
            let row = of_rows.interval(n.saturating_sub(1) as u32) as usize;
            counts.get_mut(row).into_iter().for_each(|count| *count += 1.0);
        }
        let state = RandomState::new(seed).interval(MAX_SEED);
        Growing::new(&self.sample, self.limits, counts, state)
    }
}

impl Rounds for Forest {
    fn step(&mut self, max_rows: usize) -> Result<bool, EstimatorError> {
        let mut n_done = 0;
        while n_done < max_rows && self.trees.len() < self.n_trees {
            let mut growing = match self.growing.take() {
                Some(growing) => growing,
                None => self.next_tree(),
            };
            match growing.step(&self.sample) {
                Some(n_rows) => {
                    n_done += n_rows;
                    if self.n_nodes + growing.n_nodes() > MAX_NODES {
                        return Err(EstimatorError::ForestTooLarge { max_nodes: MAX_NODES, n_trees: self.trees.len() });
                    }
                    self.growing = Some(growing);
                }
                None => {
                    self.n_nodes += growing.n_nodes();
                    self.trees.push(growing.finish());
                }
            }
        }
        Ok(self.trees.len() < self.n_trees)
    }

    fn progress(&self) -> (u64, u64) {
        let n = self.sample.target.len() as u64;
        (self.trees.len() as u64 * n, self.n_trees as u64 * n)
    }

    fn finish(self: Box<Self>) -> Result<Fitted, EstimatorError> {
        let mut importances = vec![0.0; self.sample.features.len()];
        for (_, shares) in &self.trees {
            importances.iter_mut().zip(shares).for_each(|(total, share)| *total += share);
        }
        let total: f64 = importances.iter().sum();
        if total > 0.0 {
            importances.iter_mut().for_each(|importance| *importance /= total);
        }
        let trees = self.trees.into_iter().map(|(tree, _)| tree).collect();
        let outcome = Outcome::Forest(ForestModel { features: Vec::new(), trees, importances });
        Ok(Fitted { outcome, warnings: Vec::new() })
    }
}
