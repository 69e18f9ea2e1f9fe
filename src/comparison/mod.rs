//! What differs: between runs, between versions of a pipeline, between versions of a dataset.

mod drift;
mod pipelines;
mod rows;
mod runs;
mod tables;

pub use drift::{ColumnDrift, DatasetDrift, Magnitude, dataset_drift, file_versions, psi};
pub use pipelines::{Change, ChangeKind, diff};
pub use rows::{Judged, judge, judging_metric, same_signature, same_test_rows};
pub use runs::{CoefficientRow, Comparison, MetricRow, ParamRow, compare_runs, larger_is_better};
