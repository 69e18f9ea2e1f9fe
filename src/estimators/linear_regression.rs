//! Ordinary and weighted least squares, and least squares with coefficients that are not negative.

use serde::{Deserialize, Serialize};

use super::params::{self, FIT_INTERCEPT, LINEAR, SAMPLE_WEIGHT};
use super::{Estimator, EstimatorError, EstimatorInfo, SpecError};
use crate::base::{Param, ParamKind};
use crate::linalg::{LinearSolution, RFactor, SolveOptions};

/// Parameters of least squares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinearRegressionParams {
    pub fit_intercept: bool,
    /// Singular values at or below `tol` times the largest are dropped. `None` is machine precision, the accurate answer;
    /// 1e-6 is what scikit-learn 1.9 does.
    pub tol: Option<f64>,
    /// Only coefficients of at least 0.
    pub positive: bool,
    /// A column of weights: weighted least squares.
    pub sample_weight: Option<String>,
}

impl Default for LinearRegressionParams {
    fn default() -> Self {
        Self { fit_intercept: true, tol: None, positive: false, sample_weight: None }
    }
}

impl LinearRegressionParams {
    pub(super) fn options(&self) -> SolveOptions {
        SolveOptions { fit_intercept: self.fit_intercept, tol: self.tol }
    }
}

impl Estimator for LinearRegressionParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "linear_regression",
        label: "Linear regression",
        model_name: "LinearRegression",
        group: LINEAR,
        help: "Least squares: the first to try, and the easiest to read.",
        params: &[
            FIT_INTERCEPT,
            Param::new(
                "tol",
                "Rank tolerance",
                ParamKind::Number { min: 0.0, max: 1.0, step: 1e-6, log: true, optional: true },
            )
            .help("Which directions count as repeating others. Empty: only those that rounding made, the accurate answer. 1e-6: as \
                 scikit-learn 1.9, which drops more."),
            Param::new("positive", "Not negative", ParamKind::Flag).help("Only coefficients of at least 0."),
            SAMPLE_WEIGHT,
        ],
    };

    fn check(&self) -> Result<(), SpecError> {
        match self.tol {
            Some(tol) if !(0.0..1.0).contains(&tol) => Err(SpecError::of(
                "tol",
                format!("tol is {tol}, and must be at least 0 and below 1. Leave it empty for the accurate answer."),
            )),
            Some(_) if self.positive => Err(SpecError::of(
                "tol",
                "tol cuts directions off, which coefficients that may not be negative do not allow. Leave it empty."
                    .into(),
            )),
            _ => Ok(()),
        }
    }

    fn sentence(&self) -> String {
        let kind = if self.positive { "Least squares with no negative coefficient" } else { "Ordinary least squares" };
        let tol = self.tol.map_or(String::new(), |tol| format!(", directions below {tol:e} of the largest dropped"));
        format!("{kind}{tol}{}.", params::suffix(self.fit_intercept, self.sample_weight.as_deref()))
    }

    fn python(&self) -> String {
        let mut arguments: Vec<(&str, String)> = params::intercept(self.fit_intercept).into_iter().collect();
        if self.positive {
            arguments.push(("positive", "True".into()));
        } else {
            // scikit-learn 1.9 cuts singular values off at 1e-6 of the largest unless told otherwise.
            arguments.push(("tol", self.tol.map_or("2.3e-16".into(), params::number)));
        }
        params::python("sklearn.linear_model", "LinearRegression", &arguments, self.sample_weight.as_deref())
    }

    fn sample_weight(&self) -> Option<&str> {
        self.sample_weight.as_deref()
    }

    fn fit_intercept(&self) -> bool {
        self.fit_intercept
    }

    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        let solved = if self.positive {
            r.non_negative(self.fit_intercept)
        } else {
            r.solve(self.options()).map(|solution| LinearSolution {
                df: solution.rank as f64,
                coef: solution.coef,
                intercept: solution.intercept,
            })
        };
        Some(solved.map_err(EstimatorError::from))
    }
}
