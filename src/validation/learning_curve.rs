//! The learning curve: how error falls with the number of training rows, from factors that grow.

use serde::{Deserialize, Serialize};

use super::fold_factors::{check_folds, checked, rows_at};
use super::{Coefficients, FactorScore, ValidationError, score};
use crate::base::Coded;
use crate::features::DesignMatrix;
use crate::linalg::{BLOCK_ROWS, Moments, RFactor};
use crate::split::cv::Folds;

/// Errors at a few sizes of the training set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    pub points: Vec<LearningPoint>,
}

/// One size; scores a fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearningPoint {
    pub n_train: u64,
    pub train: Vec<FactorScore>,
    pub test: Vec<FactorScore>,
}

/// scikit-learn's default shares of the first fold's training rows.
pub const SHARES: [f64; 5] = [0.1, 0.325, 0.55, 0.775, 1.0];

/// Makes the curve at once.
///
/// # Errors
/// As `LearningCurving::new` and `step`.
pub fn learning_curve<E: Coded>(
    x: &DesignMatrix,
    rows: &[u32],
    folds: &Folds,
    solve: impl Fn(&RFactor) -> Result<Coefficients, E>,
) -> Result<LearningCurve, ValidationError> {
    let mut curving = LearningCurving::new(x, rows, folds, &SHARES)?;
    while curving.step(usize::MAX, &solve)? {}
    Ok(curving.finish())
}

/// A learning curve under way: for each fold its test rows, then its training rows, with a solution at each size.
#[derive(Debug)]
pub struct LearningCurving<'a> {
    columns: Vec<&'a [f64]>,
    rows: Vec<u32>,
    folds: &'a Folds,
    sizes: Vec<usize>,
    shift: Vec<f64>,
    fold: usize,
    /// Of the fold under way.
    test: RFactor,
    growing: RFactor,
    train_rows: Vec<u32>,
    n_grown: usize,
    next_size: usize,
    n_done: u64,
    n_all: u64,
    points: Vec<LearningPoint>,
}

impl<'a> LearningCurving<'a> {
    /// Prepares a curve at shares of the first fold's training rows, truncated to whole rows; sizes below 2 are left out, and
    /// each fold's rows are taken from its front, both as scikit-learn does without shuffling.
    ///
    /// # Errors
    /// `NoRows`, `OtherRows`, `EmptyFold`.
    pub fn new(x: &'a DesignMatrix, rows: &[u32], folds: &'a Folds, shares: &[f64]) -> Result<Self, ValidationError> {
        check_folds(x, rows, folds)?;
        let n_largest = folds.n_train(0);
        let mut sizes: Vec<usize> = shares
            .iter()
            .map(|share| ((share * n_largest as f64) as usize).min(n_largest))
            .filter(|n| *n > 1)
            .collect();
        sizes.sort_unstable();
        sizes.dedup();
        let largest = sizes.last().copied().ok_or(ValidationError::NoRows)?;
        let mut columns = x.columns();
        columns.push(x.target());
        let shift: Vec<f64> = columns
            .iter()
            .map(|column| {
                let mut moments = Moments::default();
                moments.absorb(column, rows);
                moments.mean()
            })
            .collect();
        let n_fold = |fold: usize| (folds.test(fold).len() + folds.n_train(fold).min(largest)) as u64;
        Ok(Self {
            columns,
            rows: rows.to_vec(),
            folds,
            points: sizes
                .iter()
                .map(|n| LearningPoint { n_train: *n as u64, train: Vec::new(), test: Vec::new() })
                .collect(),
            sizes,
            test: RFactor::new(shift.clone()),
            growing: RFactor::new(shift.clone()),
            shift,
            fold: 0,
            train_rows: Vec::new(),
            n_grown: 0,
            next_size: usize::MAX,
            n_done: 0,
            n_all: (0..folds.len()).map(n_fold).sum(),
        })
    }

    /// Rows done and rows to do.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.n_done, self.n_all)
    }

    /// Works on about `max_rows` further rows; whether there are more to do.
    ///
    /// # Errors
    /// `Fit` with the estimator's own message; `Linalg`.
    pub fn step<E: Coded>(
        &mut self,
        max_rows: usize,
        solve: &impl Fn(&RFactor) -> Result<Coefficients, E>,
    ) -> Result<bool, ValidationError> {
        let mut left = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        while left > 0 && self.fold < self.folds.len() {
            if self.next_size == usize::MAX {
                self.begin_fold()?;
                left -= self.folds.test(self.fold).len().min(left);
                continue;
            }
            let Some(size) = self.sizes.get(self.next_size).copied() else {
                self.fold += 1;
                self.next_size = usize::MAX;
                continue;
            };
            let size = size.min(self.train_rows.len());
            // Whole blocks, so that the blocks and with them all bits are the same for any step.
            let n = left.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(left);
            let end = self.n_grown.saturating_add(n).min(size);
            let rows = self.train_rows.get(self.n_grown..end).unwrap_or_default();
            self.growing.absorb_rows(&self.columns, rows)?;
            left -= rows.len().min(left);
            self.n_done += rows.len() as u64;
            self.n_grown = end;
            if end == size {
                let solved = solve(&self.growing).map_err(|error| ValidationError::of_fit(self.fold, &error))?;
                let (coef, intercept) = checked(solved, self.growing.n_features())?;
                if let Some(point) = self.points.get_mut(self.next_size) {
                    point.train.push(score(&self.growing, (&coef, intercept)));
                    point.test.push(score(&self.test, (&coef, intercept)));
                }
                self.next_size += 1;
            }
        }
        Ok(self.fold < self.folds.len())
    }

    fn begin_fold(&mut self) -> Result<(), ValidationError> {
        let mut test = rows_at(&self.rows, self.folds.test(self.fold));
        test.sort_unstable();
        self.test = RFactor::new(self.shift.clone());
        self.test.absorb_rows(&self.columns, &test)?;
        self.n_done += test.len() as u64;
        self.growing = RFactor::new(self.shift.clone());
        self.train_rows = rows_at(&self.rows, &self.folds.train(self.fold));
        (self.n_grown, self.next_size) = (0, 0);
        Ok(())
    }

    /// The curve, once `step` has said that there is no more.
    #[must_use]
    pub fn finish(self) -> LearningCurve {
        LearningCurve { points: self.points }
    }
}
