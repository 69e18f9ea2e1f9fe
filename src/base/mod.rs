//! What every room may use: digests, careful sums, error reports.

mod digest;
mod report;
mod sum;

pub use digest::{Digest, Hasher};
pub use report::{Coded, ErrorReport};
pub use sum::{Sum, mean, sum};
