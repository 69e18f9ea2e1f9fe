//! Regularisation paths: every solution from much penalty to little, from R alone.

use serde::{Deserialize, Serialize};

use super::EstimatorError;
use crate::linalg::{LassoPath, RFactor, RidgePath, Stop};

/// Whose path.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum PathKind {
    Ridge,
    Lasso,
    ElasticNet { l1_ratio: f64 },
}

/// Which penalties.
#[derive(Debug, Clone, PartialEq)]
pub enum Alphas {
    /// These, in this order (descending is quickest).
    Listed(Vec<f64>),
    /// scikit-learn's grid: `n_alphas` from the smallest that leaves no feature down to `eps` times it. For ridge, where no
    /// penalty does that, from `1e4` down to `1e4·eps²` mean squares of the features.
    Grid { n_alphas: usize, eps: f64 },
}

impl Default for Alphas {
    fn default() -> Self {
        Self::Grid { n_alphas: 100, eps: 1e-3 }
    }
}

/// One solution of a path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathPoint {
    pub alpha: f64,
    pub coef: Vec<f64>,
    pub intercept: f64,
    /// Effective degrees of freedom: the coefficients that are not 0, or ridge's `Σ s²/(s² + α)`.
    pub df: f64,
    /// Mean squared error over the rows behind R.
    pub train_mse: f64,
}

/// The solutions for all `alphas`, each exact.
///
/// # Errors
/// `NoRows`; `Linalg` when a solution does not converge.
pub fn path(
    r: &RFactor,
    kind: PathKind,
    alphas: &Alphas,
    fit_intercept: bool,
) -> Result<Vec<PathPoint>, EstimatorError> {
    let point = |alpha: f64, solution: crate::linalg::LinearSolution| PathPoint {
        alpha,
        train_mse: r.mse_of(&solution.coef, solution.intercept),
        coef: solution.coef,
        intercept: solution.intercept,
        df: solution.df,
    };
    if r.n_rows() == 0 {
        return Err(EstimatorError::NoRows);
    }
    let l1_ratio = match kind {
        PathKind::Ridge => {
            let ridge = RidgePath::new(r, fit_intercept)?;
            let alphas = match alphas {
                Alphas::Listed(list) => list.clone(),
                Alphas::Grid { n_alphas, eps } => {
                    let (top, steps) = (1e4 * ridge.mean_square(), n_alphas.saturating_sub(1).max(1) as f64);
                    (0..*n_alphas).map(|i| top * 10f64.powf(2.0 * eps.log10() * i as f64 / steps)).collect()
                }
            };
            return Ok(alphas.into_iter().map(|alpha| point(alpha, ridge.solve(alpha))).collect());
        }
        PathKind::Lasso => 1.0,
        PathKind::ElasticNet { l1_ratio } => l1_ratio,
    };
    let mut lasso = LassoPath::new(r, fit_intercept)?;
    let alphas = match alphas {
        Alphas::Listed(list) => list.clone(),
        Alphas::Grid { n_alphas, eps } => lasso.alphas(l1_ratio, *n_alphas, *eps),
    };
    alphas.into_iter().map(|alpha| Ok(point(alpha, lasso.solve(alpha, l1_ratio, Stop::Optimum)?))).collect()
}
