//! Answers, flat and ready to draw. All numbers are finite; what is undefined is left out or `None`.

use serde::{Deserialize, Serialize};

use super::super::PipelineSpec;
use super::PathEstimator;
use crate::validation::Comparison;

/// The answer to an `Analysis` of the same name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisResult {
    LearningCurve(LearningCurveResult),
    Bootstrap(BootstrapResult),
    PermutationImportance(ImportanceResult),
    RegularisationPath(PathResult),
    PartialDependence(DependenceResult),
    Contributions(ContributionsResult),
    Compare(CompareResult),
    Correlations(CorrelationsResult),
    Leak(LeakResult),
}

impl AnalysisResult {
    /// What stands above the plot: the answer in a plain sentence.
    #[must_use]
    pub fn sentence(&self) -> &str {
        &self.said().sentence
    }

    /// What is to be known of how it was made.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.said().notes
    }

    fn said(&self) -> &Said {
        match self {
            Self::LearningCurve(result) => &result.said,
            Self::Bootstrap(result) => &result.said,
            Self::PermutationImportance(result) => &result.said,
            Self::RegularisationPath(result) => &result.said,
            Self::PartialDependence(result) => &result.said,
            Self::Contributions(result) => &result.said,
            Self::Compare(result) => &result.said,
            Self::Correlations(result) => &result.said,
            Self::Leak(result) => &result.said,
        }
    }
}

/// An answer in words.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Said {
    pub sentence: String,
    pub notes: Vec<String>,
}

/// A line of `x` and `y` with its band; `lo` and `hi` are empty where there is none, else as long.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Line {
    pub name: String,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub lo: Vec<f64>,
    pub hi: Vec<f64>,
}

/// A named number a bar (or a dot of a forest) with its interval; `lo` and `hi` are empty where there is none.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Bars {
    pub names: Vec<String>,
    pub values: Vec<f64>,
    pub lo: Vec<f64>,
    pub hi: Vec<f64>,
}

/// Mean error over the folds against the number of training rows; bands are one standard deviation over the folds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearningCurveResult {
    pub said: Said,
    /// `train rmse`, `test rmse`, and where defined `train r2`, `test r2`.
    pub lines: Vec<Line>,
    pub n_folds: u64,
}

/// Intervals are percentiles of the resamples; values are those of the model itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootstrapResult {
    pub said: Said,
    /// `(intercept)` first; over resampled training rows.
    pub coefficients: Bars,
    /// The coefficients' standard deviations over the resamples; empty for one resample.
    pub standard_errors: Vec<f64>,
    /// Over resampled test rows (the training rows where there are none).
    pub metrics: Bars,
    pub n_bootstrap: u64,
    /// Resamples without a fit.
    pub n_failed: u64,
    pub confidence: f64,
}

/// Decrease of `metric` when a column is shuffled, the largest first; intervals are one standard deviation of the shuffles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportanceResult {
    pub said: Said,
    pub bars: Bars,
    pub metric: String,
    /// Of the model as it is.
    pub score: f64,
    /// Whether test rows were judged; else the training rows.
    pub on_test_rows: bool,
}

/// Everything for every penalty, so that moving along it asks nothing more. The second index of `coef` is that of `alphas`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathResult {
    pub said: Said,
    pub estimator: PathEstimator,
    pub l1_ratio: f64,
    /// Of the spec's estimator.
    pub fit_intercept: bool,
    /// Columns of the design matrix.
    pub features: Vec<String>,
    /// Their standard deviations over the training rows: `coef · sd` are comparable.
    pub sd: Vec<f64>,
    /// Descending.
    pub alphas: Vec<f64>,
    /// `coef[feature][alpha]`, in the target's unit over the feature's.
    pub coef: Vec<Vec<f64>>,
    pub intercept: Vec<f64>,
    pub n_nonzero: Vec<u32>,
    /// Effective degrees of freedom, the intercept not counted.
    pub df: Vec<f64>,
    pub train_mse: Vec<f64>,
    /// Mean of the folds' mean squared errors, and its standard error.
    pub cv_mean: Vec<f64>,
    pub cv_se: Vec<f64>,
    /// Empty without test rows.
    pub test_rmse: Vec<f64>,
    /// Empty where it is not defined.
    pub test_r2: Vec<f64>,
    /// Index of the lowest `cv_mean`.
    pub best: u32,
    /// Index of the largest penalty within one standard error of it.
    pub one_standard_error: u32,
    pub n_folds: u64,
}

/// Mean predictions over the training rows, in the target's own units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DependenceResult {
    pub said: Said,
    pub feature: String,
    /// For a column with numbers; of dates, `x` are milliseconds since 1970.
    pub line: Option<Line>,
    /// For a column with categories.
    pub bars: Option<Bars>,
    /// The column's deciles (10 % … 90 %) over the training rows, for a rug; empty for categories.
    pub deciles: Vec<f64>,
    /// The mean prediction of the training rows as they are.
    pub mean_prediction: f64,
}

/// Parts of one prediction: with the baseline they add up to it (on the scale that the model adds up on).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContributionsResult {
    pub said: Said,
    /// What the parts are added to: the prediction for a row of training means.
    pub baseline: f64,
    /// Baseline and parts together.
    pub total: f64,
    /// The prediction in the target's own units: `total` itself, unless the target is transformed or the model logistic.
    pub prediction: f64,
    /// The target's value, where the row has one.
    pub actual: Option<f64>,
    /// A column of the design matrix a bar, the largest first.
    pub bars: Bars,
    /// Its value in this row, and its mean over the training rows.
    pub cells: Vec<f64>,
    pub means: Vec<f64>,
    /// The row before encoding, as text; empty is missing.
    pub row: Vec<(String, String)>,
}

/// Two pipelines on the same folds: `a` is the one that was asked about, `b` the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareResult {
    pub said: Said,
    pub comparison: Comparison,
    /// The metric of each fold.
    pub a: Vec<f64>,
    pub b: Vec<f64>,
}

/// Correlations with the target, the largest in size first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorrelationsResult {
    pub said: Said,
    pub target: String,
    /// Pearson's, with its interval by Fisher's z at the spec's confidence.
    pub pearson: Bars,
    /// Spearman's, in the same order.
    pub spearman: Vec<f64>,
    /// Rows that have both values.
    pub n_rows: Vec<u64>,
    /// Columns that are constant, or have too few values.
    pub undefined: Vec<String>,
}

/// Metrics on the test rows with the rule as it is, and behind the split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeakResult {
    pub said: Said,
    /// What the rule did, in words.
    pub rule: String,
    /// `r2`, `rmse` …
    pub metrics: Vec<String>,
    pub as_it_is: Vec<f64>,
    pub behind_the_split: Vec<f64>,
    /// The pipeline with the rule behind the split.
    pub mended: Box<PipelineSpec>,
}
