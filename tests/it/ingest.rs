//! Ingest through its door: awkward files, any cutting of the bytes, rows read again.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod messy;
mod olist;
mod pieces;
mod rows;

use pipette::ingest::{IngestError, IngestOptions, Ingested, Outcome, Reader};

/// Reads bytes in pieces of the given sizes (cyclically; the whole at once when there are none).
pub(super) fn read_in_pieces(bytes: &[u8], options: &IngestOptions, sizes: &[usize]) -> Result<Ingested, IngestError> {
    let mut reader = Reader::new("test.csv", options)?;
    for _ in 0..2 {
        let mut rest = bytes;
        let mut sizes = sizes.iter().cycle();
        while !rest.is_empty() {
            let size = sizes.next().map_or(rest.len(), |size| (*size).clamp(1, rest.len()));
            let (piece, after) = rest.split_at(size);
            reader.push(piece)?;
            rest = after;
        }
        match reader.finish()? {
            Outcome::Done(finishing) => return Ok(finishing.finish()),
            Outcome::Again(again) => reader = *again,
        }
    }
    panic!("the second pass did not end in Done");
}

pub(super) fn read(bytes: &[u8]) -> Ingested {
    read_in_pieces(bytes, &IngestOptions::default(), &[]).unwrap()
}

/// Codes of the notes, with their columns.
pub(super) fn notes(ingested: &Ingested) -> Vec<String> {
    let note = |note: &pipette::ingest::Note| match &note.column {
        Some(column) => format!("{} {column}", note.code),
        None => note.code.clone(),
    };
    ingested.summary.notes.iter().map(note).collect()
}
