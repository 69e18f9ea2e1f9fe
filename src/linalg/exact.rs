//! Columns with more than a double's digits.
//!
//! A cell of a file is a decimal number; the double it was read into is off by up to half a unit in the last place. The
//! shortest decimal that reads as the same double is the one that was written (up to 15 digits always, 17 mostly), so the
//! difference is known and need not be lost. The same holds for powers and products of columns: taken of the decimals, not
//! of their doubles.

use super::dd::Dd;

/// A column in double-double.
#[derive(Debug, Clone, PartialEq)]
pub struct Exact {
    cells: Vec<Dd>,
}

impl Exact {
    /// The doubles as they are.
    #[must_use]
    pub fn doubles(values: impl IntoIterator<Item = f64>) -> Self {
        Self { cells: values.into_iter().map(Dd::new).collect() }
    }

    /// Each double taken as the shortest decimal that reads as it.
    #[must_use]
    pub fn decimal(values: impl IntoIterator<Item = f64>) -> Self {
        Self { cells: values.into_iter().map(decimal).collect() }
    }

    /// The product of columns, cell by cell; `None` when they differ in length or there are none.
    #[must_use]
    pub fn product(factors: &[&Self]) -> Option<Self> {
        let (first, others) = factors.split_first()?;
        if others.iter().any(|other| other.len() != first.len()) {
            return None;
        }
        let mut cells = first.cells.clone();
        for other in others {
            cells.iter_mut().zip(&other.cells).for_each(|(cell, factor)| *cell = cell.mul(*factor));
        }
        Some(Self { cells })
    }

    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there are no cells.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The cells rounded to doubles.
    #[must_use]
    pub fn rounded(&self) -> Vec<f64> {
        self.cells.iter().map(|cell| cell.value()).collect()
    }

    pub(super) fn shifted(&self, shift: f64) -> Vec<Dd> {
        self.cells.iter().map(|cell| cell.add(Dd::new(-shift))).collect()
    }
}

/// The shortest decimal that reads as `value`, in double-double.
fn decimal(value: f64) -> Dd {
    // Whole numbers up to 2^53 are exact.
    if !value.is_finite() || (value.fract() == 0.0 && value.abs() < 9e15) {
        return Dd::new(value);
    }
    let text = format!("{value:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return Dd::new(value) };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let sign = if whole.starts_with('-') { -1.0 } else { 1.0 };
    let joined = format!("{}{fraction}", whole.trim_start_matches('-'));
    let (Ok(integer), Ok(exponent)) = (joined.parse::<u64>(), exponent.parse::<i32>()) else { return Dd::new(value) };
    let power = exponent - fraction.len() as i32;
    // Beyond, powers of ten leave the range in which double-double is exact enough.
    if !(-250..=250).contains(&power) {
        return Dd::new(value);
    }
    // At most 17 digits: two doubles hold them exactly.
    let high = (integer >> 32) as f64 * 4_294_967_296.0;
    let low = (integer & 0xffff_ffff) as f64;
    let integer = Dd::new(high).add(Dd::new(low));
    let ten = power_of_ten(power.unsigned_abs());
    let found = if power < 0 { integer.div(ten) } else { integer.mul(ten) };
    let found = if sign < 0.0 { found.neg() } else { found };
    // Both must be the same double; else the digits were not what they seemed.
    if found.value() == value { found } else { Dd::new(value) }
}

fn power_of_ten(exponent: u32) -> Dd {
    let mut power = Dd::new(1.0);
    let (mut base, mut left) = (Dd::new(10.0), exponent);
    while left > 0 {
        if left & 1 == 1 {
            power = power.mul(base);
        }
        left >>= 1;
        if left > 0 {
            base = base.mul(base);
        }
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_more_than_its_double() {
        // 10 · 0.1 as decimals is exactly 1; the double 0.1 is 5.55e-18 above.
        let tenth = decimal(0.1);
        assert!(tenth.mul(Dd::new(10.0)).add(Dd::new(-1.0)).value().abs() < 1e-31);
        assert!((tenth.lo + 5.551_115_123_125_783e-18).abs() < 1e-32, "{:e}", tenth.lo);
        assert_eq!(decimal(-2.5), Dd::new(-2.5));
        assert_eq!(decimal(1e300).value(), 1e300);
        assert_eq!(decimal(f64::INFINITY).hi, f64::INFINITY);
    }

    #[test]
    fn products_keep_the_decimals() {
        let x = Exact::decimal([-6.860120914]);
        let square = Exact::product(&[&x, &x]).unwrap();
        // 6.860120914² = 47.061258954700195396 exactly.
        let error = square.cells[0].add(decimal(47.061_258_954_700_2).neg()).value();
        assert!((error + 4.604e-15).abs() < 1e-20, "{error:e}");
        assert_eq!(Exact::product(&[&x, &Exact::doubles([1.0, 2.0])]), None);
    }
}
