//! Durations in cells that grow by a constant factor: any number of them in little space, and two of them add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Upper end of the first cell, in milliseconds.
const FIRST: f64 = 0.01;
/// Cells to a doubling: a percentile is right to 4.5 %.
const PER_DOUBLING: f64 = 8.0;
/// Twenty-six doublings: eleven minutes and more are one cell.
const LAST: u16 = 208;

/// How long answers took.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Latencies(BTreeMap<u16, u64>);

impl Latencies {
    /// Takes in one duration, in milliseconds.
    pub fn add(&mut self, duration: f64) {
        let cell = ((duration / FIRST).log2() * PER_DOUBLING).ceil().clamp(0.0, f64::from(LAST));
        *self.0.entry(cell as u16).or_default() += 1;
    }

    /// Takes in all of another's.
    pub fn absorb(&mut self, other: &Self) {
        for (cell, count) in &other.0 {
            *self.0.entry(*cell).or_default() += count;
        }
    }

    /// The duration that this share of the answers did not exceed, in milliseconds: the middle of its cell. `None` without any.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let total: u64 = self.0.values().sum();
        let rank = (share * total as f64).ceil().max(1.0) as u64;
        let mut reached = 0;
        let found = self.0.iter().find(|(_, count)| {
            reached += **count;
            reached >= rank
        });
        found.map(|(cell, _)| FIRST * ((f64::from(*cell) - 0.5) / PER_DOUBLING).exp2())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_right_to_the_width_of_a_cell_and_parts_add_up() {
        let durations: Vec<f64> = (1..=1000).map(|i| 0.05 * f64::from(i)).collect();
        let (mut whole, mut parts) = (Latencies::default(), [Latencies::default(), Latencies::default()]);
        for (i, duration) in durations.iter().enumerate() {
            whole.add(*duration);
            parts[i % 2].add(*duration);
        }
        for (share, exact) in [(0.5, 25.0), (0.95, 47.5), (0.99, 49.5)] {
            let found = whole.quantile(share).unwrap();
            assert!((found / exact - 1.0).abs() < 0.046, "{share}: {found} and {exact}");
        }
        let [mut first, second] = parts;
        first.absorb(&second);
        assert_eq!(first, whole);
        assert_eq!(Latencies::default().quantile(0.5), None);
        // Clocks may stand still, and a request may wait for an hour.
        let mut odd = Latencies::default();
        [0.0, -1.0, f64::NAN, 3.6e6].into_iter().for_each(|duration| odd.add(duration));
        assert_eq!(odd.0.values().sum::<u64>(), 4);
    }
}
