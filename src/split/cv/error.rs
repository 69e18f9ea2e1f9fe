//! Why rows cannot be cut into folds.

use crate::base::Coded;
use crate::split::SplitError;

/// Why rows cannot be cut into folds. The cases are scikit-learn's.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CvError {
    #[error("{kind}: n_splits is {n_splits}, and cross-validation needs at least 2. Set 5, for instance.")]
    TooFewSplits { kind: &'static str, n_splits: u32 },
    #[error("{kind}: {parameter} is 0, and must be at least 1.")]
    Zero { kind: &'static str, parameter: &'static str },
    #[error(
        "{kind}: {n_splits} folds need at least {needed} rows, and there are {n_rows}. Set fewer folds, or use more rows."
    )]
    FewerRowsThanFolds { kind: &'static str, n_splits: u32, needed: usize, n_rows: usize },
    #[error(
        "stratified_k_fold: every class has fewer than {n_splits} rows. Set fewer folds, or stratify by a column with fewer different values."
    )]
    ClassesTooSmall { n_splits: u32 },
    #[error(
        "group_k_fold: {n_splits} folds need as many groups, and the rows have {n_groups}. Set fewer folds, or choose another column of groups."
    )]
    FewerGroupsThanFolds { n_splits: u32, n_groups: usize },
    #[error("group_k_fold: no column of groups is chosen. Name it in `groups`.")]
    NoGroups,
    #[error("There is no column {0:?} to make folds by after cleaning. Choose another column, or keep this one.")]
    UnknownColumn(String),
    #[error("{n_labels} labels were given for {n_rows} rows; {kind} needs one a row.")]
    Labels { kind: &'static str, n_labels: usize, n_rows: usize },
    #[error("{kind}: {source}")]
    Split { kind: &'static str, source: SplitError },
    #[error("The table has {0} rows, and at most 4,294,967,295 can be cut into folds. Use a part of the file.")]
    TooManyRows(usize),
}

impl Coded for CvError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooFewSplits { .. } => "cv.too_few_splits",
            Self::Zero { .. } => "cv.zero",
            Self::FewerRowsThanFolds { .. } => "cv.fewer_rows_than_folds",
            Self::ClassesTooSmall { .. } => "cv.classes_too_small",
            Self::FewerGroupsThanFolds { .. } => "cv.fewer_groups_than_folds",
            Self::NoGroups => "cv.no_groups",
            Self::UnknownColumn(_) => "cv.unknown_column",
            Self::Labels { .. } => "cv.labels",
            Self::Split { source, .. } => source.code(),
            Self::TooManyRows(_) => "cv.too_many_rows",
        }
    }
}
