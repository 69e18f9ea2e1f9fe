//! Why a file could not be read at all. What spoils one record is a `Problem` beside the table instead.

use crate::base::Coded;

/// What stops ingest. `line` counts from 1, as editors do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    #[error("The file is empty. Choose a file that has a header line and rows.")]
    EmptyFile,
    #[error("The file has no header: it holds only empty lines. Its first line should hold the names of the columns.")]
    NoHeader,
    #[error(
        "The file is not text: {control} of its first {seen} bytes are control characters. Export the data as CSV, \
         or say encoding = \"utf-16le\" if it is UTF-16 text without a byte order mark."
    )]
    Binary { control: usize, seen: usize },
    #[error("This is {what}, not CSV text. {remedy}")]
    WrongFormat { what: &'static str, remedy: &'static str },
    #[error(
        "The record that starts on line {line} is longer than {mebibytes} MiB. Most likely a quote opens there and never \
         closes, or the file has no line ends: mend that line, or leave it out."
    )]
    RecordTooLong { line: u64, mebibytes: usize },
    #[error(
        "A quote opens on line {line} and never closes. Close it, or double it (\"\") where it is part of the text."
    )]
    UnclosedQuote { line: u64 },
    #[error("{option} cannot be {value:?}: {allowed}.")]
    BadOption { option: &'static str, value: String, allowed: &'static str },
    #[error(
        "Line {line}, column {column}: {value:?} is not {expected}. Make the column text, or list {value:?} as missing."
    )]
    Misfit { line: u64, column: String, value: String, expected: &'static str },
    #[error(
        "Line {line} is not UTF-8. Leave the encoding out to have it found, or choose windows-1252 if the file is from \
         an older program."
    )]
    NotUtf8 { line: u64 },
    #[error("The file changed while it was being read. Open it again.")]
    FileChanged,
}

impl Coded for IngestError {
    fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile => "ingest.empty_file",
            Self::NoHeader => "ingest.no_header",
            Self::Binary { .. } => "ingest.binary",
            Self::WrongFormat { .. } => "ingest.wrong_format",
            Self::RecordTooLong { .. } => "ingest.record_too_long",
            Self::UnclosedQuote { .. } => "ingest.unclosed_quote",
            Self::BadOption { .. } => "ingest.bad_option",
            Self::Misfit { .. } => "ingest.misfit",
            Self::NotUtf8 { .. } => "ingest.not_utf8",
            Self::FileChanged => "ingest.file_changed",
        }
    }
}
