//! A CSV file through a run's pipeline, blocks in and blocks out: its columns as they were, with `prediction` and `reason`.

use serde::{Deserialize, Serialize};

use super::RunPipeline;
use super::pipeline::Row;
use crate::base::{Coded, ErrorReport};
use crate::evaluate::Tally;
use crate::ingest::{BlockReader, IngestError, RowBlock, write_cell};

/// Rows without a prediction that are named.
const MOST_NAMED: usize = 5;

/// Why a file is not scored at all. What stops one row is the row's reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScoreError {
    #[error(
        "This run has no fitted pipeline: it did not finish, or it was made elsewhere. Score with a run of this page."
    )]
    NoModel,
    #[error(
        "The file lacks {} that the pipeline needs: {}. Add {}, under {} as in the file that it was trained on.",
        if .0.len() == 1 { "a column" } else { "columns" },
        .0.join(", "),
        if .0.len() == 1 { "it" } else { "them" },
        if .0.len() == 1 { "the name" } else { "the names" }
    )]
    MissingColumns(Vec<String>),
}

impl Coded for ScoreError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoModel => "score.no_model",
            Self::MissingColumns(_) => "score.missing_columns",
        }
    }
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ScoreReport {
    pub rows: u64,
    /// Rows with a prediction.
    pub scored: u64,
    /// The first rows without one, from 1, with their reasons.
    pub first_unscored: Vec<(u64, String)>,
    pub target: String,
    /// Rows with a prediction whose target the file knows: those of the metrics.
    pub measured: u64,
    /// All metrics by name; none where no target is known.
    pub metrics: Vec<(String, Option<f64>)>,
    /// Rules that do not apply to new rows, each in a sentence.
    pub notes: Vec<String>,
}

/// A file under way.
#[derive(Debug)]
pub struct ScoreFile {
    pipeline: RunPipeline,
    reader: BlockReader,
    tally: Tally,
    has_header: bool,
    report: ScoreReport,
}

impl ScoreFile {
    /// Prepares to score a file.
    ///
    /// # Errors
    /// As `BlockReader::new`.
    pub fn new(pipeline: RunPipeline) -> Result<Self, IngestError> {
        let note = |skipped: &crate::clean::Skipped| {
            format!("Rule {} ({}) does not apply to new rows. {}", skipped.rule, skipped.sentence, skipped.why)
        };
        let report = ScoreReport {
            target: pipeline.target().to_owned(),
            notes: pipeline.skipped().iter().map(note).collect(),
            ..ScoreReport::default()
        };
        let reader = BlockReader::new(pipeline.options(), pipeline.wanted())?;
        let tally = Tally::new(pipeline.task(), pipeline.n_features());
        Ok(Self { pipeline, reader, tally, has_header: false, report })
    }

    /// Rows so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.report.rows
    }

    /// Takes the next bytes of the file in, and appends what is to be written.
    ///
    /// # Errors
    /// A file that is no table, or that lacks columns.
    pub fn push(&mut self, bytes: &[u8], to: &mut Vec<u8>) -> Result<(), ErrorReport> {
        self.reader.push(bytes).map_err(|error| error.report())?;
        self.take(false, to)
    }

    /// Ends the file, and appends the rest of what is to be written.
    ///
    /// # Errors
    /// As `push`.
    pub fn finish(mut self, to: &mut Vec<u8>) -> Result<ScoreReport, ErrorReport> {
        self.reader.end().map_err(|error| error.report())?;
        self.take(true, to)?;
        self.report.measured = self.tally.n() as u64;
        if self.report.measured > 0 {
            let named = |(name, value): (&str, Option<f64>)| (name.to_owned(), value);
            self.report.metrics = self.tally.values().into_iter().map(named).collect();
        }
        Ok(self.report)
    }

    fn take(&mut self, at_end: bool, to: &mut Vec<u8>) -> Result<(), ErrorReport> {
        loop {
            let block = self.reader.next(at_end).map_err(|error| error.report())?;
            if let (false, Some(names)) = (self.has_header, self.reader.names()) {
                self.pipeline.check(&names).map_err(|error| error.report())?;
                self.write_header(names, to);
                self.has_header = true;
            }
            match block {
                Some(block) => self.score(block, to),
                None => return Ok(()),
            }
        }
    }

    fn write_header(&self, names: Vec<String>, to: &mut Vec<u8>) {
        let (delimiter, _) = self.reader.marks();
        // A byte each: the marks that ingest knows are.
        let delimiter = delimiter as u8;
        let mut names = names;
        for name in ["prediction", "reason"] {
            let numbered = (1..).map(|n| format!("{name}.{n}"));
            let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !names.contains(name));
            names.extend(free);
        }
        for (place, name) in names.iter().enumerate() {
            if place > 0 {
                to.push(delimiter);
            }
            write_cell(name, delimiter, to);
        }
        to.push(b'\n');
    }

    fn score(&mut self, block: RowBlock, to: &mut Vec<u8>) {
        let (delimiter, decimal) = self.reader.marks();
        let delimiter = delimiter as u8;
        let rows = self.pipeline.score(&block.table, block.faults);
        let (mut actual, mut scores, mut start) = (Vec::new(), Vec::new(), 0);
        for (Row { score, actual: known }, end) in rows.into_iter().zip(block.ends) {
            self.report.rows += 1;
            to.extend_from_slice(block.lines.get(start..end).unwrap_or_default());
            start = end;
            to.push(delimiter);
            match score {
                Ok(score) => {
                    self.report.scored += 1;
                    let text = self.pipeline.prediction(score).to_string();
                    let text = if decimal == '.' { text } else { text.replace('.', &decimal.to_string()) };
                    write_cell(&text, delimiter, to);
                    to.push(delimiter);
                    if known.is_finite() {
                        actual.push(known);
                        scores.push(score);
                    }
                }
                Err(reason) => {
                    to.push(delimiter);
                    write_cell(&reason, delimiter, to);
                    if self.report.first_unscored.len() < MOST_NAMED {
                        self.report.first_unscored.push((self.report.rows, reason));
                    }
                }
            }
            to.push(b'\n');
        }
        self.tally.absorb(&actual, &scores);
    }
}
