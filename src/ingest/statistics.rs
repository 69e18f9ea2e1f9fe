//! The numbers of a profile: moments, exact quartiles, distinct values, histogram.

use super::Histogram;
use crate::base::Sum;

const N_BINS: usize = 24;
/// Numbers with at most this many distinct values are shown with their counts.
const FEW_VALUES: usize = 100;
/// Values on a grid are counted in an array of at most this many cells, which the processor's cache can hold.
const MAX_GRID: f64 = 4_194_304.0;
/// Rounds |x| < 2^51 to a whole number when added and taken away again.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// Statistics of the values that are not NaN.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Statistics {
    pub(super) count: u64,
    pub(super) infinite: u64,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) mean: Option<f64>,
    pub(super) sd: Option<f64>,
    /// The quartiles q1, median, q3.
    pub(super) quartiles: [Option<f64>; 3],
    pub(super) distinct: u64,
    pub(super) histogram: Option<Histogram>,
    /// All distinct values with their counts, ascending, when they are few.
    pub(super) few: Option<Vec<(f64, u64)>>,
}

/// Computes all of it; NaN is missing. `whole`: the values are integers (or booleans).
pub(super) fn describe(values: &[f64], whole: bool, scratch: &mut Scratch) -> Statistics {
    let count = values.iter().map(|value| u64::from(!value.is_nan())).sum::<u64>();
    if count == 0 {
        return Statistics::default();
    }
    let (low, high) = range(values.iter().copied());
    let infinite = if low.is_finite() && high.is_finite() {
        0
    } else {
        values.iter().map(|value| u64::from(value.is_infinite())).sum()
    };
    let (bottom, top) =
        if infinite == 0 { (low, high) } else { range(values.iter().copied().filter(|value| value.is_finite())) };
    let total = sum_by(values, |value| if value.is_nan() { 0.0 } else { value });
    let mean = total / count as f64;
    let mut walk = Walk::new(count, bottom, top, n_bins(whole, bottom, top));
    match grid(values, low, high) {
        Some((scale, counts)) => {
            let first = rounded(low * scale);
            for (place, n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
                walk.run((first + place as f64) / scale, u64::from(*n));
            }
        }
        None => sorted_runs(values, scratch, |value, n| walk.run(value, n)),
    }
    Statistics {
        count,
        infinite,
        min: Some(low),
        max: Some(high),
        mean: Some(mean).filter(|mean| !mean.is_nan()),
        sd: sd(values, mean, count),
        quartiles: walk.quartiles(),
        distinct: walk.distinct,
        histogram: (count > infinite).then_some(Histogram { min: bottom, max: top, counts: walk.bins }),
        few: (walk.distinct <= FEW_VALUES as u64).then_some(walk.few),
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (if value < low { value } else { low }, if value > high { value } else { high })
    })
}

/// The sum of `term(value)`: lanes within a block, compensated over the blocks.
fn sum_by(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    const LANES: usize = 8;
    let mut total = Sum::default();
    for block in values.chunks(512) {
        let mut lanes = [0.0; LANES];
        let rows = block.chunks_exact(LANES);
        let rest = rows.remainder();
        for row in rows {
            lanes.iter_mut().zip(row).for_each(|(lane, value)| *lane += term(*value));
        }
        lanes.iter_mut().zip(rest).for_each(|(lane, value)| *lane += term(*value));
        total.add(lanes.iter().sum());
    }
    total.value()
}

/// Two passes, with the correction for what the mean's rounding leaves.
fn sd(values: &[f64], mean: f64, count: u64) -> Option<f64> {
    if count < 2 || !mean.is_finite() {
        return None;
    }
    let deviation = |value: f64| if value.is_nan() { 0.0 } else { value - mean };
    let squares = sum_by(values, |value| deviation(value) * deviation(value));
    let left = sum_by(values, deviation);
    let variance = (squares - left * left / count as f64) / (count - 1) as f64;
    Some(variance.max(0.0).sqrt()).filter(|sd| sd.is_finite())
}

/// One bin for each whole number where they are few, so that no bin is empty by construction.
fn n_bins(whole: bool, bottom: f64, top: f64) -> usize {
    let span = top - bottom;
    match span {
        0.0 => 1,
        _ if whole && span < N_BINS as f64 => span as usize + 1,
        _ => N_BINS,
    }
}

fn rounded(value: f64) -> f64 {
    (value + ROUNDER) - ROUNDER
}

/// Counts by value, when all values are multiples of 1, 0.1 or 0.01 in a small range: the scale, and a count for each
/// multiple from the lowest to the highest value.
fn grid(values: &[f64], low: f64, high: f64) -> Option<(f64, Vec<u32>)> {
    let scale = [1.0, 10.0, 100.0].into_iter().find(|scale| {
        let n_cells = (high - low) * scale + 1.0;
        n_cells <= MAX_GRID
            && n_cells <= 8.0 * values.len() as f64 + 4096.0
            && low.abs().max(high.abs()) * scale < 1e15
            && values.iter().all(|value| rounded(value * scale) / scale == *value || value.is_nan())
    })?;
    let first = rounded(low * scale);
    let mut counts = vec![0; (rounded(high * scale) - first) as usize + 1];
    for value in values.iter().filter(|value| !value.is_nan()) {
        if let Some(count) = counts.get_mut((rounded(value * scale) - first) as usize) {
            *count += 1;
        }
    }
    Some((scale, counts))
}

/// Calls `run` with each distinct value, ascending, and its count.
fn sorted_runs(values: &[f64], scratch: &mut Scratch, mut run: impl FnMut(f64, u64)) {
    scratch.keys.clear();
    scratch.keys.extend(values.iter().filter(|value| !value.is_nan()).map(|value| key(*value)));
    sort(scratch);
    for equal in scratch.keys.chunk_by(|a, b| a == b) {
        if let Some(first) = equal.first() {
            run(value_of(*first), equal.len() as u64);
        }
    }
}

/// Memory for sorting, kept from column to column.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    keys: Vec<u64>,
    other: Vec<u64>,
}

/// Sorts the keys by the digits in which they differ, the lowest first (LSD radix sort): for a million times within two
/// years that is three passes.
fn sort(scratch: &mut Scratch) {
    const DIGIT: u32 = 11;
    let Scratch { keys, other } = scratch;
    if keys.len() < 4096 {
        keys.sort_unstable();
        return;
    }
    let low = keys.iter().copied().min().unwrap_or(0);
    let used = keys.iter().fold(0, |used, key| used | (key - low));
    let (mut shift, top) = (used.trailing_zeros(), 64 - used.leading_zeros());
    other.clear();
    other.resize(keys.len(), 0);
    while shift < top {
        let digit = |key: u64| ((key - low) >> shift) as usize & ((1 << DIGIT) - 1);
        let mut starts = [0_u32; 1 << DIGIT];
        for key in &*keys {
            if let Some(count) = starts.get_mut(digit(*key)) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += std::mem::replace(start, sum);
        }
        for key in &*keys {
            if let Some(start) = starts.get_mut(digit(*key))
                && let Some(place) = other.get_mut(*start as usize)
            {
                *place = *key;
                *start += 1;
            }
        }
        std::mem::swap(keys, other);
        shift += DIGIT;
    }
}

/// An integer in the order of the values; −0 equals 0.
fn key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    // Negative values in reverse, below the positive ones.
    bits ^ ((bits as i64 >> 63) as u64 | 1 << 63)
}

fn value_of(key: u64) -> f64 {
    f64::from_bits(key ^ (!(key as i64 >> 63) as u64 | 1 << 63))
}

/// Gathers what needs the values in order.
struct Walk {
    /// The ranks of the values on either side of each quartile.
    ranks: [(u64, f64); 3],
    sides: [[Option<f64>; 2]; 3],
    passed: u64,
    distinct: u64,
    few: Vec<(f64, u64)>,
    bottom: f64,
    half_span: f64,
    bins: Vec<u64>,
}

impl Walk {
    fn new(count: u64, bottom: f64, top: f64, n_bins: usize) -> Self {
        let rank = |share: f64| {
            let place = (count - 1) as f64 * share;
            (place.floor() as u64, place.fract())
        };
        Self {
            ranks: [rank(0.25), rank(0.5), rank(0.75)],
            sides: [[None; 2]; 3],
            passed: 0,
            distinct: 0,
            few: Vec::new(),
            bottom,
            // Half, because the whole may be beyond f64.
            half_span: top / 2.0 - bottom / 2.0,
            bins: vec![0; n_bins],
        }
    }

    #[inline]
    fn run(&mut self, value: f64, n: u64) {
        let until = self.passed + n;
        for ((rank, _), sides) in self.ranks.iter().zip(&mut self.sides) {
            for (rank, side) in (*rank..).zip(sides) {
                if (self.passed..until).contains(&rank) {
                    *side = Some(value);
                }
            }
        }
        self.passed = until;
        self.distinct += 1;
        if self.few.len() < FEW_VALUES {
            self.few.push((value, n));
        }
        if value.is_finite() {
            let last = self.bins.len() - 1;
            let place = (value / 2.0 - self.bottom / 2.0) / self.half_span * self.bins.len() as f64;
            if let Some(bin) = self.bins.get_mut((place as usize).min(last)) {
                *bin += n;
            }
        }
    }

    fn quartiles(&self) -> [Option<f64>; 3] {
        let mut quartiles = [None; 3];
        for ((quartile, (_, share)), sides) in quartiles.iter_mut().zip(self.ranks).zip(self.sides) {
            let [Some(low), high] = sides else { continue };
            // NumPy's interpolation, from the nearer side.
            let step = high.unwrap_or(low) - low;
            let between = if share < 0.5 { low + step * share } else { high.unwrap_or(low) - step * (1.0 - share) };
            *quartile = Some(if step == 0.0 { low } else { between }).filter(|value| !value.is_nan());
        }
        quartiles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe(values: &[f64], whole: bool) -> Statistics {
        super::describe(values, whole, &mut Scratch::default())
    }

    #[test]
    fn small_cases() {
        // pandas 3.1.1: Series([1, 2, 2, NaN, 10]).describe().
        let found = describe(&[1.0, 2.0, 2.0, f64::NAN, 10.0], true);
        assert_eq!((found.count, found.distinct), (4, 3));
        assert_eq!((found.min, found.max, found.mean), (Some(1.0), Some(10.0), Some(3.75)));
        assert_eq!(found.quartiles, [Some(1.75), Some(2.0), Some(4.0)]);
        assert!((found.sd.unwrap() - 4.193_248_541_803_041).abs() < 1e-15);
        assert_eq!(found.histogram.unwrap().counts, [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(describe(&[f64::NAN], false), Statistics::default());
        let one = describe(&[5.0], false);
        assert_eq!((one.sd, one.quartiles, one.histogram.unwrap().counts), (None, [Some(5.0); 3], vec![1]));
    }

    #[test]
    fn infinities_and_huge_values() {
        let found = describe(&[1.0, f64::INFINITY, 3.0, f64::NEG_INFINITY], false);
        assert_eq!((found.infinite, found.min, found.max), (2, Some(f64::NEG_INFINITY), Some(f64::INFINITY)));
        assert_eq!((found.mean, found.sd), (None, None));
        let histogram = found.histogram.unwrap();
        assert_eq!((histogram.min, histogram.max, histogram.counts.iter().sum::<u64>()), (1.0, 3.0, 2));
        assert_eq!(describe(&[f64::INFINITY], false).histogram, None);
        let huge = describe(&[1e308, -1e308, f64::MAX], false);
        assert_eq!(huge.histogram.unwrap().counts.iter().sum::<u64>(), 3);
    }

    #[test]
    fn a_large_mean_costs_no_digits() {
        let values: Vec<f64> = (0..10_000).map(|i| 1e9 + f64::from(i % 10)).collect();
        // The variance of 0..10 repeated a thousand times: 8.25 · n/(n − 1).
        let expected = (8.25_f64 * 10_000.0 / 9_999.0).sqrt();
        assert!((describe(&values, true).sd.unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn long_columns_are_sorted_by_digits() {
        // A full-period congruential generator gives 10,000 different values, of both signs and many sizes.
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state as i32) * 10_f64.powi((state % 40) as i32 - 20)
        };
        let mut values: Vec<f64> =
            (0..10_000).map(|_| next()).chain([-0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY]).collect();
        let mut found = Vec::new();
        sorted_runs(&values, &mut Scratch::default(), |value, n| found.extend(std::iter::repeat_n(value, n as usize)));
        values.sort_by(f64::total_cmp);
        assert_eq!(found, values);
        let equal = vec![2.5; 5000];
        let mut runs = Vec::new();
        sorted_runs(&equal, &mut Scratch::default(), |value, n| runs.push((value, n)));
        assert_eq!(runs, [(2.5, 5000)]);
    }

    proptest::proptest! {
        #[test]
        fn both_ways_to_the_order_agree(cents in proptest::collection::vec(-2000_i32..2000, 1..200)) {
            let values: Vec<f64> = cents.iter().map(|cents| f64::from(*cents) / 100.0).collect();
            let (low, high) = range(values.iter().copied());
            let (scale, counts) = grid(&values, low, high).unwrap();
            let by_grid: Vec<(f64, u64)> = counts.iter().enumerate().filter(|(_, n)| **n > 0)
                .map(|(place, n)| ((rounded(low * scale) + place as f64) / scale, u64::from(*n))).collect();
            let mut by_sort = Vec::new();
            sorted_runs(&values, &mut Scratch::default(), |value, n| by_sort.push((value, n)));
            proptest::prop_assert_eq!(by_grid, by_sort);
        }

        #[test]
        fn quartiles_are_order_statistics(values in proptest::collection::vec(proptest::num::f64::NORMAL, 1..60)) {
            let found = describe(&values, false);
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let place = (values.len() - 1) as f64 * 0.5;
            let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
            if place.fract() == 0.0 {
                proptest::prop_assert_eq!(found.quartiles[1], Some(low));
            } else if (high - low).is_finite() {
                proptest::prop_assert!(found.quartiles[1].is_some_and(|median| low <= median && median <= high));
            }
            proptest::prop_assert_eq!(found.histogram.map(|h| h.counts.iter().sum::<u64>()), Some(values.len() as u64));
        }
    }
}
