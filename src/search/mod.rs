//! MLflow's search language for runs, and more: OR, NOT, parentheses, IN for every text, numbers in params, plain words
//! for names. What MLflow would refuse is said by `only_here`.
//!
//! Its words are not those of `expression`: keys have dots, quotes name things as well as texts, `=` compares, and a
//! hyphen belongs to a word. So it has its own lexer.

mod completion;
mod error;
mod filter;
mod key;
mod lexer;
mod matching;
mod order;
mod parser;

pub use completion::{Completion, CompletionKind, Known, completions};
pub use error::{SearchError, SearchProblem, Span};
pub use filter::{Comparison, Filter, Node, Operator, Value, only_here};
pub use key::{Attribute, DatasetKey, Key};
pub use order::{SortKey, parse_order, search_runs, sort_runs};
