//! Tail probabilities and quantiles of the normal, t, F and χ² distributions and of Kolmogorov's, right in their far tails, too.
//!
//! Normal and χ² are spec_math's (Cephes). The incomplete beta function under t and F is our own continued fraction, because it
//! needs `1 − x` as a number of its own: with 10⁷ degrees of freedom, `x = df/(df + t²)` rounded costs seven digits. Its
//! factor `1/B(a, b)` comes from Stirling's series where a difference of logarithms of Γ would cost digits
//! (formulas: DLMF 8.17.22, 5.11.1; Lentz' method).

use spec_math::cephes64::{gamma, igam, igamc, lgam, ndtri};

/// `P(X ≤ x)` and `P(X > x)`: the smaller is exact to its last digits, the larger is one minus it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    pub lower: f64,
    pub upper: f64,
}

impl Tails {
    fn of_lower(lower: f64) -> Self {
        Self { lower, upper: 1.0 - lower }
    }

    fn of_upper(upper: f64) -> Self {
        Self { lower: 1.0 - upper, upper }
    }

    fn swapped(self) -> Self {
        Self { lower: self.upper, upper: self.lower }
    }
}

/// Standard normal.
pub mod normal {
    use super::{Tails, ndtri};

    /// `P(Z ≤ x)` and `P(Z > x)`.
    #[must_use]
    pub fn tails(x: f64) -> Tails {
        let outer = 0.5 * spec_math::cephes64::erfc(x.abs() / std::f64::consts::SQRT_2);
        if x < 0.0 { Tails::of_lower(outer) } else { Tails::of_upper(outer) }
    }

    /// The x with `P(Z ≤ x) = p`; infinite at 0 and 1, NaN outside.
    #[must_use]
    pub fn ppf(p: f64) -> f64 {
        if p == 0.0 {
            f64::NEG_INFINITY
        } else if p == 1.0 {
            f64::INFINITY
        } else {
            ndtri(p)
        }
    }
}

/// Student's t with `df` degrees of freedom (any positive number).
pub mod student_t {
    use super::{Tails, incomplete_beta, invert};

    /// `P(T ≤ x)` and `P(T > x)`.
    #[must_use]
    pub fn tails(x: f64, df: f64) -> Tails {
        let outer = 0.5 * two_sided(x, df);
        if x < 0.0 { Tails::of_lower(outer) } else { Tails::of_upper(outer) }
    }

    /// `P(|T| > |x|)`: the p-value of a two-sided test.
    #[must_use]
    pub fn two_sided(x: f64, df: f64) -> f64 {
        if x.is_nan() || df.is_nan() || df <= 0.0 { f64::NAN } else { within(x.abs(), df).upper }
    }

    /// `P(|T| ≤ x)` and `P(|T| > x)`.
    fn within(x: f64, df: f64) -> Tails {
        // df/(df + x²) and x²/(df + x²), whichever of df and x² is larger; an infinite x² has no share left.
        let ratio = x * x / df;
        let (outside, inside) =
            if ratio.is_infinite() { (0.0, 1.0) } else { (1.0 / (1.0 + ratio), ratio / (1.0 + ratio)) };
        incomplete_beta(0.5, 0.5 * df, inside, outside)
    }

    /// The x with `P(T ≤ x) = p`; infinite at 0 and 1, NaN outside.
    #[must_use]
    pub fn ppf(p: f64, df: f64) -> f64 {
        if !(0.0..=1.0).contains(&p) || df.is_nan() || df <= 0.0 {
            return f64::NAN;
        }
        let outer = p.min(1.0 - p);
        let size = invert(Tails { lower: 1.0 - 2.0 * outer, upper: 2.0 * outer }, |x| within(x, df));
        if p < 0.5 { -size } else { size }
    }
}

/// F with `df1` and `df2` degrees of freedom.
pub mod f {
    use super::{Tails, incomplete_beta, invert};

    /// `P(F ≤ x)` and `P(F > x)`.
    #[must_use]
    pub fn tails(x: f64, df1: f64, df2: f64) -> Tails {
        if x.is_nan() || df1.is_nan() || df2.is_nan() || df1 <= 0.0 || df2 <= 0.0 {
            return Tails { lower: f64::NAN, upper: f64::NAN };
        }
        let ratio = x.max(0.0) * (df1 / df2);
        let (below, above) =
            if ratio.is_infinite() { (1.0, 0.0) } else { (ratio / (1.0 + ratio), 1.0 / (1.0 + ratio)) };
        incomplete_beta(0.5 * df1, 0.5 * df2, below, above)
    }

    /// The x with `P(F ≤ x) = p`.
    #[must_use]
    pub fn ppf(p: f64, df1: f64, df2: f64) -> f64 {
        invert(Tails::of_lower(p), |x| tails(x, df1, df2))
    }
}

/// χ² with `df` degrees of freedom.
pub mod chi2 {
    use super::{Tails, igam, igamc, invert};

    /// `P(X ≤ x)` and `P(X > x)`.
    #[must_use]
    pub fn tails(x: f64, df: f64) -> Tails {
        if x.is_nan() || df.is_nan() || df <= 0.0 {
            return Tails { lower: f64::NAN, upper: f64::NAN };
        }
        let x = x.max(0.0);
        if x < df { Tails::of_lower(igam(0.5 * df, 0.5 * x)) } else { Tails::of_upper(igamc(0.5 * df, 0.5 * x)) }
    }

    /// The x with `P(X ≤ x) = p`.
    #[must_use]
    pub fn ppf(p: f64, df: f64) -> f64 {
        invert(Tails::of_lower(p), |x| tails(x, df))
    }
}

/// Kolmogorov's limit distribution of `√n · D`.
pub mod kolmogorov {
    use std::f64::consts::PI;

    /// `P(K > x)`: the series in `e^{−2k²x²}` far out, the one of the theta function near zero, where that one is slow.
    #[must_use]
    pub fn sf(x: f64) -> f64 {
        if x.is_nan() || x <= 0.0 {
            return if x.is_nan() { f64::NAN } else { 1.0 };
        }
        if x < 1.0 {
            let term = |k: u32| (-(f64::from(2 * k - 1) * PI / x).powi(2) / 8.0).exp();
            return 1.0 - (2.0 * PI).sqrt() / x * (1..=4).map(term).sum::<f64>();
        }
        let term = |k: u32| (-2.0 * (f64::from(k) * x).powi(2)).exp() * if k % 2 == 1 { 2.0 } else { -2.0 };
        (1..=5).map(term).sum()
    }
}

/// `I_x(a, b)` and `I_y(b, a)`, where `y = 1 − x` is given for its digits.
fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x <= 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if y <= 0.0 {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    // The fraction converges fast below the mean only.
    if x > (a + 1.0) / (a + b + 2.0) {
        return incomplete_beta_below(b, a, y, x).swapped();
    }
    incomplete_beta_below(a, b, x, y)
}

fn incomplete_beta_below(a: f64, b: f64, x: f64, y: f64) -> Tails {
    // Whichever of x and y is small keeps its digits in the logarithm of the other.
    let ln_x = if x > 0.5 { (-y).ln_1p() } else { x.ln() };
    let ln_y = if y > 0.5 { (-x).ln_1p() } else { y.ln() };
    let front = (a * ln_x + b * ln_y - ln_beta(a, b)).exp();
    Tails::of_lower((front * continued_fraction(a, b, x, y)).min(1.0))
}

/// The even part of DLMF 8.17.22, arranged as DiDonato and Morris do (TOMS 708): `a − (a + b)·x` is taken from the smaller
/// of x and y, so that it keeps its digits where x is near 1.
fn continued_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    const MAX_TERMS: u32 = 100_000;
    let c = 1.0 + if x < y { a - (a + b) * x } else { (a + b) * y - b };
    let (c0, c1, y1) = (b / a, 1.0 + 1.0 / a, y + 1.0);
    let (mut p, mut s) = (1.0, a + 1.0);
    let (mut numerator, mut denominator) = ((0.0, 1.0), (1.0, c / c1));
    let mut fraction = c1 / c;
    for n in 1..=MAX_TERMS {
        let n = f64::from(n);
        let t = n / a;
        let w = n * (b - n) * x;
        let e = a / s;
        let alpha = p * (p + c0) * e * e * (w * x);
        let beta = n + w / s + (1.0 + t) / (c1 + t + t) * (c + n * y1);
        p = 1.0 + t;
        s += 2.0;
        numerator = (numerator.1, alpha * numerator.0 + beta * numerator.1);
        denominator = (denominator.1, alpha * denominator.0 + beta * denominator.1);
        let last = fraction;
        fraction = numerator.1 / denominator.1;
        if (fraction - last).abs() <= 1e-16 * fraction.abs() {
            break;
        }
        // Kept near 1, so that nothing overflows.
        (numerator.0, denominator.0) = (numerator.0 / denominator.1, denominator.0 / denominator.1);
        (numerator.1, denominator.1) = (fraction, 1.0);
    }
    fraction
}

/// `ln B(a, b)`, without the cancellation of `ln Γ(a) + ln Γ(b) − ln Γ(a + b)` for large arguments.
fn ln_beta(a: f64, b: f64) -> f64 {
    const LARGE: f64 = 10.0;
    const LN_SQRT_2_PI: f64 = 0.918_938_533_204_672_8;
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if small >= LARGE {
        let rest = stirling_rest(small) + stirling_rest(large) - stirling_rest(small + large);
        let share = small / (small + large);
        LN_SQRT_2_PI - 0.5 * large.ln() + rest + (small - 0.5) * share.ln() + large * (-share).ln_1p()
    } else if large >= LARGE {
        let rest = stirling_rest(large) - stirling_rest(small + large);
        let share = small / (small + large);
        lgam(small) + rest + small - small * (small + large).ln() + (large - 0.5) * (-share).ln_1p()
    } else {
        (gamma(small) * (gamma(large) / gamma(small + large))).ln()
    }
}

/// `ln Γ(x)` less Stirling's `(x − ½)·ln x − x + ½·ln 2π`, for x ≥ 10.
fn stirling_rest(x: f64) -> f64 {
    const TERMS: [f64; 7] =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0, 1.0 / 156.0];
    let square = 1.0 / (x * x);
    TERMS.iter().rev().fold(0.0, |sum, term| sum * square + term) / x
}

/// The positive x whose tails are `wanted`: the smaller of the two is met, in logarithms, by bisection that takes secants
/// where they help.
fn invert(wanted: Tails, tails: impl Fn(f64) -> Tails) -> f64 {
    let is_probability = |p: f64| (0.0..=1.0).contains(&p);
    if !is_probability(wanted.lower) || !is_probability(wanted.upper) {
        return f64::NAN;
    }
    if wanted.lower == 0.0 {
        return 0.0;
    }
    if wanted.upper == 0.0 {
        return f64::INFINITY;
    }
    let by_lower = wanted.lower < wanted.upper;
    // Rises with x, zero at the quantile.
    let miss = |ln_x: f64| {
        let found = tails(ln_x.exp());
        let miss = if by_lower { found.lower.ln() - wanted.lower.ln() } else { wanted.upper.ln() - found.upper.ln() };
        miss.clamp(-1e9, 1e9)
    };
    let (mut low, mut high) = (-1.0, 1.0);
    let (mut at_low, mut at_high) = (miss(low), miss(high));
    while at_low > 0.0 && low > -800.0 {
        (high, at_high) = (low, at_low);
        low *= 2.0;
        at_low = miss(low);
    }
    while at_high < 0.0 && high < 800.0 {
        (low, at_low) = (high, at_high);
        high *= 2.0;
        at_high = miss(high);
    }
    for round in 0..200 {
        let width = high - low;
        if width <= 1e-16 * high.abs().max(1.0) || at_low == 0.0 {
            break;
        }
        let secant = low - at_low * width / (at_high - at_low);
        // Every third round halves, so that no shape of the function makes it crawl.
        let middle = if round % 3 == 2 || !(secant > low && secant < high) { low + 0.5 * width } else { secant };
        if middle <= low || middle >= high {
            break;
        }
        let at_middle = miss(middle);
        if at_middle == 0.0 {
            return middle.exp();
        }
        if at_middle < 0.0 {
            (low, at_low) = (middle, at_middle);
        } else {
            (high, at_high) = (middle, at_middle);
        }
    }
    // The end that misses least.
    if at_low.abs() < at_high.abs() { low.exp() } else { high.exp() }
}
