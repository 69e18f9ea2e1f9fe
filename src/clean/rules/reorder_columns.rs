//! Moves columns to the front.

use serde::{Deserialize, Serialize};

use crate::base::{Accepts, Param, ParamKind, python_list};
use crate::clean::operation::{Applied, Described, Group, Operation, Work, chosen};
use crate::clean::{CleanError, RuleError, words};
use crate::table::Table;

/// Puts the named columns first, in this order; the others follow as they stood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReorderColumns {
    pub columns: Vec<String>,
}

impl Described for ReorderColumns {
    const NAME: &'static str = "reorder_columns";
    const LABEL: &'static str = "Reorder columns";
    const GROUP: Group = Group::Columns;
    const HELP: &'static str = "Puts the columns that you choose first; the others follow as they stood.";
    const WORDS: &'static str = "order move sort front position";
    const PARAMS: &'static [Param] =
        &[Param::new("columns", "First", ParamKind::Columns { accepts: Accepts::Any, optional: false })];
}

impl Operation for ReorderColumns {
    fn columns(&self) -> Vec<String> {
        self.columns.clone()
    }

    fn problem(&self) -> Option<RuleError> {
        self.columns.is_empty().then(|| RuleError::new("columns", "Choose at least one column to put first."))
    }

    fn sentence(&self) -> String {
        format!("Put {} first", words::list(&self.columns))
    }

    fn python(&self) -> String {
        let first = python_list(&self.columns);
        format!("first = {first}\ndf = df[first + [column for column in df.columns if column not in first]]")
    }
}

impl Work for ReorderColumns {
    fn apply(&self, table: &Table, _rule: usize) -> Result<Applied, CleanError> {
        let first = chosen(table, Some(&self.columns), |_| true);
        let rest = table.columns().iter().filter(|column| !self.columns.contains(&column.name));
        let columns = first.into_iter().chain(rest).cloned().collect();
        let moved = Table::new(columns, table.n_rows());
        Ok(Applied { sentence: self.sentence(), python: self.python(), ..Applied::new(moved) })
    }
}
