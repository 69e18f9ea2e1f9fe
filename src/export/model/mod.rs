//! The fitted model as files that predict elsewhere.

mod file;
mod lower;
mod mlflow;
mod onnx;
mod page;
mod program;
mod sklearn;
#[cfg(test)]
mod suite;

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

pub(super) const ONNX: Export = Export {
    name: "onnx",
    title: "ONNX",
    ending: ".onnx",
    media_type: "application/octet-stream",
    contains: "The fitted model with its encoders as ONNX, in doubles: an input a column, shape [N, 1], output prediction.",
    usage: &[
        "pip install onnxruntime",
        "onnxruntime.InferenceSession(\"model.onnx\").run([\"prediction\"], {\"price\": numpy.array([[10.5]])})",
    ],
    make: onnx::onnx,
};

pub(super) const SKLEARN: Export = Export {
    name: "sklearn",
    title: "scikit-learn (skops)",
    ending: "-model.skops",
    media_type: "application/zip",
    contains: "The fitted model as a scikit-learn Pipeline with the same encoders. A skops file holds no code.",
    usage: &["pip install scikit-learn skops", "skops.io.load(\"model.skops\").predict(df)"],
    make: sklearn::as_skops,
};

pub(super) const PICKLE: Export = Export {
    name: "pickle",
    title: "scikit-learn (pickle)",
    ending: "-model.pkl",
    media_type: "application/octet-stream",
    contains: "The same Pipeline as a pickle, for those without skops. A pickle can run code: open only what you made.",
    usage: &["pip install scikit-learn", "pickle.load(open(\"model.pkl\", \"rb\")).predict(df)"],
    make: sklearn::as_pickle,
};

pub(super) const HTML: Export = Export {
    name: "html",
    title: "Page that predicts",
    ending: "-model.html",
    media_type: "text/html",
    contains: "One HTML page with the fitted model, a form for its inputs and its model card. It works offline.",
    usage: &["Open it in any browser, or send it by mail."],
    make: page::page,
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

#[cfg(test)]
mod tests {
    use super::suite::trained;
    use super::*;

    #[test]
    fn every_file_has_the_same_bytes_each_time() {
        for export in [&MODEL, &MODEL_JSON, &ONNX, &SKLEARN, &PICKLE, &HTML] {
            let bytes = (export.make)(&trained()).unwrap();
            assert!(!bytes.is_empty() && bytes == (export.make)(&trained()).unwrap(), "{}", export.name);
        }
    }

    #[test]
    fn a_run_without_a_model_has_none_to_give() {
        let mut run = trained();
        run.outputs.clear();
        for export in [&MODEL, &MODEL_JSON, &ONNX, &SKLEARN, &PICKLE, &HTML] {
            assert!(matches!((export.make)(&run), Err(super::super::ExportError::NoModel)), "{}", export.name);
        }
    }
}
