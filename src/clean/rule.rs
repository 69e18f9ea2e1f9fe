//! The cleaning rules as they stand in the pipeline file.

use serde::{Deserialize, Serialize};

/// One cleaning operation. Rules apply in order; one that is switched off (`enabled: false`) does nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// Removes columns. Names that are not there are an error.
    DropColumns {
        columns: Vec<String>,
        #[serde(default = "on", skip_serializing_if = "is_on")]
        enabled: bool,
    },
    /// Keeps only integer and float columns, as pandas' `select_dtypes("number")`.
    KeepNumeric {
        #[serde(default = "on", skip_serializing_if = "is_on")]
        enabled: bool,
    },
    /// Fills missing cells. `columns: null` means every column with missing cells that the strategy fits.
    FillMissing {
        #[serde(default)]
        columns: Option<Vec<String>>,
        strategy: FillStrategy,
        /// Only for `constant`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fill_value: Option<FillValue>,
        #[serde(default = "on", skip_serializing_if = "is_on")]
        enabled: bool,
    },
    /// Drops rows with a missing cell in any of the columns (`null`: of all columns).
    DropMissing {
        #[serde(default)]
        columns: Option<Vec<String>>,
        #[serde(default = "on", skip_serializing_if = "is_on")]
        enabled: bool,
    },
}

/// What a missing cell is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillStrategy {
    Mean,
    Median,
    MostFrequent,
    Constant,
}

/// A constant to fill with: a number for numeric columns, a text for the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FillValue {
    Number(f64),
    Text(String),
}

impl Rule {
    /// Whether the rule is switched on.
    #[must_use]
    pub fn enabled(&self) -> bool {
        match self {
            Self::DropColumns { enabled, .. }
            | Self::KeepNumeric { enabled }
            | Self::FillMissing { enabled, .. }
            | Self::DropMissing { enabled, .. } => *enabled,
        }
    }

    /// Switches the rule on or off.
    pub fn set_enabled(&mut self, on: bool) {
        match self {
            Self::DropColumns { enabled, .. }
            | Self::KeepNumeric { enabled }
            | Self::FillMissing { enabled, .. }
            | Self::DropMissing { enabled, .. } => *enabled = on,
        }
    }

    /// The columns that the rule names; none for one that finds its columns itself.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        match self {
            Self::DropColumns { columns, .. } => columns,
            Self::KeepNumeric { .. } => &[],
            Self::FillMissing { columns, .. } | Self::DropMissing { columns, .. } => columns.as_deref().unwrap_or(&[]),
        }
    }
}

fn on() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_on(enabled: &bool) -> bool {
    *enabled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_switched_off_and_says_so_in_the_file() {
        let kinds = [
            r#"{"rule":"drop_columns","columns":["a","b"]}"#,
            r#"{"rule":"keep_numeric"}"#,
            r#"{"rule":"fill_missing","columns":null,"strategy":"median"}"#,
            r#"{"rule":"drop_missing","columns":["a"]}"#,
        ];
        let named = [2, 0, 0, 1];
        for (text, n_columns) in kinds.into_iter().zip(named) {
            let mut rule: Rule = serde_json::from_str(text).unwrap();
            assert!(rule.enabled());
            assert_eq!(rule.columns().len(), n_columns);
            assert_eq!(serde_json::to_string(&rule).unwrap(), text);
            rule.set_enabled(false);
            assert!(!rule.enabled());
            assert!(serde_json::to_string(&rule).unwrap().ends_with(r#""enabled":false}"#));
        }
    }
}
