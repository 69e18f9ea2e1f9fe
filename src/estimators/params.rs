//! Parameters that several estimators share, and how values are written in Python.

use crate::base::{Accepts, Param, ParamKind};

pub(super) const LINEAR: &str = "Linear";
pub(super) const ROBUST: &str = "Robust";
pub(super) const SELECTING: &str = "Selecting features";
pub(super) const CLASSIFYING: &str = "Yes or no";
#[cfg(feature = "trees")]
pub(super) const TREES: &str = "Trees";
pub(super) const BASELINE: &str = "Baseline";

pub(super) const FIT_INTERCEPT: Param = Param::new("fit_intercept", "Intercept", ParamKind::Flag)
    .help("Fit a constant. Without it the prediction is 0 where all features are 0.");

pub(super) const SAMPLE_WEIGHT: Param =
    Param::new("sample_weight", "Weights", ParamKind::Column { accepts: Accepts::Numeric, optional: true })
        .help("A column that says how much each row counts. It is no feature then.");

/// A penalty's strength.
pub(super) const ALPHA: Param = Param::new(
    "alpha",
    "Penalty",
    ParamKind::Number { min: 0.0, max: f64::MAX, step: 0.1, log: true, optional: false },
)
.help("The larger, the smaller the coefficients. 0 is ordinary least squares.");

pub(super) const DESCENT_TOL: Param =
    Param::new("tol", "Stop early", ParamKind::Number { min: 0.0, max: 1.0, step: 1e-4, log: true, optional: true })
        .help("Empty: the optimum. 0.0001: stop where scikit-learn stops unless told otherwise.");

pub(super) const MAX_ITER: Param =
    Param::new("max_iter", "Most rounds", ParamKind::Integer { min: 1, max: 1_000_000_000, optional: false })
        .help("Counts only with an early stop.");

/// Python's literal of a number.
pub(super) fn number(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "float('inf')".into() } else { "-float('inf')".into() };
    }
    format!("{value:?}")
}

pub(super) fn flag(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// `from module import Class`, a fitted `model`, and the weights where there are some.
pub(super) fn python(module: &str, class: &str, arguments: &[(&str, String)], weights: Option<&str>) -> String {
    let list: Vec<String> = arguments.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let weights =
        weights.map_or(String::new(), |column| format!(", sample_weight=df.loc[X_train.index, {}]", text(column)));
    format!("from {module} import {class}\n\nmodel = {class}({}).fit(X_train, y_train{weights})\n", list.join(", "))
}

/// Python's literal of a text.
pub(super) fn text(value: &str) -> String {
    // JSON's escapes are Python's.
    serde_json::Value::from(value).to_string()
}

/// `fit_intercept=False` where it is not the default.
pub(super) fn intercept(fit_intercept: bool) -> Option<(&'static str, String)> {
    (!fit_intercept).then(|| ("fit_intercept", flag(false).to_owned()))
}

/// For sentences: how the constant and the weights are mentioned.
pub(super) fn suffix(fit_intercept: bool, weights: Option<&str>) -> String {
    let constant = if fit_intercept { "" } else { ", without intercept" };
    weights.map_or(constant.to_owned(), |column| format!("{constant}, rows weighted by {column}"))
}

/// scikit-learn's `tol` and `max_iter`: tight ones where the optimum is asked for.
pub(super) fn stop(tol: Option<f64>, max_iter: u64) -> Vec<(&'static str, String)> {
    match tol {
        Some(tol) => vec![("tol", number(tol)), ("max_iter", max_iter.to_string())],
        None => vec![("tol", "1e-12".into()), ("max_iter", "100000".into())],
    }
}
