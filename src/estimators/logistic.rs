//! Logistic regression for a target with two values: `C·Σ ln(1 + e^(−±(w·x + c))) + ½‖w‖²`, scikit-learn's
//! `LogisticRegression`, by Newton's method (iteratively reweighted least squares).

use serde::{Deserialize, Serialize};

use super::newton::{Loss, Newton, RowTerm};
use super::params::{self, CLASSIFYING, FIT_INTERCEPT};
use super::rows::{Fitted, Outcome, Rounds, Rows};
use super::{Estimator, EstimatorError, EstimatorInfo, SpecError};
use crate::base::{Param, ParamKind};
use crate::linalg::{LinearSolution, RFactor};

/// What is penalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// The squares of the coefficients.
    L2,
    None,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogisticRegressionParams {
    /// The inverse of the penalty's strength.
    #[serde(rename = "C")]
    pub c: f64,
    pub penalty: Penalty,
    pub fit_intercept: bool,
}

impl Default for LogisticRegressionParams {
    fn default() -> Self {
        Self { c: 1.0, penalty: Penalty::L2, fit_intercept: true }
    }
}

impl Estimator for LogisticRegressionParams {
    const INFO: EstimatorInfo = EstimatorInfo {
        name: "logistic_regression",
        label: "Logistic regression",
        model_name: "LogisticRegression",
        group: CLASSIFYING,
        help: "How likely the second of two values is: for a target that is 0 or 1, no or yes.",
        params: &[
            Param::new(
                "C",
                "Freedom",
                ParamKind::Number { min: 0.0, max: f64::MAX, step: 0.1, log: true, optional: false },
            )
            .help("The smaller, the smaller the coefficients: the inverse of the penalty."),
            Param::new("penalty", "Penalty", ParamKind::Choice { options: &[("l2", "On squares"), ("none", "None")] }),
            FIT_INTERCEPT,
        ],
    };

    fn check(&self) -> Result<(), SpecError> {
        if self.c > 0.0 {
            return Ok(());
        }
        Err(SpecError::of("C", format!("`C` is {}, and must be above 0.", self.c)))
    }

    fn sentence(&self) -> String {
        let penalty = match self.penalty {
            Penalty::L2 => format!("penalised with C = {}", self.c),
            Penalty::None => "without penalty".into(),
        };
        format!("Logistic regression, {penalty}{}.", params::suffix(self.fit_intercept, None))
    }

    fn python(&self) -> String {
        let c = if self.penalty == Penalty::L2 { params::number(self.c) } else { "float('inf')".into() };
        let mut arguments = vec![("C", c)];
        arguments.extend(params::intercept(self.fit_intercept));
        // The usual L-BFGS stops some 1e-5 before the optimum, whatever `tol` is; Newton's method arrives.
        arguments.extend([
            ("solver", "\"newton-cholesky\"".into()),
            ("tol", "1e-10".into()),
            ("max_iter", "10000".into()),
        ]);
        params::python("sklearn.linear_model", "LogisticRegression", &arguments, None)
    }

    fn fit_intercept(&self) -> bool {
        self.fit_intercept
    }

    fn is_classifier(&self) -> bool {
        true
    }

    fn solve_from_r(&self, _r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
        None
    }

    fn rounds<'a>(&self, rows: Rows<'a>, r: &RFactor) -> Result<Option<Box<dyn Rounds + 'a>>, EstimatorError> {
        let target = rows.target();
        let mut classes: Vec<f64> = Vec::new();
        for value in &target {
            // More than a few different values are not counted to the end.
            if !classes.contains(value) && classes.len() < 1000 {
                classes.push(*value);
            }
        }
        classes.sort_unstable_by(f64::total_cmp);
        let &[first, second] = classes.as_slice() else {
            return Err(EstimatorError::NotBinary { target: rows.target_name.clone(), found: classes.len() });
        };
        let is_second: Vec<f64> = target.iter().map(|value| f64::from(u8::from(*value == second))).collect();
        let share = is_second.iter().sum::<f64>() / is_second.len() as f64;
        let intercept = if self.fit_intercept { (share / (1.0 - share)).ln() } else { 0.0 };
        let start = LinearSolution { coef: vec![0.0; rows.p()], intercept, df: 0.0 };
        let (factor, penalty) = match self.penalty {
            Penalty::L2 => (self.c, 1.0),
            Penalty::None => (1.0, 0.0),
        };
        let loss = LogLoss { factor, classes: [first, second] };
        Ok(Some(Box::new(Newton::new(rows, r, loss, is_second, penalty, self.fit_intercept, &start)?)))
    }
}

struct LogLoss {
    factor: f64,
    classes: [f64; 2],
}

impl Loss for LogLoss {
    fn has_scale(&self) -> bool {
        false
    }

    fn term(&self, log_odds: f64, is_second: f64, _scale: f64) -> RowTerm {
        // ln(1 + e^u) without overflow.
        let softplus = log_odds.max(0.0) + (-log_odds.abs()).exp().ln_1p();
        let probability = logistic(log_odds);
        RowTerm {
            value: self.factor * (softplus - is_second * log_odds),
            slope: self.factor * (probability - is_second),
            slope_scale: 0.0,
            curvature: self.factor * probability * logistic(-log_odds),
            e: 0.0,
        }
    }

    fn finish(&self, solution: LinearSolution, rounds: u64) -> Fitted {
        let outcome = Outcome::Logistic { solution, classes: self.classes, n_iter: rounds };
        Fitted { outcome, warnings: Vec::new() }
    }

    fn remedy(&self) -> &'static str {
        "The features may separate the two values completely: then use the penalty l2."
    }
}

/// `1 / (1 + e^(−u))`, without overflow.
pub(crate) fn logistic(u: f64) -> f64 {
    if u >= 0.0 {
        1.0 / (1.0 + (-u).exp())
    } else {
        let e = u.exp();
        e / (1.0 + e)
    }
}
