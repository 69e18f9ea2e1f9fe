//! An `mlruns` folder in memory: the texts that describe runs, and of everything else how large it is.

use std::collections::BTreeMap;

use crate::export::ImportError;
use crate::export::unzip::{Limits, PackedFile, checked_folder, unzip};

/// Files by their path below `mlruns`.
#[derive(Debug, Default)]
pub(super) struct Tree {
    files: BTreeMap<String, (u64, Option<Vec<u8>>)>,
}

/// Whether a file's content is needed, by its path: what describes runs is, artifacts are not.
#[must_use]
pub fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.split('/').any(|part| part == "artifacts") {
        return matches!(name, "MLmodel" | "pipeline.json");
    }
    name == "meta.yaml" || path.split('/').any(|part| matches!(part, "params" | "metrics" | "tags" | "aliases"))
}

impl Tree {
    /// Reads a ZIP archive.
    pub(super) fn unzip(bytes: &[u8], limits: Limits) -> Result<Self, ImportError> {
        Self::rooted(unzip(bytes, limits, is_read)?)
    }

    /// The files of a folder.
    pub(super) fn of_folder(files: Vec<PackedFile>, limits: Limits) -> Result<Self, ImportError> {
        Self::rooted(checked_folder(files, limits)?)
    }

    /// The files below the one folder that holds experiments, wherever it lies.
    fn rooted(files: Vec<PackedFile>) -> Result<Self, ImportError> {
        let mut roots: Vec<&str> = files.iter().filter_map(|file| root_of(&file.path)).collect();
        roots.sort_unstable();
        roots.dedup();
        let root = match roots.as_slice() {
            [] => return Err(ImportError::NoRuns),
            [root] => (*root).to_owned(),
            [first, second, ..] => return Err(ImportError::Several((*first).to_owned(), (*second).to_owned())),
        };
        let mut tree = Self::default();
        for file in files {
            let Some(path) = file.path.strip_prefix(root.as_str()) else { continue };
            if tree.files.insert(path.to_owned(), (file.size, file.bytes)).is_some() {
                return Err(ImportError::Twice(file.path));
            }
        }
        Ok(tree)
    }

    /// A file's text; `None` where there is none.
    pub(super) fn text(&self, path: &str) -> Result<Option<&str>, ImportError> {
        let Some((_, Some(bytes))) = self.files.get(path) else { return Ok(None) };
        std::str::from_utf8(bytes)
            .map(Some)
            .map_err(|_| ImportError::Unreadable { path: path.to_owned(), reason: "it is not UTF-8 text".to_owned() })
    }

    /// The files below a folder: paths in it and sizes, in order.
    pub(super) fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, u64)> {
        let prefix = format!("{folder}/");
        let start = prefix.clone();
        self.files.range(start..).map_while(move |(path, (size, _))| Some((path.strip_prefix(prefix.as_str())?, *size)))
    }

    /// The texts below a folder, such as `params`, by their path in it.
    pub(super) fn texts(&self, folder: &str) -> Result<Vec<(String, String)>, ImportError> {
        let paths: Vec<&str> = self.below(folder).map(|(path, _)| path).collect();
        let mut found = Vec::with_capacity(paths.len());
        for path in paths {
            if let Some(text) = self.text(&format!("{folder}/{path}"))? {
                found.push((path.to_owned(), text.to_owned()));
            }
        }
        Ok(found)
    }

    /// The folders in a folder (`""` is the root), in order.
    pub(super) fn folders(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut found: Vec<String> = Vec::new();
        for path in self.files.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(prefix.as_str())) {
            let Some((name, _)) = path.split_once('/') else { continue };
            if found.last().is_none_or(|last| last != name) {
                found.push(name.to_owned());
            }
        }
        // Names with signs below `/` may come between the files of one folder.
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What stands before `<experiment>/meta.yaml`, whose id is `0` or up to 20 digits; deleted ones lie in `.trash`.
fn root_of(path: &str) -> Option<&str> {
    let folder = path.strip_suffix("/meta.yaml")?;
    let (before, id) = folder.rsplit_once('/').map_or(("", folder), |(_, id)| (&folder[..folder.len() - id.len()], id));
    let is_id = !id.is_empty() && id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| before.strip_suffix(".trash/").unwrap_or(before))
}
