//! What an encoder is: what it takes, how it is fitted, and how it is applied.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::params::EncoderError;
use super::{FeaturesError, UnknownCategories};
use crate::base::Param;
use crate::table::{Column, DataType};

/// The columns that an encoder works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// By itself integer and float columns; booleans where they are named.
    Numbers,
    /// By itself category and boolean columns; numbers where they are named.
    Categories,
    /// Numbers and categories.
    Cells,
    /// Text that is kept: category columns.
    Texts,
    Timestamps,
}

impl Takes {
    /// Whether `columns: null` means this column.
    pub(super) fn fits(self, column: &Column) -> bool {
        match self {
            Self::Numbers => column.data_type.is_numeric(),
            Self::Categories => matches!(column.data_type, DataType::Category | DataType::Boolean),
            Self::Cells => column.numbers().is_some() || column.data_type == DataType::Category,
            Self::Texts => column.data_type == DataType::Category,
            Self::Timestamps => column.data_type == DataType::Timestamp,
        }
    }

    /// Whether the column may be named.
    pub(super) fn accepts(self, column: &Column) -> bool {
        match self {
            Self::Numbers => column.numbers().is_some(),
            Self::Categories => Self::Cells.fits(column),
            _ => self.fits(column),
        }
    }

    /// In plain words, for an error.
    pub(super) fn needs(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::Categories | Self::Texts => "categories",
            Self::Cells => "numbers or categories",
            Self::Timestamps => "dates",
        }
    }

    /// What `columns: null` means, in plain words.
    pub(super) fn every(self) -> &'static str {
        match self {
            Self::Numbers => "every numeric column",
            Self::Categories => "every category and boolean column",
            Self::Cells => "every column",
            Self::Texts => "every category column",
            Self::Timestamps => "every date column",
        }
    }

    /// The same as scikit-learn's column selector.
    pub(super) fn selector(self) -> &'static str {
        match self {
            Self::Numbers => "make_column_selector(dtype_include=\"number\")",
            Self::Categories => "make_column_selector(dtype_exclude=[\"number\", \"datetime\"])",
            Self::Cells => "make_column_selector(dtype_exclude=\"datetime\")",
            Self::Texts => "make_column_selector(dtype_exclude=[\"number\", \"datetime\", \"bool\"])",
            Self::Timestamps => "make_column_selector(dtype_include=\"datetime\")",
        }
    }
}

/// What an encoder is fitted on. Only the cells of the training rows may be looked at.
#[derive(Debug, Clone)]
pub(super) struct Training<'a> {
    /// The chosen columns, over all rows.
    pub columns: Vec<&'a Column>,
    /// Training rows, in the split's order.
    pub train: &'a [u32],
    /// The (transformed) target, over all rows.
    pub target: &'a [f64],
}

impl Training<'_> {
    /// Names of the chosen columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// The known numbers of the training rows.
    pub(super) fn numbers(&self, column: &Column) -> Vec<f64> {
        let cells = column.numbers().unwrap_or_default();
        self.train.iter().filter_map(|row| cells.get(*row as usize).copied()).filter(|cell| !cell.is_nan()).collect()
    }

    /// The same, and an error where there are none.
    pub(super) fn some_numbers(&self, encoder: &'static str, column: &Column) -> Result<Vec<f64>, FeaturesError> {
        let numbers = self.numbers(column);
        if numbers.is_empty() {
            return Err(FeaturesError::NothingToFit { encoder, column: column.name.clone() });
        }
        Ok(numbers)
    }
}

/// For each column that went in, the columns that take its place.
pub(super) type Outputs = Vec<Vec<Column>>;

/// An encoder as it stands in the pipeline file.
pub(super) trait Encoder: Default + Serialize + DeserializeOwned {
    type Fitted: Fitted;
    const NAME: &'static str;
    const LABEL: &'static str;
    const GROUP: &'static str;
    const HELP: &'static str;
    const PARAMS: &'static [Param];
    /// Lines of Python that come before `python()` is used: imports, functions.
    const IMPORTS: &'static str;

    fn columns(&self) -> &Option<Vec<String>>;
    fn columns_mut(&mut self) -> &mut Option<Vec<String>>;
    fn takes(&self) -> Takes;
    /// How a new one starts, where that is not scikit-learn's default.
    fn fresh() -> Self {
        Self::default()
    }
    /// What the ranges of `PARAMS` cannot say.
    ///
    /// # Errors
    /// The parameter that cannot be so.
    fn check(&self) -> Result<(), EncoderError> {
        Ok(())
    }
    /// One line of plain words; `columns` are those it works on.
    fn sentence(&self, columns: &str) -> String;
    /// The constructor.
    fn python(&self) -> String;
    /// Learns from the training rows.
    ///
    /// # Errors
    /// Cells that it cannot learn from.
    fn fit(&self, training: &Training<'_>) -> Result<Self::Fitted, FeaturesError>;
    /// Learns, and applies to all rows; the training rows may get other values than `apply` would give them (cross-fitting).
    ///
    /// # Errors
    /// As `fit` and `Fitted::apply`.
    fn fit_apply(
        &self,
        training: &Training<'_>,
        unknown: &mut Vec<UnknownCategories>,
    ) -> Result<(Self::Fitted, Outputs), FeaturesError> {
        let fitted = self.fit(training)?;
        let outputs = fitted.apply(&training.columns, unknown)?;
        Ok((fitted, outputs))
    }
}

/// A fitted encoder: plain numbers.
pub(super) trait Fitted: Serialize + DeserializeOwned {
    fn feature_names_in(&self) -> &[String];
    /// Applies to the columns of `feature_names_in`, in that order; row by row, so that one row gives what it gives among others.
    ///
    /// # Errors
    /// Cells that it cannot take.
    fn apply(&self, columns: &[&Column], unknown: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError>;
}
