//! Train and test rows, row for row as scikit-learn's `train_test_split`.

mod spec;

pub use spec::{SplitSpec, SplitSummary, TestSize};
