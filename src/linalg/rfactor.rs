//! Folding and merging.

use nalgebra::{DMatrix, QR};
use serde::{Deserialize, Serialize};

use super::LinalgError;

/// Rows folded at a time: best for 10 to 50 columns, flat above 256.
pub const BLOCK_ROWS: usize = 512;

/// The upper-trapezoidal factor of the QR decomposition of all rows `[1, x₁ − s₁, …, x_p − s_p, y − s_y]` folded so far.
///
/// Its shape is `(min(n_rows, p + 2), p + 2)`; its diagonal is not negative. `R[1.., 1..]` is the factor of the *centred*
/// data. The shift `s` is one fixed number a column: near the mean it saves the digits that a large mean with a small
/// spread would cost; whatever it is, `solve` undoes it exactly.
///
/// Folding is backward stable and needs memory for one block only. Blocking and order of rows change the last bits, nothing
/// else; the same blocks in the same order give the same bits on every machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct RFactor {
    shift: Vec<f64>,
    n_rows: u64,
    /// The sum of the rows' weights; `None` where each weighs 1.
    weight: Option<f64>,
    r: DMatrix<f64>,
}

impl RFactor {
    /// The factor of no rows. `shift` has one number a feature, then the target's: ideally their means.
    #[must_use]
    pub fn new(shift: Vec<f64>) -> Self {
        let r = DMatrix::zeros(0, shift.len() + 1);
        Self { shift, n_rows: 0, weight: None, r }
    }

    /// Folds a block: column-major, `n × (p + 1)` unshifted values, the target last.
    ///
    /// # Errors
    /// `Shape` when the length is no multiple of `p + 1`.
    pub fn absorb(&mut self, block: &[f64]) -> Result<(), LinalgError> {
        let n_values = self.shift.len();
        if n_values == 0 || !block.len().is_multiple_of(n_values) {
            return Err(LinalgError::Shape { expected: n_values, found: block.len() });
        }
        let n = block.len() / n_values;
        let columns: Vec<&[f64]> = if n == 0 { Vec::new() } else { block.chunks_exact(n).collect() };
        self.fold(n, None, |j, shift, cells| {
            cells.extend(columns.get(j).copied().unwrap_or_default().iter().map(|value| value - shift));
        });
        Ok(())
    }

    /// Folds the listed rows of columns in memory (the target last) in blocks of `BLOCK_ROWS`. Ascending rows read fastest.
    ///
    /// # Errors
    /// `Shape` for another number of columns; `RowOutOfRange` for a row beyond a column's end.
    pub fn absorb_rows(&mut self, columns: &[&[f64]], rows: &[u32]) -> Result<(), LinalgError> {
        if columns.len() != self.shift.len() {
            return Err(LinalgError::Shape { expected: self.shift.len(), found: columns.len() });
        }
        let shortest = columns.iter().map(|column| column.len()).min().unwrap_or(0);
        if let Some(row) = rows.iter().find(|row| **row as usize >= shortest) {
            return Err(LinalgError::RowOutOfRange { row: u64::from(*row) + 1 });
        }
        for chunk in rows.chunks(BLOCK_ROWS) {
            self.fold(chunk.len(), None, |j, shift, cells| {
                let column = columns.get(j).copied().unwrap_or_default();
                let value = |row: &u32| column.get(*row as usize).copied().unwrap_or(f64::NAN);
                cells.extend(chunk.iter().map(|row| value(row) - shift));
            });
        }
        Ok(())
    }

    /// The same where row `i` of the columns weighs `weights[i]`, not negative: it is folded as if it were there so many
    /// times, which is weighted least squares.
    ///
    /// # Errors
    /// As `absorb_rows`; the weights count as a column.
    pub fn absorb_weighted(&mut self, columns: &[&[f64]], rows: &[u32], weights: &[f64]) -> Result<(), LinalgError> {
        if columns.len() != self.shift.len() {
            return Err(LinalgError::Shape { expected: self.shift.len(), found: columns.len() });
        }
        let shortest = columns.iter().map(|column| column.len()).min().unwrap_or(0).min(weights.len());
        if let Some(row) = rows.iter().find(|row| **row as usize >= shortest) {
            return Err(LinalgError::RowOutOfRange { row: u64::from(*row) + 1 });
        }
        for chunk in rows.chunks(BLOCK_ROWS) {
            let of = |row: &u32| weights.get(*row as usize).copied().unwrap_or(f64::NAN);
            let roots: Vec<f64> = chunk.iter().map(|row| of(row).sqrt()).collect();
            let before = self.total_weight();
            self.weight = Some(before + chunk.iter().map(of).sum::<f64>());
            self.fold(chunk.len(), Some(&roots), |j, shift, cells| {
                let column = columns.get(j).copied().unwrap_or_default();
                let value = |row: &u32| column.get(*row as usize).copied().unwrap_or(f64::NAN);
                cells.extend(chunk.iter().zip(&roots).map(|(row, root)| (value(row) - shift) * root));
            });
        }
        Ok(())
    }

    /// `R ← qr([R; block]).r()`, where `fill(j, shift, cells)` appends the `n` shifted values of column `j`.
    fn fold(&mut self, n: usize, ones: Option<&[f64]>, fill: impl Fn(usize, f64, &mut Vec<f64>)) {
        let top = self.r.nrows();
        let mut cells = Vec::with_capacity((top + n) * self.r.ncols());
        cells.extend(self.r.column(0).iter());
        cells.extend(ones.unwrap_or_default());
        cells.resize(top + n, 1.0);
        for (j, shift) in self.shift.iter().enumerate() {
            cells.extend_from_slice(self.r.column(j + 1).as_slice());
            fill(j, *shift, &mut cells);
            cells.resize((top + n) * (j + 2), f64::NAN);
        }
        self.r = triangle(DMatrix::from_vec(top + n, self.r.ncols(), cells));
        self.n_rows += n as u64;
    }

    /// The factor of the rows of both, with this one's shift: exact for shards, folds and added data.
    ///
    /// # Errors
    /// `Shape` when the numbers of columns differ.
    pub fn merge(&self, other: &Self) -> Result<Self, LinalgError> {
        if other.shift.len() != self.shift.len() {
            return Err(LinalgError::Shape { expected: self.shift.len(), found: other.shift.len() });
        }
        let moved = other.shifted_to(&self.shift);
        let (top, bottom) = (self.r.nrows(), moved.nrows());
        let mut stacked = DMatrix::zeros(top + bottom, self.r.ncols());
        stacked.rows_mut(0, top).copy_from(&self.r);
        stacked.rows_mut(top, bottom).copy_from(&moved);
        let is_weighted = self.weight.is_some() || other.weight.is_some();
        let weight = is_weighted.then(|| self.total_weight() + other.total_weight());
        Ok(Self { shift: self.shift.clone(), n_rows: self.n_rows + other.n_rows, weight, r: triangle(stacked) })
    }

    /// The same factor for another shift. With the ones column in front this changes the first row only.
    fn shifted_to(&self, shift: &[f64]) -> DMatrix<f64> {
        let mut r = self.r.clone();
        if r.nrows() > 0 {
            let root_n = r[(0, 0)];
            for (j, (old, new)) in self.shift.iter().zip(shift).enumerate() {
                r[(0, j + 1)] += root_n * (old - new);
            }
        }
        r
    }

    /// The factor of `[x₁, …, x_p, y]` without the ones column and unshifted.
    pub(super) fn without_ones(&self) -> DMatrix<f64> {
        triangle(self.shifted_to(&vec![0.0; self.shift.len()]).remove_column(0))
    }

    /// Rows folded so far.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// The sum of the rows' weights: their number, where each weighs 1.
    #[must_use]
    pub fn total_weight(&self) -> f64 {
        self.weight.unwrap_or(self.n_rows as f64)
    }

    /// Number of features `p`.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.shift.len().saturating_sub(1)
    }

    /// What is subtracted from each feature, and from the target last.
    #[must_use]
    pub fn shift(&self) -> &[f64] {
        &self.shift
    }

    /// How far each column's mean is from its shift (the target last); 0 without rows.
    #[must_use]
    pub fn mean_offsets(&self) -> Vec<f64> {
        let offset = |j: usize| if self.r.nrows() > 0 { self.r[(0, j + 1)] / self.r[(0, 0)] } else { 0.0 };
        (0..self.shift.len()).map(offset).collect()
    }

    /// The mean of each column (the target last).
    #[must_use]
    pub fn means(&self) -> Vec<f64> {
        self.mean_offsets().iter().zip(&self.shift).map(|(offset, shift)| offset + shift).collect()
    }

    /// The matrix itself.
    pub(super) fn matrix(&self) -> &DMatrix<f64> {
        &self.r
    }

    /// The entry of row `i` and column `j`; 0 outside. Column 0 belongs to the ones, the last to the target.
    #[must_use]
    pub fn entry(&self, i: usize, j: usize) -> f64 {
        self.r.get((i, j)).copied().unwrap_or(0.0)
    }
}

/// nalgebra's QR by Householder reflections; its R has a diagonal that is not negative.
pub(super) fn triangle(matrix: DMatrix<f64>) -> DMatrix<f64> {
    QR::new(matrix).unpack_r()
}

/// What is written: the trapezoid row by row, without the zeros below the diagonal.
#[derive(Serialize, Deserialize)]
struct Stored {
    n_rows: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weight: Option<f64>,
    shift: Vec<f64>,
    r: Vec<Vec<f64>>,
}

impl From<RFactor> for Stored {
    fn from(factor: RFactor) -> Self {
        let r = &factor.r;
        let rows = (0..r.nrows()).map(|i| (i..r.ncols()).map(|j| r[(i, j)]).collect()).collect();
        Self { n_rows: factor.n_rows, weight: factor.weight, shift: factor.shift, r: rows }
    }
}

impl TryFrom<Stored> for RFactor {
    type Error = LinalgError;

    fn try_from(stored: Stored) -> Result<Self, LinalgError> {
        let n_columns = stored.shift.len() + 1;
        let mut r = DMatrix::zeros(stored.r.len(), n_columns);
        for (i, row) in stored.r.iter().enumerate() {
            if i >= n_columns || row.len() != n_columns - i {
                return Err(LinalgError::Shape { expected: n_columns.saturating_sub(i), found: row.len() });
            }
            row.iter().enumerate().for_each(|(j, value)| r[(i, i + j)] = *value);
        }
        Ok(Self { shift: stored.shift, n_rows: stored.n_rows, weight: stored.weight, r })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor() -> RFactor {
        let mut factor = RFactor::new(vec![2.0, 20.0]);
        factor.absorb(&[1.0, 2.0, 4.0, 10.0, 30.0, 25.0]).unwrap();
        factor
    }

    #[test]
    fn r_squared_is_the_gram_matrix_of_the_shifted_rows() {
        let r = factor().r;
        let gram = r.transpose() * &r;
        // Rows [1, −1, −10], [1, 0, 10], [1, 2, 5], multiplied out by hand.
        let expected = DMatrix::from_row_slice(3, 3, &[3.0, 1.0, 5.0, 1.0, 5.0, 20.0, 5.0, 20.0, 225.0]);
        assert!((gram - expected).amax() < 1e-12);
        assert!((0..3).all(|i| r[(i, i)] >= 0.0 && (0..i).all(|j| r[(i, j)] == 0.0)));
        assert!((factor().means()[0] - 7.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn survives_storing_and_refuses_other_shapes() {
        let text = serde_json::to_string(&factor()).unwrap();
        assert_eq!(serde_json::from_str::<RFactor>(&text).unwrap(), factor());
        assert!(serde_json::from_str::<RFactor>(r#"{"n_rows":1,"shift":[0,0],"r":[[1,2]]}"#).is_err());
        assert_eq!(factor().absorb(&[1.0]), Err(LinalgError::Shape { expected: 2, found: 1 }));
        assert_eq!(factor().absorb_rows(&[&[1.0], &[1.0]], &[1]), Err(LinalgError::RowOutOfRange { row: 2 }));
    }

    #[test]
    fn merging_undoes_a_different_shift() {
        let mut other = RFactor::new(vec![0.0, 0.0]);
        other.absorb(&[7.0, 1.0, 50.0, 3.0]).unwrap();
        let mut whole = factor();
        whole.absorb(&[7.0, 1.0, 50.0, 3.0]).unwrap();
        let merged = factor().merge(&other).unwrap();
        assert_eq!(merged.n_rows, 5);
        assert!((merged.r - whole.r).amax() < 1e-13);
    }
}
