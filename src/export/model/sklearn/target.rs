//! An estimator of a transformed target, as scikit-learn's `TransformedTargetRegressor`.

use super::shapes::{function_transformer, power_of};
use super::value::Py;
use super::{VERSION, refuse};
use crate::export::ExportError;
use crate::features::{FittedFeatures, TargetTransform};

/// The estimator as it is, or within what comes back from the transform.
///
/// # Errors
/// Smearing, which scikit-learn does not have.
pub(super) fn of_target(
    features: &FittedFeatures,
    name: &'static str,
    estimator: Py,
) -> Result<(&'static str, Py), ExportError> {
    let Some(transform) = features.target_transform else { return Ok((name, estimator)) };
    if features.smearing.is_some() {
        let remedy = "Leave smearing out, or export ONNX or model.json, which correct by it.";
        return Err(refuse("A transformed target with smearing".into(), remedy));
    }
    let pair = match transform {
        TargetTransform::Log => Some(("log", "exp")),
        TargetTransform::Log1p => Some(("log1p", "expm1")),
        TargetTransform::Sqrt => Some(("sqrt", "square")),
        TargetTransform::YeoJohnson => None,
    };
    let of = |name| Py::Function { module: "numpy", name };
    let (function, inverse) = pair.map_or((Py::None, Py::None), |(function, inverse)| (of(function), of(inverse)));
    let power = power_of(features.target_lambda.unwrap_or(1.0));
    let fitted = pair.map_or_else(|| power.clone(), |(function, inverse)| function_transformer(function, inverse, 1));
    let state = vec![
        ("regressor", estimator.clone()),
        ("transformer", if pair.is_some() { Py::None } else { power }),
        ("func", function),
        ("inverse_func", inverse),
        ("check_inverse", Py::Bool(true)),
        ("_training_dim", Py::Int(1)),
        ("transformer_", fitted),
        ("regressor_", estimator),
        ("_sklearn_version", Py::text(VERSION)),
    ];
    let made = Py::Object { module: "sklearn.compose._target", class: "TransformedTargetRegressor", state };
    Ok(("transformed_target_regressor", made))
}
