//! The list of exports of one run.

use super::{ExportError, mlflow, model};
use crate::tracking::RunRecord;

/// A way to take a run out.
#[derive(Debug)]
pub struct Export {
    /// What the command line calls it, such as `onnx`; also the handle `export-onnx` of the page.
    pub name: &'static str,
    /// What the page calls it.
    pub title: &'static str,
    /// The ending of the file's name, such as `.onnx` or `-zenml.zip`.
    pub ending: &'static str,
    /// The file's media type.
    pub media_type: &'static str,
    /// What it contains, in a sentence.
    pub contains: &'static str,
    /// How it is used: up to three lines, commands as they are typed.
    pub usage: &'static [&'static str],
    pub make: fn(&RunRecord) -> Result<Vec<u8>, ExportError>,
}

impl PartialEq for Export {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// All exports of one run, in the order in which they are offered.
pub static EXPORTS: &[Export] =
    &[mlflow::MLFLOW, model::MODEL, model::MODEL_JSON, model::ONNX, model::SKLEARN, model::PICKLE, model::HTML];

/// The export of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Export> {
    EXPORTS.iter().find(|export| export.name == name)
}
