//! Ordered rules: table → clean table, and what each rule touched. One rule, one file.

mod apply;
mod drop_columns;
mod drop_missing;
mod error;
mod fill_missing;
mod keep_numeric;
mod missing;
mod nearest;
mod preset;
mod rule;
mod statistic;
mod summary;
mod words;

pub use apply::{clean, rule_sentence};
pub use error::CleanError;
pub use preset::course_rules;
pub use rule::{FillStrategy, FillValue, Rule};
pub use summary::{CleanSummary, ColumnBrief, FilledColumn, RuleEffect};
