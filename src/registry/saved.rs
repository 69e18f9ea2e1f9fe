//! Records of the registry in a store, and changes of them that can be undone.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Deployment, RegisteredModel, SavedPipeline, Stack, Trigger};
use crate::tracking::{Edit, EditStore, StoreCommand, StoreError};

const MODEL: &str = "model";
const PIPELINE: &str = "pipeline";
const DEPLOYMENT: &str = "deployment";

/// A record as it stands in the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved<T> {
    pub record: T,
    /// Its text in the store: what a change expects to find.
    text: String,
}

/// What is kept as a document under its name.
pub trait Named: Serialize {
    /// The kind of document.
    const KIND: &'static str;
    /// Unique among its kind.
    fn name(&self) -> &str;
}

impl Named for RegisteredModel {
    const KIND: &'static str = MODEL;
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for SavedPipeline {
    const KIND: &'static str = PIPELINE;
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Deployment {
    const KIND: &'static str = DEPLOYMENT;
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Stack {
    const KIND: &'static str = "stack";
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Trigger {
    const KIND: &'static str = "trigger";
    fn name(&self) -> &str {
        &self.name
    }
}

fn text<T: Serialize>(record: &T) -> String {
    serde_json::to_string(record).unwrap_or_default()
}

impl<T: DeserializeOwned> Saved<T> {
    /// A record out of its text in the store; `None` where it cannot be read.
    #[must_use]
    pub fn read(text: String) -> Option<Self> {
        serde_json::from_str(&text).ok().map(|record| Self { record, text })
    }
}

impl<T: Named> Saved<T> {
    /// A new record.
    #[must_use]
    pub fn create((record, words): (T, String)) -> StoreCommand {
        StoreCommand { words, edits: vec![Edit::document(T::KIND, record.name(), None, Some(text(&record)))] }
    }

    /// The record as it is to be, which may have another name.
    #[must_use]
    pub fn change(&self, (after, words): (T, String)) -> StoreCommand {
        let (from, to) = (Some(self.text.clone()), Some(text(&after)));
        let edits = if after.name() == self.record.name() {
            vec![Edit::document(T::KIND, after.name(), from, to)]
        } else {
            vec![
                Edit::document(T::KIND, self.record.name(), from, None),
                Edit::document(T::KIND, after.name(), None, to),
            ]
        };
        StoreCommand { words, edits }
    }

    /// Removes it, until that is undone.
    #[must_use]
    pub fn delete(&self) -> StoreCommand {
        let name = self.record.name();
        let words = format!("Removed the {} {name}.", T::KIND);
        StoreCommand { words, edits: vec![Edit::document(T::KIND, name, Some(self.text.clone()), None)] }
    }
}

/// A registered model under another name, with its deployments: they go on answering at their addresses.
#[must_use]
pub fn rename_model(
    saved: &Saved<RegisteredModel>,
    renamed: (RegisteredModel, String),
    deployments: &[Saved<Deployment>],
) -> StoreCommand {
    let name = renamed.0.name.clone();
    let mut command = saved.change(renamed);
    for deployment in deployments.iter().filter(|deployment| deployment.record.model == saved.record.name) {
        let after = Deployment { model: name.clone(), ..deployment.record.clone() };
        command.edits.extend(deployment.change((after, String::new())).edits);
    }
    command
}

async fn all<T: DeserializeOwned>(store: &impl EditStore, kind: &str) -> Result<Vec<Saved<T>>, StoreError> {
    let documents = store.documents(kind).await?;
    Ok(documents.into_iter().filter_map(|document| Saved::read(document.text)).collect())
}

/// Registered models of a store.
#[expect(async_fn_in_trait, reason = "stores live on one thread: no future needs to be Send")]
pub trait ModelStore: EditStore + Sized {
    /// All models by name. One that cannot be read is left out.
    ///
    /// # Errors
    /// As `EditStore::documents`.
    async fn models(&self) -> Result<Vec<Saved<RegisteredModel>>, StoreError> {
        all(self, MODEL).await
    }
}

impl<S: EditStore> ModelStore for S {}

/// Saved pipelines of a store.
#[expect(async_fn_in_trait, reason = "stores live on one thread: no future needs to be Send")]
pub trait PipelineStore: EditStore + Sized {
    /// All pipelines by name. One that cannot be read is left out.
    ///
    /// # Errors
    /// As `EditStore::documents`.
    async fn pipelines(&self) -> Result<Vec<Saved<SavedPipeline>>, StoreError> {
        all(self, PIPELINE).await
    }
}

impl<S: EditStore> PipelineStore for S {}

/// Deployments of a store.
#[expect(async_fn_in_trait, reason = "stores live on one thread: no future needs to be Send")]
pub trait DeploymentStore: EditStore + Sized {
    /// All deployments by name. One that cannot be read is left out.
    ///
    /// # Errors
    /// As `EditStore::documents`.
    async fn deployments(&self) -> Result<Vec<Saved<Deployment>>, StoreError> {
        all(self, DEPLOYMENT).await
    }
}

impl<S: EditStore> DeploymentStore for S {}
