//! What can be asked: `{"bootstrap": {"n_bootstrap": 500}}`. What is left out has its default.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::PipelineSpec;
use super::AnalysisError;
use crate::evaluate::{CLASS_METRICS, METRICS};

/// A question about a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Analysis {
    /// How the error falls with the number of training rows, over the spec's folds (without `evaluate.cv`: five).
    LearningCurve {},
    /// How much coefficients and test metrics would vary if the rows were drawn again.
    Bootstrap {
        /// Resamples, 1 to 100,000.
        #[serde(default = "default_bootstrap")]
        n_bootstrap: u32,
        #[serde(default = "default_seed")]
        random_state: u32,
        /// Of the intervals, between 0 and 1.
        #[serde(default = "default_confidence")]
        confidence: f64,
    },
    /// How much worse R² on the test rows gets when a feature is shuffled.
    PermutationImportance {
        /// Shuffles a feature, 1 to 1,000.
        #[serde(default = "default_repeats")]
        n_repeats: u32,
        #[serde(default = "default_seed")]
        random_state: u32,
    },
    /// Coefficients and errors for many penalties.
    RegularisationPath {
        estimator: PathEstimator,
        /// For the elastic net, above 0 and at most 1.
        #[serde(default = "default_l1_ratio")]
        l1_ratio: f64,
        /// 2 to 1,000.
        #[serde(default = "default_alphas")]
        n_alphas: u32,
    },
    /// The mean prediction when a column has each of its values in all training rows.
    PartialDependence {
        /// A column that the model predicts from, as it is before encoding.
        feature: String,
        /// 2 to 1,000.
        #[serde(default = "default_points")]
        n_points: u32,
    },
    /// Why the prediction for one row is what it is.
    Contributions {
        /// A row of the cleaned table, from 0.
        #[serde(default)]
        row: Option<u64>,
        /// Column → number, text or null; beside a `row` they replace its cells, without one the columns left out have the
        /// training rows' typical value.
        #[serde(default)]
        values: Option<Map<String, Value>>,
    },
    /// Whether another pipeline is really better on the same folds.
    Compare {
        other: Box<PipelineSpec>,
        /// `rmse`, `r2`, `mae` …; of two that tell classes apart `accuracy`, `log_loss` …, too.
        #[serde(default = "default_metric")]
        metric: String,
    },
    /// Every numeric column's correlation with the target, over the training rows.
    Correlations {},
    /// What a rule that leaks does to the metrics.
    Leak {
        /// Its place in `clean`, from 0.
        rule: u32,
    },
}

/// Whose path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathEstimator {
    Ridge,
    Lasso,
    ElasticNet,
}

fn default_bootstrap() -> u32 {
    1000
}

fn default_seed() -> u32 {
    42
}

fn default_confidence() -> f64 {
    0.95
}

fn default_repeats() -> u32 {
    10
}

fn default_l1_ratio() -> f64 {
    0.5
}

fn default_alphas() -> u32 {
    100
}

fn default_points() -> u32 {
    50
}

fn default_metric() -> String {
    "rmse".into()
}

fn is_metric(name: &str) -> bool {
    METRICS.iter().any(|(metric, _)| *metric == name) || CLASS_METRICS.iter().any(|(metric, _)| *metric == name)
}

impl Analysis {
    /// The name in requests: of two of the same kind that wait, the newer one is wanted.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::LearningCurve {} => "learning_curve",
            Self::Bootstrap { .. } => "bootstrap",
            Self::PermutationImportance { .. } => "permutation_importance",
            Self::RegularisationPath { .. } => "regularisation_path",
            Self::PartialDependence { .. } => "partial_dependence",
            Self::Contributions { .. } => "contributions",
            Self::Compare { .. } => "compare",
            Self::Correlations {} => "correlations",
            Self::Leak { .. } => "leak",
        }
    }

    /// That numbers are in their ranges.
    pub(super) fn check(&self) -> Result<(), AnalysisError> {
        let within = |param, value: u32, (min, max): (u32, u32), range| {
            let fits = (min..=max).contains(&value);
            if fits { Ok(()) } else { Err(AnalysisError::Param { param, found: value.to_string(), range }) }
        };
        match self {
            Self::Bootstrap { n_bootstrap, confidence, .. } => {
                within("n_bootstrap", *n_bootstrap, (1, 100_000), "from 1 to 100,000")?;
                if *confidence > 0.0 && *confidence < 1.0 {
                    return Ok(());
                }
                let found = confidence.to_string();
                Err(AnalysisError::Param { param: "confidence", found, range: "between 0 and 1, such as 0.95" })
            }
            Self::PermutationImportance { n_repeats, .. } => {
                within("n_repeats", *n_repeats, (1, 1000), "from 1 to 1,000")
            }
            Self::RegularisationPath { estimator, l1_ratio, n_alphas } => {
                within("n_alphas", *n_alphas, (2, 1000), "from 2 to 1,000")?;
                if *estimator != PathEstimator::ElasticNet || (*l1_ratio > 0.0 && *l1_ratio <= 1.0) {
                    return Ok(());
                }
                let range = "above 0 and at most 1; for 0 ask for the path of ridge";
                Err(AnalysisError::Param { param: "l1_ratio", found: l1_ratio.to_string(), range })
            }
            Self::PartialDependence { n_points, .. } => within("n_points", *n_points, (2, 1000), "from 2 to 1,000"),
            Self::Compare { metric, .. } if !is_metric(metric) => Err(AnalysisError::Param {
                param: "metric",
                found: metric.clone(),
                range: "one of r2, rmse, mae, mse, medae, max_error, mape, explained_variance, adj_r2, or of classes accuracy, balanced_accuracy, precision, recall, f1, log_loss, roc_auc",
            }),
            Self::Contributions { row: None, values: None } => Err(AnalysisError::NoRowNamed),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;

    fn read(text: &str) -> Analysis {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_is_left_out_has_its_default_and_reads_back() {
        assert_eq!(
            read(r#"{"bootstrap": {}}"#),
            Analysis::Bootstrap { n_bootstrap: 1000, random_state: 42, confidence: 0.95 }
        );
        for text in [
            r#"{"learning_curve": {}}"#,
            r#"{"permutation_importance": {"n_repeats": 3}}"#,
            r#"{"regularisation_path": {"estimator": "elastic_net", "l1_ratio": 0.3}}"#,
            r#"{"partial_dependence": {"feature": "x"}}"#,
            r#"{"contributions": {"values": {"x": 1, "c": "red"}}}"#,
            r#"{"compare": {"other": {"pipette": 1}}}"#,
            r#"{"correlations": {}}"#,
            r#"{"leak": {"rule": 0}}"#,
        ] {
            let analysis = read(text);
            assert!(text.starts_with(&format!("{{\"{}\"", analysis.kind())));
            assert_eq!(read(&serde_json::to_string(&analysis).unwrap()), analysis);
            assert_eq!(analysis.check(), Ok(()));
        }
        assert!(serde_json::from_str::<Analysis>(r#"{"bootstrap": {"n": 3}}"#).is_err());
        assert!(serde_json::from_str::<Analysis>(r#"{"oracle": {}}"#).is_err());
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        let message = |text: &str| {
            let error = read(text).check().unwrap_err();
            assert!(error.code().starts_with("analysis."));
            error.to_string()
        };
        assert_eq!(
            message(r#"{"bootstrap": {"n_bootstrap": 0}}"#),
            "`n_bootstrap` is 0, and must be from 1 to 100,000."
        );
        assert!(message(r#"{"bootstrap": {"confidence": 1.0}}"#).starts_with("`confidence` is 1, "));
        assert!(message(r#"{"permutation_importance": {"n_repeats": 5000}}"#).contains("`n_repeats` is 5000"));
        assert!(message(r#"{"regularisation_path": {"estimator": "ridge", "n_alphas": 1}}"#).contains("`n_alphas`"));
        let none = r#"{"regularisation_path": {"estimator": "elastic_net", "l1_ratio": 0}}"#;
        assert!(message(none).contains("path of ridge"));
        assert!(message(r#"{"partial_dependence": {"feature": "x", "n_points": 0}}"#).contains("`n_points`"));
        assert!(message(r#"{"compare": {"other": {"pipette": 1}, "metric": "luck"}}"#).contains("luck"));
        assert!(message(r#"{"contributions": {}}"#).contains("Name a row"));
    }
}
