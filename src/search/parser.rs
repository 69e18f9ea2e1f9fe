//! Words → a filter, by recursive descent: OR binds least, then AND, then NOT.

use super::key::{DatasetKey, entity};
use super::lexer::{Token, tokens};
use super::{Attribute, Comparison, Filter, Key, Node, Operator, SearchError, SearchProblem, Span, Value};

/// How deep brackets and NOTs may nest.
const MAX_DEPTH: usize = 64;

impl Filter {
    /// Reads a search. An empty one finds everything; an AND at the end is forgiven, as in MLflow.
    ///
    /// # Errors
    /// What is wrong, where, and how to mend it.
    pub fn parse(text: &str) -> Result<Self, SearchError> {
        let tokens = tokens(text)?;
        if tokens.is_empty() {
            return Ok(Self::default());
        }
        let mut parser = Parser { tokens: &tokens, at: 0, end: text.len(), depth: 0, only_here: None };
        let root = parser.either()?;
        match parser.next() {
            None => Ok(Self { root: Some(root), only_here: parser.only_here }),
            Some((Token::Close, span)) => Err(SearchError::new(span.clone(), SearchProblem::NotOpened)),
            Some((token, span)) => Err(SearchError::new(span.clone(), SearchProblem::NoAnd(shown(token)))),
        }
    }
}

struct Parser<'a> {
    tokens: &'a [(Token, Span)],
    at: usize,
    end: usize,
    depth: usize,
    only_here: Option<&'static str>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a (Token, Span)> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'a (Token, Span)> {
        let token = self.peek();
        self.at += usize::from(token.is_some());
        token
    }

    fn is_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|(token, _)| token.keyword().as_deref() == Some(word))
    }

    fn take(&mut self, word: &str) -> bool {
        let is_there = self.is_word(word);
        self.at += usize::from(is_there);
        is_there
    }

    fn here(&self) -> Span {
        self.peek().map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn refuse<T>(&self, problem: SearchProblem) -> Result<T, SearchError> {
        Err(SearchError::new(self.here(), problem))
    }

    fn ours(&mut self, reason: &'static str) {
        self.only_here = self.only_here.or(Some(reason));
    }

    fn either(&mut self) -> Result<Node, SearchError> {
        let mut parts = vec![self.all()?];
        while self.take("or") {
            self.ours("MLflow has no OR.");
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Node::Or))
    }

    fn all(&mut self) -> Result<Node, SearchError> {
        let mut parts = vec![self.not()?];
        loop {
            if self.take("and") {
                if self.peek().is_none() {
                    break;
                }
                parts.push(self.not()?);
                continue;
            }
            // A word may stand beside another condition without an AND.
            let starts = match self.peek() {
                None | Some((Token::Close | Token::Comma | Token::Sign(_), _)) => false,
                Some(_) => !self.is_word("or"),
            };
            if !starts {
                break;
            }
            let (span, shown) = (self.here(), self.peek().map(|(token, _)| shown(token)).unwrap_or_default());
            let next = self.not()?;
            if !matches!((parts.last(), &next), (Some(Node::Name(_)), _) | (_, Node::Name(_))) {
                return Err(SearchError::new(span, SearchProblem::NoAnd(shown)));
            }
            parts.push(next);
        }
        Ok(one_or(parts, Node::And))
    }

    fn not(&mut self) -> Result<Node, SearchError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.refuse(SearchProblem::TooDeep);
        }
        let node = if self.take("not") {
            self.ours("MLflow has no NOT before a condition.");
            Node::Not(Box::new(self.not()?))
        } else if let Some((Token::Open, open)) = self.peek() {
            self.at += 1;
            self.ours("MLflow has no brackets.");
            let inner = self.either()?;
            match self.next() {
                Some((Token::Close, _)) => inner,
                _ => return Err(SearchError::new(open.clone(), SearchProblem::NotClosed)),
            }
        } else {
            self.condition()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn condition(&mut self) -> Result<Node, SearchError> {
        let keywords = ["and", "or", "in", "like", "ilike", "is"];
        if keywords.iter().any(|word| self.is_word(word)) {
            return self.refuse(SearchProblem::NoCondition);
        }
        let Some((token @ (Token::Word { .. } | Token::Text(_)), span)) = self.peek() else {
            return self.refuse(SearchProblem::NoCondition);
        };
        self.at += 1;
        let Some(operator) = self.operator()? else {
            return self.name(token, span);
        };
        let key = Key::of(token, span)?;
        if key.is_ours() {
            self.ours("MLflow does not know this attribute.");
        }
        if let Token::Word { bare, quoted: None } = token
            && bare.contains(['-', '+', '/', ':'])
        {
            self.ours("MLflow wants this name in `backticks`.");
        }
        let value = self.value(&key, operator)?;
        let span = span.start..self.tokens.get(self.at - 1).map_or(self.end, |(_, span)| span.end);
        Ok(Node::Compare(Comparison { key, operator, value, span }))
    }

    /// A word without a comparison is a part of the run's name.
    fn name(&mut self, token: &Token, span: &Span) -> Result<Node, SearchError> {
        let text = match token {
            Token::Text(text) => text.clone(),
            Token::Word { bare, quoted } => {
                let has_entity = bare.split_once('.').is_some_and(|(word, _)| entity(word).is_some());
                if has_entity {
                    let key = Key::of(token, span)?;
                    let example = if key.is_number() { "< 1" } else { "= 'value'" };
                    return self.refuse(SearchProblem::NoOperator(key.text(), example));
                }
                format!("{bare}{}", quoted.as_deref().unwrap_or_default())
            }
            _ => return self.refuse(SearchProblem::NoCondition),
        };
        self.ours("MLflow wants a comparison, such as run_name LIKE '%name%'.");
        Ok(Node::Name(text.to_lowercase()))
    }

    fn operator(&mut self) -> Result<Option<Operator>, SearchError> {
        if let Some((Token::Sign(sign), span)) = self.peek() {
            self.at += 1;
            let operator = match sign.as_str() {
                "<" => Operator::Less,
                "<=" => Operator::LessEqual,
                ">" => Operator::Greater,
                ">=" => Operator::GreaterEqual,
                "=" => Operator::Equal,
                "!=" => Operator::NotEqual,
                other => {
                    return Err(SearchError::new(span.clone(), SearchProblem::UnknownComparison(other.to_owned())));
                }
            };
            return Ok(Some(operator));
        }
        let start = self.at;
        if self.take("is") {
            let not = self.take("not");
            if !self.take("null") {
                return self.refuse(SearchProblem::NotNull);
            }
            return Ok(Some(if not { Operator::IsNotNull } else { Operator::IsNull }));
        }
        let not = self.take("not");
        let operator = match (not, self.peek().and_then(|(token, _)| token.keyword()).as_deref()) {
            (false, Some("like")) => Operator::Like,
            (false, Some("ilike")) => Operator::ILike,
            (false, Some("in")) => Operator::In,
            (true, Some("like")) => Operator::NotLike,
            (true, Some("ilike")) => Operator::NotILike,
            (true, Some("in")) => Operator::NotIn,
            // `ridge NOT tags.a = 'b'`: the NOT belongs to what follows.
            (true, Some(_)) => {
                self.at = start;
                return Ok(None);
            }
            (true, None) if self.peek().is_none() => return self.refuse(SearchProblem::NotWhat),
            _ => {
                self.at = start;
                return Ok(None);
            }
        };
        self.at += 1;
        Ok(Some(operator))
    }

    fn value(&mut self, key: &Key, operator: Operator) -> Result<Value, SearchError> {
        use Operator as O;
        match operator {
            O::IsNull | O::IsNotNull => {
                if !matches!(key, Key::Param(_) | Key::Tag(_)) {
                    self.ours("MLflow has IS NULL for params and tags only.");
                }
                Ok(Value::Nothing)
            }
            O::In | O::NotIn => {
                if key.is_number() {
                    return self.refuse(SearchProblem::NotForNumbers { key: key.text() });
                }
                let in_mlflow = matches!(
                    key,
                    Key::Attribute(Attribute::RunId) | Key::Dataset(DatasetKey::Name | DatasetKey::Digest)
                );
                if !in_mlflow {
                    self.ours("MLflow has IN for run_id, datasets.name and datasets.digest only.");
                }
                self.list(if operator == O::In { "IN" } else { "NOT IN" }).map(Value::List)
            }
            _ => self.single(key, operator),
        }
    }

    fn single(&mut self, key: &Key, operator: Operator) -> Result<Value, SearchError> {
        use Operator as O;
        let is_pattern = matches!(operator, O::Like | O::ILike | O::NotLike | O::NotILike);
        let orders = matches!(operator, O::Less | O::LessEqual | O::Greater | O::GreaterEqual);
        let example = if key.is_number() { "1" } else { "'value'" };
        let Some((token, span)) = self.peek() else { return self.refuse(SearchProblem::NoValue(example)) };
        let refuse = |problem| Err(SearchError::new(span.clone(), problem));
        if key.is_number() && is_pattern {
            return refuse(SearchProblem::NotForNumbers { key: key.text() });
        }
        if matches!(operator, O::NotLike | O::NotILike) {
            self.ours("MLflow has no NOT LIKE.");
        }
        let value = match token {
            Token::Text(text) if key.is_number() => {
                return refuse(SearchProblem::NumberWanted { key: key.text(), found: format!("'{text}'") });
            }
            Token::Text(_) if orders => return refuse(SearchProblem::NoOrder { key: key.text() }),
            Token::Text(text) => Value::Text(text.clone()),
            Token::Word { bare, quoted: None } => match number(bare) {
                Some(value) if key.is_number() => Value::Number(value),
                Some(value) if matches!(key, Key::Param(_) | Key::Tag(_)) && !is_pattern => {
                    self.ours("MLflow compares params and tags as texts only, in quotes.");
                    Value::Number(value)
                }
                Some(_) => return refuse(SearchProblem::TextWanted { key: key.text() }),
                None if key.is_number() => {
                    return refuse(SearchProblem::NumberWanted { key: key.text(), found: bare.clone() });
                }
                None => return refuse(SearchProblem::Unquoted(bare.clone())),
            },
            Token::Word { bare, quoted: Some(name) } => {
                return refuse(SearchProblem::Unquoted(format!("{bare}{name}")));
            }
            _ => return refuse(SearchProblem::NoValue(example)),
        };
        self.at += 1;
        Ok(value)
    }

    fn list(&mut self, word: &'static str) -> Result<Vec<String>, SearchError> {
        let Some((Token::Open, open)) = self.peek() else { return self.refuse(SearchProblem::NoList(word)) };
        self.at += 1;
        let mut texts = Vec::new();
        loop {
            match self.next() {
                Some((Token::Text(text), _)) => texts.push(text.clone()),
                Some((_, span)) => return Err(SearchError::new(span.clone(), SearchProblem::NoList(word))),
                None => return Err(SearchError::new(open.clone(), SearchProblem::NotClosed)),
            }
            match self.next() {
                Some((Token::Comma, _)) => {}
                Some((Token::Close, _)) => return Ok(texts),
                Some((_, span)) => return Err(SearchError::new(span.clone(), SearchProblem::NoList(word))),
                None => return Err(SearchError::new(open.clone(), SearchProblem::NotClosed)),
            }
        }
    }
}

fn one_or(mut parts: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

/// A number as MLflow reads it: digits, not words such as `inf`.
fn number(word: &str) -> Option<f64> {
    let starts = word.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if starts { word.parse().ok() } else { None }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Word { bare, quoted } => format!("{bare}{}", quoted.as_deref().unwrap_or_default()),
        Token::Text(text) => text.clone(),
        Token::Sign(sign) => sign.clone(),
        Token::Open => "(".into(),
        Token::Close => ")".into(),
        Token::Comma => ",".into(),
    }
}
