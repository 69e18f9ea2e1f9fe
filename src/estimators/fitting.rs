//! Fitting in steps, so that a caller can yield, report and cancel in between.

use super::{EstimatorError, EstimatorSpec, TrainSummary, summarise};
use crate::features::DesignMatrix;
use crate::linalg::{BLOCK_ROWS, Moments, RFactor, SolveOptions, refine};

/// Up to this many cells every fit is refined with its rows; it costs milliseconds.
const ALWAYS_REFINED_CELLS: usize = 1 << 17;
/// Up to this many cells an ill-conditioned fit is refined; it costs a few tenths of a second.
const REFINED_CELLS: usize = 1 << 21;
/// Above this condition number (scaled columns) the R factor alone may lose more than 5 digits.
const ILL_CONDITIONED: f64 = 1e5;

/// A fitted estimator and the factor that it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    pub summary: TrainSummary,
    pub r: RFactor,
}

/// Fits at once. `train` lists the training rows, in any order.
///
/// # Errors
/// As `Fitting::new` and `Fitting::finish`.
pub fn fit(spec: &EstimatorSpec, x: &DesignMatrix, train: &[u32]) -> Result<Fit, EstimatorError> {
    let mut fitting = Fitting::new(spec, x, train)?;
    while fitting.step(usize::MAX)? {}
    fitting.finish()
}

/// A fit under way: one pass for the means, one for the R factor. The result does not depend on the size of the steps.
#[derive(Debug)]
pub struct Fitting<'a> {
    spec: &'a EstimatorSpec,
    x: &'a DesignMatrix,
    /// Features, then the target.
    columns: Vec<&'a [f64]>,
    /// Ascending: memory is read forwards, and the order in which a split lists rows does not touch the last bits.
    rows: Vec<u32>,
    moments: Vec<Moments>,
    n_measured: usize,
    n_folded: usize,
    r: RFactor,
}

impl<'a> Fitting<'a> {
    /// Prepares a fit over the rows that `train` lists.
    ///
    /// # Errors
    /// `NoRows`, `OneRow`, `BadTol`.
    pub fn new(spec: &'a EstimatorSpec, x: &'a DesignMatrix, train: &[u32]) -> Result<Self, EstimatorError> {
        let EstimatorSpec::LinearRegression(params) = spec;
        if let Some(tol) = params.tol
            && !(0.0..1.0).contains(&tol)
        {
            return Err(EstimatorError::BadTol { tol });
        }
        match train.len() {
            0 => return Err(EstimatorError::NoRows),
            1 => return Err(EstimatorError::OneRow),
            _ => {}
        }
        let rows = x.ascending(train);
        let mut columns = x.columns();
        columns.push(x.target());
        let moments = vec![Moments::default(); columns.len()];
        Ok(Self { spec, x, columns, rows, moments, n_measured: 0, n_folded: 0, r: RFactor::new(Vec::new()) })
    }

    /// Works on about `max_rows` further rows; whether there are more to do.
    ///
    /// # Errors
    /// `Linalg` when `train` lists rows that the design matrix does not have.
    pub fn step(&mut self, max_rows: usize) -> Result<bool, EstimatorError> {
        // Whole blocks, so that the blocks and with them all bits are the same for any step.
        let n = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        if self.n_measured < self.rows.len() {
            let end = self.n_measured.saturating_add(n).min(self.rows.len());
            let rows = self.rows.get(self.n_measured..end).unwrap_or_default();
            self.moments.iter_mut().zip(&self.columns).for_each(|(moments, column)| moments.absorb(column, rows));
            self.n_measured = end;
            if end == self.rows.len() {
                self.r = RFactor::new(self.moments.iter().map(Moments::mean).collect());
            }
        } else if self.n_folded < self.rows.len() {
            let end = self.n_folded.saturating_add(n).min(self.rows.len());
            self.r.absorb_rows(&self.columns, self.rows.get(self.n_folded..end).unwrap_or_default())?;
            self.n_folded = end;
        }
        Ok(self.n_folded < self.rows.len())
    }

    /// Rows done and rows to do, both passes counted.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        ((self.n_measured + self.n_folded) as u64, 2 * self.rows.len() as u64)
    }

    /// Solves, once `step` has said that there is no more; what is left undone is done here.
    ///
    /// # Errors
    /// `Linalg` when numbers are too large to square or the solution does not converge.
    pub fn finish(mut self) -> Result<Fit, EstimatorError> {
        while self.step(usize::MAX)? {}
        let EstimatorSpec::LinearRegression(params) = self.spec;
        let options = SolveOptions { fit_intercept: params.fit_intercept, tol: params.tol };
        let mut solution = self.r.solve(options)?;
        let n_cells = self.rows.len().saturating_mul(self.columns.len());
        let is_hard = solution.condition_number > ILL_CONDITIONED && n_cells <= REFINED_CELLS;
        if (is_hard || n_cells <= ALWAYS_REFINED_CELLS)
            && let Some(refined) = refine(&solution, options, self.r.shift(), &self.columns, &self.rows)
        {
            solution.coef = refined.coef;
            solution.intercept = refined.intercept;
            solution.ss_residual = refined.ss_residual;
        }
        let is_constant: Vec<bool> = self.moments.iter().map(Moments::is_constant).collect();
        let summary = summarise::summarise(self.spec, self.x, &self.r, &solution, &is_constant);
        Ok(Fit { summary, r: self.r })
    }
}
