//! The fitted model as files that predict elsewhere.

mod docker;
mod file;
mod lower;
mod mlflow;
mod onnx;
mod page;
mod program;
mod sklearn;
#[cfg(test)]
pub(super) mod suite;

pub use docker::docker;
pub use file::model_json;
pub use mlflow::logged_model;
pub use onnx::onnx;
pub use page::page;
pub use sklearn::{as_pickle, as_skops};

use super::{Export, ExportGroup, ExportKind};

/// The predictor in Python: standard library only.
const PREDICTOR_PY: &str = include_str!("pipette_model.py");
/// The same as a JavaScript module.
const PREDICTOR_MJS: &str = include_str!("pipette_model.mjs");
/// Of linear models with the usual encoders, in thirty lines: to be read and copied.
const SHORT_PY: &str = include_str!("predict.py");
/// The same as a JavaScript module.
const SHORT_MJS: &str = include_str!("predict.mjs");

pub(super) const MODEL_JSON: Export = Export {
    kind: ExportKind::ModelJson,
    name: "model-json",
    title: "Model as JSON",
    group: ExportGroup::Model,
    takes_many: false,
    ending: "-model.json",
    media_type: "application/json",
    contains: "The fitted model as plain numbers: inputs, encoders as steps, coefficients or trees, target transform.",
    usage: &[
        "The model ZIP has a reader for it in Python and in JavaScript, without packages:",
        "python code/pipette_model.py model.json rows.csv",
        "In thirty lines, to copy: code/predict.py, code/predict.mjs (no forests, splines, bins, dates)",
    ],
};

pub(super) const ONNX: Export = Export {
    kind: ExportKind::Onnx,
    name: "onnx",
    title: "ONNX",
    group: ExportGroup::Model,
    takes_many: false,
    ending: ".onnx",
    media_type: "application/octet-stream",
    contains: "The fitted model with its encoders as ONNX, in doubles: an input a column, shape [N, 1], output prediction.",
    usage: &[
        "pip install onnxruntime",
        "onnxruntime.InferenceSession(\"model.onnx\").run([\"prediction\"], {\"price\": numpy.array([[10.5]])})",
    ],
};

pub(super) const DOCKER: Export = Export {
    kind: ExportKind::Docker,
    name: "docker",
    title: "Docker",
    group: ExportGroup::Model,
    takes_many: false,
    ending: "-docker.zip",
    media_type: "application/zip",
    contains: "The MLflow model with a Dockerfile: a container that answers under the same address as mlflow models serve.",
    usage: &["docker build -t model . && docker run --rm -p 5001:5001 model"],
};

pub(super) const SKLEARN: Export = Export {
    kind: ExportKind::Sklearn,
    name: "sklearn",
    title: "scikit-learn (skops)",
    group: ExportGroup::Model,
    takes_many: false,
    ending: "-model.skops",
    media_type: "application/zip",
    contains: "The fitted model as a scikit-learn Pipeline with the same encoders. A skops file holds no code.",
    usage: &["pip install scikit-learn skops", "skops.io.load(\"model.skops\").predict(df)"],
};

pub(super) const PICKLE: Export = Export {
    kind: ExportKind::Pickle,
    name: "pickle",
    title: "scikit-learn (pickle)",
    group: ExportGroup::Model,
    takes_many: false,
    ending: "-model.pkl",
    media_type: "application/octet-stream",
    contains: "The same Pipeline as a pickle, for those without skops. A pickle can run code: open only what you made.",
    usage: &["pip install scikit-learn", "pickle.load(open(\"model.pkl\", \"rb\")).predict(df)"],
};

pub(super) const HTML: Export = Export {
    kind: ExportKind::Html,
    name: "html",
    title: "Page that predicts",
    group: ExportGroup::Model,
    takes_many: false,
    ending: "-model.html",
    media_type: "text/html",
    contains: "One HTML page with the fitted model, a form for its inputs and its model card. It works offline.",
    usage: &["Open it in any browser, or send it by mail."],
};

pub(super) const MODEL: Export = Export {
    kind: ExportKind::Model,
    name: "model",
    title: "MLflow model",
    group: ExportGroup::Model,
    takes_many: false,
    ending: "-model.zip",
    media_type: "application/zip",
    contains: "The fitted model as an MLflow model folder: MLmodel, model.json and its readers, ONNX where it can be had.",
    usage: &["unzip FILE -d model", "mlflow models serve -m model --env-manager local"],
};

#[cfg(test)]
mod tests {
    use super::suite::trained;
    use super::*;
    use crate::export::make;

    #[test]
    fn every_file_has_the_same_bytes_each_time() {
        for export in [&MODEL, &DOCKER, &MODEL_JSON, &ONNX, &SKLEARN, &PICKLE, &HTML] {
            let bytes = make(export.kind, &trained()).unwrap();
            assert!(!bytes.is_empty() && bytes == make(export.kind, &trained()).unwrap(), "{}", export.name);
        }
    }

    #[test]
    fn a_run_without_a_model_has_none_to_give() {
        let mut run = trained();
        run.outputs.clear();
        for export in [&MODEL, &MODEL_JSON, &ONNX, &SKLEARN, &PICKLE, &HTML] {
            assert!(matches!(make(export.kind, &run), Err(crate::export::ExportError::NoModel)), "{}", export.name);
        }
    }
}
