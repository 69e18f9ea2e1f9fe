//! The five steps: what each depends on, and how it is made. A step's key names only what it reads, so a change
//! elsewhere leaves it cached: the split depends on the number of rows and the target, not on the other columns.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Value, json};

use super::engine::{Done, Engine, Made, Stop, digest_of};
use super::{ByteSource, DatasetRef, Host, PipelineSpec, StepCache, StepName, StepOutput, Unit, adopt, first_spec};
use crate::base::{Digest, ErrorReport, Hasher};
use crate::clean::{CleanSummary, Cleaning, clean};
use crate::ingest::{IngestOptions, IngestSummary, Outcome as IngestOutcome, Reader, guess_target};
use crate::split::{Split, rows_digest, strata, summarise, train_test_split};
use crate::table::{Table, from_bytes, to_bytes};

/// Bytes that are parsed between two looks at the clock.
const PIECE: usize = 1 << 18;
/// Rows that are worked on between two looks at the clock.
pub(super) const ROWS: usize = 1 << 14;
/// Tables up to this size are kept in the store, so that a reload can go on without the file.
const KEPT_TABLE_BYTES: u64 = 64 << 20;

/// What an opened file will be run with.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    pub spec: PipelineSpec,
    /// Nobody chose the target yet.
    pub target_guessed: bool,
    /// The spec that was there before fits the file.
    pub kept: bool,
}

impl<H: Host, C: StepCache> Engine<'_, H, C> {
    /// Reads a file that was just opened and settles on the spec to run it with: `current` if the file has the columns
    /// that it names, else a first guess. `seen_before`: a file of this size is known, so it is hashed before it is read.
    pub async fn open<S: ByteSource>(
        &mut self,
        source: &mut S,
        current: Option<&PipelineSpec>,
        seen_before: bool,
    ) -> Result<Opened, Stop> {
        let name = source.name().to_owned();
        let digest = if seen_before { Some(self.hash(source).await?) } else { None };
        let blank = PipelineSpec { dataset: DatasetRef { name, digest }, ..PipelineSpec::default() };
        let summary = self.read_or_find(&blank, source).await?;
        if let Some(spec) = current.and_then(|current| adopt(current, &summary)) {
            return Ok(Opened { spec, target_guessed: false, kept: true });
        }
        let first = first_spec(&summary, guess_target(&summary.columns));
        Ok(Opened { spec: first.spec, target_guessed: first.target_guessed, kept: false })
    }

    pub(super) async fn steps<S: ByteSource>(
        &mut self,
        spec: &PipelineSpec,
        mut source: Option<&mut S>,
    ) -> Result<(), Stop> {
        let ingested = self.ingest_step(spec, &mut source).await?;
        let cleaned = self.clean_step(spec, &ingested, &mut source).await?;
        let split = self.split_step(spec, &ingested, &cleaned, &mut source).await?;
        let trained = self.train_step(spec, &ingested, &cleaned, &split, &mut source).await?;
        self.evaluate_step(spec, &ingested, &cleaned, &split, &trained, &mut source).await?;
        self.keep_table(&ingested).await;
        Ok(())
    }

    // ── ingest ───────────────────────────────────────────────────────────────────────────────────────────────────

    async fn ingest_step<S: ByteSource>(
        &mut self,
        spec: &PipelineSpec,
        source: &mut Option<&mut S>,
    ) -> Result<Done, Stop> {
        if let Some(done) = self.already(StepName::Ingest, spec) {
            return Ok(done);
        }
        let Some(digest) = &spec.dataset.digest else {
            return match source {
                Some(source) => self.read_unseen(spec, *source).await,
                None => Err(Stop::Failed(no_dataset())),
            };
        };
        match self.look_up(StepName::Ingest, spec, json!({ "dataset": digest })).await? {
            Ok(done) => Ok(done),
            Err(ticket) => {
                let Some(source) = source else { return Err(Stop::Failed(file_needed(spec))) };
                let made = self.read(StepName::Ingest, spec, *source).await?;
                Ok(self.complete(ticket, made).await)
            }
        }
    }

    async fn read_or_find<S: ByteSource>(
        &mut self,
        spec: &PipelineSpec,
        source: &mut S,
    ) -> Result<IngestSummary, Stop> {
        let done = self.ingest_step(spec, &mut Some(source)).await;
        let done = done.inspect_err(|stop| self.stop_at(stop, spec))?;
        match done.output {
            StepOutput::Ingest(summary) => Ok(summary),
            _ => Err(Stop::Failed(damaged_cache())),
        }
    }

    /// Reads a file whose digest is not known yet: it comes out of the same pass, and the key follows from it.
    async fn read_unseen<S: ByteSource>(&mut self, spec: &PipelineSpec, source: &mut S) -> Result<Done, Stop> {
        let mut ticket = self.announce(StepName::Ingest, spec);
        let made = self.read(StepName::Ingest, spec, source).await?;
        if let StepOutput::Ingest(summary) = &made.output {
            ticket.set_key(spec, &json!({ "dataset": summary.digest }));
        }
        Ok(self.complete(ticket, made).await)
    }

    async fn hash<S: ByteSource>(&mut self, source: &mut S) -> Result<Digest, Stop> {
        let (mut hasher, mut done, total) = (Hasher::default(), 0, source.len());
        source.rewind().await.map_err(Stop::Failed)?;
        while let Some(chunk) = source.next().await.map_err(Stop::Failed)? {
            for piece in chunk.chunks(PIECE) {
                hasher.update(piece);
                done += piece.len() as u64;
                self.breathe(StepName::Ingest, done, total, Unit::Bytes).await?;
            }
        }
        Ok(hasher.digest())
    }

    async fn read<S: ByteSource>(&mut self, step: StepName, spec: &PipelineSpec, source: &mut S) -> Result<Made, Stop> {
        let mut reader = Reader::new(source.name(), &spec.ingest)?;
        let total = source.len();
        let ingested = loop {
            source.rewind().await.map_err(Stop::Failed)?;
            let mut done = 0;
            while let Some(chunk) = source.next().await.map_err(Stop::Failed)? {
                for piece in chunk.chunks(PIECE) {
                    reader.push(piece)?;
                    done += piece.len() as u64;
                    self.breathe(step, done, total, Unit::Bytes).await?;
                }
            }
            match reader.finish()? {
                IngestOutcome::Done(mut finishing) => {
                    while finishing.step() {
                        self.breathe(step, total, total, Unit::Bytes).await?;
                    }
                    break finishing.finish();
                }
                IngestOutcome::Again(next) => reader = *next,
            }
        };
        if spec.dataset.digest.as_ref().is_some_and(|digest| *digest != ingested.summary.digest) {
            return Err(Stop::Failed(other_file(spec)));
        }
        let artifact = table_digest(&spec.ingest, &ingested.summary);
        self.session.keep_table(artifact.clone(), Rc::new(ingested.table));
        self.session.keep_index(ingested.summary.digest.clone(), Rc::new(ingested.index));
        let rows = ingested.summary.rows;
        Ok(Made { artifact, parts: BTreeMap::new(), output: StepOutput::Ingest(ingested.summary), rows })
    }

    /// The ingested table: from memory, else from the store, else by reading the file again.
    async fn table<S: ByteSource>(
        &mut self,
        step: StepName,
        spec: &PipelineSpec,
        ingested: &Done,
        source: &mut Option<&mut S>,
    ) -> Result<Rc<Table>, Stop> {
        if let Some(table) = self.session.table(&ingested.artifact) {
            return Ok(table);
        }
        let stored = self.cache.get_blob(&ingested.artifact).await.unwrap_or_else(|error| {
            self.note_cache_error(error);
            None
        });
        if let Some(Ok(table)) = stored.map(|bytes| from_bytes(&bytes)) {
            let table = Rc::new(table);
            self.session.keep_table(ingested.artifact.clone(), Rc::clone(&table));
            return Ok(table);
        }
        let Some(source) = source else { return Err(Stop::Failed(file_needed(spec))) };
        self.read(step, spec, *source).await?;
        self.session.table(&ingested.artifact).ok_or_else(|| Stop::Failed(other_file(spec)))
    }

    async fn keep_table(&mut self, ingested: &Done) {
        let Some(table) = self.session.table(&ingested.artifact) else { return };
        if !self.session.is_stored(&ingested.artifact) && table_bytes(&table) <= KEPT_TABLE_BYTES {
            match self.cache.put_blob(&ingested.artifact, &to_bytes(&table)).await {
                Ok(()) => self.session.set_stored(ingested.artifact.clone()),
                Err(error) => self.note_cache_error(error),
            }
        }
    }

    // ── clean ────────────────────────────────────────────────────────────────────────────────────────────────────

    async fn clean_step<S: ByteSource>(
        &mut self,
        spec: &PipelineSpec,
        ingested: &Done,
        source: &mut Option<&mut S>,
    ) -> Result<Done, Stop> {
        let ticket = match self.look_up(StepName::Clean, spec, json!({ "table": ingested.artifact })).await? {
            Ok(done) => return Ok(done),
            Err(ticket) => ticket,
        };
        let table = self.table(StepName::Clean, spec, ingested, source).await?;
        self.breathe(StepName::Clean, 0, table.n_rows() as u64, Unit::Rows).await?;
        let mut cleaning = Cleaning::new(&table, &spec.clean);
        while cleaning.step()? {
            self.breathe(StepName::Clean, 0, table.n_rows() as u64, Unit::Rows).await?;
        }
        let (cleaned, summary) = cleaning.finish();
        let parts = column_digests(&table, &cleaned, &ingested.artifact);
        let artifact = digest_of(&json!({ "rows": summary.rows, "columns": ordered(&summary, &parts) }));
        self.session.keep_clean(artifact.clone(), Rc::new(cleaned));
        let rows = summary.rows_before;
        Ok(self.complete(ticket, Made { artifact, parts, output: StepOutput::Clean(summary), rows }).await)
    }

    pub(super) async fn clean_table<S: ByteSource>(
        &mut self,
        step: StepName,
        spec: &PipelineSpec,
        ingested: &Done,
        cleaned: &Done,
        source: &mut Option<&mut S>,
    ) -> Result<Rc<Table>, Stop> {
        if let Some(table) = self.session.clean(&cleaned.artifact) {
            return Ok(table);
        }
        let table = self.table(step, spec, ingested, source).await?;
        let (table, _) = clean(&table, &spec.clean)?;
        let table = Rc::new(table);
        self.session.keep_clean(cleaned.artifact.clone(), Rc::clone(&table));
        Ok(table)
    }

    // ── split ────────────────────────────────────────────────────────────────────────────────────────────────────

    async fn split_step<S: ByteSource>(
        &mut self,
        spec: &PipelineSpec,
        ingested: &Done,
        cleaned: &Done,
        source: &mut Option<&mut S>,
    ) -> Result<Done, Stop> {
        let stratify = spec.split.as_ref().and_then(|split| split.stratify.as_ref());
        let inputs = json!({
            "n_rows": clean_summary(cleaned)?.rows,
            "target": cleaned.parts.get(&spec.features.target),
            "classes": stratify.and_then(|column| cleaned.parts.get(column)),
        });
        let ticket = match self.look_up(StepName::Split, spec, inputs).await? {
            Ok(done) => return Ok(done),
            Err(ticket) => ticket,
        };
        let table = self.clean_table(StepName::Split, spec, ingested, cleaned, source).await?;
        self.breathe(StepName::Split, 0, table.n_rows() as u64, Unit::Rows).await?;
        let split = draw(spec, &table)?;
        let summary = summarise(&split, table.column(&spec.features.target));
        let (artifact, rows) = (rows_digest(&split), table.n_rows() as u64);
        self.session.keep_split(artifact.clone(), Rc::new(split));
        Ok(self
            .complete(ticket, Made { artifact, parts: BTreeMap::new(), output: StepOutput::Split(summary), rows })
            .await)
    }

    pub(super) fn split_rows(
        &mut self,
        spec: &PipelineSpec,
        table: &Table,
        artifact: &Digest,
    ) -> Result<Rc<Split>, Stop> {
        if let Some(split) = self.session.split(artifact) {
            return Ok(split);
        }
        let split = Rc::new(draw(spec, table)?);
        self.session.keep_split(artifact.clone(), Rc::clone(&split));
        Ok(split)
    }
}

/// The split of a table: all rows for training where the spec asks for none.
pub(super) fn draw(spec: &PipelineSpec, table: &Table) -> Result<Split, Stop> {
    let Some(split) = &spec.split else {
        return Ok(Split { train: (0..table.n_rows() as u32).collect(), test: Vec::new() });
    };
    Ok(train_test_split(table.n_rows(), split, strata(table, split)?.as_deref())?)
}

/// What a table is made of: the file's bytes and everything that decides how they are read.
fn table_digest(options: &IngestOptions, summary: &IngestSummary) -> Digest {
    let types: Vec<Value> = summary.columns.iter().map(|column| json!([column.name, column.data_type])).collect();
    digest_of(&json!({
        "dataset": summary.digest,
        "dialect": summary.dialect,
        "types": types,
        "thousands": options.thousands,
        "skip_rows": options.skip_rows,
        "na_values": options.na_values,
        "long_rows": options.long_rows,
    }))
}

/// A digest for each column of a clean table. A column that no rule touched is named by its origin, which costs
/// nothing; a touched one by its cells.
fn column_digests(before: &Table, after: &Table, origin: &Digest) -> BTreeMap<String, Digest> {
    let digest = |column: &crate::table::Column| match before.column(&column.name) {
        Some(old) if Arc::ptr_eq(&old.data, &column.data) => digest_of(&json!([origin, column.name])),
        _ => Digest::of(&to_bytes(&Table::new(vec![column.clone()], after.n_rows()))),
    };
    let mut digests = BTreeMap::new();
    for column in after.columns() {
        digests.insert(column.name.clone(), digest(column));
    }
    digests
}

fn ordered(summary: &CleanSummary, parts: &BTreeMap<String, Digest>) -> Vec<Value> {
    summary.columns.iter().map(|column| json!([column.name, parts.get(&column.name)])).collect()
}

pub(super) fn clean_summary(cleaned: &Done) -> Result<&CleanSummary, Stop> {
    match &cleaned.output {
        StepOutput::Clean(summary) => Ok(summary),
        _ => Err(Stop::Failed(damaged_cache())),
    }
}

fn table_bytes(table: &Table) -> u64 {
    (table.n_rows() * table.columns().len() * 8) as u64
}

fn no_dataset() -> ErrorReport {
    ErrorReport::new("pipeline.no_dataset", "This pipeline names no dataset yet. Open a CSV file to run it on.")
}

fn file_needed(spec: &PipelineSpec) -> ErrorReport {
    let message = format!(
        "The rows of {} are not in this browser's store any more. Open the file again to go on; nothing else is lost.",
        if spec.dataset.name.is_empty() { "the dataset" } else { &spec.dataset.name }
    );
    ErrorReport::new("pipeline.file_needed", message)
}

fn other_file(spec: &PipelineSpec) -> ErrorReport {
    let message = format!(
        "{} has changed since it was opened: its content is another one. Open the file again to run on the new content.",
        spec.dataset.name
    );
    ErrorReport::new("pipeline.file_changed", message)
}

pub(super) fn damaged_cache() -> ErrorReport {
    ErrorReport::new("pipeline.cache_damaged", "A cached step is not what it says it is. Run again with a fresh cache.")
}
