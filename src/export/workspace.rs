//! The whole workspace as one file, and back: for another browser, another machine, or a bad day.
//!
//! A ZIP with `manifest.json`, which lists every other file with its size and digest, so that what was damaged or changed on
//! the way is refused. Runs are MessagePack, because JSON has no infinities and no NaN; the rest is JSON. CSV files are not in it: a run knows its data set by content, and asks for the file when it needs it.

mod restore;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::mlflow::read::ForeignRun;
use super::sealed::{Entry, check, damaged, entries};
use super::unzip::{Limits, unzip};
use super::{ExportError, ExportFile, ImportError, archive};
use crate::registry::{Deployment, Named, RegisteredModel, SavedPipeline, SavedView, Stack};
use crate::tracking::{DatasetRecord, Document, Experiment, RunRecord, RunSummary};

pub use restore::{Present, Restoring};

/// The version of the archive's shape.
pub const ARCHIVE_VERSION: u32 = 1;

/// What the page asks for instead of an export of runs.
pub const BACKUP: &str = "archive";
/// The name of its file.
pub const BACKUP_FILE: &str = "pipette-workspace.zip";

/// The kinds of documents that are packed. The history of changes stays: it belongs to the store that it changes.
pub const DOCUMENT_KINDS: [&str; 6] =
    [RegisteredModel::KIND, Deployment::KIND, SavedPipeline::KIND, SavedView::KIND, Stack::KIND, ForeignRun::KIND];

const MANIFEST: &str = "manifest.json";
const EXPERIMENTS: &str = "experiments.json";
const DATASETS: &str = "datasets.json";
const RUNS: &str = "runs/";
const ROWS: &str = "rows/";
const DOCUMENTS: &str = "documents/";

/// Everything that a workspace keeps, but for cached steps and the history of changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WorkspaceArchive {
    pub experiments: Vec<Experiment>,
    /// Those in the bin too.
    pub runs: Vec<RunRecord>,
    /// Of runs that were made elsewhere and brought in: their rows are all there is of them.
    pub rows: Vec<RunSummary>,
    /// By kind: registered models, saved pipelines, views under names, what is known of runs that were made elsewhere.
    pub documents: BTreeMap<String, Vec<Document>>,
    pub datasets: Vec<DatasetRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    /// The version of the archive's shape; its name says what the file is.
    pipette_workspace: u32,
    /// The program that wrote it.
    made_by: String,
    files: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredDocument {
    id: String,
    text: String,
}

impl WorkspaceArchive {
    /// The file. The same workspace gives the same bytes.
    ///
    /// # Errors
    /// `Archive`, `Text`.
    pub fn pack(&self) -> Result<Vec<u8>, ExportError> {
        let mut files = vec![
            ExportFile::new(EXPERIMENTS, json(&self.experiments)?),
            ExportFile::new(DATASETS, json(&self.datasets)?),
        ];
        for run in &self.runs {
            files.push(ExportFile::new(format!("{RUNS}{}.msgpack", run.info.run_id), rmp_serde::to_vec_named(run)?));
        }
        for row in &self.rows {
            files.push(ExportFile::new(format!("{ROWS}{}.msgpack", row.info.run_id), rmp_serde::to_vec_named(row)?));
        }
        for (kind, documents) in &self.documents {
            let stored: Vec<StoredDocument> = documents
                .iter()
                .map(|document| StoredDocument { id: document.id.clone(), text: document.text.clone() })
                .collect();
            files.push(ExportFile::new(format!("{DOCUMENTS}{kind}.json"), json(&stored)?));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let manifest = Manifest {
            pipette_workspace: ARCHIVE_VERSION,
            made_by: format!("pipette {}", env!("CARGO_PKG_VERSION")),
            files: entries(&files),
        };
        files.push(ExportFile::new(MANIFEST, json(&manifest)?));
        archive::zip(&files)
    }

    /// Reads an archive; every file is held against the manifest before any is believed.
    ///
    /// # Errors
    /// `ImportError`: then nothing was read. `NotThis` for a ZIP that is no workspace.
    pub fn unpack(bytes: &[u8]) -> Result<Self, ImportError> {
        let files = unzip(bytes, Limits::default(), |_| true)?;
        let mut found: BTreeMap<String, Vec<u8>> =
            files.into_iter().filter_map(|file| Some((file.path, file.bytes?))).collect();
        let manifest = found.remove(MANIFEST).ok_or(ImportError::NotThis)?;
        let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|_| ImportError::NotThis)?;
        if manifest.pipette_workspace > ARCHIVE_VERSION {
            return Err(ImportError::Newer { found: manifest.pipette_workspace, known: ARCHIVE_VERSION });
        }
        check(&manifest.files, &found)?;
        let mut archive =
            Self { experiments: read(&found, EXPERIMENTS)?, datasets: read(&found, DATASETS)?, ..Self::default() };
        for (path, bytes) in &found {
            if path.starts_with(RUNS) {
                archive.runs.push(packed(path, bytes)?);
            }
            if path.starts_with(ROWS) {
                archive.rows.push(packed(path, bytes)?);
            }
            if let Some(kind) = path.strip_prefix(DOCUMENTS).and_then(|name| name.strip_suffix(".json")) {
                let stored: Vec<StoredDocument> = read(&found, path)?;
                let documents = stored.into_iter().map(|one| Document { id: one.id, text: one.text }).collect();
                archive.documents.insert(kind.to_owned(), documents);
            }
        }
        Ok(archive)
    }
}

/// Whether a ZIP says that it is a workspace, whole or damaged.
#[must_use]
pub fn is_archive(bytes: &[u8]) -> bool {
    unzip(bytes, Limits::default(), |path| path == MANIFEST)
        .is_ok_and(|files| files.iter().any(|file| file.path == MANIFEST))
}

fn unreadable(path: &str, reason: &str) -> ImportError {
    ImportError::Unreadable { path: path.to_owned(), reason: reason.to_owned() }
}

fn packed<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, ImportError> {
    rmp_serde::from_slice(bytes).map_err(|error| unreadable(path, &error.to_string()))
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, ExportError> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn read<T: DeserializeOwned>(found: &BTreeMap<String, Vec<u8>>, path: &str) -> Result<T, ImportError> {
    let bytes = found.get(path).ok_or_else(|| damaged(path, "it is missing"))?;
    serde_json::from_slice(bytes).map_err(|error| unreadable(path, &error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;

    fn archive() -> WorkspaceArchive {
        let mut archive =
            WorkspaceArchive { runs: vec![run_record("a", 1000), run_record("b", 2000)], ..Default::default() };
        archive.runs.sort_by(|a, b| a.info.run_id.cmp(&b.info.run_id));
        archive.rows.push(RunSummary::from(&run_record("foreign", 3000)));
        let model = Document { id: "prices".into(), text: "{\"name\":\"prices\"}".into() };
        archive.documents.insert("model".into(), vec![model]);
        let view = Document { id: "0/Best".into(), text: "{}".into() };
        archive.documents.insert("view".into(), vec![view]);
        archive
    }

    #[test]
    fn what_is_packed_comes_back_and_is_the_same_bytes_each_time() {
        let archive = archive();
        let bytes = archive.pack().unwrap();
        assert_eq!(bytes, archive.pack().unwrap());
        assert_eq!(WorkspaceArchive::unpack(&bytes).unwrap(), archive);
        assert_eq!(
            WorkspaceArchive::unpack(&WorkspaceArchive::default().pack().unwrap()).unwrap(),
            WorkspaceArchive::default()
        );
    }

    #[test]
    fn what_was_changed_added_or_left_out_is_refused_by_name() {
        let files = unzip(&archive().pack().unwrap(), Limits::default(), |_| true).unwrap();
        let repacked = |change: &dyn Fn(&mut Vec<ExportFile>)| {
            let mut files: Vec<ExportFile> =
                files.iter().map(|file| ExportFile::new(file.path.clone(), file.bytes.clone().unwrap())).collect();
            change(&mut files);
            WorkspaceArchive::unpack(&crate::export::archive::zip(&files).unwrap()).unwrap_err()
        };
        let changed = repacked(&|files| {
            files.iter_mut().filter(|file| file.path == DATASETS).for_each(|file| file.bytes = b"[ ]\n".to_vec())
        });
        assert!(matches!(&changed, ImportError::Damaged { path, .. } if path == DATASETS), "{changed}");
        let added = repacked(&|files| files.push(ExportFile::new("runs/x.msgpack", "{}")));
        assert!(matches!(&added, ImportError::Damaged { path, .. } if path == "runs/x.msgpack"), "{added}");
        let less = repacked(&|files| files.retain(|file| file.path != EXPERIMENTS));
        assert!(matches!(&less, ImportError::Damaged { path, .. } if path == EXPERIMENTS), "{less}");
        let none = repacked(&|files| files.retain(|file| file.path != MANIFEST));
        assert_eq!(none, ImportError::NotThis);
        let newer = repacked(&|files| {
            for file in files.iter_mut().filter(|file| file.path == MANIFEST) {
                let text = String::from_utf8(file.bytes.clone()).unwrap();
                file.bytes = text.replace("\"pipette_workspace\": 1", "\"pipette_workspace\": 99").into_bytes();
            }
        });
        assert_eq!(newer, ImportError::Newer { found: 99, known: 1 });
    }
}
