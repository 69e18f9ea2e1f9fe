//! How a deployment is watched: settings, each a change that can be taken back.

use serde::{Deserialize, Serialize};

use super::deployment::resolve;
use super::{Changed, Deployment, ModelVersion, RegisteredModel, RegistryError};

/// The PSI that is commonly called a shift.
const THRESHOLD: f64 = 0.2;

/// What is kept of a deployment's requests, and what raises a notice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Monitoring {
    /// Whether rows of requests are kept, besides counts.
    pub samples: bool,
    /// A PSI from which an input or the prediction has drifted.
    pub psi_threshold: f64,
    /// An alias, `latest` or a number of the same model, whose version is asked the same and whose answers nobody gets.
    pub shadow: Option<String>,
    /// Only requests from then on are shown, in Unix milliseconds.
    pub since: i64,
}

impl Default for Monitoring {
    fn default() -> Self {
        Self { samples: true, psi_threshold: THRESHOLD, shadow: None, since: 0 }
    }
}

impl Deployment {
    /// Keeps rows of requests from now on, or none.
    ///
    /// # Errors
    /// None yet; in the shape of its siblings.
    pub fn sample(&self, samples: bool) -> Changed<Self> {
        let words = match samples {
            true => format!("Rows of requests to {} are kept from now on.", self.name),
            false => format!("No rows of requests to {} are kept any more.", self.name),
        };
        Ok((self.with(Monitoring { samples, ..self.monitoring.clone() }), words))
    }

    /// Sets the PSI from which there is a notice.
    ///
    /// # Errors
    /// `Threshold`.
    pub fn set_threshold(&self, text: &str) -> Changed<Self> {
        let parsed = text.trim().parse::<f64>().ok().filter(|value| value.is_finite() && *value > 0.0);
        let psi_threshold = parsed.ok_or_else(|| RegistryError::Threshold(text.to_owned()))?;
        let words = format!("{} has drifted from a PSI of {psi_threshold} on.", self.name);
        Ok((self.with(Monitoring { psi_threshold, ..self.monitoring.clone() }), words))
    }

    /// Asks another version the same, or none.
    ///
    /// # Errors
    /// `ShadowAnswers` for the one that answers, and as `resolve`.
    pub fn set_shadow(&self, model: &RegisteredModel, reference: Option<&str>) -> Changed<Self> {
        let words = match reference {
            None => format!("Nothing else is asked what {} is asked.", self.name),
            Some(reference) if reference == self.reference => {
                return Err(RegistryError::ShadowAnswers(self.reference.clone()));
            }
            Some(reference) => {
                let version = resolve(model, reference)?.version;
                format!("Version {version} of {} is asked what {} is asked.", self.model, self.name)
            }
        };
        let shadow = reference.map(str::to_owned);
        Ok((self.with(Monitoring { shadow, ..self.monitoring.clone() }), words))
    }

    /// Counts anew from `now` on, in Unix milliseconds.
    ///
    /// # Errors
    /// None yet; in the shape of its siblings.
    pub fn reset(&self, now: i64) -> Changed<Self> {
        let words = format!("The counts of {} begin anew.", self.name);
        Ok((self.with(Monitoring { since: now, ..self.monitoring.clone() }), words))
    }

    /// The version that is asked besides; `None` where none is, or it is the one that answers now.
    #[must_use]
    pub fn shadow<'a>(&self, models: &'a [RegisteredModel]) -> Option<&'a ModelVersion> {
        let model = models.iter().find(|model| model.name == self.model)?;
        let shadow = resolve(model, self.monitoring.shadow.as_deref()?).ok()?;
        let answers = self.version(models).ok()?;
        (shadow.version != answers.version).then_some(shadow)
    }

    fn with(&self, monitoring: Monitoring) -> Self {
        Self { monitoring, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;

    #[test]
    fn settings_are_changes_of_the_deployment() {
        let (mut model, _) = RegisteredModel::create("price", &[], 1).unwrap();
        for name in ["a", "b"] {
            model = model.register(&run_record(name, 0), "", 2).unwrap().0;
        }
        let (model, _) = model.set_alias("champion", 1, "", 3).unwrap();
        let (deployment, _) = Deployment::create(&model, "champion", &[], 7).unwrap();
        assert_eq!(deployment.monitoring, Monitoring { samples: true, psi_threshold: 0.2, shadow: None, since: 7 });
        let older = r#"{"name":"price@1","model":"price","reference":"1","creation_time":7}"#;
        assert_eq!(serde_json::from_str::<Deployment>(older).unwrap().monitoring, Monitoring::default());

        let (shadowed, words) = deployment.set_shadow(&model, Some("2")).unwrap();
        assert_eq!(words, "Version 2 of price is asked what price@champion is asked.");
        assert_eq!(shadowed.shadow(std::slice::from_ref(&model)).map(|version| version.version), Some(2));
        assert!(matches!(deployment.set_shadow(&model, Some("champion")), Err(RegistryError::ShadowAnswers(_))));
        assert!(matches!(deployment.set_shadow(&model, Some("9")), Err(RegistryError::NoVersion { .. })));
        // Once promoted it answers itself, and there is nothing to compare.
        let (promoted, _) = model.set_alias("champion", 2, "", 8).unwrap();
        assert_eq!(shadowed.shadow(&[promoted]), None);

        assert_eq!(deployment.set_threshold(" 0.1 ").unwrap().0.monitoring.psi_threshold, 0.1);
        for wrong in ["", "x", "0", "-1", "inf"] {
            assert!(matches!(deployment.set_threshold(wrong), Err(RegistryError::Threshold(_))), "{wrong}");
        }
        assert_eq!(deployment.reset(99).unwrap().0.monitoring.since, 99);
        assert!(!deployment.sample(false).unwrap().0.monitoring.samples);
    }
}
