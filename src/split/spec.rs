//! The `split` part of the pipeline file, and what splitting gave.

use serde::{Deserialize, Serialize};

use crate::base::Digest;
use crate::ingest::Histogram;

/// scikit-learn's arguments of `train_test_split`, with the course's values as defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SplitSpec {
    pub test_size: TestSize,
    /// 0 to 2^32 − 1.
    pub random_state: u32,
    pub shuffle: bool,
    /// The column whose classes keep their shares in both parts.
    pub stratify: Option<String>,
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self { test_size: TestSize::Share(0.2), random_state: 42, shuffle: true, stratify: None }
    }
}

/// A share of the rows (0 to 1, both excluded), or a number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "`test_size` is a share between 0 and 1, or a number of rows")]
pub enum TestSize {
    /// Written as a JSON integer.
    Count(u64),
    /// Written as a JSON number with a point.
    Share(f64),
}

/// The result of the split that is kept with a run and shown on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitSummary {
    pub n_train: u64,
    pub n_test: u64,
    /// Digest over the train rows, then the test rows, as little-endian u32: two runs with the same digest tested on the same rows.
    pub rows_digest: Digest,
    /// The first train and test rows, in scikit-learn's order.
    pub first_train: Vec<u32>,
    pub first_test: Vec<u32>,
    /// The target's distribution in both parts, over the same bins; `None` when it is not numeric.
    pub target_train: Option<Histogram>,
    pub target_test: Option<Histogram>,
    /// Means of the target in both parts.
    pub target_mean_train: Option<f64>,
    pub target_mean_test: Option<f64>,
}
