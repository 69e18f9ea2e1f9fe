use crate::base::Coded;
use crate::linalg::LinalgError;

/// Why something was not validated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ValidationError {
    #[error(
        "There are no rows to validate with. Take out the rule that drops them all, or choose a smaller test_size."
    )]
    NoRows,
    #[error("The folds were made for other rows than these. Make them again.")]
    OtherRows,
    #[error("Fold {fold} has no {part} rows. Set fewer folds, or another test size.")]
    EmptyFold { fold: usize, part: &'static str },
    #[error("Fold {fold}: {message}")]
    Fit { fold: usize, code: &'static str, message: String },
    #[error(
        "The estimator gave {found} coefficients for {expected} features. This is a fault of Pipette: please report it."
    )]
    Coefficients { expected: usize, found: usize },
    #[error("The prediction for row {row} is too large for a number. Rescale the columns with very large values.")]
    NotFinite { row: u64 },
    #[error("There are no candidates to compare. Give each parameter at least one value.")]
    NoCandidates,
    #[error("{n} combinations of parameters are too many (at most {most}). Give fewer values, or search at random.")]
    TooManyCandidates { n: u128, most: usize },
    #[error("{name} has no list of values. Write one, such as [0.1, 1, 10].")]
    NoValues { name: String },
    #[error("A confidence of {0} is not possible. Set a number between 0 and 1, such as 0.95.")]
    Confidence(f64),
    #[error("{what} is 0, and must be at least 1.")]
    Zero { what: &'static str },
    #[error("The two models were validated on {a} and {b} folds. Compare them on the same folds, two or more.")]
    OtherFolds { a: usize, b: usize },
    #[error(
        "There is no metric {name}. Choose one of r2, rmse, mae, mse, medae, max_error, mape, explained_variance, adj_r2."
    )]
    UnknownMetric { name: String },
    #[error("{name} is not defined for these rows. Judge more rows, or choose rmse.")]
    Undefined { name: String },
    #[error("All {n} resamples failed: {message}")]
    AllResamplesFailed { n: u64, message: String },
    #[error("The factor failed: {0}")]
    Linalg(#[from] LinalgError),
}

impl Coded for ValidationError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoRows => "validation.no_rows",
            Self::OtherRows => "validation.other_rows",
            Self::EmptyFold { .. } => "validation.empty_fold",
            Self::Fit { code, .. } => code,
            Self::Coefficients { .. } => "validation.coefficients",
            Self::NotFinite { .. } => "validation.not_finite",
            Self::NoCandidates => "validation.no_candidates",
            Self::TooManyCandidates { .. } => "validation.too_many_candidates",
            Self::NoValues { .. } => "validation.no_values",
            Self::Confidence(_) => "validation.confidence",
            Self::Zero { .. } => "validation.zero",
            Self::OtherFolds { .. } => "validation.other_folds",
            Self::UnknownMetric { .. } => "validation.unknown_metric",
            Self::Undefined { .. } => "validation.undefined",
            Self::AllResamplesFailed { .. } => "validation.all_resamples_failed",
            Self::Linalg(error) => error.code(),
        }
    }
}

impl ValidationError {
    /// An estimator's own error, in a fold (from 0).
    pub(super) fn of_fit(fold: usize, error: &impl Coded) -> Self {
        Self::Fit { fold: fold + 1, code: error.code(), message: error.to_string() }
    }
}
