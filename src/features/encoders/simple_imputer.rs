//! scikit-learn's `SimpleImputer`: missing cells get a number or a category learnt from the training rows.

use serde::{Deserialize, Serialize};

use super::super::categories::{self, Category, UnknownCategories};
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::super::{EncoderError, FeaturesError, quantile};
use super::{call, columns_field, columns_param, flag, quoted};
use crate::base::{Accepts, Param, ParamKind, mean};
use crate::table::{Column, ColumnData, DataType, MISSING_CODE};

/// What missing cells get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImputeStrategy {
    #[default]
    Mean,
    Median,
    /// The smallest of several.
    MostFrequent,
    /// `fill_value`; without one 0 for numbers and `missing_value` for text.
    Constant,
}

/// Parameters of `SimpleImputer`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimpleImputer {
    pub columns: Option<Vec<String>>,
    pub strategy: ImputeStrategy,
    pub fill_value: Option<Category>,
    /// Adds a column of 0 and 1 behind each that has missing cells in the training rows.
    pub add_indicator: bool,
}

/// A fitted `SimpleImputer`; each list has an entry a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedSimpleImputer {
    pub feature_names_in: Vec<String>,
    /// What missing cells get.
    pub statistics: Vec<Category>,
    /// Which columns have an indicator, `missingindicator_NAME`.
    pub indicator_features: Vec<bool>,
}

impl Encoder for SimpleImputer {
    type Fitted = FittedSimpleImputer;
    const NAME: &'static str = "simple_imputer";
    const LABEL: &'static str = "Fill missing";
    const GROUP: &'static str = "Missing cells";
    const HELP: &'static str = "Fills missing cells with what the training rows say.";
    const PARAMS: &'static [Param] = &[
        columns_param(Accepts::Any, "Left open: every column that the strategy fits."),
        Param::new(
            "strategy",
            "With",
            ParamKind::Choice {
                options: &[
                    ("mean", "the mean"),
                    ("median", "the median"),
                    ("most_frequent", "the most frequent value"),
                    ("constant", "a constant"),
                ],
            },
        ),
        Param::new("fill_value", "Constant", ParamKind::Scalar).help("Only for a constant; else 0 or missing_value."),
        Param::new("add_indicator", "Mark what was missing", ParamKind::Flag).help("Adds a column of 0 and 1."),
    ];
    const IMPORTS: &'static str = "from sklearn.impute import SimpleImputer";
    columns_field!();

    fn takes(&self) -> Takes {
        match (self.strategy, &self.fill_value) {
            (ImputeStrategy::Mean | ImputeStrategy::Median, _) => Takes::Numbers,
            (ImputeStrategy::Constant, Some(Category::Number(_))) => Takes::Numbers,
            (ImputeStrategy::Constant, Some(Category::Text(_))) => Takes::Texts,
            _ => Takes::Cells,
        }
    }

    fn fresh() -> Self {
        Self { strategy: ImputeStrategy::Median, ..Self::default() }
    }

    fn check(&self) -> Result<(), EncoderError> {
        match self.fill_value {
            Some(Category::Boolean(_)) => {
                Err(EncoderError::new("fill_value", "fill_value of simple_imputer must be a number or a text."))
            }
            _ => Ok(()),
        }
    }

    fn sentence(&self, columns: &str) -> String {
        let with = match self.strategy {
            ImputeStrategy::Mean => "the mean of the training rows".to_owned(),
            ImputeStrategy::Median => "the median of the training rows".into(),
            ImputeStrategy::MostFrequent => "the most frequent value of the training rows".into(),
            ImputeStrategy::Constant => match &self.fill_value {
                Some(value) => value.label(DataType::Integer),
                None => "0, or missing_value where it is text".into(),
            },
        };
        let marked = if self.add_indicator { " and mark them" } else { "" };
        format!("Fill missing cells of {columns} with {with}{marked}.")
    }

    fn python(&self) -> String {
        let strategy = match self.strategy {
            ImputeStrategy::Mean => "mean",
            ImputeStrategy::Median => "median",
            ImputeStrategy::MostFrequent => "most_frequent",
            ImputeStrategy::Constant => "constant",
        };
        let fill = match &self.fill_value {
            Some(Category::Number(value)) => value.to_string(),
            Some(Category::Text(text)) => quoted(text),
            _ => "None".into(),
        };
        call(
            "SimpleImputer",
            &[
                ("strategy", quoted(strategy), "\"mean\""),
                ("fill_value", fill, "None"),
                ("add_indicator", flag(self.add_indicator), "False"),
            ],
        )
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedSimpleImputer, FeaturesError> {
        let mut statistics = Vec::new();
        let mut indicator_features = Vec::new();
        for column in &training.columns {
            statistics.push(self.statistic(training, column)?);
            let has_missing = training.train.iter().any(|row| column.is_missing(*row as usize));
            indicator_features.push(self.add_indicator && has_missing);
        }
        Ok(FittedSimpleImputer { feature_names_in: training.names(), statistics, indicator_features })
    }
}

impl SimpleImputer {
    fn statistic(&self, training: &Training<'_>, column: &Column) -> Result<Category, FeaturesError> {
        let is_text = column.data_type == DataType::Category;
        match (self.strategy, &self.fill_value) {
            (ImputeStrategy::Mean, _) => Ok(Category::Number(mean(&training.some_numbers(Self::NAME, column)?))),
            (ImputeStrategy::Median, _) => {
                let sorted = quantile::sorted(training.some_numbers(Self::NAME, column)?);
                Ok(Category::Number(quantile::linear(&sorted, 0.5)))
            }
            (ImputeStrategy::MostFrequent, _) => {
                let (categories, counts) = categories::observe(column, training.train);
                let known = categories.into_iter().zip(counts).filter(|(category, _)| *category != Category::Missing);
                // The first of several: they ascend.
                let most = known.reduce(|best, next| if next.1 > best.1 { next } else { best });
                let nothing = || FeaturesError::NothingToFit { encoder: Self::NAME, column: column.name.clone() };
                most.map(|(category, _)| category).ok_or_else(nothing)
            }
            (ImputeStrategy::Constant, Some(Category::Text(text))) if is_text => Ok(Category::Text(text.clone())),
            (ImputeStrategy::Constant, Some(Category::Number(value))) if !is_text => Ok(Category::Number(*value)),
            (ImputeStrategy::Constant, Some(value)) => Err(FeaturesError::FillValueUnfit {
                column: column.name.clone(),
                value: value.label(DataType::Integer),
                is_text,
            }),
            (ImputeStrategy::Constant, None) if is_text => Ok(Category::Text("missing_value".into())),
            (ImputeStrategy::Constant, None) => Ok(Category::Number(0.0)),
        }
    }
}

/// The column with its missing cells filled; the same cells where there are none.
fn fill(column: &Column, statistic: &Category) -> Column {
    if column.n_missing() == 0 {
        return column.clone();
    }
    let data = match (&*column.data, statistic) {
        (ColumnData::Number(cells), Category::Number(_) | Category::Boolean(_)) => {
            let value = match statistic {
                Category::Number(value) => *value,
                other => f64::from(u8::from(*other == Category::Boolean(true))),
            };
            ColumnData::Number(cells.iter().map(|cell| if cell.is_nan() { value } else { *cell }).collect())
        }
        (ColumnData::Category { codes, labels }, Category::Text(text)) => {
            let mut labels = labels.clone();
            let place = labels.iter().position(|label| label == text).unwrap_or_else(|| {
                labels.push(text.clone());
                labels.len() - 1
            });
            let filled = u16::try_from(place).unwrap_or(MISSING_CODE);
            let codes = codes.iter().map(|code| if *code == MISSING_CODE { filled } else { *code });
            ColumnData::Category { codes: codes.collect(), labels }
        }
        _ => return column.clone(),
    };
    let is_whole = matches!(statistic, Category::Number(value) if value.fract() == 0.0);
    let data_type = match column.data_type {
        DataType::Integer if !is_whole => DataType::Float,
        other => other,
    };
    Column::new(column.name.clone(), data_type, data)
}

impl Fitted for FittedSimpleImputer {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let fitted = self.statistics.iter().zip(&self.indicator_features);
        let each = columns.iter().zip(fitted).map(|(column, (statistic, is_marked))| {
            let mut made = vec![fill(column, statistic)];
            if *is_marked {
                let cells = (0..column.len()).map(|row| f64::from(u8::from(column.is_missing(row))));
                made.push(Column::float(format!("missingindicator_{}", column.name), cells.collect()));
            }
            made
        });
        Ok(each.collect())
    }
}
