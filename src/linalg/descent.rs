//! Cyclic coordinate descent on the Gram matrix, with scikit-learn's stopping rule where it is asked for.

use super::solve::System;

/// `G = AᵀA`, `c = Aᵀb`, and where the descent has come to.
#[derive(Debug, Clone)]
pub(super) struct Descent {
    p: usize,
    /// `(p, p)`, row by row.
    gram: Vec<f64>,
    correlation: Vec<f64>,
    ss_target: f64,
    coef: Vec<f64>,
    /// `c − G·w`.
    slopes: Vec<f64>,
}

impl Descent {
    pub(super) fn new(system: &System) -> Self {
        let p = system.a.ncols();
        let gram = system.a.tr_mul(&system.a);
        let correlation: Vec<f64> = system.a.tr_mul(&system.b).iter().copied().collect();
        let ss_target = system.b.norm_squared() + system.tail * system.tail;
        let slopes = correlation.clone();
        Self { p, gram: gram.iter().copied().collect(), correlation, ss_target, coef: vec![0.0; p], slopes }
    }

    pub(super) fn coef(&self) -> &[f64] {
        &self.coef
    }

    pub(super) fn ss_target(&self) -> f64 {
        self.ss_target
    }

    pub(super) fn largest_correlation(&self) -> f64 {
        self.correlation.iter().fold(0.0, |largest, value| value.abs().max(largest))
    }

    pub(super) fn set_coef(&mut self, coef: Vec<f64>) {
        self.coef = coef;
        self.slopes.clone_from(&self.correlation);
        for (row, value) in self.gram.chunks_exact(self.p.max(1)).zip(&self.coef) {
            if *value != 0.0 {
                self.slopes.iter_mut().zip(row).for_each(|(slope, g)| *slope -= g * value);
            }
        }
    }

    fn set(&mut self, j: usize, value: f64) {
        let change = value - self.coef[j];
        if change != 0.0 {
            self.coef[j] = value;
            let row = &self.gram[j * self.p..(j + 1) * self.p];
            self.slopes.iter_mut().zip(row).for_each(|(slope, g)| *slope -= g * change);
        }
    }

    fn square(&self, j: usize) -> f64 {
        self.gram[j * self.p + j]
    }

    /// One coordinate to its best: `S(xⱼ·rⱼ, l1) / (xⱼ·xⱼ + l2)`. How far it moved.
    fn improve(&mut self, j: usize, l1: f64, l2: f64) -> f64 {
        let square = self.square(j);
        if square == 0.0 {
            return 0.0;
        }
        let old = self.coef[j];
        let along = self.slopes[j] + old * square;
        let value = along.signum() * (along.abs() - l1).max(0.0) / (square + l2);
        let value = if value == 0.0 { 0.0 } else { value };
        self.set(j, value);
        (value - old).abs()
    }

    /// At most so many rounds, fewer when nothing moves any more.
    pub(super) fn sweep(&mut self, l1: f64, l2: f64, sweeps: usize) {
        for _ in 0..sweeps {
            let moved = (0..self.p).fold(0.0_f64, |most, j| {
                let moved = self.improve(j, l1, l2);
                most.max(moved * self.square(j).sqrt())
            });
            if moved <= 1e-16 * self.ss_target.sqrt() {
                break;
            }
        }
        // Updated slopes drift by rounding; taken anew they do not.
        self.set_coef(self.coef.clone());
    }

    /// One call of scikit-learn 1.9's `enet_coordinate_descent` from w = 0: the same order, checks and safe screening, so an
    /// early stop gives its coefficients.
    pub(super) fn as_scikit_learn(&mut self, l1: f64, l2: f64, tol: f64, max_iter: u64) {
        self.set_coef(vec![0.0; self.p]);
        let enough = tol * self.ss_target;
        let mut active: Vec<usize> = (0..self.p).filter(|j| self.square(*j) > 0.0).collect();
        if self.gap(l1, l2) <= enough {
            return;
        }
        self.screen(&mut active, l1, l2);
        for round in 0..max_iter {
            let (mut moved, mut largest) = (0.0_f64, 0.0_f64);
            for j in active.clone() {
                moved = moved.max(self.improve(j, l1, l2));
                largest = largest.max(self.coef[j].abs());
            }
            if largest == 0.0 || moved / largest <= tol || round + 1 == max_iter {
                if self.gap(l1, l2) <= enough {
                    return;
                }
                self.screen(&mut active, l1, l2);
            }
        }
    }

    /// Gap-safe screening (Ndiaye, Fercoq, Gramfort, Salmon 2017, equation 11): drops coordinates that are certainly 0.
    fn screen(&mut self, active: &mut Vec<usize>, l1: f64, l2: f64) {
        if l1 <= 0.0 {
            return;
        }
        let gap = self.gap(l1, l2).max(0.0);
        let bounded = l1.max(self.dual_norm(l2));
        let slopes: Vec<f64> = self.slopes.iter().zip(&self.coef).map(|(slope, w)| slope - l2 * w).collect();
        let keeps =
            |j: &usize| (1.0 - (slopes[*j] / bounded).abs()) / (self.square(*j) + l2).sqrt() <= (2.0 * gap).sqrt() / l1;
        let (kept, dropped): (Vec<usize>, Vec<usize>) = active.iter().copied().partition(|j| keeps(j));
        dropped.into_iter().for_each(|j| self.set(j, 0.0));
        *active = kept;
    }

    fn dual_norm(&self, l2: f64) -> f64 {
        self.slopes.iter().zip(&self.coef).fold(0.0, |largest, (slope, w)| (slope - l2 * w).abs().max(largest))
    }

    /// The dual gap: an upper bound of how far the objective `½‖y − Xw‖² + l1‖w‖₁ + l2/2‖w‖²` is above the optimum.
    pub(super) fn gap(&self, l1: f64, l2: f64) -> f64 {
        let dot = |other: &[f64]| self.coef.iter().zip(other).map(|(w, x)| w * x).sum::<f64>();
        let along = dot(&self.correlation);
        // ‖y − Xw‖² = ‖y‖² − w·c − w·(c − Gw).
        let ss_residual = (self.ss_target - along - dot(&self.slopes)).max(0.0);
        let (l1_norm, square) = (self.coef.iter().map(|w| w.abs()).sum::<f64>(), dot(&self.coef));
        if l1 == 0.0 {
            let slopes: f64 = self.slopes.iter().map(|slope| slope * slope).sum();
            if l2 == 0.0 {
                return slopes;
            }
            return ss_residual + 0.5 * l2 * square - (self.ss_target - along) + slopes / (2.0 * l2);
        }
        let dual_norm = self.dual_norm(l2);
        let scale = if dual_norm > l1 { l1 / dual_norm } else { 1.0 };
        let primal = 0.5 * (ss_residual + l2 * square) + l1 * l1_norm;
        let dual = -0.5 * scale * scale * (ss_residual + l2 * square) + scale * (self.ss_target - along);
        primal - dual
    }
}
