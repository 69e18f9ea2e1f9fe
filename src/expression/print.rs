//! Tree → text: what reads back as the same tree.

use std::fmt::{self, Display, Formatter};

use super::lexer::{continues_name, keyword, starts_name};
use super::tree::{COMPARISON, MINUS, NOT};
use super::{Binary, Expression, Kind, Unary};

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(self, 0, f)
    }
}

/// The power with which a part holds together; a bracket is needed within one that binds more tightly.
fn power(expression: &Expression) -> u8 {
    match &expression.kind {
        Kind::Binary(operator, ..) => operator.power(),
        Kind::Unary(Unary::Not, _) => NOT,
        Kind::Unary(Unary::Minus, _) => MINUS,
        Kind::In { .. } | Kind::IsNull { .. } => COMPARISON,
        Kind::Number(value) if value.is_sign_negative() => MINUS,
        _ => u8::MAX,
    }
}

fn write(expression: &Expression, least: u8, f: &mut Formatter<'_>) -> fmt::Result {
    if power(expression) < least {
        f.write_str("(")?;
        write(expression, 0, f)?;
        return f.write_str(")");
    }
    match &expression.kind {
        Kind::Number(value) => f.write_str(&crate::base::python_number(*value)),
        Kind::Text(text) => write_quoted(text, f),
        Kind::Boolean(value) => f.write_str(if *value { "true" } else { "false" }),
        Kind::Null => f.write_str("null"),
        Kind::Column(name) => f.write_str(&column_name(name)),
        Kind::Unary(Unary::Not, inner) => {
            f.write_str("not ")?;
            write(inner, NOT, f)
        }
        Kind::Unary(Unary::Minus, inner) => {
            f.write_str("-")?;
            write(inner, MINUS, f)
        }
        Kind::Binary(Binary::Power, left, right) => {
            write(left, Binary::Power.power() + 1, f)?;
            f.write_str(" ** ")?;
            write(right, MINUS, f)
        }
        Kind::Binary(operator, left, right) => {
            // Comparisons do not chain, the others gather from the left.
            write(left, operator.power() + u8::from(operator.is_comparison()), f)?;
            write!(f, " {} ", operator.sign())?;
            write(right, operator.power() + 1, f)
        }
        Kind::In { value, list, negated } => {
            write(value, COMPARISON + 1, f)?;
            f.write_str(if *negated { " not in [" } else { " in [" })?;
            write_list(list, f)?;
            f.write_str("]")
        }
        Kind::IsNull { value, negated } => {
            write(value, COMPARISON + 1, f)?;
            f.write_str(if *negated { " is not null" } else { " is null" })
        }
        Kind::Call(function, arguments) => {
            write!(f, "{}(", function.name())?;
            write_list(arguments, f)?;
            f.write_str(")")
        }
    }
}

fn write_list(items: &[Expression], f: &mut Formatter<'_>) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        write(item, 0, f)?;
    }
    Ok(())
}

fn write_quoted(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    let escaped = text.replace('\\', r"\\").replace('\'', r"\'").replace('\n', r"\n").replace('\t', r"\t");
    write!(f, "'{}'", escaped.replace('\r', r"\r"))
}

/// A column's name as it stands in an expression: in backticks where it is not a plain word.
#[must_use]
pub fn column_name(name: &str) -> String {
    let is_plain = name.starts_with(starts_name) && name.chars().all(continues_name) && keyword(name).is_none();
    if is_plain { name.into() } else { format!("`{}`", name.replace('`', "``")) }
}
