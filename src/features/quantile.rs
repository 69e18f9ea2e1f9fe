//! Quantiles of sorted values by NumPy's methods.

/// `numpy.percentile(values, 100 * q)` with `method="linear"`; NaN for no values. Values ascend.
pub(super) fn linear(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = q * last as f64;
    let below = place.floor();
    let t = place - below;
    let at = |index: f64| sorted.get((index.max(0.0) as usize).min(last)).copied().unwrap_or(f64::NAN);
    let (a, b) = (at(below), at(below + 1.0));
    if t >= 0.5 { b - (b - a) * (1.0 - t) } else { a + (b - a) * t }
}

/// `numpy.percentile(values, 100 * q, method="averaged_inverted_cdf")`; NaN for no values. Values ascend.
pub(super) fn averaged_inverted_cdf(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = sorted.len() as f64 * q - 1.0;
    let at = |index: f64| sorted.get((index.max(0.0) as usize).min(last)).copied().unwrap_or(f64::NAN);
    let below = place.floor();
    if place == below { at(below).midpoint(at(below + 1.0)) } else { at(below + 1.0) }
}

/// `numpy.linspace(start, stop, n)`.
pub(super) fn linspace(start: f64, stop: f64, n: usize) -> Vec<f64> {
    let step = (stop - start) / n.saturating_sub(1).max(1) as f64;
    let mut points: Vec<f64> = (0..n).map(|i| i as f64 * step + start).collect();
    if n > 1
        && let Some(last) = points.last_mut()
    {
        *last = stop;
    }
    points
}

/// Sorted ascending. No value is NaN.
pub(super) fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_numpys() {
        // numpy 2.4.6: percentile([1, 2, 4, 8], [0, 25, 50, 60, 100]), the second with method="averaged_inverted_cdf".
        let x = [1.0, 2.0, 4.0, 8.0];
        assert_eq!([0.0, 0.25, 0.5, 0.6, 1.0].map(|q| linear(&x, q)), [1.0, 1.75, 3.0, 3.5999999999999996, 8.0]);
        assert_eq!([0.0, 0.25, 0.5, 0.6, 1.0].map(|q| averaged_inverted_cdf(&x, q)), [1.0, 1.5, 3.0, 4.0, 8.0]);
        assert_eq!(linspace(0.0, 1.0, 3), [0.0, 0.5, 1.0]);
        assert_eq!(linspace(3.0, 4.0, 1), [3.0]);
        assert!(linear(&[], 0.5).is_nan() && averaged_inverted_cdf(&[], 0.5).is_nan());
    }
}
