//! The `train` part of the pipeline file: scikit-learn's names in snake case, its parameter names, its defaults.

use serde::{Deserialize, Serialize};

/// An estimator with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "estimator", content = "params", rename_all = "snake_case", deny_unknown_fields)]
pub enum EstimatorSpec {
    LinearRegression(LinearRegressionParams),
}

/// Parameters of ordinary least squares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinearRegressionParams {
    pub fit_intercept: bool,
    /// Singular values at or below `tol` times the largest are dropped. `None` is machine precision, the accurate answer;
    /// 1e-6 is what scikit-learn 1.9 does.
    pub tol: Option<f64>,
}

impl Default for LinearRegressionParams {
    fn default() -> Self {
        Self { fit_intercept: true, tol: None }
    }
}
