//! Expressions over columns: text → tree → values, a column at a time.
//!
//! `lexer` cuts the text into words, `parser` builds the tree of `tree` from them (Pratt's way: each operator binds with
//! a power), `evaluate` computes `value`s with `function`s, and `python` says the same in pandas' words.

mod arithmetic;
mod error;
mod evaluate;
mod function;
mod lexer;
mod parser;
mod print;
mod python;
mod time;
mod tree;
mod value;

pub use error::{ExpressionError, Problem};
pub use function::{FUNCTIONS, Function, FunctionInfo};
pub use print::column_name;
pub use time::parse_time;
pub use tree::{Binary, Expression, Kind, Span, Unary};
pub use value::{ExpressionType, Values};

/// Parts of dates in milliseconds since 1970 (UTC), as numbers; NaN for a missing one.
pub mod date_part {
    pub use super::time::{day, day_of_week, days_between, hour, month, year};
}
