use crate::base::Coded;

/// Why a model was not judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    #[error(
        "There are no training rows to compare with. Take out the rule that drops them all, or choose a smaller test_size."
    )]
    NoRows,
    #[error("The model was trained on other columns than these. Train it again.")]
    OtherColumns,
    #[error("The prediction for row {row} is too large for a number. Rescale the columns with very large values.")]
    NotFinite { row: u64 },
}

impl Coded for EvaluateError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoRows => "evaluate.no_rows",
            Self::OtherColumns => "evaluate.other_columns",
            Self::NotFinite { .. } => "evaluate.not_finite",
        }
    }
}
