use crate::base::Coded;

/// Why there is no factor or no solution.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinalgError {
    #[error(
        "{found} columns of numbers came where {expected} were expected. This is a fault of Pipette: please report it."
    )]
    Shape { expected: usize, found: usize },
    #[error("row {row} is beyond the end of a column. This is a fault of Pipette: please report it.")]
    RowOutOfRange { row: u64 },
    #[error("there are no rows to solve from. Keep at least two rows for training.")]
    NoRows,
    #[error(
        "the numbers are missing, infinite or too large to square (above 1e150). Fill or drop such cells, or rescale the column."
    )]
    NotFinite,
    #[error("the singular values did not converge. Drop columns that repeat others, or rescale very large ones.")]
    NoConvergence,
}

impl Coded for LinalgError {
    fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "linalg.shape",
            Self::RowOutOfRange { .. } => "linalg.row_out_of_range",
            Self::NoRows => "linalg.no_rows",
            Self::NotFinite => "linalg.not_finite",
            Self::NoConvergence => "linalg.no_convergence",
        }
    }
}
