//! Tests of residuals from their power sums.

use super::TestResult;
use super::distributions::{chi2, normal};

/// Moments of residuals about their mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub(super) n: f64,
    /// Biased: `m₃ / m₂^1.5`.
    pub(super) skew: f64,
    /// Biased, not in excess: `m₄ / m₂²`.
    pub(super) kurtosis: f64,
}

impl Shape {
    /// From the sums of powers 1 to 4; `None` without spread.
    pub(super) fn of(n: f64, sums: [f64; 4]) -> Option<Self> {
        let [m1, r2, r3, r4] = sums.map(|sum| sum / n);
        let m2 = r2 - m1 * m1;
        let m3 = r3 - 3.0 * m1 * r2 + 2.0 * m1.powi(3);
        let m4 = r4 - 4.0 * m1 * r3 + 6.0 * m1 * m1 * r2 - 3.0 * m1.powi(4);
        let shape = Self { n, skew: m3 / m2.powf(1.5), kurtosis: m4 / (m2 * m2) };
        (m2 > 0.0 && shape.skew.is_finite() && shape.kurtosis.is_finite()).then_some(shape)
    }

    /// `n/6·(S² + (K − 3)²/4)`, χ² with 2 degrees of freedom.
    pub(super) fn jarque_bera(self) -> TestResult {
        let statistic = self.n / 6.0 * (self.skew.powi(2) + (self.kurtosis - 3.0).powi(2) / 4.0);
        TestResult { statistic, p: (-0.5 * statistic).exp() }
    }

    /// D'Agostino and Pearson's K²: the squares of both transformed moments. From 8 rows, as SciPy's `normaltest`.
    pub(super) fn omnibus(self) -> Option<TestResult> {
        if self.n < 8.0 {
            return None;
        }
        let statistic = self.z_skew().powi(2) + self.z_kurtosis().powi(2);
        statistic.is_finite().then(|| TestResult { statistic, p: chi2::tails(statistic, 2.0).upper })
    }

    /// D'Agostino 1970.
    fn z_skew(self) -> f64 {
        let n = self.n;
        let y = self.skew * ((n + 1.0) * (n + 3.0) / (6.0 * (n - 2.0))).sqrt();
        let beta2 =
            3.0 * (n * n + 27.0 * n - 70.0) * (n + 1.0) * (n + 3.0) / ((n - 2.0) * (n + 5.0) * (n + 7.0) * (n + 9.0));
        let w2 = (2.0 * (beta2 - 1.0)).sqrt() - 1.0;
        let delta = 1.0 / (0.5 * w2.ln()).sqrt();
        let alpha = (2.0 / (w2 - 1.0)).sqrt();
        delta * (y / alpha).asinh()
    }

    /// Anscombe and Glynn 1983.
    fn z_kurtosis(self) -> f64 {
        let n = self.n;
        let expected = 3.0 * (n - 1.0) / (n + 1.0);
        let variance = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0).powi(2) * (n + 3.0) * (n + 5.0));
        let x = (self.kurtosis - expected) / variance.sqrt();
        let root_beta1 = 6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0))
            * (6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0))).sqrt();
        let a = 6.0 + 8.0 / root_beta1 * (2.0 / root_beta1 + (1.0 + 4.0 / root_beta1.powi(2)).sqrt());
        let denominator = 1.0 + x * (2.0 / (a - 4.0)).sqrt();
        let cube = ((1.0 - 2.0 / a) / denominator.abs()).cbrt().copysign(denominator);
        (1.0 - 2.0 / (9.0 * a) - cube) / (2.0 / (9.0 * a)).sqrt()
    }
}

/// Normal quantiles `Φ⁻¹((i − ½)/n)` against sorted values: all of them, or `most` evenly spaced ones.
pub(super) fn quantile_plot(mut values: Vec<f64>, most: usize) -> Vec<(f64, f64)> {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len();
    let n_points = n.min(most);
    let point = |i: usize| {
        // The middle of the i-th of n_points equal parts of the sorted values.
        let place = if n_points == n { i } else { ((i as f64 + 0.5) * n as f64 / n_points as f64) as usize };
        let place = place.min(n.saturating_sub(1));
        Some((normal::ppf((place as f64 + 0.5) / n as f64), values.get(place).copied()?))
    };
    (0..n_points).filter_map(point).collect()
}
