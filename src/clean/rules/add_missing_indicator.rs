//! Remembers where cells were missing.

use serde::{Deserialize, Serialize};

use crate::base::{Accepts, Param, ParamKind, python_list, python_string};
use crate::clean::missing::mark_missing;
use crate::clean::operation::{Applied, Described, Group, Operation, Work, chosen, named};
use crate::clean::{CleanError, RuleError, words};
use crate::table::{Column, ColumnData, DataType, Table};

/// Adds a column of 1 (was missing) and 0 for each column, before the cells are filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddMissingIndicator {
    /// `None`: every column with missing cells.
    #[serde(default)]
    pub columns: Option<Vec<String>>,
    /// What follows the column's name in the new name.
    #[serde(default = "suffix")]
    pub suffix: String,
}

fn suffix() -> String {
    "_missing".into()
}

impl Default for AddMissingIndicator {
    fn default() -> Self {
        Self { columns: None, suffix: suffix() }
    }
}

impl Described for AddMissingIndicator {
    const NAME: &'static str = "add_missing_indicator";
    const LABEL: &'static str = "Mark what was missing";
    const GROUP: Group = Group::Missing;
    const HELP: &'static str =
        "Adds a column of 1 and 0 that remembers which cells were missing. Put it before filling.";
    const WORDS: &'static str = "indicator flag isna was missing dummy";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Any, optional: true }),
        Param::new("suffix", "Ending of the new name", ParamKind::Text { optional: false }),
    ];
}

impl Operation for AddMissingIndicator {
    fn columns(&self) -> Vec<String> {
        named(self.columns.as_ref())
    }

    fn creates(&self) -> Vec<String> {
        self.columns.iter().flatten().map(|name| format!("{name}{}", self.suffix)).collect()
    }

    fn problem(&self) -> Option<RuleError> {
        if self.suffix.is_empty() {
            return Some(RuleError::new("suffix", "Type an ending, such as _missing."));
        }
        let is_none = self.columns.as_ref().is_some_and(Vec::is_empty);
        is_none.then(|| RuleError::new("columns", "Choose at least one column, or all of them."))
    }

    fn sentence(&self) -> String {
        match &self.columns {
            None => "Add a column of 1 and 0 for each column with missing cells".into(),
            Some(names) => format!("Add columns of 1 and 0 that say where {} was missing", words::list(names)),
        }
    }

    fn python(&self) -> String {
        let over = match &self.columns {
            None => "df.columns[df.isna().any()]".into(),
            Some(names) => python_list(names),
        };
        let suffix = python_string(&self.suffix);
        format!("for column in {over}:\n    df[column + {suffix}] = df[column].isna().astype(int)")
    }
}

impl Work for AddMissingIndicator {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let mut columns = table.columns().to_vec();
        let mut added = Vec::new();
        for column in chosen(table, self.columns.as_deref(), |column| column.n_missing() > 0) {
            let name = format!("{}{}", column.name, self.suffix);
            if columns.iter().any(|other| other.name == name) {
                return Err(CleanError::ColumnExists { rule, column: name });
            }
            let mut missing = vec![false; table.n_rows()];
            mark_missing(column, &mut missing);
            let flags = missing.into_iter().map(|missing| f64::from(u8::from(missing))).collect();
            added.push(name.clone());
            columns.push(Column::new(name, DataType::Integer, ColumnData::Number(flags)));
        }
        let sentence = match &self.columns {
            None => format!("{} ({})", self.sentence(), words::list(&added)),
            Some(_) => self.sentence(),
        };
        Ok(Applied {
            added_columns: added,
            sentence,
            python: self.python(),
            ..Applied::new(Table::new(columns, table.n_rows()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;

    #[test]
    fn only_columns_with_gaps_are_marked() {
        let table = Table::new(vec![Column::float("a", vec![1.0, f64::NAN]), Column::float("b", vec![1.0, 2.0])], 2);
        let rule = AddMissingIndicator::default();
        let applied = rule.apply(&table, 1).unwrap();
        assert_eq!(applied.added_columns, ["a_missing"]);
        assert_eq!(applied.table.column("a_missing").unwrap().numbers().unwrap(), [0.0, 1.0]);
        assert_eq!(rule.apply(&applied.table, 2).unwrap_err().code(), "clean.column_exists");
    }
}
