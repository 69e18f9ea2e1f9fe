//! Sums over rows, for the kind of prediction that a model makes.

use super::{CLASS_METRICS, ClassScores, DataSplit, METRICS, Metric, Scores};
use crate::base::mean;

/// What a model predicts, and so by which metrics it is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Task {
    /// A number.
    Regression,
    /// Which of two values, ascending: predictions are probabilities of the second.
    Classification([f64; 2]),
}

impl Task {
    /// Of a model that tells these classes apart; of one that predicts numbers without.
    #[must_use]
    pub fn of(classes: Option<[f64; 2]>) -> Self {
        classes.map_or(Self::Regression, Self::Classification)
    }

    /// The metric of this name, where this task has it.
    #[must_use]
    pub fn scorer(self, name: &str) -> Option<Scorer> {
        match self {
            Self::Regression => METRICS.iter().find(|(metric, _)| *metric == name).map(|(name, metric)| Scorer {
                name,
                larger_is_better: ["r2", "adj_r2", "explained_variance"].contains(name),
                by: By::Regression(*metric),
            }),
            Self::Classification(classes) => {
                CLASS_METRICS.iter().find(|(metric, _)| *metric == name).map(|(name, metric)| Scorer {
                    name,
                    larger_is_better: *name != "log_loss",
                    by: By::Classification(classes, *metric),
                })
            }
        }
    }

    /// The metric that scikit-learn's `score` of such a model is.
    #[must_use]
    pub fn default_metric(self) -> &'static str {
        match self {
            Self::Regression => "r2",
            Self::Classification(_) => "accuracy",
        }
    }

    /// What the baseline predicts for every row, from the training rows' target: their mean (DummyRegressor), or the most
    /// frequent class for certain (DummyClassifier; of equally frequent ones the first).
    #[must_use]
    pub fn guess(self, target: &[f64]) -> f64 {
        match self {
            Self::Regression => mean(target),
            Self::Classification([first, second]) => {
                let count = |class: f64| target.iter().filter(|value| **value == class).count();
                f64::from(u8::from(count(second) > count(first)))
            }
        }
    }
}

/// One metric, ready to judge predictions by.
#[derive(Debug, Clone, Copy)]
pub struct Scorer {
    /// `r2`, `accuracy` …
    pub name: &'static str,
    pub larger_is_better: bool,
    by: By,
}

#[derive(Debug, Clone, Copy)]
enum By {
    Regression(fn(&Scores) -> Option<f64>),
    Classification([f64; 2], fn(&ClassScores) -> Option<f64>),
}

impl Scorer {
    /// The metric over rows of actual values and predictions (of a classification, probabilities of the second class); `None`
    /// where these rows do not have it.
    #[must_use]
    pub fn score(&self, actual: &[f64], predicted: &[f64], n_features: usize) -> Option<f64> {
        match self.by {
            By::Regression(metric) => metric(&Scores::of(actual, predicted, n_features)),
            By::Classification(classes, metric) => metric(&ClassScores::of(classes, actual, predicted)),
        }
    }
}

/// Sums over rows, from which metrics come.
#[derive(Debug, Clone)]
pub enum Tally {
    Regression(Scores),
    Classification(ClassScores),
}

impl Tally {
    /// Of no rows yet, for a model with so many features.
    #[must_use]
    pub fn new(task: Task, n_features: usize) -> Self {
        match task {
            Task::Regression => Self::Regression(Scores::new(n_features)),
            Task::Classification(classes) => Self::Classification(ClassScores::new(classes)),
        }
    }

    /// Takes further rows in: actual values, and predictions (of a classification, probabilities of the second class).
    pub fn absorb(&mut self, actual: &[f64], predicted: &[f64]) {
        match self {
            Self::Regression(scores) => scores.absorb(actual, predicted),
            Self::Classification(scores) => scores.absorb(actual, predicted),
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn n(&self) -> usize {
        match self {
            Self::Regression(scores) => scores.n(),
            Self::Classification(scores) => scores.n(),
        }
    }

    /// All metrics by name, in the order in which they are kept.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, Option<f64>)> {
        match self {
            Self::Regression(scores) => METRICS.iter().map(|(name, metric)| (*name, metric(scores))).collect(),
            Self::Classification(scores) => {
                CLASS_METRICS.iter().map(|(name, metric)| (*name, metric(scores))).collect()
            }
        }
    }

    /// The metrics of a model beside those of the baseline on the same rows.
    #[must_use]
    pub fn metrics(&self, baseline: &Self, split: DataSplit) -> Vec<Metric> {
        let baselines = baseline.values().into_iter().map(|(_, value)| value);
        let metric =
            |((name, value), baseline): ((&str, _), _)| Metric { name: name.to_owned(), split, value, baseline };
        self.values().into_iter().zip(baselines).map(metric).collect()
    }
}
