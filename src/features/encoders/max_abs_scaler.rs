//! scikit-learn's `MaxAbsScaler`: divided by the largest absolute value of the training rows.

use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{NUMERIC, columns_field, map_numbers, nonzero_scale};
use crate::base::Param;
use crate::table::Column;

/// Parameters of `MaxAbsScaler`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MaxAbsScaler {
    pub columns: Option<Vec<String>>,
}

/// A fitted `MaxAbsScaler`: x / scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedMaxAbsScaler {
    pub feature_names_in: Vec<String>,
    pub scale: Vec<f64>,
}

impl Encoder for MaxAbsScaler {
    type Fitted = FittedMaxAbsScaler;
    const NAME: &'static str = "max_abs_scaler";
    const LABEL: &'static str = "By the largest";
    const GROUP: &'static str = "Scales";
    const HELP: &'static str = "Divides by the largest absolute value; 0 stays 0.";
    const PARAMS: &'static [Param] = &[NUMERIC];
    const IMPORTS: &'static str = "from sklearn.preprocessing import MaxAbsScaler";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn sentence(&self, columns: &str) -> String {
        format!("Divide {columns} by the largest absolute value of the training rows.")
    }

    fn python(&self) -> String {
        "MaxAbsScaler()".into()
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedMaxAbsScaler, FeaturesError> {
        let mut scale = Vec::new();
        for column in &training.columns {
            let values = training.some_numbers(Self::NAME, column)?;
            scale.push(nonzero_scale(values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()))));
        }
        Ok(FittedMaxAbsScaler { feature_names_in: training.names(), scale })
    }
}

impl Fitted for FittedMaxAbsScaler {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        Ok(columns.iter().zip(&self.scale).map(|(column, scale)| map_numbers(column, |x| x / scale)).collect())
    }
}
