//! What ingest has to say besides the table: the dialect it found, the profile, and what was wrong with the file.

use serde::{Deserialize, Serialize};

use super::ColumnProfile;
use crate::base::Digest;

/// How the file was written, as found or as fixed by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// `,` `;` tab or `|`.
    pub delimiter: char,
    /// `.` or `,`.
    pub decimal: char,
    /// The mark between thousands, where there is one.
    #[serde(default)]
    pub thousands: Option<char>,
    pub encoding: Encoding,
    pub has_header: bool,
}

/// The text encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// The WHATWG label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// The result of ingest that is kept with a run and shown on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IngestSummary {
    /// The file's name.
    pub name: String,
    /// Digest of the file's bytes.
    pub digest: Digest,
    pub bytes: u64,
    pub rows: u64,
    pub dialect: Dialect,
    /// One profile a column, in the file's order.
    pub columns: Vec<ColumnProfile>,
    pub problems: Problems,
    /// What a person should know or decide, in plain words.
    pub notes: Vec<Note>,
}

/// Records that did not become rows, or did so only in part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Problems {
    /// How many records had a problem.
    pub count: u64,
    /// How many of them are missing from the table.
    pub skipped: u64,
    /// The first of them (at most 1,000).
    pub first: Vec<Problem>,
}

/// One record with a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The line on which the record starts; counts from 1, as editors do.
    pub line: u64,
    pub kind: ProblemKind,
    /// Plain words with the remedy.
    pub reason: String,
    /// The record as it stands in the file, cut to 200 characters.
    pub text: String,
}

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    TooManyFields,
    TooFewFields,
    UnclosedQuote,
}

/// Something a person should know of a file or one of its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Stable, such as `windows_1252`, `leading_zeros`, `index_column`, `looks_like_no_header`, `extra_missing_tokens`.
    pub code: String,
    pub column: Option<String>,
    pub message: String,
}
