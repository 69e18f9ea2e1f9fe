//! Keeps the named columns.

use serde::{Deserialize, Serialize};

use crate::base::{Accepts, Param, ParamKind, python_list};
use crate::clean::operation::{Applied, Described, Group, Operation, Work};
use crate::clean::{CleanError, RuleError, words};
use crate::table::Table;

/// Keeps the named columns, in the table's order, and removes all others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepColumns {
    pub columns: Vec<String>,
}

impl Described for KeepColumns {
    const NAME: &'static str = "keep_columns";
    const LABEL: &'static str = "Keep columns";
    const GROUP: Group = Group::Columns;
    const HELP: &'static str = "Removes all columns but those that you choose.";
    const WORDS: &'static str = "select only include subset";
    const PARAMS: &'static [Param] =
        &[Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Any, optional: false })];
}

impl Operation for KeepColumns {
    fn columns(&self) -> Vec<String> {
        self.columns.clone()
    }

    fn problem(&self) -> Option<RuleError> {
        self.columns.is_empty().then(|| RuleError::new("columns", "Choose at least one column to keep."))
    }

    fn sentence(&self) -> String {
        format!("Keep only {}", words::list(&self.columns))
    }

    fn python(&self) -> String {
        format!("df = df.loc[:, df.columns.isin({})]", python_list(&self.columns))
    }
}

impl Work for KeepColumns {
    fn apply(&self, table: &Table, _rule: usize) -> Result<Applied, CleanError> {
        let others = table.columns().iter().filter(|column| !self.columns.contains(&column.name));
        let names: Vec<String> = others.map(|column| column.name.clone()).collect();
        let sentence = format!("{} ({} dropped)", self.sentence(), words::count(names.len() as u64, "other"));
        Ok(Applied { sentence, python: self.python(), ..Applied::without(table, &names) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn the_order_is_the_tables() {
        let table = Table::new(["a", "b", "c"].map(|name| Column::float(name, vec![1.0])).to_vec(), 1);
        let applied = KeepColumns { columns: vec!["c".into(), "a".into()] }.apply(&table, 1).unwrap();
        assert_eq!(applied.dropped_columns, ["b"]);
        assert_eq!(applied.table.columns().iter().map(|c| c.name.as_str()).collect::<String>(), "ac");
        assert_eq!(applied.sentence, "Keep only c and a (1 other dropped)");
    }
}
