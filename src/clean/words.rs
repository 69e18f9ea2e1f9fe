//! Names and values in sentences.

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
}
