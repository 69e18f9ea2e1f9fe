//! Rows that were sent, before the model's signature is held against them.

use super::python::{number, repr};

/// A cell as JSON or CSV gave it.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    Null,
    Bool(bool),
    /// A number without a point.
    Int(f64),
    Float(f64),
    Text(String),
    /// A list or an object, as Python would show it.
    Nested(String),
}

impl Scalar {
    /// As Python's `repr` shows it.
    pub(super) fn repr(&self) -> String {
        match self {
            Self::Null => "None".into(),
            Self::Bool(true) => "True".into(),
            Self::Bool(false) => "False".into(),
            Self::Int(value) => format!("{value:.0}"),
            Self::Float(value) => number(*value),
            Self::Text(text) => repr(text),
            Self::Nested(text) => text.clone(),
        }
    }
}

/// What was sent: named columns of one length, or an array without names.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    Columns {
        /// Row labels, where they were given.
        index: Option<Vec<String>>,
        columns: Vec<(String, Vec<Scalar>)>,
        n_rows: usize,
    },
    Array {
        rows: Vec<Vec<Scalar>>,
        /// One row that came without a list around it.
        is_flat: bool,
    },
}
