//! Text → words.

use super::{Binary, ExpressionError, Problem, Span};

/// A word of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    /// A name without backticks: a column, or a function where a bracket follows.
    Name(String),
    /// A column in backticks.
    Quoted(String),
    Operator(Binary),
    Not,
    In,
    Is,
    True,
    False,
    Null,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
}

/// What a bare word means when it is no name.
pub(super) fn keyword(word: &str) -> Option<Token> {
    match word.to_ascii_lowercase().as_str() {
        "and" => Some(Token::Operator(Binary::And)),
        "or" => Some(Token::Operator(Binary::Or)),
        "not" => Some(Token::Not),
        "in" => Some(Token::In),
        "is" => Some(Token::Is),
        "true" => Some(Token::True),
        "false" => Some(Token::False),
        "null" | "none" => Some(Token::Null),
        _ => None,
    }
}

pub(super) fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

pub(super) fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// All words with their places.
///
/// # Errors
/// A sign without meaning, a text or name without an end, a number that is none.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, ExpressionError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let (token, length) = match c {
            '\'' | '"' => quoted(rest, at, c).map(|(value, length)| (Token::Text(value), length))?,
            '`' => name_in_backticks(rest, at)?,
            '0'..='9' => number(rest, at)?,
            '.' if rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => number(rest, at)?,
            c if starts_name(c) => {
                let word: String = rest.chars().take_while(|c| continues_name(*c)).collect();
                let length = word.len();
                (keyword(&word).unwrap_or(Token::Name(word)), length)
            }
            _ => sign(rest, at, c)?,
        };
        found.push((token, at..at + length));
        at += length;
    }
    Ok(found)
}

/// A text in quotes; a quote within is doubled or has a backslash before it.
fn quoted(rest: &str, at: usize, quote: char) -> Result<(String, usize), ExpressionError> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((place, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, c)) => value.push(c),
                None => break,
            },
            c if c == quote => {
                if chars.next_if(|(_, next)| *next == quote).is_none() {
                    return Ok((value, place + 1));
                }
                value.push(quote);
            }
            c => value.push(c),
        }
    }
    Err(ExpressionError::new(at..at + 1, Problem::UnclosedText(quote)))
}

fn name_in_backticks(rest: &str, at: usize) -> Result<(Token, usize), ExpressionError> {
    let mut name = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((place, c)) = chars.next() {
        if c == '`' && chars.next_if(|(_, next)| *next == '`').is_none() {
            return Ok((Token::Quoted(name), place + 1));
        }
        name.push(c);
    }
    Err(ExpressionError::new(at..at + 1, Problem::UnclosedName))
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), ExpressionError> {
    let bytes = rest.as_bytes();
    let mut length = 0;
    while let Some(byte) = bytes.get(length) {
        let is_sign_of_exponent = matches!(byte, b'+' | b'-')
            && bytes.get(length.wrapping_sub(1)).is_some_and(|before| matches!(before, b'e' | b'E'));
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') || is_sign_of_exponent) {
            break;
        }
        length += 1;
    }
    let word = rest.get(..length).unwrap_or_default();
    let plain = word.replace('_', "");
    let is_number = plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    match plain.parse::<f64>() {
        Ok(value) if is_number && value.is_finite() => Ok((Token::Number(value), length)),
        _ => Err(ExpressionError::new(at..at + length, Problem::BadNumber(word.into()))),
    }
}

fn sign(rest: &str, at: usize, c: char) -> Result<(Token, usize), ExpressionError> {
    const SIGNS: [(&str, Token); 22] = [
        ("**", Token::Operator(Binary::Power)),
        ("//", Token::Operator(Binary::FloorDivide)),
        ("==", Token::Operator(Binary::Equal)),
        ("!=", Token::Operator(Binary::NotEqual)),
        ("<=", Token::Operator(Binary::LessEqual)),
        (">=", Token::Operator(Binary::GreaterEqual)),
        ("<", Token::Operator(Binary::Less)),
        (">", Token::Operator(Binary::Greater)),
        ("+", Token::Operator(Binary::Add)),
        ("-", Token::Operator(Binary::Subtract)),
        ("*", Token::Operator(Binary::Multiply)),
        ("/", Token::Operator(Binary::Divide)),
        ("%", Token::Operator(Binary::Remainder)),
        ("&", Token::Operator(Binary::And)),
        ("|", Token::Operator(Binary::Or)),
        ("~", Token::Not),
        ("!", Token::Not),
        ("(", Token::Open),
        (")", Token::Close),
        ("[", Token::OpenList),
        ("]", Token::CloseList),
        (",", Token::Comma),
    ];
    if let Some((sign, token)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
        return Ok((token.clone(), sign.len()));
    }
    let problem = if c == '=' { Problem::SingleEquals } else { Problem::UnknownSign(c) };
    Err(ExpressionError::new(at..at + c.len_utf8(), problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_their_places() {
        let found = tokens("`a b` >= 1_000.5e-1 AND not x").unwrap();
        let expected = [
            (Token::Quoted("a b".into()), 0..5),
            (Token::Operator(Binary::GreaterEqual), 6..8),
            (Token::Number(100.05), 9..19),
            (Token::Operator(Binary::And), 20..23),
            (Token::Not, 24..27),
            (Token::Name("x".into()), 28..29),
        ];
        assert_eq!(found, expected);
        assert_eq!(tokens(r"'it''s' 'a\'b\n'").unwrap()[0].0, Token::Text("it's".into()));
        assert_eq!(tokens(r"'it''s' 'a\'b\n'").unwrap()[1].0, Token::Text("a'b\n".into()));
        assert_eq!(tokens("`a``b`").unwrap()[0].0, Token::Quoted("a`b".into()));
    }

    #[test]
    fn broken_words_are_named_with_their_place() {
        let refused = |text: &str| tokens(text).unwrap_err();
        assert_eq!(refused("größe = 1"), ExpressionError::new(8..9, Problem::SingleEquals));
        assert_eq!(refused("größe = 1").caret("größe = 1"), 6);
        assert_eq!(refused("a > 'x"), ExpressionError::new(4..5, Problem::UnclosedText('\'')));
        assert_eq!(refused("`a"), ExpressionError::new(0..1, Problem::UnclosedName));
        assert_eq!(refused("1x"), ExpressionError::new(0..2, Problem::BadNumber("1x".into())));
        assert_eq!(refused("1.2.3").problem, Problem::BadNumber("1.2.3".into()));
        assert_eq!(refused("1e999").problem, Problem::BadNumber("1e999".into()));
        assert_eq!(refused("a ; b"), ExpressionError::new(2..3, Problem::UnknownSign(';')));
    }
}
