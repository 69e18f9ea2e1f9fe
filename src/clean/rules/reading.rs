//! Reading columns as another type: what the rules do that leave cells missing which do not read.

use crate::clean::operation::{Applied, Operation, chosen};
use crate::clean::{CleanError, words};
use crate::table::{Column, Table};

/// The table with these columns read anew; one that comes back with the type it had stays as it is.
pub(super) fn reread(
    rule: &dyn Operation,
    table: &Table,
    columns: &[String],
    read: impl Fn(&Column) -> Result<Column, CleanError>,
) -> Result<Applied, CleanError> {
    let mut result = table.clone();
    let (mut cells, mut lost) = (0, 0);
    for column in chosen(table, Some(columns), |_| true) {
        let made = read(column)?;
        if made.data_type == column.data_type {
            continue;
        }
        lost += (made.n_missing() - column.n_missing()) as u64;
        cells += (column.len() - column.n_missing()) as u64;
        result = result.with_column(made);
    }
    let became = match lost {
        0 => String::new(),
        lost => format!(" ({} became missing)", words::count(lost, "cell")),
    };
    Ok(Applied {
        rows: if cells > 0 { table.n_rows() as u64 } else { 0 },
        cells,
        sentence: format!("{}{became}", rule.sentence()),
        python: rule.python(),
        ..Applied::new(result)
    })
}
