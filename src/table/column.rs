//! A typed column.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Bitmap;

/// The code of a missing cell in a category column.
pub const MISSING_CODE: u16 = u16::MAX;
/// The value of a missing cell in a timestamp column.
pub const MISSING_TIME: i64 = i64::MIN;

/// What a column's cells mean. The order is the order of widening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataType {
    /// `True`/`False`, stored as 1 and 0.
    Boolean,
    /// Whole numbers of at most 2^53, so that f64 holds them exactly.
    Integer,
    /// f64.
    Float,
    /// ISO dates and times, as milliseconds since 1970 (UTC).
    Timestamp,
    /// Text with at most 65,535 distinct values, as codes into a dictionary.
    Category,
    /// Free text: only counted, not kept.
    Text,
}

impl DataType {
    /// The name in files and handles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Timestamp => "timestamp",
            Self::Category => "category",
            Self::Text => "text",
        }
    }

    /// Whether `select_dtypes("number")` keeps it, as pandas decides: not booleans, dates or text.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Float)
    }
}

/// The cells of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnData {
    /// Integer, float and boolean cells; NaN is missing.
    Number(Vec<f64>),
    /// Milliseconds since 1970 (UTC); `MISSING_TIME` is missing.
    Timestamp(Vec<i64>),
    /// A code a row into `labels`; `MISSING_CODE` is missing.
    Category { codes: Vec<u16>, labels: Vec<String> },
    /// Text that is not kept: only which cells are missing.
    Text { missing: Bitmap },
}

/// A named, typed column. The cells are shared: cloning a column copies no data.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub data_type: DataType,
    pub data: Arc<ColumnData>,
}

impl Column {
    /// A column from its parts.
    #[must_use]
    pub fn new(name: impl Into<String>, data_type: DataType, data: ColumnData) -> Self {
        Self { name: name.into(), data_type, data: Arc::new(data) }
    }

    /// A float column.
    #[must_use]
    pub fn float(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self::new(name, DataType::Float, ColumnData::Number(values))
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match &*self.data {
            ColumnData::Number(values) => values.len(),
            ColumnData::Timestamp(values) => values.len(),
            ColumnData::Category { codes, .. } => codes.len(),
            ColumnData::Text { missing } => missing.len(),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers of an integer, float or boolean column; `None` for the rest.
    #[must_use]
    pub fn numbers(&self) -> Option<&[f64]> {
        match &*self.data {
            ColumnData::Number(values) => Some(values),
            _ => None,
        }
    }

    /// Whether the cell of this row is missing.
    #[must_use]
    pub fn is_missing(&self, row: usize) -> bool {
        match &*self.data {
            ColumnData::Number(values) => values.get(row).is_none_or(|value| value.is_nan()),
            ColumnData::Timestamp(values) => values.get(row).is_none_or(|value| *value == MISSING_TIME),
            ColumnData::Category { codes, .. } => codes.get(row).is_none_or(|code| *code == MISSING_CODE),
            ColumnData::Text { missing } => missing.get(row),
        }
    }

    /// How many cells are missing.
    #[must_use]
    pub fn n_missing(&self) -> usize {
        match &*self.data {
            ColumnData::Number(values) => values.iter().filter(|value| value.is_nan()).count(),
            ColumnData::Timestamp(values) => values.iter().filter(|value| **value == MISSING_TIME).count(),
            ColumnData::Category { codes, .. } => codes.iter().filter(|code| **code == MISSING_CODE).count(),
            ColumnData::Text { missing } => missing.count_ones(),
        }
    }

    /// The rows whose index `rows` lists, in that order. Indices beyond the end come out missing.
    #[must_use]
    pub fn take(&self, rows: &[u32]) -> Self {
        let data = match &*self.data {
            ColumnData::Number(values) => ColumnData::Number(pick(values, rows, f64::NAN)),
            ColumnData::Timestamp(values) => ColumnData::Timestamp(pick(values, rows, MISSING_TIME)),
            ColumnData::Category { codes, labels } => {
                ColumnData::Category { codes: pick(codes, rows, MISSING_CODE), labels: labels.clone() }
            }
            ColumnData::Text { missing } => {
                let mut taken = Bitmap::default();
                rows.iter().for_each(|row| taken.push(missing.get(*row as usize)));
                ColumnData::Text { missing: taken }
            }
        };
        Self::new(self.name.clone(), self.data_type, data)
    }
}

fn pick<T: Copy>(values: &[T], rows: &[u32], missing: T) -> Vec<T> {
    rows.iter().map(|row| values.get(*row as usize).copied().unwrap_or(missing)).collect()
}
