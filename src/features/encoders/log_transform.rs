//! The logarithm of a number; in scikit-learn a `FunctionTransformer`.

use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::UnknownCategories;
use super::super::design_matrix::find;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{NUMERIC, columns_field, map_numbers};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// Which logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFunction {
    /// log(x): of numbers above 0.
    Log,
    /// log(1 + x): of numbers above −1.
    #[default]
    Log1p,
}

/// Parameters of the log transform.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogTransform {
    pub columns: Option<Vec<String>>,
    pub function: LogFunction,
}

/// The same once fitted: there is nothing to learn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedLogTransform {
    pub feature_names_in: Vec<String>,
    pub function: LogFunction,
}

impl Encoder for LogTransform {
    type Fitted = FittedLogTransform;
    const NAME: &'static str = "log_transform";
    const LABEL: &'static str = "Logarithm";
    const GROUP: &'static str = "Shapes";
    const HELP: &'static str = "For columns whose differences are ratios, such as prices.";
    const PARAMS: &'static [Param] = &[
        NUMERIC,
        Param::new(
            "function",
            "Function",
            ParamKind::Choice { options: &[("log1p", "log(1 + x)"), ("log", "log(x)")] },
        ),
    ];
    const IMPORTS: &'static str = "\
import numpy as np
from sklearn.preprocessing import FunctionTransformer";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn sentence(&self, columns: &str) -> String {
        let of = if self.function == LogFunction::Log1p { "1 + " } else { "" };
        format!("Take the logarithm of {of}{columns}.")
    }

    fn python(&self) -> String {
        let (function, inverse) = match self.function {
            LogFunction::Log => ("np.log", "np.exp"),
            LogFunction::Log1p => ("np.log1p", "np.expm1"),
        };
        format!("FunctionTransformer({function}, inverse_func={inverse}, feature_names_out=\"one-to-one\")")
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedLogTransform, FeaturesError> {
        Ok(FittedLogTransform { feature_names_in: training.names(), function: self.function })
    }
}

impl Fitted for FittedLogTransform {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let mut outputs = Vec::with_capacity(columns.len());
        for column in columns {
            let (is_beyond, above): (fn(f64) -> bool, _) = match self.function {
                LogFunction::Log => (|x| x <= 0.0, "0"),
                LogFunction::Log1p => (|x| x <= -1.0, "-1"),
            };
            if let Some((count, rows)) = find(column, is_beyond) {
                let function = if self.function == LogFunction::Log { "log" } else { "log1p" };
                return Err(FeaturesError::LogDomain { column: column.name.clone(), function, above, count, rows });
            }
            outputs.push(match self.function {
                LogFunction::Log => map_numbers(column, f64::ln),
                LogFunction::Log1p => map_numbers(column, f64::ln_1p),
            });
        }
        Ok(outputs)
    }
}
