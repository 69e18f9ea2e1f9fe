//! Columns that say little, found in the training rows; not in scikit-learn (feature-engine has such classes).

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::FeaturesError;
use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{call, columns_field, columns_param, quoted};
use crate::base::{Accepts, Param, ParamKind, python_number};
use crate::clean::{Rule, clean};
use crate::table::{Column, Table};

/// What makes a column say little: each is a rule of the clean step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropMethod {
    /// One value (`drop_constant`).
    #[default]
    Constant,
    /// One value has at least this share of the known cells (`drop_near_constant`).
    NearConstant,
    /// More than this share of the cells is missing (`drop_mostly_missing`).
    MostlyMissing,
    /// A correlation with an earlier column that stays is above this in size (`drop_correlated`).
    Correlated,
}

/// Parameters: those of the four rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DropFeatures {
    pub columns: Option<Vec<String>>,
    pub method: DropMethod,
    /// Of all methods but `constant`.
    pub threshold: f64,
}

impl Default for DropFeatures {
    fn default() -> Self {
        Self { columns: None, method: DropMethod::default(), threshold: 0.95 }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedDropFeatures {
    pub feature_names_in: Vec<String>,
    /// The columns that go, in order.
    pub features_to_drop: Vec<String>,
}

impl DropMethod {
    fn rule(self) -> &'static str {
        match self {
            Self::Constant => "drop_constant",
            Self::NearConstant => "drop_near_constant",
            Self::MostlyMissing => "drop_mostly_missing",
            Self::Correlated => "drop_correlated",
        }
    }

    /// The method that does what a rule of the clean step does.
    #[must_use]
    pub fn of_rule(name: &str) -> Option<Self> {
        [Self::Constant, Self::NearConstant, Self::MostlyMissing, Self::Correlated]
            .into_iter()
            .find(|method| method.rule() == name)
    }
}

impl Encoder for DropFeatures {
    type Fitted = FittedDropFeatures;
    const NAME: &'static str = "drop_features";
    const LABEL: &'static str = "Drop columns that say little";
    const GROUP: &'static str = "Columns";
    const HELP: &'static str =
        "Leaves out what the training rows show to be constant, nearly so, mostly missing or said already.";
    const PARAMS: &'static [Param] = &[
        columns_param(Accepts::Any, "Left open: every column."),
        Param::new(
            "method",
            "What goes",
            ParamKind::Choice {
                options: &[
                    ("constant", "Constant columns"),
                    ("near_constant", "Nearly constant columns"),
                    ("mostly_missing", "Mostly missing columns"),
                    ("correlated", "Highly correlated columns"),
                ],
            },
        ),
        Param::new(
            "threshold",
            "Threshold",
            ParamKind::Number { min: 0.0, max: 1.0, step: 0.01, log: false, optional: false },
        )
        .help(
            "The share of the most frequent value, of missing cells, or the correlation from which on a column goes.",
        ),
    ];
    const IMPORTS: &'static str = "\
from sklearn.base import BaseEstimator, TransformerMixin

class DropFeatures(TransformerMixin, BaseEstimator):
    def __init__(self, method=\"constant\", threshold=0.95):
        self.method = method
        self.threshold = threshold

    def fit(self, X, y=None):
        self.feature_names_in_ = list(X.columns)
        self.n_features_in_ = X.shape[1]
        if self.method == \"correlated\":
            corr = X.select_dtypes(include=\"number\").corr().abs()
            dropped = []
            for i, column in enumerate(corr.columns):
                kept = [other for other in corr.columns[:i] if other not in dropped]
                if (corr.loc[kept, column] > self.threshold).any():
                    dropped.append(column)
        elif self.method == \"mostly_missing\":
            dropped = [column for column in X if X[column].isna().mean() > self.threshold]
        elif self.method == \"near_constant\":
            dropped = [column for column in X if X[column].value_counts(normalize=True).max() >= self.threshold]
        else:
            dropped = [column for column in X if X[column].nunique() <= 1]
        self.features_to_drop_ = dropped
        return self

    def transform(self, X):
        return X.drop(columns=self.features_to_drop_)

    def get_feature_names_out(self, input_features=None):
        return [name for name in self.feature_names_in_ if name not in self.features_to_drop_]";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Cells
    }

    fn sentence(&self, columns: &str) -> String {
        let Self { method, threshold, .. } = self;
        let percent = python_number((threshold * 1e4).round() / 1e2);
        let which = match method {
            DropMethod::Constant => "are constant".to_owned(),
            DropMethod::NearConstant => format!("have one value in {percent} % of the cells or more"),
            DropMethod::MostlyMissing => format!("lack more than {percent} % of the cells"),
            DropMethod::Correlated => format!("correlate with an earlier one above {threshold}"),
        };
        format!("Of {columns}, drop those that {which} in the training rows.")
    }

    fn python(&self) -> String {
        let method = match self.method {
            DropMethod::Constant => "constant",
            DropMethod::NearConstant => "near_constant",
            DropMethod::MostlyMissing => "mostly_missing",
            DropMethod::Correlated => "correlated",
        };
        let threshold = python_number(self.threshold);
        call("DropFeatures", &[("method", quoted(method), "\"constant\""), ("threshold", threshold, "0.95")])
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedDropFeatures, FeaturesError> {
        let correlates = self.method == DropMethod::Correlated;
        let compared = training.columns.iter().filter(|column| !correlates || column.data_type.is_numeric());
        let columns: Vec<Column> = compared.map(|column| Column::clone(column)).collect();
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let mut features_to_drop = Vec::new();
        if !names.is_empty() {
            let n_rows = columns.first().map_or(0, Column::len);
            let rows = Table::new(columns, n_rows).take_rows(training.train);
            let mut rule = json!({"rule": self.method.rule(), "columns": names, "threshold": self.threshold});
            if let (DropMethod::Constant, Some(rule)) = (self.method, rule.as_object_mut()) {
                rule.remove("threshold");
            }
            // The rule itself, on these rows: the two cannot come apart.
            let failed = |message: String| FeaturesError::NotFitted { encoder: Self::NAME, message };
            let rule: Rule = serde_json::from_value(rule).map_err(|error| failed(error.to_string()))?;
            let (_, summary) = clean(&rows, &[rule]).map_err(|error| failed(error.to_string()))?;
            features_to_drop = summary.effects.into_iter().flat_map(|effect| effect.dropped_columns).collect();
        }
        Ok(FittedDropFeatures { feature_names_in: training.names(), features_to_drop })
    }
}

impl FittedDropFeatures {
    /// Whether a column goes.
    #[must_use]
    pub fn drops(&self, name: &str) -> bool {
        self.features_to_drop.iter().any(|dropped| dropped == name)
    }
}

impl Fitted for FittedDropFeatures {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let left = |column: &&Column| if self.drops(&column.name) { Vec::new() } else { vec![Column::clone(column)] };
        Ok(columns.iter().map(left).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dropped(method: DropMethod, threshold: f64) -> Vec<String> {
        let nan = f64::NAN;
        let columns = [
            Column::float("x", vec![1.0, 2.0, 3.0, 4.0, 9.0]),
            Column::float("double", vec![2.0, 4.0, 6.0, 8.1, 0.0]),
            Column::float("same", vec![7.0, 7.0, 7.0, 7.0, 1.0]),
            Column::float("gaps", vec![1.0, nan, nan, nan, 5.0]),
        ];
        let training = Training { columns: columns.iter().collect(), train: &[0, 1, 2, 3], target: &[] };
        let fitted = DropFeatures { method, threshold, columns: None }.fit(&training).unwrap();
        let made = fitted.apply(&training.columns, &mut Vec::new()).unwrap();
        let left = made.iter().flatten().count();
        assert_eq!(left, 4 - fitted.features_to_drop.len());
        fitted.features_to_drop
    }

    #[test]
    fn only_the_training_rows_decide() {
        assert_eq!(dropped(DropMethod::Constant, 0.0), ["same", "gaps"]);
        assert_eq!(dropped(DropMethod::NearConstant, 0.9), ["same", "gaps"]);
        assert_eq!(dropped(DropMethod::MostlyMissing, 0.5), ["gaps"]);
        assert_eq!(dropped(DropMethod::Correlated, 0.95), ["double"]);
    }

    #[test]
    fn each_method_is_a_rule() {
        assert_eq!(DropMethod::of_rule("drop_mostly_missing"), Some(DropMethod::MostlyMissing));
        assert_eq!(DropMethod::of_rule("drop_columns"), None);
    }
}
