//! The folder of an MLflow model: what `mlflow.pyfunc.load_model` opens.

use serde::Serialize;
use serde_json::{Value, json};

use super::file::{ended, model_json, training};
use super::onnx::onnx;
use super::{PREDICTOR_MJS, PREDICTOR_PY, SHORT_MJS, SHORT_PY};
use crate::base::Digest;
use crate::export::{ExportError, ExportFile};
use crate::features::{InputColumn, Seen};
use crate::table::{DataType, timestamp_text};
use crate::tracking::RunRecord;

/// The versions that the exports are tested with (tests/python/export_models.py).
const MLFLOW: &str = "3.17.2";
pub(super) const PYTHON: &str = "3.11";
const NUMPY: &str = "2.4.6";
const ONNX: &str = "1.23.2";
const PANDAS: &str = "3.1.1";

/// `MLmodel`.
#[derive(Serialize)]
struct MlModel<'a> {
    flavors: Value,
    mlflow_version: &'a str,
    model_uuid: String,
    run_id: &'a str,
    saved_input_example_info: Value,
    signature: Signature,
    utc_time_created: String,
}

#[derive(Serialize)]
struct Signature {
    inputs: String,
    outputs: String,
    params: Option<String>,
}

/// The files of a run's model as an MLflow model folder: `MLmodel` with the flavours `python_function` (a reader of
/// `model.json` in `code/`) and, where it can be expressed, `onnx`; an input example, and what pip, conda and virtualenv need.
///
/// # Errors
/// `NoModel`; `NotExpressible` for a model with infinite coefficients.
pub fn logged_model(run: &RunRecord) -> Result<Vec<ExportFile>, ExportError> {
    let inputs = &training(run)?.features.inputs;
    // What ONNX cannot express has the other flavour.
    let onnx = onnx(run).ok();
    let mut flavors = json!({
        "python_function": {
            "code": "code",
            "data": "model.json",
            "env": { "conda": "conda.yaml", "virtualenv": "python_env.yaml" },
            "loader_module": "pipette_model",
            "python_version": PYTHON,
        }
    });
    if let (Some(_), Some(flavors)) = (&onnx, flavors.as_object_mut()) {
        let onnx =
            json!({ "code": null, "data": "model.onnx", "onnx_version": ONNX, "providers": ["CPUExecutionProvider"] });
        flavors.insert("onnx".into(), onnx);
    }
    let example = json!({
        "columns": inputs.iter().map(|input| input.name.as_str()).collect::<Vec<_>>(),
        "data": [inputs.iter().map(example).collect::<Vec<_>>()],
    });
    let mlmodel = MlModel {
        flavors,
        mlflow_version: MLFLOW,
        model_uuid: Digest::of(format!("model of {}", run.info.run_id).as_bytes()).short(32).to_owned(),
        run_id: &run.info.run_id,
        saved_input_example_info: json!({
            "artifact_path": "input_example.json",
            "pandas_orient": "split",
            "serving_input_path": "serving_input_example.json",
            "type": "dataframe",
        }),
        signature: Signature {
            inputs: Value::from_iter(inputs.iter().map(column_spec)).to_string(),
            outputs: json!([{ "type": "tensor", "tensor-spec": { "dtype": "float64", "shape": [-1] } }]).to_string(),
            params: None,
        },
        utc_time_created: ended(run, "%Y-%m-%d %H:%M:%S%.6f"),
    };
    let packages = [format!("mlflow>={MLFLOW}"), format!("numpy>={NUMPY}"), format!("pandas>={PANDAS}")];
    let conda = json!({
        "name": "pipette-model",
        "channels": ["conda-forge"],
        "dependencies": [format!("python={PYTHON}"), "pip", { "pip": packages }],
    });
    let python_env = json!({
        "python": PYTHON,
        "build_dependencies": ["pip", "setuptools", "wheel"],
        "dependencies": ["-r requirements.txt"],
    });
    let requirements: String = packages.iter().map(|package| format!("{package}\n")).collect();
    let mut files = vec![
        ExportFile::new("MLmodel", yaml(&mlmodel)?),
        ExportFile::new("model.json", model_json(run)?),
        ExportFile::new("code/pipette_model.py", PREDICTOR_PY),
        ExportFile::new("code/pipette_model.mjs", PREDICTOR_MJS),
        ExportFile::new("code/predict.py", SHORT_PY),
        ExportFile::new("code/predict.mjs", SHORT_MJS),
        ExportFile::new("requirements.txt", requirements),
        ExportFile::new("conda.yaml", yaml(&conda)?),
        ExportFile::new("python_env.yaml", yaml(&python_env)?),
        ExportFile::new("input_example.json", example.to_string()),
        ExportFile::new("serving_input_example.json", json!({ "dataframe_split": example }).to_string()),
    ];
    files.extend(onnx.map(|bytes| ExportFile::new("model.onnx", bytes)));
    Ok(files)
}

fn yaml(value: &impl Serialize) -> Result<String, ExportError> {
    Ok(serde_saphyr::to_string(value)?)
}

/// A column of the signature. Whole numbers are doubles here: a `long` would cut 1.5 to 1 without a word.
fn column_spec(input: &InputColumn) -> Value {
    let name = match input.data_type {
        DataType::Boolean | DataType::Integer | DataType::Float => "double",
        DataType::Timestamp => "datetime",
        DataType::Category | DataType::Text => "string",
    };
    // Without "required", which is true where it lacks and which MLflow 2.3 does not know.
    json!({ "type": name, "name": input.name })
}

/// A value such as the training rows have.
fn example(input: &InputColumn) -> Value {
    match (input.seen.as_ref(), input.data_type) {
        (Some(Seen::Range { min, .. }), DataType::Timestamp) => timestamp_text(*min as i64).into(),
        (Some(Seen::Range { min, .. }), _) => (*min).into(),
        (Some(Seen::Categories(all)), _) => all.first().map_or(Value::Null, |first| first.as_str().into()),
        (None, DataType::Boolean | DataType::Integer | DataType::Float) => 0.0.into(),
        (None, DataType::Timestamp) => "1970-01-01".into(),
        (None, _) => Value::from(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::model::suite::trained;

    #[test]
    fn the_folder_says_what_it_takes() {
        let run = trained();
        let files = logged_model(&run).unwrap();
        let text = |path: &str| {
            let file = files.iter().find(|file| file.path == path).unwrap();
            String::from_utf8(file.bytes.clone()).unwrap()
        };
        let mlmodel = text("MLmodel");
        assert!(mlmodel.contains("loader_module: pipette_model") && mlmodel.contains("data: model.onnx"), "{mlmodel}");
        assert!(mlmodel.contains("2023-11-14 22:13:21.250000"), "{mlmodel}");
        assert!(mlmodel.contains(&run.info.run_id), "{mlmodel}");
        let example: Value = serde_json::from_str(&text("input_example.json")).unwrap();
        assert_eq!(example, json!({ "columns": ["x", "c"], "data": [[1.0, "a"]] }));
        let model: Value = serde_json::from_str(&text("model.json")).unwrap();
        assert_eq!(model["inputs"][0]["range"], json!({ "min": 1.0, "max": 6.0 }));
        assert_eq!(model["inputs"][1]["categories"], json!(["a", "b"]));
        assert_eq!(model["model"], json!({ "kind": "linear", "intercept": 3.0, "coef": [0.5, -1.0, 2.0] }));
    }
}
