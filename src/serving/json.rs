//! JSON as Python's `json` reads it: with NaN and infinities, and with its words about what is wrong.

/// Deeper nesting is refused: nothing that a model takes needs it.
const MAX_DEPTH: usize = 64;

/// A value of JSON. Keys stand in the order in which they first came; the last value of a key counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// Without a point or an exponent.
    Int(f64),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// What is wrong, as Python's `JSONDecodeError` says it: `Expecting value: line 1 column 2 (char 1)`.
pub(super) fn parse(text: &str) -> Result<Json, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut parser = Parser { chars: &chars, at: 0 };
    parser.skip_space();
    let value = parser.value(0).map_err(|(words, at)| place(&chars, words, at))?;
    parser.skip_space();
    if parser.at < chars.len() { Err(place(&chars, "Extra data", parser.at)) } else { Ok(value) }
}

fn place(chars: &[char], words: &str, at: usize) -> String {
    let before = &chars[..at.min(chars.len())];
    let line = 1 + before.iter().filter(|c| **c == '\n').count();
    let column = match before.iter().rposition(|c| *c == '\n') {
        Some(newline) => at - newline,
        None => at + 1,
    };
    format!("{words}: line {line} column {column} (char {at})")
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
}

type Fault = (&'static str, usize);

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let is_next = word.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c));
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<Json, Fault> {
        if depth > MAX_DEPTH {
            return Err(("Too deeply nested", self.at));
        }
        match self.peek() {
            Some('"') => self.text().map(Json::Text),
            Some('{') => self.object(depth),
            Some('[') => self.list(depth),
            _ if self.word("null") => Ok(Json::Null),
            _ if self.word("true") => Ok(Json::Bool(true)),
            _ if self.word("false") => Ok(Json::Bool(false)),
            _ if self.word("NaN") => Ok(Json::Float(f64::NAN)),
            _ if self.word("Infinity") => Ok(Json::Float(f64::INFINITY)),
            _ if self.word("-Infinity") => Ok(Json::Float(f64::NEG_INFINITY)),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, Fault> {
        const NAME: &str = "Expecting property name enclosed in double quotes";
        let mut pairs: Vec<(String, Json)> = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.word("}") {
            return Ok(Json::Object(pairs));
        }
        loop {
            if self.peek() != Some('"') {
                return Err((NAME, self.at));
            }
            let key = self.text()?;
            self.skip_space();
            if !self.word(":") {
                return Err(("Expecting ':' delimiter", self.at));
            }
            self.skip_space();
            let value = self.value(depth + 1)?;
            match pairs.iter_mut().find(|(known, _)| *known == key) {
                Some(pair) => pair.1 = value,
                None => pairs.push((key, value)),
            }
            self.skip_space();
            if self.word("}") {
                return Ok(Json::Object(pairs));
            }
            if !self.word(",") {
                return Err(("Expecting ',' delimiter", self.at));
            }
            self.skip_space();
        }
    }

    fn list(&mut self, depth: usize) -> Result<Json, Fault> {
        let mut values = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.word("]") {
            return Ok(Json::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            self.skip_space();
            if self.word("]") {
                return Ok(Json::List(values));
            }
            if !self.word(",") {
                return Err(("Expecting ',' delimiter", self.at));
            }
            self.skip_space();
        }
    }

    fn text(&mut self) -> Result<String, Fault> {
        let begin = self.at;
        let mut out = String::new();
        self.at += 1;
        loop {
            let Some(c) = self.peek() else { return Err(("Unterminated string starting at", begin)) };
            self.at += 1;
            match c {
                '"' => return Ok(out),
                '\\' => out.push(self.escape(begin)?),
                c if u32::from(c) < 0x20 => return Err(("Invalid control character at", self.at - 1)),
                c => out.push(c),
            }
        }
    }

    fn escape(&mut self, begin: usize) -> Result<char, Fault> {
        let Some(c) = self.peek() else { return Err(("Unterminated string starting at", begin)) };
        self.at += 1;
        Ok(match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.hex()?;
                let is_high = (0xd800..0xdc00).contains(&first);
                let low = if is_high && self.word("\\u") { Some(self.hex()?) } else { None };
                let code = match low {
                    Some(low) if (0xdc00..0xe000).contains(&low) => 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00),
                    _ => first,
                };
                // A lone surrogate is no character.
                char::from_u32(code).unwrap_or('\u{fffd}')
            }
            _ => return Err(("Invalid \\escape", self.at - 2)),
        })
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let digits: String = self.chars.iter().skip(self.at).take(4).collect();
        let is_hex = digits.len() == 4 && digits.chars().all(|c| c.is_ascii_hexdigit());
        let code = u32::from_str_radix(&digits, 16).ok().filter(|_| is_hex);
        let code = code.ok_or(("Invalid \\uXXXX escape", self.at - 1))?;
        self.at += 4;
        Ok(code)
    }

    fn number(&mut self) -> Result<Json, Fault> {
        let begin = self.at;
        let fault = Err(("Expecting value", begin));
        let mut at = begin + usize::from(self.peek() == Some('-'));
        let digits = |mut at: usize| {
            while self.chars.get(at).is_some_and(char::is_ascii_digit) {
                at += 1;
            }
            at
        };
        match self.chars.get(at) {
            Some('0') => at += 1,
            Some('1'..='9') => at = digits(at),
            _ => return fault,
        }
        let mut is_int = true;
        if self.chars.get(at) == Some(&'.') && digits(at + 1) > at + 1 {
            (at, is_int) = (digits(at + 1), false);
        }
        if matches!(self.chars.get(at), Some('e' | 'E')) {
            let sign = usize::from(matches!(self.chars.get(at + 1), Some('+' | '-')));
            let end = digits(at + 1 + sign);
            if end > at + 1 + sign {
                (at, is_int) = (end, false);
            }
        }
        let text: String = self.chars[begin..at].iter().collect();
        let Ok(value) = text.parse::<f64>() else { return fault };
        self.at = at;
        Ok(if is_int { Json::Int(value) } else { Json::Float(value) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_reads() {
        let read = parse(r#" {"a": [1, -2.5e3, NaN, -Infinity, null, true], "b": "x\u00e9\ud83d\ude00\n", "a": 0} "#);
        let wanted = vec![("a".to_owned(), Json::Int(0.0)), ("b".to_owned(), Json::Text("xé😀\n".into()))];
        assert_eq!(read, Ok(Json::Object(wanted)));
    }

    #[test]
    fn what_python_refuses() {
        // CPython 3.11: json.loads
        let cases = [
            ("{not json", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
            ("", "Expecting value: line 1 column 1 (char 0)"),
            ("[1,]", "Expecting value: line 1 column 4 (char 3)"),
            ("{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"),
            ("{\"a\": 1\n \"b\"}", "Expecting ',' delimiter: line 2 column 2 (char 9)"),
            ("[1] 2", "Extra data: line 1 column 5 (char 4)"),
            ("[\"a", "Unterminated string starting at: line 1 column 2 (char 1)"),
            ("[\"a\\x\"]", "Invalid \\escape: line 1 column 4 (char 3)"),
            ("[\"\t\"]", "Invalid control character at: line 1 column 3 (char 2)"),
            ("01", "Extra data: line 1 column 2 (char 1)"),
        ];
        for (text, wanted) in cases {
            assert_eq!(parse(text), Err(wanted.to_owned()), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
