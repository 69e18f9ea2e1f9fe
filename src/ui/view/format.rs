//! Numbers, sizes and times as people read them. Four significant digits, true minus, thousands with commas, a space
//! before a unit; missing is –, and not to be mistaken for 0, NaN or ∞.

/// What stands for a value that is missing.
pub const MISSING: &str = "–";

/// A whole number in full: `5,000`.
#[must_use]
pub fn count(n: u64) -> String {
    group(&n.to_string())
}

/// A whole number with its sign's own character: `−17`.
#[must_use]
pub fn signed_count(n: i64) -> String {
    let digits = count(n.unsigned_abs());
    if n < 0 { format!("−{digits}") } else { digits }
}

/// A large number of things in short: `48.2 M`, below a million in full.
#[must_use]
pub fn short_count(n: u64) -> String {
    match n {
        0..1_000_000 => count(n),
        1_000_000..1_000_000_000 => format!("{} M", significant(n as f64 / 1e6, 3)),
        _ => format!("{} G", significant(n as f64 / 1e9, 3)),
    }
}

/// A number with four significant digits, without zeros at its end: `0.0574`, `1.155`, `3,102.17` keeps its whole part
/// and two decimals, whole numbers stand in full. Below 1e−4 and from 1e15 on it is written as `1.2e−7`.
#[must_use]
pub fn number(value: f64) -> String {
    if let Some(word) = not_finite(value) {
        return word.into();
    }
    let size = value.abs();
    if size == 0.0 {
        return "0".into();
    }
    if !(1e-4..1e15).contains(&size) {
        return scientific(value);
    }
    if value.fract() == 0.0 {
        return decimals(value, 0);
    }
    let places = if size >= 100.0 { 2 } else { (3 - size.log10().floor() as i32).clamp(2, 7) as usize };
    trim_zeros(decimals(value, places))
}

/// A number, or what stands for a missing one.
#[must_use]
pub fn number_or_missing(value: Option<f64>) -> String {
    value.map_or_else(|| MISSING.into(), number)
}

/// A number with a fixed count of decimals, so that a column lines up: `0.0570`.
#[must_use]
pub fn decimals(value: f64, places: usize) -> String {
    if let Some(word) = not_finite(value) {
        return word.into();
    }
    let text = format!("{:.places$}", value.abs());
    // What rounds to zero has no sign.
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let grouped = group(&text);
    if value < 0.0 && !is_zero { format!("−{grouped}") } else { grouped }
}

/// Every digit, for `data-value`, titles and the clipboard; reads back as the same number.
#[must_use]
pub fn exact(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value}") } else { format!("{value:?}") }
}

/// A share as percent: `6 %`, `0.4 %` below one, `<0.1 %` for what would round to nothing.
#[must_use]
pub fn percent(share: f64) -> String {
    if let Some(word) = not_finite(share) {
        return word.into();
    }
    let value = share * 100.0;
    let size = value.abs();
    if size == 0.0 || size >= 0.95 {
        // All but everything is not everything.
        let rounded = if value < 100.0 && value > 99.5 { 99.0 } else { value };
        format!("{} %", decimals(rounded, 0))
    } else if size < 0.05 {
        "<0.1 %".into()
    } else {
        format!("{} %", decimals(value, 1))
    }
}

/// A size, in powers of 1,000: `840 B`, `2.2 MB`.
#[must_use]
pub fn bytes(n: u64) -> String {
    if n < 1000 {
        return format!("{n} B");
    }
    let mut value = n as f64;
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB"] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    format!("{} {unit}", decimals(value, usize::from(value < 9.95)))
}

/// A duration: `0.4 ms`, `840 ms`, `1.2 s`, `3 m 05 s`, `2 h 03 m`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    if let Some(word) = not_finite(seconds) {
        return word.into();
    }
    let ms = seconds * 1000.0;
    if ms < 0.05 {
        "<0.1 ms".into()
    } else if ms < 0.95 {
        format!("{} ms", decimals(ms, 1))
    } else if ms < 999.5 {
        format!("{} ms", decimals(ms, 0))
    } else if seconds < 59.95 {
        format!("{} s", decimals(seconds, 1))
    } else {
        let whole = seconds.round() as u64;
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
        if hours == 0 { format!("{minutes} m {rest:02} s") } else { format!("{hours} h {minutes:02} m") }
    }
}

/// Things in a time, in three digits: `476,000 rows/s`; `None` when no time passed.
#[must_use]
pub fn rate(n: u64, seconds: f64, unit: &str) -> Option<String> {
    if n == 0 || seconds <= 0.0 {
        return None;
    }
    let value = n as f64 / seconds;
    let per_second = if unit == "bytes" {
        bytes(value as u64)
    } else if value >= 1e6 {
        format!("{} {unit}", short_count(value as u64))
    } else {
        format!("{} {unit}", significant(value, 3))
    };
    Some(format!("{per_second}/s"))
}

/// A moment of the data, from Unix milliseconds in UTC: `2017-09-16`, with the time when it is not midnight.
#[must_use]
pub fn date(ms: f64) -> String {
    let moment = if ms.is_finite() { chrono::DateTime::from_timestamp_millis(ms as i64) } else { None };
    let Some(moment) = moment else { return MISSING.into() };
    let format = if (ms / 1000.0) as i64 % 86_400 == 0 { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
    moment.format(format).to_string()
}

fn not_finite(value: f64) -> Option<&'static str> {
    match value {
        value if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("∞"),
        f64::NEG_INFINITY => Some("−∞"),
        _ => None,
    }
}

/// `digits` significant digits of a positive number, in full: 475,963 to three is 476,000.
fn significant(value: f64, digits: i32) -> String {
    if value <= 0.0 {
        return "0".into();
    }
    let exponent = value.log10().floor() as i32;
    let unit = 10f64.powi(exponent - digits + 1);
    let rounded = (value / unit).round() * unit;
    decimals(rounded, (digits - 1 - exponent).max(0) as usize)
}

fn scientific(value: f64) -> String {
    let text = format!("{value:.1e}").replace('-', "−");
    text.replacen(".0e", "e", 1)
}

/// Commas between thousands of the whole part.
fn group(digits: &str) -> String {
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::with_capacity(digits.len() + whole.len() / 3);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

fn trim_zeros(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_digits_and_a_true_minus() {
        let cases = [
            (0.05739744860404339, "0.0574"),
            (1.154943626299091, "1.155"),
            (-0.113, "−0.113"),
            (3102.17, "3,102.17"),
            (99969.0, "99,969"),
            (100.94, "100.94"),
            (73.84, "73.84"),
            (0.000123456, "0.0001235"),
            (1.2e-7, "1.2e−7"),
            (-1e-9, "−1e−9"),
            (3e20, "3e20"),
            (0.0, "0"),
            (-0.0, "0"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "−∞"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
        assert_eq!(number_or_missing(None), "–");
        assert_eq!(decimals(-0.00004, 4), "0.0000");
        assert_eq!(decimals(-1234.5, 2), "−1,234.50");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!([count(0), count(999), count(5000), count(48_211_306)], ["0", "999", "5,000", "48,211,306"]);
        assert_eq!([signed_count(-17), signed_count(1200)], ["−17", "1,200"]);
        assert_eq!([short_count(165_000), short_count(48_211_306)], ["165,000", "48.2 M"]);
    }

    #[test]
    fn exact_numbers_read_back() {
        for value in [0.1, 1.0, -3.5e-12, 1e300, 5000.0] {
            assert_eq!(exact(value).parse::<f64>(), Ok(value));
        }
        assert_eq!([exact(5000.0), exact(f64::NAN), exact(f64::NEG_INFINITY)], ["5000", "NaN", "-Infinity"]);
    }

    #[test]
    fn shares_sizes_and_times_have_their_units() {
        let shares = [0.057, 0.004, 0.0001, 0.0, 1.0, 0.998, -0.12].map(percent);
        assert_eq!(shares, ["6 %", "0.4 %", "<0.1 %", "0 %", "100 %", "99 %", "−12 %"]);
        let sizes = [840, 1000, 2_226_000, 84_000_000, 9_100_000_000, 999_600].map(bytes);
        assert_eq!(sizes, ["840 B", "1.0 kB", "2.2 MB", "84 MB", "9.1 GB", "1.0 MB"]);
        let times = [0.00001, 0.0004, 0.0042, 0.84, 1.23, 59.97, 185.0, 7380.0].map(duration);
        assert_eq!(times, ["<0.1 ms", "0.4 ms", "4 ms", "840 ms", "1.2 s", "1 m 00 s", "3 m 05 s", "2 h 03 m"]);
        assert_eq!(rate(1000, 0.0021, "rows").as_deref(), Some("476,000 rows/s"));
        assert_eq!(rate(2_226_000, 0.031, "bytes").as_deref(), Some("72 MB/s"));
        assert_eq!(rate(9_100_000, 1.0, "rows").as_deref(), Some("9.10 M rows/s"));
        assert_eq!(rate(5, 0.0, "rows"), None);
    }

    #[test]
    fn dates_are_iso() {
        assert_eq!(
            [date(0.0), date(1_505_520_000_000.0), date(1_505_571_780_000.0)].map(String::from),
            ["1970-01-01", "2017-09-16", "2017-09-16 14:23"]
        );
        assert_eq!(date(f64::NAN), "–");
    }
}
