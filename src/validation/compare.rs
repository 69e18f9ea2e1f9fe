//! Is one model really better than another? Nadeau and Bengio's corrected resampled t-test.

use serde::{Deserialize, Serialize};

use super::ValidationError;
use super::summary::{mean, sample_sd};
use crate::diagnostics::distributions::student_t;
use crate::evaluate::Scoring;

/// Two models, compared on the same folds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Names of the models.
    pub a: String,
    pub b: String,
    pub metric: String,
    /// Mean over the folds of the metric of b less that of a.
    pub difference: f64,
    /// `√((1/k + n_test/n_train)·s²)`: the second term is the correction for folds that share training rows.
    pub se: f64,
    /// `None` when all folds differ by the same.
    pub t: Option<f64>,
    /// Folds less one.
    pub df: u64,
    /// Two-sided.
    pub p: Option<f64>,
    pub confidence: f64,
    pub lo: f64,
    pub hi: f64,
    pub preference: Preference,
    /// "B is better by 0.012 ± 0.004 rmse." or "Cannot tell …".
    pub verdict: String,
}

/// Which model the test prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    A,
    B,
    CannotTell,
}

/// Compares a metric of two models over the same folds, each trained on about `n_train` and tested on about `n_test` rows.
/// R² and what judges classes (but for the log loss) is better when larger, errors when smaller.
///
/// # Errors
/// `OtherFolds` for fewer than two folds or different numbers of them; `NoRows` without sizes; `Confidence`.
pub fn compare(
    metric: &str,
    (a, of_a): (&str, &[f64]),
    (b, of_b): (&str, &[f64]),
    (n_train, n_test): (f64, f64),
    confidence: f64,
) -> Result<Comparison, ValidationError> {
    if of_a.len() != of_b.len() || of_a.len() < 2 {
        return Err(ValidationError::OtherFolds { a: of_a.len(), b: of_b.len() });
    }
    if !(n_train > 0.0 && n_test > 0.0) {
        return Err(ValidationError::NoRows);
    }
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(ValidationError::Confidence(confidence));
    }
    let differences: Vec<f64> = of_a.iter().zip(of_b).map(|(a, b)| b - a).collect();
    let k = differences.len();
    let df = k as u64 - 1;
    let difference = mean(&differences);
    // Equal differences have no spread; their mean may be off by a last bit.
    let is_same = differences.iter().all(|value| differences.first() == Some(value));
    let sd = if is_same { 0.0 } else { sample_sd(&differences).unwrap_or(0.0) };
    let se = ((1.0 / k as f64 + n_test / n_train).sqrt()) * sd;
    let t = (se > 0.0).then(|| difference / se);
    let p = t.map(|t| student_t::two_sided(t, df as f64));
    let half = student_t::ppf(0.5 + 0.5 * confidence, df as f64) * se;
    let larger_is_better = metric == "adj_r2" || Scoring::named(metric).is_some_and(Scoring::larger_is_better);
    // Without any spread, a difference is certain as far as these folds can tell.
    let is_clear = p.map_or(difference != 0.0, |p| p < 1.0 - confidence);
    let preference = match (is_clear, (difference > 0.0) == larger_is_better) {
        (false, _) => Preference::CannotTell,
        (true, true) => Preference::B,
        (true, false) => Preference::A,
    };
    let size = format!("{} ± {} {metric}", short(difference.abs()), short(half));
    let verdict = match preference {
        Preference::A => format!("{a} is better by {size}."),
        Preference::B => format!("{b} is better by {size}."),
        Preference::CannotTell if difference == 0.0 && se == 0.0 => {
            format!("{a} and {b} give the same {metric} in every fold.")
        }
        Preference::CannotTell => format!("Cannot tell {a} and {b} apart: they differ by {size} over {k} folds."),
    };
    Ok(Comparison {
        a: a.to_owned(),
        b: b.to_owned(),
        metric: metric.to_owned(),
        difference,
        se,
        t,
        df,
        p,
        confidence,
        lo: difference - half,
        hi: difference + half,
        preference,
        verdict,
    })
}

/// Two significant digits.
fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".into();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-5..6).contains(&magnitude) {
        return format!("{value:.1e}");
    }
    let decimals = usize::try_from(1 - magnitude).unwrap_or(0);
    format!("{value:.decimals$}")
}
