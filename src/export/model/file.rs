//! `model.json`: the fitted model as plain data, with all that a reader in any language needs. docs/exports.md says what
//! each field means.

use chrono::DateTime;
use serde::Serialize;

use super::lower::program;
use super::program::{Back, Feature, Input, Program, Step};
use crate::estimators::{Model, Tree};
use crate::evaluate::DataSplit;
use crate::export::ExportError;
use crate::pipeline::Training;
use crate::tracking::RunRecord;

/// The version of the file's shape. Raise it when an older reader would read a new file wrongly.
const VERSION: u32 = 1;

/// The whole file.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ModelFile {
    pipette_model: u32,
    pub card: Card,
    #[serde(flatten)]
    parts: Parts,
}

/// What is computed with.
#[derive(Debug, Clone, Serialize)]
struct Parts {
    target: String,
    inputs: Vec<Input>,
    steps: Vec<Step>,
    features: Vec<Feature>,
    model: ModelPart,
    target_transform: Option<Back>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ModelPart {
    Linear { intercept: f64, coef: Vec<f64> },
    Logistic { intercept: f64, coef: Vec<f64>, classes: [f64; 2] },
    Constant { value: f64 },
    Forest { trees: Vec<Tree> },
}

/// Where the model comes from and how good it was.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Card {
    pub run_id: String,
    pub run_name: String,
    pub pipeline: String,
    /// scikit-learn's class name, where it has one.
    pub estimator: String,
    /// The model in a sentence.
    pub summary: String,
    /// When the run ended (UTC), such as `2026-11-30T08:15:00Z`.
    pub trained: String,
    pub dataset: Option<CardDataset>,
    pub n_train: u64,
    pub metrics: Vec<CardMetric>,
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct CardDataset {
    pub name: String,
    pub digest: String,
    pub rows: u64,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct CardMetric {
    pub name: String,
    pub split: DataSplit,
    pub value: f64,
}

/// What training left in a run.
///
/// # Errors
/// `NoModel` where it did not end.
pub(super) fn training(run: &RunRecord) -> Result<&Training, ExportError> {
    run.training().ok_or(ExportError::NoModel)
}

/// A run's model as the value that `model.json` holds.
///
/// # Errors
/// `NoModel`; `NotExpressible` for numbers that are not finite.
pub(super) fn model_file(run: &RunRecord) -> Result<ModelFile, ExportError> {
    let training = training(run)?;
    let Program { inputs, steps, features, model, target, target_transform } = program(training)?;
    let summary = model.describe();
    let model = match model {
        Model::Linear(model) => ModelPart::Linear { intercept: model.intercept, coef: model.coef },
        Model::Logistic(model) => {
            ModelPart::Logistic { intercept: model.intercept, coef: model.coef, classes: model.classes }
        }
        Model::Constant(model) => ModelPart::Constant { value: model.value },
        Model::Forest(model) => ModelPart::Forest { trees: model.trees },
    };
    let metrics = run.metrics.iter().filter(|metric| metric.value.is_finite());
    let card = Card {
        run_id: run.info.run_id.clone(),
        run_name: run.info.run_name.clone(),
        pipeline: run.spec.name.clone(),
        estimator: training.summary.model_name.clone(),
        summary,
        trained: ended(run, "%Y-%m-%dT%H:%M:%SZ"),
        dataset: run.dataset.as_ref().map(|dataset| CardDataset {
            name: dataset.name.clone(),
            digest: dataset.digest.to_string(),
            rows: dataset.rows,
        }),
        n_train: training.summary.n_rows,
        metrics: metrics
            .map(|metric| CardMetric { name: metric.name.clone(), split: metric.split, value: metric.value })
            .collect(),
        warnings: training.summary.warnings.iter().map(|warning| warning.message.clone()).collect(),
    };
    Ok(ModelFile {
        pipette_model: VERSION,
        card,
        parts: Parts { target, inputs, steps, features, model, target_transform },
    })
}

/// When a run ended (UTC); when it began, for one that says no end.
pub(super) fn ended(run: &RunRecord, format: &str) -> String {
    let time = run.info.end_time.unwrap_or(run.info.start_time);
    DateTime::from_timestamp_millis(time).unwrap_or_default().format(format).to_string()
}

/// `model.json`.
///
/// # Errors
/// As `model_file`.
pub fn model_json(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    let mut text = serde_json::to_vec(&model_file(run)?)?;
    text.push(b'\n');
    Ok(text)
}
