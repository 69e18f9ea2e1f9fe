//! What every metric is made of, in one pass over actual and predicted values.

use crate::base::Sum;

/// Rows summed plainly before the sum is compensated.
const BLOCK: usize = 256;

/// Sums over rows of actual and predicted values. Sums are compensated across blocks, spreads merged as Chan, Golub and
/// LeVeque do, so a large mean costs no digits.
#[derive(Debug, Clone)]
pub struct Scores {
    /// Features of the model, for `adj_r2`; 0 for a constant.
    pub(super) n_features: usize,
    pub(super) ss_residual: Sum,
    pub(super) sum_absolute: Sum,
    pub(super) sum_relative: Sum,
    pub(super) largest: f64,
    pub(super) smallest_actual: f64,
    pub(super) actual: Spread,
    pub(super) residual: Spread,
    /// |actual − predicted|, for the median.
    pub(super) absolute: Vec<f64>,
}

impl Scores {
    /// Of no rows yet, for a model with so many features.
    #[must_use]
    pub fn new(n_features: usize) -> Self {
        Self {
            n_features,
            ss_residual: Sum::default(),
            sum_absolute: Sum::default(),
            sum_relative: Sum::default(),
            largest: 0.0,
            smallest_actual: f64::INFINITY,
            actual: Spread::default(),
            residual: Spread::default(),
            absolute: Vec::new(),
        }
    }

    /// Of all rows of two slices of equal length (what the longer has more is left out).
    #[must_use]
    pub fn of(actual: &[f64], predicted: &[f64], n_features: usize) -> Self {
        let mut scores = Self::new(n_features);
        scores.absorb(actual, predicted);
        scores
    }

    /// Takes further rows in. The same blocks give the same bits.
    pub fn absorb(&mut self, actual: &[f64], predicted: &[f64]) {
        for (actual, predicted) in actual.chunks(BLOCK).zip(predicted.chunks(BLOCK)) {
            let residuals: Vec<f64> = actual.iter().zip(predicted).map(|(y, p)| y - p).collect();
            for (residual, y) in residuals.iter().zip(actual) {
                self.largest = self.largest.max(residual.abs());
                self.smallest_actual = self.smallest_actual.min(y.abs());
            }
            let relative: Vec<f64> =
                residuals.iter().zip(actual).map(|(r, y)| r.abs() / y.abs().max(f64::EPSILON)).collect();
            self.ss_residual.add(total(&residuals, |residual| residual * residual));
            self.sum_absolute.add(total(&residuals, f64::abs));
            self.sum_relative.add(total(&relative, |share| share));
            self.absolute.extend(residuals.iter().map(|residual| residual.abs()));
            self.actual.absorb(actual.get(..residuals.len()).unwrap_or_default());
            self.residual.absorb(&residuals);
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn n(&self) -> usize {
        self.absolute.len()
    }
}

/// Count, mean and sum of squared deviations from it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spread {
    n: f64,
    /// The first value. Means are kept from here, so that a large one does not swallow their last digits.
    origin: f64,
    from_origin: f64,
    pub(super) ss: f64,
}

impl Spread {
    fn absorb(&mut self, block: &[f64]) {
        let Some(first) = block.first() else { return };
        if self.n == 0.0 {
            self.origin = *first;
        }
        let n = block.len() as f64;
        // Equal values have exactly no spread: their mean must not be off by a last bit.
        let is_constant = block.iter().all(|value| value == first);
        let origin = self.origin;
        let mean = if is_constant { first - origin } else { total(block, |value| value - origin) / n };
        let ss = total(block, |value| (value - origin - mean) * (value - origin - mean));
        let step = mean - self.from_origin;
        let all = self.n + n;
        self.ss += ss + step * step * (self.n * n / all);
        self.from_origin = if self.n == 0.0 { mean } else { self.from_origin + step * (n / all) };
        self.n = all;
    }

    /// The mean; 0 of no values.
    pub(super) fn mean(&self) -> f64 {
        self.origin + self.from_origin
    }
}

/// The sum over a block in four lanes, which a processor adds at once; always the same lanes, so always the same bits.
fn total(block: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    let (fours, rest) = block.as_chunks::<4>();
    let mut lanes = [0.0; 4];
    for four in fours {
        lanes.iter_mut().zip(four).for_each(|(lane, value)| *lane += of(*value));
    }
    lanes.iter().sum::<f64>() + rest.iter().map(|value| of(*value)).sum::<f64>()
}
