//! Why a run could not be taken out.

use crate::base::{Coded, ErrorReport};

/// Why an export could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("This run has no fitted model: it stopped before training ended. Reproduce it, then export.")]
    NoModel,
    #[error("{what} cannot be written as {format}. {remedy}")]
    NotExpressible { what: String, format: &'static str, remedy: &'static str },
    #[error("The data at hand is not what the run read: the digests differ. Open the run's own file, then hand in.")]
    OtherData,
    #[error("The archive could not be packed: {0}.")]
    Archive(#[from] zip::result::ZipError),
    #[error("The file could not be written: {0}.")]
    Text(#[from] serde_json::Error),
    #[error("The run could not be written: {0}.")]
    Packed(#[from] rmp_serde::encode::Error),
    #[error("The file could not be written: {0}.")]
    Yaml(#[from] serde_saphyr::SerializeError),
}

impl Coded for ExportError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoModel => "export.no_model",
            Self::NotExpressible { .. } => "export.not_expressible",
            Self::OtherData => "export.other_data",
            Self::Archive(_) => "export.archive",
            Self::Text(_) => "export.text",
            Self::Yaml(_) => "export.yaml",
            Self::Packed(_) => "export.packed",
        }
    }
}

impl From<ExportError> for ErrorReport {
    fn from(error: ExportError) -> Self {
        error.report()
    }
}
