//! Writing a finished run for other tools, and the list of what can be written.

use std::io::Write;
use std::path::PathBuf;

use super::unwritable;
use crate::base::ErrorReport;
use crate::export::{self, EXPORTS, Export};
use crate::tracking::RunRecord;

/// Writes each export to its file.
pub(super) fn write(run: &RunRecord, exports: &[(&'static Export, PathBuf)]) -> Result<(), ErrorReport> {
    for (export, path) in exports {
        let bytes = export::make(export.kind, run)?;
        std::fs::write(path, bytes).map_err(|error| unwritable(&path.display().to_string(), &error))?;
    }
    Ok(())
}

/// Prints what each kind of export contains and how it is used.
pub(super) fn list(out: &mut impl Write) -> std::io::Result<()> {
    for export in EXPORTS {
        writeln!(out, "{:<10} {}", export.name, export.contains)?;
        for line in export.usage {
            writeln!(out, "{:<12} {line}", "")?;
        }
    }
    Ok(())
}
