//! Confidence intervals of the mean and prediction intervals, for any values of the features.

use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::distributions::student_t;
use super::{DiagnosticsError, check_confidence};

/// What intervals need of a least-squares fit: `R⁻¹`, the means, `s²`. Small, and kept with the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intervals {
    pub coef: Vec<f64>,
    pub intercept: f64,
    pub fit_intercept: bool,
    pub n_rows: u64,
    /// Subtracted from the features; zeros without intercept.
    pub means: Vec<f64>,
    /// Rows of `R⁻¹` of the centred features: `(XᵀX)⁻¹ = inverse·inverseᵀ`.
    pub inverse: Vec<Vec<f64>>,
    /// `s²`.
    pub variance: f64,
    pub df: u64,
}

/// A prediction with its intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub prediction: f64,
    /// Standard error of the mean of many such rows: `√(s²·h)`.
    pub mean_se: f64,
    pub mean_lo: f64,
    pub mean_hi: f64,
    /// Of one such row: `√(s²·(1 + h))` wide.
    pub lo: f64,
    pub hi: f64,
}

impl Intervals {
    pub(super) fn new(basis: &Basis, coef: &[f64], intercept: f64, variance: f64, df: u64) -> Self {
        Self {
            coef: coef.to_vec(),
            intercept,
            fit_intercept: basis.fit_intercept,
            n_rows: basis.n_rows,
            means: (0..basis.n_features).map(|j| basis.mean(j)).collect(),
            inverse: basis.inverse.row_iter().map(|row| row.iter().copied().collect()).collect(),
            variance,
            df,
        }
    }

    /// The prediction for one row of values, in the order of the coefficients, with intervals of this confidence.
    ///
    /// # Errors
    /// `Values` for another number of values; `Confidence` outside 0 and 1.
    pub fn at(&self, values: &[f64], confidence: f64) -> Result<Interval, DiagnosticsError> {
        if values.len() != self.coef.len() {
            return Err(DiagnosticsError::Values { values: values.len(), features: self.coef.len() });
        }
        check_confidence(confidence)?;
        let prediction = self.coef.iter().zip(values).fold(self.intercept, |sum, (coef, value)| sum + coef * value);
        let mut z = vec![0.0; self.coef.len()];
        for ((row, value), mean) in self.inverse.iter().zip(values).zip(&self.means) {
            z.iter_mut().zip(row).for_each(|(z, entry)| *z += entry * (value - mean));
        }
        let of_mean = if self.fit_intercept { 1.0 / self.n_rows as f64 } else { 0.0 };
        let leverage = of_mean + z.iter().map(|z| z * z).sum::<f64>();
        let t = student_t::ppf(0.5 + 0.5 * confidence, self.df as f64);
        let mean_se = (self.variance * leverage).sqrt();
        let se = (self.variance * (1.0 + leverage)).sqrt();
        Ok(Interval {
            prediction,
            mean_se,
            mean_lo: prediction - t * mean_se,
            mean_hi: prediction + t * mean_se,
            lo: prediction - t * se,
            hi: prediction + t * se,
        })
    }

    /// The same for the listed rows of columns, one slice a feature; a row beyond a column's end gives NaN.
    ///
    /// # Errors
    /// As `at`.
    pub fn of_rows(
        &self,
        columns: &[&[f64]],
        rows: &[u32],
        confidence: f64,
    ) -> Result<Vec<Interval>, DiagnosticsError> {
        let cell = |column: &&[f64], row: u32| column.get(row as usize).copied().unwrap_or(f64::NAN);
        let values = |row: u32| columns.iter().map(|column| cell(column, row)).collect::<Vec<_>>();
        rows.iter().map(|row| self.at(&values(*row), confidence)).collect()
    }
}
