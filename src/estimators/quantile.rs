//! Quantile regression: the plane below which a given share of the targets lies, scikit-learn's `QuantileRegressor`.
//!
//! Minimises `Σ ρ(yᵢ − ŷᵢ)/n + α‖w‖₁`, ρ(u) = q·u for u > 0, else (q − 1)·u: a linear program, solved to its exact vertex.

use serde::{Deserialize, Serialize};

use super::params::{self, FIT_INTERCEPT, ROBUST};
use super::rows::{Rounds, Rows};
use super::vertex::Vertex;
use super::{Estimator, EstimatorError, EstimatorInfo, SpecError};
use crate::base::{Param, ParamKind};
use crate::linalg::{LinearSolution, RFactor, SolveOptions};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuantileRegressorParams {
    pub quantile: f64,
    /// ℓ1 penalty; scikit-learn's default is 1, here none.
    pub alpha: f64,
    pub fit_intercept: bool,
}

impl Default for QuantileRegressorParams {
    fn default() -> Self {
        Self { quantile: 0.5, alpha: 0.0, fit_intercept: true }
    }
}

impl Estimator for QuantileRegressorParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "quantile_regressor",
        label: "Quantile regression",
        model_name: "QuantileRegressor",
        group: ROBUST,
        help: "Predicts the median, or another quantile, of the target instead of its mean.",
        params: &[
            Param::new(
                "quantile",
                "Quantile",
                ParamKind::Number { min: 0.0, max: 1.0, step: 0.05, log: false, optional: false },
            )
            .help("0.5 is the median. With 0.9, nine tenths of the targets lie below the prediction."),
            Param::new(
                "alpha",
                "Penalty",
                ParamKind::Number { min: 0.0, max: f64::MAX, step: 0.01, log: true, optional: false },
            )
            .help("On the sizes of the coefficients. 0 is none; scikit-learn takes 1 unless told otherwise."),
            FIT_INTERCEPT,
        ],
    };

    fn check(&self) -> Result<(), SpecError> {
        if self.quantile > 0.0 && self.quantile < 1.0 {
            return Ok(());
        }
        Err(SpecError::of("quantile", format!("`quantile` is {}, and must be between 0 and 1.", self.quantile)))
    }

    fn sentence(&self) -> String {
        let penalty =
            if self.alpha == 0.0 { String::new() } else { format!(", penalised with alpha = {}", self.alpha) };
        let suffix = params::suffix(self.fit_intercept, None);
        format!("Quantile regression for the quantile {}{penalty}{suffix}.", self.quantile)
    }

    fn python(&self) -> String {
        let mut arguments = vec![("quantile", params::number(self.quantile)), ("alpha", params::number(self.alpha))];
        arguments.extend(params::intercept(self.fit_intercept));
        params::python("sklearn.linear_model", "QuantileRegressor", &arguments, None)
    }

    fn fit_intercept(&self) -> bool {
        self.fit_intercept
    }

    fn solve_from_r(&self, _r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        None
    }

    fn rounds<'a>(&self, rows: Rows<'a>, r: &RFactor) -> Result<Option<Box<dyn Rounds + 'a>>, EstimatorError> {
        let start = r.solve(SolveOptions { fit_intercept: self.fit_intercept, tol: None })?;
        Ok(Some(Box::new(Vertex::new(rows, r, &start, self.quantile, self.alpha, self.fit_intercept)?)))
    }
}
