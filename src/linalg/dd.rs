//! Double-double: the unevaluated sum of two doubles, about 32 digits. Only for residuals and final corrections.
//!
//! Dekker's and Knuth's error-free transformations, without fused multiply-add, which wasm lacks: so the bits are the
//! same everywhere.

/// `hi + lo`, with `lo` below half a unit in the last place of `hi`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Dd {
    pub(super) hi: f64,
    pub(super) lo: f64,
}

impl Dd {
    pub(super) fn new(value: f64) -> Self {
        Self { hi: value, lo: 0.0 }
    }

    pub(super) fn add(self, other: Self) -> Self {
        let high = two_sum(self.hi, other.hi);
        let low = two_sum(self.lo, other.lo);
        let first = quick_two_sum(high.hi, high.lo + low.hi);
        quick_two_sum(first.hi, first.lo + low.lo)
    }

    pub(super) fn mul(self, other: Self) -> Self {
        let product = two_product(self.hi, other.hi);
        quick_two_sum(product.hi, product.lo + (self.hi * other.lo + self.lo * other.hi))
    }

    /// By long division: two quotients, each from the remainder that is left.
    pub(super) fn div(self, other: Self) -> Self {
        let first = self.hi / other.hi;
        let left = self.add(other.mul(Self::new(first)).neg());
        let second = left.hi / other.hi;
        let left = left.add(other.mul(Self::new(second)).neg());
        quick_two_sum(first, second).add(Self::new(left.hi / other.hi))
    }

    pub(super) fn neg(self) -> Self {
        Self { hi: -self.hi, lo: -self.lo }
    }

    pub(super) fn value(self) -> f64 {
        self.hi + self.lo
    }
}

/// The sum and its exact rounding error.
fn two_sum(a: f64, b: f64) -> Dd {
    let hi = a + b;
    let virtual_b = hi - a;
    Dd { hi, lo: (a - (hi - virtual_b)) + (b - virtual_b) }
}

/// As `two_sum`, where `a` is the larger.
fn quick_two_sum(a: f64, b: f64) -> Dd {
    let hi = a + b;
    Dd { hi, lo: b - (hi - a) }
}

/// The product and its exact rounding error (below 1e300).
fn two_product(a: f64, b: f64) -> Dd {
    let hi = a * b;
    let (a_high, a_low) = split(a);
    let (b_high, b_low) = split(b);
    Dd { hi, lo: ((a_high * b_high - hi) + a_high * b_low + a_low * b_high) + a_low * b_low }
}

/// Two halves of 26 bits.
fn split(a: f64) -> (f64, f64) {
    let scaled = 134_217_729.0 * a; // 2^27 + 1
    let high = scaled - (scaled - a);
    (high, a - high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_doubles_lose() {
        // (1 + 2^-40)² = 1 + 2^-39 + 2^-80: the last term needs 80 bits.
        let small = 2f64.powi(-40);
        let square = Dd::new(1.0 + small).mul(Dd::new(1.0 + small));
        assert_eq!((square.hi, square.lo), (1.0 + 2.0 * small, small * small));
        let back = square.add(Dd::new(-1.0)).add(Dd::new(-2.0 * small));
        assert_eq!(back.value(), small * small);
        assert_eq!(Dd::new(1e16).add(Dd::new(-0.1)).add(Dd::new(-1e16)).value(), -0.1);
    }
}
