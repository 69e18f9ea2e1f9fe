//! scikit-learn's `OrdinalEncoder`: the categories numbered from 0.

use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::{self, Category, UNKNOWN, UnknownCategories};
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{CATEGORICAL, call, columns_field, quoted};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// What becomes of a category that the training rows do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrdinalUnknown {
    /// It is an error.
    Error,
    /// It is `unknown_value`.
    #[default]
    UseEncodedValue,
}

/// Parameters of `OrdinalEncoder`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrdinalEncoder {
    pub columns: Option<Vec<String>>,
    pub handle_unknown: OrdinalUnknown,
    pub unknown_value: f64,
    /// The number of missing cells; `None` leaves them missing.
    pub encoded_missing_value: Option<f64>,
}

impl Default for OrdinalEncoder {
    fn default() -> Self {
        Self {
            columns: None,
            handle_unknown: OrdinalUnknown::default(),
            unknown_value: -1.0,
            encoded_missing_value: None,
        }
    }
}

/// A fitted `OrdinalEncoder`; each list has an entry a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedOrdinalEncoder {
    pub feature_names_in: Vec<String>,
    /// Ascending, missing last: a category's number is its index.
    pub categories: Vec<Vec<Category>>,
    pub handle_unknown: OrdinalUnknown,
    pub unknown_value: f64,
    pub encoded_missing_value: Option<f64>,
}

const fn any_number(name: &'static str, label: &'static str, optional: bool) -> Param {
    Param::new(name, label, ParamKind::Number { min: -1e9, max: 1e9, step: 1.0, log: false, optional })
}

impl Encoder for OrdinalEncoder {
    type Fitted = FittedOrdinalEncoder;
    const NAME: &'static str = "ordinal_encoder";
    const LABEL: &'static str = "Numbered";
    const GROUP: &'static str = "Categories";
    const HELP: &'static str = "The categories numbered from 0 in the order of their names.";
    const PARAMS: &'static [Param] = &[
        CATEGORICAL,
        Param::new(
            "handle_unknown",
            "New categories",
            ParamKind::Choice { options: &[("use_encoded_value", "get a number"), ("error", "are an error")] },
        ),
        any_number("unknown_value", "Their number", false),
        any_number("encoded_missing_value", "Number of missing cells", true).help("Left open: they stay missing."),
    ];
    const IMPORTS: &'static str = "from sklearn.preprocessing import OrdinalEncoder";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Categories
    }

    fn fresh() -> Self {
        Self { encoded_missing_value: Some(-2.0), ..Self::default() }
    }

    fn sentence(&self, columns: &str) -> String {
        format!("Number the categories of {columns} from 0 in the order of their names.")
    }

    fn python(&self) -> String {
        let is_error = self.handle_unknown == OrdinalUnknown::Error;
        let number = |value: f64| if value.fract() == 0.0 { format!("{value:.0}") } else { value.to_string() };
        let none = || "None".to_owned();
        call(
            "OrdinalEncoder",
            &[
                ("handle_unknown", quoted(if is_error { "error" } else { "use_encoded_value" }), "\"error\""),
                ("unknown_value", if is_error { none() } else { number(self.unknown_value) }, "None"),
                ("encoded_missing_value", self.encoded_missing_value.map_or_else(none, number), "None"),
            ],
        )
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedOrdinalEncoder, FeaturesError> {
        Ok(FittedOrdinalEncoder {
            feature_names_in: training.names(),
            categories: training.columns.iter().map(|column| categories::observe(column, training.train).0).collect(),
            handle_unknown: self.handle_unknown,
            unknown_value: self.unknown_value,
            encoded_missing_value: self.encoded_missing_value,
        })
    }
}

impl Fitted for FittedOrdinalEncoder {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], unknown: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let mut outputs = Vec::with_capacity(columns.len());
        for (column, categories) in columns.iter().zip(&self.categories) {
            let codes = categories::codes(column, categories);
            if let Some(found) = categories::unknown(column, &codes) {
                if self.handle_unknown == OrdinalUnknown::Error {
                    return Err(FeaturesError::UnknownCategories { encoder: OrdinalEncoder::NAME, unknown: found });
                }
                unknown.push(found);
            }
            let number = |code: u32| match categories.get(code as usize) {
                Some(Category::Missing) => self.encoded_missing_value.unwrap_or(f64::NAN),
                _ if code == UNKNOWN => self.unknown_value,
                _ => f64::from(code),
            };
            let cells = codes.into_iter().map(number).collect();
            outputs.push(vec![Column::float(column.name.clone(), cells)]);
        }
        Ok(outputs)
    }
}
