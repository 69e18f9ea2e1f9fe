//! Iterative refinement with the rows: what rounding inside the factorisation cost is won back.
//!
//! Björck's augmented system `r + A·x = y`, `Aᵀ·r = 0` is solved by Q and R; its residuals are taken in double-double from
//! the unshifted values (Demmel, Hida, Riedy, Li 2009). Large residuals cost no digits then, and the result is the exact
//! solution for the doubles given, rounded, up to condition numbers of about 1e14 (scaled columns).

use nalgebra::{DMatrix, DVector, QR};

use super::dd::Dd;
use super::exact::Exact;
use super::solve::{Solution, SolveOptions};

const MAX_STEPS: usize = 20;

/// A refined solution.
#[derive(Debug, Clone, PartialEq)]
pub struct Refined {
    pub coef: Vec<f64>,
    pub intercept: f64,
    pub ss_residual: f64,
}

/// Refines a full-rank `solution` with the listed rows of `columns` (the target last), each double taken as it is; `shift`
/// is that of the factor.
///
/// Holds `n × (p + 1)` numbers and two vectors of length n: meant for small data. `None` when the solution is not of full
/// rank or the steps do not converge.
#[must_use]
pub fn refine(
    solution: &Solution,
    options: SolveOptions,
    shift: &[f64],
    columns: &[&[f64]],
    rows: &[u32],
) -> Option<Refined> {
    let cells = |column: &&[f64]| {
        let cells: Option<Vec<f64>> = rows.iter().map(|row| column.get(*row as usize).copied()).collect();
        cells.map(Exact::doubles)
    };
    let exact: Vec<Exact> = columns.iter().map(cells).collect::<Option<_>>()?;
    refine_exact(solution, options, shift, &exact)
}

/// The same with columns of more than a double's digits, the training rows only.
#[must_use]
pub fn refine_exact(solution: &Solution, options: SolveOptions, shift: &[f64], columns: &[Exact]) -> Option<Refined> {
    let p = solution.coef.len();
    let (target, features) = columns.split_last()?;
    let n = target.len();
    if solution.rank != p || features.len() != p || shift.len() != p + 1 || n < p + 1 {
        return None;
    }
    let design = Design::new(features, shift, n, solution, options)?;
    let target_shift = if options.fit_intercept { *shift.last()? } else { 0.0 };
    let y: Vec<Dd> = target.shifted(target_shift);
    let (x, residuals) = design.solve(&y)?;
    let mut intercept = Dd::new(target_shift);
    let mut coef = Vec::with_capacity(p);
    for (j, value) in x.iter().enumerate() {
        match j.checked_sub(usize::from(options.fit_intercept)) {
            None => intercept = intercept.add(*value),
            Some(feature) => {
                if options.fit_intercept {
                    intercept = intercept.add(value.mul(Dd::new(*shift.get(feature)?)).neg());
                }
                coef.push(value.value());
            }
        }
    }
    let ss_residual = residuals.iter().fold(Dd::default(), |total, r| total.add(r.mul(*r))).value();
    Some(Refined { coef, intercept: intercept.value(), ss_residual })
}

/// The listed rows as a matrix, in double-double, with its factors.
struct Design {
    /// Shifted columns, exact as pairs; the first is ones with an intercept.
    columns: Vec<Vec<Dd>>,
    /// Powers of two near the columns' norms: scaling by them is exact.
    scales: Vec<f64>,
    q: DMatrix<f64>,
    r: DMatrix<f64>,
}

impl Design {
    fn new(features: &[Exact], shift: &[f64], n: usize, solution: &Solution, options: SolveOptions) -> Option<Self> {
        let mut columns = Vec::with_capacity(features.len() + 1);
        let mut scales = Vec::with_capacity(features.len() + 1);
        if options.fit_intercept {
            columns.push(vec![Dd::new(1.0); n]);
            scales.push(power_of_two((n as f64).sqrt()));
        }
        for (j, feature) in features.iter().enumerate() {
            if feature.len() != n {
                return None;
            }
            columns.push(feature.shifted(if options.fit_intercept { *shift.get(j)? } else { 0.0 }));
            scales.push(power_of_two(*solution.norms.get(j)?));
        }
        let cells = columns.iter().zip(&scales).flat_map(|(column, scale)| column.iter().map(move |v| v.hi / scale));
        let (q, r) = QR::new(DMatrix::from_iterator(n, columns.len(), cells)).unpack();
        Some(Self { columns, scales, q, r })
    }

    /// Coefficients of the shifted columns for the shifted target, and residuals.
    fn solve(&self, y: &[Dd]) -> Option<(Vec<Dd>, Vec<Dd>)> {
        let mut x = vec![Dd::default(); self.columns.len()];
        let mut residuals = vec![Dd::default(); y.len()];
        let mut last_step = f64::INFINITY;
        for _ in 0..MAX_STEPS {
            let f = self.misfit(y, &x, &residuals);
            let g = self.slope(&residuals);
            // Rᵀh = g, d = Qᵀf, R·δx = d − h, δr = f − Q(d − h).
            let h = self.r.tr_solve_upper_triangular(&g)?;
            let d = self.q.tr_mul(&f) - h;
            let step = self.r.solve_upper_triangular(&d)?;
            let change = f - &self.q * d;
            for ((x, step), scale) in x.iter_mut().zip(step.iter()).zip(&self.scales) {
                *x = x.add(Dd::new(step / scale));
            }
            for (residual, change) in residuals.iter_mut().zip(change.iter()) {
                *residual = residual.add(Dd::new(*change));
            }
            let size = x.iter().zip(&self.scales).map(|(x, scale)| (x.hi * scale).powi(2)).sum::<f64>().sqrt();
            let length = step.norm();
            if !length.is_finite() {
                return None;
            }
            // Far below the last bit of the doubles that come out.
            if length <= 1e-20 * size || length == 0.0 {
                return Some((x, residuals));
            }
            if length > 0.5 * last_step {
                return (length <= 1e-17 * size).then_some((x, residuals));
            }
            last_step = length;
        }
        None
    }

    /// `f = y − r − A·x`.
    fn misfit(&self, y: &[Dd], x: &[Dd], residuals: &[Dd]) -> DVector<f64> {
        let mut left: Vec<Dd> = y.iter().zip(residuals).map(|(y, r)| y.add(r.neg())).collect();
        for (column, x) in self.columns.iter().zip(x) {
            let minus = x.neg();
            left.iter_mut().zip(column).for_each(|(left, cell)| *left = left.add(cell.mul(minus)));
        }
        DVector::from_iterator(left.len(), left.iter().map(|left| left.value()))
    }

    /// `g = −Aᵀ·r`, of the scaled columns.
    fn slope(&self, residuals: &[Dd]) -> DVector<f64> {
        let along = |column: &Vec<Dd>| {
            column.iter().zip(residuals).fold(Dd::default(), |total, (cell, r)| total.add(cell.mul(*r))).value()
        };
        let slopes = self.columns.iter().zip(&self.scales).map(|(column, scale)| -along(column) / scale);
        DVector::from_iterator(self.columns.len(), slopes)
    }
}

/// The power of two at or below a positive number: its exponent bits alone.
fn power_of_two(value: f64) -> f64 {
    let power = f64::from_bits(value.to_bits() & 0x7ff0_0000_0000_0000);
    if power.is_normal() { power } else { 1.0 }
}
