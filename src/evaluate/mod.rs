//! Metrics and residuals.

mod bins;
mod class_metrics;
mod class_scores;
mod error;
mod evaluating;
mod metrics;
mod scores;
mod scoring;
mod summary;
mod tally;
mod verdict;
mod verdict_classes;

pub use class_metrics::{CLASS_METRICS, accuracy, balanced_accuracy, f1, log_loss, precision, recall, roc_auc};
pub use class_scores::{ClassScores, Confusion};
pub use error::EvaluateError;
pub use evaluating::{Evaluating, evaluate};
pub use metrics::{METRICS, adj_r2, explained_variance, mae, mape, max_error, medae, mse, r2, rmse};
pub use scores::Scores;
pub use scoring::Scoring;
pub use summary::{
    Bin2d, Classification, DataSplit, EVALUATE_PARAMS, EvaluateSpec, EvaluateSummary, Metric, PredictedActual,
    ResidualSummary,
};
pub use tally::{Scorer, Tally, Task};
pub(crate) use verdict::grouped;
pub use verdict::verdict;
