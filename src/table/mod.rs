//! A table in memory: typed columns of equal length. Columns are shared, so a cleaning rule copies only what it changes.

mod bitmap;
mod codec;
mod column;
mod labels;
mod text;

pub use bitmap::Bitmap;
pub use codec::{CodecError, from_bytes, to_bytes};
pub use column::{Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME};
pub use labels::Labels;
pub use text::timestamp_text;

/// Columns of equal length, in the file's order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    columns: Vec<Column>,
    n_rows: usize,
}

impl Table {
    /// A table of these columns. Columns of another length are cut or refused by `debug_assert`: ingest makes them equal.
    #[must_use]
    pub fn new(columns: Vec<Column>, n_rows: usize) -> Self {
        debug_assert!(columns.iter().all(|column| column.len() == n_rows));
        Self { columns, n_rows }
    }

    /// Number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// All columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The same table with only the columns that `keep` accepts.
    #[must_use]
    pub fn filter_columns(&self, keep: impl Fn(&Column) -> bool) -> Self {
        Self { columns: self.columns.iter().filter(|column| keep(column)).cloned().collect(), n_rows: self.n_rows }
    }

    /// The same table with `column` in place of the one of the same name.
    #[must_use]
    pub fn with_column(&self, column: Column) -> Self {
        let mut columns = self.columns.clone();
        if let Some(place) = columns.iter_mut().find(|old| old.name == column.name) {
            *place = column;
        }
        Self { columns, n_rows: self.n_rows }
    }

    /// The rows whose index `rows` lists, in that order.
    #[must_use]
    pub fn take_rows(&self, rows: &[u32]) -> Self {
        Self { columns: self.columns.iter().map(|column| column.take(rows)).collect(), n_rows: rows.len() }
    }
}
