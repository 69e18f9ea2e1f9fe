//! Runs handed in: written with their data, and computed again.

use std::io::Write;
use std::path::Path;

use super::host::{TerminalHost, block_on};
use super::{unreadable, unwritable};
use crate::base::ErrorReport;
use crate::export::handin::{HandIn, Verdict};
use crate::tracking::RunRecord;

/// Writes the run with the file that it read.
pub(super) fn write(run: &RunRecord, data: &Path, path: &Path) -> Result<(), ErrorReport> {
    let data = std::fs::read(data).map_err(|error| unreadable(data, &error))?;
    let bytes = HandIn { run: run.clone(), data }.pack()?;
    std::fs::write(path, bytes).map_err(|error| unwritable(&path.display().to_string(), &error))
}

/// Computes a run again. Exit code 1 where it is not reproduced.
pub(super) fn check(path: &Path, out: &mut impl Write) -> Result<u8, ErrorReport> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let handed = HandIn::unpack(&bytes)?;
    let again = {
        let host = TerminalHost::new(out, &|_| {});
        block_on(handed.compute_again(&host))
    };
    let verdict = Verdict::of(&handed.run, &again);
    let mut tell = || {
        writeln!(out, "\n{}", verdict.words(&handed.run))?;
        verdict.differences.iter().try_for_each(|line| writeln!(out, "  {line}"))
    };
    tell().map_err(|error| unwritable("the terminal", &error))?;
    Ok(u8::from(!verdict.is_reproduced()))
}
