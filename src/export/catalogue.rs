//! The list of exports: what each is, for the command line and the page. What makes them is in `make`, apart, so that a page
//! that shows the list need not carry the makers.

use super::{code, mlflow, model};
use crate::tracking::RunRecord;

/// A way to take runs out.
#[derive(Debug, PartialEq, Eq)]
pub struct Export {
    pub kind: ExportKind,
    /// What the command line calls it, such as `onnx`; also the handle `export-onnx` of the page.
    pub name: &'static str,
    /// What the page calls it.
    pub title: &'static str,
    pub group: ExportGroup,
    /// Whether one file can hold several runs.
    pub takes_many: bool,
    /// The ending of the file's name, such as `.onnx` or `-zenml.zip`.
    pub ending: &'static str,
    /// The file's media type.
    pub media_type: &'static str,
    /// What it contains, in a sentence.
    pub contains: &'static str,
    /// How it is used: up to three lines, commands as they are typed.
    pub usage: &'static [&'static str],
}

/// The kinds, for `make`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportKind {
    Mlflow,
    Model,
    Docker,
    Onnx,
    Html,
    Sklearn,
    Pickle,
    ModelJson,
    Script,
    Notebook,
    Zenml,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportGroup {
    /// The record of what was done.
    Tracking,
    /// What predicts.
    Model,
    /// What does it all again.
    Code,
}

impl ExportGroup {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Tracking, Self::Model, Self::Code];

    /// What the page calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Tracking => "The run",
            Self::Model => "The model",
            Self::Code => "The code",
        }
    }
}

/// All exports, in the order in which they are offered.
pub static EXPORTS: &[Export] = &[
    mlflow::MLFLOW,
    model::MODEL,
    model::DOCKER,
    model::ONNX,
    model::HTML,
    model::SKLEARN,
    model::PICKLE,
    model::MODEL_JSON,
    code::SCRIPT,
    code::NOTEBOOK,
    code::ZENML,
];

/// The export of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Export> {
    EXPORTS.iter().find(|export| export.name == name)
}

/// The name of the file: of one run its own.
#[must_use]
pub fn file_name(export: &Export, runs: &[RunRecord]) -> String {
    let name = match runs {
        [run] => run.info.run_name.as_str(),
        _ => "pipette-runs",
    };
    // Signs that some file system has another meaning for.
    let is_plain = |letter: char| !letter.is_control() && !r#"/\\:*?"<>|"#.contains(letter);
    let name: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '-' }).collect();
    format!("{}{}", name.trim_matches(['.', ' ']), export.ending)
}
