//! Keeps only integer and float columns, as pandas' `select_dtypes("number")`: no booleans, dates or text.

use serde::{Deserialize, Serialize};

use crate::base::Param;
use crate::clean::operation::{Applied, Described, Group, Operation, Work};
use crate::clean::{CleanError, words};
use crate::table::Table;

/// Keeps only integer and float columns, as pandas' `select_dtypes("number")`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepNumeric {}

impl Described for KeepNumeric {
    const NAME: &'static str = "keep_numeric";
    const LABEL: &'static str = "Keep numeric columns only";
    const GROUP: Group = Group::Columns;
    const HELP: &'static str = "Removes all columns of text, dates, and true and false.";
    const WORDS: &'static str = "numbers select_dtypes integer float";
    const PARAMS: &'static [Param] = &[];
}

impl Operation for KeepNumeric {
    fn columns(&self) -> Vec<String> {
        Vec::new()
    }

    fn sentence(&self) -> String {
        "Keep numeric columns only".into()
    }

    fn python(&self) -> String {
        r#"df = df.select_dtypes(include="number")"#.into()
    }
}

impl Work for KeepNumeric {
    fn apply(&self, table: &Table, _rule: usize) -> Result<Applied, CleanError> {
        let others = table.columns().iter().filter(|column| !column.data_type.is_numeric());
        let names: Vec<String> = others.map(|column| column.name.clone()).collect();
        let without = Applied::without(table, &names);
        let sentence = match names.as_slice() {
            [] => format!("{} (all of them are)", self.sentence()),
            dropped => format!("{} ({} dropped)", self.sentence(), words::count(dropped.len() as u64, "other")),
        };
        Ok(Applied { sentence, python: self.python(), ..without })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Bitmap, Column, ColumnData, DataType};

    #[test]
    fn booleans_dates_and_text_go() {
        let table = Table::new(
            vec![
                Column::new("flag", DataType::Boolean, ColumnData::Number(vec![1.0])),
                Column::new("n", DataType::Integer, ColumnData::Number(vec![1.0])),
                Column::float("x", vec![f64::NAN]),
                Column::new("t", DataType::Timestamp, ColumnData::Timestamp(vec![0])),
                Column::new("c", DataType::Category, ColumnData::Category { codes: vec![0], labels: vec!["a".into()] }),
                Column::new("s", DataType::Text, ColumnData::Text { missing: Bitmap::zeros(1) }),
            ],
            1,
        );
        let rule = KeepNumeric {};
        let applied = rule.apply(&table, 1).unwrap();
        assert_eq!(applied.dropped_columns, ["flag", "t", "c", "s"]);
        assert_eq!(applied.sentence, "Keep numeric columns only (4 others dropped)");
        assert_eq!(rule.apply(&applied.table, 2).unwrap().sentence, "Keep numeric columns only (all of them are)");
    }
}
