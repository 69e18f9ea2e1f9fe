//! Estimators: a spec in, a fitted model out.

mod spec;
mod summary;

pub use spec::{EstimatorSpec, LinearRegressionParams};
pub use summary::{Coefficient, LinearModel, TrainSummary, TrainWarning};
