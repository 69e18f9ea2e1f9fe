//! Bytes → table, profile and problems, block by block.

mod options;
mod profile;
mod summary;

pub use options::{IngestOptions, LongRows};
pub use profile::{ColumnProfile, Histogram, TopValue};
pub use summary::{Dialect, Encoding, IngestSummary, Note, Problem, ProblemKind, Problems};
