//! Keeps only integer and float columns, as pandas' `select_dtypes("number")`: no booleans, dates or text.

use super::apply::{Applied, names_lost};
use super::words;
use crate::table::Table;

/// The table with only its integer and float columns.
pub(super) fn apply(table: &Table) -> Applied {
    let kept = table.filter_columns(|column| column.data_type.is_numeric());
    let dropped_columns = names_lost(table, &kept);
    let sentence = match dropped_columns.as_slice() {
        [] => format!("{} (all of them are)", sentence()),
        dropped => format!("{} ({} dropped)", sentence(), words::count(dropped.len() as u64, "other")),
    };
    Applied { dropped_columns, sentence, python: python(), ..Applied::new(kept) }
}

pub(super) fn sentence() -> String {
    "Keep numeric columns only".into()
}

pub(super) fn python() -> String {
    r#"df = df.select_dtypes(include="number")"#.into()
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
        let applied = apply(&table);
        assert_eq!(applied.dropped_columns, ["flag", "t", "c", "s"]);
        assert_eq!(applied.sentence, "Keep numeric columns only (4 others dropped)");
        assert_eq!(apply(&applied.table).sentence, "Keep numeric columns only (all of them are)");
    }
}
