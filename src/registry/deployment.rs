//! Models under an address that predicts: what a deployment points to, now.

use serde::{Deserialize, Serialize};

use super::monitoring::Monitoring;
use super::{Changed, ModelVersion, RegisteredModel, RegistryError};

/// Always the newest version, as MLflow has it.
const LATEST: &str = "latest";

/// A model under the address `serving/MODEL@REFERENCE`. One that names an alias follows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// `MODEL@REFERENCE`, unique.
    pub name: String,
    pub model: String,
    /// An alias, `latest`, or a version's number.
    pub reference: String,
    /// Unix milliseconds.
    pub creation_time: i64,
    /// What is kept of its requests.
    #[serde(default)]
    pub monitoring: Monitoring,
}

impl Deployment {
    /// Puts a model under an address.
    ///
    /// # Errors
    /// `NameTaken`, and as `resolve`.
    pub fn create(model: &RegisteredModel, reference: &str, all: &[Self], now: i64) -> Changed<Self> {
        let reference = reference.trim();
        let version = resolve(model, reference)?.version;
        let name = format!("{}@{reference}", model.name);
        if all.iter().any(|deployment| deployment.name == name) {
            return Err(RegistryError::NameTaken(name));
        }
        let words = format!("Deployed {name}, which is version {version} now.");
        let deployment = Self {
            name,
            model: model.name.clone(),
            reference: reference.into(),
            creation_time: now,
            monitoring: Monitoring { since: now, ..Monitoring::default() },
        };
        Ok((deployment, words))
    }

    /// The version that answers now.
    ///
    /// # Errors
    /// `NoModel` where the model is gone, and as `resolve`.
    pub fn version<'a>(&self, models: &'a [RegisteredModel]) -> Result<&'a ModelVersion, RegistryError> {
        let model = models.iter().find(|model| model.name == self.model);
        resolve(model.ok_or_else(|| RegistryError::NoSuchModel(self.model.clone()))?, &self.reference)
    }
}

/// The version of a model that an alias, `latest` or a number names; a retired one answers nobody.
///
/// # Errors
/// `NoAlias`, `NoVersion`, `Retired`.
pub fn resolve<'a>(model: &'a RegisteredModel, reference: &str) -> Result<&'a ModelVersion, RegistryError> {
    let no_alias = || RegistryError::NoAlias { model: model.name.clone(), alias: reference.into() };
    let version = match (reference.parse::<u32>(), reference) {
        (Ok(version), _) => version,
        // One that is retired gives its place back to the one before it.
        (_, LATEST) => {
            let usable = model.versions.iter().filter(|version| version.retired.is_none());
            let newest = usable.max_by_key(|version| version.version).or_else(|| model.latest());
            newest.ok_or_else(no_alias)?.version
        }
        (_, alias) => *model.aliases.get(alias).ok_or_else(no_alias)?,
    };
    model.usable(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;

    fn model_with_versions(versions: u32) -> RegisteredModel {
        let (mut model, _) = RegisteredModel::create("price", &[], 1).unwrap();
        for version in 0..versions {
            model = model.register(&run_record(&version.to_string(), 0), "", 2).unwrap().0;
        }
        model
    }

    #[test]
    fn an_alias_is_followed_and_a_number_stays() {
        let model = model_with_versions(3);
        let (model, _) = model.set_alias("champion", 1, "", 5).unwrap();
        let (follows, words) = Deployment::create(&model, "champion", &[], 7).unwrap();
        assert_eq!(words, "Deployed price@champion, which is version 1 now.");
        let (stays, _) = Deployment::create(&model, "1", std::slice::from_ref(&follows), 7).unwrap();
        let (newest, _) = Deployment::create(&model, "latest", &[], 7).unwrap();
        let (moved, _) = model.set_alias("champion", 2, "", 9).unwrap();
        let all = [moved];
        let version = |deployment: &Deployment| deployment.version(&all).unwrap().version;
        assert_eq!([&follows, &stays, &newest].map(version), [2, 1, 3]);
    }

    #[test]
    fn what_cannot_answer_is_said() {
        let model = model_with_versions(2);
        assert_eq!(
            Deployment::create(&model, "champion", &[], 7).unwrap_err().to_string(),
            "price has no alias \"champion\"."
        );
        assert!(matches!(Deployment::create(&model, "9", &[], 7), Err(RegistryError::NoVersion { .. })));
        let (deployment, _) = Deployment::create(&model, "2", &[], 7).unwrap();
        assert!(matches!(
            Deployment::create(&model, "2", std::slice::from_ref(&deployment), 7),
            Err(RegistryError::NameTaken(_))
        ));
        let (retired, _) = model.retire(2, "old", 8).unwrap();
        let (newest, _) = Deployment::create(&model, LATEST, &[], 7).unwrap();
        assert_eq!(newest.version(std::slice::from_ref(&retired)).unwrap().version, 1);
        assert!(matches!(deployment.version(&[retired]), Err(RegistryError::Retired { .. })));
        assert!(matches!(deployment.version(&[]), Err(RegistryError::NoSuchModel(_))));
    }
}
