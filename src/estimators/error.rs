use crate::base::Coded;
use crate::linalg::LinalgError;

/// Why nothing was fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EstimatorError {
    #[error("There are no rows to train on. Take out the rule that drops them all, or choose a smaller test_size.")]
    NoRows,
    #[error(
        "There is one row to train on, and a line needs two. Choose a smaller test_size, or a file with more rows."
    )]
    OneRow,
    #[error("tol is {tol}, and must be at least 0 and below 1. Leave it empty for the accurate answer.")]
    BadTol { tol: f64 },
    #[error("The fit failed: {0}")]
    Linalg(#[from] LinalgError),
}

impl Coded for EstimatorError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoRows => "estimators.no_rows",
            Self::OneRow => "estimators.one_row",
            Self::BadTol { .. } => "estimators.bad_tol",
            Self::Linalg(error) => error.code(),
        }
    }
}
