//! `pipette analyse`: a run in silence, then the answer to one question about it.

use std::io::Write;
use std::path::Path;

use super::host::{FileSource, block_on};
use super::{read_spec, tracked, unreadable, unwritable};
use crate::base::ErrorReport;
use crate::export::code::python::Known;
use crate::pipeline::{Analysis, Pace, Session, Stop, analyse as answer};
use crate::ui::view::analysis_python;

/// What is read.
pub(super) struct Files<'a> {
    pub(super) data: &'a Path,
    pub(super) pipeline: Option<&'a Path>,
    pub(super) analysis: &'a Path,
}

/// A terminal waits.
struct Patience;

impl Pace for Patience {
    async fn breathe(&self, _done: u64, _total: u64) -> Result<(), Stop> {
        Ok(())
    }
}

pub(super) fn analyse(
    files: Files<'_>,
    script: Option<&Path>,
    save: Option<&Path>,
    out: &mut impl Write,
) -> Result<u8, ErrorReport> {
    let named = files.pipeline.map(read_spec).transpose()?;
    let text = std::fs::read_to_string(files.analysis).map_err(|error| unreadable(files.analysis, &error))?;
    let analysis: Analysis = serde_json::from_str(&text).map_err(|error| {
        let message = format!("{} holds no question that is known: {error}.", files.analysis.display());
        ErrorReport::new("analysis.unreadable", message)
    })?;
    let mut session = Session::default();
    let run = block_on(tracked(named, FileSource::open(files.data)?, &mut session, None, &mut std::io::sink()));
    // A pipeline that cannot be trained may still be asked about: the answer says itself what it lacks.
    let (Some(table), spec) = (session.newest_table(), &run.spec) else {
        let missing = || ErrorReport::new("analysis.no_table", "The file could not be read into a table.");
        return Err(run.error.clone().unwrap_or_else(missing));
    };
    let cleaned = session.cleaned(spec);
    let result = match block_on(answer(&Patience, &table, cleaned, spec, &analysis)) {
        Ok(result) => result,
        Err(Stop::Failed(error)) => return Err(error),
        Err(Stop::Cancelled) => return Ok(1),
    };
    let json = serde_json::to_string_pretty(&result).unwrap_or_default() + "\n";
    let mut lines = format!("{}\n", result.sentence());
    result.notes().iter().for_each(|note| lines.push_str(&format!("note      {note}\n")));
    if let Some(path) = script {
        let code = analysis_python::script(spec, Known::of(&run), &analysis, &result);
        std::fs::write(path, code).map_err(|error| unwritable(&path.display().to_string(), &error))?;
    }
    match save {
        Some(path) => std::fs::write(path, json).map_err(|error| unwritable(&path.display().to_string(), &error))?,
        None => lines.push_str(&json),
    }
    out.write_all(lines.as_bytes()).map_err(|error| unwritable("the terminal", &error))?;
    Ok(0)
}
