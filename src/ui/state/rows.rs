//! A window onto the rows of the file, for the virtual table.

/// Some consecutive rows as they stand in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowPage {
    /// Number of the first row, from 0.
    pub start: u64,
    /// Rows in the whole file.
    pub total: u64,
    /// One list of cells a row.
    pub rows: Vec<Vec<String>>,
}
