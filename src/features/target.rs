//! Transforms of the target, and back.

use serde::{Deserialize, Serialize};

use super::design_matrix::ROWS_NAMED;
use super::{FeaturesError, power};
use crate::base::mean;

/// What the estimator predicts instead of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetTransform {
    /// log(y), for y above 0.
    Log,
    /// log(1 + y), for y above −1.
    Log1p,
    /// √y, for y from 0 on.
    Sqrt,
    /// The Yeo–Johnson power under which the training rows are most like a normal sample, for any y.
    YeoJohnson,
}

/// What Duan's correction needs of the residuals on the transformed scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Smearing {
    /// Of logarithms: the mean of exp(residual).
    Factor(f64),
    /// Of roots: the mean residual and the mean squared residual.
    Moments { mean: f64, mean_square: f64 },
}

impl TargetTransform {
    /// The name in the pipeline file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Log1p => "log1p",
            Self::Sqrt => "sqrt",
            Self::YeoJohnson => "yeo_johnson",
        }
    }

    /// λ of Yeo–Johnson for these target values; `None` for the others.
    pub(super) fn fit(self, target: &[f64], train: &[u32]) -> Option<f64> {
        let values = || train.iter().filter_map(|row| target.get(*row as usize).copied()).collect::<Vec<f64>>();
        (self == Self::YeoJohnson).then(|| power::most_likely_lambda(&values()))
    }

    /// The transformed target; NaN where it has none. `lambda` is for Yeo–Johnson.
    pub(super) fn forward(self, y: f64, lambda: f64) -> f64 {
        match self {
            Self::Log if y > 0.0 => y.ln(),
            Self::Log1p if y > -1.0 => y.ln_1p(),
            Self::Sqrt if y >= 0.0 => y.sqrt(),
            Self::YeoJohnson => power::yeo_johnson(y, lambda),
            Self::Log | Self::Log1p | Self::Sqrt => f64::NAN,
        }
    }

    /// Back to the target's units.
    pub(super) fn inverse(self, y: f64, lambda: f64, smearing: Option<Smearing>) -> f64 {
        match (self, smearing) {
            (Self::Log, Some(Smearing::Factor(factor))) => y.exp() * factor,
            (Self::Log, _) => y.exp(),
            (Self::Log1p, Some(Smearing::Factor(factor))) => y.exp() * factor - 1.0,
            (Self::Log1p, _) => y.exp_m1(),
            (Self::Sqrt, Some(Smearing::Moments { mean, mean_square })) => y * y + 2.0 * y * mean + mean_square,
            (Self::Sqrt, _) => y * y,
            (Self::YeoJohnson, _) => power::inverse_yeo_johnson(y, lambda),
        }
    }

    /// Duan's smearing estimate (1983): the mean of inverse(prediction + residual) over the residuals (transformed target
    /// minus prediction, of the training rows), in a form that does not need the residuals any more. `None` for
    /// Yeo–Johnson, which has no such form, and for no residuals.
    #[must_use]
    pub fn smearing(self, residuals: &[f64]) -> Option<Smearing> {
        let mean_of = |f: fn(f64) -> f64| mean(&residuals.iter().map(|residual| f(*residual)).collect::<Vec<f64>>());
        match self {
            _ if residuals.is_empty() => None,
            Self::Log | Self::Log1p => Some(Smearing::Factor(mean_of(f64::exp))),
            Self::Sqrt => Some(Smearing::Moments { mean: mean(residuals), mean_square: mean_of(|r| r * r) }),
            Self::YeoJohnson => None,
        }
    }

    /// That all training rows have a transformed target.
    pub(super) fn check(self, name: &str, target: &[f64], train: &[u32]) -> Result<(), FeaturesError> {
        let mut beyond: Vec<u64> = train
            .iter()
            .filter(|row| target.get(**row as usize).is_some_and(|y| self.forward(*y, 1.0).is_nan()))
            .map(|row| u64::from(*row) + 1)
            .collect();
        if beyond.is_empty() {
            return Ok(());
        }
        beyond.sort_unstable();
        let count = beyond.len() as u64;
        beyond.truncate(ROWS_NAMED);
        let needs = match self {
            Self::Log => "numbers above 0",
            Self::Log1p => "numbers above -1",
            Self::Sqrt => "numbers from 0 on",
            Self::YeoJohnson => "numbers",
        };
        Err(FeaturesError::TargetDomain { target: name.into(), transform: self.as_str(), needs, count, rows: beyond })
    }

    /// The arguments of scikit-learn's `TransformedTargetRegressor`.
    pub(super) fn python(self) -> &'static str {
        match self {
            Self::Log => "func=np.log, inverse_func=np.exp",
            Self::Log1p => "func=np.log1p, inverse_func=np.expm1",
            Self::Sqrt => "func=np.sqrt, inverse_func=np.square",
            Self::YeoJohnson => "transformer=PowerTransformer(standardize=False)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transform_comes_back() {
        use TargetTransform::{Log, Log1p, Sqrt, YeoJohnson};
        for transform in [Log, Log1p, Sqrt, YeoJohnson] {
            for y in [1e-9, 0.5, 3.0, 1e6] {
                let back = transform.inverse(transform.forward(y, 0.3), 0.3, None);
                assert!((back - y).abs() <= 1e-9 * y.max(1e-3), "{transform:?} {y} {back}");
            }
        }
    }

    #[test]
    fn smearing_is_the_mean_over_the_residuals() {
        let residuals = [-0.3, 0.1, 0.25, -0.05];
        for transform in [TargetTransform::Log, TargetTransform::Log1p, TargetTransform::Sqrt] {
            let smearing = transform.smearing(&residuals);
            let by_hand = residuals.iter().map(|r| transform.inverse(1.2 + r, 1.0, None)).sum::<f64>() / 4.0;
            let smeared = transform.inverse(1.2, 1.0, smearing);
            assert!((smeared - by_hand).abs() < 1e-14, "{transform:?} {smeared} {by_hand}");
        }
        assert_eq!(TargetTransform::YeoJohnson.smearing(&residuals), None);
        assert_eq!(TargetTransform::Log.smearing(&[]), None);
    }
}
