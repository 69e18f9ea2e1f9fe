//! Registered models of a tree.

use std::collections::BTreeMap;

use serde_json::Value;

use super::experiments::tags;
use super::tree::Tree;
use super::yaml::Meta;
use super::{ImportError, Imported};
use crate::export::mlflow::registry::RETIRED_TAG;
use crate::registry::{AliasChange, ModelVersion, RegisteredModel, Retirement, SignatureColumn};
use crate::table::DataType;
use crate::tracking::latest;

/// Reads the folder `models`.
pub(super) fn read(tree: &Tree, into: &mut Imported) -> Result<(), ImportError> {
    for name in tree.folders("models") {
        let folder = format!("models/{name}");
        let Some(meta) = Meta::read(tree, &format!("{folder}/meta.yaml"))? else { continue };
        let mut versions = Vec::new();
        for part in tree.folders(&folder) {
            let Some(number) = part.strip_prefix("version-").and_then(|number| number.parse::<u32>().ok()) else {
                continue;
            };
            if let Some(version) = version(tree, &format!("{folder}/{part}"), number, into)? {
                versions.push(version);
            }
        }
        versions.sort_by_key(|version| version.version);
        let last_update_time = meta.int("last_updated_timestamp").unwrap_or_default();
        let aliases = aliases(tree, &folder, &meta, &versions)?;
        let change = |(alias, version): (&String, &u32)| AliasChange {
            alias: alias.clone(),
            from: None,
            to: Some(*version),
            time: last_update_time,
            note: "Brought in from MLflow, which keeps no log of aliases.".into(),
        };
        into.models.push(RegisteredModel {
            name: meta.text("name").unwrap_or(name),
            description: meta.text("description").unwrap_or_default(),
            tags: tags(tree, &folder)?,
            creation_time: meta.int("creation_timestamp").unwrap_or_default(),
            last_update_time,
            alias_log: aliases.iter().map(change).collect(),
            aliases,
            last_version: versions.last().map_or(0, |version| version.version),
            versions,
        });
    }
    Ok(())
}

/// Files in `aliases`, and what the meta.yaml of some versions of MLflow says beside them; only of versions that are there.
fn aliases(
    tree: &Tree,
    folder: &str,
    meta: &Meta,
    versions: &[ModelVersion],
) -> Result<BTreeMap<String, u32>, ImportError> {
    let in_meta =
        meta.keys("aliases").into_iter().filter_map(|alias| Some((alias.clone(), meta.inner("aliases", &alias)?)));
    let all = in_meta.chain(tree.texts(&format!("{folder}/aliases"))?);
    let known = all.filter_map(|(alias, number)| Some((alias, number.trim().parse().ok()?)));
    Ok(known.filter(|(_, number)| versions.iter().any(|version| version.version == *number)).collect())
}

fn version(tree: &Tree, folder: &str, number: u32, known: &mut Imported) -> Result<Option<ModelVersion>, ImportError> {
    let Some(meta) = Meta::read(tree, &format!("{folder}/meta.yaml"))? else { return Ok(None) };
    let stage = meta.text("current_stage").unwrap_or_default();
    if stage == "Deleted_Internal" {
        return Ok(None);
    }
    let run_id = meta.text("run_id").unwrap_or_default();
    let row = known.runs.iter().find(|run| run.row.info.run_id == run_id).map(|run| &run.row);
    let mut tags = tags(tree, folder)?;
    let note = tags.iter().find(|tag| tag.key == RETIRED_TAG).map(|tag| tag.value.clone());
    tags.retain(|tag| tag.key != RETIRED_TAG);
    let signature = signature(tree, &meta)?;
    let metrics = row.map(|row| {
        let mut keys: Vec<&str> = row.metrics.iter().map(|metric| metric.key.as_str()).collect();
        keys.dedup();
        let value = |key: &str| latest(&row.metrics, key).filter(|metric| metric.value.is_finite());
        keys.into_iter().filter_map(|key| Some((key.to_owned(), value(key)?.value))).collect()
    });
    let param = |keys: &[&str]| {
        let value = keys.iter().find_map(|key| row.and_then(|row| row.param(key)));
        value.unwrap_or_default().to_owned()
    };
    let version = ModelVersion {
        version: number,
        run_name: row.map(|row| row.info.run_name.clone()).unwrap_or_default(),
        creation_time: meta.int("creation_timestamp").unwrap_or_default(),
        description: meta.text("description").unwrap_or_default(),
        tags,
        // MLflow's autologging of scikit-learn writes estimator_name as a tag, people write what they like.
        model_name: match param(&["model_name", "estimator_name", "model"]) {
            name if name.is_empty() => row.and_then(|row| row.tag("estimator_name")).unwrap_or_default().to_owned(),
            name => name,
        },
        dataset: row.and_then(|row| row.dataset.clone()),
        target: param(&["target"]),
        signature,
        metrics: metrics.unwrap_or_default(),
        retired: (stage == "Archived").then(|| Retirement {
            time: meta.int("last_updated_timestamp").unwrap_or_default(),
            note: note.unwrap_or_else(|| "Archived in MLflow.".into()),
        }),
        run_id,
    };
    if row.is_none() {
        known.notes.push(format!("{folder} names a run that is not in the folder; it has no metrics here."));
    }
    Ok(Some(version))
}

/// The columns that the model takes, out of its `MLmodel`; none where that is not there, or says nothing of columns.
fn signature(tree: &Tree, version: &Meta) -> Result<Vec<SignatureColumn>, ImportError> {
    let Some(path) = mlmodel(tree, version) else { return Ok(Vec::new()) };
    // A model's own file may hold what Pipette does not read; that spoils its signature only.
    let Ok(Some(meta)) = Meta::read(tree, &path) else { return Ok(Vec::new()) };
    let inputs: Value =
        serde_json::from_str(&meta.inner("signature", "inputs").unwrap_or_default()).unwrap_or_default();
    let column = |column: &Value| {
        let name = column.get("name")?.as_str()?.to_owned();
        let data_type = match column.get("type")?.as_str()? {
            "boolean" => DataType::Boolean,
            "integer" | "long" => DataType::Integer,
            "float" | "double" => DataType::Float,
            "datetime" => DataType::Timestamp,
            "string" => DataType::Category,
            _ => return None,
        };
        Some(SignatureColumn { name, data_type })
    };
    Ok(inputs.as_array().into_iter().flatten().filter_map(column).collect())
}

/// Where the version's `MLmodel` is: locations were written for another place, so only what follows an id counts.
fn mlmodel(tree: &Tree, version: &Meta) -> Option<String> {
    let is_there = |path: &String| matches!(tree.text(path), Ok(Some(_)));
    let source = version.text("source").unwrap_or_default();
    let places = [version.text("storage_location").unwrap_or_default(), source.clone()];
    let model_id = version.text("model_id").filter(|id| !id.is_empty());
    let model_id = model_id.or_else(|| source.strip_prefix("models:/m-").map(|id| format!("m-{id}")));
    let run_id = version.text("run_id").filter(|id| !id.is_empty());
    for experiment in super::experiments::folders(tree) {
        let mut found: Vec<String> = Vec::new();
        found.extend(model_id.iter().map(|id| format!("{experiment}/models/{id}/artifacts/MLmodel")));
        for (place, run_id) in places.iter().flat_map(|place| run_id.iter().map(move |id| (place, id))) {
            let of_run = place.strip_prefix(&format!("runs:/{run_id}"));
            let in_run = of_run.or_else(|| Some(place.split_once(&format!("/{run_id}/artifacts"))?.1));
            let Some(name) = in_run.map(|rest| rest.trim_matches('/')) else { continue };
            found.push(format!("{experiment}/{run_id}/artifacts/{name}/MLmodel"));
            // MLflow 3 keeps as a LoggedModel what `runs:/` names.
            for model in tree.folders(&format!("{experiment}/models")) {
                let folder = format!("{experiment}/models/{model}");
                let Ok(Some(meta)) = Meta::read(tree, &format!("{folder}/meta.yaml")) else { continue };
                if meta.text("name").as_deref() == Some(name) && meta.text("source_run_id").as_ref() == Some(run_id) {
                    found.push(format!("{folder}/artifacts/MLmodel"));
                }
            }
        }
        if let Some(path) = found.into_iter().find(is_there) {
            return Some(path);
        }
    }
    None
}
