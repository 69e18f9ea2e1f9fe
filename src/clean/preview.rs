//! What one rule of a list would change, before the pipeline runs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::apply::{apply, check_columns};
use super::{CleanError, Rule};
use crate::table::{Column, ColumnData, Table};

/// What one rule changes. Rows count from 0 in the table that the rule meets.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Preview {
    /// What the rule did, with the values that it used.
    pub sentence: String,
    /// The first cells that change, and the first of new columns.
    pub changed: Vec<ChangedCell>,
    /// How many cells change in all, new columns aside.
    pub n_changed: u64,
    /// The first rows that go.
    pub removed_rows: Vec<u64>,
    pub n_removed: u64,
    pub added_columns: Vec<String>,
    pub removed_columns: Vec<String>,
}

/// A cell before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedCell {
    pub row: u64,
    pub column: String,
    /// Empty when missing; `None` for a new column, and where a text's value is not kept.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What rule `index` (from 0) does after the rules before it, whether it is switched on or off. At most `limit` cells
/// and `limit` rows are listed.
///
/// # Errors
/// As `clean`, of this rule or one before it; an `index` beyond the end gives an empty preview.
pub fn preview(table: &Table, rules: &[Rule], index: usize, limit: usize) -> Result<Preview, CleanError> {
    let (Some(before), Some(rule)) = (rules.get(..index), rules.get(index)) else { return Ok(Preview::default()) };
    let (table, summary) = super::clean(table, before)?;
    check_columns(&table, rule, index + 1, &summary.effects)?;
    let applied = apply(&table, rule, index + 1)?;
    let mut preview = Preview {
        sentence: applied.sentence,
        added_columns: applied.added_columns,
        removed_columns: applied.dropped_columns,
        ..Preview::default()
    };
    if let Some(kept) = &applied.kept {
        let mut stays = vec![false; table.n_rows()];
        kept.iter().for_each(|row| stays.get_mut(*row as usize).into_iter().for_each(|stays| *stays = true));
        let gone = (0..).zip(&stays).filter(|(_, stays)| !**stays).map(|(row, _)| row);
        preview.n_removed = stays.iter().filter(|stays| !**stays).count() as u64;
        preview.removed_rows = gone.take(limit).collect();
        // A rule that takes rows away changes no cell.
        return Ok(preview);
    }
    for after in applied.table.columns() {
        if preview.added_columns.contains(&after.name) {
            continue;
        }
        if let Some(before) = table.column(&after.name).filter(|before| !Arc::ptr_eq(&before.data, &after.data)) {
            compare(before, after, limit, &mut preview);
        }
    }
    for name in &preview.added_columns {
        let Some(column) = applied.table.column(name).filter(|_| table.column(name).is_none()) else { continue };
        let room = limit.saturating_sub(preview.changed.len());
        let cell = |row: usize| ChangedCell {
            row: row as u64,
            column: name.clone(),
            before: None,
            after: column.cell_text(row),
        };
        preview.changed.extend((0..column.len().min(room)).map(cell));
    }
    Ok(preview)
}

fn compare(before: &Column, after: &Column, limit: usize, preview: &mut Preview) {
    for row in 0..before.len().min(after.len()) {
        if is_same(before, after, row) {
            continue;
        }
        preview.n_changed += 1;
        if preview.changed.len() < limit {
            preview.changed.push(ChangedCell {
                row: row as u64,
                column: after.name.clone(),
                before: before.cell_text(row),
                after: after.cell_text(row),
            });
        }
    }
}

fn is_same(before: &Column, after: &Column, row: usize) -> bool {
    if before.is_missing(row) || after.is_missing(row) {
        return before.is_missing(row) && after.is_missing(row);
    }
    match (&*before.data, &*after.data) {
        (ColumnData::Number(a), ColumnData::Number(b)) => a.get(row) == b.get(row),
        (ColumnData::Timestamp(a), ColumnData::Timestamp(b)) => a.get(row) == b.get(row),
        (ColumnData::Category { codes: a, labels: of_a }, ColumnData::Category { codes: b, labels: of_b }) => {
            let label = |code: Option<&u16>, labels: &'_ [String]| {
                code.and_then(|code| labels.get(usize::from(*code))).cloned()
            };
            label(a.get(row), of_a) == label(b.get(row), of_b)
        }
        (ColumnData::Text { .. }, ColumnData::Text { .. }) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let nan = f64::NAN;
        Table::new(vec![Column::float("x", vec![1.0, nan, 3.0, nan]), Column::float("y", vec![1.0, 2.0, 3.0, 4.0])], 4)
    }

    fn see(json: &str, index: usize) -> Preview {
        let rules: Vec<Rule> = serde_json::from_str(json).unwrap();
        preview(&table(), &rules, index, 2).unwrap()
    }

    #[test]
    fn cells_rows_and_columns_that_change() {
        let fill = see(r#"[{"rule": "fill_missing", "strategy": "mean", "enabled": false}]"#, 0);
        assert_eq!(fill.n_changed, 2);
        assert_eq!(
            fill.changed[0],
            ChangedCell { row: 1, column: "x".into(), before: Some(String::new()), after: Some("2".into()) }
        );
        let drop = see(r#"[{"rule": "drop_missing"}]"#, 0);
        assert_eq!((drop.removed_rows.as_slice(), drop.n_removed), ([1, 3].as_slice(), 2));
        let derive = see(
            r#"[{"rule": "filter_rows", "expression": "y > 2"}, {"rule": "derive_column", "name": "z", "expression": "x + y"}]"#,
            1,
        );
        assert_eq!(derive.added_columns, ["z"]);
        let cells: Vec<_> = derive.changed.iter().map(|cell| (cell.row, cell.after.clone().unwrap())).collect();
        assert_eq!(cells, [(0, "6".into()), (1, String::new())]);
        assert_eq!(derive.changed[0].before, None);
        let columns = see(r#"[{"rule": "drop_columns", "columns": ["x"]}]"#, 0);
        assert_eq!((columns.removed_columns.as_slice(), columns.n_changed), (["x".to_string()].as_slice(), 0));
        assert_eq!(see("[]", 3), Preview::default());
    }
}
