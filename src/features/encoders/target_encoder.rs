//! scikit-learn's `TargetEncoder` for numeric targets: the mean target of the category, drawn towards the overall mean.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::FeaturesError;
use super::super::categories::{self, Category, UnknownCategories};
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{CATEGORICAL, columns_field};
use crate::base::{Param, ParamKind, Sum, mean};
use crate::split::RandomState;
use crate::table::Column;

/// How much a category's mean is drawn towards the overall mean; in JSON `"auto"` or a number from 0.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub enum Smooth {
    /// An empirical Bayes estimate.
    #[default]
    Auto,
    /// As if so many more rows had the overall mean.
    Rows(f64),
}

impl TryFrom<Value> for Smooth {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        match (value.as_str(), value.as_f64()) {
            (Some("auto"), _) => Ok(Self::Auto),
            (_, Some(rows)) if rows >= 0.0 && rows.is_finite() => Ok(Self::Rows(rows)),
            _ => Err("it is \"auto\" or a number from 0"),
        }
    }
}

impl From<Smooth> for Value {
    fn from(smooth: Smooth) -> Self {
        match smooth {
            Smooth::Auto => "auto".into(),
            Smooth::Rows(rows) => rows.into(),
        }
    }
}

/// Parameters of `TargetEncoder`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TargetEncoder {
    pub columns: Option<Vec<String>>,
    pub smooth: Smooth,
    /// Folds of the cross-fitting: a training row gets the means of the rows outside its own fold.
    pub cv: u32,
    pub shuffle: bool,
    pub random_state: u32,
}

impl Default for TargetEncoder {
    fn default() -> Self {
        Self { columns: None, smooth: Smooth::Auto, cv: 5, shuffle: true, random_state: 42 }
    }
}

/// A fitted `TargetEncoder`; the lists have an entry a column. An unknown category has the overall mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedTargetEncoder {
    pub feature_names_in: Vec<String>,
    pub categories: Vec<Vec<Category>>,
    /// The number that stands for each category, in the units of the transformed target.
    pub encodings: Vec<Vec<f64>>,
    pub target_mean: f64,
}

impl Encoder for TargetEncoder {
    type Fitted = FittedTargetEncoder;
    const NAME: &'static str = "target_encoder";
    const LABEL: &'static str = "Target mean";
    const GROUP: &'static str = "Categories";
    const HELP: &'static str =
        "The mean target of the category. Training rows get it from the other folds, so that none sees its own target.";
    const PARAMS: &'static [Param] = &[
        CATEGORICAL,
        Param::new("smooth", "Smoothing", ParamKind::Scalar)
            .help("auto, or the number of rows with the overall mean that each category is thought to have besides."),
        Param::new("cv", "Folds", ParamKind::Integer { min: 2, max: 100, optional: false }),
        Param::new("shuffle", "Shuffle", ParamKind::Flag),
        Param::new("random_state", "Random state", ParamKind::Integer { min: 0, max: 4_294_967_295, optional: false }),
    ];
    const IMPORTS: &'static str = "\
from sklearn.model_selection import KFold
from sklearn.preprocessing import TargetEncoder";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Categories
    }

    fn sentence(&self, columns: &str) -> String {
        format!(
            "Replace each category of {columns} by the mean target of its training rows, cross-fitted in {} folds.",
            self.cv
        )
    }

    fn python(&self) -> String {
        let smooth = match self.smooth {
            Smooth::Auto => "\"auto\"".to_owned(),
            Smooth::Rows(rows) => format!("{rows:?}"),
        };
        let cv = match self.shuffle {
            true => format!("KFold({}, shuffle=True, random_state={})", self.cv, self.random_state),
            false => format!("KFold({})", self.cv),
        };
        format!("TargetEncoder(target_type=\"continuous\", smooth={smooth}, cv={cv})")
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedTargetEncoder, FeaturesError> {
        let target = picked(training);
        let target_mean = mean(&target);
        let mut categories = Vec::new();
        let mut encodings = Vec::new();
        for column in &training.columns {
            let (found, _) = categories::observe(column, training.train);
            let codes = picked_codes(column, &found, training.train);
            encodings.push(encode(&codes, &target, &vec![true; codes.len()], found.len(), self.smooth));
            categories.push(found);
        }
        Ok(FittedTargetEncoder { feature_names_in: training.names(), categories, encodings, target_mean })
    }

    fn fit_apply(
        &self,
        training: &Training<'_>,
        unknown: &mut Vec<UnknownCategories>,
    ) -> Result<(FittedTargetEncoder, Outputs), FeaturesError> {
        let n_train = training.train.len();
        let n_folds = self.cv as usize;
        if n_train < n_folds {
            return Err(FeaturesError::FewerRowsThanFolds { encoder: Self::NAME, n_rows: n_train, n_folds });
        }
        let fitted = self.fit(training)?;
        let mut outputs = fitted.apply(&training.columns, unknown)?;
        let target = picked(training);
        let folds = self.folds(n_train);
        let each = training.columns.iter().zip(&fitted.categories).zip(&mut outputs);
        for ((column, categories), output) in each {
            let codes = picked_codes(column, categories, training.train);
            let mut cells: Vec<f64> = output.first().and_then(|made| made.numbers()).unwrap_or_default().to_vec();
            for fold in 0..self.cv {
                let is_outside: Vec<bool> = folds.iter().map(|other| *other != fold).collect();
                let encoding = encode(&codes, &target, &is_outside, categories.len(), self.smooth);
                let inside = training.train.iter().zip(&codes).zip(&is_outside).filter(|(_, outside)| !**outside);
                for ((row, code), _) in inside {
                    let value = encoding.get(*code as usize).copied().unwrap_or(fitted.target_mean);
                    cells.get_mut(*row as usize).into_iter().for_each(|cell| *cell = value);
                }
            }
            *output = vec![Column::float(column.name.clone(), cells)];
        }
        Ok((fitted, outputs))
    }
}

impl TargetEncoder {
    /// The fold of each training row, as scikit-learn's `KFold`.
    fn folds(&self, n_train: usize) -> Vec<u32> {
        let n = u32::try_from(n_train).unwrap_or(u32::MAX);
        let order = if self.shuffle { RandomState::new(self.random_state).permutation(n) } else { (0..n).collect() };
        let (size, larger) = (n / self.cv.max(1), n % self.cv.max(1));
        let mut folds = vec![0; n_train];
        let of_place =
            (0..self.cv).flat_map(|fold| std::iter::repeat_n(fold, (size + u32::from(fold < larger)) as usize));
        for (row, fold) in order.into_iter().zip(of_place) {
            folds.get_mut(row as usize).into_iter().for_each(|place| *place = fold);
        }
        folds
    }
}

/// The target of the training rows, in their order.
fn picked(training: &Training<'_>) -> Vec<f64> {
    training.train.iter().filter_map(|row| training.target.get(*row as usize).copied()).collect()
}

fn picked_codes(column: &Column, categories: &[Category], train: &[u32]) -> Vec<u32> {
    let codes = categories::codes(column, categories);
    train.iter().filter_map(|row| codes.get(*row as usize).copied()).collect()
}

/// The number of each category from the rows that `is_used` marks (Micci-Barreca 2001: equations 5 to 7).
fn encode(codes: &[u32], target: &[f64], is_used: &[bool], n_categories: usize, smooth: Smooth) -> Vec<f64> {
    let rows =
        || codes.iter().zip(target).zip(is_used).filter(|(_, used)| **used).map(|((code, y), _)| (*code as usize, *y));
    let mut sums = vec![Sum::default(); n_categories];
    let mut counts = vec![0.0_f64; n_categories];
    let mut total = Sum::default();
    let mut n = 0.0;
    for (code, y) in rows() {
        total.add(y);
        n += 1.0;
        sums.get_mut(code).into_iter().for_each(|sum| sum.add(y));
        counts.get_mut(code).into_iter().for_each(|count| *count += 1.0);
    }
    let overall = total.value() / n;
    let sums: Vec<f64> = sums.into_iter().map(Sum::value).collect();
    match smooth {
        Smooth::Rows(rows) => sums
            .iter()
            .zip(&counts)
            .map(|(sum, count)| if count + rows == 0.0 { overall } else { (sum + rows * overall) / (count + rows) })
            .collect(),
        Smooth::Auto => {
            let means: Vec<f64> = sums.iter().zip(&counts).map(|(sum, count)| sum / count).collect();
            let mut squares = vec![Sum::default(); n_categories];
            let mut variance = Sum::default();
            for (code, y) in rows() {
                variance.add((y - overall) * (y - overall));
                let deviation = y - means.get(code).copied().unwrap_or(overall);
                squares.get_mut(code).into_iter().for_each(|sum| sum.add(deviation * deviation));
            }
            let variance = variance.value() / n;
            let each = means.iter().zip(&counts).zip(squares);
            each.map(|((mean, count), squares)| {
                let share = variance * count / (variance * count + squares.value() / count);
                if share.is_nan() { overall } else { share * mean + (1.0 - share) * overall }
            })
            .collect()
        }
    }
}

impl Fitted for FittedTargetEncoder {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], unknown: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let fitted = self.categories.iter().zip(&self.encodings);
        let each = columns.iter().zip(fitted).map(|(column, (categories, encodings))| {
            let codes = categories::codes(column, categories);
            unknown.extend(categories::unknown(column, &codes));
            let cells = codes.iter().map(|code| encodings.get(*code as usize).copied().unwrap_or(self.target_mean));
            vec![Column::float(column.name.clone(), cells.collect())]
        });
        Ok(each.collect())
    }
}
