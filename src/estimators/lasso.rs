//! The lasso: `‖y − X·w‖² / (2n) + α‖w‖₁`, scikit-learn's `Lasso`.

use serde::{Deserialize, Serialize};

use super::elastic_net::descend;
use super::params::{self, ALPHA, DESCENT_TOL, FIT_INTERCEPT, MAX_ITER, SELECTING};
use super::{Estimator, EstimatorError, EstimatorInfo};
use crate::linalg::{LinearSolution, RFactor};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LassoParams {
    pub alpha: f64,
    pub fit_intercept: bool,
    /// `None`: the optimum. Else scikit-learn's stopping rule.
    pub tol: Option<f64>,
    /// With `tol` only.
    pub max_iter: u64,
}

impl Default for LassoParams {
    fn default() -> Self {
        Self { alpha: 1.0, fit_intercept: true, tol: None, max_iter: 1000 }
    }
}

impl Estimator for LassoParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "lasso",
        label: "Lasso",
        model_name: "Lasso",
        group: SELECTING,
        help: "Least squares that sets the coefficients of weak features to 0. Scale the features first.",
        params: &[ALPHA, FIT_INTERCEPT, DESCENT_TOL, MAX_ITER],
    };

    fn sentence(&self) -> String {
        let suffix = params::suffix(self.fit_intercept, None);
        format!("Lasso, weak features left out by a penalty of alpha = {}{suffix}.", self.alpha)
    }

    fn python(&self) -> String {
        let mut arguments = vec![("alpha", params::number(self.alpha))];
        arguments.extend(params::intercept(self.fit_intercept));
        arguments.extend(params::stop(self.tol, self.max_iter));
        params::python("sklearn.linear_model", "Lasso", &arguments, None)
    }

    fn fit_intercept(&self) -> bool {
        self.fit_intercept
    }

    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        Some(descend(r, self.fit_intercept, self.alpha, 1.0, self.tol, self.max_iter))
    }
}
