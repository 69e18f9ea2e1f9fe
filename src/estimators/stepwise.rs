//! Stepwise regression: columns are added or dropped while a criterion improves, from R alone.

use serde::{Deserialize, Serialize};

use super::params::{self, FIT_INTERCEPT, SELECTING};
use super::{Estimator, EstimatorError, EstimatorInfo};
use crate::base::{Param, ParamKind};
use crate::linalg::{Criterion, Direction, LinearSolution, RFactor, SubsetSearch};

pub(super) const CRITERION: Param = Param::new(
    "criterion",
    "Judged by",
    ParamKind::Choice { options: &[("aic", "AIC"), ("bic", "BIC"), ("adj_r2", "Adjusted R²")] },
)
.help("BIC keeps the fewest features, adjusted R² the most.");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StepwiseParams {
    pub direction: Direction,
    pub criterion: Criterion,
    pub fit_intercept: bool,
}

impl Default for StepwiseParams {
    fn default() -> Self {
        Self { direction: Direction::Both, criterion: Criterion::Aic, fit_intercept: true }
    }
}

impl Estimator for StepwiseParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "stepwise_regression",
        label: "Stepwise regression",
        model_name: "StepwiseRegression",
        group: SELECTING,
        help: "Adds or drops one feature at a time while that improves a criterion. Its standard errors are too small.",
        params: &[
            Param::new(
                "direction",
                "Direction",
                ParamKind::Choice {
                    options: &[("both", "Add and drop"), ("forward", "Add only"), ("backward", "Drop only")],
                },
            ),
            CRITERION,
            FIT_INTERCEPT,
        ],
    };

    fn sentence(&self) -> String {
        let way = match self.direction {
            Direction::Forward => "added one by one",
            Direction::Backward => "dropped one by one",
            Direction::Both => "added and dropped one by one",
        };
        let suffix = params::suffix(self.fit_intercept, None);
        format!("Least squares, features {way} while {} improves{suffix}.", plain(self.criterion))
    }

    fn python(&self) -> String {
        let adds = if self.direction == Direction::Backward { "[]" } else { "[c for c in X_train if c not in chosen]" };
        let drops = if self.direction == Direction::Forward { "[]" } else { "chosen" };
        let start = if self.direction == Direction::Backward { "list(X_train)" } else { "[]" };
        format!(
            "{}\nchosen = {start}\nwhile True:\n    \
             moves = [chosen + [c] for c in {adds}] + [[c for c in chosen if c != out] for out in {drops}]\n    \
             best = min(moves, key=cost, default=chosen)\n    \
             if not cost(best) < cost(chosen) - 1e-12 * abs(cost(chosen)):\n        break\n    \
             chosen = best\n{}",
            python_cost(self.criterion, self.fit_intercept),
            python_fit(self.fit_intercept),
        )
    }

    fn fit_intercept(&self) -> bool {
        self.fit_intercept
    }

    fn solve_from_r(&self, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        let solved = SubsetSearch::new(r, self.fit_intercept, self.criterion).and_then(|search| {
            let last = search.stepwise(self.direction).pop();
            search.solution(&last.map(|subset| subset.columns).unwrap_or_default())
        });
        Some(solved.map_err(EstimatorError::from))
    }
}

pub(super) fn plain(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Aic => "AIC",
        Criterion::Bic => "BIC",
        Criterion::AdjR2 => "adjusted R²",
    }
}

/// `cost(columns)` in Python, lower is better.
pub(super) fn python_cost(criterion: Criterion, fit_intercept: bool) -> String {
    let one = u8::from(fit_intercept);
    let cost = match criterion {
        Criterion::Aic => "n * np.log(2 * np.pi * rss / n) + n + 2 * k",
        Criterion::Bic => "n * np.log(2 * np.pi * rss / n) + n + k * np.log(n)",
        Criterion::AdjR2 => "rss / (n - k)",
    };
    let design = if fit_intercept {
        "np.column_stack([np.ones(n)] + [X_train[c] for c in columns])"
    } else {
        "np.column_stack([np.zeros(n)] + [X_train[c] for c in columns])"
    };
    format!(
        "import numpy as np\nfrom sklearn.linear_model import LinearRegression\n\nn = len(y_train)\n\n\
         def cost(columns):\n    X = {design}\n    \
         fitted = X @ np.linalg.lstsq(X, y_train, rcond=None)[0]\n    \
         rss, k = ((y_train - fitted) ** 2).sum(), len(columns) + {one}\n    return {cost}\n"
    )
}

/// The model on the chosen columns in Python.
pub(super) fn python_fit(fit_intercept: bool) -> String {
    let arguments = if fit_intercept { "" } else { "fit_intercept=False, " };
    format!(
        "chosen = [c for c in X_train if c in chosen]\nmodel = LinearRegression({arguments}tol=2.3e-16).fit(X_train[chosen], y_train)\n"
    )
}
