//! Drops columns that say next to nothing.

use serde::{Deserialize, Serialize};

use super::drop_constant::{among, none_chosen, python_among};
use super::share::{percent, without_shares};
use crate::base::{Accepts, Param, ParamKind, python_number};
use crate::clean::keys::largest_count;
use crate::clean::operation::{Applied, Described, Group, Operation, Work, chosen, named};
use crate::clean::{CleanError, RuleError};
use crate::table::{Column, DataType, Table};

/// Drops columns in which one value fills at least this share of the known cells. Free text stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DropNearConstant {
    /// The columns that are looked at; `None`: all.
    pub columns: Option<Vec<String>>,
    pub threshold: f64,
}

impl Default for DropNearConstant {
    fn default() -> Self {
        Self { columns: None, threshold: 0.98 }
    }
}

impl Described for DropNearConstant {
    const NAME: &'static str = "drop_near_constant";
    const LABEL: &'static str = "Drop nearly constant columns";
    const GROUP: Group = Group::Columns;
    const HELP: &'static str = "Removes columns that have the same value in nearly every row.";
    const WORDS: &'static str = "variance threshold quasi value_counts dominant useless";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Look at", ParamKind::Columns { accepts: Accepts::Any, optional: true }),
        Param::new(
            "threshold",
            "Share",
            ParamKind::Number { min: 0.0, max: 1.0, step: 0.01, log: false, optional: false },
        )
        .help("The share of known cells that the most frequent value has at least."),
    ];
}

impl Operation for DropNearConstant {
    fn columns(&self) -> Vec<String> {
        named(self.columns.as_ref())
    }

    fn problem(&self) -> Option<RuleError> {
        none_chosen(self.columns.as_ref())
    }

    fn sentence(&self) -> String {
        let among = among(self.columns.as_ref());
        format!("Drop columns{among} in which one value has {} % of the cells or more", percent(self.threshold))
    }

    fn python(&self) -> String {
        let over = python_among(self.columns.as_ref());
        let share = python_number(self.threshold);
        format!(
            "df = df.drop(columns=[\n    column for column in {over}\n    if df[column].value_counts(normalize=True).max() >= {share}\n])"
        )
    }
}

impl Work for DropNearConstant {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let columns = chosen(table, self.columns.as_deref(), |column| column.data_type != DataType::Text);
        // A column without known cells has no share: NaN is not over any threshold.
        let share = |column: &Column| match largest_count(column) {
            Some((largest, known)) => Ok(largest as f64 / known as f64),
            None => {
                let action = "count the values of";
                Err(CleanError::ValuesNotKept { rule, action, column: column.name.clone() })
            }
        };
        without_shares(self, table, columns.into_iter(), share, |share| share >= self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_value_decides() {
        let mut x = vec![0.0; 10];
        x[3] = 1.0;
        x[4] = f64::NAN;
        let table = Table::new(vec![Column::float("x", x), Column::float("y", (0..10).map(f64::from).collect())], 10);
        let rule = |threshold| DropNearConstant { columns: None, threshold };
        let applied = rule(0.88).apply(&table, 1).unwrap();
        assert_eq!(applied.dropped_columns, ["x"]);
        assert!(applied.sentence.ends_with("(x with 88.9 %)"), "{}", applied.sentence);
        assert!(rule(0.89).apply(&table, 1).unwrap().dropped_columns.is_empty());
    }
}
