//! Removes columns.

use serde::{Deserialize, Serialize};

use crate::base::{Accepts, Param, ParamKind, python_list};
use crate::clean::operation::{Applied, Described, Group, Operation, Work};
use crate::clean::{CleanError, RuleError, words};
use crate::table::Table;

/// Removes columns. Names that are not there are an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropColumns {
    pub columns: Vec<String>,
}

impl Described for DropColumns {
    const NAME: &'static str = "drop_columns";
    const LABEL: &'static str = "Drop columns";
    const GROUP: Group = Group::Columns;
    const HELP: &'static str = "Removes the columns that you choose.";
    const WORDS: &'static str = "remove delete exclude";
    const PARAMS: &'static [Param] =
        &[Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Any, optional: false })];
}

impl Operation for DropColumns {
    fn columns(&self) -> Vec<String> {
        self.columns.clone()
    }

    fn problem(&self) -> Option<RuleError> {
        self.columns.is_empty().then(|| RuleError::new("columns", "Choose at least one column to drop."))
    }

    fn sentence(&self) -> String {
        format!("Drop {}", words::list(&self.columns))
    }

    fn python(&self) -> String {
        format!("df = df.drop(columns={})", python_list(&self.columns))
    }
}

impl Work for DropColumns {
    fn apply(&self, table: &Table, _rule: usize) -> Result<Applied, CleanError> {
        let without = Applied::without(table, &self.columns);
        Ok(Applied { sentence: self.sentence(), python: self.python(), ..without })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn named_columns_go_and_the_rest_is_shared() {
        let table = Table::new(["a", "b", "c"].map(|name| Column::float(name, vec![1.0])).to_vec(), 1);
        let rule = DropColumns { columns: vec!["c".into(), "a".into()] };
        let applied = rule.apply(&table, 1).unwrap();
        assert_eq!(applied.dropped_columns, ["a", "c"]);
        assert_eq!(applied.sentence, "Drop c and a");
        assert_eq!(applied.python, r#"df = df.drop(columns=["c", "a"])"#);
        let (before, after) = (table.column("b").unwrap(), applied.table.column("b").unwrap());
        assert!(std::sync::Arc::ptr_eq(&before.data, &after.data));
        assert_eq!(applied.table.columns().len(), 1);
    }
}
