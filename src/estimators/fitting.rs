//! Fitting in steps, so that a caller can yield, report and cancel in between.

use super::rows::{Outcome, Rounds, Rows};
use super::warnings::warning;
use super::{EstimatorError, EstimatorSpec, TrainSummary, TrainWarning, best_subset, summarise};
use crate::features::DesignMatrix;
use crate::linalg::{
    BLOCK_ROWS, Exact, LinearSolution, Moments, RFactor, Solution, SolveOptions, SubsetSearch, refine_exact,
};

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
    /// For each column of the factor, whether it has one value only.
    pub is_constant: Vec<bool>,
    /// Rounds of Newton's method, of logistic regression.
    pub n_iter: Option<u64>,
}

impl Fit {
    /// What another estimator on the same rows of the same design matrix need not make again.
    #[must_use]
    pub fn factor(&self) -> Factor {
        Factor { r: self.r.clone(), is_constant: self.is_constant.clone() }
    }
}

/// What two passes over the rows give, whatever is fitted to them then.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    r: RFactor,
    is_constant: Vec<bool>,
}

/// Fits at once. `train` lists the training rows, in any order.
///
/// # Errors
/// As `Fitting::new` and `Fitting::finish`.
pub fn fit(spec: &EstimatorSpec, x: &DesignMatrix, train: &[u32]) -> Result<Fit, EstimatorError> {
    fit_weighted(spec, x, train, None)
}

/// The same where each row of `x` has a weight.
///
/// # Errors
/// As `Fitting::new` and `Fitting::finish`.
pub fn fit_weighted(
    spec: &EstimatorSpec,
    x: &DesignMatrix,
    train: &[u32],
    weights: Option<Vec<f64>>,
) -> Result<Fit, EstimatorError> {
    let mut fitting = Fitting::new(spec, x, train, weights)?;
    while fitting.step(usize::MAX)? {}
    fitting.finish()
}

/// A fit under way: one pass for the means, one for the R factor, and for estimators that iterate further passes. The
/// result does not depend on the size of the steps.
pub struct Fitting<'a> {
    spec: &'a EstimatorSpec,
    x: &'a DesignMatrix,
    /// Ascending: memory is read forwards, and the order in which a split lists rows does not touch the last bits.
    rows: Rows<'a>,
    moments: Vec<Moments>,
    /// Once measured.
    is_constant: Vec<bool>,
    n_measured: usize,
    n_folded: usize,
    r: RFactor,
    stage: Stage<'a>,
    products: Vec<(usize, Vec<usize>)>,
}

enum Stage<'a> {
    Measuring,
    Folding,
    Iterating(Box<dyn Rounds + 'a>),
    Done,
}

impl<'a> Fitting<'a> {
    /// Prepares a fit over the rows that `train` lists. `weights`: one number a row of `x`, for specs with a
    /// `sample_weight`; others ignore none and take `None`.
    ///
    /// # Errors
    /// `NoRows`, `OneRow`, `Spec`, `BadWeights`.
    pub fn new(
        spec: &'a EstimatorSpec,
        x: &'a DesignMatrix,
        train: &[u32],
        weights: Option<Vec<f64>>,
    ) -> Result<Self, EstimatorError> {
        spec.check()?;
        match train.len() {
            0 => return Err(EstimatorError::NoRows),
            1 => return Err(EstimatorError::OneRow),
            _ => {}
        }
        let rows = x.ascending(train);
        let differs = |row: &u32| x.target().get(*row as usize) != x.target_original().get(*row as usize);
        if spec.is_classifier() && rows.iter().any(differs) {
            let target = x.target_name().to_owned();
            return Err(EstimatorError::TransformedClasses { target, estimator: spec.name() });
        }
        if spec.sample_weight().is_some() || weights.is_some() {
            let of = |row: &u32| weights.as_ref().and_then(|weights| weights.get(*row as usize)).copied();
            let is_good = |weight: Option<f64>| weight.is_some_and(|weight| weight.is_finite() && weight >= 0.0);
            if !rows.iter().all(|row| is_good(of(row))) || rows.iter().filter_map(of).sum::<f64>() <= 0.0 {
                let column = spec.sample_weight().unwrap_or("sample_weight").to_owned();
                return Err(EstimatorError::BadWeights { column });
            }
        }
        let mut columns = x.columns();
        columns.push(x.target());
        let moments = vec![Moments::default(); columns.len()];
        Ok(Self {
            spec,
            x,
            rows: Rows { columns, rows, weights, target_name: x.target_name().to_owned() },
            moments,
            is_constant: Vec::new(),
            n_measured: 0,
            n_folded: 0,
            r: RFactor::new(Vec::new()),
            stage: Stage::Measuring,
            products: x.products().to_vec(),
        })
    }

    /// Says that features are exact products of others (powers, interactions): `(feature, its factors)`, all by place, in place of
    /// what the design matrix says. The refinement then uses the products before they were rounded to doubles.
    #[must_use]
    pub fn with_products(mut self, products: Vec<(usize, Vec<usize>)>) -> Self {
        self.products = products;
        self
    }

    /// Begins where an earlier fit to the same rows of the same design matrix, without weights, had its factor: no pass over
    /// the rows is made for it again, and every bit is the same. A factor of other rows is not taken.
    #[must_use]
    pub fn with_factor(mut self, factor: &Factor) -> Self {
        let n = self.rows.n();
        let is_same = factor.r.n_rows() == n as u64 && factor.is_constant.len() == self.rows.columns.len();
        if is_same && self.rows.weights.is_none() {
            (self.r, self.is_constant) = (factor.r.clone(), factor.is_constant.clone());
            (self.n_measured, self.n_folded) = (n, n);
            self.stage = Stage::Folding;
        }
        self
    }

    /// Works on about `max_rows` further rows; whether there are more to do.
    ///
    /// # Errors
    /// `Linalg` when `train` lists rows that the design matrix does not have; whatever an iteration fails with.
    pub fn step(&mut self, max_rows: usize) -> Result<bool, EstimatorError> {
        // Whole blocks, so that the blocks and with them all bits are the same for any step.
        let n = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        let all = self.rows.n();
        match &mut self.stage {
            Stage::Measuring => {
                let end = self.n_measured.saturating_add(n).min(all);
                let rows = self.rows.rows.get(self.n_measured..end).unwrap_or_default();
                self.moments
                    .iter_mut()
                    .zip(&self.rows.columns)
                    .for_each(|(moments, column)| moments.absorb(column, rows));
                self.n_measured = end;
                if end == all {
                    self.r = RFactor::new(self.moments.iter().map(Moments::mean).collect());
                    self.is_constant = self.moments.iter().map(Moments::is_constant).collect();
                    self.stage = Stage::Folding;
                }
                Ok(true)
            }
            Stage::Folding => {
                let end = self.n_folded.saturating_add(n).min(all);
                let rows = self.rows.rows.get(self.n_folded..end).unwrap_or_default();
                match &self.rows.weights {
                    _ if rows.is_empty() => {}
                    Some(weights) => self.r.absorb_weighted(&self.rows.columns, rows, weights)?,
                    None => self.r.absorb_rows(&self.rows.columns, rows)?,
                }
                self.n_folded = end;
                if end == all {
                    let rounds = self.spec.fitting().rounds(self.rows.clone(), &self.r)?;
                    self.stage = rounds.map_or(Stage::Done, Stage::Iterating);
                }
                Ok(!matches!(self.stage, Stage::Done))
            }
            Stage::Iterating(rounds) => rounds.step(n),
            Stage::Done => Ok(false),
        }
    }

    /// Rows done and rows to do, all passes counted; for an estimator that iterates, the second is an estimate.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let (done, more) = match &self.stage {
            Stage::Iterating(rounds) => rounds.progress(),
            _ => (0, 0),
        };
        ((self.n_measured + self.n_folded) as u64 + done, 2 * self.rows.n() as u64 + more)
    }

    /// Solves, once `step` has said that there is no more; what is left undone is done here.
    ///
    /// # Errors
    /// `Linalg` when numbers are too large to square or the solution does not converge.
    pub fn finish(mut self) -> Result<Fit, EstimatorError> {
        while self.step(usize::MAX)? {}
        let options = match self.spec {
            EstimatorSpec::LinearRegression(params) => params.options(),
            _ => SolveOptions { fit_intercept: self.spec.fit_intercept(), tol: None },
        };
        let mut least_squares = self.r.solve(options)?;
        let stage = std::mem::replace(&mut self.stage, Stage::Done);
        let mut own_warnings = Vec::new();
        let outcome = match (self.spec, stage) {
            (EstimatorSpec::LinearRegression(params), _) if !params.positive => {
                self.refine(options, &mut least_squares);
                None
            }
            (_, Stage::Iterating(rounds)) => {
                let fitted = rounds.finish()?;
                own_warnings = fitted.warnings;
                Some(fitted.outcome)
            }
            (EstimatorSpec::BestSubset(params), _) => {
                let (solution, warning) = best_subset(params, &self.r)?;
                own_warnings.extend(warning);
                Some(Outcome::Linear(solution))
            }
            (spec, _) => match spec.fitting().solve_from_r(&self.r) {
                Some(solution) => Some(Outcome::Linear(solution?)),
                None => None,
            },
        };
        let n_iter = match &outcome {
            Some(Outcome::Logistic { n_iter, .. }) => Some(*n_iter),
            _ => None,
        };
        let is_constant = self.is_constant;
        let summary =
            summarise::summarise(self.spec, self.x, &self.r, &least_squares, outcome, &is_constant, own_warnings);
        Ok(Fit { summary, r: self.r, is_constant, n_iter })
    }

    /// Wins back with the rows what rounding cost, where they are few enough or the columns hard.
    #[inline(never)]
    fn refine(&self, options: SolveOptions, solution: &mut Solution) {
        let n_cells = self.rows.n().saturating_mul(self.rows.columns.len());
        let is_hard = solution.condition_number > ILL_CONDITIONED && n_cells <= REFINED_CELLS;
        let nothing_to_learn = self.is_constant.last().copied().unwrap_or(false);
        if nothing_to_learn || self.rows.weights.is_some() || !(is_hard || n_cells <= ALWAYS_REFINED_CELLS) {
            return;
        }
        let mut columns: Vec<Exact> =
            (0..self.rows.columns.len()).map(|j| Exact::decimal(self.rows.cells(j))).collect();
        for (j, factors) in &self.products {
            let factors: Option<Vec<&Exact>> = factors.iter().map(|factor| columns.get(*factor)).collect();
            if let Some(product) = factors.and_then(|factors| Exact::product(&factors))
                && let Some(column) = columns.get_mut(*j)
            {
                *column = product;
            }
        }
        if let Some(refined) = refine_exact(solution, options, self.r.shift(), &columns) {
            solution.coef = refined.coef;
            solution.intercept = refined.intercept;
            solution.ss_residual = refined.ss_residual;
        }
    }
}

/// The best subset, and whether the search had to be cut short.
#[inline(never)]
fn best_subset(
    params: &super::BestSubsetParams,
    r: &RFactor,
) -> Result<(LinearSolution, Option<TrainWarning>), EstimatorError> {
    let search = SubsetSearch::new(r, params.fit_intercept, params.criterion)?;
    let (best, is_proven) = search.best(best_subset::MAX_NODES);
    let solution = search.solution(&best.map(|subset| subset.columns).unwrap_or_default())?;
    let cut_short = || {
        let message = format!(
            "There are too many subsets to rule all out: the best of {} looked at is shown. Drop some features to be sure.",
            best_subset::MAX_NODES
        );
        warning("best_subset_incomplete", message, Vec::new())
    };
    Ok((solution, (!is_proven).then(cut_short)))
}
