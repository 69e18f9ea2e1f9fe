//! The report of logistic regression as plain data. Numbers that are not defined are `None`, and `notes` says why.

use serde::{Deserialize, Serialize};

use super::ReportNote;

/// Inference of a logistic regression on its training rows, as statsmodels' `Logit` has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogitReport {
    pub target: String,
    /// The target's two values, ascending: all odds are of the second.
    pub classes: [f64; 2],
    /// Intercept first, as `(intercept)`, where fitted.
    pub coefficients: Vec<LogitCoefficient>,
    /// Of all intervals: 0.95 for 95 %.
    pub confidence: f64,
    pub fit_intercept: bool,
    /// The inverse of the penalty's strength; `None` for maximum likelihood, which alone has standard errors.
    pub c: Option<f64>,
    pub n_rows: u64,
    /// Rows with the second class.
    pub n_second: u64,
    /// Features that count: the rank without the intercept.
    pub df_model: u64,
    /// Rows less parameters.
    pub df_residual: u64,
    /// `Σ ln P(class of the row)`.
    pub log_likelihood: f64,
    /// The same of the model of a constant alone.
    pub null_log_likelihood: f64,
    /// McFadden's: `1 − log_likelihood / null_log_likelihood`.
    pub pseudo_r2: f64,
    /// `−2·log_likelihood`.
    pub deviance: f64,
    /// Of all features together: twice what they add to the log-likelihood, χ² with `df_model` degrees of freedom.
    pub llr: Option<f64>,
    pub llr_p: Option<f64>,
    pub aic: Option<f64>,
    pub bic: Option<f64>,
    /// Rounds of Newton's method until it came to rest; a fit that does not is an error, not a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_iter: Option<u64>,
    /// What is not defined, and what to know, in plain words.
    pub notes: Vec<ReportNote>,
}

/// A coefficient with its inference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogitCoefficient {
    pub name: String,
    /// Change of the log-odds of the second class for one unit of the feature.
    pub value: f64,
    /// `√diag((XᵀWX)⁻¹)`, W the variances `p·(1 − p)` of the rows.
    pub se: Option<f64>,
    pub z: Option<f64>,
    /// Two-sided, from the normal distribution.
    pub p: Option<f64>,
    pub lo: Option<f64>,
    pub hi: Option<f64>,
    /// What one unit multiplies the odds by: `e^value`; `None` where it is too large for a number.
    pub odds_ratio: Option<f64>,
    pub odds_lo: Option<f64>,
    pub odds_hi: Option<f64>,
}
