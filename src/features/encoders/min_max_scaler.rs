//! scikit-learn's `MinMaxScaler`: from 0 to 1 over the training rows.

use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{NUMERIC, call, columns_field, flag, map_numbers, nonzero_scale};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// Parameters of `MinMaxScaler` (its `feature_range` is 0 to 1).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MinMaxScaler {
    pub columns: Option<Vec<String>>,
    /// Whether values beyond those of the training rows are cut to 0 or 1.
    pub clip: bool,
}

/// A fitted `MinMaxScaler`; each list has an entry a column: x · scale + min.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedMinMaxScaler {
    pub feature_names_in: Vec<String>,
    pub data_min: Vec<f64>,
    pub data_max: Vec<f64>,
    pub scale: Vec<f64>,
    pub min: Vec<f64>,
    pub clip: bool,
}

impl Encoder for MinMaxScaler {
    type Fitted = FittedMinMaxScaler;
    const NAME: &'static str = "min_max_scaler";
    const LABEL: &'static str = "From 0 to 1";
    const GROUP: &'static str = "Scales";
    const HELP: &'static str = "The smallest value becomes 0, the largest 1.";
    const PARAMS: &'static [Param] =
        &[NUMERIC, Param::new("clip", "Cut what is beyond", ParamKind::Flag).help("New values below 0 or above 1.")];
    const IMPORTS: &'static str = "from sklearn.preprocessing import MinMaxScaler";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn sentence(&self, columns: &str) -> String {
        format!("Bring {columns} to the range from 0 to 1{}.", if self.clip { ", cutting what is beyond" } else { "" })
    }

    fn python(&self) -> String {
        call("MinMaxScaler", &[("clip", flag(self.clip), "False")])
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedMinMaxScaler, FeaturesError> {
        let mut fitted = FittedMinMaxScaler {
            feature_names_in: training.names(),
            data_min: Vec::new(),
            data_max: Vec::new(),
            scale: Vec::new(),
            min: Vec::new(),
            clip: self.clip,
        };
        for column in &training.columns {
            let values = training.some_numbers(Self::NAME, column)?;
            let min = values.iter().copied().fold(f64::INFINITY, f64::min);
            let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let scale = 1.0 / nonzero_scale(max - min);
            fitted.data_min.push(min);
            fitted.data_max.push(max);
            fitted.scale.push(scale);
            fitted.min.push(-min * scale);
        }
        Ok(fitted)
    }
}

impl Fitted for FittedMinMaxScaler {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let each = columns.iter().zip(self.scale.iter().zip(&self.min));
        let cut = |x: f64| if self.clip { x.clamp(0.0, 1.0) } else { x };
        Ok(each.map(|(column, (scale, min))| map_numbers(column, |x| cut(x * scale + min))).collect())
    }
}
