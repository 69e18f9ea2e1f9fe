//! A file of an export.

/// A file inside an export: where it stands, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// Relative, with `/` between its parts, such as `steps/clean_data.py`; with `/` at its end it is an empty folder.
    pub path: String,
    pub bytes: Vec<u8>,
    /// Whether it may be run as a program.
    pub is_executable: bool,
}

impl ExportFile {
    /// A file of text, or of bytes.
    #[must_use]
    pub fn new(path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: content.into(), is_executable: false }
    }

    /// A script that may be run.
    #[must_use]
    pub fn script(path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { is_executable: true, ..Self::new(path, content) }
    }

    /// The same file in a folder.
    #[must_use]
    pub fn under(self, folder: &str) -> Self {
        Self { path: format!("{folder}/{}", self.path), ..self }
    }
}
