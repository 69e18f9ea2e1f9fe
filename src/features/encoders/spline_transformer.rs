//! scikit-learn's `SplineTransformer`: a B-spline basis, so that a linear model can follow a curve.

use serde::{Deserialize, Serialize};

use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::super::{FeaturesError, quantile};
use super::{NUMERIC, call, check_complete, check_size, columns_field, flag, quoted};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// Where the knots stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Knots {
    /// Evenly between the smallest and the largest value.
    #[default]
    Uniform,
    /// At quantiles of the training rows.
    Quantile,
}

/// What the curve does beyond the training rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extrapolation {
    /// It stays as it is at the end.
    #[default]
    Constant,
    /// It goes straight on.
    Linear,
    /// The last polynomial goes on.
    Continue,
}

/// Parameters of `SplineTransformer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SplineTransformer {
    pub columns: Option<Vec<String>>,
    pub n_knots: u32,
    pub degree: u32,
    pub knots: Knots,
    pub extrapolation: Extrapolation,
    /// Whether the last spline stays: all together they are 1 everywhere.
    pub include_bias: bool,
}

impl Default for SplineTransformer {
    fn default() -> Self {
        Self {
            columns: None,
            n_knots: 5,
            degree: 3,
            knots: Knots::Uniform,
            extrapolation: Extrapolation::Constant,
            include_bias: true,
        }
    }
}

/// A fitted `SplineTransformer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedSplineTransformer {
    pub feature_names_in: Vec<String>,
    /// For each column its knots, with `degree` more on either side (`bsplines_[i].t`).
    pub knots: Vec<Vec<f64>>,
    pub degree: u32,
    pub extrapolation: Extrapolation,
    pub include_bias: bool,
}

impl Encoder for SplineTransformer {
    type Fitted = FittedSplineTransformer;
    const NAME: &'static str = "spline_transformer";
    const LABEL: &'static str = "Splines";
    const GROUP: &'static str = "Curves";
    const HELP: &'static str = "A smooth curve in pieces, joined at knots.";
    const PARAMS: &'static [Param] = &[
        NUMERIC,
        Param::new("n_knots", "Knots", ParamKind::Integer { min: 2, max: 200, optional: false }),
        Param::new("degree", "Degree", ParamKind::Integer { min: 1, max: 10, optional: false }),
        Param::new(
            "knots",
            "Where",
            ParamKind::Choice { options: &[("uniform", "evenly spaced"), ("quantile", "at quantiles")] },
        ),
        Param::new(
            "extrapolation",
            "Beyond the ends",
            ParamKind::Choice {
                options: &[
                    ("constant", "constant"),
                    ("linear", "a straight line"),
                    ("continue", "the last polynomial"),
                ],
            },
        ),
        Param::new("include_bias", "Keep the last", ParamKind::Flag)
            .help("All splines of a column add up to 1: not needed where a model has an intercept."),
    ];
    const IMPORTS: &'static str = "from sklearn.preprocessing import SplineTransformer";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn fresh() -> Self {
        Self { include_bias: false, ..Self::default() }
    }

    fn sentence(&self, columns: &str) -> String {
        format!(
            "Let the model follow a smooth curve of {columns}: splines of degree {} with {} knots.",
            self.degree, self.n_knots
        )
    }

    fn python(&self) -> String {
        let knots = if self.knots == Knots::Quantile { "quantile" } else { "uniform" };
        let extrapolation = match self.extrapolation {
            Extrapolation::Constant => "constant",
            Extrapolation::Linear => "linear",
            Extrapolation::Continue => "continue",
        };
        call(
            "SplineTransformer",
            &[
                ("n_knots", self.n_knots.to_string(), ""),
                ("degree", self.degree.to_string(), ""),
                ("knots", quoted(knots), "\"uniform\""),
                ("extrapolation", quoted(extrapolation), "\"constant\""),
                ("include_bias", flag(self.include_bias), "True"),
            ],
        )
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedSplineTransformer, FeaturesError> {
        let names = training.names();
        let (n_knots, degree) = (self.n_knots as usize, self.degree as usize);
        let mut knots = Vec::new();
        for column in &training.columns {
            check_complete(column)?;
            check_size(Self::NAME, &names, names.len() * (n_knots + degree), column.len())?;
            let sorted = quantile::sorted(training.some_numbers(Self::NAME, column)?);
            let (first, last) = (sorted.first().copied().unwrap_or(0.0), sorted.last().copied().unwrap_or(0.0));
            if first >= last {
                return Err(FeaturesError::ConstantColumn { encoder: Self::NAME, column: column.name.clone() });
            }
            let base = match self.knots {
                Knots::Uniform => quantile::linspace(first, last, n_knots),
                Knots::Quantile => {
                    let shares = quantile::linspace(0.0, 1.0, n_knots);
                    shares.into_iter().map(|share| quantile::linear(&sorted, share)).collect()
                }
            };
            knots.push(extend(&base, degree));
        }
        Ok(FittedSplineTransformer {
            feature_names_in: names,
            knots,
            degree: self.degree,
            extrapolation: self.extrapolation,
            include_bias: self.include_bias,
        })
    }
}

/// `degree` more knots on either side, as far apart as the first two and the last two.
fn extend(base: &[f64], degree: usize) -> Vec<f64> {
    let ([first, second, ..], [.., before, last]) = (base, base) else { return base.to_vec() };
    let (below, above) = (second - first, last - before);
    let n = degree as f64;
    let mut knots = quantile::linspace(first - n * below, first - below, degree);
    knots.extend(base);
    knots.extend(quantile::linspace(last + above, last + n * above, degree));
    knots
}

/// The splines that are not 0 in one piece: one more than the largest degree.
const MOST_SPLINES: usize = 11;

/// Values and slopes at `x` of the degree + 1 splines that are not 0 in the piece from knot `piece` on, the first of
/// which is spline `piece - degree`; Cox–de Boor, 0 where knots coincide.
fn basis(knots: &[f64], degree: usize, piece: usize, x: f64) -> ([f64; MOST_SPLINES], [f64; MOST_SPLINES]) {
    let knot = |index: usize| knots.get(index).copied().unwrap_or(f64::NAN);
    let mut values = [0.0; MOST_SPLINES];
    let mut slopes = [0.0; MOST_SPLINES];
    values.first_mut().into_iter().for_each(|first| *first = 1.0);
    for order in 1..=degree {
        let (mut carried, mut carried_slope) = (0.0, 0.0);
        let each = values.iter_mut().zip(&mut slopes).enumerate().take(order + 1);
        for (place, (value, slope)) in each {
            let start = piece + 1 + place - order;
            let (low, high) = (knot(start), knot(start + order));
            let (share, left, right) = if place < order && high > low {
                let share = *value / (high - low);
                (share, share * (high - x), share * (x - low))
            } else {
                (0.0, 0.0, 0.0)
            };
            *value = carried + left;
            *slope = carried_slope - order as f64 * share;
            (carried, carried_slope) = (right, order as f64 * share);
        }
    }
    (values, slopes)
}

impl FittedSplineTransformer {
    fn spread(&self, column: &Column, knots: &[f64]) -> Vec<Column> {
        let degree = self.degree as usize;
        let n_splines = knots.len().saturating_sub(degree + 1);
        let n_made = n_splines.saturating_sub(usize::from(!self.include_bias));
        let mut made = vec![vec![0.0; column.len()]; n_made];
        let knot = |index: usize| knots.get(index).copied().unwrap_or(f64::NAN);
        let (first, last) = (knot(degree), knot(n_splines));
        for (row, x) in column.numbers().unwrap_or_default().iter().enumerate() {
            let inside = x.clamp(first, last);
            let upto = knots.partition_point(|knot| *knot <= inside);
            let piece = upto.saturating_sub(1).clamp(degree, n_splines.saturating_sub(1));
            let at = if self.extrapolation == Extrapolation::Continue { *x } else { inside };
            let (mut values, slopes) = basis(knots, degree, piece, at);
            if self.extrapolation == Extrapolation::Linear && inside != *x {
                values.iter_mut().zip(slopes).for_each(|(value, slope)| *value += (x - inside) * slope);
            }
            for (spline, value) in (piece - degree..).zip(values.into_iter().take(degree + 1)) {
                let cell = made.get_mut(spline).and_then(|cells| cells.get_mut(row));
                cell.into_iter().for_each(|cell| *cell = value);
            }
        }
        let named = made.into_iter().enumerate();
        named.map(|(place, cells)| Column::float(format!("{}_sp_{place}", column.name), cells)).collect()
    }
}

impl Fitted for FittedSplineTransformer {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        columns.iter().try_for_each(|column| check_complete(column))?;
        Ok(columns.iter().zip(&self.knots).map(|(column, knots)| self.spread(column, knots)).collect())
    }
}
