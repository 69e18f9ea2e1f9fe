//! Ordered rules: table → clean table, and what each rule touched. One rule, one file.
//!
//! `rules` holds a file a rule, `catalogue` their list, `operation` what each of them gives; `rule` is a rule as it
//! stands in the pipeline file, `apply` runs the list. `suggest` reads rules off a profile, `preview` shows what one
//! would change, `frozen` does to new rows what was done to those of a run.

mod apply;
mod catalogue;
mod error;
mod frozen;
mod keys;
mod misread;
mod missing;
mod operation;
mod preset;
mod preview;
mod rule;
mod rules;
mod statistic;
mod suggest;
mod summary;
mod words;

pub use apply::{Cleaning, clean, rule_sentence};
pub use catalogue::{RULES, RuleInfo, RuleKind};
pub use error::CleanError;
pub use frozen::{Cleaned, FrozenRules, Skipped};
pub use operation::Group;
pub use preset::course_rules;
pub use preview::{ChangedCell, Preview, preview};
pub use rule::{Rule, RuleError, needed_columns};
pub use rules::*;
pub use suggest::{Suggestion, suggestions};
pub use summary::{CleanSummary, ColumnBounds, ColumnBrief, FilledColumn, GroupFill, Learnt, RuleEffect};
