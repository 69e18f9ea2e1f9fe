//! What candidates are judged by: `evaluate.scoring` of the pipeline file, scikit-learn's `scoring`.

use serde::{Deserialize, Serialize};

use super::{Scorer, Task};

/// A metric that can choose among candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    Mse,
    Rmse,
    Mae,
    Medae,
    MaxError,
    Mape,
    R2,
    ExplainedVariance,
    Accuracy,
    BalancedAccuracy,
    Precision,
    Recall,
    F1,
    LogLoss,
    RocAuc,
}

impl Scoring {
    /// All of them, those of numbers first.
    pub const ALL: [Self; 15] = [
        Self::Mse,
        Self::Rmse,
        Self::Mae,
        Self::Medae,
        Self::MaxError,
        Self::Mape,
        Self::R2,
        Self::ExplainedVariance,
        Self::Accuracy,
        Self::BalancedAccuracy,
        Self::Precision,
        Self::Recall,
        Self::F1,
        Self::LogLoss,
        Self::RocAuc,
    ];

    /// The metric's name, as everywhere.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mse => "mse",
            Self::Rmse => "rmse",
            Self::Mae => "mae",
            Self::Medae => "medae",
            Self::MaxError => "max_error",
            Self::Mape => "mape",
            Self::R2 => "r2",
            Self::ExplainedVariance => "explained_variance",
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::F1 => "f1",
            Self::LogLoss => "log_loss",
            Self::RocAuc => "roc_auc",
        }
    }

    /// The metric of this name; `None` for one that does not choose (adjusted R², which counts features).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scoring| scoring.as_str() == name)
    }

    /// scikit-learn's name for it; its errors are negative, so that larger is always better.
    #[must_use]
    pub fn sklearn(self) -> &'static str {
        match self {
            Self::Mse => "neg_mean_squared_error",
            Self::Rmse => "neg_root_mean_squared_error",
            Self::Mae => "neg_mean_absolute_error",
            Self::Medae => "neg_median_absolute_error",
            Self::MaxError => "neg_max_error",
            Self::Mape => "neg_mean_absolute_percentage_error",
            Self::LogLoss => "neg_log_loss",
            other => other.as_str(),
        }
    }

    /// Whether it judges classes; else numbers.
    #[must_use]
    pub fn is_of_classes(self) -> bool {
        use Scoring::{Accuracy, BalancedAccuracy, F1, LogLoss, Precision, Recall, RocAuc};
        matches!(self, Accuracy | BalancedAccuracy | Precision | Recall | F1 | LogLoss | RocAuc)
    }

    /// Which way is up.
    #[must_use]
    pub fn larger_is_better(self) -> bool {
        matches!(self, Self::R2 | Self::ExplainedVariance) || self.is_of_classes() && self != Self::LogLoss
    }

    /// What computes it, of a target with these two values or of numbers; `None` where it needs classes and there are none.
    #[must_use]
    pub fn scorer(self, classes: Option<[f64; 2]>) -> Option<Scorer> {
        let task = if self.is_of_classes() { Task::Classification(classes?) } else { Task::Regression };
        task.scorer(self.as_str())
    }

    /// Whether `a` is better than `b`; orders candidates.
    #[must_use]
    pub fn order(self, a: f64, b: f64) -> std::cmp::Ordering {
        if self.larger_is_better() { b.total_cmp(&a) } else { a.total_cmp(&b) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{CLASS_METRICS, METRICS};

    #[test]
    fn every_metric_but_the_one_that_counts_features_can_choose() {
        let metrics = METRICS.iter().map(|(name, _)| *name).chain(CLASS_METRICS.iter().map(|(name, _)| *name));
        let without: Vec<&str> = metrics.filter(|name| Scoring::named(name).is_none()).collect();
        assert_eq!(without, ["adj_r2"]);
        for scoring in Scoring::ALL {
            assert_eq!(serde_json::to_string(&scoring).unwrap(), format!("\"{}\"", scoring.as_str()));
            let scorer = scoring.scorer(Some([0.0, 1.0])).unwrap();
            assert_eq!((scorer.name, scorer.larger_is_better), (scoring.as_str(), scoring.larger_is_better()));
            assert_eq!(scoring.scorer(None).is_none(), scoring.is_of_classes());
            assert_eq!(scoring.sklearn().starts_with("neg_"), !scoring.larger_is_better());
        }
        let unknown = serde_json::from_str::<Scoring>("\"luck\"").unwrap_err().to_string();
        assert!(unknown.contains("luck") && unknown.contains("roc_auc"), "{unknown}");
    }

    #[test]
    fn the_better_one_comes_first() {
        use std::cmp::Ordering;
        assert_eq!(Scoring::Accuracy.order(0.9, 0.8), Ordering::Less);
        assert_eq!(Scoring::LogLoss.order(0.9, 0.8), Ordering::Greater);
    }
}
