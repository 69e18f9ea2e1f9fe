//! A search as a value.

use super::{Key, Span};

/// A search that has been read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// `None` finds everything.
    pub root: Option<Node>,
    pub(super) only_here: Option<&'static str>,
}

/// A condition on a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Compare(Comparison),
    /// The run's name has this in it, upper and lower case alike.
    Name(String),
}

/// One comparison. A run without the key does not match, whatever the operator, `IS NULL` aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub key: Key,
    pub operator: Operator,
    pub value: Value,
    pub span: Span,
}

/// How a key is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    /// `%` is any text, `_` any one character; upper and lower case differ.
    Like,
    /// As `Like`, upper and lower case alike.
    ILike,
    NotLike,
    NotILike,
    In,
    NotIn,
    IsNull,
    IsNotNull,
}

/// What a key is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of `IS NULL`.
    Nothing,
    Number(f64),
    Text(String),
    List(Vec<String>),
}

/// Why MLflow would refuse this search; `None` when MLflow finds the same with it.
#[must_use]
pub fn only_here(filter: &Filter) -> Option<&'static str> {
    filter.only_here
}
