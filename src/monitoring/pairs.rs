//! Two models' predictions for the same rows.

use serde::{Deserialize, Serialize};

/// Moments of pairs of predictions, merged as Chan, Golub and LeVeque do.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Pairs {
    pub n: u64,
    mean_a: f64,
    mean_b: f64,
    /// Sums of squared deviations and of their products.
    square_a: f64,
    square_b: f64,
    product: f64,
    /// Pairs that differ by more than the limit.
    n_apart: u64,
}

impl Pairs {
    /// Takes in a pair; `limit` is the difference that counts as one.
    pub fn add(&mut self, a: f64, b: f64, limit: f64) {
        if a.is_finite() && b.is_finite() {
            let n_apart = u64::from((b - a).abs() > limit);
            self.absorb(&Self { n: 1, mean_a: a, mean_b: b, n_apart, ..Self::default() });
        }
    }

    /// Takes in all of another's.
    pub fn absorb(&mut self, other: &Self) {
        let n = self.n + other.n;
        if n == 0 {
            return;
        }
        let weight = self.n as f64 * other.n as f64 / n as f64;
        let (of_a, of_b) = (other.mean_a - self.mean_a, other.mean_b - self.mean_b);
        self.square_a += other.square_a + of_a * of_a * weight;
        self.square_b += other.square_b + of_b * of_b * weight;
        self.product += other.product + of_a * of_b * weight;
        self.mean_a += of_a * other.n as f64 / n as f64;
        self.mean_b += of_b * other.n as f64 / n as f64;
        self.n_apart += other.n_apart;
        self.n = n;
    }

    /// Mean of b less mean of a; `None` without any.
    #[must_use]
    pub fn difference(&self) -> Option<f64> {
        (self.n > 0).then_some(self.mean_b - self.mean_a)
    }

    /// Pearson's; `None` where one of them is constant.
    #[must_use]
    pub fn correlation(&self) -> Option<f64> {
        let scale = (self.square_a * self.square_b).sqrt();
        (scale > 0.0).then(|| (self.product / scale).clamp(-1.0, 1.0))
    }

    /// Share of pairs that differ by more than the limit.
    #[must_use]
    pub fn share_apart(&self) -> Option<f64> {
        (self.n > 0).then(|| self.n_apart as f64 / self.n as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_all_pairs_however_they_are_cut() {
        let pairs: Vec<(f64, f64)> = (0..50).map(|i| (1e6 + f64::from(i), 1e6 + f64::from((i * 7) % 50))).collect();
        let of = |pairs: &[(f64, f64)]| {
            let mut found = Pairs::default();
            pairs.iter().for_each(|(a, b)| found.add(*a, *b, 10.0));
            found
        };
        let whole = of(&pairs);
        let (mut first, second) = (of(&pairs[..13]), of(&pairs[13..]));
        first.absorb(&second);
        // numpy.corrcoef(i, 7 i mod 50)
        let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(a, b)| (a - 1e6 - 24.5, b - 1e6 - 24.5)).unzip();
        let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let wanted = product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt();
        for found in [whole, first] {
            assert!((found.correlation().unwrap() - wanted).abs() < 1e-9);
            assert!(found.difference().unwrap().abs() < 1e-9);
            let apart = pairs.iter().filter(|(a, b)| (b - a).abs() > 10.0).count() as f64;
            assert_eq!(found.share_apart(), Some(apart / 50.0));
        }
        assert_eq!((Pairs::default().difference(), Pairs::default().correlation()), (None, None));
    }
}
