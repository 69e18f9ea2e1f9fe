//! The options of a pipeline file, checked once at the door.

use std::collections::BTreeMap;

use super::{Encoding, IngestError, IngestOptions, LongRows, missing::MissingTokens};
use crate::table::DataType;

/// `IngestOptions` after checking. `None` is to be found in the file.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) delimiter: Option<u8>,
    /// `None` when the default stands, so that a decimal comma may be found.
    pub(super) decimal: Option<u8>,
    pub(super) thousands: Option<u8>,
    pub(super) encoding: Option<Encoding>,
    pub(super) has_header: bool,
    pub(super) skip_rows: usize,
    pub(super) missing: MissingTokens,
    pub(super) types: BTreeMap<String, DataType>,
    pub(super) long_rows: LongRows,
}

impl Settings {
    /// Checks every field.
    ///
    /// # Errors
    /// `BadOption` naming the field, its value and what is allowed.
    pub(super) fn new(options: &IngestOptions) -> Result<Self, IngestError> {
        let delimiter = options.delimiter.as_deref().map(delimiter).transpose()?;
        let decimal = decimal(&options.decimal)?;
        let thousands = options.thousands.as_deref().filter(|text| !text.is_empty()).map(thousands).transpose()?;
        if thousands == Some(decimal) {
            return Err(bad("thousands", &options.decimal, "it must differ from the decimal mark"));
        }
        if delimiter == Some(decimal) {
            return Err(bad("delimiter", &options.decimal, "it must differ from the decimal mark"));
        }
        Ok(Self {
            delimiter,
            // "." is also what an untouched option says, so a decimal comma is looked for then.
            decimal: (decimal != b'.').then_some(decimal),
            thousands,
            encoding: options.encoding.as_deref().map(encoding).transpose()?,
            has_header: options.has_header,
            skip_rows: options.skip_rows,
            missing: MissingTokens::new(options.na_values.as_deref()),
            types: options.types.clone(),
            long_rows: options.long_rows,
        })
    }
}

fn bad(option: &'static str, value: &str, allowed: &'static str) -> IngestError {
    IngestError::BadOption { option, value: value.into(), allowed }
}

fn delimiter(text: &str) -> Result<u8, IngestError> {
    match text {
        "," | ";" | "\t" | "|" => Ok(text.bytes().next().unwrap_or(b',')),
        "\\t" | "tab" => Ok(b'\t'),
        _ => Err(bad("delimiter", text, "it is one of , ; tab |")),
    }
}

fn decimal(text: &str) -> Result<u8, IngestError> {
    match text {
        "." => Ok(b'.'),
        "," => Ok(b','),
        _ => Err(bad("decimal", text, "it is . or ,")),
    }
}

fn thousands(text: &str) -> Result<u8, IngestError> {
    match text.as_bytes() {
        [mark @ (b',' | b'.' | b'\'' | b' ' | b'_')] => Ok(*mark),
        _ => Err(bad("thousands", text, "it is one of , . ' _ or a space")),
    }
}

fn encoding(text: &str) -> Result<Encoding, IngestError> {
    match text.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Ok(Encoding::Utf8),
        "utf-16le" => Ok(Encoding::Utf16Le),
        "utf-16be" => Ok(Encoding::Utf16Be),
        "windows-1252" | "cp1252" | "latin-1" | "iso-8859-1" => Ok(Encoding::Windows1252),
        _ => Err(bad("encoding", text, "it is one of utf-8, utf-16le, utf-16be, windows-1252")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(options: IngestOptions) -> String {
        Settings::new(&options).unwrap_err().to_string()
    }

    #[test]
    fn wrong_options_are_named() {
        let with = |delimiter: &str| IngestOptions { delimiter: Some(delimiter.into()), ..IngestOptions::default() };
        assert_eq!(refused(with("::")), "delimiter cannot be \"::\": it is one of , ; tab |.");
        assert!(Settings::new(&with("\t")).is_ok());
        assert!(refused(IngestOptions { decimal: ";".into(), ..IngestOptions::default() }).starts_with("decimal"));
        let thousands = IngestOptions { thousands: Some(".".into()), ..IngestOptions::default() };
        assert!(refused(thousands).starts_with("thousands"));
        let encoding = IngestOptions { encoding: Some("ebcdic".into()), ..IngestOptions::default() };
        assert!(refused(encoding).contains("utf-16le"));
    }
}
