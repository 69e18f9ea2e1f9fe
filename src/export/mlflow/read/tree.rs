//! An `mlruns` folder in memory: the texts that describe runs, and of everything else how large it is.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::ImportError;

/// How much is read. An honest archive of ten thousand runs is far below.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Files.
    pub entries: usize,
    /// Bytes of all files, unpacked, as the archive says.
    pub total: u64,
    /// Bytes of the texts that are read.
    pub read: u64,
    /// Bytes of one of them.
    pub file: u64,
    /// How many times larger than packed a file over 1 MiB may be.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 500_000, total: 8 << 30, read: 128 << 20, file: 16 << 20, ratio: 200 }
    }
}

const SMALL: u64 = 1 << 20;
/// The kind of file in the upper bits of a Unix mode, and the one of a plain file.
const MODE_KIND: u32 = 0o170_000;
const MODE_FILE: u32 = 0o100_000;

/// A file of a folder that a person opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderFile {
    /// From the opened folder on, with `/`.
    pub path: String,
    pub size: u64,
    /// Only where `is_read(path)`.
    pub bytes: Option<Vec<u8>>,
}

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
        let mut archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| ImportError::NotZip(error.to_string()))?;
        if archive.len() > limits.entries {
            return Err(ImportError::TooMany { count: archive.len(), most: limits.entries });
        }
        let mut files = Vec::new();
        let mut budget = Budget::new(limits);
        for index in 0..archive.len() {
            let raw = archive.by_index_raw(index).map_err(|error| damaged(&format!("file {index}"), &error))?;
            let name = raw.name().map_err(|error| damaged(&format!("file {index}"), &error))?.into_owned();
            if raw.enclosed_name().is_none() {
                return Err(ImportError::Path(name));
            }
            let is_plain = raw.unix_mode().is_none_or(|mode| matches!(mode & MODE_KIND, 0 | MODE_FILE));
            if raw.is_dir() {
                checked(name.trim_end_matches('/'))?;
                continue;
            }
            if raw.is_symlink() || !is_plain {
                return Err(ImportError::Link(name));
            }
            if raw.encrypted() {
                return Err(ImportError::Encrypted(name));
            }
            let (size, packed) = (raw.size(), raw.compressed_size());
            drop(raw);
            if size > SMALL && size / packed.max(1) > limits.ratio {
                return Err(ImportError::Bomb(name, limits.ratio));
            }
            budget.declare(size)?;
            let path = checked(&name)?;
            let mut content = None;
            if is_read(&path) {
                let most = budget.next(&path, size)?;
                let file = archive.by_index(index).map_err(|error| damaged(&path, &error))?;
                let mut text = Vec::new();
                // What the archive says of a size may be a lie: one byte more than allowed shows it.
                file.take(most + 1).read_to_end(&mut text).map_err(|error| damaged(&path, &error))?;
                budget.spend(&path, text.len() as u64, most)?;
                content = Some(text);
            }
            files.push(FolderFile { path, size, bytes: content });
        }
        Self::rooted(files)
    }

    /// The files of a folder.
    pub(super) fn of_folder(files: Vec<FolderFile>, limits: Limits) -> Result<Self, ImportError> {
        if files.len() > limits.entries {
            return Err(ImportError::TooMany { count: files.len(), most: limits.entries });
        }
        let mut budget = Budget::new(limits);
        let mut kept = Vec::with_capacity(files.len());
        for file in files {
            let path = checked(&file.path)?;
            budget.declare(file.size)?;
            let length = file.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
            let most = budget.next(&path, length)?;
            budget.spend(&path, length, most)?;
            kept.push(FolderFile { path, ..file });
        }
        Self::rooted(kept)
    }

    /// The files below the one folder that holds experiments, wherever it lies.
    fn rooted(files: Vec<FolderFile>) -> Result<Self, ImportError> {
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

/// What may still be read.
struct Budget {
    limits: Limits,
    declared: u64,
    read: u64,
}

impl Budget {
    fn new(limits: Limits) -> Self {
        Self { limits, declared: 0, read: 0 }
    }

    fn declare(&mut self, size: u64) -> Result<(), ImportError> {
        self.declared = self.declared.saturating_add(size);
        let most = self.limits.total;
        if self.declared <= most { Ok(()) } else { Err(too_large("It", self.declared, most)) }
    }

    /// How many bytes of the next text may be read.
    fn next(&self, path: &str, size: u64) -> Result<u64, ImportError> {
        if size > self.limits.file {
            return Err(too_large(path, size, self.limits.file));
        }
        Ok(self.limits.file.min(self.limits.read - self.read))
    }

    fn spend(&mut self, path: &str, length: u64, most: u64) -> Result<(), ImportError> {
        if length > most {
            let (what, most) = if most < self.limits.file { ("It", self.limits.read) } else { (path, most) };
            return Err(too_large(what, self.read.saturating_add(length), most));
        }
        self.read += length;
        Ok(())
    }
}

fn too_large(what: &str, bytes: u64, most: u64) -> ImportError {
    ImportError::TooLarge { what: what.to_owned(), bytes, most }
}

fn damaged(path: &str, error: &dyn std::error::Error) -> ImportError {
    ImportError::Damaged { path: path.to_owned(), reason: error.to_string() }
}

/// A path that stays in its folder on every system.
fn checked(path: &str) -> Result<String, ImportError> {
    let plain = path.strip_prefix("./").unwrap_or(path);
    let is_bad = |part: &str| matches!(part, "" | "." | "..");
    let has_drive = plain.split('/').next().is_some_and(|part| part.contains(':'));
    if plain.contains(['\\', '\0']) || has_drive || plain.split('/').any(is_bad) {
        return Err(ImportError::Path(path.to_owned()));
    }
    Ok(plain.to_owned())
}

/// What stands before `<experiment>/meta.yaml`, whose id is `0` or up to 20 digits; deleted ones lie in `.trash`.
fn root_of(path: &str) -> Option<&str> {
    let folder = path.strip_suffix("/meta.yaml")?;
    let (before, id) = folder.rsplit_once('/').map_or(("", folder), |(_, id)| (&folder[..folder.len() - id.len()], id));
    let is_id = !id.is_empty() && id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| before.strip_suffix(".trash/").unwrap_or(before))
}
