//! The fitted model as files that predict elsewhere.

mod file;
mod lower;
mod mlflow;
mod program;

pub use mlflow::logged_model;

use super::Export;

/// The predictor in Python: standard library only.
const PREDICTOR_PY: &str = include_str!("pipette_model.py");
/// The same as a JavaScript module.
const PREDICTOR_MJS: &str = include_str!("pipette_model.mjs");

pub(super) const MODEL_JSON: Export = Export {
    name: "model-json",
    title: "Model as JSON",
    ending: "-model.json",
    media_type: "application/json",
    contains: "The fitted model as plain numbers: inputs, encoders as steps, coefficients or trees, target transform.",
    usage: &[
        "The model ZIP has a reader for it in Python and in JavaScript, without packages:",
        "python code/pipette_model.py model.json rows.csv",
    ],
    make: file::model_json,
};

pub(super) const MODEL: Export = Export {
    name: "model",
    title: "MLflow model",
    ending: "-model.zip",
    media_type: "application/zip",
    contains: "The fitted model as an MLflow model folder: MLmodel, model.json and its readers, ONNX where it can be had.",
    usage: &["unzip FILE -d model", "mlflow models serve -m model --env-manager local"],
    make: |run| super::archive::zip(&logged_model(run)?),
};
