//! What the values of a text column look like: numbers in disguise, money, codes.

use super::{
    missing,
    number::{self, Form, Marks},
};

/// Odd values that are remembered to be named.
const MAX_ODD: usize = 8;

/// Counts of values by what they look like.
#[derive(Debug, Clone, Default)]
pub(super) struct Nature {
    numbers: u64,
    fractions: u64,
    big_integers: u64,
    thousands: u64,
    currency: u64,
    percent: u64,
    /// What looks like a missing cell.
    odd: Vec<Vec<u8>>,
    other: u64,
}

/// What would make a number column of a text column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Numbers but for these values.
    MissingTokens(Vec<Vec<u8>>),
    Thousands,
    Currency,
    Percent,
    /// Whole numbers that an f64 does not hold: text is the remedy.
    BigIntegers,
}

impl Nature {
    /// Whether more values cannot change the verdict.
    pub(super) fn is_settled(&self) -> bool {
        self.other > 0
    }

    /// Takes a value in.
    pub(super) fn add(&mut self, value: &[u8], marks: Marks) {
        if let Some(number) = number::parse(value, marks) {
            self.numbers += 1;
            self.fractions += u64::from(!number.form.is_whole());
            self.big_integers += u64::from(number.form == Form::BigInteger);
        } else if missing::looks_missing(value) {
            if !self.odd.iter().any(|odd| odd == value) {
                if self.odd.len() == MAX_ODD {
                    self.other += 1;
                } else {
                    self.odd.push(value.to_vec());
                }
            }
        } else if marks.thousands.is_none() && has_thousands(value, marks) {
            self.thousands += 1;
        } else if let Some(amount) = without_currency(value)
            && (number::parse(amount, marks).is_some() || has_thousands(amount, marks))
        {
            self.currency += 1;
        } else if let [amount @ .., b'%'] = value.trim_ascii()
            && number::parse(amount, marks).is_some()
        {
            self.percent += 1;
        } else {
            self.other += 1;
        }
    }

    /// The verdict over all values taken in.
    pub(super) fn remedy(&self) -> Option<Remedy> {
        if self.other > 0 {
            None
        } else if self.currency > 0 {
            Some(Remedy::Currency)
        } else if self.percent > 0 {
            Some(Remedy::Percent)
        } else if self.thousands > 0 {
            Some(Remedy::Thousands)
        } else if self.numbers > 0 && !self.odd.is_empty() {
            Some(Remedy::MissingTokens(self.odd.clone()))
        } else if self.big_integers > 0 && self.fractions == 0 {
            Some(Remedy::BigIntegers)
        } else {
            None
        }
    }
}

fn has_thousands(value: &[u8], marks: Marks) -> bool {
    let mark = if marks.decimal == b',' { b'.' } else { b',' };
    value.contains(&mark) && number::parse(value, Marks { thousands: Some(mark), ..marks }).is_some()
}

/// The amount of `$5.00`, `R$ 7` or `7 €` (the euro and pound signs in UTF-8 or Windows-1252).
fn without_currency(value: &[u8]) -> Option<&[u8]> {
    const SIGNS: [&[u8]; 15] = [
        b"R$",
        b"US$",
        b"$",
        "€".as_bytes(),
        b"\x80",
        "£".as_bytes(),
        b"\xa3",
        "¥".as_bytes(),
        b"\xa5",
        "₹".as_bytes(),
        b"USD",
        b"EUR",
        b"GBP",
        b"BRL",
        b"CHF",
    ];
    let value = value.trim_ascii();
    let (negative, value) = value.strip_prefix(b"-").map_or((false, value), |rest| (true, rest));
    let amount = SIGNS.iter().find_map(|sign| value.strip_prefix(*sign).or_else(|| value.strip_suffix(*sign)))?;
    let amount = amount.trim_ascii();
    // `-$5` has its sign in front of the currency.
    (!negative || !amount.starts_with(b"-")).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedy(values: &[&str]) -> Option<Remedy> {
        let mut nature = Nature::default();
        values.iter().for_each(|value| nature.add(value.as_bytes(), Marks { decimal: b'.', thousands: None }));
        nature.remedy()
    }

    #[test]
    fn disguises() {
        let odd = |values: &[&str]| {
            Some(Remedy::MissingTokens(values.iter().map(|value| value.as_bytes().to_vec()).collect()))
        };
        assert_eq!(remedy(&["1", "?", "2.5", "-", "?"]), odd(&["?", "-"]));
        assert_eq!(remedy(&["1", " None"]), odd(&[" None"]));
        assert_eq!(remedy(&["?", "-"]), None);
        assert_eq!(remedy(&["1", "two", "?"]), None);
        assert_eq!(remedy(&["1,234", "5"]), Some(Remedy::Thousands));
        assert_eq!(remedy(&["$5.00", "R$ 7", "-$1,000.50", "7 €"]), Some(Remedy::Currency));
        assert_eq!(remedy(&["10%", "4.5 %"]), Some(Remedy::Percent));
        assert_eq!(remedy(&["9007199254740993", "1"]), Some(Remedy::BigIntegers));
        assert_eq!(remedy(&["True", "1"]), None);
    }
}
