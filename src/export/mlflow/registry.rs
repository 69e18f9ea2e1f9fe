//! Registered models, their versions and aliases.

use std::collections::BTreeMap;

use serde_json::json;

use super::{ROOT, model, run as runs, yaml};
use crate::export::{ExportError, ExportFile};
use crate::registry::{ModelVersion, RegisteredModel};
use crate::tracking::{RunRecord, Tag};

/// The tag that keeps why a version was retired.
pub(super) const RETIRED_TAG: &str = "pipette.retired";

/// The models with the versions whose runs are here. A model that has versions, but none of them here, is left out.
pub(super) fn files(models: &[RegisteredModel], runs: &[&RunRecord]) -> Result<Vec<ExportFile>, ExportError> {
    let mut files = Vec::new();
    for registered in models {
        let own: Vec<(&ModelVersion, &RunRecord)> = registered
            .versions
            .iter()
            .filter_map(|version| Some((version, *runs.iter().find(|run| run.info.run_id == version.run_id)?)))
            .collect();
        if own.is_empty() && !registered.versions.is_empty() {
            continue;
        }
        let folder = format!("{ROOT}/models/{}", registered.name);
        files.extend(of_model(registered, &own)?.into_iter().map(|file| file.under(&folder)));
    }
    Ok(files)
}

fn of_model(registered: &RegisteredModel, own: &[(&ModelVersion, &RunRecord)]) -> Result<Vec<ExportFile>, ExportError> {
    let is_here = |number: u32| own.iter().any(|(version, _)| version.version == number);
    let aliases: BTreeMap<&String, String> = registered
        .aliases
        .iter()
        .filter(|(_, version)| is_here(**version))
        .map(|(alias, version)| (alias, version.to_string()))
        .collect();
    let meta = json!({
        "aliases": aliases,
        "creation_timestamp": registered.creation_time,
        "deployment_job_id": null,
        "deployment_job_state": null,
        "description": registered.description,
        "last_updated_timestamp": registered.last_update_time,
        "name": registered.name,
    });
    let mut files = vec![yaml::file("meta.yaml", &meta)?];
    for (alias, version) in &aliases {
        files.push(ExportFile::new(format!("aliases/{alias}"), version.as_str()));
    }
    files.extend(runs::tags(&registered.tags).into_iter().map(|file| file.under("tags")));
    for (version, run) in own {
        files.extend(of_version(registered, version, run)?);
    }
    Ok(files)
}

fn of_version(
    registered: &RegisteredModel,
    version: &ModelVersion,
    run: &RunRecord,
) -> Result<Vec<ExportFile>, ExportError> {
    let place = model::place(run);
    let retired = version.retired.as_ref();
    let meta = json!({
        "creation_timestamp": version.creation_time,
        "current_stage": if retired.is_some() { "Archived" } else { "None" },
        "description": version.description,
        "last_updated_timestamp": retired.map_or(version.creation_time, |retired| retired.time),
        "model_id": model::id(run),
        "name": registered.name,
        "run_id": version.run_id,
        "run_link": null,
        "source": place,
        "status": "READY",
        "status_message": null,
        "storage_location": place,
        "user_id": runs::USER,
        "version": version.version,
    });
    let folder = format!("version-{}", version.version);
    let mut tags = version.tags.clone();
    if let Some(retired) = retired {
        tags.push(Tag { key: RETIRED_TAG.into(), value: retired.note.clone() });
    }
    let mut files = vec![yaml::file(format!("{folder}/meta.yaml"), &meta)?];
    files.extend(runs::tags(&tags).into_iter().map(|file| file.under(&format!("{folder}/tags"))));
    Ok(files)
}
