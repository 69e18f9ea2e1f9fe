//! Text → words, each with its place.

use super::{SearchError, SearchProblem, Span};

/// A word of a search.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// `metrics.rmse`, `Ridge`, `-1e3`; with a quoted end, as in ``params.`a b` ``.
    Word {
        bare: String,
        quoted: Option<String>,
    },
    /// A text in quotes, without them. A doubled quote is no escape: both belong to the text, as in MLflow.
    Text(String),
    /// A run of `<`, `>`, `=` and `!`.
    Sign(String),
    Open,
    Close,
    Comma,
}

impl Token {
    /// The word in lower case, when it is one without quotes.
    pub(super) fn keyword(&self) -> Option<String> {
        match self {
            Self::Word { bare, quoted: None } => Some(bare.to_ascii_lowercase()),
            _ => None,
        }
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+' | '/' | ':')
}

/// All words.
///
/// # Errors
/// A sign without meaning, or a quote without an end.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, SearchError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let (token, length) = match c {
            '\'' | '"' => quoted(rest, at, c).map(|(text, length)| (Token::Text(text), length))?,
            '`' => {
                let (name, length) = quoted(rest, at, c)?;
                (Token::Word { bare: String::new(), quoted: Some(name) }, length)
            }
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '<' | '>' | '=' | '!' => {
                let sign: String = rest.chars().take_while(|c| matches!(c, '<' | '>' | '=' | '!')).collect();
                let length = sign.len();
                (Token::Sign(sign), length)
            }
            ';' => return Err(SearchError::new(at..at + 1, SearchProblem::Several)),
            c if in_word(c) => word(rest, at)?,
            c => return Err(SearchError::new(at..at + c.len_utf8(), SearchProblem::UnknownSign(c))),
        };
        found.push((token, at..at + length));
        at += length;
    }
    Ok(found)
}

fn word(rest: &str, at: usize) -> Result<(Token, usize), SearchError> {
    let bare: String = rest.chars().take_while(|c| in_word(*c)).collect();
    let length = bare.len();
    let after = rest.get(length..).unwrap_or_default();
    match after.chars().next() {
        Some(quote @ ('`' | '"')) if bare.ends_with('.') => {
            let (name, more) = quoted(after, at + length, quote)?;
            Ok((Token::Word { bare, quoted: Some(name) }, length + more))
        }
        _ => Ok((Token::Word { bare, quoted: None }, length)),
    }
}

/// The text between quotes, and its length with them.
fn quoted(rest: &str, at: usize, quote: char) -> Result<(String, usize), SearchError> {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((place, c)) = chars.next() {
        if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return Ok((rest.get(1..place).unwrap_or_default().to_owned(), place + 1));
        }
    }
    Err(SearchError::new(at..at + 1, SearchProblem::Unclosed(quote)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(bare: &str, quoted: Option<&str>) -> Token {
        Token::Word { bare: bare.into(), quoted: quoted.map(Into::into) }
    }

    #[test]
    fn words_and_their_places() {
        let found = tokens("metrics.\"val/mae\">= -1e3 and tags.`a b`='It''s'").unwrap();
        let expected = [
            (word("metrics.", Some("val/mae")), 0..17),
            (Token::Sign(">=".into()), 17..19),
            (word("-1e3", None), 20..24),
            (word("and", None), 25..28),
            (word("tags.", Some("a b")), 29..39),
            (Token::Sign("=".into()), 39..40),
            (Token::Text("It''s".into()), 40..47),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn broken_words_are_named_with_their_place() {
        let refused = |text: &str| tokens(text).unwrap_err();
        assert_eq!(refused("a = 'b"), SearchError::new(4..5, SearchProblem::Unclosed('\'')));
        assert_eq!(refused("tags.`b"), SearchError::new(5..6, SearchProblem::Unclosed('`')));
        assert_eq!(refused("größe ?"), SearchError::new(8..9, SearchProblem::UnknownSign('?')));
        assert_eq!(refused("größe ?").caret("größe ?"), 6);
        assert_eq!(refused("a;b").problem, SearchProblem::Several);
    }
}
