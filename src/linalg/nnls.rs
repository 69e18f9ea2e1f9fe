//! Least squares with coefficients that are not negative (Lawson and Hanson 1974), from the R factor.

use nalgebra::{DMatrix, DVector, QR};

use super::rfactor::RFactor;
use super::{LinalgError, LinearSolution};

impl RFactor {
    /// The least-squares solution among those whose coefficients are at least 0; the intercept is free.
    ///
    /// # Errors
    /// `NoRows`, `NotFinite`, `NoConvergence`.
    pub fn non_negative(&self, fit_intercept: bool) -> Result<LinearSolution, LinalgError> {
        if self.n_rows() == 0 {
            return Err(LinalgError::NoRows);
        }
        let system = self.system(fit_intercept)?;
        let coef = lawson_hanson(&system.a, &system.b, &system.norms).ok_or(LinalgError::NoConvergence)?;
        let df = coef.iter().filter(|value| **value > 0.0).count() as f64;
        Ok(self.with_intercept(coef, fit_intercept, df))
    }
}

fn lawson_hanson(a: &DMatrix<f64>, b: &DVector<f64>, norms: &[f64]) -> Option<Vec<f64>> {
    let p = a.ncols();
    let mut coef = vec![0.0; p];
    let mut passive: Vec<usize> = Vec::new();
    let tolerance = 1e-14 * b.norm();
    for _ in 0..30 * (p + 1) {
        let left = b - a * DVector::from_column_slice(&coef);
        // The slope per unit column: what a coefficient could gain.
        let slope =
            |j: usize| a.column(j).dot(&left) / norms.get(j).copied().filter(|n| *n > 0.0).unwrap_or(f64::INFINITY);
        let entering = (0..p)
            .filter(|j| !passive.contains(j))
            .map(|j| (j, slope(j)))
            .filter(|(_, slope)| *slope > tolerance)
            .max_by(|x, y| x.1.total_cmp(&y.1));
        let Some((entering, _)) = entering else { return Some(coef) };
        passive.push(entering);
        passive.sort_unstable();
        loop {
            let Some(free) = least_squares(a, b, &passive) else {
                // A repeat of the columns that are in: it gains nothing.
                passive.retain(|j| *j != entering);
                return Some(coef);
            };
            if free.iter().all(|value| *value > 0.0) {
                coef.fill(0.0);
                passive.iter().zip(&free).for_each(|(j, value)| coef[*j] = *value);
                break;
            }
            // As far as the first coefficient that reaches 0.
            let ratio = |old: f64, free: f64| if free <= 0.0 { old / (old - free) } else { f64::INFINITY };
            let ratios = passive.iter().zip(&free).map(|(j, free)| ratio(coef[*j], *free));
            let step = ratios.fold(f64::INFINITY, f64::min).clamp(0.0, 1.0);
            let before = passive.len();
            for (j, free) in passive.iter().zip(&free) {
                let at_bound = ratio(coef[*j], *free) <= step;
                coef[*j] = if at_bound { 0.0 } else { coef[*j] + step * (free - coef[*j]) };
            }
            passive.retain(|j| coef[*j] > 0.0);
            if passive.is_empty() || passive.len() == before {
                break;
            }
        }
    }
    None
}

/// Least squares over some of the columns; `None` when they depend on each other.
pub(super) fn least_squares(a: &DMatrix<f64>, b: &DVector<f64>, columns: &[usize]) -> Option<Vec<f64>> {
    if columns.len() > a.nrows() {
        return None;
    }
    let chosen = a.select_columns(columns);
    let norms: Vec<f64> = chosen.column_iter().map(|column| column.norm()).collect();
    let (q, r) = QR::new(chosen).unpack();
    if (0..columns.len()).any(|j| r[(j, j)].abs() <= 1e-13 * norms.get(j).copied().unwrap_or(0.0)) {
        return None;
    }
    r.solve_upper_triangular(&q.tr_mul(b)).map(|found| found.iter().copied().collect())
}
