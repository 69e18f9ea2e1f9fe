//! What each feature does to predictions of a linear model: exact, because effects add up.

use serde::{Deserialize, Serialize};

use super::DiagnosticsError;
use crate::base::sum;
use crate::estimators::LinearModel;

/// Why one prediction is what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The prediction for a row of means, which is the mean prediction.
    pub baseline: f64,
    pub prediction: f64,
    /// In the model's order; with the baseline they add up to the prediction.
    pub contributions: Vec<Contribution>,
}

/// One feature's part: `coef · (value − mean)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    pub feature: String,
    pub value: f64,
    pub mean: f64,
    pub contribution: f64,
}

/// A feature's effect over the values that it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    pub feature: String,
    pub coef: f64,
    pub mean: f64,
    /// Sample standard deviation.
    pub sd: f64,
    /// Values at 5 %, 50 % and 95 % of the rows.
    pub low: f64,
    pub median: f64,
    pub high: f64,
    /// Change of the prediction for one standard deviation.
    pub per_sd: f64,
    /// Change of the prediction from `low` to `high`.
    pub range: f64,
}

/// Contribution of each feature to the prediction for `values`, against `means` (of the training rows); both in the order of
/// the coefficients.
///
/// # Errors
/// `Values` for another number of values or means.
pub fn contributions(model: &LinearModel, means: &[f64], values: &[f64]) -> Result<Explanation, DiagnosticsError> {
    check(model, values.len())?;
    check(model, means.len())?;
    let part = |(((feature, coef), value), mean): (((&String, &f64), &f64), &f64)| Contribution {
        feature: feature.clone(),
        value: *value,
        mean: *mean,
        contribution: coef * (value - mean),
    };
    let contributions: Vec<Contribution> =
        model.features.iter().zip(&model.coef).zip(values).zip(means).map(part).collect();
    let baseline = mean_prediction(model, means);
    let parts = contributions.iter().map(|part| part.contribution);
    Ok(Explanation { baseline, prediction: sum(parts.chain([baseline])), contributions })
}

/// Partial dependence: the mean prediction when `feature` has each value of `grid` in all rows, and the others stay.
///
/// # Errors
/// `Values` for another number of means, or a feature that the model does not have.
pub fn partial_dependence(
    model: &LinearModel,
    means: &[f64],
    feature: usize,
    grid: &[f64],
) -> Result<Vec<(f64, f64)>, DiagnosticsError> {
    check(model, means.len())?;
    let (Some(coef), Some(mean)) = (model.coef.get(feature), means.get(feature)) else {
        return Err(DiagnosticsError::Values { values: feature, features: model.coef.len() });
    };
    let baseline = mean_prediction(model, means);
    Ok(grid.iter().map(|value| (*value, baseline + coef * (value - mean))).collect())
}

/// Effects of all features over the listed rows of columns, one slice a feature.
///
/// # Errors
/// `Values` for another number of columns; `NoRows`.
pub fn effects(model: &LinearModel, columns: &[&[f64]], rows: &[u32]) -> Result<Vec<Effect>, DiagnosticsError> {
    check(model, columns.len())?;
    if rows.is_empty() {
        return Err(DiagnosticsError::NoRows);
    }
    let effect = |((feature, coef), column): ((&String, &f64), &&[f64])| {
        let mut values: Vec<f64> = rows.iter().filter_map(|row| column.get(*row as usize).copied()).collect();
        values.sort_unstable_by(f64::total_cmp);
        let n = values.len() as f64;
        let mean = sum(values.iter().copied()) / n;
        let degrees = (n - 1.0).max(1.0);
        let sd = (sum(values.iter().map(|value| (value - mean).powi(2))) / degrees).sqrt();
        let (low, median, high) = (quantile(&values, 0.05), quantile(&values, 0.5), quantile(&values, 0.95));
        Effect {
            feature: feature.clone(),
            coef: *coef,
            mean,
            sd,
            low,
            median,
            high,
            per_sd: coef * sd,
            range: coef * (high - low),
        }
    };
    Ok(model.features.iter().zip(&model.coef).zip(columns).map(effect).collect())
}

fn check(model: &LinearModel, values: usize) -> Result<(), DiagnosticsError> {
    let features = model.coef.len();
    if values == features && model.features.len() == features {
        Ok(())
    } else {
        Err(DiagnosticsError::Values { values, features })
    }
}

fn mean_prediction(model: &LinearModel, means: &[f64]) -> f64 {
    sum(model.coef.iter().zip(means).map(|(coef, mean)| coef * mean).chain([model.intercept]))
}

/// Linear between neighbours, as pandas and numpy have it.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * sorted.len().saturating_sub(1) as f64;
    let at = |place: f64| sorted.get(place as usize).copied().unwrap_or(f64::NAN);
    let (low, high) = (at(place.floor()), at(place.ceil()));
    low + (high - low) * place.fract()
}
