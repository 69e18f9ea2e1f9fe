//! What the file of a rule gives, and what a rule makes of a table.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{CleanError, ColumnBrief, FilledColumn, Learnt, RuleError};
use crate::base::Param;
use crate::table::{Column, Table};

/// What a rule says of itself. Apart from `Work`, so that the page, which only talks of rules, does not carry their work.
pub(super) trait Operation {
    /// The columns that it names, which have to be there.
    fn columns(&self) -> Vec<String>;

    /// The columns that it makes, where their names are known before it runs.
    fn creates(&self) -> Vec<String> {
        Vec::new()
    }

    /// What is lacking or wrong before it can run.
    fn problem(&self) -> Option<RuleError> {
        None
    }

    /// What it does, in words, before it has run.
    fn sentence(&self) -> String;

    /// The same as pandas code, before it has run.
    fn python(&self) -> String;
}

/// A rule at work.
pub(super) trait Work {
    /// Does it. The columns that it names are there; `rule` is its number, for errors.
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError>;
}

/// How a rule is told to people and written in files.
pub(super) trait Described: Operation + Work + Default + Serialize + DeserializeOwned {
    const NAME: &'static str;
    const LABEL: &'static str;
    const GROUP: Group;
    /// One line that says what it is for.
    const HELP: &'static str;
    /// Other words by which people look for it.
    const WORDS: &'static str;
    const PARAMS: &'static [Param];

    /// A first rule for a table with these columns.
    fn fresh(_columns: &[ColumnBrief]) -> Self {
        Self::default()
    }
}

/// Rules that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Columns,
    Missing,
    Rows,
    Values,
    Dates,
    Outliers,
}

impl Group {
    /// The heading.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Columns => "Columns",
            Self::Missing => "Missing cells",
            Self::Rows => "Rows",
            Self::Values => "Values",
            Self::Dates => "Dates",
            Self::Outliers => "Outliers",
        }
    }
}

/// Why a statistic leaks.
pub(super) const STATISTIC_LEAKS: &str =
    "What it uses is computed from all rows, and some of them become test rows later.";
/// Why a choice of columns leaks.
pub(super) const CHOICE_LEAKS: &str =
    "Which columns go is decided from all rows, and some of them become test rows later.";

/// What one rule made of a table, and how it says so.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) table: Table,
    /// Rows removed or changed.
    pub(super) rows: u64,
    /// Cells changed.
    pub(super) cells: u64,
    /// Where rows were removed or moved: which row of the table before stands in each row.
    pub(super) kept: Option<Vec<u32>>,
    pub(super) dropped_columns: Vec<String>,
    pub(super) added_columns: Vec<String>,
    pub(super) filled: Vec<FilledColumn>,
    pub(super) sentence: String,
    pub(super) python: String,
    pub(super) leak: Option<String>,
    pub(super) learnt: Option<Learnt>,
}

impl Applied {
    /// A table that nothing is said of yet.
    pub(super) fn new(table: Table) -> Self {
        Self {
            table,
            rows: 0,
            cells: 0,
            kept: None,
            dropped_columns: Vec::new(),
            added_columns: Vec::new(),
            filled: Vec::new(),
            sentence: String::new(),
            python: String::new(),
            leak: None,
            learnt: None,
        }
    }

    /// The rows of `table` that `kept` lists, in that order.
    pub(super) fn rows(table: &Table, kept: Vec<u32>) -> Self {
        let rows = (table.n_rows() - kept.len().min(table.n_rows())) as u64;
        let is_all = kept.len() == table.n_rows() && kept.iter().zip(0..).all(|(row, place)| *row == place);
        if is_all {
            return Self::new(table.clone());
        }
        Self { rows, kept: Some(kept.clone()), ..Self::new(table.take_rows(&kept)) }
    }

    /// The table without the columns of these names.
    pub(super) fn without(table: &Table, names: &[String]) -> Self {
        let gone: std::collections::HashSet<&String> = names.iter().collect();
        let kept = table.filter_columns(|column| !gone.contains(&column.name));
        let lost = table.columns().iter().filter(|column| gone.contains(&column.name));
        Self { dropped_columns: lost.map(|column| column.name.clone()).collect(), ..Self::new(kept) }
    }
}

/// The table with `column` in place of the one of its name, or at the end.
pub(super) fn set_column(table: &Table, column: Column) -> Table {
    if table.column(&column.name).is_some() {
        return table.with_column(column);
    }
    let mut columns = table.columns().to_vec();
    columns.push(column);
    Table::new(columns, table.n_rows())
}

/// The named columns in the rule's order, each once; or all that `fits` accepts, in the table's.
pub(super) fn chosen<'a>(
    table: &'a Table,
    columns: Option<&[String]>,
    fits: impl Fn(&Column) -> bool,
) -> Vec<&'a Column> {
    let Some(names) = columns else {
        return table.columns().iter().filter(|column| fits(column)).collect();
    };
    let mut chosen: Vec<&Column> = Vec::with_capacity(names.len());
    for column in names.iter().filter_map(|name| table.column(name)) {
        if !chosen.iter().any(|other| other.name == column.name) {
            chosen.push(column);
        }
    }
    chosen
}

/// How many rows have a mark.
pub(super) fn count(marks: &[bool]) -> u64 {
    marks.iter().filter(|mark| **mark).count() as u64
}

/// The numbers of the rows that have a mark.
pub(super) fn marked(marks: &[bool]) -> Vec<u32> {
    (0..).zip(marks).filter(|(_, mark)| **mark).map(|(row, _)| row).collect()
}

/// An optional list of names, owned.
pub(super) fn named(columns: Option<&Vec<String>>) -> Vec<String> {
    columns.cloned().unwrap_or_default()
}
