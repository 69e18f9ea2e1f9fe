//! Turns for others while an answer is made.

use super::super::Stop;

/// The surroundings of an analysis: told how far it is between two pieces of work, and asked whether to go on.
#[expect(async_fn_in_trait, reason = "single-threaded on every target: no Send bound is wanted")]
pub trait Pace {
    /// `done` of `total` (rows, fits or shuffles) are done. Lets others have a turn where it is time.
    ///
    /// # Errors
    /// `Cancelled` when nobody wants the answer any more.
    async fn breathe(&self, done: u64, total: u64) -> Result<(), Stop>;
}
