//! What rows count for in a report.

use nalgebra::DMatrix;

/// Scales rows by the roots of their weights, which makes weighted least squares plain least squares.
pub trait Weighing {
    /// Rows of Q, a column a row of `rows`.
    fn scale_rows(&self, rows: &[u32], q: &mut DMatrix<f64>);
    /// A residual of `row`.
    fn scaled(&self, row: u32, residual: f64) -> f64;
}

/// Every row counts for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Alike;

impl Weighing for Alike {
    fn scale_rows(&self, _rows: &[u32], _q: &mut DMatrix<f64>) {}

    fn scaled(&self, _row: u32, residual: f64) -> f64 {
        residual
    }
}

/// The roots of the weights, one a row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Roots(Vec<f64>);

impl Roots {
    pub(super) fn of(weights: &[f64]) -> Self {
        Self(weights.iter().map(|weight| weight.sqrt()).collect())
    }

    fn root(&self, row: u32) -> f64 {
        self.0.get(row as usize).copied().unwrap_or(f64::NAN)
    }
}

impl Weighing for Roots {
    fn scale_rows(&self, rows: &[u32], q: &mut DMatrix<f64>) {
        q.column_iter_mut().zip(rows).for_each(|(mut column, row)| column *= self.root(*row));
    }

    fn scaled(&self, row: u32, residual: f64) -> f64 {
        self.root(row) * residual
    }
}
