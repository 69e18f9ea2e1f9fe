//! The regression report as plain data. Numbers that are not defined are `None`, and `notes` says why.

use serde::{Deserialize, Serialize};

use super::Intervals;

/// Inference and diagnostics of a linear model on its training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegressionReport {
    pub target: String,
    /// Intercept first, as `(intercept)`, where fitted.
    pub coefficients: Vec<CoefficientReport>,
    /// Of all intervals: 0.95 for 95 %.
    pub confidence: f64,
    pub fit_intercept: bool,
    pub n_rows: u64,
    /// Features that count: the rank without the intercept.
    pub df_model: u64,
    /// Rows less parameters.
    pub df_residual: u64,
    pub fit: FitStatistics,
    pub tests: ResidualTests,
    /// Largest over smallest singular value of the design matrix with its column of ones, in the units as they are.
    pub condition_number: Option<f64>,
    /// The rows with the largest Cook's distance, largest first; at most ten.
    pub influential: Vec<Influence>,
    /// What those rows hold in the model's input columns and the target, as text; a list for each of `influential`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub influential_cells: Vec<Vec<RowCell>>,
    /// Rows whose Cook's distance is above `4 / n`.
    pub n_influential: u64,
    /// Up to 400 rows, evenly spaced, for the plots of residuals, scale and leverage.
    pub points: Vec<Influence>,
    /// Whether `points` leaves rows out.
    pub is_sample: bool,
    /// Lowess of (fitted, residual) and of (fitted, √|studentised|) over `points`.
    pub smooth_residual: Vec<(f64, f64)>,
    pub smooth_scale: Vec<(f64, f64)>,
    /// (normal quantile, internally studentised residual), at most 500.
    pub qq: Vec<(f64, f64)>,
    /// What prediction intervals are made from; needs full rank and more rows than parameters.
    pub intervals: Option<Intervals>,
    /// What is not defined, and what to know, in plain words.
    pub notes: Vec<ReportNote>,
    /// The column that the rows were weighted by. Then sums of squares, leverages, studentised residuals, tests and Cook's
    /// distances are those of rows scaled by `√w`; fitted values and residuals are plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
}

/// A cell of a row, with its column's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCell {
    pub column: String,
    /// Empty where it is missing.
    pub value: String,
}

/// A coefficient with its inference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoefficientReport {
    pub name: String,
    /// In the target's unit over the feature's.
    pub value: f64,
    /// Standard error `√(s²·diag((XᵀX)⁻¹))`.
    pub se: Option<f64>,
    pub t: Option<f64>,
    /// Two-sided, from t with `df_residual` degrees of freedom.
    pub p: Option<f64>,
    pub lo: Option<f64>,
    pub hi: Option<f64>,
    /// Standard errors that hold with unequal variances (White; MacKinnon and White).
    pub hc0: Option<f64>,
    pub hc1: Option<f64>,
    pub hc2: Option<f64>,
    pub hc3: Option<f64>,
    /// Variance inflation factor `1/(1 − R²ⱼ)`; `None` for the intercept.
    pub vif: Option<f64>,
}

/// How well the model fits as a whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FitStatistics {
    /// Without an intercept about 0 instead of the mean, as statsmodels has it.
    pub r2: Option<f64>,
    pub adj_r2: Option<f64>,
    pub f: Option<f64>,
    pub f_p: Option<f64>,
    pub log_likelihood: Option<f64>,
    pub aic: Option<f64>,
    pub bic: Option<f64>,
    pub ss_residual: f64,
    pub ss_explained: f64,
    pub ss_total: f64,
    /// `s = √(ss_residual / df_residual)`, in the target's unit: of a row of weight 1.
    pub residual_sd: Option<f64>,
}

/// Tests of the assumptions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ResidualTests {
    /// `Σ(rᵢ − rᵢ₋₁)² / Σrᵢ²`, in the order of the rows: 2 without correlation of neighbours.
    pub durbin_watson: Option<f64>,
    pub jarque_bera: Option<TestResult>,
    /// Of the residuals, biased moments; a normal distribution has 0 and 3.
    pub skew: Option<f64>,
    pub kurtosis: Option<f64>,
    /// D'Agostino and Pearson's K²; from 8 rows.
    pub omnibus: Option<TestResult>,
    /// Of equal variance: `n·R²` of the squared residuals on X, χ².
    pub breusch_pagan: Option<TestResult>,
    /// The same as an F test.
    pub breusch_pagan_f: Option<TestResult>,
}

/// A statistic and its p-value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    pub statistic: f64,
    pub p: f64,
}

/// One training row's part in the fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Influence {
    /// The row in the design matrix, from 0.
    pub row: u32,
    pub fitted: f64,
    /// Actual minus fitted, whatever the row weighs.
    pub residual: f64,
    /// `hᵢ`, from 0 to 1; they sum to the number of parameters.
    pub leverage: f64,
    /// Internally studentised: `r / √(s²(1 − h))`.
    pub studentised: Option<f64>,
    /// Externally studentised: as if the row had been left out of s².
    pub studentised_external: Option<f64>,
    /// Cook's distance.
    pub cooks: Option<f64>,
    pub dffits: Option<f64>,
}

/// Something to know of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportNote {
    /// Stable: `rank_deficient`, `no_degrees_of_freedom`, `exact_fit`, `leverage_one`, `not_least_squares`, `constant_target`,
    /// `few_rows`, `weighted`, `weights_of_zero`; of logistic regression `penalised`, `separated`, `no_intercept`.
    pub code: String,
    pub message: String,
}
