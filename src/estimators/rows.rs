//! The rows that an iterating estimator works on, and how it is driven.

use super::{EstimatorError, ForestModel, TrainWarning};
use crate::linalg::LinearSolution;

/// What a fit over the rows has found.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Linear(LinearSolution),
    /// Coefficients of the log-odds of the second class.
    Logistic {
        solution: LinearSolution,
        classes: [f64; 2],
        /// Rounds of Newton's method.
        n_iter: u64,
    },
    Constant(f64),
    /// Without the names of the features.
    Forest(ForestModel),
}

/// The outcome and what is to be known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub outcome: Outcome,
    pub warnings: Vec<TrainWarning>,
}

/// A fit over the rows under way. The result does not depend on the size of the steps.
pub trait Rounds {
    /// Works on about `max_rows` rows; whether there is more to do.
    ///
    /// # Errors
    /// When it cannot come to an end.
    fn step(&mut self, max_rows: usize) -> Result<bool, EstimatorError>;

    /// Rows done and rows expected; the second may grow.
    fn progress(&self) -> (u64, u64);

    /// What was found, once `step` has said that there is no more.
    ///
    /// # Errors
    /// When there is no result.
    fn finish(self: Box<Self>) -> Result<Fitted, EstimatorError>;
}

/// A fit that is done already.
pub(super) struct AtOnce(pub(super) Fitted);

impl Rounds for AtOnce {
    fn step(&mut self, _max_rows: usize) -> Result<bool, EstimatorError> {
        Ok(false)
    }

    fn progress(&self) -> (u64, u64) {
        (0, 0)
    }

    fn finish(self: Box<Self>) -> Result<Fitted, EstimatorError> {
        Ok(self.0)
    }
}

/// The training rows, in ascending order, and where they come from.
#[derive(Debug, Clone)]
pub struct Rows<'a> {
    /// Features, then the target, over all rows of the table.
    pub(super) columns: Vec<&'a [f64]>,
    pub(super) rows: Vec<u32>,
    /// One a row of the table, not negative.
    pub(super) weights: Option<Vec<f64>>,
    pub(super) target_name: String,
}

impl Rows<'_> {
    pub(super) fn n(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn p(&self) -> usize {
        self.columns.len().saturating_sub(1)
    }

    /// A column's cells of the training rows; the target is column `p`.
    pub(super) fn cells(&self, j: usize) -> impl Iterator<Item = f64> + '_ {
        let column = self.columns.get(j).copied().unwrap_or_default();
        self.rows.iter().map(move |row| column.get(*row as usize).copied().unwrap_or(f64::NAN))
    }

    pub(super) fn target(&self) -> Vec<f64> {
        self.cells(self.p()).collect()
    }

    /// The weights of the training rows, 1 where there are none.
    pub(super) fn row_weights(&self) -> Vec<f64> {
        let of = |weights: &Vec<f64>, row: &u32| weights.get(*row as usize).copied().unwrap_or(f64::NAN);
        self.rows.iter().map(|row| self.weights.as_ref().map_or(1.0, |weights| of(weights, row))).collect()
    }

    /// `constant + Σ coefⱼ·(xⱼ − shiftⱼ)` for every training row.
    pub(super) fn linear(&self, constant: f64, coef: &[f64], shift: &[f64]) -> Vec<f64> {
        let mut out = vec![constant; self.n()];
        for (j, (coef, shift)) in coef.iter().zip(shift).enumerate().take(self.p()) {
            if *coef != 0.0 {
                out.iter_mut().zip(self.cells(j)).for_each(|(out, x)| *out += coef * (x - shift));
            }
        }
        out
    }

    /// `Σᵢ vᵢ·(xᵢⱼ − shiftⱼ)` for every feature.
    pub(super) fn along(&self, v: &[f64], shift: &[f64]) -> Vec<f64> {
        let dot = |j: usize, shift: f64| {
            let mut total = crate::base::Sum::default();
            let products: Vec<f64> = self.cells(j).zip(v).map(|(x, v)| (x - shift) * v).collect();
            products.chunks(64).for_each(|chunk| total.add(chunk.iter().sum()));
            total.value()
        };
        (0..self.p()).map(|j| dot(j, shift.get(j).copied().unwrap_or(0.0))).collect()
    }

    /// Values of the training rows placed in a column as long as the table.
    pub(super) fn spread(&self, values: &[f64]) -> Vec<f64> {
        let mut column = vec![0.0; self.columns.last().map_or(0, |target| target.len())];
        for (row, value) in self.rows.iter().zip(values) {
            if let Some(cell) = column.get_mut(*row as usize) {
                *cell = *value;
            }
        }
        column
    }
}
