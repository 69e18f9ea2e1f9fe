//! A sentence with its stressed parts, as plain data.

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Plain(String),
    /// What the sentence is about: shown in bold.
    Strong(String),
    /// A name out of the file: shown in the fixed font.
    Code(String),
    /// Something to look at twice.
    Caution(String),
}

impl Piece {
    /// The words alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Strong(text) | Self::Code(text) | Self::Caution(text) => text,
        }
    }
}

/// A sentence, built piece by piece.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose(pub Vec<Piece>);

impl Prose {
    /// Adds words.
    #[must_use]
    pub fn plain(mut self, words: impl Into<String>) -> Self {
        self.0.push(Piece::Plain(words.into()));
        self
    }

    /// Adds stressed words.
    #[must_use]
    pub fn strong(mut self, words: impl Into<String>) -> Self {
        self.0.push(Piece::Strong(words.into()));
        self
    }

    /// Adds a name out of the file.
    #[must_use]
    pub fn code(mut self, name: impl Into<String>) -> Self {
        self.0.push(Piece::Code(name.into()));
        self
    }

    /// Adds words to look at twice.
    #[must_use]
    pub fn caution(mut self, words: impl Into<String>) -> Self {
        self.0.push(Piece::Caution(words.into()));
        self
    }

    /// Adds names as `a`, `b` and `c`; beyond `shown` of them only their count.
    #[must_use]
    pub fn names<'a>(
        mut self,
        names: impl IntoIterator<Item = &'a str>,
        shown: usize,
        piece: fn(String) -> Piece,
    ) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        let more = names.len().saturating_sub(shown);
        // One more is named rather than counted.
        let (kept, more) = if more == 1 { (names.len(), 0) } else { (names.len() - more, more) };
        for (i, name) in names.iter().take(kept).enumerate() {
            match (i, i + 1 == kept && more == 0) {
                (0, _) => {}
                (_, true) => self = self.plain(" and "),
                (_, false) => self = self.plain(", "),
            }
            self.0.push(piece((*name).to_owned()));
        }
        if more > 0 { self.plain(format!(" and {more} more")) } else { self }
    }

    /// Another sentence after this one.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words alone.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(Piece::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_or_counted() {
        let names =
            |n: usize| Prose::default().names(["a", "b", "c", "d", "e"].into_iter().take(n), 3, Piece::Code).text();
        assert_eq!(names(1), "a");
        assert_eq!(names(3), "a, b and c");
        assert_eq!(names(4), "a, b, c and d");
        assert_eq!(names(5), "a, b, c and 2 more");
    }
}
