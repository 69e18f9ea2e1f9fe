//! Which cells are missing.

use super::number;

/// What `pandas.read_csv` takes as missing by default (pandas 3.1.1): exact, case-sensitive, also when quoted.
pub const PANDAS_NA_VALUES: [&str; 19] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// A set of cells that mean "missing", made for asking millions of times.
#[derive(Debug, Clone)]
pub(super) struct MissingTokens {
    tokens: Vec<Vec<u8>>,
    empty: bool,
    max_len: usize,
    first_bytes: [bool; 256],
    /// Whether a token could also be read as a value, so that it must be asked before parsing.
    pub(super) shadow_values: bool,
}

impl MissingTokens {
    /// The given tokens and no others; `None` is pandas' list.
    pub(super) fn new(tokens: Option<&[String]>) -> Self {
        let default = || PANDAS_NA_VALUES.iter().map(|token| token.as_bytes().to_vec()).collect();
        let all: Vec<Vec<u8>> =
            tokens.map_or_else(default, |tokens| tokens.iter().map(|token| token.as_bytes().to_vec()).collect());
        let mut first_bytes = [false; 256];
        for byte in all.iter().filter_map(|token| token.first()) {
            if let Some(known) = first_bytes.get_mut(usize::from(*byte)) {
                *known = true;
            }
        }
        Self {
            empty: all.iter().any(Vec::is_empty),
            max_len: all.iter().map(Vec::len).max().unwrap_or(0),
            shadow_values: tokens.is_some(),
            first_bytes,
            tokens: all,
        }
    }

    /// Whether a cell with these bytes is missing.
    #[inline]
    pub(super) fn contains(&self, cell: &[u8]) -> bool {
        match cell.first() {
            None => self.empty,
            Some(first) => {
                cell.len() <= self.max_len
                    && self.first_bytes.get(usize::from(*first)).copied().unwrap_or(false)
                    && self.tokens.iter().any(|token| token == cell)
            }
        }
    }
}

/// Cells that people write for "missing" and pandas does not know: offered when a column is otherwise numeric.
pub(super) fn looks_missing(cell: &[u8]) -> bool {
    const WORDS: [&str; 24] = [
        "?",
        "-",
        "--",
        "---",
        ".",
        "..",
        "*",
        "na",
        "n.a.",
        "n.a",
        "n/a",
        "nan",
        "null",
        "nil",
        "none",
        "missing",
        "unknown",
        "undefined",
        "not available",
        "#value!",
        "#ref!",
        "#div/0!",
        "(null)",
        "\\n",
    ];
    let trimmed = number::trim(cell);
    trimmed.is_empty() || WORDS.iter().any(|word| trimmed.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pandas_tokens_are_exact() {
        let tokens = MissingTokens::new(None);
        assert!(PANDAS_NA_VALUES.iter().all(|token| tokens.contains(token.as_bytes())));
        for text in ["na", "Null", "none", "NAN", "Nan", " None", "-", "?", ".", "N/A ", "1.#"] {
            assert!(!tokens.contains(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn own_tokens_replace_the_list() {
        let tokens = MissingTokens::new(Some(&["-999".into()]));
        assert!(tokens.contains(b"-999") && !tokens.contains(b"") && !tokens.contains(b"NA"));
    }
}
