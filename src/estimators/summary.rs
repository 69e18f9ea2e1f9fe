//! What is to be said of a fit.

use serde::{Deserialize, Serialize};

use super::Model;
use crate::base::Digest;

/// The result of training that is kept with a run and shown on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainSummary {
    /// scikit-learn's class name, where it has one: `LinearRegression`.
    pub model_name: String,
    pub target: String,
    pub model: Model,
    /// One a feature, in order, and the intercept as `(intercept)` first where fitted.
    pub coefficients: Vec<Coefficient>,
    pub n_rows: u64,
    /// Directions that the solution uses: the rank of the centred design matrix, or fewer with `tol`; for estimators that
    /// choose features, how many have a coefficient that is not 0.
    pub rank: usize,
    /// Largest over smallest singular value, of those that are not zero, of the centred design matrix with columns scaled to
    /// unit norm.
    pub condition_number: f64,
    /// Digest of the R factor's bits: equal digests mean equal arithmetic down to the last bit.
    #[serde(default)]
    pub r_digest: Option<Digest>,
    pub warnings: Vec<TrainWarning>,
}

/// A coefficient with its inference, where the fit allows one (full rank, more rows than parameters).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    pub name: String,
    pub value: f64,
    /// Change of the prediction, in the target's unit, for one standard deviation of the feature; `None` for the intercept.
    pub per_sd: Option<f64>,
    /// Standard error of the coefficient.
    pub se: Option<f64>,
    pub t: Option<f64>,
}

/// Something to know of a fit, in plain words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainWarning {
    /// Stable, such as `rank_deficient`, `fewer_rows_than_features`, `constant_feature`, `sklearn_truncates`, `ill_conditioned`,
    /// `constant_target`, `best_subset_incomplete`.
    pub code: String,
    pub message: String,
    /// The columns concerned.
    pub columns: Vec<String>,
}
