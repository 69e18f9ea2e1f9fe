//! The dictionary of a category column while it is made.

use std::collections::HashMap;

use super::MISSING_CODE;

/// Labels, each once, with the code that stands for it.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    labels: Vec<String>,
    places: HashMap<String, u16>,
}

impl Labels {
    /// The code of a label, a new one where it is new; `None` when 65,535 labels leave no room.
    pub fn code(&mut self, label: &str) -> Option<u16> {
        if let Some(code) = self.places.get(label) {
            return Some(*code);
        }
        let code = u16::try_from(self.labels.len()).ok().filter(|code| *code != MISSING_CODE)?;
        self.labels.push(label.into());
        self.places.insert(label.into(), code);
        Some(code)
    }

    /// The labels in the order of their codes.
    #[must_use]
    pub fn into_vec(self) -> Vec<String> {
        self.labels
    }
}
