//! The metrics, each as scikit-learn defines it. `None` is undefined: no rows, or the case that the metric names.

use super::Scores;

/// A metric's name, and how it comes from the sums.
type Named = (&'static str, fn(&Scores) -> Option<f64>);

/// All metrics, in the order in which they are kept.
pub const METRICS: [Named; 9] = [
    ("r2", r2),
    ("rmse", rmse),
    ("mae", mae),
    ("mse", mse),
    ("medae", medae),
    ("max_error", max_error),
    ("mape", mape),
    ("explained_variance", explained_variance),
    ("adj_r2", adj_r2),
];

/// Mean squared error: `Σ(yᵢ − ŷᵢ)² / n`, in the target's unit squared.
#[must_use]
pub fn mse(scores: &Scores) -> Option<f64> {
    mean(scores.ss_residual.value(), scores)
}

/// Root mean squared error: `√mse`, in the target's unit.
#[must_use]
pub fn rmse(scores: &Scores) -> Option<f64> {
    mse(scores).map(f64::sqrt)
}

/// Mean absolute error: `Σ|yᵢ − ŷᵢ| / n`, in the target's unit.
#[must_use]
pub fn mae(scores: &Scores) -> Option<f64> {
    mean(scores.sum_absolute.value(), scores)
}

/// Median absolute error, in the target's unit; for an even number of rows the mean of the middle two.
#[must_use]
pub fn medae(scores: &Scores) -> Option<f64> {
    let mut values = scores.absolute.clone();
    let n = values.len();
    if n == 0 {
        return None;
    }
    let (below, upper, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    let upper = *upper;
    let lower = if n.is_multiple_of(2) { below.iter().copied().fold(f64::NEG_INFINITY, f64::max) } else { upper };
    finite(lower + (upper - lower) / 2.0)
}

/// Largest absolute error, in the target's unit.
#[must_use]
pub fn max_error(scores: &Scores) -> Option<f64> {
    if scores.n() == 0 { None } else { finite(scores.largest) }
}

/// Mean absolute percentage error, a fraction: `Σ(|yᵢ − ŷᵢ| / |yᵢ|) / n`.
///
/// Undefined when an actual value is 0 (or below 2.2e-16): scikit-learn divides by 2.2e-16 there and gives about 1e15.
#[must_use]
pub fn mape(scores: &Scores) -> Option<f64> {
    if scores.smallest_actual < f64::EPSILON { None } else { mean(scores.sum_relative.value(), scores) }
}

/// Share of the target's variance that is explained: `1 − Σ(yᵢ − ŷᵢ)² / Σ(yᵢ − ȳ)²`, at most 1, without unit.
///
/// A constant target gives 1 if every prediction is exact and 0 otherwise, as scikit-learn's `force_finite=True`. Undefined
/// below two rows.
#[must_use]
pub fn r2(scores: &Scores) -> Option<f64> {
    if scores.n() < 2 { None } else { one_less_ratio(scores.ss_residual.value(), scores.actual.ss) }
}

/// `r2` for the number of features p: `1 − (1 − r2)·(n − 1)/(n − p − 1)`. Undefined when n − p − 1 is not positive.
#[must_use]
pub fn adj_r2(scores: &Scores) -> Option<f64> {
    let (n, p) = (scores.n() as f64, scores.n_features as f64);
    let left = n - p - 1.0;
    if left <= 0.0 { None } else { r2(scores).and_then(|r2| finite(1.0 - (1.0 - r2) * (n - 1.0) / left)) }
}

/// As `r2`, but a constant error is forgiven: `1 − var(y − ŷ) / var(y)`, with the same rule for a constant target.
#[must_use]
pub fn explained_variance(scores: &Scores) -> Option<f64> {
    if scores.n() == 0 { None } else { one_less_ratio(scores.residual.ss, scores.actual.ss) }
}

fn mean(total: f64, scores: &Scores) -> Option<f64> {
    if scores.n() == 0 { None } else { finite(total / scores.n() as f64) }
}

fn one_less_ratio(part: f64, whole: f64) -> Option<f64> {
    if whole == 0.0 { Some(if part == 0.0 { 1.0 } else { 0.0 }) } else { finite(1.0 - part / whole) }
}

/// Only finite numbers are kept: JSON has no others.
fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected: mse, mae, medae, max_error, mape, r2, explained_variance of scikit-learn 1.9.1's `sklearn.metrics`.
    #[track_caller]
    fn check(actual: &[f64], predicted: &[f64], expected: [Option<f64>; 7]) {
        let scores = Scores::of(actual, predicted, 1);
        let found = [mse, mae, medae, max_error, mape, r2, explained_variance].map(|metric| metric(&scores));
        for (found, expected) in found.iter().zip(expected) {
            match (found, expected) {
                (Some(found), Some(expected)) => assert!((found - expected).abs() <= 1e-15, "{found} {expected}"),
                _ => assert_eq!(*found, expected),
            }
        }
    }

    #[test]
    fn the_examples_of_scikit_learns_documentation() {
        // Each function's docstring: mse 0.375, mae 0.5, medae 0.5, mape 0.3273…, r2 0.948…, explained variance 0.957….
        let expected = [
            Some(0.375),
            Some(0.5),
            Some(0.5),
            Some(1.0),
            Some(0.327_380_952_380_952_4),
            Some(0.948_608_137_044_967_9),
            Some(0.957_173_447_537_473_2),
        ];
        check(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0], expected);
    }

    #[test]
    fn a_constant_target_is_all_or_nothing() {
        let (one, none) = (Some(1.0), Some(0.0));
        check(&[0.1, 0.1, 0.1], &[0.1, 0.1, 0.1], [none, none, none, none, none, one, one]);
        // A constant error is forgiven by the explained variance.
        check(&[2.0, 2.0], &[3.0, 3.0], [one, one, one, one, Some(0.5), none, one]);
    }

    #[test]
    fn what_is_undefined_is_none() {
        check(&[2.0], &[3.0], [Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(0.5), None, Some(1.0)]);
        check(&[], &[], [None; 7]);
        assert_eq!(mape(&Scores::of(&[0.0, 1.0], &[1.0, 1.0], 1)), None);
        assert_eq!(adj_r2(&Scores::of(&[1.0, 2.0], &[1.0, 1.5], 1)), None);
        assert!(adj_r2(&Scores::of(&[1.0, 2.0], &[1.0, 1.5], 0)).is_some());
    }

    #[test]
    fn a_large_mean_costs_no_digits() {
        let actual: Vec<f64> = (0..5000).map(|i| 1e9 + f64::from(i % 7)).collect();
        let predicted: Vec<f64> = actual.iter().map(|y| y - 0.5).collect();
        let scores = Scores::of(&actual, &predicted, 1);
        // mse is 1/4; the target's variance, by counting: 5000 rows are 714 rounds of 0 … 6, then 0 and 1.
        let (sum, squares) = (714.0 * 21.0 + 1.0, 714.0 * 91.0 + 1.0);
        let total = squares - sum * sum / 5000.0;
        let expected = 1.0 - 1250.0 / total;
        assert!((r2(&scores).unwrap() - expected).abs() < 1e-14);
        assert_eq!(explained_variance(&scores), Some(1.0));
    }
}
