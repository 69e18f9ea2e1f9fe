//! scikit-learn's `QuantileTransformer`: the share of training rows below a value, or the normal deviate of that share.

use serde::{Deserialize, Serialize};

use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::super::{FeaturesError, quantile};
use super::{NUMERIC, columns_field, map_numbers, quoted};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// How the result is distributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputDistribution {
    #[default]
    Uniform,
    Normal,
}

/// Parameters of `QuantileTransformer` (all training rows count: its `subsample` is none).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuantileTransformer {
    pub columns: Option<Vec<String>>,
    /// At most as many as there are training rows.
    pub n_quantiles: u32,
    pub output_distribution: OutputDistribution,
}

impl Default for QuantileTransformer {
    fn default() -> Self {
        Self { columns: None, n_quantiles: 1000, output_distribution: OutputDistribution::Uniform }
    }
}

/// A fitted `QuantileTransformer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedQuantileTransformer {
    pub feature_names_in: Vec<String>,
    /// Shares from 0 to 1.
    pub references: Vec<f64>,
    /// For each column the values at these shares.
    pub quantiles: Vec<Vec<f64>>,
    pub output_distribution: OutputDistribution,
}

/// scikit-learn's: a normal deviate is taken from a share at least so far from 0 and 1.
const BOUND: f64 = 1e-7;

impl Encoder for QuantileTransformer {
    type Fitted = FittedQuantileTransformer;
    const NAME: &'static str = "quantile_transformer";
    const LABEL: &'static str = "Ranks";
    const GROUP: &'static str = "Shapes";
    const HELP: &'static str = "The share of training rows below a value: any shape becomes even, or normal.";
    const PARAMS: &'static [Param] = &[
        NUMERIC,
        Param::new("n_quantiles", "Quantiles", ParamKind::Integer { min: 2, max: 100_000, optional: false }),
        Param::new(
            "output_distribution",
            "Result",
            ParamKind::Choice { options: &[("uniform", "even from 0 to 1"), ("normal", "normal")] },
        ),
    ];
    const IMPORTS: &'static str = "from sklearn.preprocessing import QuantileTransformer";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn sentence(&self, columns: &str) -> String {
        let what = match self.output_distribution {
            OutputDistribution::Uniform => "the share of training rows below it",
            OutputDistribution::Normal => "the normal deviate of its rank",
        };
        format!("Replace each number of {columns} by {what}.")
    }

    fn python(&self) -> String {
        let output = match self.output_distribution {
            OutputDistribution::Uniform => String::new(),
            OutputDistribution::Normal => format!(", output_distribution={}", quoted("normal")),
        };
        format!("QuantileTransformer(n_quantiles={}{output}, subsample=None)", self.n_quantiles)
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedQuantileTransformer, FeaturesError> {
        let n = (self.n_quantiles as usize).min(training.train.len()).max(1);
        let references = quantile::linspace(0.0, 1.0, n);
        let mut quantiles = Vec::new();
        for column in &training.columns {
            let sorted = quantile::sorted(training.some_numbers(Self::NAME, column)?);
            let mut largest = f64::NEG_INFINITY;
            let ascending = references.iter().map(|share| {
                largest = largest.max(quantile::linear(&sorted, *share));
                largest
            });
            quantiles.push(ascending.collect());
        }
        let output_distribution = self.output_distribution;
        Ok(FittedQuantileTransformer { feature_names_in: training.names(), references, quantiles, output_distribution })
    }
}

/// `numpy.interp(x, places, values)`, where the places ascend: the last of equal ones counts.
fn interpolate(x: f64, places: &[f64], values: &[f64]) -> f64 {
    let after = places.partition_point(|place| *place <= x);
    let at = |index: usize| Some((*places.get(index)?, *values.get(index)?));
    match (after.checked_sub(1).and_then(at), at(after)) {
        (Some((place, value)), Some((next_place, next_value))) if place != x => {
            (next_value - value) / (next_place - place) * (x - place) + value
        }
        (Some((_, value)), _) | (None, Some((_, value))) => value,
        (None, None) => f64::NAN,
    }
}

impl FittedQuantileTransformer {
    fn share(&self, x: f64, quantiles: &[f64], mirrored: (&[f64], &[f64])) -> f64 {
        let (Some(first), Some(last)) = (quantiles.first(), quantiles.last()) else { return f64::NAN };
        if x.is_nan() {
            return x;
        }
        let is_normal = self.output_distribution == OutputDistribution::Normal;
        let (is_lowest, is_highest) =
            if is_normal { (x - BOUND < *first, x + BOUND > *last) } else { (x <= *first, x >= *last) };
        let share = match (is_lowest, is_highest) {
            (true, _) => 0.0,
            (_, true) => 1.0,
            // Of equal quantiles the middle: once from below, once from above.
            _ => 0.5 * (interpolate(x, quantiles, &self.references) - interpolate(-x, mirrored.0, mirrored.1)),
        };
        if !is_normal {
            return share;
        }
        let low = spec_math::cephes64::ndtri(BOUND - f64::EPSILON);
        let high = spec_math::cephes64::ndtri(1.0 - (BOUND - f64::EPSILON));
        match share {
            share if share <= 0.0 => low,
            share if share >= 1.0 => high,
            share => spec_math::cephes64::ndtri(share).clamp(low, high),
        }
    }
}

impl Fitted for FittedQuantileTransformer {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let references: Vec<f64> = self.references.iter().rev().map(|share| -share).collect();
        let each = columns.iter().zip(&self.quantiles).map(|(column, quantiles)| {
            let mirrored: Vec<f64> = quantiles.iter().rev().map(|value| -value).collect();
            map_numbers(column, |x| self.share(x, quantiles, (&mirrored, &references)))
        });
        Ok(each.collect())
    }
}
