//! The `features` part of the pipeline file.

use serde::{Deserialize, Serialize};

/// Which column is predicted, and from which.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeatureSpec {
    /// The column to predict.
    pub target: String,
    /// The columns to predict from; `None` is all that are left after cleaning.
    pub columns: Option<Vec<String>>,
    pub encoders: Vec<EncoderSpec>,
}

/// A feature transformation. None yet: naming one in a pipeline file is an error that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "encoder", rename_all = "snake_case", deny_unknown_fields)]
pub enum EncoderSpec {}
