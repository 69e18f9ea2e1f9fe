//! What people see of a split: sizes, first rows, and the target's distribution in both parts.

use super::{Split, SplitSummary, rows_digest};
use crate::base::Sum;
use crate::ingest::Histogram;
use crate::table::Column;

/// How many row numbers a summary shows of each part.
const FIRST_ROWS: usize = 10;
/// At most so many different whole values get a bin each.
const MAX_VALUES: usize = 12;
/// Equal-width bins for everything else.
const N_BINS: usize = 24;

/// Sizes, digest and first rows of a split, and the target in both parts. Targets that are not numbers, and missing or
/// infinite cells, have no place in the distributions and means.
#[must_use]
pub fn summarise(split: &Split, target: Option<&Column>) -> SplitSummary {
    let values = target.and_then(Column::numbers).unwrap_or_default();
    let [_, train, test] = parts(values, split, Bins::of(values).as_ref());
    SplitSummary {
        n_train: split.train.len() as u64,
        n_test: split.test.len() as u64,
        rows_digest: rows_digest(split),
        first_train: split.train.iter().take(FIRST_ROWS).copied().collect(),
        first_test: split.test.iter().take(FIRST_ROWS).copied().collect(),
        target_mean_train: train.mean(),
        target_mean_test: test.mean(),
        target_train: train.histogram,
        target_test: test.histogram,
    }
}

/// Bins that both parts share.
struct Bins {
    min: f64,
    max: f64,
    n: usize,
}

impl Bins {
    /// Bins over all finite values; `None` when there are none. Few whole values that lie close together get a bin each,
    /// with the value in its middle: 1 to 5 become five bins from 0.5 to 5.5.
    fn of(values: &[f64]) -> Option<Self> {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let (min, max) =
            finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (value.min(min), value.max(max)));
        if min > max {
            return None;
        }
        if max - min < N_BINS as f64 && has_few_whole_values(finite()) {
            return Some(Self { min: min - 0.5, max: max + 0.5, n: (max - min) as usize + 1 });
        }
        Some(Self { min, max, n: if min < max { N_BINS } else { 1 } })
    }

    /// The bin of a value between `min` and `max`.
    fn place(&self, value: f64) -> usize {
        // Halves, so that a range as wide as all floats does not overflow.
        let half_range = self.max / 2.0 - self.min / 2.0;
        let share = if half_range > 0.0 { (value / 2.0 - self.min / 2.0) / half_range } else { 0.0 };
        ((share * self.n as f64) as usize).min(self.n - 1)
    }

    fn empty(&self) -> Histogram {
        Histogram { min: self.min, max: self.max, counts: vec![0; self.n] }
    }
}

fn has_few_whole_values(values: impl Iterator<Item = f64>) -> bool {
    let mut seen: Vec<f64> = Vec::with_capacity(MAX_VALUES);
    for value in values {
        if value.fract() != 0.0 {
            return false;
        }
        if !seen.contains(&value) {
            if seen.len() == MAX_VALUES {
                return false;
            }
            seen.push(value);
        }
    }
    true
}

/// The target in one part.
struct Part {
    histogram: Option<Histogram>,
    sum: Sum,
    n: u64,
}

impl Part {
    fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum.value() / self.n as f64)
    }
}

/// The target's finite values in no part, in train and in test.
fn parts(values: &[f64], split: &Split, bins: Option<&Bins>) -> [Part; 3] {
    // A mark a row and one pass in the table's order: values read in shuffled order would each miss the cache.
    let mut part_of = vec![0_u8; values.len()];
    for (mark, rows) in [(1, &split.train), (2, &split.test)] {
        for row in rows {
            part_of.get_mut(*row as usize).into_iter().for_each(|part| *part = mark);
        }
    }
    let mut parts = [0; 3].map(|n| Part { histogram: bins.map(Bins::empty), sum: Sum::default(), n });
    for (value, part) in values.iter().zip(part_of).filter(|(value, _)| value.is_finite()) {
        let Some(part) = parts.get_mut(usize::from(part)) else { continue };
        part.sum.add(*value);
        part.n += 1;
        if let (Some(bins), Some(histogram)) = (bins, &mut part.histogram) {
            histogram.counts.get_mut(bins.place(*value)).into_iter().for_each(|count| *count += 1);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{ColumnData, DataType};

    fn summary(values: &[f64], n_test: u32) -> SplitSummary {
        let n = u32::try_from(values.len()).unwrap();
        let split = Split { train: (n_test..n).collect(), test: (0..n_test).collect() };
        summarise(&split, Some(&Column::float("y", values.to_vec())))
    }

    #[test]
    fn a_score_has_a_bin_a_value() {
        let summary = summary(&[1.0, 5.0, 4.0, 5.0, f64::NAN, 2.0, f64::INFINITY], 2);
        assert_eq!(summary.target_test, Some(Histogram { min: 0.5, max: 5.5, counts: vec![1, 0, 0, 0, 1] }));
        assert_eq!(summary.target_train, Some(Histogram { min: 0.5, max: 5.5, counts: vec![0, 1, 0, 1, 1] }));
        assert_eq!(summary.target_mean_test, Some(3.0));
        assert_eq!(summary.target_mean_train, Some(11.0 / 3.0));
        assert_eq!((summary.n_train, summary.n_test), (5, 2));
        assert_eq!((summary.first_train, summary.first_test), (vec![2, 3, 4, 5, 6], vec![0, 1]));
    }

    #[test]
    fn other_numbers_have_bins_of_equal_width_over_both_parts() {
        let values: Vec<f64> = (0..48).map(f64::from).collect();
        let test = summary(&values, 24).target_test.unwrap();
        assert_eq!((test.min, test.max, test.counts.len()), (0.0, 47.0, 24));
        assert_eq!(test.counts, [vec![2; 12], vec![0; 12]].concat());
        // Two whole values far apart are not worth a bin for each value between them.
        assert_eq!(summary(&[0.0, 1000.0], 1).target_train.unwrap().counts.len(), 24);
        let wide = summary(&[-f64::MAX, f64::MAX, 0.0], 2).target_test.unwrap();
        assert_eq!((wide.counts.first(), wide.counts.last()), (Some(&1), Some(&1)));
        let constant = summary(&[0.3, 0.3], 1).target_test.unwrap();
        assert_eq!(constant, Histogram { min: 0.3, max: 0.3, counts: vec![1] });
    }

    #[test]
    fn no_numbers_no_distribution() {
        let split = Split { train: vec![0], test: vec![1] };
        let text = ColumnData::Category { codes: vec![0, 0], labels: vec!["a".into()] };
        for target in
            [None, Some(Column::new("c", DataType::Category, text)), Some(Column::float("y", vec![f64::NAN; 2]))]
        {
            let summary = summarise(&split, target.as_ref());
            assert_eq!((summary.target_train, summary.target_test), (None, None));
            assert_eq!((summary.target_mean_train, summary.target_mean_test), (None, None));
        }
    }
}
