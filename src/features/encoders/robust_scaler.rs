//! scikit-learn's `RobustScaler`: median 0 and interquartile range 1 over the training rows.

use serde::{Deserialize, Serialize};

use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::super::{FeaturesError, quantile};
use super::{NUMERIC, call, columns_field, flag, map_numbers, nonzero_scale};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// Parameters of `RobustScaler` (its `quantile_range` is 25 to 75).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RobustScaler {
    pub columns: Option<Vec<String>>,
    pub with_centering: bool,
    pub with_scaling: bool,
}

impl Default for RobustScaler {
    fn default() -> Self {
        Self { columns: None, with_centering: true, with_scaling: true }
    }
}

/// A fitted `RobustScaler`; each list has an entry a column: (x − center) / scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedRobustScaler {
    pub feature_names_in: Vec<String>,
    /// The median; 0 where it is not taken off.
    pub center: Vec<f64>,
    /// The interquartile range; 1 where it is 0 or not divided by.
    pub scale: Vec<f64>,
}

impl Encoder for RobustScaler {
    type Fitted = FittedRobustScaler;
    const NAME: &'static str = "robust_scaler";
    const LABEL: &'static str = "Median and quartiles";
    const GROUP: &'static str = "Scales";
    const HELP: &'static str = "Takes off the median and divides by the interquartile range: outliers do not touch it.";
    const PARAMS: &'static [Param] = &[
        NUMERIC,
        Param::new("with_centering", "Take off the median", ParamKind::Flag),
        Param::new("with_scaling", "Divide by the range", ParamKind::Flag),
    ];
    const IMPORTS: &'static str = "from sklearn.preprocessing import RobustScaler";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn sentence(&self, columns: &str) -> String {
        match (self.with_centering, self.with_scaling) {
            (true, true) => format!("Bring {columns} to median 0 and interquartile range 1."),
            (true, false) => format!("Bring {columns} to median 0."),
            (false, true) => format!("Bring {columns} to interquartile range 1."),
            (false, false) => format!("Leave {columns} as they are."),
        }
    }

    fn python(&self) -> String {
        let (center, scale) = (flag(self.with_centering), flag(self.with_scaling));
        call("RobustScaler", &[("with_centering", center, "True"), ("with_scaling", scale, "True")])
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedRobustScaler, FeaturesError> {
        let (mut center, mut scale) = (Vec::new(), Vec::new());
        for column in &training.columns {
            let sorted = quantile::sorted(training.some_numbers(Self::NAME, column)?);
            let range = quantile::linear(&sorted, 0.75) - quantile::linear(&sorted, 0.25);
            center.push(if self.with_centering { quantile::linear(&sorted, 0.5) } else { 0.0 });
            scale.push(if self.with_scaling { nonzero_scale(range) } else { 1.0 });
        }
        Ok(FittedRobustScaler { feature_names_in: training.names(), center, scale })
    }
}

impl Fitted for FittedRobustScaler {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let each = columns.iter().zip(self.center.iter().zip(&self.scale));
        Ok(each.map(|(column, (center, scale))| map_numbers(column, |x| (x - center) / scale)).collect())
    }
}
