//! The `features` part of the pipeline file.

use serde::{Deserialize, Serialize};

use super::{EncoderSpec, TargetTransform};

/// Which column is predicted, and from which.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeatureSpec {
    /// The column to predict.
    pub target: String,
    /// The columns to predict from; `None` is all that are left after cleaning.
    pub columns: Option<Vec<String>>,
    /// Applied in order; a later one sees what the earlier ones made.
    pub encoders: Vec<EncoderSpec>,
    /// What the estimator predicts instead of the target itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_transform: Option<TargetTransform>,
    /// Whether predictions are corrected for the transform's bias, by Duan's smearing estimate: without it they are
    /// medians rather than means.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub smearing: bool,
}
