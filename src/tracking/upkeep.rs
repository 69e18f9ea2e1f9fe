//! What a store takes, and what is cleared of it.

use serde::{Deserialize, Serialize};

use super::StoreError;

/// How much a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StoreUsage {
    /// Those in the bin too.
    pub n_runs: u64,
    /// Models, pipelines, deployments, stacks, the log of changes and other small texts.
    pub n_documents: u64,
    /// Steps whose result is found again.
    pub n_steps: u64,
    /// Tables of steps, so that the file need not be read again.
    pub n_artifacts: u64,
    pub artifact_bytes: u64,
    /// Datasets that were opened: what is known of them, without their contents.
    pub n_datasets: u64,
}

/// Looks after a store.
#[expect(async_fn_in_trait, reason = "stores live on one thread: no future needs to be Send")]
pub trait Upkeep {
    /// What it holds.
    ///
    /// # Errors
    /// `Unavailable`, `Refused`.
    async fn usage(&self) -> Result<StoreUsage, StoreError>;

    /// Empties the cache: steps and artifacts. All of it can be computed again, from the files.
    ///
    /// # Errors
    /// As `usage`.
    async fn clear_cache(&self) -> Result<(), StoreError>;

    /// Removes everything, for good, at once or not at all.
    ///
    /// # Errors
    /// As `usage`.
    async fn erase(&self) -> Result<(), StoreError>;
}
