//! Best-subset regression: of all subsets of the features the best by a criterion, by leaps and bounds from R alone.

use serde::{Deserialize, Serialize};

use super::params::{self, FIT_INTERCEPT, SELECTING};
use super::stepwise::{CRITERION, plain, python_cost, python_fit};
use super::{Estimator, EstimatorError, EstimatorInfo};
use crate::linalg::{Criterion, LinearSolution, RFactor, SubsetSearch};

/// Subsets looked at before the best one found is taken: about a second.
pub(super) const MAX_NODES: u64 = 300_000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BestSubsetParams {
    pub criterion: Criterion,
    pub fit_intercept: bool,
}

impl Default for BestSubsetParams {
    fn default() -> Self {
        Self { criterion: Criterion::Bic, fit_intercept: true }
    }
}

impl Estimator for BestSubsetParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "best_subset_regression",
        label: "Best subset",
        model_name: "BestSubsetRegression",
        group: SELECTING,
        help: "Looks for the best of all subsets of the features: up to about 25 of them. Its standard errors are too small.",
        params: &[CRITERION, FIT_INTERCEPT],
    };

    fn sentence(&self) -> String {
        let suffix = params::suffix(self.fit_intercept, None);
        format!("Least squares on the subset of features with the best {}{suffix}.", plain(self.criterion))
    }

    fn python(&self) -> String {
        format!(
            "from itertools import combinations\n\n{}\n\
             subsets = (list(s) for size in range(X_train.shape[1] + 1) for s in combinations(X_train, size))\n\
             chosen = min(subsets, key=cost)\n{}",
            python_cost(self.criterion, self.fit_intercept),
            python_fit(self.fit_intercept),
        )
    }

    fn fit_intercept(&self) -> bool {
        self.fit_intercept
    }

    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        let solved = SubsetSearch::new(r, self.fit_intercept, self.criterion).and_then(|search| {
            let (best, _) = search.best(MAX_NODES);
            search.solution(&best.map(|subset| subset.columns).unwrap_or_default())
        });
        Some(solved.map_err(EstimatorError::from))
    }
}
