//! Arithmetic as NumPy and pandas do it.

/// Python's `a // b`: rounded down; as pandas, a number by zero is infinite.
pub(super) fn floor_divide(a: f64, b: f64) -> f64 {
    if b == 0.0 {
        return a / b;
    }
    let rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return 0.0_f64.copysign(a / b);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 { floor + 1.0 } else { floor }
}

/// Python's `a % b`: it has the sign of `b`; missing for zero.
pub(super) fn remainder(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        0.0_f64.copysign(b)
    } else if (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    }
}

/// `a ** b` as NumPy.
pub(super) fn power(a: f64, b: f64) -> f64 {
    if b == 2.0 { a * a } else { a.powf(b) }
}

/// NumPy's `round(x, digits)`: halves to the even neighbour after moving the point.
pub(super) fn round(x: f64, digits: i32) -> f64 {
    if digits == 0 {
        return x.round_ties_even();
    }
    let scale = 10_f64.powi(digits.abs());
    let rounded =
        if digits > 0 { (x * scale).round_ties_even() / scale } else { (x / scale).round_ties_even() * scale };
    if rounded.is_finite() { rounded } else { x }
}

/// The smaller one; a missing one is passed over, as NumPy's `fmin`.
pub(super) fn smaller(a: f64, b: f64) -> f64 {
    if b.is_nan() || a <= b { a } else { b }
}

/// The larger one; a missing one is passed over, as NumPy's `fmax`.
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if b.is_nan() || a >= b { a } else { b }
}

/// pandas' `clip`: a missing bound does not bind.
pub(super) fn clip(x: f64, low: f64, high: f64) -> f64 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_down_and_the_rest_has_the_divisors_sign() {
        // numpy 2.4: np.floor_divide and np.remainder.
        let pairs = [(7.0, 2.0), (-7.0, 2.0), (7.0, -2.0), (-7.0, -2.0), (1.0, 0.1), (-0.5, 1.0), (6.0, 3.0)];
        assert_eq!(pairs.map(|(a, b)| floor_divide(a, b)), [3.0, -4.0, -4.0, 3.0, 9.0, -1.0, 2.0]);
        assert_eq!(pairs.map(|(a, b)| remainder(a, b)), [1.0, 1.0, -1.0, -1.0, 0.099_999_999_999_999_95, 0.5, 0.0]);
        assert_eq!((floor_divide(1.0, 0.0), floor_divide(-1.0, 0.0)), (f64::INFINITY, f64::NEG_INFINITY));
        assert!(floor_divide(0.0, 0.0).is_nan() && remainder(1.0, 0.0).is_nan());
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!([0.5, 1.5, 2.5, -0.5].map(|x| round(x, 0)), [0.0, 2.0, 2.0, 0.0]);
        assert_eq!((round(1.235, 2), round(1250.0, -2), round(1e300, 20)), (1.24, 1200.0, 1e300));
    }
}
