//! One file an encoder: its parameters with their checks, its sentence, its Python, how it is fitted and applied.

mod date_parts_encoder;
mod drop_features;
mod frequency_encoder;
mod k_bins_discretizer;
mod log_transform;
mod max_abs_scaler;
mod min_max_scaler;
mod one_hot_encoder;
mod ordinal_encoder;
mod polynomial_features;
mod power_transformer;
mod quantile_transformer;
mod robust_scaler;
mod simple_imputer;
mod spline_transformer;
mod standard_scaler;
mod target_encoder;
mod text_features;
mod winsorizer;

pub use date_parts_encoder::{DatePartsEncoder, FittedDatePartsEncoder};
pub use drop_features::{DropFeatures, DropMethod, FittedDropFeatures};
pub use frequency_encoder::{FittedFrequencyEncoder, FrequencyEncoder};
pub use k_bins_discretizer::{BinStrategy, BinsEncode, FittedKBinsDiscretizer, KBinsDiscretizer};
pub use log_transform::{FittedLogTransform, LogFunction, LogTransform};
pub use max_abs_scaler::{FittedMaxAbsScaler, MaxAbsScaler};
pub use min_max_scaler::{FittedMinMaxScaler, MinMaxScaler};
pub use one_hot_encoder::{Drop, FittedOneHotEncoder, OneHotEncoder, Unknown};
pub use ordinal_encoder::{FittedOrdinalEncoder, OrdinalEncoder, OrdinalUnknown};
pub use polynomial_features::{FittedPolynomialFeatures, PolynomialFeatures};
pub use power_transformer::{FittedPowerTransformer, PowerTransformer};
pub use quantile_transformer::{FittedQuantileTransformer, OutputDistribution, QuantileTransformer};
pub use robust_scaler::{FittedRobustScaler, RobustScaler};
pub use simple_imputer::{FittedSimpleImputer, ImputeStrategy, SimpleImputer};
pub use spline_transformer::{Extrapolation, FittedSplineTransformer, Knots, SplineTransformer};
pub use standard_scaler::{FittedStandardScaler, StandardScaler};
pub use target_encoder::{FittedTargetEncoder, Smooth, TargetEncoder};
pub use text_features::{FittedTextFeatures, TextFeatures};
pub use winsorizer::{FittedWinsorizer, Winsorizer};

use super::FeaturesError;
use super::design_matrix::find;
use crate::base::{Accepts, Param, ParamKind};
use crate::table::Column;

/// How many columns one encoder may make.
pub(super) const MOST_COLUMNS: usize = 5_000;
/// How many cells the columns of one encoder may have together: 1 GiB of numbers.
pub(super) const MOST_CELLS: usize = 1 << 27;

/// The parameter `columns`.
const fn columns_param(accepts: Accepts, help: &'static str) -> Param {
    Param::new("columns", "Columns", ParamKind::Columns { accepts, optional: true }).help(help)
}

const NUMERIC: Param = columns_param(Accepts::NumericOrBoolean, "Left open: every integer and float column.");
const CATEGORICAL: Param = columns_param(Accepts::Any, "Left open: every category and boolean column.");

/// `columns` and `columns_mut`, the same in every encoder.
macro_rules! columns_field {
    () => {
        fn columns(&self) -> &Option<Vec<String>> {
            &self.columns
        }

        fn columns_mut(&mut self) -> &mut Option<Vec<String>> {
            &mut self.columns
        }
    };
}
use columns_field;

/// The same column with other numbers.
fn map_numbers(column: &Column, f: impl Fn(f64) -> f64) -> Vec<Column> {
    let cells = column.numbers().unwrap_or_default();
    vec![Column::float(column.name.clone(), cells.iter().map(|cell| f(*cell)).collect())]
}

/// For encoders that cannot pass missing cells on.
fn check_complete(column: &Column) -> Result<(), FeaturesError> {
    match find(column, f64::is_nan) {
        Some((count, rows)) => Err(FeaturesError::MissingCells { column: column.name.clone(), count, rows }),
        None => Ok(()),
    }
}

/// That an encoder does not fill the memory.
fn check_size(encoder: &'static str, columns: &[String], n_made: usize, n_rows: usize) -> Result<(), FeaturesError> {
    if n_made > MOST_COLUMNS || n_made.saturating_mul(n_rows) > MOST_CELLS {
        return Err(FeaturesError::TooManyColumns { encoder, columns: columns.to_vec(), n_made });
    }
    Ok(())
}

/// A scale of 0 becomes 1, as in scikit-learn's `_handle_zeros_in_scale`.
fn nonzero_scale(scale: f64) -> f64 {
    if scale < 10.0 * f64::EPSILON { 1.0 } else { scale }
}

/// Arguments of a Python call, without those left at scikit-learn's default.
fn call(class: &str, arguments: &[(&str, String, &str)]) -> String {
    let given = arguments.iter().filter(|(_, value, default)| value != default);
    format!("{class}({})", given.map(|(name, value, _)| format!("{name}={value}")).collect::<Vec<_>>().join(", "))
}

fn flag(value: bool) -> String {
    (if value { "True" } else { "False" }).into()
}

/// A text as Python reads it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
