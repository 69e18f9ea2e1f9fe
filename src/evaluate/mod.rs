//! Metrics and residuals.

mod summary;

pub use summary::{Bin2d, DataSplit, EvaluateSpec, EvaluateSummary, Metric, PredictedActual, ResidualSummary};
