//! Ridge regression from the R factor: one α by QR, many by one singular value decomposition.

use nalgebra::{DMatrix, DVector, QR};

use super::rfactor::RFactor;
use super::solve::System;
use super::svd::{Decomposed, decompose};
use super::{LinalgError, LinearSolution, SolveOptions};

impl RFactor {
    /// Minimises `‖y − X·w‖² + α‖w‖²`, the intercept free of penalty: least squares of `[R; √α·I]`, by QR, so the
    /// condition number is not squared. α = 0 is ordinary least squares.
    ///
    /// # Errors
    /// `NoRows`, `NotFinite`, `NoConvergence`.
    pub fn ridge(&self, alpha: f64, fit_intercept: bool) -> Result<LinearSolution, LinalgError> {
        if alpha <= 0.0 {
            return self.solve(SolveOptions { fit_intercept, tol: None }).map(|solution| LinearSolution {
                df: solution.rank as f64,
                coef: solution.coef,
                intercept: solution.intercept,
            });
        }
        if self.n_rows() == 0 {
            return Err(LinalgError::NoRows);
        }
        let system = self.system(fit_intercept)?;
        let coef = damped(&system, alpha).ok_or(LinalgError::NotFinite)?;
        let df = decompose(&system.a)?.values.iter().map(|s| s * s / (s * s + alpha)).sum();
        Ok(self.with_intercept(coef.as_slice().to_vec(), fit_intercept, df))
    }

    /// The intercept that goes with centred coefficients.
    pub(super) fn with_intercept(&self, coef: Vec<f64>, fit_intercept: bool, df: f64) -> LinearSolution {
        let intercept = if fit_intercept { self.intercept(&coef) } else { 0.0 };
        LinearSolution { coef, intercept, df }
    }
}

/// `min ‖b − A·w‖² + α‖w‖²`, by QR, and once more for the residual.
fn damped(system: &System, alpha: f64) -> Option<DVector<f64>> {
    let (m, p) = system.a.shape();
    let root = alpha.sqrt();
    let stacked =
        DMatrix::from_fn(
            m + p,
            p,
            |i, j| {
                if i < m { system.a[(i, j)] } else { f64::from(u8::from(i - m == j)) * root }
            },
        );
    let (q, r) = QR::new(stacked).unpack();
    let mut target = DVector::zeros(m + p);
    target.rows_mut(0, m).copy_from(&system.b);
    let mut coef = r.solve_upper_triangular(&q.tr_mul(&target))?;
    // Seminormal correction: the gradient in full, solved by the triangle.
    let gradient = system.a.tr_mul(&(&system.b - &system.a * &coef)) - &coef * alpha;
    coef += r.solve_upper_triangular(&r.tr_solve_upper_triangular(&gradient)?)?;
    coef.iter_mut().zip(&system.norms).filter(|(_, norm)| **norm == 0.0).for_each(|(coef, _)| *coef = 0.0);
    coef.iter().all(|value| value.is_finite()).then_some(coef)
}

/// Ridge solutions for any number of α: one decomposition, then `O(p²)` each.
#[derive(Debug, Clone)]
pub struct RidgePath {
    r: RFactor,
    fit_intercept: bool,
    of_a: Decomposed,
    /// `Uᵀ·b`.
    projected: Vec<f64>,
    rank: usize,
}

impl RidgePath {
    /// Decomposes the centred (without intercept: raw) triangle.
    ///
    /// # Errors
    /// `NoRows`, `NotFinite`, `NoConvergence`.
    pub fn new(r: &RFactor, fit_intercept: bool) -> Result<Self, LinalgError> {
        if r.n_rows() == 0 {
            return Err(LinalgError::NoRows);
        }
        let system = r.system(fit_intercept)?;
        let of_a = decompose(&system.a)?;
        let projected = of_a.u.tr_mul(&system.b).iter().copied().collect();
        let rank = of_a.rank(f64::EPSILON * (r.n_rows() as f64).max(r.n_features() as f64));
        Ok(Self { r: r.clone(), fit_intercept, of_a, projected, rank })
    }

    /// The solution for one α: `V · diag(s / (s² + α)) · Uᵀb`; for α = 0 that of minimum norm.
    #[must_use]
    pub fn solve(&self, alpha: f64) -> LinearSolution {
        let p = self.r.n_features();
        let mut coef = vec![0.0; p];
        let mut df = 0.0;
        for (i, (s, along)) in self.of_a.values.iter().zip(&self.projected).enumerate().take(self.rank) {
            let shrunk = s * s + alpha;
            df += s * s / shrunk;
            let weight = s * along / shrunk;
            coef.iter_mut().zip(self.of_a.v_t.row(i).iter()).for_each(|(coef, v)| *coef += weight * v);
        }
        self.r.with_intercept(coef, self.fit_intercept, df)
    }

    /// The mean over the features of `Σ xᵢⱼ²/n` (centred with an intercept), 1 without any: a scale for α.
    #[must_use]
    pub fn mean_square(&self) -> f64 {
        let total: f64 = self.of_a.values.iter().map(|s| s * s).sum();
        let mean = total / self.r.n_features().max(1) as f64 / self.r.total_weight();
        if mean > 0.0 { mean } else { 1.0 }
    }
}
