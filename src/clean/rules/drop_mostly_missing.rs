//! Drops columns that are mostly empty.

use serde::{Deserialize, Serialize};

use super::drop_constant::{among, none_chosen, python_among};
use super::share::{percent, without_shares};
use crate::base::{Accepts, Param, ParamKind, python_number};
use crate::clean::operation::{Applied, Described, Group, Operation, Work, chosen, named};
use crate::clean::{CleanError, RuleError};
use crate::table::{Column, Table};

/// Drops columns in which more than this share of the cells is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DropMostlyMissing {
    /// The columns that are looked at; `None`: all.
    pub columns: Option<Vec<String>>,
    pub threshold: f64,
}

impl Default for DropMostlyMissing {
    fn default() -> Self {
        Self { columns: None, threshold: 0.5 }
    }
}

impl Described for DropMostlyMissing {
    const NAME: &'static str = "drop_mostly_missing";
    const LABEL: &'static str = "Drop mostly missing columns";
    const GROUP: Group = Group::Missing;
    const HELP: &'static str = "Removes columns in which most cells are missing.";
    const WORDS: &'static str = "empty null nan sparse useless remove";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Look at", ParamKind::Columns { accepts: Accepts::Any, optional: true }),
        Param::new(
            "threshold",
            "Share",
            ParamKind::Number { min: 0.0, max: 1.0, step: 0.01, log: false, optional: false },
        )
        .help("A column goes when more than this share of it is missing."),
    ];
}

impl Operation for DropMostlyMissing {
    fn columns(&self) -> Vec<String> {
        named(self.columns.as_ref())
    }

    fn problem(&self) -> Option<RuleError> {
        none_chosen(self.columns.as_ref())
    }

    fn sentence(&self) -> String {
        let among = among(self.columns.as_ref());
        format!("Drop columns{among} of which more than {} % is missing", percent(self.threshold))
    }

    fn python(&self) -> String {
        let over = python_among(self.columns.as_ref());
        let share = python_number(self.threshold);
        format!("df = df.drop(columns=[column for column in {over} if df[column].isna().mean() > {share}])")
    }
}

impl Work for DropMostlyMissing {
    fn apply(&self, table: &Table, _rule: usize) -> Result<Applied, CleanError> {
        let columns = chosen(table, self.columns.as_deref(), |_| true);
        let share = |column: &Column| Ok(column.n_missing() as f64 / column.len() as f64);
        without_shares(self, table, columns.into_iter(), share, |share| share > self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_not_most() {
        let nan = f64::NAN;
        let columns = vec![Column::float("half", vec![1.0, nan]), Column::float("all", vec![nan, nan])];
        let applied = DropMostlyMissing::default().apply(&Table::new(columns, 2), 1).unwrap();
        assert_eq!(applied.dropped_columns, ["all"]);
        assert_eq!(applied.sentence, "Drop columns of which more than 50 % is missing (all with 100 %)");
    }
}
