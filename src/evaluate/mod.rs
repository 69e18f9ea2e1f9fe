//! Metrics and residuals.

mod bins;
mod error;
mod evaluating;
mod metrics;
mod scores;
mod summary;
mod verdict;

pub use error::EvaluateError;
pub use evaluating::{Evaluating, evaluate};
pub use metrics::{METRICS, adj_r2, explained_variance, mae, mape, max_error, medae, mse, r2, rmse};
pub use scores::Scores;
pub use summary::{Bin2d, DataSplit, EvaluateSpec, EvaluateSummary, Metric, PredictedActual, ResidualSummary};
pub use verdict::verdict;
