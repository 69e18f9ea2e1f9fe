//! Gives columns other names.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::base::{Param, ParamKind, python_string};
use crate::clean::operation::{Applied, Described, Group, Operation, Work};
use crate::clean::{CleanError, RuleError, words};
use crate::table::{Column, Table};

/// Gives columns other names, all at once: two may change places.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameColumns {
    /// Old and new names.
    pub pairs: Vec<(String, String)>,
}

impl Described for RenameColumns {
    const NAME: &'static str = "rename_columns";
    const LABEL: &'static str = "Rename columns";
    const GROUP: Group = Group::Columns;
    const HELP: &'static str = "Gives columns other names.";
    const WORDS: &'static str = "name title label header";
    const PARAMS: &'static [Param] = &[Param::new("pairs", "Old and new names", ParamKind::Pairs)];
}

impl RenameColumns {
    fn new_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.pairs.iter().find(|(old, _)| old == name).map_or(name, |(_, new)| new)
    }
}

impl Operation for RenameColumns {
    fn columns(&self) -> Vec<String> {
        self.pairs.iter().map(|(old, _)| old.clone()).collect()
    }

    fn creates(&self) -> Vec<String> {
        self.pairs.iter().map(|(_, new)| new.clone()).collect()
    }

    fn problem(&self) -> Option<RuleError> {
        let mut seen = HashSet::new();
        if self.pairs.is_empty() {
            return Some(RuleError::new("pairs", "Choose a column and type its new name."));
        }
        if self.pairs.iter().any(|(_, new)| new.is_empty()) {
            return Some(RuleError::new("pairs", "A new name is empty. Type one."));
        }
        let twice = self.pairs.iter().find(|(old, _)| !seen.insert(old))?;
        Some(RuleError::new("pairs", format!("{:?} is renamed twice. Take one of them out.", twice.0)))
    }

    fn sentence(&self) -> String {
        let names: Vec<String> = self.pairs.iter().map(|(old, new)| format!("{old} to {new}")).collect();
        format!("Rename {}", words::list(&names))
    }

    fn python(&self) -> String {
        let pair = |(old, new): &(String, String)| format!("{}: {}", python_string(old), python_string(new));
        format!("df = df.rename(columns={{{}}})", self.pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
    }
}

impl Work for RenameColumns {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let mut seen = HashSet::new();
        let mut columns = Vec::with_capacity(table.columns().len());
        for column in table.columns() {
            let name = self.new_name(&column.name);
            if !seen.insert(name.to_owned()) {
                return Err(CleanError::ColumnExists { rule, column: name.into() });
            }
            columns.push(Column { name: name.into(), ..column.clone() });
        }
        let changed = || self.pairs.iter().filter(|(old, new)| old != new);
        Ok(Applied {
            dropped_columns: changed().map(|(old, _)| old.clone()).collect(),
            added_columns: changed().map(|(_, new)| new.clone()).collect(),
            sentence: self.sentence(),
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
    fn names_change_places_and_never_double() {
        let table = Table::new(["a", "b", "c"].map(|name| Column::float(name, vec![1.0])).to_vec(), 1);
        let rule = |pairs: &[(&str, &str)]| RenameColumns {
            pairs: pairs.iter().map(|(old, new)| ((*old).into(), (*new).into())).collect(),
        };
        let applied = rule(&[("a", "b"), ("b", "a")]).apply(&table, 1).unwrap();
        assert_eq!(applied.table.columns().iter().map(|c| c.name.as_str()).collect::<String>(), "bac");
        assert_eq!(applied.python, r#"df = df.rename(columns={"a": "b", "b": "a"})"#);
        assert_eq!(rule(&[("a", "c")]).apply(&table, 1).unwrap_err().code(), "clean.column_exists");
        assert!(rule(&[("a", "x"), ("a", "y")]).problem().is_some());
        assert!(rule(&[("a", "")]).problem().is_some());
    }
}
