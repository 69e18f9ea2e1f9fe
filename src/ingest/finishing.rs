//! A file whose bytes are all in → table, profile, problems and row index, column by column, so that a caller can yield
//! and cancel in between.

use std::vec::IntoIter;

use super::{
    ColumnProfile, Dialect, Encoding, IngestSummary, Note, RowIndex,
    column::{Builder, Cells, Reading},
    decode,
    describe::{self, Context},
    engine::Engine,
    layout::{self, Layout},
    notes,
    settings::Settings,
    statistics::Scratch,
};
use crate::base::Digest;
use crate::table::{Column, DataType, Table};

/// A file that has been read.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingested {
    pub table: Table,
    pub summary: IngestSummary,
    pub index: RowIndex,
}

/// What is known of the file beside its cells.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) digest: Digest,
    /// Fixed, or told by a byte order mark.
    pub(super) encoding: Option<Encoding>,
    pub(super) is_utf8: bool,
}

/// A file that is read and now described.
#[derive(Debug)]
pub struct Finishing {
    file: File,
    layout: Layout,
    reading: Reading,
    has_header: bool,
    index: RowIndex,
    problems: super::Problems,
    notes: Vec<Note>,
    waiting: IntoIter<Builder>,
    columns: Vec<Column>,
    profiles: Vec<ColumnProfile>,
    scratch: Scratch,
}

impl Finishing {
    pub(super) fn new(file: File, settings: &Settings, engine: Engine) -> Self {
        // Only what was not fixed, and what a byte order mark does not contradict, can be Windows-1252.
        let found = if file.is_utf8 { file.encoding.unwrap_or(Encoding::Utf8) } else { Encoding::Windows1252 };
        let encoding = settings.encoding.unwrap_or(found);
        let layout = engine.layout;
        let names: Vec<String> = layout.names.iter().map(|name| decode::text(name, encoding).into_owned()).collect();
        let mut notes = file_notes(settings, encoding, engine.n_rows, &names);
        notes.extend(layout.notes.iter().cloned());
        notes.extend(
            layout::padded(&layout.header).filter_map(|place| names.get(place)).map(|name| notes::padded_name(name)),
        );
        if layout.header.first().is_some_and(Vec::is_empty)
            && let (Some(builder), Some(name)) = (engine.builders.first(), names.first())
            && counts_rows(builder)
        {
            notes.push(notes::index_column(name));
        }
        let index = RowIndex {
            n_rows: engine.n_rows,
            offsets: engine.offsets,
            end: file.bytes,
            gaps: engine.gaps,
            encoding,
            delimiter: char::from(layout.shape.delimiter),
            names,
            ignored_fields: layout.shape.ignored_fields,
            long_rows: layout.shape.long_rows,
        };
        Self {
            file,
            reading: engine.reading,
            has_header: settings.has_header,
            problems: engine.log.into_problems(encoding),
            columns: Vec::with_capacity(index.names.len()),
            profiles: Vec::with_capacity(index.names.len()),
            waiting: engine.builders.into_iter(),
            scratch: Scratch::default(),
            layout,
            index,
            notes,
        }
    }

    /// Describes the next column; whether there are more.
    pub fn step(&mut self) -> bool {
        if let (Some(builder), Some(name)) = (self.waiting.next(), self.index.names.get(self.columns.len())) {
            let n_rows = self.index.n_rows as usize;
            let context = Context { name, encoding: self.index.encoding, n_rows, reading: &self.reading };
            let described = describe::describe(builder, &context, &mut self.scratch);
            self.columns.push(described.column);
            self.profiles.push(described.profile);
            self.notes.extend(described.notes);
        }
        !self.waiting.as_slice().is_empty()
    }

    /// The file, once `step` has said that there is no more; what is left undone is done here.
    #[must_use]
    pub fn finish(mut self) -> Ingested {
        while self.step() {}
        let Self { file, layout, index, mut notes, profiles, .. } = self;
        let is_value = |place: usize| {
            let data_type = profiles.get(place).map(|profile| profile.data_type);
            matches!(data_type, Some(DataType::Integer | DataType::Float | DataType::Timestamp))
        };
        if layout::is_header_of_values(&layout.header, layout.marks, is_value) {
            notes.insert(0, notes::looks_like_no_header());
        }
        let summary = IngestSummary {
            name: file.name,
            digest: file.digest,
            bytes: file.bytes,
            rows: index.n_rows,
            dialect: Dialect {
                delimiter: index.delimiter,
                decimal: char::from(layout.marks.decimal),
                thousands: layout.marks.thousands.map(char::from),
                encoding: index.encoding,
                has_header: self.has_header,
            },
            columns: profiles,
            problems: self.problems,
            notes,
        };
        Ingested { table: Table::new(self.columns, index.n_rows as usize), summary, index }
    }
}

fn file_notes(settings: &Settings, encoding: Encoding, n_rows: u64, names: &[String]) -> Vec<Note> {
    let mut found = Vec::new();
    if encoding == Encoding::Windows1252 && settings.encoding.is_none() {
        found.push(notes::windows_1252());
    }
    if n_rows == 0 {
        found.push(notes::no_rows());
    }
    found.extend(settings.types.keys().filter(|name| !names.contains(name)).map(|name| notes::unknown_type(name)));
    found
}

/// Whether a column is 0, 1, 2, … or 1, 2, 3, …
fn counts_rows(builder: &Builder) -> bool {
    let Cells::Number(numbers) = &builder.cells else { return false };
    let first = numbers.values.first().copied().unwrap_or(f64::NAN);
    (first == 0.0 || first == 1.0)
        && numbers.values.len() > 1
        && numbers.values.iter().enumerate().all(|(row, value)| *value == first + row as f64)
}
