//! Statistics of a column as pandas computes them.

use super::{Sum, sum};

/// The values that are not missing.
#[must_use]
pub fn known(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|value| !value.is_nan()).collect()
}

/// Mean and standard deviation (n − 1) of values without NaN; the latter is NaN below two values.
#[must_use]
pub fn mean_and_std(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = sum(values.iter().copied()) / n;
    if values.len() < 2 {
        return (mean, f64::NAN);
    }
    let squares = sum(values.iter().map(|value| (value - mean) * (value - mean)));
    let left = sum(values.iter().map(|value| value - mean));
    (mean, ((squares - left * left / n).max(0.0) / (n - 1.0)).sqrt())
}

/// The value below which a share of the values (without NaN) lies, by linear interpolation (NumPy's default); NaN for
/// none. The values change their order.
#[must_use]
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let place = last as f64 * share;
    let low = (place.floor() as usize).min(last);
    let t = place - place.floor();
    let (_, a, above) = values.select_nth_unstable_by(low, f64::total_cmp);
    let a = *a;
    let b = above.iter().copied().min_by(f64::total_cmp).unwrap_or(a);
    let step = b - a;
    if t == 0.0 || step == 0.0 {
        a
    } else if t < 0.5 {
        a + step * t
    } else {
        b - step * (1.0 - t)
    }
}

/// Pearson's correlation over the rows in which both are known, as pandas' `corr`; NaN where one of them is constant.
#[must_use]
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let both = || a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan());
    let n = both().count() as f64;
    let (mean_a, mean_b) = (sum(both().map(|(a, _)| *a)) / n, sum(both().map(|(_, b)| *b)) / n);
    let (mut aa, mut bb, mut ab) = (Sum::default(), Sum::default(), Sum::default());
    for (a, b) in both() {
        let (a, b) = (a - mean_a, b - mean_b);
        aa.add(a * a);
        bb.add(b * b);
        ab.add(a * b);
    }
    let scale = aa.value().sqrt() * bb.value().sqrt();
    if scale > 0.0 { (ab.value() / scale).clamp(-1.0, 1.0) } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_pandas() {
        // pandas 3.1.1: Series([10, 2, 4, 1]).
        let mut values = [10.0, 2.0, 4.0, 1.0];
        let (mean, std) = mean_and_std(&values);
        assert_eq!(mean, 4.25);
        assert!((std - 4.031_128_874_149_275).abs() < 1e-15);
        assert_eq!(
            [0.0, 0.25, 0.5, 0.9, 1.0].map(|share| quantile(&mut values, share)),
            [1.0, 1.75, 3.0, 8.200_000_000_000_001, 10.0]
        );
        assert!(quantile(&mut [], 0.5).is_nan() && mean_and_std(&[1.0]).1.is_nan());
    }

    #[test]
    fn correlation_passes_over_missing_pairs() {
        let nan = f64::NAN;
        let r = correlation(&[1.0, 2.0, 3.0, nan, 5.0], &[2.0, 4.0, 6.5, 8.0, nan]);
        // pandas 3.1.1: Series([1, 2, 3, nan, 5]).corr(Series([2, 4, 6.5, 8, nan])).
        assert!((r - 0.997_948_715_788_673_3).abs() < 1e-14, "{r}");
        assert!(correlation(&[1.0, 1.0], &[1.0, 2.0]).is_nan());
    }
}
