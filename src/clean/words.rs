//! Names and values in sentences and in Python code.

/// Up to so many columns are named in a sentence; beyond, the first three and how many more.
const MAX_NAMES: usize = 5;

/// `a, b and c`; `a, b, c and 9 more`.
pub(super) fn list<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        None => "no columns".into(),
        Some((last, [])) => (*last).into(),
        Some((last, first)) if names.len() <= MAX_NAMES => format!("{} and {last}", first.join(", ")),
        Some(_) => {
            format!("{} and {} more", names.iter().take(3).copied().collect::<Vec<_>>().join(", "), names.len() - 3)
        }
    }
}

/// Whether all of `names` are written out in a sentence.
pub(super) fn is_listed_whole<T>(names: &[T]) -> bool {
    names.len() <= MAX_NAMES
}

/// `1 row`, `12 rows`.
pub(super) fn count(n: u64, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// A Python string literal in double quotes.
pub(super) fn python_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Control characters, and those that turn the direction of writing, would hide what the code says.
            c if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A Python list of strings.
pub(super) fn python_list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| python_string(name)).collect();
    format!("[{}]", names.join(", "))
}

/// A finite number as Python reads it.
pub(super) fn python_number(value: f64) -> String {
    // A whole number without its point, and no hundreds of zeros for the very large.
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value}") } else { format!("{value:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(list::<&str>(&[]), "no columns");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c", "d", "e"]), "a, b, c, d and e");
        assert_eq!(list(&["a", "b", "c", "d", "e", "f"]), "a, b, c and 3 more");
    }

    #[test]
    fn python_text_is_escaped() {
        assert_eq!(python_string("say \"hi\" \\ there"), r#""say \"hi\" \\ there""#);
        assert_eq!(python_string("a\nb\r\t\0\u{202e}ü"), r#""a\nb\r\t\u0000\u202eü""#);
        assert_eq!(python_list(&["a".into(), "'".into()]), r#"["a", "'"]"#);
        assert_eq!([700.0, 0.5, -3.0, 1e300, 1e-9].map(python_number), ["700", "0.5", "-3", "1e300", "1e-9"]);
    }
}
