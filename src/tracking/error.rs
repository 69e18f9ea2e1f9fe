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
}

impl Coded for StoreError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "store.unavailable",
            Self::Quota => "store.quota",
            Self::Damaged { .. } => "store.damaged",
            Self::Newer => "store.newer",
            Self::Refused(_) => "store.refused",
        }
    }
}
