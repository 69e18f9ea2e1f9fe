//! Opening archives that come from anywhere: nothing is unpacked to a disk, everything has a limit, and what breaks one
//! refuses the whole.

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

/// A file of an archive, or of a folder that a person opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedFile {
    /// From the archive or folder on, with `/`.
    pub path: String,
    pub size: u64,
    /// Where it was read.
    pub bytes: Option<Vec<u8>>,
}

/// The files of a ZIP archive, with the content of those that `is_read` names by their path.
///
/// # Errors
/// `ImportError`: then nothing was read.
pub fn unzip(bytes: &[u8], limits: Limits, is_read: impl Fn(&str) -> bool) -> Result<Vec<PackedFile>, ImportError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| ImportError::NotZip(error.to_string()))?;
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
        files.push(PackedFile { path, size, bytes: content });
    }
    Ok(files)
}

/// The files of a folder that a person opened, held to the same limits.
///
/// # Errors
/// As `unzip`.
pub fn checked_folder(files: Vec<PackedFile>, limits: Limits) -> Result<Vec<PackedFile>, ImportError> {
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
        kept.push(PackedFile { path, ..file });
    }
    Ok(kept)
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
