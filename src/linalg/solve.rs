//! Ordinary least squares from the R factor alone.

use nalgebra::{DMatrix, DVector, QR};

use super::LinalgError;
use super::dd::Dd;
use super::rfactor::RFactor;
use super::svd::{Decomposed, decompose};

/// scikit-learn ≥ 1.9 drops singular values at or below this share of the largest.
const SCIKIT_LEARN_TOL: f64 = 1e-6;

/// How to solve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolveOptions {
    pub fit_intercept: bool,
    /// Singular values of the centred, unscaled matrix at or below `tol` times the largest are dropped, as scikit-learn 1.9
    /// does. `None`: the rank is decided at machine precision on columns scaled to unit norm, so units do not matter.
    pub tol: Option<f64>,
}

/// A least-squares solution and what is known of it. Indices are those of the features.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    pub coef: Vec<f64>,
    /// 0 without intercept.
    pub intercept: f64,
    /// Directions that the solution uses.
    pub rank: usize,
    /// The rank that scikit-learn 1.9 would use (`tol` = 1e-6).
    pub rank_scikit_learn: usize,
    /// Singular values of the centred (without intercept: raw) matrix, descending, `min(n, p)` of them.
    pub singular_values: Vec<f64>,
    /// Largest over smallest singular value that is not zero, with columns scaled to unit norm; 1 without any.
    pub condition_number: f64,
    /// Features that, to machine precision, are sums of multiples of those before them (and of the intercept).
    pub dependent: Vec<usize>,
    /// Euclidean norm of each centred (raw) feature column: `sd · √(n − 1)`.
    pub norms: Vec<f64>,
    /// Sum of squared residuals.
    pub ss_residual: f64,
    /// Rows less parameters; 0 when there are not enough rows.
    pub df_residual: u64,
    /// Diagonal of `(XᵀX)⁻¹`, one a feature; `None` when it has no inverse or directions were dropped.
    pub inverse_diagonal: Option<Vec<f64>>,
    /// The same for the intercept.
    pub inverse_intercept: Option<f64>,
}

/// The triangular system that is left when Q has gone.
#[derive(Debug, Clone)]
pub(super) struct System {
    /// `(m, p)`, m ≤ p, upper trapezoid.
    pub(super) a: DMatrix<f64>,
    /// `(m,)`.
    pub(super) b: DVector<f64>,
    /// What no choice of coefficients can fit.
    pub(super) tail: f64,
    pub(super) norms: Vec<f64>,
}

impl RFactor {
    /// The least-squares solution: back substitution at full rank, else the solution of minimum norm, which is
    /// scikit-learn's.
    ///
    /// # Errors
    /// `NoRows`, `NotFinite`, `NoConvergence`.
    pub fn solve(&self, options: SolveOptions) -> Result<Solution, LinalgError> {
        if self.n_rows() == 0 {
            return Err(LinalgError::NoRows);
        }
        let system = self.system(options.fit_intercept)?;
        let n_features = self.n_features();
        let scaled = scale(&system);
        let of_scaled = decompose(&scaled)?;
        let of_raw = decompose(&system.a)?;
        let machine = f64::EPSILON * (self.n_rows() as f64).max(n_features as f64);
        let full_rank = of_scaled.rank(machine);
        let rank_of = |tol: f64| of_raw.rank(tol).min(full_rank);
        let rank = options.tol.map_or(full_rank, rank_of);
        let mut coef = if rank == n_features {
            back_substitute(&scaled, &system)
        } else if rank == full_rank {
            minimum_norm(&of_scaled, &system, rank)
        } else {
            of_raw.solve(&system.b, rank)
        };
        // A constant column has no part in the solution: exactly none, not some last bits.
        coef.iter_mut().zip(&system.norms).filter(|(_, norm)| **norm == 0.0).for_each(|(coef, _)| *coef = 0.0);
        let misfit = if rank == n_features { 0.0 } else { (&system.b - &system.a * &coef).norm_squared() };
        let n_parameters = (n_features + usize::from(options.fit_intercept)) as u64;
        let inverse = (rank == n_features && self.n_rows() > n_parameters).then(|| inverse_rows(&scaled, &system));
        let inverse_intercept = inverse.as_ref().filter(|_| options.fit_intercept).map(|rows| {
            let means = DVector::from_iterator(n_features, self.means().into_iter().take(n_features));
            1.0 / self.total_weight() + rows.tr_mul(&means).norm_squared()
        });
        let smallest = full_rank.checked_sub(1).and_then(|last| of_scaled.values.get(last));
        Ok(Solution {
            intercept: if options.fit_intercept { self.intercept(coef.as_slice()) } else { 0.0 },
            coef: coef.iter().copied().collect(),
            rank,
            rank_scikit_learn: rank_of(SCIKIT_LEARN_TOL),
            condition_number: smallest.map_or(1.0, |smallest| of_scaled.values.first().map_or(1.0, |v| v / smallest)),
            dependent: dependent(&of_scaled, full_rank),
            singular_values: of_raw.values,
            norms: system.norms,
            ss_residual: system.tail * system.tail + misfit,
            df_residual: self.n_rows().saturating_sub(n_parameters),
            inverse_diagonal: inverse.map(|rows| rows.row_iter().map(|row| row.norm_squared()).collect()),
            inverse_intercept,
        })
    }

    pub(super) fn system(&self, fit_intercept: bool) -> Result<System, LinalgError> {
        let p = self.n_features();
        // With the ones in front, what is right of and below them belongs to the centred data.
        let (r, first) = if fit_intercept { (self.matrix().clone(), 1) } else { (self.without_ones(), 0) };
        if r.iter().any(|value| !value.is_finite()) {
            return Err(LinalgError::NotFinite);
        }
        let m = r.nrows().saturating_sub(first).min(p);
        let mut a = r.view((first, first), (m, p)).into_owned();
        let b = DVector::from(r.view((first, first + p), (m, 1)).column(0).into_owned());
        let tail = r.get((first + p, first + p)).copied().unwrap_or(0.0);
        let means = self.means();
        let mut norms = Vec::with_capacity(p);
        for (j, mut column) in a.column_iter_mut().enumerate() {
            let mean = if fit_intercept { means.get(j).map_or(0.0, |mean| mean.abs()) } else { 0.0 };
            let noise = 4.0 * f64::EPSILON * mean * self.total_weight().sqrt();
            // A spread below the rounding of the values themselves is a constant column.
            if column.norm() <= noise {
                column.fill(0.0);
            }
            norms.push(column.norm());
        }
        Ok(System { a, b, tail, norms })
    }

    /// `mean(y) − Σ mean(x)·coef`, with the shift's share in double-double.
    pub(super) fn intercept(&self, coef: &[f64]) -> f64 {
        let (shift, offsets) = (self.shift(), self.mean_offsets());
        let mut total = Dd::default();
        for (j, (shift, offset)) in shift.iter().zip(&offsets).enumerate() {
            let weight = coef.get(j).map_or(1.0, |coef| -coef);
            total = total.add(Dd::new(*shift).add(Dd::new(*offset)).mul(Dd::new(weight)));
        }
        total.value()
    }
}

/// Columns scaled to unit norm, so that units do not matter; zero columns stay.
fn scale(system: &System) -> DMatrix<f64> {
    let mut scaled = system.a.clone();
    for (mut column, norm) in scaled.column_iter_mut().zip(&system.norms) {
        if *norm > 0.0 {
            column /= *norm;
        }
    }
    scaled
}

/// Divides by the scale again.
fn unscale(z: DVector<f64>, norms: &[f64]) -> DVector<f64> {
    DVector::from_iterator(z.len(), z.iter().zip(norms).map(|(z, norm)| if *norm > 0.0 { z / norm } else { 0.0 }))
}

/// Solves the square triangle, then once more for the residual, taken in double-double.
fn back_substitute(scaled: &DMatrix<f64>, system: &System) -> DVector<f64> {
    let mut z = scaled.solve_upper_triangular(&system.b).unwrap_or_else(|| DVector::zeros(scaled.ncols()));
    let residual = DVector::from_iterator(
        z.len(),
        system.b.iter().zip(scaled.row_iter()).map(|(b, row)| {
            let fitted = row.iter().zip(z.iter()).fold(Dd::default(), |s, (a, z)| s.add(Dd::new(*a).mul(Dd::new(*z))));
            Dd::new(*b).add(fitted.neg()).value()
        }),
    );
    if let Some(correction) = scaled.solve_upper_triangular(&residual) {
        z += correction;
    }
    unscale(z, &system.norms)
}

/// The shortest solution in the features' own units: any solution, projected onto the row space of the unscaled matrix.
///
/// The rank comes from scaled columns, but which solution is shortest depends on units, and scikit-learn's are unscaled.
fn minimum_norm(of_scaled: &Decomposed, system: &System, rank: usize) -> DVector<f64> {
    let p = system.norms.len();
    let any = unscale(of_scaled.solve(&system.b, rank), &system.norms);
    let basis = DMatrix::from_fn(p, rank, |j, i| {
        of_scaled.v_t.get((i, j)).copied().unwrap_or(0.0) * system.norms.get(j).copied().unwrap_or(0.0)
    });
    let q = QR::new(basis).q();
    &q * q.tr_mul(&any)
}

/// Rows of `X`'s inverse triangle: the squared norm of row j is the j-th diagonal entry of `(XᵀX)⁻¹`.
fn inverse_rows(scaled: &DMatrix<f64>, system: &System) -> DMatrix<f64> {
    let p = scaled.ncols();
    let mut inverse = scaled
        .solve_upper_triangular(&DMatrix::identity(p, p))
        .unwrap_or_else(|| DMatrix::from_element(p, p, f64::INFINITY));
    for (mut row, norm) in inverse.row_iter_mut().zip(&system.norms) {
        row /= *norm;
    }
    inverse
}

/// From left to right, the columns that lie in the span of those before, within the `rank` directions that count.
fn dependent(of_scaled: &Decomposed, rank: usize) -> Vec<usize> {
    // Far above the rounding of the directions that count, far below a real one.
    const NEGLIGIBLE: f64 = 1e-9;
    let p = of_scaled.v_t.ncols();
    if rank == p {
        return Vec::new();
    }
    let weights = DVector::from_iterator(rank, of_scaled.values.iter().copied().take(rank));
    let mut basis: Vec<DVector<f64>> = Vec::with_capacity(rank);
    let mut dependent = Vec::new();
    for j in 0..p {
        let mut left = of_scaled.v_t.view((0, j), (rank, 1)).column(0).component_mul(&weights);
        // Twice is enough (Kahan): once loses orthogonality when little is left.
        for _ in 0..2 {
            for direction in &basis {
                let along = direction.dot(&left);
                left.axpy(-along, direction, 1.0);
            }
        }
        let norm = left.norm();
        if norm <= NEGLIGIBLE || basis.len() == rank {
            dependent.push(j);
        } else {
            basis.push(left / norm);
        }
    }
    dependent
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: SolveOptions = SolveOptions { fit_intercept: true, tol: None };

    fn solve(columns: &[&[f64]], options: SolveOptions) -> Solution {
        let mut factor = RFactor::new(columns.iter().map(|column| column[0]).collect());
        factor.absorb(&columns.concat()).unwrap();
        factor.solve(options).unwrap()
    }

    #[test]
    fn a_line_through_points_on_it() {
        let line = solve(&[&[1.0, 2.0, 4.0], &[5.0, 7.0, 11.0]], PLAIN);
        assert!((line.coef[0] - 2.0).abs() < 1e-14 && (line.intercept - 3.0).abs() < 1e-14);
        assert!(line.ss_residual < 1e-28);
        assert_eq!((line.rank, line.df_residual), (1, 1));
    }

    #[test]
    fn units_decide_the_shortest_solution() {
        // x2 = 10·x1 and y = 101·x1: of all a + 10·b = 101 the shortest is (1, 10).
        let fit = solve(&[&[0.0, 1.0, 2.0], &[0.0, 10.0, 20.0], &[0.0, 101.0, 202.0]], PLAIN);
        assert!((fit.coef[0] - 1.0).abs() < 1e-13 && (fit.coef[1] - 10.0).abs() < 1e-12);
        assert_eq!((fit.rank, fit.dependent, fit.inverse_diagonal), (1, vec![1], None));
    }

    #[test]
    fn a_constant_column_gets_nothing() {
        let fit = solve(&[&[0.1, 0.1, 0.1], &[1.0, 2.0, 4.0], &[5.0, 7.0, 11.0]], PLAIN);
        assert_eq!((fit.coef[0], fit.rank, fit.dependent), (0.0, 1, vec![0]));
        assert!((fit.coef[1] - 2.0).abs() < 1e-14);
    }

    #[test]
    fn nothing_to_solve_is_an_error() {
        assert_eq!(RFactor::new(vec![0.0, 0.0]).solve(PLAIN), Err(LinalgError::NoRows));
        let mut factor = RFactor::new(vec![0.0, 0.0]);
        factor.absorb(&[1.0, f64::NAN, 3.0, 4.0]).unwrap();
        assert_eq!(factor.solve(PLAIN), Err(LinalgError::NotFinite));
    }
}
