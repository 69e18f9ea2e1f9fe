//! The elastic net: `‖y − X·w‖² / (2n) + α·ρ‖w‖₁ + α·(1 − ρ)/2·‖w‖²` with ρ = `l1_ratio`, scikit-learn's `ElasticNet`.

use serde::{Deserialize, Serialize};

use super::params::{self, ALPHA, DESCENT_TOL, FIT_INTERCEPT, MAX_ITER, SELECTING};
use super::{Estimator, EstimatorError, EstimatorInfo};
use crate::base::{Param, ParamKind};
use crate::linalg::{LassoPath, LinearSolution, RFactor, Stop};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ElasticNetParams {
    pub alpha: f64,
    /// 1 is the lasso, 0 a ridge whose penalty is multiplied by the number of rows.
    pub l1_ratio: f64,
    pub fit_intercept: bool,
    /// `None`: the optimum. Else scikit-learn's stopping rule.
    pub tol: Option<f64>,
    /// With `tol` only.
    pub max_iter: u64,
}

impl Default for ElasticNetParams {
    fn default() -> Self {
        Self { alpha: 1.0, l1_ratio: 0.5, fit_intercept: true, tol: None, max_iter: 1000 }
    }
}

impl Estimator for ElasticNetParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "elastic_net",
        label: "Elastic net",
        model_name: "ElasticNet",
        group: SELECTING,
        help: "Between lasso and ridge: leaves weak features out and keeps groups of similar ones together.",
        params: &[
            ALPHA,
            Param::new(
                "l1_ratio",
                "Share of lasso",
                ParamKind::Number { min: 0.0, max: 1.0, step: 0.05, log: false, optional: false },
            )
            .help("1 is the lasso, 0 is ridge."),
            FIT_INTERCEPT,
            DESCENT_TOL,
            MAX_ITER,
        ],
    };

    fn sentence(&self) -> String {
        let suffix = params::suffix(self.fit_intercept, None);
        format!("Elastic net, penalty alpha = {} of which {} is the lasso's{suffix}.", self.alpha, self.l1_ratio)
    }

    fn python(&self) -> String {
        let mut arguments = vec![("alpha", params::number(self.alpha)), ("l1_ratio", params::number(self.l1_ratio))];
        arguments.extend(params::intercept(self.fit_intercept));
        arguments.extend(params::stop(self.tol, self.max_iter));
        params::python("sklearn.linear_model", "ElasticNet", &arguments, None)
    }

    fn fit_intercept(&self) -> bool {
        self.fit_intercept
    }

    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        Some(descend(r, self.fit_intercept, self.alpha, self.l1_ratio, self.tol, self.max_iter))
    }
}

/// One solution; without an ℓ1 part at the optimum it is ridge's, in closed form.
pub(super) fn descend(
    r: &RFactor,
    fit_intercept: bool,
    alpha: f64,
    l1_ratio: f64,
    tol: Option<f64>,
    max_iter: u64,
) -> Result<LinearSolution, EstimatorError> {
    if tol.is_none() && alpha * l1_ratio == 0.0 {
        return Ok(r.ridge(alpha * r.total_weight(), fit_intercept)?);
    }
    let stop = tol.map_or(Stop::Optimum, |tol| Stop::ScikitLearn { tol, max_iter });
    Ok(LassoPath::new(r, fit_intercept)?.solve(alpha, l1_ratio, stop)?)
}
