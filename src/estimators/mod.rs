//! Estimators: a spec in, a fitted model out.

mod error;
mod fitting;
mod predict;
mod spec;
mod summarise;
mod summary;
mod warnings;

pub use error::EstimatorError;
pub use fitting::{Fit, Fitting, fit};
pub use spec::{EstimatorSpec, LinearRegressionParams};
pub use summary::{Coefficient, LinearModel, TrainSummary, TrainWarning};
