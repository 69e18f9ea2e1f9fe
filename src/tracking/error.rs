//! Why something could not be kept or found again.

use crate::base::Coded;

/// What can go wrong with a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    #[error(
        "This browser does not let the page keep anything ({0}). Runs work, but are gone when the tab closes. \
         Leave private browsing, or allow this site to store data, and reload."
    )]
    Unavailable(String),
    #[error(
        "The disk space that the browser gives this site is used up. Nothing was lost, and this was not kept. \
         Download the run, then delete old runs or free space on the disk, and run again."
    )]
    Quota,
    #[error("{what} in the browser's store cannot be read ({reason}). The rest is untouched. Run it again.")]
    Damaged { what: String, reason: String },
    #[error("The store was written by a newer Pipette. Reload the page to get that version.")]
    Newer,
    #[error("The browser's store refused ({0}). Nothing was changed. Run again; if it goes on, reload the page.")]
    Refused(String),
    #[error(
        "{0} has been changed meanwhile, perhaps in another tab or by a later change. Look at it, then do this again."
    )]
    Conflict(String),
}

/// Why a change was not made: the name, tag or place that was asked for cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    #[error("A name is lacking. Write at least one letter or digit.")]
    NoName,
    #[error("{what} has {length} characters, and may have {most}. Shorten it.")]
    TooLong { what: &'static str, length: usize, most: usize },
    #[error("There is an experiment {0:?} already. Choose another name, or move the runs there.")]
    NameTaken(String),
    #[error("The experiment \"Default\" takes what has no other place, and cannot be deleted. Rename or archive it.")]
    DefaultExperiment,
    #[error("The experiment {0:?} is in the bin. Restore it first.")]
    ExperimentDeleted(String),
    #[error("The tag {0:?} is written by Pipette. Choose another name.")]
    ReservedTag(String),
}

impl Coded for ChangeError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoName => "change.no_name",
            Self::TooLong { .. } => "change.too_long",
            Self::NameTaken(_) => "change.name_taken",
            Self::DefaultExperiment => "change.default_experiment",
            Self::ExperimentDeleted(_) => "change.experiment_deleted",
            Self::ReservedTag(_) => "change.reserved_tag",
        }
    }
}

impl Coded for StoreError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "store.unavailable",
            Self::Quota => "store.quota",
            Self::Damaged { .. } => "store.damaged",
            Self::Newer => "store.newer",
            Self::Refused(_) => "store.refused",
            Self::Conflict(_) => "store.conflict",
        }
    }
}
