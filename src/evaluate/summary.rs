//! The `evaluate` part of the pipeline file, and what evaluation gave.

use serde::{Deserialize, Serialize};

use crate::ingest::Histogram;

/// How a model is judged. Only held-out rows so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvaluateSpec {}

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

/// One measured number. Names: mse rmse mae r2 adj_r2 medae max_error mape explained_variance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    pub name: String,
    pub split: DataSplit,
    /// `None` where the metric is undefined (mape with a zero target, adj_r2 without degrees of freedom, r2 of one row).
    pub value: Option<f64>,
    /// The same metric of always guessing the training mean.
    pub baseline: Option<f64>,
}

/// The result of evaluation that is kept with a run and shown on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluateSummary {
    pub target: String,
    /// Rows judged as test; the train rows when there is no split.
    pub n_test: u64,
    pub n_train: u64,
    /// In a fixed order: r2 rmse mae mse medae max_error mape explained_variance adj_r2, test first, then train.
    pub metrics: Vec<Metric>,
    /// Over the test rows.
    pub residuals: ResidualSummary,
    /// Over the test rows.
    pub predicted_actual: PredictedActual,
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
