use crate::base::Coded;
use crate::linalg::LinalgError;

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DiagnosticsError {
    #[error(
        "There are no training rows to report on. Take out the rule that drops them all, or choose a smaller test_size."
    )]
    NoRows,
    #[error("The model was trained on other columns or rows than these. Train it again.")]
    OtherData,
    #[error("A confidence of {0} is not possible. Set a number between 0 and 1, such as 0.95.")]
    Confidence(f64),
    #[error("The prediction for row {row} is too large for a number. Rescale the columns with very large values.")]
    NotFinite { row: u64 },
    #[error("{values} values were given for {features} features. Give one for each.")]
    Values { values: usize, features: usize },
    #[error(
        "{found} numeric columns are too many for a table of correlations; at most {most} are shown. Drop or choose columns first."
    )]
    TooManyColumns { found: usize, most: usize },
    #[error("The report failed: {0}")]
    Linalg(#[from] LinalgError),
}

impl Coded for DiagnosticsError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoRows => "diagnostics.no_rows",
            Self::OtherData => "diagnostics.other_data",
            Self::Confidence(_) => "diagnostics.confidence",
            Self::NotFinite { .. } => "diagnostics.not_finite",
            Self::Values { .. } => "diagnostics.values",
            Self::TooManyColumns { .. } => "diagnostics.too_many_columns",
            Self::Linalg(error) => error.code(),
        }
    }
}
