//! scikit-learn's `PowerTransformer`, Yeo–Johnson: the power under which the training rows are most like a normal sample.

use serde::{Deserialize, Serialize};

use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::super::{FeaturesError, power};
use super::standard_scaler::moments;
use super::{NUMERIC, call, columns_field, flag, map_numbers};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// Parameters of `PowerTransformer` (its `method` is `yeo-johnson`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PowerTransformer {
    pub columns: Option<Vec<String>>,
    /// Brings the result to mean 0 and standard deviation 1.
    pub standardize: bool,
}

impl Default for PowerTransformer {
    fn default() -> Self {
        Self { columns: None, standardize: true }
    }
}

/// A fitted `PowerTransformer`; each list has an entry a column: (T_λ(x) − mean) / scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedPowerTransformer {
    pub feature_names_in: Vec<String>,
    pub lambdas: Vec<f64>,
    /// 0 where it is not standardised.
    pub mean: Vec<f64>,
    /// 1 where it is not standardised.
    pub scale: Vec<f64>,
}

impl Encoder for PowerTransformer {
    type Fitted = FittedPowerTransformer;
    const NAME: &'static str = "power_transformer";
    const LABEL: &'static str = "Yeo–Johnson";
    const GROUP: &'static str = "Shapes";
    const HELP: &'static str =
        "The power that makes a skewed column most like a normal one; takes negative numbers too.";
    const PARAMS: &'static [Param] = &[
        NUMERIC,
        Param::new("standardize", "Standardise", ParamKind::Flag).help("Brings the result to mean 0 and deviation 1."),
    ];
    const IMPORTS: &'static str = "from sklearn.preprocessing import PowerTransformer";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn sentence(&self, columns: &str) -> String {
        let standardised = if self.standardize { ", and standardise it" } else { "" };
        format!("Give {columns} the Yeo–Johnson power that makes it most like a normal column{standardised}.")
    }

    fn python(&self) -> String {
        call("PowerTransformer", &[("standardize", flag(self.standardize), "True")])
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedPowerTransformer, FeaturesError> {
        let (mut lambdas, mut means, mut scales) = (Vec::new(), Vec::new(), Vec::new());
        for column in &training.columns {
            let mut values = training.some_numbers(Self::NAME, column)?;
            let (_, var, scale) = moments(&values);
            // A column that is constant but for rounding keeps its values.
            let is_constant = scale == 1.0 && var.sqrt() != 1.0;
            let lambda = if is_constant { 1.0 } else { power::most_likely_lambda(&values) };
            values.iter_mut().for_each(|value| *value = power::yeo_johnson(*value, lambda));
            let (mean, _, scale) = moments(&values);
            lambdas.push(lambda);
            means.push(if self.standardize { mean } else { 0.0 });
            scales.push(if self.standardize { scale } else { 1.0 });
        }
        Ok(FittedPowerTransformer { feature_names_in: training.names(), lambdas, mean: means, scale: scales })
    }
}

impl Fitted for FittedPowerTransformer {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let each = columns.iter().zip(&self.lambdas).zip(self.mean.iter().zip(&self.scale));
        let made = each.map(|((column, lambda), (mean, scale))| {
            map_numbers(column, |x| (power::yeo_johnson(x, *lambda) - mean) / scale)
        });
        Ok(made.collect())
    }
}
