//! The metrics of a classification with two classes, each as scikit-learn defines it. `None` is undefined: no rows, or the
//! case that the metric names. The second, larger value of the target is the positive class: for 0 and 1 that is
//! scikit-learn's `pos_label=1`.

use super::ClassScores;

/// A metric's name, and how it comes from the counts.
type Named = (&'static str, fn(&ClassScores) -> Option<f64>);

/// All metrics of a classification, in the order in which they are kept.
pub const CLASS_METRICS: [Named; 7] = [
    ("accuracy", accuracy),
    ("balanced_accuracy", balanced_accuracy),
    ("precision", precision),
    ("recall", recall),
    ("f1", f1),
    ("log_loss", log_loss),
    ("roc_auc", roc_auc),
];

/// Share of the rows whose class is predicted.
#[must_use]
pub fn accuracy(scores: &ClassScores) -> Option<f64> {
    ratio(scores.confusion.n_right(), scores.confusion.n())
}

/// Mean over the classes that occur of the share of their rows that is predicted as such. Undefined with rows of neither
/// class.
#[must_use]
pub fn balanced_accuracy(scores: &ClassScores) -> Option<f64> {
    let [[first_right, _], [_, second_right]] = scores.confusion.counts;
    let (n_second, n_first) = scores.confusion.n_actual();
    let shares = [ratio(first_right, n_first), ratio(second_right, n_second)];
    let known: Vec<f64> = shares.into_iter().flatten().collect();
    let has_others = scores.confusion.others.iter().any(|count| *count > 0);
    (!has_others && !known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

/// Share of the rows predicted positive that are; 0 where none is predicted so, as scikit-learn's `zero_division`.
#[must_use]
pub fn precision(scores: &ClassScores) -> Option<f64> {
    let [[_, false_positive], [_, true_positive]] = scores.confusion.counts;
    let [_, of_others] = scores.confusion.others;
    or_zero(scores, true_positive, true_positive + false_positive + of_others)
}

/// Share of the positive rows that are predicted so; 0 where there is none.
#[must_use]
pub fn recall(scores: &ClassScores) -> Option<f64> {
    let [_, [_, true_positive]] = scores.confusion.counts;
    or_zero(scores, true_positive, scores.confusion.n_actual().0)
}

/// Harmonic mean of precision and recall: `2·TP / (2·TP + FP + FN)`; 0 where there is nothing positive.
#[must_use]
pub fn f1(scores: &ClassScores) -> Option<f64> {
    let [[_, false_positive], [false_negative, true_positive]] = scores.confusion.counts;
    let [_, of_others] = scores.confusion.others;
    or_zero(scores, 2 * true_positive, 2 * true_positive + false_positive + false_negative + of_others)
}

/// Mean of `−ln(probability of the actual class)`, with probabilities kept 2.2e-16 away from 0 and 1. Undefined with rows of
/// neither class.
#[must_use]
pub fn log_loss(scores: &ClassScores) -> Option<f64> {
    if scores.ranked.is_empty() || scores.ranked.len() < scores.n() {
        return None;
    }
    Some(scores.log_loss.value() / scores.ranked.len() as f64).filter(|value| value.is_finite())
}

/// Area under the receiver operating characteristic: the share of pairs of a positive and a negative row in which the positive
/// one has the higher probability; equal ones count half. Undefined where a class has no rows, or rows are of neither.
#[must_use]
pub fn roc_auc(scores: &ClassScores) -> Option<f64> {
    let (n_second, n_first) = scores.confusion.n_actual();
    if n_second == 0 || n_first == 0 || scores.ranked.len() < scores.n() {
        return None;
    }
    let mut ranked = scores.ranked.clone();
    ranked.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut pairs) = (0.0, 0.0);
    for alike in ranked.chunk_by(|a, b| a.0 == b.0) {
        let positive = alike.iter().filter(|row| row.1).count() as f64;
        let negative = alike.len() as f64 - positive;
        pairs += positive * (below + negative / 2.0);
        below += negative;
    }
    Some(pairs / (n_second as f64 * n_first as f64))
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn or_zero(scores: &ClassScores, part: u64, whole: u64) -> Option<f64> {
    (scores.n() > 0).then(|| ratio(part, whole).unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(actual: &[f64], probability: &[f64], expected: [Option<f64>; 7]) {
        let scores = ClassScores::of([0.0, 1.0], actual, probability);
        for ((name, metric), expected) in CLASS_METRICS.into_iter().zip(expected) {
            match (metric(&scores), expected) {
                (Some(found), Some(expected)) => {
                    assert!((found - expected).abs() <= 1e-15, "{name} {found} {expected}")
                }
                (found, expected) => assert_eq!(found, expected, "{name}"),
            }
        }
    }

    #[test]
    fn the_examples_of_scikit_learns_documentation() {
        // roc_auc_score's and log_loss's docstrings, and counts by hand.
        check(
            &[0.0, 0.0, 1.0, 1.0],
            &[0.1, 0.4, 0.35, 0.8],
            [
                Some(0.75),
                Some(0.75),
                Some(1.0),
                Some(0.5),
                Some(2.0 / 3.0),
                Some(-(0.9f64.ln() + 0.6f64.ln() + 0.35f64.ln() + 0.8f64.ln()) / 4.0),
                Some(0.75),
            ],
        );
    }

    #[test]
    fn one_class_only_and_nothing_at_all() {
        let certain = -(1.0 - f64::EPSILON).ln();
        let right = [Some(1.0), Some(1.0), Some(0.0), Some(0.0), Some(0.0), Some(certain), None];
        check(&[0.0, 0.0], &[0.0, 0.0], right);
        check(&[], &[], [None; 7]);
        // Equal probabilities tell nothing.
        assert_eq!(roc_auc(&ClassScores::of([0.0, 1.0], &[0.0, 1.0, 1.0], &[0.3; 3])), Some(0.5));
    }

    #[test]
    fn a_value_that_no_training_row_had_is_never_right() {
        check(
            &[0.0, 1.0, 7.0, 7.0],
            &[0.2, 0.9, 0.9, 0.1],
            [Some(0.5), None, Some(0.5), Some(1.0), Some(2.0 / 3.0), None, None],
        );
    }
}
