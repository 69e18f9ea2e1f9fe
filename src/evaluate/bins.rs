//! Counts for the plots.

use super::{Bin2d, PredictedActual};
use crate::ingest::Histogram;

const HISTOGRAM_BINS: usize = 30;
const PREDICTED_BINS: usize = 30;
const ACTUAL_BINS: usize = 24;
/// Up to so many different whole values get a column each.
const DISCRETE_VALUES: usize = 12;

/// 30 equal-width bins over all values; one bin where all are equal, none without values.
pub(super) fn histogram(values: &[f64]) -> Histogram {
    let (min, max) = range(values);
    let n_bins = match values {
        [] => 0,
        _ if min == max => 1,
        _ => HISTOGRAM_BINS,
    };
    let mut counts = vec![0; n_bins];
    for value in values {
        count(&mut counts, bin(*value, min, max, n_bins));
    }
    Histogram { min, max, counts }
}

/// Where the predictions fell for each actual value.
pub(super) fn predicted_actual(actual: &[f64], predicted: &[f64]) -> PredictedActual {
    let (predicted_min, predicted_max) = range(predicted);
    let values = whole_values(actual);
    let discrete = values.is_some();
    let edges: Vec<(f64, f64)> = values.map_or_else(
        || {
            let (min, max) = range(actual);
            let edge =
                |i: usize| if i == ACTUAL_BINS { max } else { min + (max - min) * (i as f64 / ACTUAL_BINS as f64) };
            let n_bins = if min < max { ACTUAL_BINS } else { usize::from(!actual.is_empty()) };
            if n_bins == 1 { vec![(min, max)] } else { (0..n_bins).map(|i| (edge(i), edge(i + 1))).collect() }
        },
        |values| values.into_iter().map(|value| (value, value)).collect(),
    );
    let mut columns: Vec<(Bin2d, f64)> = edges
        .iter()
        .map(|(min, max)| {
            let bin = Bin2d {
                actual_min: *min,
                actual_max: *max,
                n: 0,
                predicted_mean: None,
                counts: vec![0; PREDICTED_BINS],
            };
            (bin, 0.0)
        })
        .collect();
    let (low, high) = (edges.first().map_or(0.0, |edge| edge.0), edges.last().map_or(0.0, |edge| edge.1));
    for (y, p) in actual.iter().zip(predicted) {
        let index =
            if discrete { edges.iter().position(|edge| edge.0 == *y) } else { Some(bin(*y, low, high, edges.len())) };
        if let Some((column, total)) = index.and_then(|index| columns.get_mut(index)) {
            column.n += 1;
            *total += p;
            count(&mut column.counts, bin(*p, predicted_min, predicted_max, PREDICTED_BINS));
        }
    }
    let mean = |(mut column, total): (Bin2d, f64)| {
        column.predicted_mean = (column.n > 0).then(|| total / column.n as f64);
        column
    };
    PredictedActual { discrete, columns: columns.into_iter().map(mean).collect(), predicted_min, predicted_max }
}

/// The different values, ascending, when all are whole and there are few.
fn whole_values(actual: &[f64]) -> Option<Vec<f64>> {
    let mut values: Vec<f64> = Vec::with_capacity(DISCRETE_VALUES + 1);
    for y in actual {
        if y.fract() != 0.0 {
            return None;
        }
        if !values.contains(y) {
            values.push(*y);
        }
        if values.len() > DISCRETE_VALUES {
            return None;
        }
    }
    values.sort_unstable_by(f64::total_cmp);
    Some(values)
}

/// Smallest and largest; zeros without values.
fn range(values: &[f64]) -> (f64, f64) {
    let fold = |(min, max): (f64, f64), value: &f64| (min.min(*value), max.max(*value));
    if values.is_empty() { (0.0, 0.0) } else { values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), fold) }
}

/// The bin that a value of `[min, max]` falls into; the last includes `max`.
fn bin(value: f64, min: f64, max: f64, n_bins: usize) -> usize {
    // Halved first: the width of a range may overflow though its ends do not.
    let width = max / 2.0 - min / 2.0;
    let share = if width > 0.0 { (value / 2.0 - min / 2.0) / width } else { 0.0 };
    ((share * n_bins as f64) as usize).min(n_bins.saturating_sub(1))
}

fn count(counts: &mut [u64], index: usize) {
    if let Some(count) = counts.get_mut(index) {
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_counted_once() {
        let values: Vec<f64> = (0..300).map(f64::from).collect();
        let histogram = histogram(&values);
        assert_eq!((histogram.min, histogram.max, histogram.counts), (0.0, 299.0, vec![10; 30]));
        assert_eq!(super::histogram(&[2.0, 2.0]).counts, [2]);
        assert!(super::histogram(&[]).counts.is_empty());
        assert_eq!(super::histogram(&[-1e308, 1e308]).counts.iter().sum::<u64>(), 2);
    }

    #[test]
    fn few_whole_values_are_columns_of_their_own() {
        let plot = predicted_actual(&[5.0, 1.0, 5.0], &[4.0, 2.0, 3.0]);
        let columns: Vec<_> =
            plot.columns.iter().map(|c| (c.actual_min, c.actual_max, c.n, c.predicted_mean)).collect();
        assert_eq!(columns, [(1.0, 1.0, 1, Some(2.0)), (5.0, 5.0, 2, Some(3.5))]);
        assert!(plot.discrete && (plot.predicted_min, plot.predicted_max) == (2.0, 4.0));
        assert_eq!((plot.columns[1].counts[15], plot.columns[1].counts[29]), (1, 1));
    }

    #[test]
    fn other_values_are_binned() {
        let actual: Vec<f64> = (0..=48).map(|i| f64::from(i) / 2.0).collect();
        let plot = predicted_actual(&actual, &actual);
        assert!(!plot.discrete);
        assert_eq!((plot.columns.len(), plot.columns[0].n, plot.columns[23].n), (24, 2, 3));
        assert_eq!((plot.columns[3].actual_min, plot.columns[23].actual_max), (3.0, 24.0));
        assert_eq!(predicted_actual(&[0.5, 0.5], &[1.0, 2.0]).columns.len(), 1);
    }
}
