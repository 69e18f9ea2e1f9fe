//! What every metric of a classification is made of, in one pass over actual classes and probabilities.

use serde::{Deserialize, Serialize};

use crate::base::Sum;

/// Probabilities are kept this far from 0 and 1 in the log loss, as scikit-learn's `eps`.
const CLIP: f64 = f64::EPSILON;

/// Rows of one class that were predicted as another: `counts[actual][predicted]`, as scikit-learn's `confusion_matrix`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confusion {
    /// The two values of the target, ascending. The second is the positive class.
    pub classes: [f64; 2],
    pub counts: [[u64; 2]; 2],
    /// Rows whose actual value is neither, by what was predicted: new rows may hold what no training row had.
    #[serde(default)]
    pub others: [u64; 2],
}

/// Counts and sums over rows of actual values and probabilities of the second class.
#[derive(Debug, Clone)]
pub struct ClassScores {
    pub(super) confusion: Confusion,
    pub(super) log_loss: Sum,
    /// (probability of the second class, whether it is the second), for the ranks. Rows of neither class are left out.
    pub(super) ranked: Vec<(f64, bool)>,
}

impl ClassScores {
    /// Of no rows yet, for a target with these two values, ascending.
    #[must_use]
    pub fn new(classes: [f64; 2]) -> Self {
        let confusion = Confusion { classes, counts: [[0; 2]; 2], others: [0; 2] };
        Self { confusion, log_loss: Sum::default(), ranked: Vec::new() }
    }

    /// Of all rows of two slices of equal length: actual values, and probabilities of the second class.
    #[must_use]
    pub fn of(classes: [f64; 2], actual: &[f64], probability: &[f64]) -> Self {
        let mut scores = Self::new(classes);
        scores.absorb(actual, probability);
        scores
    }

    /// Takes further rows in. A row is predicted as the second class where its probability is above one half.
    pub fn absorb(&mut self, actual: &[f64], probability: &[f64]) {
        let [first, second] = self.confusion.classes;
        for (actual, probability) in actual.iter().zip(probability) {
            let predicted = usize::from(*probability > 0.5);
            let [of_first, of_second] = &mut self.confusion.counts;
            let (row, of_actual) = if *actual == first {
                (of_first, Some(1.0 - probability))
            } else if *actual == second {
                (of_second, Some(*probability))
            } else {
                (&mut self.confusion.others, None)
            };
            row.get_mut(predicted).into_iter().for_each(|count| *count += 1);
            if let Some(of_actual) = of_actual {
                self.log_loss.add(-of_actual.clamp(CLIP, 1.0 - CLIP).ln());
                self.ranked.push((*probability, *actual == second));
            }
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn n(&self) -> usize {
        self.ranked.len() + self.confusion.others.iter().sum::<u64>() as usize
    }

    /// The counts.
    #[must_use]
    pub fn confusion(&self) -> &Confusion {
        &self.confusion
    }
}

impl Confusion {
    /// Rows of the second class, and of the first.
    pub(super) fn n_actual(&self) -> (u64, u64) {
        let [first, second] = self.counts;
        (second.iter().sum(), first.iter().sum())
    }

    /// All rows.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.counts.as_flattened().iter().chain(&self.others).sum()
    }

    /// Rows predicted as what they are.
    #[must_use]
    pub fn n_right(&self) -> u64 {
        let [[true_first, _], [_, true_second]] = self.counts;
        true_first + true_second
    }
}
