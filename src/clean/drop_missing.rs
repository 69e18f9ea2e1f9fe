//! Drops rows with missing cells.

use super::apply::Applied;
use super::missing::mark_missing;
use super::{CleanError, words};
use crate::table::{Column, Table};

/// The rows that have a value in each of `columns` (`None`: in every column), in order.
///
/// # Errors
/// `NoRows` when no row is left of a table that had some.
pub(super) fn apply(table: &Table, columns: Option<&[String]>, rule: usize) -> Result<Applied, CleanError> {
    let looked_at: Vec<&Column> =
        table.columns().iter().filter(|column| columns.is_none_or(|names| names.contains(&column.name))).collect();
    let mut missing = vec![false; table.n_rows()];
    looked_at.iter().for_each(|column| mark_missing(column, &mut missing));
    let kept: Vec<u32> = (0..).zip(&missing).filter(|(_, missing)| !**missing).map(|(row, _)| row).collect();
    let n_dropped = table.n_rows() - kept.len();
    if n_dropped > 0 && kept.is_empty() {
        return Err(no_rows(table, &looked_at, rule));
    }
    let kept = if n_dropped == 0 { table.clone() } else { table.take_rows(&kept) };
    let rows = n_dropped as u64;
    Ok(Applied {
        rows,
        sentence: format!("{} ({})", sentence(columns), words::count(rows, "row")),
        python: python(columns),
        ..Applied::new(kept)
    })
}

fn no_rows(table: &Table, columns: &[&Column], rule: usize) -> CleanError {
    let worst = columns.iter().max_by_key(|column| column.n_missing());
    CleanError::NoRows {
        rule,
        n_rows: table.n_rows(),
        column: worst.map(|column| column.name.clone()).unwrap_or_default(),
        n_missing: worst.map_or(0, |column| column.n_missing()),
    }
}

pub(super) fn sentence(columns: Option<&[String]>) -> String {
    match columns {
        None => "Drop rows with any missing cell".into(),
        Some([one]) => format!("Drop rows with a missing {one}"),
        Some(names) => format!("Drop rows with a missing cell in {}", words::list(names)),
    }
}

pub(super) fn python(columns: Option<&[String]>) -> String {
    match columns {
        None => "df = df.dropna()".into(),
        Some(names) => format!("df = df.dropna(subset={})", words::python_list(names)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Bitmap, ColumnData, DataType, MISSING_CODE, MISSING_TIME};

    fn table() -> Table {
        let mut missing = Bitmap::zeros(4);
        missing.push(true);
        Table::new(
            vec![
                Column::float("x", vec![f64::NAN, 1.0, 2.0, 3.0, 4.0]),
                Column::new(
                    "c",
                    DataType::Category,
                    ColumnData::Category { codes: vec![0, MISSING_CODE, 0, 0, 0], labels: vec!["a".into()] },
                ),
                Column::new("t", DataType::Timestamp, ColumnData::Timestamp(vec![1, 2, MISSING_TIME, 4, 5])),
                Column::new("s", DataType::Text, ColumnData::Text { missing }),
            ],
            5,
        )
    }

    #[test]
    fn every_type_has_missing_cells() {
        let applied = apply(&table(), None, 1).unwrap();
        assert_eq!((applied.rows, applied.table), (4, table().take_rows(&[3])));
        assert_eq!(applied.sentence, "Drop rows with any missing cell (4 rows)");
        assert_eq!(applied.python, "df = df.dropna()");
    }

    #[test]
    fn only_the_named_columns_are_looked_at() {
        let columns = ["t".to_string(), "x".to_string()];
        let applied = apply(&table(), Some(&columns), 1).unwrap();
        assert_eq!((applied.rows, applied.table), (2, table().take_rows(&[1, 3, 4])));
        assert_eq!(applied.sentence, "Drop rows with a missing cell in t and x (2 rows)");
        assert_eq!(applied.python, r#"df = df.dropna(subset=["t", "x"])"#);
        let one = apply(&table(), columns.get(1..), 1).unwrap();
        assert_eq!(one.sentence, "Drop rows with a missing x (1 row)");
    }

    #[test]
    fn the_last_row_cannot_be_dropped() {
        let two = table().take_rows(&[0, 1]);
        let error = apply(&two, None, 3).unwrap_err();
        assert_eq!(error, CleanError::NoRows { rule: 3, n_rows: 2, column: "c".into(), n_missing: 1 });
        let empty = Table::new(vec![Column::float("x", vec![])], 0);
        assert_eq!(apply(&empty, None, 1).unwrap().rows, 0);
    }
}
