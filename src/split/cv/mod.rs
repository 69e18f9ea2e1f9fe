//! Folds for cross-validation, row for row as scikit-learn's splitters give them.
//!
//! Each splitter is one file: its parameters, its checks, its draw, its sentence, its Python. `spec.rs` lists them.

mod error;
mod folds;
mod group_k_fold;
mod k_fold;
mod leave_one_out;
mod repeated_k_fold;
mod shuffle_split;
mod spec;
mod stratified_k_fold;
mod stratified_shuffle_split;
mod time_series_split;

pub use error::CvError;
pub use folds::{Fold, Folds};
pub use group_k_fold::GroupKFold;
pub use k_fold::KFold;
pub use leave_one_out::LeaveOneOut;
pub use repeated_k_fold::RepeatedKFold;
pub use shuffle_split::ShuffleSplit;
pub use spec::{CvSpec, LabelSource, Splitter, SplitterEntry};
pub use stratified_k_fold::StratifiedKFold;
pub use stratified_shuffle_split::StratifiedShuffleSplit;
pub use time_series_split::TimeSeriesSplit;
