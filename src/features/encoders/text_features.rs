//! How long a text is.

use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{columns_field, columns_param, flag};
use crate::base::{Accepts, Param, ParamKind};
use crate::table::{Column, ColumnData};

/// Parameters of the text features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextFeatures {
    pub columns: Option<Vec<String>>,
    /// Characters, as `NAME_length`.
    pub length: bool,
    /// Words, as `NAME_words`.
    pub words: bool,
}

impl Default for TextFeatures {
    fn default() -> Self {
        Self { columns: None, length: true, words: true }
    }
}

/// The same once fitted: there is nothing to learn. A missing text has length 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedTextFeatures {
    pub feature_names_in: Vec<String>,
    pub length: bool,
    pub words: bool,
}

impl Encoder for TextFeatures {
    type Fitted = FittedTextFeatures;
    const NAME: &'static str = "text_features";
    const LABEL: &'static str = "Length of text";
    const GROUP: &'static str = "Text and dates";
    const HELP: &'static str = "How many characters and words a text has; a missing one has none.";
    const PARAMS: &'static [Param] = &[
        columns_param(Accepts::Textual, "Left open: every category column."),
        Param::new("length", "Characters", ParamKind::Flag),
        Param::new("words", "Words", ParamKind::Flag),
    ];
    const IMPORTS: &'static str = "\
import pandas as pd
from sklearn.preprocessing import FunctionTransformer

def text_features(X, length=True, words=True):
    made = {}
    for name in X:
        text = X[name].astype(object).where(X[name].notna(), \"\").astype(str)
        if length:
            made[f\"{name}_length\"] = text.str.len().astype(float)
        if words:
            made[f\"{name}_words\"] = text.str.split().str.len().astype(float)
    return pd.DataFrame(made, index=X.index)

def text_feature_names(transformer, names):
    kinds = [kind for kind in (\"length\", \"words\") if transformer.kw_args[kind]]
    return [f\"{name}_{kind}\" for name in names for kind in kinds]";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Texts
    }

    fn sentence(&self, columns: &str) -> String {
        let what = match (self.length, self.words) {
            (true, true) => "its numbers of characters and words",
            (true, false) => "its number of characters",
            (false, true) => "its number of words",
            (false, false) => "nothing",
        };
        format!("Replace each text of {columns} by {what}.")
    }

    fn python(&self) -> String {
        let (length, words) = (flag(self.length), flag(self.words));
        format!(
            "FunctionTransformer(text_features, feature_names_out=text_feature_names, kw_args=dict(length={length}, words={words}))"
        )
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedTextFeatures, FeaturesError> {
        Ok(FittedTextFeatures { feature_names_in: training.names(), length: self.length, words: self.words })
    }
}

impl Fitted for FittedTextFeatures {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let count = |column: &Column, kind: &str, count: fn(&str) -> usize| {
            let ColumnData::Category { codes, labels } = &*column.data else { return None };
            let counts: Vec<f64> = labels.iter().map(|label| count(label) as f64).collect();
            let cells = codes.iter().map(|code| counts.get(usize::from(*code)).copied().unwrap_or(0.0));
            Some(Column::float(format!("{}_{kind}", column.name), cells.collect()))
        };
        let each = columns.iter().map(|column| {
            let length = if self.length { count(column, "length", |text| text.chars().count()) } else { None };
            let words = if self.words { count(column, "words", |text| text.split_whitespace().count()) } else { None };
            length.into_iter().chain(words).collect()
        });
        Ok(each.collect())
    }
}
