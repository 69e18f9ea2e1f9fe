//! Fitted models: what predicts, and what is kept with a run.

use serde::{Deserialize, Serialize};

use super::ForestModel;
use super::logistic::logistic;
use crate::features::DesignMatrix;

/// `ŷ = intercept + Σ coef · feature`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinearModel {
    /// Names, in the order of `coef`.
    pub features: Vec<String>,
    /// In the target's unit over the feature's.
    pub coef: Vec<f64>,
    /// 0 when fitted without.
    pub intercept: f64,
}

/// `P(second class) = 1 / (1 + e^(−(intercept + Σ coef · feature)))`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogisticModel {
    pub features: Vec<String>,
    /// Change of the log-odds of the second class for one unit of the feature.
    pub coef: Vec<f64>,
    pub intercept: f64,
    /// The target's two values, ascending.
    pub classes: [f64; 2],
}

/// The same prediction for every row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConstantModel {
    /// The features that were there, though none is used.
    pub features: Vec<String>,
    pub value: f64,
}

/// Any fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    Linear(LinearModel),
    Logistic(LogisticModel),
    Constant(ConstantModel),
    Forest(ForestModel),
}

impl Model {
    /// Names of the features that a row must have, in order.
    #[must_use]
    pub fn features(&self) -> &[String] {
        match self {
            Self::Linear(model) => &model.features,
            Self::Logistic(model) => &model.features,
            Self::Constant(model) => &model.features,
            Self::Forest(model) => &model.features,
        }
    }

    /// One a feature; empty for a model without.
    #[must_use]
    pub fn coef(&self) -> &[f64] {
        match self {
            Self::Linear(model) => &model.coef,
            Self::Logistic(model) => &model.coef,
            Self::Constant(_) | Self::Forest(_) => &[],
        }
    }

    /// The constant part of the prediction (of the log-odds for a logistic model); 0 for a forest, which has none.
    #[must_use]
    pub fn intercept(&self) -> f64 {
        match self {
            Self::Linear(model) => model.intercept,
            Self::Logistic(model) => model.intercept,
            Self::Constant(model) => model.value,
            Self::Forest(_) => 0.0,
        }
    }

    /// The model where it is linear: `ŷ = intercept + Σ coef · feature`.
    #[must_use]
    pub fn linear(&self) -> Option<&LinearModel> {
        match self {
            Self::Linear(model) => Some(model),
            _ => None,
        }
    }

    /// The target's two values, ascending, where the model tells them apart.
    #[must_use]
    pub fn classes(&self) -> Option<[f64; 2]> {
        match self {
            Self::Logistic(model) => Some(model.classes),
            _ => None,
        }
    }

    /// Each feature's share of what was learned, where the model has no coefficients to say so.
    #[must_use]
    pub fn importances(&self) -> Option<&[f64]> {
        match self {
            Self::Forest(model) => Some(&model.importances),
            _ => None,
        }
    }

    /// The name of its kind, as in the run's record: `linear`, `logistic`, `constant`, `forest`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Linear(_) => "linear",
            Self::Logistic(_) => "logistic",
            Self::Constant(_) => "constant",
            Self::Forest(_) => "forest",
        }
    }

    /// Whether it fits columns of these names, in this order.
    #[must_use]
    pub fn fits(&self, names: &[String]) -> bool {
        let has_coef = !matches!(self, Self::Constant(_) | Self::Forest(_));
        self.features() == names && (!has_coef || self.coef().len() == names.len())
    }

    /// Appends the predictions for the listed rows, in their order. The features are the design matrix's first ones, in
    /// order; a row beyond its end gives NaN.
    pub fn predict_into(&self, x: &DesignMatrix, rows: &[u32], predictions: &mut Vec<f64>) {
        self.predict_columns(&x.columns(), rows, predictions);
    }

    /// The same from bare columns, one slice a feature. A logistic model predicts the expected value: the probability of
    /// the second class, for the classes 0 and 1.
    pub fn predict_columns(&self, columns: &[&[f64]], rows: &[u32], predictions: &mut Vec<f64>) {
        let start = predictions.len();
        self.score_columns(columns, rows, predictions);
        if let Some([first, second]) = self.classes() {
            let value = |probability: f64| first + (second - first) * probability;
            predictions.iter_mut().skip(start).for_each(|prediction| *prediction = value(*prediction));
        }
    }

    /// What the model is judged by: its predictions, or of one that tells classes apart the probabilities of the second.
    pub fn score_columns(&self, columns: &[&[f64]], rows: &[u32], predictions: &mut Vec<f64>) {
        let start = predictions.len();
        match self {
            Self::Linear(model) => weighted_sum(model.intercept, &model.coef, columns, rows, predictions),
            Self::Logistic(model) => {
                weighted_sum(model.intercept, &model.coef, columns, rows, predictions);
                predictions.iter_mut().skip(start).for_each(|prediction| *prediction = logistic(*prediction));
            }
            Self::Constant(model) => predictions.resize(start + rows.len(), model.value),
            Self::Forest(model) => model.predict_columns(columns, rows, predictions),
        }
    }

    /// One line of plain words.
    #[must_use]
    pub fn describe(&self) -> String {
        let used = self.importances().unwrap_or(self.coef()).iter().filter(|coef| **coef != 0.0).count();
        let all = self.features().len();
        let features = match (used, all) {
            (1, 1) => "1 feature".to_owned(),
            _ if used == all => format!("{all} features"),
            _ => format!("{used} of {all} features"),
        };
        match self {
            Self::Linear(_) => format!("A weighted sum of {features} and a constant."),
            Self::Logistic(model) => {
                format!("The probability of {}, from a weighted sum of {features}.", model.classes[1])
            }
            Self::Constant(model) => format!("{} for every row.", model.value),
            Self::Forest(model) => format!("The mean of {} decision trees over {features}.", model.trees.len()),
        }
    }
}

impl LinearModel {
    /// As `Model::predict_into`.
    pub fn predict_into(&self, x: &DesignMatrix, rows: &[u32], predictions: &mut Vec<f64>) {
        weighted_sum(self.intercept, &self.coef, &x.columns(), rows, predictions);
    }

    /// As `Model::predict_columns`.
    pub fn predict_columns(&self, columns: &[&[f64]], rows: &[u32], predictions: &mut Vec<f64>) {
        weighted_sum(self.intercept, &self.coef, columns, rows, predictions);
    }
}

fn weighted_sum(intercept: f64, coef: &[f64], columns: &[&[f64]], rows: &[u32], predictions: &mut Vec<f64>) {
    let start = predictions.len();
    predictions.resize(start + rows.len(), intercept);
    let (_, fresh) = predictions.split_at_mut(start);
    for (coef, column) in coef.iter().zip(columns) {
        for (prediction, row) in fresh.iter_mut().zip(rows) {
            *prediction += coef * column.get(*row as usize).copied().unwrap_or(f64::NAN);
        }
    }
}
