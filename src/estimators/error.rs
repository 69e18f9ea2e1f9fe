use crate::base::Coded;
use crate::linalg::LinalgError;

/// What is wrong with an estimator as written, in plain words, and with which of its parameters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SpecError {
    /// The parameter's name; `None` when the estimator itself is unknown or misshapen.
    pub param: Option<String>,
    pub message: String,
}

impl SpecError {
    pub(super) fn of(param: &str, message: String) -> Self {
        Self { param: Some(param.to_owned()), message }
    }

    pub(super) fn whole(message: String) -> Self {
        Self { param: None, message }
    }
}

impl Coded for SpecError {
    fn code(&self) -> &'static str {
        "estimators.bad_param"
    }
}

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
    #[error("{0}")]
    Spec(#[from] SpecError),
    #[error(
        "The weights in {column} must be numbers of at least 0 with a sum above 0. Take another column for sample_weight, or leave it empty."
    )]
    BadWeights { column: String },
    #[error(
        "{target} has {found} different values in the training rows, and logistic regression needs two. Derive a column that is 0 or 1 and choose it as target."
    )]
    NotBinary { target: String, found: usize },
    #[error(
        "{target} is transformed, and {estimator} tells its two values apart, which a transform does not change. Take out target_transform."
    )]
    TransformedClasses { target: String, estimator: &'static str },
    #[error(
        "After {n_trees} trees the forest has {max_nodes} nodes, and more are not kept. Choose a smaller max_depth, fewer n_estimators, or a larger min_samples_leaf."
    )]
    ForestTooLarge { max_nodes: usize, n_trees: usize },
    #[error("The fit came to no end in {rounds} rounds. {remedy}")]
    NoConvergence { rounds: u64, remedy: &'static str },
    #[error("The fit failed: {0}")]
    Linalg(#[from] LinalgError),
}

impl Coded for EstimatorError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoRows => "estimators.no_rows",
            Self::OneRow => "estimators.one_row",
            Self::Spec(error) => error.code(),
            Self::BadWeights { .. } => "estimators.bad_weights",
            Self::NotBinary { .. } => "estimators.not_binary",
            Self::TransformedClasses { .. } => "estimators.transformed_classes",
            Self::ForestTooLarge { .. } => "estimators.forest_too_large",
            Self::NoConvergence { .. } => "estimators.no_convergence",
            Self::Linalg(error) => error.code(),
        }
    }
}
