//! Cells as numbers, by pandas' grammar, correctly rounded.
//!
//! Optional surrounding white space, a sign, digits with an optional decimal mark (`.5`, `5.`), an optional exponent
//! that has digits (`1e` is no number), or `inf`/`infinity` in any case.

/// Beyond this, neighbouring whole numbers share an f64.
const MAX_EXACT: u64 = 1 << 53;
const POWERS_OF_TEN: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// The marks in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) decimal: u8,
    pub(super) thousands: Option<u8>,
}

/// What a cell is as a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    pub(super) form: Form,
}

/// How a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Digits only, at most 2^53.
    Integer,
    /// Digits only, with a zero in front.
    LeadingZero,
    /// Digits only, beyond 2^53: `value` is rounded.
    BigInteger,
    /// With a decimal mark or an exponent.
    Float,
    /// A finite number beyond f64's range; `value` is infinite.
    Overflow,
    /// `inf` or `infinity`.
    Infinity,
}

impl Form {
    pub(super) fn is_whole(self) -> bool {
        matches!(self, Self::Integer | Self::LeadingZero | Self::BigInteger)
    }
}

/// The cell as a number, or `None` when it is none.
#[inline]
pub(super) fn parse(cell: &[u8], marks: Marks) -> Option<Number> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, cell),
    };
    let mut mantissa = 0_u64;
    let mut n_whole = 0;
    let mut bytes = digits.iter();
    let stop = loop {
        let Some(byte) = bytes.next() else { break None };
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break Some(*byte);
        }
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        n_whole += 1;
    };
    // At most 15 digits: mantissa and power of ten are exact, so one division rounds once, correctly.
    if stop.is_none() && matches!(n_whole, 1..=15) {
        let zero = n_whole > 1 && digits.first() == Some(&b'0');
        let value = mantissa as f64;
        let value = if negative && mantissa != 0 { -value } else { value };
        return Some(Number { value, form: if zero { Form::LeadingZero } else { Form::Integer } });
    }
    if stop == Some(marks.decimal) {
        let mut n_fraction = 0;
        let ended = loop {
            let Some(byte) = bytes.next() else { break true };
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break false;
            }
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            n_fraction += 1;
        };
        if ended && matches!(n_whole + n_fraction, 1..=15) {
            let value = mantissa as f64 / POWERS_OF_TEN.get(n_fraction).copied().unwrap_or(f64::NAN);
            return Some(Number { value: if negative { -value } else { value }, form: Form::Float });
        }
    }
    parse_slowly(cell, marks)
}

/// The cell without white space around it.
pub(super) fn trim(cell: &[u8]) -> &[u8] {
    cell.trim_ascii()
}

#[inline(never)]
fn parse_slowly(cell: &[u8], marks: Marks) -> Option<Number> {
    let text = trim(cell);
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if !matches!(rest.first(), Some(byte) if byte.is_ascii_digit() || *byte == marks.decimal) {
        let infinite = rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity");
        let value = if negative { f64::NEG_INFINITY } else { f64::INFINITY };
        return infinite.then_some(Number { value, form: Form::Infinity });
    }
    let plain = plain_text(rest, marks)?;
    let whole = plain.bytes().all(|byte| byte.is_ascii_digit());
    let size: f64 = plain.parse().ok()?;
    let form = if whole {
        let leading_zero = plain.len() > 1 && plain.starts_with('0');
        match plain.trim_start_matches('0').len() {
            0..=15 if leading_zero => Form::LeadingZero,
            0..=15 => Form::Integer,
            16 if plain.parse().is_ok_and(|exact: u64| exact <= MAX_EXACT) => Form::Integer,
            _ => Form::BigInteger,
        }
    } else if size.is_infinite() {
        Form::Overflow
    } else {
        Form::Float
    };
    let negative = negative && !(whole && size == 0.0);
    Some(Number { value: if negative { -size } else { size }, form })
}

/// Digits, an optional `.`, an optional exponent: what both grammars share, or `None`.
fn plain_text(rest: &[u8], marks: Marks) -> Option<String> {
    let mut plain = String::with_capacity(rest.len());
    let n_whole = rest.iter().take_while(|byte| byte.is_ascii_digit() || Some(**byte) == marks.thousands).count();
    let (whole, tail) = rest.split_at_checked(n_whole)?;
    if marks.thousands.is_some_and(|mark| whole.contains(&mark)) {
        if !has_groups(whole, marks.thousands?) {
            return None;
        }
        plain.extend(whole.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)));
    } else {
        plain.extend(whole.iter().map(|byte| char::from(*byte)));
    }
    let mut n_digits = whole.len();
    let mut tail = tail.iter().peekable();
    if tail.next_if(|byte| **byte == marks.decimal).is_some() {
        plain.push('.');
        while let Some(byte) = tail.next_if(|byte| byte.is_ascii_digit()) {
            plain.push(char::from(*byte));
            n_digits += 1;
        }
    }
    if n_digits == 0 {
        return None;
    }
    if tail.next_if(|byte| matches!(byte, b'e' | b'E')).is_some() {
        plain.push('e');
        if let Some(sign) = tail.next_if(|byte| matches!(byte, b'+' | b'-')) {
            plain.push(char::from(*sign));
        }
        let mut n_exponent = 0;
        while let Some(byte) = tail.next_if(|byte| byte.is_ascii_digit()) {
            plain.push(char::from(*byte));
            n_exponent += 1;
        }
        if n_exponent == 0 {
            return None;
        }
    }
    tail.next().is_none().then_some(plain)
}

/// Whether the marks stand as people set them: `1,234,567` or `12,34,567`. So `31.12.2017` is no number.
fn has_groups(whole: &[u8], mark: u8) -> bool {
    let groups: Vec<usize> = whole.split(|byte| *byte == mark).map(<[u8]>::len).collect();
    match groups.as_slice() {
        [first, middle @ .., last] => {
            matches!(first, 1..=3) && *last == 3 && middle.iter().all(|len| matches!(len, 2..=3))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: Marks = Marks { decimal: b'.', thousands: None };

    fn value(text: &str) -> Option<f64> {
        parse(text.as_bytes(), POINT).map(|number| number.value)
    }

    #[test]
    fn pandas_grammar() {
        for (text, expected) in [
            ("0", 0.0),
            ("-0", 0.0),
            ("+7", 7.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1E5", 1e5),
            ("1e+3", 1e3),
            (" 1 ", 1.0),
            ("\t4", 4.0),
            ("5.e1", 50.0),
            ("-2.5e-3", -2.5e-3),
            ("1e309", f64::INFINITY),
            ("-1e400", f64::NEG_INFINITY),
            ("1e-400", 0.0),
            ("5e-324", 5e-324),
            ("0.30000000000000004", 0.1 + 0.2),
            ("1e23", 1e23),
            ("INF", f64::INFINITY),
            ("123456789.123456789", 123_456_789.123_456_79),
            ("-infinity", f64::NEG_INFINITY),
            ("9007199254740993", 9007199254740992.0),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
        for text in [
            "", " ", "-", "+", ".", "-.", "e5", "1e", "1e+", "0x10", "1_000", "1,234", "1.2.3", "--1", "+-1", "1 2",
            "nan", "in", "$5", "5%", ".e3",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn forms() {
        let form = |text: &str| parse(text.as_bytes(), POINT).unwrap().form;
        assert_eq!(form("01234"), Form::LeadingZero);
        assert_eq!(form("0"), Form::Integer);
        assert_eq!(form("-12"), Form::Integer);
        assert_eq!(form("9007199254740992"), Form::Integer);
        assert_eq!(form("9007199254740993"), Form::BigInteger);
        assert_eq!(form("18446744073709551616"), Form::BigInteger);
        assert_eq!(form("1e309"), Form::Overflow);
        assert_eq!(form("inf"), Form::Infinity);
        assert_eq!(form("1.0"), Form::Float);
    }

    #[test]
    fn other_marks() {
        let german = Marks { decimal: b',', thousands: Some(b'.') };
        let value = |text: &str| parse(text.as_bytes(), german).map(|number| number.value);
        assert_eq!(value("1.234,5"), Some(1234.5));
        assert_eq!(value("14,5"), Some(14.5));
        assert_eq!(value("1.234.567"), Some(1_234_567.0));
        assert_eq!(value("31.12.2017"), None);
        assert_eq!(value("1.5"), None);
        let english = Marks { decimal: b'.', thousands: Some(b',') };
        assert_eq!(parse(b"-12,345,678.5", english).unwrap().value, -12_345_678.5);
        assert_eq!(parse(b"1,23", english), None);
    }

    proptest::proptest! {
        #[test]
        fn rounds_as_the_standard_library(value in proptest::num::f64::NORMAL, whole in proptest::num::i64::ANY, digits in 0_usize..18) {
            for text in [format!("{value:e}"), format!("{whole}"), format!("{:.digits$}", whole as f64 / 1e12)] {
                let expected: f64 = text.parse().unwrap();
                let found = parse(text.as_bytes(), POINT).unwrap().value;
                // Integers have no negative zero.
                proptest::prop_assert!(found == expected, "{} gives {}", text, found);
            }
        }
    }
}
