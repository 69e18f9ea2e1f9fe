//! YAML as PyYAML reads it back.

use serde_json::Value;

use crate::export::{ExportError, ExportFile};

/// A file of YAML; keys in alphabetical order, as MLflow writes them.
pub(super) fn file(path: impl Into<String>, value: &Value) -> Result<ExportFile, ExportError> {
    Ok(ExportFile::new(path, serde_saphyr::to_string(value)?))
}
