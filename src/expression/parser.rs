//! Words → tree, by Pratt's method: an operator takes in what binds more tightly than itself.

use super::lexer::{Token, tokens};
use super::tree::{COMPARISON, MINUS, NOT};
use super::{Binary, Expression, ExpressionError, Function, Kind, Problem, Span, Unary};

/// The deepest nesting: what bounds the stack.
const MAX_DEPTH: usize = 150;

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What cannot be read, with its place.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let tokens = tokens(text)?;
        if tokens.is_empty() {
            return Err(ExpressionError::new(0..text.len(), Problem::Empty));
        }
        let mut parser = Parser { tokens: &tokens, at: 0, text, depth: 0 };
        let (tree, _) = parser.expression(0)?;
        match parser.peek() {
            None => Ok(tree),
            Some((Token::Operator(operator), span)) if operator.is_comparison() => {
                Err(ExpressionError::new(span.clone(), Problem::Chained))
            }
            Some((_, span)) => Err(parser.unexpected(span)),
        }
    }
}

struct Parser<'a> {
    tokens: &'a [(Token, Span)],
    at: usize,
    text: &'a str,
    depth: usize,
}

/// A part and how deep it is.
type Part = (Expression, usize);

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a (Token, Span)> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'a (Token, Span)> {
        let next = self.tokens.get(self.at);
        self.at += 1;
        next
    }

    fn take(&mut self, wanted: &Token) -> Option<&'a Span> {
        let (token, span) = self.peek()?;
        (token == wanted).then(|| {
            self.at += 1;
            span
        })
    }

    fn unexpected(&self, span: &Span) -> ExpressionError {
        let word = self.text.get(span.clone()).unwrap_or_default().chars().take(40).collect();
        ExpressionError::new(span.clone(), Problem::Unexpected(word))
    }

    /// A value, and the operators after it that bind at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Result<Part, ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let span = self.peek().map_or(self.text.len()..self.text.len(), |(_, span)| span.clone());
            return Err(ExpressionError::new(span, Problem::TooDeep));
        }
        let mut left = self.value()?;
        let mut is_compared = false;
        while let Some((token, span)) = self.peek() {
            let power = match token {
                Token::Operator(operator) => operator.power(),
                Token::In | Token::Is => COMPARISON,
                Token::Not if matches!(self.tokens.get(self.at + 1), Some((Token::In, _))) => COMPARISON,
                _ => break,
            };
            if power < least {
                break;
            }
            if power == COMPARISON && std::mem::replace(&mut is_compared, true) {
                return Err(ExpressionError::new(span.clone(), Problem::Chained));
            }
            self.at += 1;
            left = match token {
                Token::Operator(operator) => self.binary(*operator, left)?,
                Token::Is => self.is_null(left)?,
                Token::Not => {
                    self.at += 1;
                    self.within(left, true)?
                }
                _ => self.within(left, false)?,
            };
            if left.1 > MAX_DEPTH {
                return Err(ExpressionError::new(span.clone(), Problem::TooDeep));
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn binary(&mut self, operator: Binary, (left, left_depth): Part) -> Result<Part, ExpressionError> {
        // A power binds to its right first, and its exponent may have a sign.
        let least = if operator == Binary::Power { MINUS } else { operator.power() + 1 };
        let (right, right_depth) = self.expression(least)?;
        let span = left.span.start..right.span.end;
        let kind = Kind::Binary(operator, Box::new(left), Box::new(right));
        Ok((Expression::new(kind, span), left_depth.max(right_depth) + 1))
    }

    fn is_null(&mut self, (value, depth): Part) -> Result<Part, ExpressionError> {
        let negated = self.take(&Token::Not).is_some();
        let Some(end) = self.take(&Token::Null) else {
            let span = self.peek().map_or(self.text.len()..self.text.len(), |(_, span)| span.clone());
            return Err(ExpressionError::new(span, Problem::NotNull));
        };
        let span = value.span.start..end.end;
        Ok((Expression::new(Kind::IsNull { value: Box::new(value), negated }, span), depth + 1))
    }

    fn within(&mut self, (value, depth): Part, negated: bool) -> Result<Part, ExpressionError> {
        let here = self.peek().map_or(self.text.len()..self.text.len(), |(_, span)| span.clone());
        let close = match self.next() {
            Some((Token::OpenList, _)) => Token::CloseList,
            Some((Token::Open, _)) => Token::Close,
            _ => return Err(ExpressionError::new(here, Problem::NoList)),
        };
        let (list, end, _) = self.items(&close, &here)?;
        for item in &list {
            let is_literal = matches!(item.kind, Kind::Number(_) | Kind::Text(_) | Kind::Boolean(_));
            let is_negative =
                matches!(&item.kind, Kind::Unary(Unary::Minus, inner) if matches!(inner.kind, Kind::Number(_)));
            if !is_literal && !is_negative {
                return Err(ExpressionError::new(item.span.clone(), Problem::NotLiteral));
            }
        }
        let span = value.span.start..end;
        Ok((Expression::new(Kind::In { value: Box::new(value), list, negated }, span), depth + 1))
    }

    /// Expressions between commas up to `close`, where they end, and the depth of the deepest.
    fn items(&mut self, close: &Token, open: &Span) -> Result<(Vec<Expression>, usize, usize), ExpressionError> {
        let mut items = Vec::new();
        let mut deepest = 0;
        loop {
            if let Some(end) = self.take(close) {
                return Ok((items, end.end, deepest));
            }
            if self.peek().is_none() {
                return Err(unclosed(open, close));
            }
            let (item, depth) = self.expression(0)?;
            items.push(item);
            deepest = deepest.max(depth);
            if self.take(&Token::Comma).is_none() {
                return match self.next() {
                    Some((token, end)) if token == close => Ok((items, end.end, deepest)),
                    Some((_, span)) => Err(self.unexpected(span)),
                    None => Err(unclosed(open, close)),
                };
            }
        }
    }

    /// A value without operators after it.
    fn value(&mut self) -> Result<Part, ExpressionError> {
        let end = self.text.len();
        let Some((token, span)) = self.next() else {
            return Err(ExpressionError::new(end..end, Problem::NoValue));
        };
        let leaf = |kind| Ok((Expression::new(kind, span.clone()), 1));
        match token {
            Token::Number(value) => leaf(Kind::Number(*value)),
            Token::Text(value) => leaf(Kind::Text(value.clone())),
            Token::True => leaf(Kind::Boolean(true)),
            Token::False => leaf(Kind::Boolean(false)),
            Token::Null => leaf(Kind::Null),
            Token::Quoted(name) => leaf(Kind::Column(name.clone())),
            Token::Name(name) => match self.take(&Token::Open) {
                Some(open) => self.call(name, span, &open.clone()),
                None => leaf(Kind::Column(name.clone())),
            },
            Token::Open => {
                let (inner, depth) = self.expression(0)?;
                match self.next() {
                    Some((Token::Close, end)) => Ok((Expression::new(inner.kind, span.start..end.end), depth)),
                    Some((_, place)) => Err(self.unexpected(place)),
                    None => Err(unclosed(span, &Token::Close)),
                }
            }
            Token::Not => self.unary(Unary::Not, NOT, span),
            Token::Operator(Binary::Subtract) => self.unary(Unary::Minus, MINUS, span),
            Token::Operator(Binary::Add) => self.expression(MINUS),
            _ => Err(match token {
                Token::Operator(_) | Token::Comma | Token::Close | Token::CloseList | Token::In | Token::Is => {
                    ExpressionError::new(span.clone(), Problem::NoValue)
                }
                _ => self.unexpected(span),
            }),
        }
    }

    fn unary(&mut self, operator: Unary, power: u8, span: &Span) -> Result<Part, ExpressionError> {
        let (inner, depth) = self.expression(power)?;
        let span = span.start..inner.span.end;
        Ok((Expression::new(Kind::Unary(operator, Box::new(inner)), span), depth + 1))
    }

    fn call(&mut self, name: &str, place: &Span, open: &Span) -> Result<Part, ExpressionError> {
        let function = Function::named(name).map_err(|problem| ExpressionError::new(place.clone(), problem))?;
        let (arguments, end, depth) = self.items(&Token::Close, open)?;
        let span = place.start..end;
        function.check_count(arguments.len()).map_err(|problem| ExpressionError::new(span.clone(), problem))?;
        Ok((Expression::new(Kind::Call(function, arguments), span), depth + 1))
    }
}

fn unclosed(open: &Span, close: &Token) -> ExpressionError {
    let sign = if *close == Token::CloseList { ']' } else { ')' };
    ExpressionError::new(open.clone(), Problem::Unclosed(sign))
}
