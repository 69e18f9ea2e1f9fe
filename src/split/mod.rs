//! Train and test rows, row for row as scikit-learn's `train_test_split`.

pub mod cv;
mod draw;
mod error;
mod spec;
mod strata;
mod summarise;

pub use crate::base::RandomState;
pub use draw::{Split, rows_digest, train_test_split};
pub use error::SplitError;
pub use spec::{SplitSpec, SplitSummary, TestSize};
pub use strata::{class_codes, strata};
pub use summarise::summarise;
