//! An error as a person meets it: a stable code, and a sentence with the place and the remedy.

use serde::{Deserialize, Serialize};

/// What a screen or a script shows of an error. Messages may change, codes may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReport {
    /// Stable and dotted, such as `ingest.empty_file`.
    pub code: String,
    /// Plain words: what happened, where, and how to mend it.
    pub message: String,
}

impl ErrorReport {
    /// A report from its parts.
    #[must_use]
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

/// A typed error that knows its stable code.
pub trait Coded: std::error::Error {
    /// Stable and dotted, such as `ingest.empty_file`.
    fn code(&self) -> &'static str;

    /// The error as plain data.
    fn report(&self) -> ErrorReport {
        ErrorReport::new(self.code(), self.to_string())
    }
}
