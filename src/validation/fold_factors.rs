//! One R factor for each fold, in one pass over the rows.

use serde::{Deserialize, Serialize};

use super::{Coefficients, ValidationError};
use crate::features::DesignMatrix;
use crate::linalg::{BLOCK_ROWS, Moments, RFactor};
use crate::split::cv::Folds;

/// Factors of the training and the test rows of each fold.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldFactors {
    pub train: Vec<RFactor>,
    pub test: Vec<RFactor>,
}

/// What a factor knows of a model's error on its rows, without the rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FactorScore {
    /// `‖R·[b; β; −1]‖² / n`.
    pub mse: f64,
    /// `1 − mse·n / Σ(y − ȳ)²`; `None` below two rows.
    pub r2: Option<f64>,
}

/// Mean squared error and R² of `ŷ = intercept + Σ coef·x` on the rows that were folded into `r`.
#[must_use]
pub fn score(r: &RFactor, (coef, intercept): (&[f64], f64)) -> FactorScore {
    let n_values = r.n_features() + 1;
    // The factor's first column belongs to the ones, its others to shifted values.
    let mut weights = Vec::with_capacity(n_values + 1);
    let shifted = coef.iter().chain([&-1.0]).zip(r.shift()).map(|(coef, shift)| coef * shift).sum::<f64>();
    weights.push(intercept + shifted);
    weights.extend(coef);
    weights.push(-1.0);
    let n = r.n_rows() as f64;
    let along = |i: usize| weights.iter().enumerate().skip(i).map(|(j, weight)| r.entry(i, j) * weight).sum::<f64>();
    let ss_residual: f64 = (0..=n_values).map(|i| along(i).powi(2)).sum();
    let ss_total: f64 = (1..=n_values).map(|i| r.entry(i, n_values).powi(2)).sum();
    // A spread below the rounding of the values themselves is a constant target.
    let mean = r.means().last().copied().unwrap_or(0.0);
    let is_constant = ss_total.sqrt() <= 4.0 * f64::EPSILON * mean.abs() * n.sqrt();
    let r2 = match is_constant {
        _ if r.n_rows() < 2 => None,
        true if ss_residual.sqrt() <= 4.0 * f64::EPSILON * mean.abs() * n.sqrt() => Some(1.0),
        true => Some(0.0),
        false => Some(1.0 - ss_residual / ss_total).filter(|r2| r2.is_finite()),
    };
    FactorScore { mse: ss_residual / n, r2 }
}

/// The factor of the training rows of one fold and that of its test rows, where each has a design matrix of its own:
/// encoders that learn are fitted anew in each fold. Rows count in the matrices.
///
/// # Errors
/// `Linalg`.
pub fn factors_of(
    (fitted, train): (&DesignMatrix, &[u32]),
    (applied, test): (&DesignMatrix, &[u32]),
) -> Result<(RFactor, RFactor), ValidationError> {
    let ascending = |rows: &[u32]| {
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        rows
    };
    let rows = ascending(train);
    let columns = columns_and_target(fitted);
    let shift = columns.iter().map(|column| {
        let mut moments = Moments::default();
        moments.absorb(column, &rows);
        moments.mean()
    });
    let shift: Vec<f64> = shift.collect();
    let mut of_train = RFactor::new(shift.clone());
    of_train.absorb_rows(&columns, &rows)?;
    let mut of_test = RFactor::new(shift);
    of_test.absorb_rows(&columns_and_target(applied), &ascending(test))?;
    Ok((of_train, of_test))
}

/// All factors at once.
///
/// # Errors
/// As `FoldFactoring::new` and `FoldFactoring::step`.
pub fn fold_factors(x: &DesignMatrix, rows: &[u32], folds: &Folds) -> Result<FoldFactors, ValidationError> {
    let mut factoring = FoldFactoring::new(x, rows, folds)?;
    while factoring.step(usize::MAX)? {}
    factoring.finish()
}

/// Factors under way: a pass for the means of all rows, then each fold's rows. The result does not depend on the steps.
#[derive(Debug)]
pub struct FoldFactoring<'a> {
    columns: Vec<&'a [f64]>,
    rows: Vec<u32>,
    folds: &'a Folds,
    is_partition: bool,
    moments: Vec<Moments>,
    n_measured: usize,
    /// Rows of the part that is being folded, ascending.
    part: Vec<u32>,
    n_folded: usize,
    n_done: u64,
    n_all: u64,
    /// Test of fold 0, then its train unless that is merged, test of fold 1 …
    factors: Vec<RFactor>,
}

impl<'a> FoldFactoring<'a> {
    /// Prepares the factors of `folds`, whose positions count in `rows`.
    ///
    /// # Errors
    /// `NoRows`, `OtherRows`, `EmptyFold`.
    pub fn new(x: &'a DesignMatrix, rows: &[u32], folds: &'a Folds) -> Result<Self, ValidationError> {
        check_folds(x, rows, folds)?;
        let columns = columns_and_target(x);
        let is_partition = folds.is_partition();
        let n_test: usize = (0..folds.len()).map(|fold| folds.test(fold).len()).sum();
        let n_train: usize = if is_partition { 0 } else { (0..folds.len()).map(|fold| folds.n_train(fold)).sum() };
        Ok(Self {
            moments: vec![Moments::default(); columns.len()],
            columns,
            rows: rows.to_vec(),
            folds,
            is_partition,
            n_measured: 0,
            part: Vec::new(),
            n_folded: 0,
            n_done: 0,
            n_all: (rows.len() + n_test + n_train) as u64,
            factors: Vec::new(),
        })
    }

    /// Rows done and rows to do, both passes counted.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.n_done, self.n_all)
    }

    fn parts(&self) -> usize {
        if self.is_partition { self.folds.len() } else { 2 * self.folds.len() }
    }

    /// Works on about `max_rows` further rows; whether there are more to do.
    ///
    /// # Errors
    /// `Linalg` when `rows` lists rows that the design matrix does not have.
    pub fn step(&mut self, max_rows: usize) -> Result<bool, ValidationError> {
        let mut left = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        if self.n_measured < self.rows.len() {
            let end = self.n_measured.saturating_add(left).min(self.rows.len());
            let rows = self.rows.get(self.n_measured..end).unwrap_or_default();
            self.moments.iter_mut().zip(&self.columns).for_each(|(moments, column)| moments.absorb(column, rows));
            self.n_done += rows.len() as u64;
            self.n_measured = end;
            return Ok(true);
        }
        while left > 0 && self.factors.len() <= self.parts() {
            if self.n_folded == self.part.len() {
                if self.factors.len() == self.parts() {
                    return Ok(false);
                }
                self.begin_part();
            }
            // Whole blocks of this part, so that the blocks and with them all bits are the same for any step.
            let n = left.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(left);
            let end = self.n_folded.saturating_add(n).min(self.part.len());
            let rows = self.part.get(self.n_folded..end).unwrap_or_default();
            if let Some(factor) = self.factors.last_mut() {
                factor.absorb_rows(&self.columns, rows)?;
            }
            left -= rows.len().min(left);
            self.n_done += rows.len() as u64;
            self.n_folded = end;
        }
        Ok(self.factors.len() < self.parts() || self.n_folded < self.part.len())
    }

    fn begin_part(&mut self) {
        let part = self.factors.len();
        let positions = match (self.is_partition, part % 2) {
            (true, _) => self.folds.test(part).to_vec(),
            (false, 0) => self.folds.test(part / 2).to_vec(),
            (false, _) => self.folds.train(part / 2),
        };
        self.part = rows_at(&self.rows, &positions);
        self.part.sort_unstable();
        self.n_folded = 0;
        // One shift for all folds: it is undone exactly, so nothing of the test rows gets into the model.
        self.factors.push(RFactor::new(self.moments.iter().map(Moments::mean).collect()));
    }

    /// The factors, once `step` has said that there is no more; what is left undone is done here.
    ///
    /// # Errors
    /// `Linalg`.
    pub fn finish(mut self) -> Result<FoldFactors, ValidationError> {
        while self.step(usize::MAX)? {}
        if self.is_partition {
            return Ok(FoldFactors { train: all_but_one(&self.factors)?, test: self.factors });
        }
        let mut factors = FoldFactors { train: Vec::new(), test: Vec::new() };
        for (part, factor) in self.factors.into_iter().enumerate() {
            if part % 2 == 0 { factors.test.push(factor) } else { factors.train.push(factor) }
        }
        Ok(factors)
    }
}

/// For each factor the merge of all others, in a fixed order: those before it, then those after it.
fn all_but_one(factors: &[RFactor]) -> Result<Vec<RFactor>, ValidationError> {
    let n = factors.len();
    // after[i] is the merge of i, i + 1 …
    let mut after: Vec<RFactor> = Vec::with_capacity(n);
    for factor in factors.iter().rev() {
        let merged = after.last().map_or_else(|| Ok(factor.clone()), |last| factor.merge(last))?;
        after.push(merged);
    }
    after.reverse();
    let mut before: Option<RFactor> = None;
    let mut merged = Vec::with_capacity(n);
    for (i, factor) in factors.iter().enumerate() {
        merged.push(match (&before, after.get(i + 1)) {
            (Some(before), Some(after)) => before.merge(after)?,
            (Some(only), None) => only.clone(),
            (None, Some(only)) => only.clone(),
            (None, None) => RFactor::new(factor.shift().to_vec()),
        });
        before = Some(match before {
            Some(before) => before.merge(factor)?,
            None => factor.clone(),
        });
    }
    Ok(merged)
}

fn columns_and_target(x: &DesignMatrix) -> Vec<&[f64]> {
    let mut columns = x.columns();
    columns.push(x.target());
    columns
}

/// Rows at positions of a list.
pub fn rows_at(rows: &[u32], positions: &[u32]) -> Vec<u32> {
    positions.iter().filter_map(|position| rows.get(*position as usize).copied()).collect()
}

/// Folds that belong to these rows, none of them empty.
pub(super) fn check_folds(x: &DesignMatrix, rows: &[u32], folds: &Folds) -> Result<(), ValidationError> {
    if rows.is_empty() || folds.is_empty() {
        return Err(ValidationError::NoRows);
    }
    if folds.n_rows != rows.len() || rows.iter().any(|row| *row as usize >= x.n_rows()) {
        return Err(ValidationError::OtherRows);
    }
    for fold in 0..folds.len() {
        for (part, n) in [("test", folds.test(fold).len()), ("training", folds.n_train(fold))] {
            if n == 0 {
                return Err(ValidationError::EmptyFold { fold: fold + 1, part });
            }
        }
    }
    Ok(())
}

/// Coefficients for every feature.
pub(super) fn checked((coef, intercept): Coefficients, n_features: usize) -> Result<Coefficients, ValidationError> {
    if coef.len() != n_features {
        return Err(ValidationError::Coefficients { expected: n_features, found: coef.len() });
    }
    Ok((coef, intercept))
}
