//! Values far out brought back to bounds that the training rows give; not in scikit-learn.

use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::super::params::EncoderError;
use super::{NUMERIC, call, columns_field, map_numbers, quoted};
use crate::base::{OUTLIER_PARAMS, OutlierBounds, OutlierMethod, Param, python_number};
use crate::table::Column;

/// Parameters of the winsorizer: those of the rule `clip_outliers`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Winsorizer {
    pub columns: Option<Vec<String>>,
    pub method: OutlierMethod,
    pub factor: f64,
    pub threshold: f64,
    pub lower: f64,
    pub upper: f64,
}

impl Default for Winsorizer {
    fn default() -> Self {
        let OutlierBounds { method, factor, threshold, lower, upper } = OutlierBounds::default();
        Self { columns: None, method, factor, threshold, lower, upper }
    }
}

/// A fitted winsorizer; each list has an entry a column. `None`: no bound on that side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedWinsorizer {
    pub feature_names_in: Vec<String>,
    pub low: Vec<Option<f64>>,
    pub high: Vec<Option<f64>>,
}

impl Winsorizer {
    fn bounds(&self) -> OutlierBounds {
        let Self { method, factor, threshold, lower, upper, .. } = *self;
        OutlierBounds { method, factor, threshold, lower, upper }
    }
}

impl Encoder for Winsorizer {
    type Fitted = FittedWinsorizer;
    const NAME: &'static str = "winsorizer";
    const LABEL: &'static str = "Clip outliers";
    const GROUP: &'static str = "Shapes";
    const HELP: &'static str = "Brings values far out back to a bound that the training rows give.";
    const PARAMS: &'static [Param] =
        &[NUMERIC, OUTLIER_PARAMS[0], OUTLIER_PARAMS[1], OUTLIER_PARAMS[2], OUTLIER_PARAMS[3], OUTLIER_PARAMS[4]];
    const IMPORTS: &'static str = "\
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

class Winsorizer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    def __init__(self, method=\"iqr\", factor=1.5, threshold=3.0, lower=0.01, upper=0.99):
        self.method = method
        self.factor = factor
        self.threshold = threshold
        self.lower = lower
        self.upper = upper

    def fit(self, X, y=None):
        self.feature_names_in_ = list(X.columns)
        self.n_features_in_ = X.shape[1]
        X = X.astype(float)
        if self.method == \"z_score\":
            self.low_ = X.mean() - self.threshold * X.std()
            self.high_ = X.mean() + self.threshold * X.std()
        elif self.method == \"quantiles\":
            self.low_, self.high_ = X.quantile(self.lower), X.quantile(self.upper)
        else:
            q1, q3 = X.quantile(0.25), X.quantile(0.75)
            self.low_, self.high_ = q1 - self.factor * (q3 - q1), q3 + self.factor * (q3 - q1)
        return self

    def transform(self, X):
        return X.astype(float).clip(self.low_, self.high_, axis=1)";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn check(&self) -> Result<(), EncoderError> {
        self.bounds().problem().map_or(Ok(()), |(param, words)| Err(EncoderError::new(param, words)))
    }

    fn sentence(&self, columns: &str) -> String {
        format!("Clip {columns} at {}, of the training rows.", self.bounds().in_words())
    }

    fn python(&self) -> String {
        let method = match self.method {
            OutlierMethod::Iqr => "iqr",
            OutlierMethod::ZScore => "z_score",
            OutlierMethod::Quantiles => "quantiles",
        };
        let arguments = [
            ("method", quoted(method), "\"iqr\""),
            ("factor", python_number(self.factor), "1.5"),
            ("threshold", python_number(self.threshold), "3.0"),
            ("lower", python_number(self.lower), "0.01"),
            ("upper", python_number(self.upper), "0.99"),
        ];
        call("Winsorizer", &arguments)
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedWinsorizer, FeaturesError> {
        let (mut low, mut high) = (Vec::new(), Vec::new());
        for column in &training.columns {
            let mut values = training.some_numbers(Self::NAME, column)?;
            let (lowest, highest) = self.bounds().of(&mut values).unzip();
            low.push(lowest.filter(|bound: &f64| bound.is_finite()));
            high.push(highest.filter(|bound: &f64| bound.is_finite()));
        }
        Ok(FittedWinsorizer { feature_names_in: training.names(), low, high })
    }
}

impl Fitted for FittedWinsorizer {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let bounds = self.low.iter().zip(&self.high);
        let each = columns.iter().zip(bounds).map(|(column, (low, high))| {
            map_numbers(column, |x| match (low, high) {
                (Some(low), _) if x < *low => *low,
                (_, Some(high)) if x > *high => *high,
                _ => x,
            })
        });
        Ok(each.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_of_the_training_rows_and_missing_cells_pass() {
        let column = Column::float("x", vec![1.0, 2.0, 3.0, 4.0, 5.0, 100.0, f64::NAN]);
        let training = Training { columns: vec![&column], train: &[0, 1, 2, 3, 4], target: &[] };
        let fitted = Winsorizer::default().fit(&training).unwrap();
        assert_eq!((fitted.low[0], fitted.high[0]), (Some(-1.0), Some(7.0)));
        let made = fitted.apply(&[&column], &mut Vec::new()).unwrap();
        let cells = made[0][0].numbers().unwrap();
        assert_eq!(cells[..6], [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]);
        assert!(cells[6].is_nan());
    }

    #[test]
    fn crossed_quantiles_are_refused_and_one_value_has_no_bounds() {
        let crossed = Winsorizer { method: OutlierMethod::Quantiles, lower: 0.9, upper: 0.1, ..Winsorizer::default() };
        assert!(crossed.check().is_err());
        let column = Column::float("x", vec![1.0, 5.0]);
        let training = Training { columns: vec![&column], train: &[0], target: &[] };
        let by_deviations = Winsorizer { method: OutlierMethod::ZScore, ..Winsorizer::default() };
        let fitted = by_deviations.fit(&training).unwrap();
        assert_eq!((fitted.low[0], fitted.high[0]), (None, None));
    }
}
