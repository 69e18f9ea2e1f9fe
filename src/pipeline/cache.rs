//! The step cache: what a step made, found again by everything it depended on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{StepName, StepOutput};
use crate::base::{Digest, ErrorReport};

/// The version of the stored record's shape.
pub const STORED_STEP_VERSION: u32 = 1;

/// A finished step as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredStep {
    pub version: u32,
    pub key: Digest,
    pub step: StepName,
    /// Version of the code that made it.
    pub code_version: u32,
    /// Digest of what it made.
    pub artifact: Digest,
    /// Digests of named parts of the artifact: a clean table's columns by name.
    pub parts: BTreeMap<String, Digest>,
    pub output: StepOutput,
    /// Rows it worked on.
    pub rows: u64,
    /// The run that made it.
    pub made_by: String,
    pub run_name: String,
    /// Unix milliseconds.
    pub created: i64,
}

/// Where finished steps are kept, and the bytes of large artifacts.
///
/// Implementations live where the storage is; the engine only asks. A cache that fails is reported once and then
/// treated as empty: it may cost time, never a result.
#[expect(async_fn_in_trait, reason = "single-threaded on every target: no Send bound is wanted")]
pub trait StepCache {
    /// The step stored under this key.
    async fn get_step(&self, key: &Digest) -> Result<Option<StoredStep>, ErrorReport>;
    /// Keeps a finished step.
    async fn put_step(&self, step: &StoredStep) -> Result<(), ErrorReport>;
    /// The bytes of a large artifact.
    async fn get_blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, ErrorReport>;
    /// Keeps the bytes of a large artifact.
    async fn put_blob(&self, digest: &Digest, bytes: &[u8]) -> Result<(), ErrorReport>;
}

/// blake3 over the step's name, its code's version, the parameters it reads and the digests of its inputs.
///
/// `inputs` and `parameters` are JSON objects; `serde_json` keeps their keys sorted, so the text is canonical.
#[must_use]
pub fn cache_key(step: StepName, parameters: &Value, inputs: &Value) -> Digest {
    let canonical = json!({
        "step": step.as_str(),
        "code": step.code_version(),
        "parameters": parameters,
        "inputs": inputs,
    });
    Digest::of(canonical.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ingredient_changes_the_key() {
        let key = |step, parameters, inputs| cache_key(step, &parameters, &inputs);
        let base = key(StepName::Split, json!({"test_size": 0.2}), json!({"n_rows": 10}));
        assert_eq!(base, key(StepName::Split, json!({"test_size": 0.2}), json!({"n_rows": 10})));
        assert_ne!(base, key(StepName::Train, json!({"test_size": 0.2}), json!({"n_rows": 10})));
        assert_ne!(base, key(StepName::Split, json!({"test_size": 0.25}), json!({"n_rows": 10})));
        assert_ne!(base, key(StepName::Split, json!({"test_size": 0.2}), json!({"n_rows": 11})));
    }
}
