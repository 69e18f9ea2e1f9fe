//! Ordered rules: table → clean table, and what each rule touched.

mod rule;
mod summary;

pub use rule::{FillStrategy, FillValue, Rule};
pub use summary::{CleanSummary, ColumnBrief, FilledColumn, RuleEffect};
