//! Where rows stand in the file, so that some can be read again for display without reading all.

use csv::ReaderBuilder;
use serde::{Deserialize, Serialize};

use super::{Encoding, LongRows, decode, decode::Decoder, sniff};

/// Rows between two entries.
pub(super) const STRIDE: u64 = 1024;

/// The byte offset in the file of every 1,024th row of the table, and what reading rows again needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowIndex {
    pub(super) n_rows: u64,
    /// Of rows 0, 1,024, 2,048, …
    pub(super) offsets: Vec<u64>,
    /// The file's length.
    pub(super) end: u64,
    /// Byte ranges that hold no records: what an unclosed quote swallowed.
    pub(super) gaps: Vec<(u64, u64)>,
    pub(super) encoding: Encoding,
    pub(super) delimiter: char,
    pub(super) names: Vec<String>,
    pub(super) ignored_fields: usize,
    pub(super) long_rows: LongRows,
}

impl RowIndex {
    /// Number of rows of the table.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// The columns' names, in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The bytes of the file that hold rows `start_row..start_row + count` (and some more). Empty beyond the end.
    #[must_use]
    pub fn byte_range(&self, start_row: u64, count: u64) -> std::ops::Range<u64> {
        let end_row = start_row.saturating_add(count).min(self.n_rows);
        if start_row >= end_row {
            return self.end..self.end;
        }
        let offset = |entry: u64| self.offsets.get(entry as usize).copied().unwrap_or(self.end);
        offset(start_row / STRIDE)..offset(end_row.div_ceil(STRIDE))
    }

    /// The cells of rows `start_row..start_row + count` as they stand in the file: decoded, without their quotes, ""
    /// where a record is too short. `bytes` are those of `byte_range` for the same rows.
    #[must_use]
    pub fn read_rows(&self, bytes: &[u8], start_row: u64, count: u64) -> Vec<Vec<String>> {
        let range = self.byte_range(start_row, count);
        let count = count.min(self.n_rows.saturating_sub(start_row)) as usize;
        let mut text = Vec::with_capacity(bytes.len());
        let mut decoder = Decoder::new(Some(self.encoding));
        for piece in self.pieces(bytes, range.start) {
            decoder.push(piece, &mut text);
        }
        decoder.finish(&mut text);
        let delimiter = u8::try_from(self.delimiter).unwrap_or(b',');
        let mut reader =
            ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(&text[..]);
        let rows = reader.byte_records().map_while(Result::ok).filter(|record| {
            let extra = record.iter().skip(self.names.len());
            let is_long = record.len() > self.names.len()
                && !(record.len() == self.names.len() + self.ignored_fields && extra.clone().all(<[u8]>::is_empty));
            !sniff::is_blank(record, &text) && (!is_long || self.long_rows == LongRows::Cut)
        });
        let cell = |cell: &[u8]| decode::text(cell, self.encoding).into_owned();
        rows.skip((start_row % STRIDE) as usize)
            .take(count)
            .map(|record| {
                let mut row: Vec<String> = record.iter().take(self.names.len()).map(cell).collect();
                row.resize(self.names.len(), String::new());
                row
            })
            .collect()
    }

    /// `bytes`, which start at `from` in the file, without the gaps.
    fn pieces<'a>(&self, bytes: &'a [u8], from: u64) -> Vec<&'a [u8]> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for (start, end) in &self.gaps {
            let inside = |offset: u64| (offset.saturating_sub(from) as usize).min(bytes.len());
            let (start, end) = (inside(*start), inside(*end));
            pieces.push(bytes.get(at..start).unwrap_or_default());
            at = at.max(end);
        }
        pieces.push(bytes.get(at..).unwrap_or_default());
        pieces
    }
}
