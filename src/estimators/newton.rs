//! Newton's method for smooth convex losses over the rows, its steps solved by QR of weighted rows.
//!
//! One round is a pass that folds `√k·[1, x − s, e]` into a triangle (k: curvature, e: the row's share in the scale
//! direction, where a loss has a scale), a step by two triangular solves, and a search along it by the slope alone, which
//! keeps its digits where differences of the objective have none left.

use nalgebra::{DMatrix, DVector, QR};

use super::EstimatorError;
use super::rows::{Fitted, Rounds, Rows};
use crate::linalg::{BLOCK_ROWS, LinearSolution, RFactor, SolveOptions};

const MAX_ROUNDS: u64 = 200;
/// Where a scale that falls towards 0 is taken to be there, as a share of the first one.
const LEAST_SCALE: f64 = 1e-9;
/// Rounds that the progress expects at first.
const EXPECTED: u64 = 8;

/// What a row contributes at a prediction.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowTerm {
    pub(super) value: f64,
    /// Derivative by the prediction, and by the scale.
    pub(super) slope: f64,
    pub(super) slope_scale: f64,
    /// Second derivatives: `curvature·[1, e]ᵀ[1, e]`.
    pub(super) curvature: f64,
    pub(super) e: f64,
}

/// A convex loss of a prediction and the target, and of a scale where it has one.
pub(super) trait Loss {
    fn has_scale(&self) -> bool;
    /// Where the scale starts.
    fn first_scale(&self) -> f64 {
        1.0
    }
    fn term(&self, prediction: f64, target: f64, scale: f64) -> RowTerm;
    /// After `rounds` rounds.
    fn finish(&self, solution: LinearSolution, rounds: u64) -> Fitted;
    fn remedy(&self) -> &'static str;
}

/// A point: the constant at the shift, the coefficients, the scale.
#[derive(Debug, Clone)]
struct Point {
    constant: f64,
    coef: Vec<f64>,
    scale: f64,
}

pub(super) struct Newton<'a, L: Loss> {
    rows: Rows<'a>,
    loss: L,
    /// `λ/2·‖w‖²` is added.
    penalty: f64,
    fit_intercept: bool,
    shift: Vec<f64>,
    /// Of the centred columns; 0 for those that have no part.
    norms: Vec<f64>,
    target: Vec<f64>,
    weights: Vec<f64>,
    point: Point,
    predictions: Vec<f64>,
    folding: Option<Folding>,
    round: u64,
    last_decrement: f64,
    is_done: bool,
}

/// A pass under way.
struct Folding {
    triangle: RFactor,
    curvature: Vec<f64>,
    e: Vec<f64>,
    n_folded: usize,
    gradient: DVector<f64>,
    value: f64,
}

impl<'a, L: Loss> Newton<'a, L> {
    /// From `start` (unshifted) on; `target` is what the loss sees, `r` the rows' factor.
    pub(super) fn new(
        rows: Rows<'a>,
        r: &RFactor,
        loss: L,
        target: Vec<f64>,
        penalty: f64,
        fit_intercept: bool,
        start: &LinearSolution,
    ) -> Result<Self, EstimatorError> {
        let p = rows.p();
        let shift: Vec<f64> = if fit_intercept { r.shift().iter().copied().take(p).collect() } else { vec![0.0; p] };
        let solved = r.solve(SolveOptions { fit_intercept, tol: None })?;
        let mut norms = solved.norms;
        if penalty == 0.0 {
            // Nothing says how a column and one that repeats it share their part: the first has it all.
            let has_none = |(j, norm): (usize, &mut f64)| {
                if solved.dependent.contains(&j) {
                    *norm = 0.0;
                }
            };
            norms.iter_mut().enumerate().for_each(has_none);
        }
        let along: f64 = start.coef.iter().zip(&shift).map(|(coef, shift)| coef * shift).sum();
        let point = Point { constant: start.intercept + along, coef: start.coef.clone(), scale: loss.first_scale() };
        let predictions = rows.linear(point.constant, &point.coef, &shift);
        let weights = rows.row_weights();
        Ok(Self {
            rows,
            loss,
            penalty,
            fit_intercept,
            shift,
            norms,
            target,
            weights,
            point,
            predictions,
            folding: None,
            round: 0,
            last_decrement: f64::INFINITY,
            is_done: false,
        })
    }

    fn terms<'s>(&'s self, predictions: &'s [f64], scale: f64) -> impl Iterator<Item = (RowTerm, f64)> + 's {
        let rows = predictions.iter().zip(&self.target).zip(&self.weights);
        rows.map(move |((prediction, target), weight)| (self.loss.term(*prediction, *target, scale), *weight))
    }

    /// Gradient at the point, and what the pass has to fold.
    fn begin(&self) -> Folding {
        let n = self.predictions.len();
        let (mut curvature, mut e, mut slopes) = (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
        let (mut value, mut slope_scale) = (0.0, 0.0);
        for (term, weight) in self.terms(&self.predictions, self.point.scale) {
            curvature.push(term.curvature * weight);
            e.push(term.e);
            slopes.push(term.slope * weight);
            value += term.value * weight;
            slope_scale += term.slope_scale * weight;
        }
        let constant = if self.fit_intercept { crate::base::sum(slopes.iter().copied()) } else { 0.0 };
        let mut gradient = vec![constant];
        let along = self.rows.along(&slopes, &self.shift);
        gradient.extend(along.iter().zip(&self.point.coef).map(|(slope, w)| slope + self.penalty * w));
        gradient.push(if self.loss.has_scale() { slope_scale } else { 0.0 });
        value += 0.5 * self.penalty * self.point.coef.iter().map(|w| w * w).sum::<f64>();
        let mut shift = self.shift.clone();
        shift.push(0.0);
        Folding {
            triangle: RFactor::new(shift),
            curvature: self.rows.spread(&curvature),
            e: self.rows.spread(&e),
            n_folded: 0,
            gradient: DVector::from_vec(gradient),
            value,
        }
    }

    /// The Newton step: `TᵀT·δ = −gradient`, T the triangle with the penalty's rows below it.
    fn direction(&self, folding: &Folding) -> Option<DVector<f64>> {
        let size = self.rows.p() + 2;
        let mut damping = 1e-13;
        // Directions without curvature (columns that repeat others, few rows within the threshold) are damped.
        for _ in 0..6 {
            let mut stacked = DMatrix::zeros(2 * size, size);
            for i in 0..size {
                for j in i..size {
                    stacked[(i, j)] = folding.triangle.entry(i, j);
                }
                let norm = (0..=i).map(|k| folding.triangle.entry(k, i).powi(2)).sum::<f64>();
                let fixed = (i == 0 && !self.fit_intercept) || (i + 1 == size && !self.loss.has_scale());
                let coefficient = i > 0 && i + 1 < size;
                let constant = coefficient && self.norms.get(i - 1).is_none_or(|norm| *norm == 0.0);
                if fixed || constant {
                    (0..size).for_each(|k| stacked[(k, i)] = 0.0);
                }
                let own = if coefficient { self.penalty } else { 0.0 };
                stacked[(size + i, i)] =
                    if fixed || constant || norm + own == 0.0 { 1.0 } else { (own + damping * damping * norm).sqrt() };
            }
            let mut gradient = folding.gradient.clone();
            for (j, norm) in self.norms.iter().enumerate() {
                if *norm == 0.0 {
                    gradient[j + 1] = 0.0;
                }
            }
            let t = QR::new(stacked).unpack_r();
            let step = t.tr_solve_upper_triangular(&gradient).and_then(|half| t.solve_upper_triangular(&half));
            if let Some(step) = step.filter(|step| step.iter().all(|value| value.is_finite())) {
                // A constant column, or one that repeats others, has no part: exactly none.
                let has_part = |i: usize| i == 0 || self.norms.get(i - 1).is_none_or(|norm| *norm > 0.0);
                return Some(DVector::from_fn(size, |i, _| if has_part(i) { -step[i] } else { 0.0 }));
            }
            damping *= 100.0;
        }
        None
    }

    /// The slope of the objective at `t` along the step.
    fn slope_at(&self, t: f64, step: &DVector<f64>, change: &[f64]) -> f64 {
        let scale = self.point.scale + t * step[step.len() - 1];
        let moved: Vec<f64> = self.predictions.iter().zip(change).map(|(at, d)| at + t * d).collect();
        let of_rows: f64 = self
            .terms(&moved, scale)
            .zip(change)
            .map(|((term, weight), d)| weight * (term.slope * d + term.slope_scale * step[step.len() - 1]))
            .sum();
        let of_penalty: f64 = self.point.coef.iter().zip(step.iter().skip(1)).map(|(w, d)| (w + t * d) * d).sum();
        of_rows + self.penalty * of_penalty
    }

    /// Moves along the Newton step; whether the optimum is reached.
    fn advance(&mut self, folding: &Folding) -> Result<bool, EstimatorError> {
        let stuck = EstimatorError::NoConvergence { rounds: self.round, remedy: self.loss.remedy() };
        let Some(step) = self.direction(folding) else { return Err(stuck) };
        let decrement = -folding.gradient.dot(&step);
        if !decrement.is_finite() {
            return Err(stuck);
        }
        // Half the decrement is what is left to gain: here far below the objective's last digit.
        let size = folding.value.abs().max(f64::MIN_POSITIVE);
        let is_last =
            decrement <= 1e-22 * size || (decrement <= 1e-13 * size && decrement > 0.25 * self.last_decrement);
        self.last_decrement = decrement;
        let coef: Vec<f64> = step.iter().skip(1).take(self.rows.p()).copied().collect();
        let change = self.rows.linear(step[0], &coef, &self.shift);
        let of_scale = step[step.len() - 1];
        let mut t = if of_scale < 0.0 { (0.9 * self.point.scale / -of_scale).min(1.0) } else { 1.0 };
        if !is_last || decrement > 1e-14 * size {
            t = self.search(t, -decrement, &step, &change);
        }
        self.point.constant += t * step[0];
        self.point.coef.iter_mut().zip(&coef).for_each(|(w, d)| *w += t * d);
        self.point.scale += t * of_scale;
        self.predictions = self.rows.linear(self.point.constant, &self.point.coef, &self.shift);
        // Rows that a plane fits exactly draw the scale to 0: the plane is what is sought.
        let is_exact = self.loss.has_scale() && self.point.scale <= LEAST_SCALE * self.loss.first_scale();
        Ok(is_last || is_exact)
    }

    /// A step length at which the slope is at most half of the first one, either way: by halving and regula falsi.
    fn search(&self, t: f64, first: f64, step: &DVector<f64>, change: &[f64]) -> f64 {
        let (mut low, mut slope_low, mut high) = (0.0, first, t);
        for _ in 0..60 {
            let slope = self.slope_at(high, step, change);
            if slope <= 0.5 * first.abs() {
                return high;
            }
            let secant = low + (high - low) * (slope_low / (slope_low - slope));
            let next = if secant.is_finite() {
                secant.clamp(low + 0.1 * (high - low), low + 0.6 * (high - low))
            } else {
                0.5 * (low + high)
            };
            let at_next = self.slope_at(next, step, change);
            if at_next.abs() <= 0.5 * first.abs() {
                return next;
            }
            if at_next < 0.0 {
                (low, slope_low) = (next, at_next);
            } else {
                high = next;
            }
        }
        low.max(1e-12)
    }
}

impl<L: Loss> Rounds for Newton<'_, L> {
    fn step(&mut self, max_rows: usize) -> Result<bool, EstimatorError> {
        if self.is_done {
            return Ok(false);
        }
        let mut folding = self.folding.take().unwrap_or_else(|| self.begin());
        let n = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        let end = folding.n_folded.saturating_add(n).min(self.rows.n());
        let mut columns: Vec<&[f64]> = self.rows.columns.iter().copied().take(self.rows.p()).collect();
        columns.push(&folding.e);
        let rows = self.rows.rows.get(folding.n_folded..end).unwrap_or_default();
        folding.triangle.absorb_weighted(&columns, rows, &folding.curvature)?;
        folding.n_folded = end;
        if end < self.rows.n() {
            self.folding = Some(folding);
            return Ok(true);
        }
        self.round += 1;
        self.is_done = self.advance(&folding)?;
        if !self.is_done && self.round >= MAX_ROUNDS {
            return Err(EstimatorError::NoConvergence { rounds: self.round, remedy: self.loss.remedy() });
        }
        Ok(!self.is_done)
    }

    fn progress(&self) -> (u64, u64) {
        let n = self.rows.n() as u64;
        let done = self.round * n + self.folding.as_ref().map_or(0, |folding| folding.n_folded as u64);
        (done, n * EXPECTED.max(self.round + 1))
    }

    fn finish(self: Box<Self>) -> Result<Fitted, EstimatorError> {
        let along: f64 = self.point.coef.iter().zip(&self.shift).map(|(coef, shift)| coef * shift).sum();
        let intercept = if self.fit_intercept { self.point.constant - along } else { 0.0 };
        let df = self.point.coef.iter().filter(|coef| **coef != 0.0).count() as f64;
        let solution = LinearSolution { coef: self.point.coef.clone(), intercept, df };
        Ok(self.loss.finish(solution, self.round))
    }
}
