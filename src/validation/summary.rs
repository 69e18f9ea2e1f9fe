//! The result of cross-validation, as it is kept with a run and shown on the page.

use serde::{Deserialize, Serialize};

use super::FactorScore;
use crate::base::sum;
use crate::evaluate::{DataSplit, Metric, Tally, Task};

/// Folds written into a summary; of more, only means and spreads.
const MAX_FOLDS: usize = 200;

/// Metrics of every fold, their mean and their spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CvSummary {
    /// The first 200 folds.
    pub folds: Vec<CvFold>,
    pub n_folds: u64,
    /// Mean over the folds; `None` where a fold's is undefined.
    pub mean: Vec<Metric>,
    /// Sample standard deviation over the folds (n − 1), of value and of baseline.
    pub sd: Vec<Metric>,
    /// Over all test rows together, where each row is tested once: defined for leave-one-out, too.
    pub pooled: Option<Vec<Metric>>,
}

/// One fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CvFold {
    pub n_train: u64,
    pub n_test: u64,
    /// Over the test rows; the baseline is the mean, or the most frequent class, of the fold's training rows.
    pub metrics: Vec<Metric>,
    /// mse and r2 over the training rows, where they came from a factor.
    pub train: Option<FactorScore>,
}

/// A fold's sums, before they are metrics.
#[derive(Debug, Clone)]
pub(super) struct FoldScores {
    pub(super) n_train: usize,
    pub(super) model: Tally,
    pub(super) baseline: Tally,
    pub(super) train: Option<FactorScore>,
}

impl FoldScores {
    pub(super) fn new(task: Task, n_train: usize, n_features: usize, train: Option<FactorScore>) -> Self {
        Self { n_train, model: Tally::new(task, n_features), baseline: Tally::new(task, 0), train }
    }

    pub(super) fn absorb(&mut self, actual: &[f64], predicted: &[f64], guess: f64) {
        self.model.absorb(actual, predicted);
        self.baseline.absorb(actual, &vec![guess; actual.len()]);
    }
}

/// Metrics of the split `cv`.
pub(super) fn metrics(model: &Tally, baseline: &Tally) -> Vec<Metric> {
    model.metrics(baseline, DataSplit::Cv)
}

impl CvSummary {
    pub(super) fn of(scores: &[FoldScores], pooled: Option<Vec<Metric>>) -> Self {
        let folds: Vec<CvFold> = scores
            .iter()
            .map(|fold| CvFold {
                n_train: fold.n_train as u64,
                n_test: fold.model.n() as u64,
                metrics: metrics(&fold.model, &fold.baseline),
                train: fold.train,
            })
            .collect();
        let over = |of: fn(&[f64]) -> Option<f64>| -> Vec<Metric> {
            let column = |which: usize, read: fn(&Metric) -> Option<f64>| {
                let values: Option<Vec<f64>> =
                    folds.iter().map(|fold| fold.metrics.get(which).and_then(read)).collect();
                values.and_then(|values| of(&values)).filter(|value| value.is_finite())
            };
            let metric = |(which, metric): (usize, &Metric)| Metric {
                value: column(which, |metric| metric.value),
                baseline: column(which, |metric| metric.baseline),
                ..metric.clone()
            };
            folds.first().map(|fold| fold.metrics.iter().enumerate().map(metric).collect()).unwrap_or_default()
        };
        let (mean, sd) = (over(|values| Some(mean(values))), over(sample_sd));
        Self { n_folds: folds.len() as u64, mean, sd, pooled, folds: folds.into_iter().take(MAX_FOLDS).collect() }
    }

    /// Mean and spread of a metric over the folds.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<(f64, Option<f64>)> {
        let value = |list: &[Metric]| list.iter().find(|metric| metric.name == name).and_then(|metric| metric.value);
        value(&self.mean).map(|mean| (mean, value(&self.sd)))
    }

    /// A metric of every fold, for comparing two models on the same folds.
    #[must_use]
    pub fn of_folds(&self, name: &str) -> Vec<f64> {
        let value =
            |fold: &CvFold| fold.metrics.iter().find(|metric| metric.name == name).and_then(|metric| metric.value);
        self.folds.iter().filter_map(value).collect()
    }
}

pub(super) fn mean(values: &[f64]) -> f64 {
    sum(values.iter().copied()) / values.len() as f64
}

/// Sample standard deviation; `None` below two values.
pub(super) fn sample_sd(values: &[f64]) -> Option<f64> {
    let mean = mean(values);
    let degrees = values.len().checked_sub(1).filter(|degrees| *degrees > 0)?;
    Some((sum(values.iter().map(|value| (value - mean).powi(2))) / degrees as f64).sqrt())
}
