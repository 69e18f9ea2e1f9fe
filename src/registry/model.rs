//! A registered model: a name, and versions that each come from a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Changed, RegistryError};
use crate::tracking::{DatasetInput, RunRecord, Tag};

const MAX_NAME: usize = 256;
const MAX_TAG_KEY: usize = 250;
const MAX_TAG: usize = 8000;
const MAX_DESCRIPTION: usize = 5000;

/// A model under a name, with all its versions. Times are Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisteredModel {
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub tags: Vec<Tag>,
    pub creation_time: i64,
    pub last_update_time: i64,
    /// Oldest first; numbers are never used twice.
    pub versions: Vec<ModelVersion>,
    /// Which version each alias points to.
    pub aliases: BTreeMap<String, u32>,
    /// Every change of an alias, oldest first.
    pub alias_log: Vec<AliasChange>,
    /// The number of the version that was registered last.
    pub last_version: u32,
}

/// A version of a model. What the run knew is repeated here, so that it outlives the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelVersion {
    pub version: u32,
    pub run_id: String,
    pub run_name: String,
    pub creation_time: i64,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// scikit-learn's class name.
    pub model_name: String,
    pub dataset: Option<DatasetInput>,
    pub target: String,
    /// The columns that a row must have, in order.
    pub signature: Vec<SignatureColumn>,
    /// The run's finite metrics, by MLflow's names.
    pub metrics: Vec<(String, f64)>,
    #[serde(default)]
    pub retired: Option<Retirement>,
}

/// A column that a model needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureColumn {
    pub name: String,
    pub data_type: crate::table::DataType,
}

/// Since when a version is out of use, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retirement {
    pub time: i64,
    pub note: String,
}

/// An alias that was set, moved or taken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasChange {
    pub alias: String,
    pub from: Option<u32>,
    pub to: Option<u32>,
    pub time: i64,
    /// Why, in a person's words.
    #[serde(default)]
    pub note: String,
}

pub(super) fn checked(what: &'static str, text: &str, most: usize) -> Result<String, RegistryError> {
    let text = text.trim();
    let length = text.chars().count();
    match length {
        0 => Err(RegistryError::NoName),
        _ if length > most => Err(RegistryError::TooLong { what, length, most }),
        _ => Ok(text.to_owned()),
    }
}

fn model_name(name: &str, all: &[RegisteredModel]) -> Result<String, RegistryError> {
    let name = checked("The name", name, MAX_NAME)?;
    // Stricter than MLflow's registry, so that an export never fails: these are the signs that some of its stores refuse.
    if name.contains(['/', ':', '.', '%', '"', '\'']) || name.chars().any(char::is_control) {
        return Err(RegistryError::ModelName(name));
    }
    if all.iter().any(|model| model.name == name) { Err(RegistryError::NameTaken(name)) } else { Ok(name) }
}

pub(super) fn set_tag(tags: &mut Vec<Tag>, key: &str, value: Option<&str>) -> Result<String, RegistryError> {
    let key = checked("The tag's name", key, MAX_TAG_KEY)?;
    let length = value.map_or(0, |value| value.chars().count());
    if length > MAX_TAG {
        return Err(RegistryError::TooLong { what: "The tag's value", length, most: MAX_TAG });
    }
    let place = tags.iter().position(|tag| tag.key == key);
    match (place, value) {
        (Some(place), None) => {
            tags.remove(place);
        }
        (Some(place), Some(value)) => tags.get_mut(place).into_iter().for_each(|tag| tag.value = value.to_owned()),
        (None, Some(value)) => tags.push(Tag { key: key.clone(), value: value.to_owned() }),
        (None, None) => {}
    }
    Ok(match value {
        Some(value) => format!("with {key} = {value}"),
        None => format!("no longer with {key}"),
    })
}

fn described(text: &str) -> Result<String, RegistryError> {
    let length = text.chars().count();
    if length > MAX_DESCRIPTION {
        return Err(RegistryError::TooLong { what: "The description", length, most: MAX_DESCRIPTION });
    }
    Ok(text.to_owned())
}

impl RegisteredModel {
    /// A model without versions.
    ///
    /// # Errors
    /// A name that is empty, too long, taken or has signs that MLflow refuses.
    pub fn create(name: &str, all: &[Self], now: i64) -> Changed<Self> {
        let name = model_name(name, all)?;
        let words = format!("Made the model {name}.");
        let model = Self {
            name,
            description: String::new(),
            tags: Vec::new(),
            creation_time: now,
            last_update_time: now,
            versions: Vec::new(),
            aliases: BTreeMap::new(),
            alias_log: Vec::new(),
            last_version: 0,
        };
        Ok((model, words))
    }

    /// Registers the model of a run as the next version.
    ///
    /// # Errors
    /// `NoModel` for a run whose training did not finish.
    pub fn register(&self, run: &RunRecord, description: &str, now: i64) -> Changed<Self> {
        let training = run.training().ok_or_else(|| RegistryError::NoModel(run.info.run_name.clone()))?;
        let version = self.last_version + 1;
        let column = |input: &crate::features::InputColumn| SignatureColumn {
            name: input.name.clone(),
            data_type: input.data_type,
        };
        let metrics = run.metrics.iter().filter(|metric| metric.value.is_finite());
        let mut model = self.changed(now);
        model.last_version = version;
        model.versions.push(ModelVersion {
            version,
            run_id: run.info.run_id.clone(),
            run_name: run.info.run_name.clone(),
            creation_time: now,
            description: described(description)?,
            tags: Vec::new(),
            model_name: training.model_name.clone(),
            dataset: run.dataset.clone(),
            target: training.target.clone(),
            signature: training.features.inputs.iter().map(column).collect(),
            metrics: metrics.map(|metric| (metric.key.clone(), metric.value)).collect(),
            retired: None,
        });
        Ok((model, format!("Registered {} as version {version} of {}.", run.info.run_name, self.name)))
    }

    /// The same under another name.
    ///
    /// # Errors
    /// As `create`.
    pub fn rename(&self, name: &str, all: &[Self], now: i64) -> Changed<Self> {
        let name = model_name(name, all)?;
        let words = format!("Renamed the model {} to {name}.", self.name);
        Ok((Self { name, ..self.changed(now) }, words))
    }

    /// Says what the model, or one of its versions, is for.
    ///
    /// # Errors
    /// `TooLong`, `NoVersion`.
    pub fn describe(&self, version: Option<u32>, text: &str, now: i64) -> Changed<Self> {
        let text = described(text)?;
        let mut model = self.changed(now);
        match version {
            None => model.description = text,
            Some(version) => model.version_mut(version)?.description = text,
        }
        Ok((model, format!("Described {}.", self.shown(version))))
    }

    /// Sets a tag of the model or of one of its versions, or takes it off.
    ///
    /// # Errors
    /// `NoName`, `TooLong`, `NoVersion`.
    pub fn tag(&self, version: Option<u32>, key: &str, value: Option<&str>, now: i64) -> Changed<Self> {
        let mut model = self.changed(now);
        let how = match version {
            None => set_tag(&mut model.tags, key, value)?,
            Some(version) => set_tag(&mut model.version_mut(version)?.tags, key, value)?,
        };
        Ok((model, format!("Tagged {} {how}.", self.shown(version))))
    }

    /// Puts a version out of use: its aliases are taken off, and none can be set.
    ///
    /// # Errors
    /// `NoVersion`, `Retired`.
    pub fn retire(&self, version: u32, note: &str, now: i64) -> Changed<Self> {
        self.usable(version)?;
        let mut model = self.changed(now);
        for alias in self.aliases_of(version) {
            model.point(&alias, None, now, note);
        }
        model.version_mut(version)?.retired = Some(Retirement { time: now, note: note.trim().to_owned() });
        Ok((model, format!("Retired version {version} of {}.", self.name)))
    }

    /// Brings a retired version back, without its aliases.
    ///
    /// # Errors
    /// `NoVersion`.
    pub fn bring_back(&self, version: u32, now: i64) -> Changed<Self> {
        let mut model = self.changed(now);
        model.version_mut(version)?.retired = None;
        Ok((model, format!("Brought version {version} of {} back.", self.name)))
    }

    /// Removes a version and its aliases. Its number is not used again.
    ///
    /// # Errors
    /// `NoVersion`.
    pub fn delete_version(&self, version: u32, now: i64) -> Changed<Self> {
        self.version(version)?;
        let mut model = self.changed(now);
        for alias in self.aliases_of(version) {
            model.point(&alias, None, now, "The version was removed.");
        }
        model.versions.retain(|other| other.version != version);
        Ok((model, format!("Removed version {version} of {}.", self.name)))
    }

    /// A version.
    ///
    /// # Errors
    /// `NoVersion`.
    pub fn version(&self, version: u32) -> Result<&ModelVersion, RegistryError> {
        let found = self.versions.iter().find(|other| other.version == version);
        found.ok_or_else(|| RegistryError::NoVersion { model: self.name.clone(), version })
    }

    /// The newest version: what MLflow calls `latest`.
    #[must_use]
    pub fn latest(&self) -> Option<&ModelVersion> {
        self.versions.iter().max_by_key(|version| version.version)
    }

    /// A metric over the versions, oldest first.
    #[must_use]
    pub fn metric_over_versions(&self, key: &str) -> Vec<(u32, f64)> {
        let value = |version: &ModelVersion| {
            let (_, value) = version.metrics.iter().find(|(name, _)| name == key)?;
            Some((version.version, *value))
        };
        self.versions.iter().filter_map(value).collect()
    }

    pub(super) fn usable(&self, version: u32) -> Result<&ModelVersion, RegistryError> {
        let found = self.version(version)?;
        if found.retired.is_some() {
            return Err(RegistryError::Retired { model: self.name.clone(), version });
        }
        Ok(found)
    }

    pub(super) fn changed(&self, now: i64) -> Self {
        Self { last_update_time: now, ..self.clone() }
    }

    fn version_mut(&mut self, version: u32) -> Result<&mut ModelVersion, RegistryError> {
        let error = RegistryError::NoVersion { model: self.name.clone(), version };
        self.versions.iter_mut().find(|other| other.version == version).ok_or(error)
    }

    fn shown(&self, version: Option<u32>) -> String {
        match version {
            None => format!("the model {}", self.name),
            Some(version) => format!("version {version} of {}", self.name),
        }
    }
}

/// Lineage downwards: the versions that were registered from a run.
#[must_use]
pub fn versions_of<'a>(models: &'a [RegisteredModel], run_id: &str) -> Vec<(&'a RegisteredModel, &'a ModelVersion)> {
    let of_model = |model: &'a RegisteredModel| model.versions.iter().map(move |version| (model, version));
    models.iter().flat_map(of_model).filter(|(_, version)| version.run_id == run_id).collect()
}
