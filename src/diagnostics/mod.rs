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

/// A confidence is between 0 and 1, both excluded.
fn check_confidence(confidence: f64) -> Result<(), DiagnosticsError> {
    if confidence > 0.0 && confidence < 1.0 { Ok(()) } else { Err(DiagnosticsError::Confidence(confidence)) }
}
