//! The baseline: one guess for every row, scikit-learn's `DummyRegressor`.

use serde::{Deserialize, Serialize};

use super::params::{self, BASELINE};
use super::rows::{AtOnce, Fitted, Outcome, Rounds, Rows};
use super::{Estimator, EstimatorError, EstimatorInfo, SpecError};
use crate::base::{Param, ParamKind};
use crate::linalg::{LinearSolution, RFactor};

/// Which guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DummyStrategy {
    Mean,
    Median,
    /// As `quantile` says, between rows by linear interpolation.
    Quantile,
    /// As `constant` says.
    Constant,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DummyRegressorParams {
    pub strategy: DummyStrategy,
    pub constant: Option<f64>,
    pub quantile: Option<f64>,
}

impl Default for DummyRegressorParams {
    fn default() -> Self {
        Self { strategy: DummyStrategy::Mean, constant: None, quantile: None }
    }
}

impl Estimator for DummyRegressorParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "dummy_regressor",
        label: "Baseline",
        model_name: "DummyRegressor",
        group: BASELINE,
        help: "Guesses the same for every row. A model that is no better has learned nothing.",
        params: &[
            Param::new(
                "strategy",
                "Guess",
                ParamKind::Choice {
                    options: &[
                        ("mean", "Mean"),
                        ("median", "Median"),
                        ("quantile", "Quantile"),
                        ("constant", "A number"),
                    ],
                },
            ),
            Param::new(
                "constant",
                "Number",
                ParamKind::Number { min: f64::MIN, max: f64::MAX, step: 1.0, log: false, optional: true },
            )
            .help("For the guess “a number”."),
            Param::new(
                "quantile",
                "Quantile",
                ParamKind::Number { min: 0.0, max: 1.0, step: 0.05, log: false, optional: true },
            )
            .help("For the guess “quantile”: 0.9 is above nine tenths of the rows."),
        ],
    };

    fn check(&self) -> Result<(), SpecError> {
        match self.strategy {
            DummyStrategy::Constant if self.constant.is_none() => {
                Err(SpecError::of("constant", "The strategy constant needs a number in `constant`.".into()))
            }
            DummyStrategy::Quantile if self.quantile.is_none() => {
                Err(SpecError::of("quantile", "The strategy quantile needs `quantile`, from 0 to 1.".into()))
            }
            _ => Ok(()),
        }
    }

    fn sentence(&self) -> String {
        match self.strategy {
            DummyStrategy::Mean => "Guesses the training mean for every row.".into(),
            DummyStrategy::Median => "Guesses the training median for every row.".into(),
            DummyStrategy::Quantile => {
                format!("Guesses the training rows' quantile {} for every row.", self.quantile.unwrap_or(0.5))
            }
            DummyStrategy::Constant => format!("Guesses {} for every row.", self.constant.unwrap_or(0.0)),
        }
    }

    fn python(&self) -> String {
        let strategy = match self.strategy {
            DummyStrategy::Mean => "mean",
            DummyStrategy::Median => "median",
            DummyStrategy::Quantile => "quantile",
            DummyStrategy::Constant => "constant",
        };
        let mut arguments = vec![("strategy", params::text(strategy))];
        match self.strategy {
            DummyStrategy::Quantile => arguments.extend(self.quantile.map(|q| ("quantile", params::number(q)))),
            DummyStrategy::Constant => arguments.extend(self.constant.map(|c| ("constant", params::number(c)))),
            _ => {}
        }
        params::python("sklearn.dummy", "DummyRegressor", &arguments, None)
    }

    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        let guess = match self.strategy {
            DummyStrategy::Mean => r.means().last().copied().unwrap_or(f64::NAN),
            DummyStrategy::Constant => self.constant.unwrap_or(f64::NAN),
            DummyStrategy::Median | DummyStrategy::Quantile => return None,
        };
        Some(Ok(LinearSolution { coef: vec![0.0; r.n_features()], intercept: guess, df: 0.0 }))
    }

    fn rounds<'a>(&self, rows: Rows<'a>, _r: &RFactor) -> Result<Option<Box<dyn Rounds + 'a>>, EstimatorError> {
        if matches!(self.strategy, DummyStrategy::Mean | DummyStrategy::Constant) {
            return Ok(None);
        }
        let share = if self.strategy == DummyStrategy::Quantile { self.quantile.unwrap_or(0.5) } else { 0.5 };
        let outcome = Outcome::Constant(quantile(rows.target(), share));
        Ok(Some(Box::new(AtOnce(Fitted { outcome, warnings: Vec::new() }))))
    }
}

/// numpy's `percentile`: by linear interpolation between the two nearest rows.
pub(super) fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let place = share * values.len().saturating_sub(1) as f64;
    let at = |i: usize| values.get(i.min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN);
    let (low, part) = (place.floor() as usize, place.fract());
    let (a, b) = (at(low), at(low + 1));
    // numpy's order of operations.
    if part >= 0.5 { b - (b - a) * (1.0 - part) } else { a + (b - a) * part }
}
