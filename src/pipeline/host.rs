//! What the engine needs from wherever it runs: bytes, time, ears. Core has none of its own.

use super::PipelineEvent;
use crate::base::ErrorReport;

/// A file's bytes, in order, as often as wanted.
#[expect(async_fn_in_trait, reason = "single-threaded on every target: no Send bound is wanted")]
pub trait ByteSource {
    /// The file's name.
    fn name(&self) -> &str;
    /// The file's size in bytes.
    fn len(&self) -> u64;
    /// Whether the file has no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Starts again at the first byte.
    async fn rewind(&mut self) -> Result<(), ErrorReport>;
    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ErrorReport>;
}

/// The surroundings of a run.
#[expect(async_fn_in_trait, reason = "single-threaded on every target: no Send bound is wanted")]
pub trait Host {
    /// Seconds on a clock that only goes forward.
    fn seconds(&self) -> f64;
    /// Unix milliseconds.
    fn now(&self) -> i64;
    /// Bytes of memory that are held now, where that is known.
    fn memory(&self) -> Option<u64> {
        None
    }
    /// Tells the listener.
    fn emit(&self, event: PipelineEvent);
    /// Whether somebody asked for the run to stop.
    fn is_cancelled(&self) -> bool;
    /// Lets others have a turn: in a worker, the message loop that brings a cancel.
    async fn pause(&self);
}
