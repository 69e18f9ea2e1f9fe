//! Why a server could not be named, and why it was not told.

use crate::base::{Coded, ErrorReport};
use crate::export::ExportError;

/// Why these settings are no experiment tracker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrackerError {
    #[error("“{0}” is not the address of a server. Write it as the browser shows it, such as http://127.0.0.1:5000.")]
    NotAnAddress(String),
    #[error("The address has a name or password in it, which this page would have to keep. Leave it out.")]
    Credentials,
    #[error("Name the experiment on the server. It is made there if it is not there yet.")]
    NoExperiment,
    #[error("What is kept of the experiment tracker cannot be read. Set it up again.")]
    Unreadable,
}

impl Coded for TrackerError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAnAddress(_) => "tracker.not_an_address",
            Self::Credentials => "tracker.credentials",
            Self::NoExperiment => "tracker.no_experiment",
            Self::Unreadable => "tracker.unreadable",
        }
    }
}

/// Why the server was not told. What was to be told goes on waiting.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    #[error("The MLflow server does not answer ({0}). What waits for it is kept, and sent when it is back.")]
    Away(String),
    #[error("The MLflow server is out of order (status {0}). What waits for it is kept, and sent when it is back.")]
    OutOfOrder(u16),
    #[error("The MLflow server refused with {code}: {message} It is kept, and tried again later.")]
    Refused { status: u16, code: String, message: String },
    #[error("What answers there is not MLflow's REST API ({0}). Check the address of the experiment tracker.")]
    NotMlflow(String),
    #[error("The experiment “{0}” is in the server's bin. Restore it there, or name another one here.")]
    ExperimentDeleted(String),
    #[error(transparent)]
    Export(#[from] ExportError),
}

impl LiveError {
    /// Whether the server as a whole cannot be told anything now.
    #[must_use]
    pub fn is_of_server(&self) -> bool {
        !matches!(self, Self::Refused { .. } | Self::Export(_))
    }

    /// Whether the server does not know what was named.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "RESOURCE_DOES_NOT_EXIST")
    }

    /// Whether the server has one of that name already.
    pub(super) fn exists(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "RESOURCE_ALREADY_EXISTS")
    }

    /// Whether this server's MLflow has no such request.
    pub(super) fn is_unknown_request(&self) -> bool {
        matches!(self, Self::Refused { status: 404 | 405, code, .. } if code != "RESOURCE_DOES_NOT_EXIST")
    }
}

impl Coded for LiveError {
    fn code(&self) -> &'static str {
        match self {
            Self::Away(_) => "tracker.away",
            Self::OutOfOrder(_) => "tracker.out_of_order",
            Self::Refused { .. } => "tracker.refused",
            Self::NotMlflow(_) => "tracker.not_mlflow",
            Self::ExperimentDeleted(_) => "tracker.experiment_deleted",
            Self::Export(error) => error.code(),
        }
    }
}

impl From<LiveError> for ErrorReport {
    fn from(error: LiveError) -> Self {
        error.report()
    }
}
