//! Data sets as MLflow's dataset inputs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{id_of, yaml};
use crate::export::{ExportError, ExportFile};
use crate::ingest::ColumnProfile;
use crate::pipeline::StepOutput;
use crate::table::DataType;
use crate::tracking::{DatasetInput, RunRecord};

/// MLflow's longest name of a data set, digest, and schema (the shortest limit of its versions).
const MAX_NAME: usize = 500;
const DIGEST: usize = 32;
const MAX_SCHEMA: usize = 65_535;

/// `datasets/<id>/meta.yaml` of each data set that these runs read.
pub(super) fn of_experiment(runs: &[&RunRecord]) -> Result<Vec<ExportFile>, ExportError> {
    let mut found: BTreeMap<String, (&DatasetInput, Option<String>)> = BTreeMap::new();
    for run in runs {
        let Some(dataset) = &run.dataset else { continue };
        let entry = found.entry(dataset_id(run, dataset)).or_insert((dataset, None));
        // A sweep's candidates keep no profile of the file; their parent does.
        if entry.1.is_none() {
            entry.1 = schema(run);
        }
    }
    found
        .into_iter()
        .map(|(id, (dataset, schema))| yaml::file(format!("datasets/{id}/meta.yaml"), &meta(dataset, schema)))
        .collect()
}

/// A data set in MLflow's words. The whole digest and the size, which MLflow has no field for, stand in the profile, which is
/// free text.
fn meta(dataset: &DatasetInput, schema: Option<String>) -> Value {
    let profile = json!({
        "num_rows": dataset.rows,
        "num_elements": dataset.rows.saturating_mul(dataset.columns),
        "num_columns": dataset.columns,
        "bytes": dataset.bytes,
        "digest": dataset.digest,
    });
    json!({
        "digest": dataset.digest.short(DIGEST),
        "name": dataset.name.chars().take(MAX_NAME).collect::<String>(),
        "profile": profile.to_string(),
        "schema": schema.unwrap_or_default(),
        "source": json!({ "uri": dataset.name }).to_string(),
        "source_type": "local",
    })
}

/// The data set of a run, and the name and digest by which MLflow knows it.
pub(super) fn described(run: &RunRecord) -> Option<(Value, (String, String))> {
    let meta = meta(run.dataset.as_ref()?, schema(run));
    let text = |name: &str| meta.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let key = (text("name"), text("digest"));
    Some((meta, key))
}

/// `inputs/<id>/meta.yaml` of a run.
pub(super) fn of_run(run: &RunRecord) -> Result<Option<ExportFile>, ExportError> {
    let Some(dataset) = &run.dataset else { return Ok(None) };
    let (source, run_id) = (dataset_id(run, dataset), &run.info.run_id);
    let meta = json!({
        "destination_id": run_id,
        "destination_type": "RUN",
        "source_id": source,
        "source_type": "DATASET",
        "tags": { "mlflow.data.context": "training" },
    });
    yaml::file(format!("inputs/{}/meta.yaml", id_of(&format!("{source} {run_id}"), 32)), &meta).map(Some)
}

/// The same data set has another id in another experiment: MLflow's database wants each id once.
fn dataset_id(run: &RunRecord, dataset: &DatasetInput) -> String {
    id_of(&format!("{} {} {}", run.info.experiment_id, dataset.name, dataset.digest), 32)
}

/// The columns in MLflow's words; `None` where the run kept no profile, or there are more than MLflow can hold.
fn schema(run: &RunRecord) -> Option<String> {
    let columns = run.outputs.iter().find_map(|output| match output {
        StepOutput::Ingest(summary) => Some(&summary.columns),
        _ => None,
    })?;
    let column = |column: &ColumnProfile| -> Value {
        json!({ "type": type_name(column.data_type), "name": column.name, "required": column.missing == 0 })
    };
    let text = json!({ "mlflow_colspec": columns.iter().map(column).collect::<Vec<_>>() }).to_string();
    (text.len() <= MAX_SCHEMA).then_some(text)
}

fn type_name(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Integer => "long",
        DataType::Float => "double",
        DataType::Timestamp => "datetime",
        DataType::Category | DataType::Text => "string",
    }
}
