//! scikit-learn's `StandardScaler`: mean 0 and standard deviation 1 over the training rows.

use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{NUMERIC, call, columns_field, flag, map_numbers};
use crate::base::{Param, ParamKind, Sum, mean};
use crate::table::Column;

/// Parameters of `StandardScaler`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StandardScaler {
    pub columns: Option<Vec<String>>,
    pub with_mean: bool,
    pub with_std: bool,
}

impl Default for StandardScaler {
    fn default() -> Self {
        Self { columns: None, with_mean: true, with_std: true }
    }
}

/// A fitted `StandardScaler`; each list has an entry a column: (x − mean) / scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedStandardScaler {
    pub feature_names_in: Vec<String>,
    /// 0 where the mean is not taken off.
    pub mean: Vec<f64>,
    /// Divided by n, not n − 1.
    pub var: Vec<f64>,
    /// The root of `var`; 1 for constant columns, and where it is not divided.
    pub scale: Vec<f64>,
}

impl Encoder for StandardScaler {
    type Fitted = FittedStandardScaler;
    const NAME: &'static str = "standard_scaler";
    const LABEL: &'static str = "Standardise";
    const GROUP: &'static str = "Scales";
    const HELP: &'static str = "Takes off the mean and divides by the standard deviation.";
    const PARAMS: &'static [Param] = &[
        NUMERIC,
        Param::new("with_mean", "Take off the mean", ParamKind::Flag),
        Param::new("with_std", "Divide by the deviation", ParamKind::Flag),
    ];
    const IMPORTS: &'static str = "from sklearn.preprocessing import StandardScaler";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn sentence(&self, columns: &str) -> String {
        match (self.with_mean, self.with_std) {
            (true, true) => format!("Bring {columns} to mean 0 and standard deviation 1."),
            (true, false) => format!("Bring {columns} to mean 0."),
            (false, true) => format!("Bring {columns} to standard deviation 1."),
            (false, false) => format!("Leave {columns} as they are."),
        }
    }

    fn python(&self) -> String {
        let (mean, std) = (flag(self.with_mean), flag(self.with_std));
        call("StandardScaler", &[("with_mean", mean, "True"), ("with_std", std, "True")])
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedStandardScaler, FeaturesError> {
        let (mut means, mut vars, mut scales) = (Vec::new(), Vec::new(), Vec::new());
        for column in &training.columns {
            let (mean, var, scale) = moments(&training.some_numbers(Self::NAME, column)?);
            means.push(if self.with_mean { mean } else { 0.0 });
            vars.push(var);
            scales.push(if self.with_std { scale } else { 1.0 });
        }
        Ok(FittedStandardScaler { feature_names_in: training.names(), mean: means, var: vars, scale: scales })
    }
}

/// Mean, variance (divided by n) and the scale to divide by: 1 where the values are constant but for rounding.
pub(super) fn moments(values: &[f64]) -> (f64, f64, f64) {
    let n = values.len() as f64;
    let mean = mean(values);
    let mut squares = Sum::default();
    values.iter().for_each(|value| squares.add((value - mean) * (value - mean)));
    let var = squares.value() / n;
    // As scikit-learn's `_is_constant_feature`.
    let rounding = n * f64::EPSILON * var + (n * mean * f64::EPSILON).powi(2);
    (mean, var, if var <= rounding { 1.0 } else { var.sqrt() })
}

impl Fitted for FittedStandardScaler {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let fitted = self.mean.iter().zip(&self.scale);
        let each = columns.iter().zip(fitted);
        Ok(each.map(|(column, (mean, scale))| map_numbers(column, |x| (x - mean) / scale)).collect())
    }
}
