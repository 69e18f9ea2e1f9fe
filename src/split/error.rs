//! Why a table cannot be split.

use crate::base::Coded;
use crate::table::DataType;

/// Why a table cannot be split. The cases are scikit-learn's.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    #[error("A test size of {0} is not possible. Set a share between 0 and 1, or a whole number of rows from 1.")]
    TestSize(f64),
    #[error(
        "A test set of {test_size} rows leaves no train rows, because the table has {n_rows}. Set a smaller test size."
    )]
    CountTooLarge { test_size: u64, n_rows: usize },
    #[error(
        "With {n_rows} {rows} and a test size of {test_size}, no train rows are left. Use a file with more rows, or set a smaller test size.",
        rows = if *n_rows == 1 { "row" } else { "rows" }
    )]
    EmptyTrain { test_size: f64, n_rows: usize },
    #[error("The table has {0} rows, and at most 4,294,967,295 can be split. Use a part of the file.")]
    TooManyRows(usize),
    #[error("Stratifying needs shuffled rows. Turn shuffling on, or stratifying off.")]
    StratifyWithoutShuffle,
    #[error("There is no column {0:?} to stratify by after cleaning. Choose another column, or keep this one.")]
    UnknownColumn(String),
    #[error(
        "The column {column:?} has {n_missing} missing cells, and stratifying needs a class for every row. Fill them or drop those rows with a rule."
    )]
    StratifyMissing { column: String, n_missing: usize },
    #[error(
        "The column {column:?} is {}, whose values are not kept, so it cannot be stratified by. Choose a column with few different values.",
        data_type.as_str()
    )]
    StratifyText { column: String, data_type: DataType },
    #[error(
        "{n_small} of the {n_classes} classes to stratify by have a single row, and each needs at least 2 (one to train, one to test). Stratify by a column with fewer different values, or turn stratifying off."
    )]
    ClassTooSmall { n_small: usize, n_classes: usize },
    #[error(
        "The {part} part has {n_rows} rows, fewer than the {n_classes} classes to stratify by. Change the test size, or stratify by a column with fewer different values."
    )]
    FewerRowsThanClasses { part: &'static str, n_rows: usize, n_classes: usize },
    #[error("{n_classes} classes were given for {n_rows} rows; stratifying needs one a row.")]
    ClassesLength { n_classes: usize, n_rows: usize },
}

impl Coded for SplitError {
    fn code(&self) -> &'static str {
        match self {
            Self::TestSize(_) => "split.test_size",
            Self::CountTooLarge { .. } => "split.count_too_large",
            Self::EmptyTrain { .. } => "split.empty_train",
            Self::TooManyRows(_) => "split.too_many_rows",
            Self::StratifyWithoutShuffle => "split.stratify_without_shuffle",
            Self::UnknownColumn(_) => "split.unknown_column",
            Self::StratifyMissing { .. } => "split.stratify_missing",
            Self::StratifyText { .. } => "split.stratify_text",
            Self::ClassTooSmall { .. } => "split.class_too_small",
            Self::FewerRowsThanClasses { .. } => "split.fewer_rows_than_classes",
            Self::ClassesLength { .. } => "split.classes_length",
        }
    }
}
