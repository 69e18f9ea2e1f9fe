//! How a file is to be read: the `ingest` part of the pipeline file. What is left out is found in the file itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::table::DataType;

/// The dialect and types as far as a person fixed them; `None` means "find out".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IngestOptions {
    /// One of `,` `;` tab `|`.
    pub delimiter: Option<String>,
    /// `"."` or `","`.
    pub decimal: String,
    /// Thousands separator inside numbers, as pandas' `thousands`.
    pub thousands: Option<String>,
    /// `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`.
    pub encoding: Option<String>,
    /// Whether the first record holds the names.
    pub has_header: bool,
    /// Lines to leave out before the header.
    pub skip_rows: usize,
    /// What counts as missing; `None` is pandas' list.
    pub na_values: Option<Vec<String>>,
    /// Types fixed by name; the other columns' types are inferred.
    pub types: BTreeMap<String, DataType>,
    /// What happens to records with more fields than the header.
    pub long_rows: LongRows,
}

impl Default for IngestOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            decimal: ".".into(),
            thousands: None,
            encoding: None,
            has_header: true,
            skip_rows: 0,
            na_values: None,
            types: BTreeMap::new(),
            long_rows: LongRows::Skip,
        }
    }
}

/// What happens to a record with more fields than the header has names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LongRows {
    /// The record is left out and listed as a problem.
    #[default]
    Skip,
    /// The fields beyond the last name are cut off, and the record is listed as a problem.
    Cut,
}
