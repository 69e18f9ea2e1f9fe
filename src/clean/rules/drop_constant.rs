//! Drops columns that say nothing.

use serde::{Deserialize, Serialize};

use crate::base::{Accepts, Param, ParamKind, python_list};
use crate::clean::keys::is_constant;
use crate::clean::operation::{Applied, CHOICE_LEAKS, Described, Group, Operation, Work, chosen, named};
use crate::clean::{CleanError, RuleError, words};
use crate::table::{DataType, Table};

/// Drops columns with one value or none (missing cells aside), as pandas' `nunique() <= 1`. Free text, whose values are
/// not kept, stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DropConstant {
    /// The columns that are looked at; `None`: all.
    pub columns: Option<Vec<String>>,
}

impl Described for DropConstant {
    const NAME: &'static str = "drop_constant";
    const LABEL: &'static str = "Drop constant columns";
    const GROUP: Group = Group::Columns;
    const HELP: &'static str = "Removes columns that have the same value in every row, or none at all.";
    const WORDS: &'static str = "variance threshold nunique single value useless";
    const PARAMS: &'static [Param] =
        &[Param::new("columns", "Look at", ParamKind::Columns { accepts: Accepts::Any, optional: true })];
}

/// "of these columns" in a sentence of a rule that looks at some or all.
pub(super) fn among(columns: Option<&Vec<String>>) -> String {
    columns.map_or_else(String::new, |names| format!(" among {}", words::list(names)))
}

pub(super) fn python_among(columns: Option<&Vec<String>>) -> String {
    columns.map_or_else(|| "df.columns".into(), |names| python_list(names))
}

pub(super) fn none_chosen(columns: Option<&Vec<String>>) -> Option<RuleError> {
    let is_none = columns.is_some_and(Vec::is_empty);
    is_none.then(|| RuleError::new("columns", "Choose at least one column, or all of them."))
}

/// The table without columns that a statistic has chosen, with the sentence that names them.
pub(super) fn without_chosen(
    table: &Table,
    names: &[String],
    sentence: String,
    python: String,
    why: &[String],
) -> Applied {
    let found = match why {
        [] => "none".into(),
        why => words::list(why),
    };
    let leak = (!names.is_empty()).then(|| CHOICE_LEAKS.into());
    Applied { sentence: format!("{sentence} ({found})"), python, leak, ..Applied::without(table, names) }
}

impl Operation for DropConstant {
    fn columns(&self) -> Vec<String> {
        named(self.columns.as_ref())
    }

    fn problem(&self) -> Option<RuleError> {
        none_chosen(self.columns.as_ref())
    }

    fn sentence(&self) -> String {
        format!("Drop constant columns{}", among(self.columns.as_ref()))
    }

    fn python(&self) -> String {
        let over = python_among(self.columns.as_ref());
        format!("df = df.drop(columns=[column for column in {over} if df[column].nunique() <= 1])")
    }
}

impl Work for DropConstant {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let mut names = Vec::new();
        for column in chosen(table, self.columns.as_deref(), |column| column.data_type != DataType::Text) {
            let Some(is_constant) = is_constant(column) else {
                let action = "count the values of";
                return Err(CleanError::ValuesNotKept { rule, action, column: column.name.clone() });
            };
            if is_constant {
                names.push(column.name.clone());
            }
        }
        Ok(without_chosen(table, &names, self.sentence(), self.python(), &names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;
    use crate::table::{Bitmap, Column, ColumnData};

    #[test]
    fn one_value_or_none_is_constant() {
        let nan = f64::NAN;
        let table = Table::new(
            vec![
                Column::float("one", vec![1.0, 1.0, nan]),
                Column::float("none", vec![nan; 3]),
                Column::float("two", vec![1.0, 2.0, nan]),
                Column::new("s", DataType::Text, ColumnData::Text { missing: Bitmap::zeros(3) }),
            ],
            3,
        );
        let applied = DropConstant::default().apply(&table, 1).unwrap();
        assert_eq!(applied.dropped_columns, ["one", "none"]);
        assert_eq!(applied.sentence, "Drop constant columns (one and none)");
        assert!(applied.leak.is_some());
        let again = DropConstant::default().apply(&applied.table, 1).unwrap();
        assert_eq!((again.sentence.as_str(), again.leak), ("Drop constant columns (none)", None));
        let named = DropConstant { columns: Some(vec!["s".into()]) };
        assert_eq!(named.apply(&table, 1).unwrap_err().code(), "clean.text_not_kept");
    }
}
