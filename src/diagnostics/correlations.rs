//! Pearson's and Spearman's correlations of all numeric columns, over the rows that both have, as pandas' `corr`.

use serde::{Deserialize, Serialize};

use super::DiagnosticsError;
use crate::base::sum;
use crate::table::Table;

/// More make a table that no one reads, and cost time by the square.
pub const MAX_CORRELATED: usize = 40;

/// Symmetric matrices over the numeric columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correlations {
    pub names: Vec<String>,
    /// `None` where a column is constant over the rows that both have, or there are fewer than two.
    pub pearson: Vec<Vec<Option<f64>>>,
    pub spearman: Vec<Vec<Option<f64>>>,
}

/// Correlations of the integer and float columns, over all rows or the listed ones. Missing cells are left out pair by pair.
///
/// # Errors
/// `TooManyColumns` above 40.
pub fn correlations(table: &Table, rows: Option<&[u32]>) -> Result<Correlations, DiagnosticsError> {
    let columns: Vec<(&str, Vec<f64>)> = table
        .columns()
        .iter()
        .filter(|column| column.data_type.is_numeric())
        .filter_map(|column| Some((column.name.as_str(), column.numbers()?)))
        .map(|(name, values)| {
            let listed = |rows: &[u32]| rows.iter().filter_map(|row| values.get(*row as usize).copied()).collect();
            (name, rows.map_or_else(|| values.to_vec(), listed))
        })
        .collect();
    let n = columns.len();
    if n > MAX_CORRELATED {
        return Err(DiagnosticsError::TooManyColumns { found: n, most: MAX_CORRELATED });
    }
    // Ranks of a whole column serve all pairs in which no cell is missing.
    let whole: Vec<Option<Vec<f64>>> =
        columns.iter().map(|(_, values)| values.iter().all(|value| !value.is_nan()).then(|| ranks(values))).collect();
    let mut pearson = vec![vec![None; n]; n];
    let mut spearman = vec![vec![None; n]; n];
    for (i, (_, a)) in columns.iter().enumerate() {
        for (j, (_, b)) in columns.iter().enumerate().skip(i) {
            let (of_values, of_ranks) = match (whole.get(i), whole.get(j)) {
                (Some(Some(rank_a)), Some(Some(rank_b))) => (correlation(a, b), correlation(rank_a, rank_b)),
                _ => {
                    let both = a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan());
                    let (a, b): (Vec<f64>, Vec<f64>) = both.unzip();
                    (correlation(&a, &b), correlation(&ranks(&a), &ranks(&b)))
                }
            };
            // A column with itself: 1, not some last bits less.
            let exact = |value: Option<f64>| if i == j { value.map(|_| 1.0) } else { value };
            let (of_values, of_ranks) = (exact(of_values), exact(of_ranks));
            for (matrix, value) in [(&mut pearson, of_values), (&mut spearman, of_ranks)] {
                for (row, column) in [(i, j), (j, i)] {
                    matrix.get_mut(row).and_then(|row| row.get_mut(column)).into_iter().for_each(|cell| *cell = value);
                }
            }
        }
    }
    Ok(Correlations { names: columns.iter().map(|(name, _)| (*name).to_owned()).collect(), pearson, spearman })
}

/// `Σ(a − ā)(b − b̄) / √(Σ(a − ā)²·Σ(b − b̄)²)`, kept within −1 and 1.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len() as f64;
    let is_constant = |values: &[f64]| values.iter().all(|value| values.first() == Some(value));
    if a.len() < 2 || is_constant(a) || is_constant(b) {
        return None;
    }
    let (mean_a, mean_b) = (sum(a.iter().copied()) / n, sum(b.iter().copied()) / n);
    let product = sum(a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)));
    let squares = |values: &[f64], mean: f64| sum(values.iter().map(|value| (value - mean).powi(2)));
    let found = product / squares(a, mean_a).sqrt() / squares(b, mean_b).sqrt();
    found.is_finite().then(|| found.clamp(-1.0, 1.0))
}

/// Ranks from 1; equal values share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = values.iter().copied().zip(0..).collect();
    // Adding 0 makes -0 and 0 equal.
    order.sort_unstable_by(|a, b| (a.0 + 0.0).total_cmp(&(b.0 + 0.0)));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for equal in order.chunk_by(|a, b| a.0 == b.0) {
        let shared = first as f64 + (equal.len() as f64 + 1.0) / 2.0;
        for (_, place) in equal {
            ranks.get_mut(*place).into_iter().for_each(|rank| *rank = shared);
        }
        first += equal.len();
    }
    ranks
}
