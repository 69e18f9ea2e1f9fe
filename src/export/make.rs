//! Making the file of an export.

use super::{ExportError, ExportKind, archive, code, mlflow, model};
use crate::tracking::RunRecord;

/// One run as a file of this kind.
///
/// # Errors
/// `NoModel` for a run that did not get so far; `NotExpressible` where the format has no words for a part of the pipeline.
pub fn make(kind: ExportKind, run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    match kind {
        ExportKind::Mlflow => mlflow::one_run(run),
        ExportKind::Model => archive::zip(&model::logged_model(run)?),
        ExportKind::Docker => model::docker(run),
        ExportKind::Onnx => model::onnx(run),
        ExportKind::Html => model::page(run),
        ExportKind::Sklearn => model::as_skops(run),
        ExportKind::Pickle => model::as_pickle(run),
        ExportKind::ModelJson => model::model_json(run),
        ExportKind::Script => code::script(run),
        ExportKind::Notebook => code::notebook(run),
        ExportKind::Zenml => code::project(run),
    }
}
