//! Why an archive or folder was not brought in.

use crate::base::{Coded, ErrorReport};

/// What is refused, whole: nothing of it has been kept then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    #[error("This is no ZIP archive that can be read ({0}). Zip the folder mlruns anew, or open the folder itself.")]
    NotZip(String),
    #[error("This ZIP is no archive of a Pipette workspace. Choose the file that “Back up” saved.")]
    NotThis,
    #[error(
        "This archive is of version {found}; this Pipette knows up to {known}. Reload the page for the newest one."
    )]
    Newer { found: u32, known: u32 },
    #[error(
        "There is no mlruns folder in it: no experiment's meta.yaml was found. Zip the folder that MLflow keeps its runs in; \
         a mlflow.db (SQLite) cannot be opened."
    )]
    NoRuns,
    #[error("There are several mlruns folders in it ({0} and {1}). Zip one of them.")]
    Several(String, String),
    #[error("{0:?} would lie outside of the archive's own folder, or under a name no system can hold. Zip it anew.")]
    Path(String),
    #[error("{0:?} is there twice. Zip the folder anew.")]
    Twice(String),
    #[error("{0:?} is a link to another file. Zip the files themselves.")]
    Link(String),
    #[error("{0:?} is encrypted. Zip the folder without a password.")]
    Encrypted(String),
    #[error("It has {count} files, and may have {most}. Zip fewer experiments.")]
    TooMany { count: usize, most: usize },
    #[error("{what} unpacks to {bytes} bytes, and may have {most}. Zip fewer runs, or leave large artifacts out.")]
    TooLarge { what: String, bytes: u64, most: u64 },
    #[error(
        "{0:?} unpacks to over {1} times its size, as archives do that are made to fill a disk. It was not unpacked."
    )]
    Bomb(String, u64),
    #[error("{path:?} cannot be unpacked ({reason}). The archive is damaged; zip the folder anew.")]
    Damaged { path: String, reason: String },
    #[error(
        "{path:?} cannot be read: {reason}. Open the folder with MLflow to see whether it is whole, and zip it anew."
    )]
    Unreadable { path: String, reason: String },
}

impl Coded for ImportError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotZip(_) => "import.not_zip",
            Self::NotThis => "import.not_this",
            Self::Newer { .. } => "import.newer",
            Self::NoRuns => "import.no_runs",
            Self::Several(..) => "import.several",
            Self::Path(_) => "import.path",
            Self::Twice(_) => "import.twice",
            Self::Link(_) => "import.link",
            Self::Encrypted(_) => "import.encrypted",
            Self::TooMany { .. } => "import.too_many",
            Self::TooLarge { .. } => "import.too_large",
            Self::Bomb(..) => "import.bomb",
            Self::Damaged { .. } => "import.damaged",
            Self::Unreadable { .. } => "import.unreadable",
        }
    }
}

impl From<ImportError> for ErrorReport {
    fn from(error: ImportError) -> Self {
        error.report()
    }
}
