//! The regression report: inference, tests of the assumptions, influence, intervals, effects.
//!
//! Everything comes from the R factor and one pass over the training rows: `qᵢ = R⁻ᵀ·xᵢ` is a row of Q, and leverage, sandwich
//! errors and the Breusch–Pagan test are sums over such rows. Weighted least squares scales the rows first; logistic regression has
//! a report of its own.

mod basis;
mod correlations;
pub mod distributions;
mod effects;
mod error;
mod intervals;
mod logit;
mod logit_report;
mod logit_words;
mod logit_writing;
mod lowess;
mod report;
mod reporting;
mod residual_tests;
mod weighing;
mod weighted;
mod words;
mod writing;

pub use correlations::{Correlations, MAX_CORRELATED, correlations};
pub use effects::{Contribution, Effect, Explanation, contributions, effects, partial_dependence};
pub use error::DiagnosticsError;
pub use intervals::{Interval, Intervals};
pub use logit::{LogitOptions, LogitReporting};
pub use logit_report::{LogitCoefficient, LogitReport};
pub use report::{
    CoefficientReport, FitStatistics, Influence, RegressionReport, ReportNote, ResidualTests, RowCell, TestResult,
};
pub use reporting::{ReportOptions, Reporting, report};
pub use weighted::{WeightedReporting, Weights};

use crate::features::DesignMatrix;
use crate::linalg::RFactor;

/// Whether features with their coefficients, factor and rows are of one fit to this design matrix.
fn check_fit(
    (features, coef): (&[String], &[f64]),
    r: &RFactor,
    x: &DesignMatrix,
    train: &[u32],
) -> Result<(), DiagnosticsError> {
    if train.is_empty() {
        return Err(DiagnosticsError::NoRows);
    }
    let n_features = x.n_features();
    let are_of_one_fit = features == x.names()
        && coef.len() == n_features
        && r.n_features() == n_features
        && r.n_rows() == train.len() as u64
        && train.iter().all(|row| (*row as usize) < x.n_rows());
    if are_of_one_fit { Ok(()) } else { Err(DiagnosticsError::OtherData) }
}

/// A confidence is between 0 and 1, both excluded.
fn check_confidence(confidence: f64) -> Result<(), DiagnosticsError> {
    if confidence > 0.0 && confidence < 1.0 { Ok(()) } else { Err(DiagnosticsError::Confidence(confidence)) }
}
