//! What a column holds, at a glance.

use serde::{Deserialize, Serialize};

use crate::table::DataType;

/// The profile of one column. Numbers are over the cells that are not missing.
///
/// For timestamps `min`, `median`, `max`, `q1`, `q3` and the histogram's edges are milliseconds since 1970 (UTC).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    pub name: String,
    pub data_type: DataType,
    /// Cells that are not missing.
    pub count: u64,
    pub missing: u64,
    /// Number of different values; an estimate when `distinct_is_estimate`.
    pub distinct: u64,
    #[serde(default)]
    pub distinct_is_estimate: bool,
    /// Numeric, boolean (0/1) and timestamp columns only, and `None` when every cell is missing.
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub mean: Option<f64>,
    /// Sample standard deviation (n − 1), as pandas' `std`; `None` below two values.
    pub sd: Option<f64>,
    /// Exact quartiles by linear interpolation, as pandas' `quantile`.
    pub q1: Option<f64>,
    pub median: Option<f64>,
    pub q3: Option<f64>,
    /// Equal-width bins over `[min, max]` for numbers and timestamps; infinities are not in it.
    pub histogram: Option<Histogram>,
    /// The most frequent values, most frequent first (at most 10): categories, booleans and numbers with few values.
    pub top: Vec<TopValue>,
    /// One example cell, for text and ids.
    pub example: Option<String>,
    /// Number of infinite cells.
    #[serde(default)]
    pub infinite: u64,
}

/// Counts in equal-width bins over `[min, max]`; the last bin includes `max`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub min: f64,
    pub max: f64,
    pub counts: Vec<u64>,
}

/// A value and how often it occurs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TopValue {
    pub value: String,
    pub count: u64,
}
