//! Estimators: a spec in, a fitted model out. One file each; the list is in `spec.rs`.

mod best_subset;
mod dummy;
mod elastic_net;
mod entry;
mod error;
mod estimator;
mod fitting;
#[cfg(feature = "trees")]
mod growing;
mod huber;
mod lasso;
mod linear_regression;
mod logistic;
mod model;
mod newton;
mod params;
mod path;
mod quantile;
#[cfg(feature = "trees")]
mod random_forest;
mod ridge;
mod rows;
mod spec;
mod stepwise;
mod summarise;
mod summary;
mod tree;
mod vertex;
mod warnings;

pub use best_subset::BestSubsetParams;
pub use dummy::{DummyRegressorParams, DummyStrategy};
pub use elastic_net::ElasticNetParams;
pub use entry::TrainEntry;
pub use error::{EstimatorError, SpecError};
pub use estimator::{Estimator, EstimatorInfo};
pub use fitting::{Factor, Fit, Fitting, fit, fit_weighted};
pub use huber::HuberRegressorParams;
pub use lasso::LassoParams;
pub use linear_regression::LinearRegressionParams;
pub(crate) use logistic::logistic;
pub use logistic::{LogisticRegressionParams, Penalty};
pub use model::{ConstantModel, LinearModel, LogisticModel, Model};
pub use path::{Alphas, PathKind, PathPoint, path};
pub use quantile::QuantileRegressorParams;
#[cfg(feature = "trees")]
pub use random_forest::RandomForestRegressorParams;
pub use ridge::RidgeParams;
pub use rows::{Fitted, Outcome, Rounds, Rows};
pub use spec::{ESTIMATORS, EstimatorSpec, solve_from_r};
pub use stepwise::StepwiseParams;
pub use summary::{Coefficient, TrainSummary, TrainWarning};
pub use tree::{ForestModel, Tree};
pub use warnings::sklearn_truncates;
