//! Registered models: versions of runs that the server has, and their aliases.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::api::{Connection, text};
use super::error::LiveError;
use super::http::encoded;
use super::run::RUN_ID_TAG;
use super::{Method, Server};
use crate::export::mlflow::model;
use crate::registry::{ModelVersion, RegisteredModel};
use crate::tracking::Tag;

impl<S: Server> Connection<'_, S> {
    /// Tells the server what it lacks of this model: versions whose runs it has, in their order, and the aliases of those. Their
    /// numbers may differ there, where the model had versions before; the tag `pipette.run_id` says which is which. What was taken
    /// away here stays there.
    ///
    /// # Errors
    /// What the server says; then this can be done again, and goes on where it stopped.
    pub async fn log_registered(&self, model: &RegisteredModel) -> Result<(), LiveError> {
        let path = format!("registered-models/get?name={}", encoded(&model.name));
        let found = match self.get(&path).await {
            Err(error) if error.is_missing() => None,
            found => Some(found?),
        };
        let there = found.as_ref().and_then(|found| found.get("registered_model"));
        if there.is_none() && model.versions.is_empty() {
            // One without versions may be a name that somebody tries out.
            return Ok(());
        }
        let mut numbers = if there.is_some() { self.versions(&model.name).await? } else { BTreeMap::new() };
        let mut is_made = there.is_some();
        for version in &model.versions {
            if numbers.contains_key(&version.run_id) {
                continue;
            }
            let Some(run) = self.find_run(&version.run_id).await?.filter(|run| !run.is_deleted) else { continue };
            if !is_made {
                self.make(model).await?;
                is_made = true;
            }
            let (source, model_id) = match run.models.first() {
                Some(id) => (format!("models:/{id}"), Some(id.clone())),
                None => (format!("{}/{}", run.artifact_uri, model::NAME), None),
            };
            let mut body = json!({
                "name": model.name,
                "source": source,
                "run_id": run.run_id,
                "description": version.description,
                "tags": with_run_id(version),
            });
            if let (Some(id), Some(body)) = (model_id, body.as_object_mut()) {
                body.insert("model_id".into(), id.into());
            }
            let made = self.post("model-versions/create", &body).await?;
            numbers.insert(version.run_id.clone(), text(made.get("model_version").unwrap_or(&made), "version")?);
        }
        self.set_aliases(model, there, &numbers).await
    }

    async fn make(&self, model: &RegisteredModel) -> Result<(), LiveError> {
        let body = json!({ "name": model.name, "description": model.description, "tags": said(&model.tags) });
        match self.post("registered-models/create", &body).await {
            Err(error) if error.exists() => Ok(()),
            made => made.map(drop),
        }
    }

    /// The versions that were made from runs of ours, by the run's id here.
    async fn versions(&self, name: &str) -> Result<BTreeMap<String, String>, LiveError> {
        let mut numbers = BTreeMap::new();
        let mut page = String::new();
        loop {
            let filter = encoded(&format!("name='{}'", name.replace('\'', "")));
            let found = self.get(&format!("model-versions/search?filter={filter}&max_results=1000{page}")).await?;
            for version in found.get("model_versions").and_then(Value::as_array).into_iter().flatten() {
                let tags = version.get("tags").and_then(Value::as_array).into_iter().flatten();
                let own = tags.filter(|tag| tag.get("key").and_then(Value::as_str) == Some(RUN_ID_TAG));
                for run_id in own.filter_map(|tag| tag.get("value")?.as_str()) {
                    numbers.insert(run_id.to_owned(), text(version, "version")?);
                }
            }
            match found.get("next_page_token").and_then(Value::as_str).filter(|token| !token.is_empty()) {
                Some(token) => page = format!("&page_token={}", encoded(token)),
                None => return Ok(numbers),
            }
        }
    }

    async fn set_aliases(
        &self,
        model: &RegisteredModel,
        there: Option<&Value>,
        numbers: &BTreeMap<String, String>,
    ) -> Result<(), LiveError> {
        let known = there.and_then(|there| there.get("aliases")).and_then(Value::as_array);
        let has = |alias: &str, number: &str| {
            let mut known = known.into_iter().flatten();
            known.any(|one| {
                one.get("alias").and_then(Value::as_str) == Some(alias)
                    && text(one, "version").is_ok_and(|v| v == number)
            })
        };
        for (alias, version) in &model.aliases {
            let run_id = model.versions.iter().find(|one| one.version == *version).map(|one| &one.run_id);
            let Some(number) = run_id.and_then(|run_id| numbers.get(run_id)) else { continue };
            if has(alias, number) {
                continue;
            }
            let body = json!({ "name": model.name, "alias": alias, "version": number });
            match self.with_json(Method::Post, "registered-models/alias", &body).await {
                // MLflow before 2.3 has none.
                Err(error) if error.is_unknown_request() => return Ok(()),
                set => set.map(drop)?,
            }
        }
        Ok(())
    }
}

fn with_run_id(version: &ModelVersion) -> Vec<Value> {
    let mut tags = said(&version.tags);
    tags.push(json!({ "key": RUN_ID_TAG, "value": version.run_id }));
    tags
}

fn said(tags: &[Tag]) -> Vec<Value> {
    tags.iter().map(|tag| json!({ "key": tag.key, "value": tag.value })).collect()
}
