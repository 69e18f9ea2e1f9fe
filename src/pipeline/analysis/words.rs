//! Numbers in sentences.

/// Three significant digits, thousands in groups: `0.0123`, `12.3`, `1,230,000`.
pub(super) fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".into();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-5..9).contains(&magnitude) {
        return format!("{value:.2e}");
    }
    let decimals = usize::try_from(2 - magnitude).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if magnitude < 3 { text } else { grouped(&text) }
}

/// A count with its noun: `1 row`, `1,200 rows`.
pub(super) fn count(n: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(&n.to_string()), if n == 1 { "" } else { "s" })
}

/// A share in whole percent.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", (share * 1e4).round() / 100.0)
}

/// `a`, `a and b`, `a, b and c`; more than `most` are only counted.
pub(super) fn list(names: &[String], most: usize) -> String {
    let shown = names.get(..most.min(names.len())).unwrap_or_default();
    let more = names.len() - shown.len();
    match (shown, more) {
        ([], _) => String::new(),
        ([one], 0) => one.clone(),
        ([before @ .., last], 0) => format!("{} and {last}", before.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let numbers = [0.0, 0.012_345, -1.2345, 123.45, 1234.5, -1_234_567.0, 1e-9, 2e12].map(number);
        assert_eq!(numbers, ["0", "0.0123", "-1.23", "123", "1,234", "-1,234,567", "1.00e-9", "2.00e12"]);
        assert_eq!([count(1, "row"), count(1200, "row")], ["1 row", "1,200 rows"]);
        assert_eq!([percent(0.95), percent(0.999)], ["95 %", "99.9 %"]);
    }

    #[test]
    fn lists_are_cut() {
        let names: Vec<String> = ["a", "b", "c"].map(String::from).into();
        assert_eq!([list(&names, 3), list(&names, 2), list(&names[..1], 9)], ["a, b and c", "a, b and 1 more", "a"]);
    }
}
