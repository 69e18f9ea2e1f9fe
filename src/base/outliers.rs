//! Bounds beyond which a number is an outlier.

use serde::{Deserialize, Serialize};

use super::{Param, ParamKind, mean_and_std, python_number, quantile};

/// How the bounds are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlierMethod {
    /// From the quartiles (Tukey's fences).
    #[default]
    Iqr,
    /// From mean and standard deviation (n − 1).
    ZScore,
    Quantiles,
}

/// Where the bounds of a column lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutlierBounds {
    pub method: OutlierMethod,
    /// For `Iqr`: so many times the distance of the quartiles beyond them.
    pub factor: f64,
    /// For `ZScore`: so many standard deviations from the mean.
    pub threshold: f64,
    /// For `Quantiles`: the share of values below the lower bound.
    pub lower: f64,
    /// For `Quantiles`: the share of values below the upper bound.
    pub upper: f64,
}

impl Default for OutlierBounds {
    fn default() -> Self {
        Self { method: OutlierMethod::Iqr, factor: 1.5, threshold: 3.0, lower: 0.01, upper: 0.99 }
    }
}

/// The same as parameters in a file and on a form.
pub const OUTLIER_PARAMS: [Param; 5] = [
    Param::new(
        "method",
        "Bounds from",
        ParamKind::Choice {
            options: &[
                ("iqr", "the quartiles"),
                ("z_score", "mean and standard deviation"),
                ("quantiles", "two quantiles"),
            ],
        },
    ),
    Param::new("factor", "Factor", number(0.0, 100.0, 0.1))
        .help("For quartiles: so many times their distance beyond them."),
    Param::new("threshold", "Deviations", number(0.0, 100.0, 0.1))
        .help("For mean and standard deviation: so many deviations from the mean."),
    Param::new("lower", "Lower quantile", number(0.0, 1.0, 0.005)).help("For quantiles: the share below the bounds."),
    Param::new("upper", "Upper quantile", number(0.0, 1.0, 0.005)).help("For quantiles: 1 less the share above them."),
];

const fn number(min: f64, max: f64, step: f64) -> ParamKind {
    ParamKind::Number { min, max, step, log: false, optional: false }
}

impl OutlierBounds {
    /// Why the bounds cannot be so: the parameter, and plain words.
    #[must_use]
    pub fn problem(&self) -> Option<(&'static str, &'static str)> {
        let is_crossed = self.method == OutlierMethod::Quantiles && self.lower >= self.upper;
        is_crossed.then_some(("lower", "The lower quantile has to be less than the upper one."))
    }

    /// The lowest and the highest of these values (without NaN) that is no outlier; `None` for too few values. The values change
    /// their order.
    #[must_use]
    pub fn of(&self, known: &mut [f64]) -> Option<(f64, f64)> {
        let (low, high) = match self.method {
            OutlierMethod::ZScore => {
                let (mean, std) = mean_and_std(known);
                (mean - self.threshold * std, mean + self.threshold * std)
            }
            OutlierMethod::Quantiles => (quantile(known, self.lower), quantile(known, self.upper)),
            OutlierMethod::Iqr => {
                let (q1, q3) = (quantile(known, 0.25), quantile(known, 0.75));
                (q1 - self.factor * (q3 - q1), q3 + self.factor * (q3 - q1))
            }
        };
        (low <= high).then_some((low, high))
    }

    /// After "at" or "beyond".
    #[must_use]
    pub fn in_words(&self) -> String {
        match self.method {
            OutlierMethod::Iqr => format!("{} times the quartiles' distance beyond them", self.factor),
            OutlierMethod::ZScore => format!("{} standard deviations from the mean", self.threshold),
            OutlierMethod::Quantiles => format!("the {} and {} quantiles", self.lower, self.upper),
        }
    }

    /// Lines of Python that set `low` and `high` for a series, indented by four.
    #[must_use]
    pub fn python(&self, series: &str) -> String {
        let two = |low: f64, high: f64| format!("{series}.quantile([{}, {}])", python_number(low), python_number(high));
        match self.method {
            OutlierMethod::Iqr => {
                let quartiles = two(0.25, 0.75);
                let factor = python_number(self.factor);
                format!(
                    "    q1, q3 = {quartiles}\n    low, high = q1 - {factor} * (q3 - q1), q3 + {factor} * (q3 - q1)\n"
                )
            }
            OutlierMethod::ZScore => {
                let times = python_number(self.threshold);
                format!(
                    "    mean, std = {series}.mean(), {series}.std()\n    low, high = mean - {times} * std, mean + {times} * std\n"
                )
            }
            OutlierMethod::Quantiles => format!("    low, high = {}\n", two(self.lower, self.upper)),
        }
    }
}
