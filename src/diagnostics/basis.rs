//! An orthonormal basis of the training rows' column space: rows of Q, made from R.
//!
//! With `X = Q·R`, the row `qᵢ = R⁻ᵀ·xᵢ` has everything that inference needs: the leverage is `‖qᵢ‖²`, and
//! `(XᵀX)⁻¹ = R⁻¹·R⁻ᵀ`. With an intercept, the first entry of `qᵢ` is `1/√n` and the rest belongs to the centred columns.
//! Of a factor of weighted rows, X is that of the rows scaled by `√w`, n is `Σw`, and `qᵢ` still lacks its own `√wᵢ`.

use nalgebra::{DMatrix, QR};

use super::DiagnosticsError;
use crate::linalg::{RFactor, SolveOptions};

/// The basis of one set of training rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Basis {
    pub(super) fit_intercept: bool,
    pub(super) n_rows: u64,
    /// Their number, where each weighs 1.
    total_weight: f64,
    pub(super) n_features: usize,
    /// Features that are no sums of multiples of those before them: the basis is made of these.
    pub(super) independent: Vec<usize>,
    pub(super) dependent: Vec<usize>,
    /// Subtracted first, then the offset, from each feature: together its mean (with an intercept), else 0.
    shift: Vec<f64>,
    offset: Vec<f64>,
    /// Shape `(rank, rank)`: `z = inverseᵀ · (x − mean)` over the independent features.
    pub(super) inverse: DMatrix<f64>,
    /// The triangle of all independent centred (raw) features.
    triangle: DMatrix<f64>,
    /// Sum of squares of the target about its mean (without intercept: about 0), and the part that X explains.
    pub(super) ss_total: f64,
    pub(super) ss_explained: f64,
}

impl Basis {
    pub(super) fn of(r: &RFactor, fit_intercept: bool) -> Result<Self, DiagnosticsError> {
        let solution = r.solve(SolveOptions { fit_intercept, tol: None })?;
        let p = r.n_features();
        let independent: Vec<usize> = (0..p).filter(|j| !solution.dependent.contains(j)).collect();
        let columns: Vec<usize> = independent.iter().copied().chain([p]).collect();
        let all = triangle_of(r, fit_intercept, &columns);
        let rank = independent.len();
        let triangle = DMatrix::from_fn(rank, rank, |i, j| entry(&all, i, j));
        let target: Vec<f64> = (0..all.nrows()).map(|i| entry(&all, i, rank)).collect();
        let norms: Vec<f64> = triangle.column_iter().map(|column| column.norm()).collect();
        let mut scaled = triangle.clone();
        scaled.column_iter_mut().zip(&norms).for_each(|(mut column, norm)| column /= *norm);
        let mut inverse = scaled
            .solve_upper_triangular(&DMatrix::identity(rank, rank))
            .unwrap_or_else(|| DMatrix::from_element(rank, rank, f64::INFINITY));
        inverse.row_iter_mut().zip(&norms).for_each(|(mut row, norm)| row /= *norm);
        let of_features = |values: &[f64]| -> Vec<f64> {
            if fit_intercept { values.iter().copied().take(p).collect() } else { vec![0.0; p] }
        };
        Ok(Self {
            fit_intercept,
            n_rows: r.n_rows(),
            total_weight: r.total_weight(),
            n_features: p,
            dependent: solution.dependent,
            shift: of_features(r.shift()),
            offset: of_features(&r.mean_offsets()),
            ss_total: target.iter().map(|value| value * value).sum(),
            ss_explained: target.iter().take(rank).map(|value| value * value).sum(),
            independent,
            inverse,
            triangle,
        })
    }

    /// Parameters that the rows determine: the rank, and one more with an intercept.
    pub(super) fn n_parameters(&self) -> usize {
        self.independent.len() + usize::from(self.fit_intercept)
    }

    pub(super) fn is_full_rank(&self) -> bool {
        self.independent.len() == self.n_features
    }

    /// The mean that is subtracted from a feature.
    pub(super) fn mean(&self, feature: usize) -> f64 {
        at(&self.shift, feature) + at(&self.offset, feature)
    }

    /// Rows of Q, shape `(n_parameters, rows)`: a column a row of data; where rows weigh, before they are scaled by `√w`.
    pub(super) fn rows_of_q(&self, cell: impl Fn(usize, usize) -> f64, n: usize) -> DMatrix<f64> {
        let centred = DMatrix::from_fn(self.independent.len(), n, |i, row| {
            let feature = self.independent.get(i).copied().unwrap_or(usize::MAX);
            (cell(feature, row) - at(&self.shift, feature)) - at(&self.offset, feature)
        });
        let z = self.inverse.tr_mul(&centred);
        if self.fit_intercept { z.insert_row(0, 1.0 / self.total_weight.sqrt()) } else { z }
    }

    /// `R⁻¹` in the coefficients' own units, intercept first: row i times row j is the entry of `(XᵀX)⁻¹`. Full rank only.
    pub(super) fn rows_of_inverse(&self) -> Option<DMatrix<f64>> {
        if !self.is_full_rank() {
            return None;
        }
        if !self.fit_intercept {
            return Some(self.inverse.clone());
        }
        let means = DMatrix::from_fn(1, self.n_features, |_, j| self.mean(j));
        let of_intercept = -(means * &self.inverse);
        let mut rows = self.inverse.clone().insert_row(0, 0.0).insert_column(0, 0.0);
        rows[(0, 0)] = 1.0 / self.total_weight.sqrt();
        rows.view_mut((0, 1), (1, self.n_features)).copy_from(&of_intercept);
        Some(rows)
    }

    /// `1/(1 − R²ⱼ)` of each feature regressed on the others (and the intercept): the norms of its column and of its row in
    /// the inverse. Full rank only.
    pub(super) fn variance_inflation(&self) -> Option<Vec<f64>> {
        let factor = |(column, row): (f64, f64)| column * row;
        let columns = self.triangle.column_iter().map(|column| column.norm_squared());
        let rows = self.inverse.row_iter().map(|row| row.norm_squared());
        self.is_full_rank().then(|| columns.zip(rows).map(factor).collect())
    }

    /// Largest over smallest singular value of X as it is, with its column of ones, as statsmodels reports it. Full rank only.
    pub(super) fn condition_number(&self) -> Option<f64> {
        if !self.is_full_rank() || self.n_parameters() == 0 {
            return None;
        }
        let mut whole = self.triangle.clone();
        if self.fit_intercept {
            let root_n = self.total_weight.sqrt();
            whole = whole.insert_row(0, 0.0).insert_column(0, 0.0);
            whole[(0, 0)] = root_n;
            (0..self.n_features).for_each(|j| whole[(0, j + 1)] = root_n * self.mean(j));
        }
        let values = whole.singular_values();
        let (largest, smallest) = (values.max(), values.min());
        (smallest > 0.0).then_some(largest / smallest).filter(|ratio| ratio.is_finite())
    }
}

/// The triangle of the chosen centred columns (without intercept: of the unshifted ones).
fn triangle_of(r: &RFactor, fit_intercept: bool, columns: &[usize]) -> DMatrix<f64> {
    let n_rows = r.n_features() + 2;
    let (first, means) = if fit_intercept { (1, Vec::new()) } else { (0, r.shift().to_vec()) };
    let root_n = r.entry(0, 0);
    let cell = |i: usize, j: usize| {
        let column = columns.get(j).copied().unwrap_or(usize::MAX);
        // Below the diagonal are zeros, which keep the number of rows at least that of the columns.
        let unshifted = if i + first == 0 { root_n * at(&means, column) } else { 0.0 };
        r.entry(i + first, column + 1) + unshifted
    };
    QR::new(DMatrix::from_fn(n_rows, columns.len(), cell)).unpack_r()
}

fn entry(matrix: &DMatrix<f64>, i: usize, j: usize) -> f64 {
    matrix.get((i, j)).copied().unwrap_or(0.0)
}

fn at(values: &[f64], place: usize) -> f64 {
    values.get(place).copied().unwrap_or(0.0)
}
