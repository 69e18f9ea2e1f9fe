//! What a person dropped, chose or pasted: is it one file that can be read as a table?

use crate::base::{Coded, ErrorReport};

/// Something that was dropped or chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub name: String,
    pub bytes: u64,
    pub is_folder: bool,
}

/// Why it is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IncomingError {
    #[error("Nothing was dropped that could be read. Drop a CSV file, or open one with the button.")]
    Nothing,
    #[error("{name} is a folder. Open it, and drop the one CSV file that you want to look at.")]
    Folder { name: String },
    #[error("{count} files were dropped, and one pipeline reads one file. Drop the one you want to start with.")]
    Several { count: usize },
    #[error("{name} is empty: it has no bytes. Check that it was saved or downloaded to its end.")]
    Empty { name: String },
    #[error("{name} is {what}, not a CSV. {remedy}")]
    NotATable { name: String, what: &'static str, remedy: &'static str },
    #[error("The clipboard holds no table. Copy cells with their header row from a spreadsheet, or the text of a CSV.")]
    NoTablePasted,
    #[error("The browser does not let the page read the clipboard. Press ⌘V or Ctrl V instead.")]
    ClipboardRefused,
    #[error("{name} could not be read as text. Choose the pipeline.json that “Save pipeline.json” wrote.")]
    UnreadableSpec { name: String },
}

impl Coded for IncomingError {
    fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "open.nothing",
            Self::Folder { .. } => "open.folder",
            Self::Several { .. } => "open.several_files",
            Self::Empty { .. } => "ingest.empty_file",
            Self::NotATable { .. } => "open.not_a_table",
            Self::NoTablePasted => "open.no_table_pasted",
            Self::ClipboardRefused => "open.clipboard_refused",
            Self::UnreadableSpec { .. } => "pipeline.unreadable_spec",
        }
    }
}

/// Whether these are one file worth reading. What is inside is for ingest to judge; here only what the name, the number
/// and the size already say.
///
/// # Errors
/// One sentence for each way in which it is not.
pub fn check(items: &[Incoming]) -> Result<(), ErrorReport> {
    let error = match items {
        [] => IncomingError::Nothing,
        [item] if item.is_folder => IncomingError::Folder { name: item.name.clone() },
        [item] if item.bytes == 0 => IncomingError::Empty { name: item.name.clone() },
        [item] => match other_kind(&item.name) {
            None => return Ok(()),
            Some((what, remedy)) => IncomingError::NotATable { name: item.name.clone(), what, remedy },
        },
        several => IncomingError::Several { count: several.len() },
    };
    Err(error.report())
}

/// Whether a pasted text can be a table: at least two lines.
///
/// # Errors
/// `NoTablePasted`.
pub fn check_pasted(text: &str) -> Result<(), ErrorReport> {
    let n_lines = text.lines().filter(|line| !line.trim().is_empty()).take(2).count();
    if n_lines < 2 { Err(IncomingError::NoTablePasted.report()) } else { Ok(()) }
}

fn other_kind(name: &str) -> Option<(&'static str, &'static str)> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase())?;
    Some(match extension.as_str() {
        "xlsx" | "xls" | "xlsm" | "ods" | "numbers" => ("a spreadsheet", "Save the sheet as CSV and drop that."),
        "parquet" | "feather" | "arrow" => ("a columnar file", "Write it as CSV, for instance with pandas' to_csv."),
        "zip" | "7z" | "rar" | "tar" | "tgz" => ("an archive", "Unpack it and drop the CSV inside."),
        "json" | "jsonl" | "ndjson" => ("JSON", "Write it as CSV; a saved pipeline goes in with “Load pipeline.json”."),
        "pdf" | "doc" | "docx" => ("a document", "Drop a CSV."),
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg" | "heic" => ("a picture", "Drop a CSV."),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, bytes: u64) -> Incoming {
        Incoming { name: name.into(), bytes, is_folder: false }
    }

    #[test]
    fn each_wrong_thing_has_its_own_sentence() {
        let code = |items: &[Incoming]| check(items).map_err(|error| error.code);
        assert_eq!(code(&[file("orders.csv", 10)]), Ok(()));
        assert_eq!(code(&[file("orders.csv.gz", 10)]), Ok(()));
        assert_eq!(code(&[file("orders", 10)]), Ok(()));
        assert_eq!(code(&[]), Err("open.nothing".into()));
        assert_eq!(code(&[Incoming { is_folder: true, ..file("data", 0) }]), Err("open.folder".into()));
        assert_eq!(code(&[file("a.csv", 1), file("b.csv", 1)]), Err("open.several_files".into()));
        assert_eq!(code(&[file("empty.csv", 0)]), Err("ingest.empty_file".into()));
        assert_eq!(code(&[file("orders.XLSX", 10)]), Err("open.not_a_table".into()));
    }

    #[test]
    fn one_word_is_no_table() {
        assert!(check_pasted("hello\n\n").is_err());
        assert!(check_pasted("a\tb\n1\t2").is_ok());
    }
}
