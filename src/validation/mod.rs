//! Judging models by rows that they were not fitted to: cross-validation, sweeps, learning curves, bootstrap, comparison.
//!
//! Linear estimators are validated from R factors: one for each fold, made in one pass; "all but fold i" is the merge of the
//! others. What an estimator does with a factor is a closure, so that nothing here knows estimators by name.

mod bootstrap;
mod compare;
mod cross_validating;
mod error;
mod fold_factors;
mod grid;
mod importance;
mod learning_curve;
mod row_validation;
mod summary;
mod sweep;

pub use bootstrap::{BootstrapInterval, BootstrapSummary, Bootstrapping, MetricBootstrapping};
pub use compare::{Comparison, Preference, compare};
pub use cross_validating::{CrossValidating, CrossValidation, cross_validate, cross_validation_python};
pub use error::ValidationError;
pub use fold_factors::{FactorScore, FoldFactoring, FoldFactors, factors_of, fold_factors, rows_at, score};
pub use grid::{candidates, grid, grid_len, log_space, random_search, sample_without_replacement};
pub use importance::{FeatureImportance, PermutationImportance, Permuting, permutation_importance};
pub use learning_curve::{LearningCurve, LearningCurving, LearningPoint, SHARES, learning_curve};
pub use row_validation::RowValidating;
pub use summary::{CvFold, CvSummary};
pub use sweep::{SweepCell, SweepTable, Sweeping, sweep, sweep_prepared};

/// What an estimator makes of a factor: coefficients, and the intercept.
pub type Coefficients = (Vec<f64>, f64);
