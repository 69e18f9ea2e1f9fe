//! Lasso and elastic net from the R factor: coordinate descent on the centred Gram matrix, then the exact solution on the
//! columns that are left, held against the optimality conditions.

use nalgebra::{DMatrix, DVector, QR};

use super::descent::Descent;
use super::rfactor::RFactor;
use super::solve::System;
use super::{LinalgError, LinearSolution};

/// Rounds of descent and exact solution before the descent alone has to do.
const MAX_ROUNDS: usize = 200;
/// How far beyond its bound a slope may be, relative to the largest at w = 0: rounding.
const SLACK: f64 = 1e-12;

/// When the descent ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    /// At the optimum, to rounding.
    Optimum,
    /// As scikit-learn's: changes below `tol` times the largest coefficient and a dual gap of at most `tol·‖y‖²`, or after
    /// `max_iter` rounds.
    ScikitLearn { tol: f64, max_iter: u64 },
}

/// Solutions of `‖y − X·w‖² / (2n) + α·ρ·‖w‖₁ + α·(1 − ρ)/2·‖w‖²` for any number of α and ρ, each from the one before.
#[derive(Debug, Clone)]
pub struct LassoPath {
    r: RFactor,
    fit_intercept: bool,
    system: System,
    descent: Descent,
    n: f64,
}

impl LassoPath {
    /// Prepares the Gram matrix.
    ///
    /// # Errors
    /// `NoRows`, `NotFinite`.
    pub fn new(r: &RFactor, fit_intercept: bool) -> Result<Self, LinalgError> {
        if r.n_rows() == 0 {
            return Err(LinalgError::NoRows);
        }
        let system = r.system(fit_intercept)?;
        let descent = Descent::new(&system);
        Ok(Self { r: r.clone(), fit_intercept, system, descent, n: r.total_weight() })
    }

    /// The smallest α for which every coefficient is 0: `max|Xᵀy| / (n·ρ)`.
    #[must_use]
    pub fn alpha_max(&self, l1_ratio: f64) -> f64 {
        self.descent.largest_correlation() / (self.n * l1_ratio)
    }

    /// scikit-learn's grid: `n_alphas` from `alpha_max` down to `eps` times it, by equal factors.
    #[must_use]
    pub fn alphas(&self, l1_ratio: f64, n_alphas: usize, eps: f64) -> Vec<f64> {
        let (top, steps) = (self.alpha_max(l1_ratio), n_alphas.saturating_sub(1).max(1) as f64);
        (0..n_alphas).map(|i| top * 10f64.powf(eps.log10() * i as f64 / steps)).collect()
    }

    /// The solution for one α, from the last one on (with `Stop::ScikitLearn` from 0 on, as one call of `fit`).
    ///
    /// # Errors
    /// `NoConvergence`: no optimum within the rounds that are allowed.
    pub fn solve(&mut self, alpha: f64, l1_ratio: f64, stop: Stop) -> Result<LinearSolution, LinalgError> {
        let (l1, l2) = (self.n * alpha * l1_ratio, self.n * alpha * (1.0 - l1_ratio));
        match stop {
            Stop::Optimum => self.descend_fully(l1, l2)?,
            Stop::ScikitLearn { tol, max_iter } => self.descent.as_scikit_learn(l1, l2, tol, max_iter),
        }
        let coef = self.descent.coef().to_vec();
        let df = coef.iter().filter(|value| **value != 0.0).count() as f64;
        Ok(self.r.with_intercept(coef, self.fit_intercept, df))
    }

    fn descend_fully(&mut self, l1: f64, l2: f64) -> Result<(), LinalgError> {
        let mut sweeps = 2;
        for round in 0..MAX_ROUNDS {
            // The first try is with the columns of the last solution: along a path it is mostly right.
            if round > 0 || self.descent.coef().iter().all(|value| *value == 0.0) {
                self.descent.sweep(l1, l2, sweeps);
                sweeps = (sweeps * 2).min(2000);
            }
            if let Some(exact) = self.exact(l1, l2)
                && self.is_optimal(&exact, l1, l2)
            {
                self.descent.set_coef(exact);
                return Ok(());
            }
        }
        // Columns that repeat each other have no unique solution: then the descent itself, to a dual gap of rounding.
        self.descent.sweep(l1, l2, 10_000);
        if self.descent.gap(l1, l2) <= 1e-12 * self.descent.ss_target() {
            Ok(())
        } else {
            Err(LinalgError::NoConvergence)
        }
    }

    /// With the columns and signs of the present solution: `(AᵀA + l2·I)·w = Aᵀb − l1·sign`, by QR.
    fn exact(&self, l1: f64, l2: f64) -> Option<Vec<f64>> {
        let coef = self.descent.coef();
        let active: Vec<usize> = (0..coef.len()).filter(|j| coef[*j] != 0.0).collect();
        let mut exact = vec![0.0; coef.len()];
        if active.is_empty() {
            return Some(exact);
        }
        let chosen = self.system.a.select_columns(&active);
        let (m, k) = chosen.shape();
        let root = l2.sqrt();
        if m < k && l2 == 0.0 {
            return None;
        }
        let stacked = if l2 > 0.0 {
            DMatrix::from_fn(m + k, k, |i, j| {
                if i < m {
                    chosen[(i, j)]
                } else if i - m == j {
                    root
                } else {
                    0.0
                }
            })
        } else {
            chosen.clone()
        };
        let r = QR::new(stacked).unpack_r();
        let norms = active.iter().map(|j| self.system.norms[*j].hypot(root));
        if norms.enumerate().any(|(i, norm)| r[(i, i)].abs() <= 1e-12 * norm) {
            return None;
        }
        let sign = DVector::from_iterator(k, active.iter().map(|j| coef[*j].signum() * l1));
        let mut w = DVector::zeros(k);
        // Twice: the second time wins back what the normal equations lose.
        for _ in 0..3 {
            let slope = chosen.tr_mul(&(&self.system.b - &chosen * &w)) - &sign - &w * l2;
            w += r.solve_upper_triangular(&r.tr_solve_upper_triangular(&slope)?)?;
        }
        active.iter().zip(w.iter()).for_each(|(j, value)| exact[*j] = *value);
        Some(exact)
    }

    /// The optimality conditions (Karush, Kuhn, Tucker): every slope within ±l1, at the bound and of the coefficient's sign
    /// where the coefficient is not 0.
    fn is_optimal(&self, coef: &[f64], l1: f64, l2: f64) -> bool {
        let before = self.descent.coef();
        let signs = coef.iter().zip(before).all(|(new, old)| *new == 0.0 || new.signum() == old.signum());
        let w = DVector::from_column_slice(coef);
        let slopes = self.system.a.tr_mul(&(&self.system.b - &self.system.a * &w)) - &w * l2;
        let length = self.system.b.norm();
        let within = |(j, slope): (usize, &f64)| slope.abs() <= l1 + SLACK * self.system.norms[j] * length;
        signs && slopes.iter().enumerate().all(within)
    }
}
