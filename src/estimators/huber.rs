//! Huber regression: squares for small residuals, absolute values for large ones, the scale estimated with the rest.
//!
//! Minimises `Σ (σ + H((yᵢ − ŷᵢ)/σ)·σ) + α‖w‖²`, H(z) = z² up to |z| = ε, else 2ε|z| − ε² (Owen 2007), scikit-learn's
//! `HuberRegressor`, jointly over coefficients and σ: convex, by Newton's method.

use serde::{Deserialize, Serialize};

use super::newton::{Loss, Newton, RowTerm};
use super::params::{self, FIT_INTERCEPT, ROBUST};
use super::rows::{AtOnce, Fitted, Outcome, Rounds, Rows};
use super::{Estimator, EstimatorError, EstimatorInfo, SpecError};
use crate::base::{Param, ParamKind};
use crate::linalg::{LinearSolution, RFactor};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HuberRegressorParams {
    /// Residuals beyond this many scales count less.
    pub epsilon: f64,
    /// Ridge penalty.
    pub alpha: f64,
    pub fit_intercept: bool,
}

impl Default for HuberRegressorParams {
    fn default() -> Self {
        Self { epsilon: 1.35, alpha: 0.0001, fit_intercept: true }
    }
}

impl Estimator for HuberRegressorParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "huber_regressor",
        label: "Huber regression",
        model_name: "HuberRegressor",
        group: ROBUST,
        help: "Least squares on which a few extreme targets have little influence.",
        params: &[
            Param::new(
                "epsilon",
                "Threshold",
                ParamKind::Number { min: 1.0, max: f64::MAX, step: 0.05, log: false, optional: false },
            )
            .help("In scales of the residuals. The smaller, the less extreme targets count; 1.35 is usual."),
            Param::new(
                "alpha",
                "Penalty",
                ParamKind::Number { min: 0.0, max: f64::MAX, step: 1e-4, log: true, optional: false },
            )
            .help("On the squares of the coefficients."),
            FIT_INTERCEPT,
        ],
    };

    fn check(&self) -> Result<(), SpecError> {
        if self.epsilon > 1.0 {
            return Ok(());
        }
        let message = "`epsilon` must be above 1: at 1 the scale falls to 0. For the median, take quantile_regressor.";
        Err(SpecError::of("epsilon", message.into()))
    }

    fn sentence(&self) -> String {
        let suffix = params::suffix(self.fit_intercept, None);
        format!("Huber regression, residuals beyond {} scales count less{suffix}.", self.epsilon)
    }

    fn python(&self) -> String {
        let mut arguments = vec![("epsilon", params::number(self.epsilon)), ("alpha", params::number(self.alpha))];
        arguments.extend(params::intercept(self.fit_intercept));
        arguments.extend([("tol", "1e-8".into()), ("max_iter", "10000".into())]);
        params::python("sklearn.linear_model", "HuberRegressor", &arguments, None)
    }

    fn fit_intercept(&self) -> bool {
        self.fit_intercept
    }

    fn solve_from_r(&self, _r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        None
    }

    fn rounds<'a>(&self, rows: Rows<'a>, r: &RFactor) -> Result<Option<Box<dyn Rounds + 'a>>, EstimatorError> {
        let start = r.ridge(self.alpha, self.fit_intercept)?;
        let scale = r.mse_of(&start.coef, start.intercept).sqrt();
        let spread = (r.ss_total() / r.total_weight()).sqrt();
        if scale <= 1e-13 * spread || spread == 0.0 {
            // An exact fit: no residual is large.
            let fitted = Fitted { outcome: Outcome::Linear(start), warnings: Vec::new() };
            return Ok(Some(Box::new(AtOnce(fitted))));
        }
        let (loss, target) = (Huber { epsilon: self.epsilon, scale }, rows.target());
        let newton = Newton::new(rows, r, loss, target, 2.0 * self.alpha, self.fit_intercept, &start)?;
        Ok(Some(Box::new(newton)))
    }
}

struct Huber {
    epsilon: f64,
    /// The first one.
    scale: f64,
}

impl Loss for Huber {
    fn has_scale(&self) -> bool {
        true
    }

    fn first_scale(&self) -> f64 {
        self.scale
    }

    fn term(&self, prediction: f64, target: f64, scale: f64) -> RowTerm {
        let (residual, epsilon) = (target - prediction, self.epsilon);
        let z = residual / scale;
        if z.abs() <= epsilon {
            let (value, slope, slope_scale) = (scale + residual * z, -2.0 * z, 1.0 - z * z);
            RowTerm { value, slope, slope_scale, curvature: 2.0 / scale, e: z }
        } else {
            let value = scale + 2.0 * epsilon * residual.abs() - scale * epsilon * epsilon;
            let slope = -2.0 * epsilon * residual.signum();
            RowTerm { value, slope, slope_scale: 1.0 - epsilon * epsilon, curvature: 0.0, e: 0.0 }
        }
    }

    fn finish(&self, solution: LinearSolution, _rounds: u64) -> Fitted {
        Fitted { outcome: Outcome::Linear(solution), warnings: Vec::new() }
    }

    fn remedy(&self) -> &'static str {
        "More than half of the rows may lie on one plane exactly: then use quantile_regressor, or a larger epsilon."
    }
}
