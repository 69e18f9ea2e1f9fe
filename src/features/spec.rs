//! The `features` part of the pipeline file.

use serde::{Deserialize, Serialize};

use super::{EncoderEntry, EncoderError, EncoderSpec, TargetTransform};

/// Which column is predicted, and from which.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeatureSpec {
    /// The column to predict.
    pub target: String,
    /// The columns to predict from; `None` is all that are left after cleaning.
    pub columns: Option<Vec<String>>,
    /// Applied in order; a later one sees what the earlier ones made. Lists as values are tried, by a sweep.
    pub encoders: Vec<EncoderEntry>,
    /// What the estimator predicts instead of the target itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_transform: Option<TargetTransform>,
    /// Whether predictions are corrected for the transform's bias, by Duan's smearing estimate: without it they are
    /// medians rather than means.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub smearing: bool,
}

impl FeatureSpec {
    /// How many settings of the encoders are to be tried; 1 without lists.
    #[must_use]
    pub fn n_settings(&self) -> u128 {
        self.encoders.iter().map(EncoderEntry::n_candidates).fold(1, u128::saturating_mul)
    }

    /// The encoders in the setting at this place: the last encoder's lists change fastest.
    ///
    /// # Errors
    /// Values that do not go together.
    pub fn setting(&self, place: u128) -> Result<Vec<EncoderSpec>, EncoderError> {
        let mut rest = place;
        let mut encoders = Vec::with_capacity(self.encoders.len());
        for entry in self.encoders.iter().rev() {
            encoders.push(entry.candidate(rest % entry.n_candidates())?);
            rest /= entry.n_candidates();
        }
        encoders.reverse();
        Ok(encoders)
    }

    /// The same with these encoders.
    #[must_use]
    pub fn with_encoders(&self, encoders: Vec<EncoderSpec>) -> Self {
        Self { encoders: encoders.into_iter().map(EncoderEntry::from).collect(), ..self.clone() }
    }
}
