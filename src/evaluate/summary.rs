//! The `evaluate` part of the pipeline file, and what evaluation gave.

use serde::{Deserialize, Serialize};

use super::{Confusion, Scoring};
use crate::base::{Param, ParamKind};
use crate::ingest::Histogram;
use crate::split::cv::CvSpec;

/// How a model is judged: on held-out rows always, and by cross-validation on the training rows where `cv` asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvaluateSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cv: Option<CvSpec>,
    /// Of intervals: 0.95 for 95 %. Between 0 and 1, both excluded.
    #[serde(skip_serializing_if = "is_default_confidence")]
    pub confidence: f64,
    /// What candidates of a sweep are judged by; `None` is accuracy where all of them tell classes apart, else the mean
    /// squared error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scoring: Option<Scoring>,
    /// Whether the regression report is made for however many training rows; else for up to 250,000.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub report: bool,
}

impl Default for EvaluateSpec {
    fn default() -> Self {
        Self { cv: None, confidence: DEFAULT_CONFIDENCE, scoring: None, report: false }
    }
}

const DEFAULT_CONFIDENCE: f64 = 0.95;

/// What a form asks for besides the folds, whose parameters are in `CvSpec::CATALOGUE`.
pub const EVALUATE_PARAMS: &[Param] = &[Param::new(
    "confidence",
    "Confidence",
    ParamKind::Number { min: 0.5, max: 0.999, step: 0.01, log: false, optional: false },
)
.help("How often an interval is to hold the true value.")];

// What has its default is not written, so that older pipeline files stay as they are.
fn is_default_confidence(confidence: &f64) -> bool {
    confidence.to_bits() == DEFAULT_CONFIDENCE.to_bits()
}

/// Which rows a metric is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataSplit {
    Train,
    Test,
    Cv,
}

impl DataSplit {
    /// The name in files and handles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
            Self::Cv => "cv",
        }
    }
}

/// One measured number. Names: mse rmse mae r2 adj_r2 medae max_error mape explained_variance; of a classification accuracy
/// balanced_accuracy precision recall f1 log_loss roc_auc.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    pub name: String,
    pub split: DataSplit,
    /// `None` where the metric is undefined (mape with a zero target, adj_r2 without degrees of freedom, r2 of one row).
    pub value: Option<f64>,
    /// The same metric of always guessing the training mean, or the most frequent class.
    pub baseline: Option<f64>,
}

/// The result of evaluation that is kept with a run and shown on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluateSummary {
    pub target: String,
    /// Rows judged as test; the train rows when there is no split.
    pub n_test: u64,
    pub n_train: u64,
    /// In a fixed order: those of `METRICS`, or of a classification of `CLASS_METRICS`; test first, then train.
    pub metrics: Vec<Metric>,
    /// Over the test rows.
    pub residuals: ResidualSummary,
    /// Over the test rows.
    pub predicted_actual: PredictedActual,
    /// Of a model that tells classes apart; its residuals and predictions above are those of the expected value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
}

/// How a model that tells two classes apart did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    pub test: Confusion,
    pub train: Confusion,
    /// The most frequent class of the training rows, which the baseline always guesses.
    pub most_frequent: f64,
}

impl EvaluateSummary {
    /// The value of a metric.
    #[must_use]
    pub fn metric(&self, name: &str, split: DataSplit) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name && metric.split == split)
    }
}

/// Residuals are actual minus predicted, in the target's unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResidualSummary {
    pub mean: f64,
    /// Sample standard deviation; 0 below two rows.
    pub sd: f64,
    pub histogram: Histogram,
    /// Up to 2,000 (predicted, residual) pairs, evenly spaced over the test rows.
    pub points: Vec<(f64, f64)>,
    /// Whether `points` leaves rows out.
    pub is_sample: bool,
}

/// Where predictions fell for each actual value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PredictedActual {
    /// True when the target has at most 12 different whole values: then `columns` are those values, else equal-width bins.
    pub discrete: bool,
    pub columns: Vec<Bin2d>,
    /// Range of the predictions: `counts` are over equal-width bins of it.
    pub predicted_min: f64,
    pub predicted_max: f64,
}

/// Predictions of the rows whose actual value falls into one bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bin2d {
    pub actual_min: f64,
    pub actual_max: f64,
    /// Rows in it.
    pub n: u64,
    /// Mean prediction; `None` for an empty bin.
    pub predicted_mean: Option<f64>,
    /// Counts of predictions in equal-width bins from `predicted_min` to `predicted_max`.
    pub counts: Vec<u64>,
}
