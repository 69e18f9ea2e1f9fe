//! Singular values of small matrices, sorted, checked.
//!
//! nalgebra 0.35's SVD is quick, but for some singular matrices it returns factors whose product is another matrix (the
//! test below has one, of rank 2: a singular value of 1.98 for 1.63). So its product is compared with the input, and where it fails,
//! one-sided Jacobi rotations do the work: slower, and without that fault.

use nalgebra::{DMatrix, DVector, SVD};

use super::LinalgError;

/// `a = u · diag(values) · v_t`, values descending. Of zero values, `v_t`'s rows may be zero.
#[derive(Debug, Clone)]
pub(super) struct Decomposed {
    pub(super) u: DMatrix<f64>,
    pub(super) values: Vec<f64>,
    pub(super) v_t: DMatrix<f64>,
}

impl Decomposed {
    /// How many singular values are above `cutoff` times the largest.
    pub(super) fn rank(&self, cutoff: f64) -> usize {
        let largest = self.values.first().copied().unwrap_or(0.0);
        self.values.iter().filter(|value| **value > cutoff * largest).count()
    }

    /// The least-squares solution that uses the first `rank` directions only: the shortest of all that fit as well.
    pub(super) fn solve(&self, b: &DVector<f64>, rank: usize) -> DVector<f64> {
        let mut x = DVector::zeros(self.v_t.ncols());
        for (i, value) in self.values.iter().enumerate().take(rank) {
            x += self.v_t.row(i).transpose() * (self.u.column(i).dot(b) / value);
        }
        x
    }

    /// Whether the product is `a` again, and u's columns are orthonormal, to rounding.
    fn is_right(&self, a: &DMatrix<f64>) -> bool {
        let largest = self.values.first().copied().unwrap_or(0.0);
        let rounding = 8.0 * f64::EPSILON * (a.nrows() + a.ncols()) as f64;
        let product = &self.u * DMatrix::from_diagonal(&DVector::from_column_slice(&self.values)) * &self.v_t;
        let orthonormal = self.u.tr_mul(&self.u) - DMatrix::identity(self.u.ncols(), self.u.ncols());
        (product - a).norm() <= rounding * largest && orthonormal.norm() <= rounding
    }
}

/// The singular value decomposition of an `(m, p)` matrix, m ≤ p: `u (m, m)`, `v_t (m, p)`.
pub(super) fn decompose(a: &DMatrix<f64>) -> Result<Decomposed, LinalgError> {
    if a.iter().any(|value| !value.is_finite()) {
        return Err(LinalgError::NotFinite);
    }
    if a.is_empty() {
        let (u, v_t) = (DMatrix::zeros(a.nrows(), 0), DMatrix::zeros(0, a.ncols()));
        return Ok(Decomposed { u, values: Vec::new(), v_t });
    }
    Ok(by_nalgebra(a).filter(|decomposed| decomposed.is_right(a)).unwrap_or_else(|| by_jacobi(a)))
}

fn by_nalgebra(a: &DMatrix<f64>) -> Option<Decomposed> {
    // Bounded, so that no input hangs the worker.
    let iterations = 1000 + 100 * a.ncols();
    let svd = SVD::try_new(a.clone(), true, true, f64::EPSILON, iterations)?;
    Some(Decomposed { u: svd.u?, values: svd.singular_values.iter().copied().collect(), v_t: svd.v_t? })
}

/// Hestenes' method: rotates pairs of a's rows until all are orthogonal; their lengths are the singular values.
fn by_jacobi(a: &DMatrix<f64>) -> Decomposed {
    const MAX_SWEEPS: usize = 60;
    let m = a.nrows();
    let mut work = a.transpose();
    let mut u = DMatrix::identity(m, m);
    for _ in 0..MAX_SWEEPS {
        let mut rotated = false;
        for i in 0..m {
            for j in i + 1..m {
                let (left, right) = (work.column(i).norm_squared(), work.column(j).norm_squared());
                let dot = work.column(i).dot(&work.column(j));
                if dot.abs() <= f64::EPSILON * (left * right).sqrt() {
                    continue;
                }
                rotated = true;
                let zeta = (right - left) / (2.0 * dot);
                let tangent = 1.0_f64.copysign(zeta) / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
                let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
                rotate(&mut work, i, j, cosine, cosine * tangent);
                rotate(&mut u, i, j, cosine, cosine * tangent);
            }
        }
        if !rotated {
            break;
        }
    }
    let lengths: Vec<f64> = work.column_iter().map(|column| column.norm()).collect();
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|a, b| lengths.get(*b).partial_cmp(&lengths.get(*a)).unwrap_or(std::cmp::Ordering::Equal));
    let values: Vec<f64> = order.iter().filter_map(|i| lengths.get(*i).copied()).collect();
    let v_t = DMatrix::from_fn(m, a.ncols(), |i, j| {
        let (from, length) = (order.get(i).copied().unwrap_or(i), values.get(i).copied().unwrap_or(0.0));
        if length > 0.0 { work[(j, from)] / length } else { 0.0 }
    });
    Decomposed { u: u.select_columns(&order), values, v_t }
}

fn rotate(matrix: &mut DMatrix<f64>, i: usize, j: usize, cosine: f64, sine: f64) {
    for row in 0..matrix.nrows() {
        let (left, right) = (matrix[(row, i)], matrix[(row, j)]);
        matrix[(row, i)] = cosine * left - sine * right;
        matrix[(row, j)] = sine * left + cosine * right;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_right(decomposed: &Decomposed, a: &DMatrix<f64>) {
        assert!(decomposed.is_right(a), "{:?}", decomposed.values);
        assert!(decomposed.values.is_sorted_by(|a, b| a >= b));
    }

    /// Unit columns a, b, c ∝ a + b to rounding, and a again: rank 2. nalgebra 0.35.0 gives 1.98, 1.16 for 1.63, 1.16.
    fn singular() -> DMatrix<f64> {
        let rows = [
            [1.0, -0.0189394998852262, 0.6752278109040992, 1.0],
            [0.0, 0.9998206315855347, 0.7376092484382621, 0.0],
            [0.0, 0.0, 2.1456967044359824e-16, 0.0],
            [0.0, 0.0, 0.0, 0.0],
        ];
        DMatrix::from_fn(4, 4, |i, j| rows[i][j])
    }

    #[test]
    fn both_ways_agree_and_are_right() {
        let a = DMatrix::from_fn(4, 6, |i, j| ((7 * i + 3 * j * j) % 11) as f64 - 4.0);
        let (one, other) = (by_nalgebra(&a).unwrap(), by_jacobi(&a));
        assert_right(&one, &a);
        assert_right(&other, &a);
        one.values.iter().zip(&other.values).for_each(|(a, b)| assert!((a - b).abs() < 1e-13, "{a} {b}"));
    }

    #[test]
    fn singular_matrices_are_right_too() {
        let a = singular();
        for decomposed in [decompose(&a).unwrap(), by_jacobi(&a)] {
            assert_right(&decomposed, &a);
            assert_eq!(decomposed.rank(1e-14), 2);
            // The sum of squares is that of the columns: 4.
            let squares: f64 = decomposed.values.iter().map(|value| value * value).sum();
            assert!((squares - 4.0).abs() < 1e-14);
        }
        let zero = DMatrix::zeros(2, 3);
        assert_eq!((decompose(&zero).unwrap().rank(0.1), by_jacobi(&zero).values), (0, vec![0.0, 0.0]));
    }

    #[test]
    fn graded_values_keep_their_size() {
        let a = DMatrix::from_diagonal(&DVector::from_column_slice(&[1.0, 1e-5, 1e-10]))
            * DMatrix::from_fn(3, 3, |i, j| if i == j { 1.0 } else { 0.1 });
        assert_right(&decompose(&a).unwrap(), &a);
        assert_eq!(by_jacobi(&a).rank(1e-12), 3);
    }
}
