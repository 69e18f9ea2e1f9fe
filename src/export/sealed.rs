//! Files with a list of their sizes and digests, so that what was damaged, changed, added or left out is refused by name.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ExportFile, ImportError};
use crate::base::Digest;

/// A line of the list.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    path: String,
    bytes: u64,
    digest: Digest,
}

/// The list of these files.
pub(super) fn entries(files: &[ExportFile]) -> Vec<Entry> {
    let entry = |file: &ExportFile| Entry {
        path: file.path.clone(),
        bytes: file.bytes.len() as u64,
        digest: Digest::of(&file.bytes),
    };
    files.iter().map(entry).collect()
}

/// That the files are those of the list, byte for byte.
pub(super) fn check(entries: &[Entry], found: &BTreeMap<String, Vec<u8>>) -> Result<(), ImportError> {
    let mut listed = BTreeSet::new();
    for entry in entries {
        let Some(bytes) = found.get(&entry.path) else {
            return Err(damaged(&entry.path, "it is missing"));
        };
        if bytes.len() as u64 != entry.bytes || Digest::of(bytes) != entry.digest {
            return Err(damaged(&entry.path, "its content is not what was packed"));
        }
        listed.insert(entry.path.as_str());
    }
    match found.keys().find(|path| !listed.contains(path.as_str())) {
        Some(path) => Err(damaged(path, "it was added later")),
        None => Ok(()),
    }
}

pub(super) fn damaged(path: &str, reason: &str) -> ImportError {
    ImportError::Damaged { path: path.to_owned(), reason: reason.to_owned() }
}
