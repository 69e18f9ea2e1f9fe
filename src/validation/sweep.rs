//! Candidates × folds: every cell is solved from a fold's factor and judged by another, so the number of rows costs nothing.

use serde::{Deserialize, Serialize};

use super::fold_factors::checked;
use super::summary::{mean, sample_sd};
use super::{Coefficients, FactorScore, FoldFactors, ValidationError, score};
use crate::base::Coded;
use crate::linalg::RFactor;

/// The result of a sweep: the data of its heat map, of a validation curve, and the choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepTable {
    /// `cells[candidate][fold]`.
    pub cells: Vec<Vec<SweepCell>>,
    /// Mean test MSE of each candidate over the folds.
    pub mean: Vec<f64>,
    /// Standard error of that mean: sample standard deviation / √folds; 0 with one fold.
    pub se: Vec<f64>,
    /// The candidate with the lowest mean; the first of equal ones.
    pub best: usize,
}

/// One candidate in one fold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SweepCell {
    pub train: FactorScore,
    pub test: FactorScore,
}

impl SweepTable {
    fn of(cells: Vec<Vec<SweepCell>>) -> Result<Self, ValidationError> {
        let errors = |row: &Vec<SweepCell>| row.iter().map(|cell| cell.test.mse).collect::<Vec<f64>>();
        let means: Vec<f64> = cells.iter().map(|row| mean(&errors(row))).collect();
        let se = cells.iter().map(|row| sample_sd(&errors(row)).unwrap_or(0.0) / (row.len() as f64).sqrt()).collect();
        // `min_by` keeps the first of equal ones; a mean that is no number is no candidate.
        let finite = means.iter().enumerate().filter(|(_, mean)| mean.is_finite());
        let best = finite.min_by(|a, b| a.1.total_cmp(b.1)).map(|(candidate, _)| candidate);
        let best = best.ok_or(ValidationError::NoCandidates)?;
        Ok(Self { cells, mean: means, se, best })
    }

    /// The one-standard-error rule (Breiman et al. 1984): of all candidates whose mean is at most one standard error above the
    /// best, the one with the least `complexity`; of equal ones, that of the lower mean. For ridge and lasso, minus alpha.
    #[must_use]
    pub fn one_standard_error(&self, complexity: impl Fn(usize) -> f64) -> usize {
        let at = |values: &[f64], candidate: usize| values.get(candidate).copied().unwrap_or(f64::INFINITY);
        let limit = at(&self.mean, self.best) + self.se.get(self.best).copied().unwrap_or(0.0);
        let near = (0..self.mean.len()).filter(|candidate| at(&self.mean, *candidate) <= limit);
        let by = |a: &usize, b: &usize| {
            let by_mean = at(&self.mean, *a).total_cmp(&at(&self.mean, *b));
            complexity(*a).total_cmp(&complexity(*b)).then(by_mean)
        };
        near.min_by(by).unwrap_or(self.best)
    }
}

/// Sweeps at once: `solve` makes coefficients of a candidate and a fold's training factor.
///
/// # Errors
/// `NoCandidates`; `Fit` with the estimator's own message.
pub fn sweep<C, E: Coded>(
    folds: &FoldFactors,
    candidates: &[C],
    solve: impl Fn(&C, &RFactor) -> Result<Coefficients, E>,
) -> Result<SweepTable, ValidationError> {
    sweep_prepared(folds, candidates, |r: &RFactor| Ok::<RFactor, E>(r.clone()), |r, candidate| solve(candidate, r))
}

/// The same where a fold's factor is prepared once for all candidates: a singular value decomposition, a Gram matrix.
///
/// # Errors
/// As `sweep`.
pub fn sweep_prepared<C, P, E: Coded>(
    folds: &FoldFactors,
    candidates: &[C],
    prepare: impl Fn(&RFactor) -> Result<P, E>,
    solve: impl Fn(&P, &C) -> Result<Coefficients, E>,
) -> Result<SweepTable, ValidationError> {
    let mut sweeping = Sweeping::new(folds, candidates)?;
    while sweeping.step(usize::MAX, &prepare, &solve)? {}
    sweeping.finish()
}

/// A sweep under way, fold by fold and candidate by candidate.
#[derive(Debug)]
pub struct Sweeping<'a, C, P> {
    folds: &'a FoldFactors,
    candidates: &'a [C],
    /// Of the fold that is being solved.
    prepared: Option<P>,
    /// `cells[fold][candidate]`.
    cells: Vec<Vec<SweepCell>>,
}

impl<'a, C, P> Sweeping<'a, C, P> {
    /// Prepares a sweep.
    ///
    /// # Errors
    /// `NoCandidates`; `NoRows` without folds.
    pub fn new(folds: &'a FoldFactors, candidates: &'a [C]) -> Result<Self, ValidationError> {
        if candidates.is_empty() {
            return Err(ValidationError::NoCandidates);
        }
        if folds.train.is_empty() || folds.train.len() != folds.test.len() {
            return Err(ValidationError::NoRows);
        }
        Ok(Self { folds, candidates, prepared: None, cells: Vec::new() })
    }

    /// Cells done and cells to do.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let done: usize = self.cells.iter().map(Vec::len).sum();
        (done as u64, (self.folds.train.len() * self.candidates.len()) as u64)
    }

    /// Solves up to `max_cells` further cells; whether there are more to do.
    ///
    /// # Errors
    /// `Fit` with the estimator's own message; `Coefficients`.
    pub fn step<E: Coded>(
        &mut self,
        max_cells: usize,
        prepare: &impl Fn(&RFactor) -> Result<P, E>,
        solve: &impl Fn(&P, &C) -> Result<Coefficients, E>,
    ) -> Result<bool, ValidationError> {
        for _ in 0..max_cells.max(1) {
            if self.cells.last().is_none_or(|row| row.len() == self.candidates.len()) {
                if self.cells.len() == self.folds.train.len() {
                    return Ok(false);
                }
                self.cells.push(Vec::with_capacity(self.candidates.len()));
                self.prepared = None;
            }
            let fold = self.cells.len() - 1;
            let (Some(train), Some(test)) = (self.folds.train.get(fold), self.folds.test.get(fold)) else {
                return Ok(false);
            };
            let wrong = |error: E| ValidationError::of_fit(fold, &error);
            let prepared = match self.prepared.take() {
                Some(prepared) => prepared,
                None => prepare(train).map_err(wrong)?,
            };
            let Some(row) = self.cells.last_mut() else { return Ok(false) };
            if let Some(candidate) = self.candidates.get(row.len()) {
                let solved = solve(&prepared, candidate).map_err(wrong)?;
                let (coef, intercept) = checked(solved, train.n_features())?;
                let model = (coef.as_slice(), intercept);
                row.push(SweepCell { train: score(train, model), test: score(test, model) });
            }
            self.prepared = Some(prepared);
        }
        let (done, all) = self.progress();
        Ok(done < all)
    }

    /// The table, once `step` has said that there is no more.
    ///
    /// # Errors
    /// `NoCandidates` when cells are missing or no mean is a number.
    pub fn finish(self) -> Result<SweepTable, ValidationError> {
        let is_whole = self.cells.len() == self.folds.train.len();
        let of_candidate = |candidate: usize| -> Option<Vec<SweepCell>> {
            self.cells.iter().map(|of_fold| of_fold.get(candidate).copied()).collect()
        };
        let cells: Option<Vec<_>> = (0..self.candidates.len()).map(of_candidate).collect();
        SweepTable::of(cells.filter(|_| is_whole).ok_or(ValidationError::NoCandidates)?)
    }
}
