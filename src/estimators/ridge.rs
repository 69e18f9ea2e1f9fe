//! Ridge regression: `‖y − X·w‖² + α‖w‖²`, scikit-learn's `Ridge`.

use serde::{Deserialize, Serialize};

use super::params::{self, ALPHA, FIT_INTERCEPT, LINEAR, SAMPLE_WEIGHT};
use super::{Estimator, EstimatorError, EstimatorInfo};
use crate::linalg::{LinearSolution, RFactor};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RidgeParams {
    /// Not divided by the number of rows.
    pub alpha: f64,
    pub fit_intercept: bool,
    /// A column of weights.
    pub sample_weight: Option<String>,
}

impl Default for RidgeParams {
    fn default() -> Self {
        Self { alpha: 1.0, fit_intercept: true, sample_weight: None }
    }
}

impl Estimator for RidgeParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "ridge",
        label: "Ridge",
        model_name: "Ridge",
        group: LINEAR,
        help: "Least squares with small coefficients: steadier where features resemble each other. Scale them first.",
        params: &[ALPHA, FIT_INTERCEPT, SAMPLE_WEIGHT],
    };

    fn sentence(&self) -> String {
        let suffix = params::suffix(self.fit_intercept, self.sample_weight.as_deref());
        format!("Ridge regression, large coefficients penalised with alpha = {}{suffix}.", self.alpha)
    }

    fn python(&self) -> String {
        let mut arguments = vec![("alpha", params::number(self.alpha))];
        arguments.extend(params::intercept(self.fit_intercept));
        params::python("sklearn.linear_model", "Ridge", &arguments, self.sample_weight.as_deref())
    }

    fn sample_weight(&self) -> Option<&str> {
        self.sample_weight.as_deref()
    }

    fn fit_intercept(&self) -> bool {
        self.fit_intercept
    }

    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        Some(r.ridge(self.alpha, self.fit_intercept).map_err(EstimatorError::from))
    }
}
