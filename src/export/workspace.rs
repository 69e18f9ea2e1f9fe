//! The whole workspace as one file, and back: for another browser, another machine, or a bad day.
//!
//! A ZIP with `manifest.json`, which lists every other file with its size and digest, so that what was damaged or changed on
//! the way is refused. Runs are MessagePack, because JSON has no infinities and no NaN; the rest is JSON. CSV files are not in it: a run knows its data set by content, and asks for the file when it needs it.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::mlflow::read::ForeignRun;
use super::sealed::{Entry, check, damaged, entries};
use super::unzip::{Limits, unzip};
use super::{ExportError, ExportFile, ImportError, archive};
use crate::registry::{Named, RegisteredModel, SavedPipeline};
use crate::tracking::{
    DEFAULT_EXPERIMENT, DatasetRecord, Document, Edit, Experiment, LifecycleStage, RunRecord, StoreCommand, Target,
};

/// The version of the archive's shape.
pub const ARCHIVE_VERSION: u32 = 1;

/// What the page asks for instead of an export of runs.
pub const BACKUP: &str = "archive";

/// The kinds of documents that are packed. The history of changes stays: it belongs to the store that it changes.
pub const DOCUMENT_KINDS: [&str; 3] = [RegisteredModel::KIND, SavedPipeline::KIND, ForeignRun::KIND];

const MANIFEST: &str = "manifest.json";
const EXPERIMENTS: &str = "experiments.json";
const DATASETS: &str = "datasets.json";
const RUNS: &str = "runs/";
const DOCUMENTS: &str = "documents/";

/// Everything that a workspace keeps, but for cached steps and the history of changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WorkspaceArchive {
    pub experiments: Vec<Experiment>,
    /// Those in the bin too.
    pub runs: Vec<RunRecord>,
    /// By kind: registered models, saved pipelines, what is known of runs that were made elsewhere.
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
        for path in found.keys() {
            if path.starts_with(RUNS) {
                let bytes = found.get(path).map(Vec::as_slice).unwrap_or_default();
                let run = rmp_serde::from_slice(bytes).map_err(|error| unreadable(path, &error.to_string()))?;
                archive.runs.push(run);
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

impl WorkspaceArchive {
    /// The change that brings in experiments and documents, and what was left out or renamed, in sentences. What is here
    /// already stays as it is, so bringing the same archive in twice changes nothing. Runs are the caller's.
    #[must_use]
    pub fn command(
        &self,
        present: &[Experiment],
        documents: &[(String, Vec<Document>)],
    ) -> (StoreCommand, Vec<String>) {
        let (mut edits, mut notes) = (Vec::new(), Vec::new());
        for experiment in &self.experiments {
            let id = &experiment.experiment_id;
            if id == DEFAULT_EXPERIMENT || present.iter().any(|other| other.experiment_id == *id) {
                continue;
            }
            let mut name = experiment.name.clone();
            let is_taken = |name: &str| {
                present.iter().any(|other| other.lifecycle_stage == LifecycleStage::Active && other.name == name)
            };
            if is_taken(&name) {
                name = format!("{name} ({})", &id[..id.len().min(4)]);
                notes
                    .push(format!("There is an experiment {} already; the one brought in is {name}.", experiment.name));
            }
            let text = serde_json::to_string(&Experiment { name, ..experiment.clone() }).unwrap_or_default();
            edits.push(Edit::new(Target::Experiment(id.clone()), "record", None, Some(text)));
        }
        for (kind, own) in &self.documents {
            let known = documents.iter().find(|(other, _)| other == kind);
            let Some((_, known)) = known.filter(|_| DOCUMENT_KINDS.contains(&kind.as_str())) else { continue };
            for document in own {
                match known.iter().find(|other| other.id == document.id) {
                    None => edits.push(Edit::document(kind, &document.id, None, Some(document.text.clone()))),
                    Some(other) if other.text == document.text => {}
                    Some(_) => notes.push(format!("There is a {kind} {} already; it stays as it is.", document.id)),
                }
            }
        }
        (StoreCommand { words: "Brought in a backup.".into(), edits }, notes)
    }
}

fn unreadable(path: &str, reason: &str) -> ImportError {
    ImportError::Unreadable { path: path.to_owned(), reason: reason.to_owned() }
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
        let model = Document { id: "prices".into(), text: "{\"name\":\"prices\"}".into() };
        archive.documents.insert("model".into(), vec![model]);
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
    fn what_is_here_already_stays() {
        let mut archive = archive();
        let experiment = |id: &str, name: &str| Experiment {
            experiment_id: id.into(),
            name: name.into(),
            lifecycle_stage: LifecycleStage::Active,
            creation_time: 1,
            last_update_time: 1,
            tags: Vec::new(),
        };
        archive.experiments = vec![experiment("0", "Default"), experiment("123456", "Prices"), experiment("7", "Old")];
        let kinds = |model: &str| {
            let of = |kind: &str| (kind.to_owned(), Vec::new());
            let model = Document { id: "prices".into(), text: model.into() };
            vec![("model".to_owned(), vec![model]), of("pipeline"), of("foreign_run")]
        };
        let (change, notes) = archive.command(&[experiment("9", "Prices"), experiment("7", "Old")], &kinds("other"));
        assert_eq!(change.edits.len(), 1);
        assert_eq!(notes.len(), 2);
        assert!(notes[0].contains("the one brought in is Prices (1234)."), "{notes:?}");
        assert!(notes[1].contains("model prices already"), "{notes:?}");
        let same = archive.documents["model"][0].text.clone();
        assert!(archive.command(&archive.experiments.clone(), &kinds(&same)).0.is_empty());
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
