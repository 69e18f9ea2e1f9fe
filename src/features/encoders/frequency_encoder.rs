//! How often a cell's category stands in the training rows.

use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::{self, Category, UnknownCategories};
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{CATEGORICAL, call, columns_field, flag};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// Parameters of the frequency encoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FrequencyEncoder {
    pub columns: Option<Vec<String>>,
    /// The share of the training rows instead of their count.
    pub normalize: bool,
}

impl Default for FrequencyEncoder {
    fn default() -> Self {
        Self { columns: None, normalize: true }
    }
}

/// A fitted frequency encoder; each list has an entry a column. An unknown category has frequency 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedFrequencyEncoder {
    pub feature_names_in: Vec<String>,
    pub categories: Vec<Vec<Category>>,
    /// The number that stands for each category.
    pub frequencies: Vec<Vec<f64>>,
}

impl Encoder for FrequencyEncoder {
    type Fitted = FittedFrequencyEncoder;
    const NAME: &'static str = "frequency_encoder";
    const LABEL: &'static str = "Frequency";
    const GROUP: &'static str = "Categories";
    const HELP: &'static str = "How often the category stands in the training rows.";
    const PARAMS: &'static [Param] =
        &[CATEGORICAL, Param::new("normalize", "As a share", ParamKind::Flag).help("Off: as a count of rows.")];
    const IMPORTS: &'static str = "\
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

class FrequencyEncoder(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    def __init__(self, normalize=True):
        self.normalize = normalize

    def fit(self, X, y=None):
        self.feature_names_in_ = list(X.columns)
        self.n_features_in_ = X.shape[1]
        self.frequencies_ = [X[c].value_counts(normalize=self.normalize, dropna=False) for c in X]
        return self

    def transform(self, X):
        return X.apply(lambda s: s.map(self.frequencies_[list(X.columns).index(s.name)]).astype(float).fillna(0.0))";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Categories
    }

    fn sentence(&self, columns: &str) -> String {
        let what = if self.normalize { "share" } else { "number" };
        format!("Replace each category of {columns} by the {what} of training rows that have it.")
    }

    fn python(&self) -> String {
        call("FrequencyEncoder", &[("normalize", flag(self.normalize), "True")])
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedFrequencyEncoder, FeaturesError> {
        let total = if self.normalize { training.train.len() as f64 } else { 1.0 };
        let observed = training.columns.iter().map(|column| categories::observe(column, training.train));
        let (categories, counts): (Vec<_>, Vec<_>) = observed.unzip();
        let share = |counts: Vec<u64>| counts.into_iter().map(|count| count as f64 / total).collect();
        let frequencies = counts.into_iter().map(share).collect();
        Ok(FittedFrequencyEncoder { feature_names_in: training.names(), categories, frequencies })
    }
}

impl Fitted for FittedFrequencyEncoder {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], unknown: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let fitted = self.categories.iter().zip(&self.frequencies);
        let each = columns.iter().zip(fitted).map(|(column, (categories, frequencies))| {
            let codes = categories::codes(column, categories);
            unknown.extend(categories::unknown(column, &codes));
            let cells = codes.iter().map(|code| frequencies.get(*code as usize).copied().unwrap_or(0.0));
            vec![Column::float(column.name.clone(), cells.collect())]
        });
        Ok(each.collect())
    }
}
