//! A file through the pipeline of a run.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::Deserialize;

use super::host::{FileSource, block_on};
use super::{unreadable, unwritable};
use crate::base::{Coded, ErrorReport};
use crate::pipeline::{ByteSource, PipelineSpec, StepOutput};
use crate::serving::{RunPipeline, ScoreFile, ScoreReport};

/// Bytes that are scored at once.
const PIECE: usize = 256 << 10;

/// What of `run.json` is needed.
#[derive(Deserialize)]
struct ScoredRun {
    spec: PipelineSpec,
    outputs: Vec<StepOutput>,
}

/// Scores a file, and prints what came of it.
pub(super) fn score(run: &Path, data: &Path, save: &Path, out: &mut impl Write) -> Result<u8, ErrorReport> {
    let text = std::fs::read_to_string(run).map_err(|error| unreadable(run, &error))?;
    let run: ScoredRun = serde_json::from_str(&text).map_err(|error| {
        let message = format!(
            "{} is not a run that can score: {error}. Write it anew with “pipette run DATA.csv --out RUN.json”.",
            run.display()
        );
        ErrorReport::new("score.unreadable_run", message)
    })?;
    let pipeline = RunPipeline::new(&run.spec, &run.outputs).map_err(|error| error.report())?;
    let mut scoring = ScoreFile::new(pipeline).map_err(|error| error.report())?;
    let mut source = FileSource::open(data)?;
    let failed = |error: std::io::Error| unwritable(&save.display().to_string(), &error);
    let mut writer = BufWriter::new(File::create(save).map_err(failed)?);
    let mut scored = Vec::new();
    while let Some(bytes) = block_on(source.next())? {
        for piece in bytes.chunks(PIECE) {
            scoring.push(piece, &mut scored)?;
            writer.write_all(&scored).map_err(failed)?;
            scored.clear();
        }
    }
    let report = scoring.finish(&mut scored)?;
    writer.write_all(&scored).and_then(|()| writer.flush()).map_err(failed)?;
    print(&report, out).map_err(|error| unwritable("the terminal", &error))?;
    Ok(0)
}

fn print(report: &ScoreReport, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "{} of {} rows scored", report.scored, report.rows)?;
    for (row, reason) in &report.first_unscored {
        writeln!(out, "  row {row}: {reason}")?;
    }
    let more = report.rows - report.scored - report.first_unscored.len() as u64;
    if more > 0 {
        writeln!(out, "  and {more} more, each with its reason in the file")?;
    }
    for note in &report.notes {
        writeln!(out, "{note}")?;
    }
    if report.measured > 0 {
        writeln!(out, "\n{} over {} rows", report.target, report.measured)?;
    }
    for (name, value) in &report.metrics {
        match value {
            Some(value) => writeln!(out, "  {name:<20} {value}")?,
            None => writeln!(out, "  {name:<20} undefined")?,
        }
    }
    Ok(())
}
