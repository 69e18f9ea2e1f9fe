//! What the rules did.

use serde::{Deserialize, Serialize};

use crate::table::{Column, DataType};

/// The result of cleaning that is kept with a run and shown on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CleanSummary {
    pub rows_before: u64,
    pub columns_before: u64,
    pub rows: u64,
    /// The columns that are left, in order.
    pub columns: Vec<ColumnBrief>,
    /// One a rule of the spec, in order.
    pub effects: Vec<RuleEffect>,
}

impl CleanSummary {
    /// Cells filled by all rules together.
    #[must_use]
    pub fn cells_filled(&self) -> u64 {
        self.effects.iter().flat_map(|effect| &effect.filled).map(|filled| filled.cells).sum()
    }

    /// Cells filled or changed by all rules together.
    #[must_use]
    pub fn cells_changed(&self) -> u64 {
        self.effects.iter().map(|effect| effect.cells).sum()
    }
}

/// A column that is left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnBrief {
    pub name: String,
    pub data_type: DataType,
    pub missing: u64,
}

impl ColumnBrief {
    /// What a column is, without its cells.
    #[must_use]
    pub fn of(column: &Column) -> Self {
        Self { name: column.name.clone(), data_type: column.data_type, missing: column.n_missing() as u64 }
    }
}

/// What one rule did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RuleEffect {
    /// One line of plain words with the values it used: `Fill missing product_weight_g with the median (700)`.
    pub sentence: String,
    pub enabled: bool,
    /// Rows removed or changed.
    pub rows: u64,
    /// Cells filled or changed.
    pub cells: u64,
    /// Columns removed, by name.
    pub dropped_columns: Vec<String>,
    /// Columns made, by name.
    #[serde(default)]
    pub added_columns: Vec<String>,
    /// For fills: the column and what was put in (as text), in order.
    pub filled: Vec<FilledColumn>,
    /// Table size after the rule.
    pub rows_after: u64,
    pub columns_after: u64,
    /// The rule as pandas code, with `df` as the table.
    pub python: String,
    /// True when it took a statistic from rows that may later be test rows.
    pub leaks: bool,
    /// Why it leaks, in words.
    #[serde(default)]
    pub leak: Option<String>,
    /// What it found in these rows and needs for new ones; `None` for a rule without, and in runs from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learnt: Option<Learnt>,
}

/// What a rule found in its rows, where its words do not hold it in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learnt {
    /// Of outliers.
    Bounds(Vec<ColumnBounds>),
    /// Of filling within groups.
    Groups(Vec<GroupFill>),
}

/// The smallest and the largest value of a column that is no outlier; `None` is infinite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnBounds {
    pub column: String,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// What fills a column in one group of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupFill {
    pub column: String,
    /// The group's cells, as text.
    pub group: Vec<String>,
    pub value: String,
}

/// One column that a rule filled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilledColumn {
    pub column: String,
    pub value: String,
    pub cells: u64,
}
