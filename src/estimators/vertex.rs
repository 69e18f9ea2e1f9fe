//! The optimal vertex of quantile regression, by steepest edges and exact line searches (after Barrodale and Roberts 1973).
//!
//! A vertex is as many rows as there are coefficients, fitted exactly. Dropping one of them opens an edge; along it the
//! objective is piecewise linear, and its lowest point is where another row is fitted exactly. The penalty `α‖w‖₁` is two
//! rows more a coefficient: `ρ(nα·w) + ρ(−nα·w) = nα·|w|`. Targets are moved apart by about 1e-9 of their spread, so that no
//! two breakpoints fall together and the search cannot cycle; the vertex found is then checked on the true targets.

use nalgebra::{DMatrix, DVector};

use super::EstimatorError;
use super::rows::{Fitted, Outcome, Rounds, Rows};
use crate::linalg::{LinearSolution, RFactor, Solution};

const MAX_PIVOTS: u64 = 100_000;
const REMEDY: &str = "Scale the features, or drop columns that repeat others.";

pub(super) struct Vertex<'a> {
    rows: Rows<'a>,
    quantile: f64,
    fit_intercept: bool,
    /// Features that are used: all but those that depend on others, where there is no penalty.
    features: Vec<usize>,
    shift: Vec<f64>,
    scale: Vec<f64>,
    /// `nα`, divided by each feature's scale; empty without penalty.
    penalty: Vec<f64>,
    target: Vec<f64>,
    target_shift: f64,
    /// How far targets are moved apart.
    apart: f64,
    basis: Vec<usize>,
    /// Whether a row is fitted exactly.
    is_basic: Vec<bool>,
    inverse: DMatrix<f64>,
    residuals: Vec<f64>,
    pivots: u64,
    rounds_of_moving: u32,
    is_done: bool,
}

impl<'a> Vertex<'a> {
    /// Starts at the rows nearest to the least-squares solution.
    pub(super) fn new(
        rows: Rows<'a>,
        r: &RFactor,
        start: &Solution,
        quantile: f64,
        alpha: f64,
        fit_intercept: bool,
    ) -> Result<Self, EstimatorError> {
        let (n, p) = (rows.n(), rows.p());
        let features: Vec<usize> = (0..p).filter(|j| alpha > 0.0 || !start.dependent.contains(j)).collect();
        let root_n = (n as f64).sqrt();
        let size = |norm: f64| if norm > 0.0 { norm / root_n } else { 1.0 };
        let scale: Vec<f64> = start.norms.iter().map(|norm| size(*norm)).collect();
        let shift: Vec<f64> = if fit_intercept { r.shift().to_vec() } else { vec![0.0; p + 1] };
        let penalty =
            if alpha > 0.0 { features.iter().map(|j| n as f64 * alpha / scale[*j]).collect() } else { Vec::new() };
        let target_shift = shift.last().copied().unwrap_or(0.0);
        let mut target: Vec<f64> = rows.target().iter().map(|y| y - target_shift).collect();
        target.resize(n + 2 * penalty.len(), 0.0);
        let spread = target.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
        let mut vertex = Self {
            quantile,
            fit_intercept,
            shift,
            scale,
            penalty,
            target_shift,
            apart: 1e-9 * if spread > 0.0 { spread } else { 1.0 },
            basis: Vec::new(),
            is_basic: vec![false; target.len()],
            inverse: DMatrix::zeros(0, 0),
            residuals: Vec::new(),
            pivots: 0,
            rounds_of_moving: 0,
            is_done: false,
            rows,
            features,
            target,
        };
        vertex.start(&start.coef)?;
        Ok(vertex)
    }

    fn size(&self) -> usize {
        self.features.len() + usize::from(self.fit_intercept)
    }

    /// A row of the program: `[1, (x − s)/scale]`, or one of a penalty's.
    fn row(&self, i: usize) -> DVector<f64> {
        let first = usize::from(self.fit_intercept);
        let mut row = DVector::zeros(self.size());
        if let Some(of_table) = self.rows.rows.get(i) {
            if self.fit_intercept {
                row[0] = 1.0;
            }
            for (place, j) in self.features.iter().enumerate() {
                let cell = self.rows.columns[*j].get(*of_table as usize).copied().unwrap_or(f64::NAN);
                row[first + place] = (cell - self.shift[*j]) / self.scale[*j];
            }
        } else {
            let extra = i - self.rows.n();
            let place = extra / 2;
            row[first + place] = if extra.is_multiple_of(2) { self.penalty[place] } else { -self.penalty[place] };
        }
        row
    }

    /// All rows times a vector.
    fn times(&self, v: &DVector<f64>) -> Vec<f64> {
        let first = usize::from(self.fit_intercept);
        let mut coef = vec![0.0; self.rows.p()];
        for (place, j) in self.features.iter().enumerate() {
            coef[*j] = v[first + place] / self.scale[*j];
        }
        let mut out = self.rows.linear(if self.fit_intercept { v[0] } else { 0.0 }, &coef, &self.shift);
        for (place, penalty) in self.penalty.iter().enumerate() {
            out.extend([penalty * v[first + place], -penalty * v[first + place]]);
        }
        out
    }

    /// `Σ vᵢ · row i`.
    fn combined(&self, v: &[f64]) -> DVector<f64> {
        let n = self.rows.n();
        let of_rows = v.get(..n).unwrap_or_default();
        let along = self.rows.along(of_rows, &self.shift);
        let first = usize::from(self.fit_intercept);
        let mut sum = DVector::zeros(self.size());
        if self.fit_intercept {
            sum[0] = of_rows.iter().sum();
        }
        for (place, j) in self.features.iter().enumerate() {
            sum[first + place] = along[*j] / self.scale[*j];
        }
        for (place, penalty) in self.penalty.iter().enumerate() {
            sum[first + place] += penalty * (v[n + 2 * place] - v[n + 2 * place + 1]);
        }
        sum
    }

    /// The target, moved a little: by a fixed pattern, as a hash of the row's place.
    fn moved_target(&self, i: usize) -> f64 {
        let mut bits = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits ^= bits >> 29;
        bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits ^= bits >> 32;
        self.target[i] + self.apart * ((bits >> 11) as f64 / (1u64 << 53) as f64 - 0.5)
    }

    /// The first vertex: independent rows with the smallest residuals.
    fn start(&mut self, coef: &[f64]) -> Result<(), EstimatorError> {
        let first = usize::from(self.fit_intercept);
        let mut at = DVector::zeros(self.size());
        for (place, j) in self.features.iter().enumerate() {
            at[first + place] = coef[*j] * self.scale[*j];
        }
        let mut residuals: Vec<f64> = self.target.iter().zip(self.times(&at)).map(|(y, fitted)| y - fitted).collect();
        if self.fit_intercept {
            let of_rows = residuals.get(..self.rows.n()).unwrap_or_default().to_vec();
            let middle = super::dummy::quantile(of_rows, self.quantile);
            residuals.iter_mut().take(self.rows.n()).for_each(|r| *r -= middle);
        }
        let mut order: Vec<usize> = (0..residuals.len()).collect();
        order.sort_by(|a, b| residuals[*a].abs().total_cmp(&residuals[*b].abs()));
        let mut basis = Vec::new();
        for least in [0.05, 1e-4, 1e-9] {
            basis.clear();
            let mut directions: Vec<DVector<f64>> = Vec::new();
            for i in &order {
                if basis.len() == self.size() {
                    break;
                }
                let mut left = self.row(*i);
                let norm = left.norm();
                for _ in 0..2 {
                    for direction in &directions {
                        let along = direction.dot(&left);
                        left.axpy(-along, direction, 1.0);
                    }
                }
                if norm > 0.0 && left.norm() > least * norm {
                    directions.push(left.normalize());
                    basis.push(*i);
                }
            }
            if basis.len() == self.size() {
                break;
            }
        }
        if basis.len() < self.size() {
            return Err(self.stuck());
        }
        basis.iter().for_each(|i| self.is_basic[*i] = true);
        self.basis = basis;
        self.refresh()
    }

    fn stuck(&self) -> EstimatorError {
        EstimatorError::NoConvergence { rounds: self.pivots, remedy: REMEDY }
    }

    /// Inverse, coefficients and residuals of the present vertex.
    fn refresh(&mut self) -> Result<(), EstimatorError> {
        let k = self.size();
        let rows: Vec<DVector<f64>> = self.basis.iter().map(|i| self.row(*i)).collect();
        let matrix = DMatrix::from_fn(k, k, |i, j| rows[i][j]);
        self.inverse = matrix.try_inverse().filter(|m| m.iter().all(|v| v.is_finite())).ok_or_else(|| self.stuck())?;
        let at = self.vertex(|i| self.moved_target(i));
        let fitted = self.times(&at);
        self.residuals = (0..self.target.len()).map(|i| self.moved_target(i) - fitted[i]).collect();
        self.basis.iter().for_each(|i| self.residuals[*i] = 0.0);
        Ok(())
    }

    /// The coefficients that fit the basic rows.
    fn vertex(&self, target: impl Fn(usize) -> f64) -> DVector<f64> {
        let wanted = DVector::from_iterator(self.basis.len(), self.basis.iter().map(|i| target(*i)));
        let mut at = &self.inverse * &wanted;
        // Once more for what the inverse lost.
        let left = DVector::from_iterator(
            self.basis.len(),
            self.basis.iter().zip(wanted.iter()).map(|(i, wanted)| wanted - self.row(*i).dot(&at)),
        );
        at += &self.inverse * left;
        at
    }

    /// One edge further; whether there was one that leads down.
    fn pivot(&mut self) -> Result<bool, EstimatorError> {
        let q = self.quantile;
        let weight = |(r, is_basic): (&f64, &bool)| {
            if *is_basic {
                0.0
            } else if *r > 0.0 {
                q
            } else {
                q - 1.0
            }
        };
        let weights: Vec<f64> = self.residuals.iter().zip(&self.is_basic).map(weight).collect();
        // The multipliers of the basic rows; at the optimum all lie within [q − 1, q].
        let multipliers = -self.inverse.tr_mul(&self.combined(&weights));
        let mut best: Option<(f64, usize, f64)> = None;
        for (place, multiplier) in multipliers.iter().enumerate() {
            let (down, sign) = if *multiplier > q { (q - multiplier, -1.0) } else { (multiplier + 1.0 - q, 1.0) };
            let norm = self.inverse.column(place).norm();
            if down < -1e-10 * (1.0 + multiplier.abs()) && best.is_none_or(|(least, _, _)| down / norm < least) {
                best = Some((down / norm, place, sign));
            }
        }
        let Some((steepest, place, sign)) = best else { return Ok(false) };
        let direction = self.inverse.column(place) * sign;
        let mut slope = steepest * self.inverse.column(place).norm();
        let along = self.times(&direction);
        let largest = along.iter().fold(0.0_f64, |most, a| most.max(a.abs()));
        let mut breaks: Vec<(f64, usize)> = Vec::new();
        for (i, (residual, along)) in self.residuals.iter().zip(&along).enumerate() {
            if !self.is_basic[i] && along.abs() > 1e-11 * largest && residual / along > 0.0 {
                breaks.push((residual / along, i));
            }
        }
        breaks.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let entering = breaks.iter().find(|(_, i)| {
            slope += along[*i].abs();
            slope >= 0.0
        });
        let Some((_, entering)) = entering.copied() else { return Err(self.stuck()) };
        self.is_basic[self.basis[place]] = false;
        self.is_basic[entering] = true;
        self.basis[place] = entering;
        self.refresh()?;
        Ok(true)
    }

    /// By how much the vertex may miss the optimum of the true targets, and its objective there.
    fn true_gap(&self) -> (f64, f64) {
        let fitted = self.times(&self.vertex(|i| self.target[i]));
        let (mut gap, mut objective) = (0.0, 0.0);
        for (i, (y, fitted)) in self.target.iter().zip(&fitted).enumerate() {
            let residual = if self.is_basic[i] { 0.0 } else { y - fitted };
            objective += if residual > 0.0 { self.quantile * residual } else { (self.quantile - 1.0) * residual };
            if residual * self.residuals[i] < 0.0 {
                gap += residual.abs();
            }
        }
        (gap, objective)
    }
}

impl Rounds for Vertex<'_> {
    fn step(&mut self, max_rows: usize) -> Result<bool, EstimatorError> {
        let mut left = max_rows;
        while !self.is_done && left > 0 {
            left = left.saturating_sub(self.rows.n().max(1));
            if self.pivot()? {
                self.pivots += 1;
                if self.pivots >= MAX_PIVOTS {
                    return Err(self.stuck());
                }
                continue;
            }
            let (gap, objective) = self.true_gap();
            // An exact fit leaves rounding only, which says nothing of signs.
            let rounding = 1e-14 * self.target.iter().map(|y| y.abs()).sum::<f64>();
            if gap <= 1e-12 * objective + rounding || self.rounds_of_moving >= 2 {
                self.is_done = true;
            } else {
                self.rounds_of_moving += 1;
                self.apart *= 0.01;
                self.refresh()?;
            }
        }
        Ok(!self.is_done)
    }

    fn progress(&self) -> (u64, u64) {
        let n = self.rows.n() as u64;
        (self.pivots * n, n * (self.pivots + 1).max(10 * self.size() as u64))
    }

    fn finish(self: Box<Self>) -> Result<Fitted, EstimatorError> {
        let at = self.vertex(|i| self.target[i]);
        let first = usize::from(self.fit_intercept);
        let mut coef = vec![0.0; self.rows.p()];
        let mut intercept = if self.fit_intercept { at[0] + self.target_shift } else { 0.0 };
        // A penalised coefficient whose own row is fitted exactly is exactly 0.
        let n = self.rows.n();
        let is_zero = |place: usize| {
            !self.penalty.is_empty() && (self.is_basic[n + 2 * place] || self.is_basic[n + 2 * place + 1])
        };
        for (place, j) in self.features.iter().enumerate() {
            coef[*j] = if is_zero(place) { 0.0 } else { at[first + place] / self.scale[*j] };
            if self.fit_intercept {
                intercept -= coef[*j] * self.shift[*j];
            }
        }
        let df = coef.iter().filter(|value| **value != 0.0).count() as f64;
        Ok(Fitted { outcome: Outcome::Linear(LinearSolution { coef, intercept, df }), warnings: Vec::new() })
    }
}
