//! The Yeo–Johnson transform and its most likely λ.

use crate::base::{Sum, sum};

/// λ is accepted when the bracket is this narrow, relative to |λ| + 1.
const TOLERANCE: f64 = 1e-9;
const GOLDEN: f64 = 0.381_966_011_250_105_1;

/// T_λ(x): ((x + 1)^λ − 1) / λ for x ≥ 0 and −((1 − x)^(2 − λ) − 1) / (2 − λ) for x < 0; logarithms where a divisor is 0.
pub(super) fn yeo_johnson(x: f64, lambda: f64) -> f64 {
    if lambda == 1.0 {
        return x;
    }
    if x >= 0.0 { power(x.ln_1p(), lambda) } else { -power((-x).ln_1p(), 2.0 - lambda) }
}

/// The inverse of `yeo_johnson`; NaN where `y` is beyond all that it can give.
pub(super) fn inverse_yeo_johnson(y: f64, lambda: f64) -> f64 {
    if lambda == 1.0 {
        return y;
    }
    if y >= 0.0 { unpower(y, lambda) } else { -unpower(-y, 2.0 - lambda) }
}

/// (e^(λ log) − 1) / λ, without loss near λ = 0.
fn power(log: f64, lambda: f64) -> f64 {
    if lambda.abs() < f64::EPSILON { log } else { (lambda * log).exp_m1() / lambda }
}

fn unpower(y: f64, lambda: f64) -> f64 {
    if lambda.abs() < f64::EPSILON { y.exp_m1() } else { ((lambda * y).ln_1p() / lambda).exp_m1() }
}

/// The λ whose transformed values are most like a normal sample: the largest of
/// −n/2 · log(var T_λ(x)) + (λ − 1) · Σ sign(x) · log(1 + |x|), found by Brent's method. 1 for constant values.
pub(super) fn most_likely_lambda(values: &[f64]) -> f64 {
    // The logarithms are taken once; a step of the search costs one exponential a value.
    let logs: Vec<f64> = values.iter().map(|x| x.abs().ln_1p().copysign(*x)).collect();
    let jacobian = sum(logs.iter().copied());
    let n = logs.len() as f64;
    let cost = |lambda: f64| {
        let transformed: Vec<f64> =
            logs.iter().map(|log| if *log >= 0.0 { power(*log, lambda) } else { -power(-log, 2.0 - lambda) }).collect();
        let mean = sum(transformed.iter().copied()) / n;
        let mut squares = Sum::default();
        transformed.iter().for_each(|value| squares.add((value - mean) * (value - mean)));
        let variance = squares.value() / n;
        let cost = 0.5 * n * variance.ln() - (lambda - 1.0) * jacobian;
        // A variance of 0 or infinity is no likelihood.
        if cost.is_finite() { cost } else { f64::INFINITY }
    };
    if logs.is_empty() || logs.iter().all(|log| Some(log) == logs.first()) {
        return 1.0;
    }
    let (low, high) = bounds(values);
    brent(&cost, low, high)
}

/// SciPy's bounds for λ: values up to 20 times the largest can be transformed and squared without overflow.
fn bounds(values: &[f64]) -> (f64, f64) {
    let largest = values.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    let log = (20.0 * largest).min(f64::MAX).ln_1p();
    let low = (f64::MIN_POSITIVE.ln() - f64::EPSILON.ln()) / 2.0 / log;
    let high = (f64::MAX.ln() + f64::EPSILON.ln()) / 2.0 / log;
    if values.iter().all(|x| *x < 0.0) {
        (2.0 - high, 2.0 - low)
    } else if values.iter().any(|x| *x < 0.0) {
        (low.max(2.0 - high), high.min(2.0 - low))
    } else {
        (low, high)
    }
}

/// Brent's minimisation without derivatives: parabolas, and golden sections where they do not serve.
fn brent(cost: &impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let mut x = low + GOLDEN * (high - low);
    let (mut w, mut v) = (x, x);
    let mut at_x = cost(x);
    let (mut at_w, mut at_v) = (at_x, at_x);
    let (mut step, mut before) = (0.0_f64, 0.0_f64);
    for _ in 0..200 {
        let middle = low.midpoint(high);
        let tolerance = TOLERANCE * (x.abs() + 1.0);
        if (x - middle).abs() <= 2.0 * tolerance - 0.5 * (high - low) {
            break;
        }
        let (mut p, mut q, mut use_golden) = (0.0, 0.0, true);
        if before.abs() > tolerance {
            let r = (x - w) * (at_x - at_v);
            q = (x - v) * (at_x - at_w);
            p = (x - v) * q - (x - w) * r;
            q = 2.0 * (q - r);
            if q > 0.0 {
                p = -p;
            }
            q = q.abs();
            use_golden = !(p.abs() < (0.5 * q * before).abs() && p > q * (low - x) && p < q * (high - x));
        }
        if use_golden {
            before = if x < middle { high - x } else { low - x };
            step = GOLDEN * before;
        } else {
            before = step;
            step = p / q;
            let u = x + step;
            if u - low < 2.0 * tolerance || high - u < 2.0 * tolerance {
                step = tolerance.copysign(middle - x);
            }
        }
        let u = if step.abs() >= tolerance { x + step } else { x + tolerance.copysign(step) };
        let at_u = cost(u);
        if at_u <= at_x {
            if u < x {
                high = x
            } else {
                low = x
            }
            (v, at_v, w, at_w, x, at_x) = (w, at_w, x, at_x, u, at_u);
        } else {
            if u < x {
                low = u
            } else {
                high = u
            }
            if at_u <= at_w || w == x {
                (v, at_v, w, at_w) = (w, at_w, u, at_u);
            } else if at_u <= at_v || v == x || v == w {
                (v, at_v) = (u, at_u);
            }
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_has_an_inverse() {
        for lambda in [-1.5, 0.0, 1e-9, 0.5, 1.0, 2.0, 3.0] {
            for x in [-20.0, -0.3, 0.0, 1e-12, 0.7, 55.0] {
                let back = inverse_yeo_johnson(yeo_johnson(x, lambda), lambda);
                assert!((back - x).abs() <= 1e-9 * (1.0 + x.abs()), "{lambda} {x} {back}");
            }
        }
        assert_eq!(yeo_johnson(3.5, 1.0), 3.5);
    }

    #[test]
    fn hard_samples_have_a_lambda() {
        assert_eq!(most_likely_lambda(&[]), 1.0);
        assert_eq!(most_likely_lambda(&[5.0, 5.0]), 1.0);
        // Flat at the end of the search: finite is all that can be asked.
        assert!(most_likely_lambda(&[-1e-9, 1e-9, 3e-9]).is_finite());
        // scipy 1.17.1, yeojohnson_normmax; the first lies at the end of the search.
        let cases: [(&[f64], f64); 6] = [
            (&[2003.0, 1950.0, 1997.0, 2000.0, 2009.0], 31.776_697_565_983_046),
            (&[0.0, 0.0, 1.0], -3.100_533_085_161_973),
            (&[1e300, 2e300, 5e299], -5.704_287_745_219_904e-7),
            (&[3.0, 4.0, 4.0, 5.0, 90.0], -1.257_584_225_093_039_8),
            (&[-3.0, -4.0, -4.0, -5.0, -90.0], 3.257_584_224_121_295_3),
            (&[0.1, 0.2, -0.15], 4.168_289_246_374_845_5),
        ];
        for (values, expected) in cases {
            let lambda = most_likely_lambda(values);
            assert!((lambda - expected).abs() <= 1e-7 * expected.abs().max(1.0), "{values:?} {lambda} {expected}");
        }
    }
}
