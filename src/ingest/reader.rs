//! The door: a file's bytes in, piece by piece; table, profile, problems and row index out.

use super::{
    Dialect, Encoding, IngestError, IngestOptions, IngestSummary, Note, RowIndex,
    column::{Builder, Cells},
    decode::{self, Decoder},
    describe::{self, Context},
    engine::{Engine, MAX_RECORD},
    format, layout, notes,
    settings::Settings,
    statistics::Scratch,
};
use crate::{
    base::{Digest, Hasher},
    table::{DataType, Table},
};

/// The dialect is found in so much of the file's beginning.
const WINDOW: usize = 256 << 10;
/// Bytes that are gathered before they are scanned, and at most decoded at once.
const PIECE: usize = 256 << 10;

/// Reads one file once. Push its bytes in order, in pieces of any size, then finish.
#[derive(Debug)]
pub struct Reader {
    name: String,
    settings: Settings,
    hasher: Hasher,
    bytes: u64,
    /// The file's first bytes, until they are enough to tell what it is.
    head: Vec<u8>,
    decoder: Option<Decoder>,
    encoding: Option<Encoding>,
    /// Text that has not been taken in, and where it starts in the file.
    text: Vec<u8>,
    file_offset: u64,
    /// Look at the text again when it is so long.
    wanted: usize,
    engine: Option<Box<Engine>>,
    earlier: Option<Earlier>,
}

/// What a first pass leaves to the second.
#[derive(Debug)]
struct Earlier {
    digest: Digest,
    builders: Vec<Builder>,
}

/// How a pass ends.
#[derive(Debug)]
pub enum Outcome {
    Done(Box<Ingested>),
    /// A column that began with numbers holds text further on: push the whole file again into this reader, which knows
    /// the types now and ends in `Done`.
    Again(Box<Reader>),
}

/// A file that has been read.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingested {
    pub table: Table,
    pub summary: IngestSummary,
    pub index: RowIndex,
}

impl Reader {
    /// A reader for a file of this name (which is only for people).
    ///
    /// # Errors
    /// `BadOption` naming the field.
    pub fn new(name: &str, options: &IngestOptions) -> Result<Self, IngestError> {
        Ok(Self::with(name.into(), Settings::new(options)?, None))
    }

    fn with(name: String, settings: Settings, earlier: Option<Earlier>) -> Self {
        Self {
            name,
            settings,
            hasher: Hasher::default(),
            bytes: 0,
            head: Vec::new(),
            decoder: None,
            encoding: None,
            text: Vec::new(),
            file_offset: 0,
            wanted: WINDOW,
            engine: None,
            earlier,
        }
    }

    /// Takes the next bytes of the file in.
    ///
    /// # Errors
    /// What stops the file: see `IngestError`. The reader is of no use after one.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), IngestError> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        bytes.chunks(PIECE).try_for_each(|piece| self.take(piece))
    }

    /// Rows of the table so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.engine.as_ref().map_or(0, |engine| engine.n_rows)
    }

    /// Ends the pass: no more bytes follow.
    ///
    /// # Errors
    /// As `push`, and what only the end shows: an empty file, a file that changed between two passes.
    pub fn finish(mut self) -> Result<Outcome, IngestError> {
        if self.decoder.is_none() {
            self.start()?;
        }
        if let Some(decoder) = &mut self.decoder {
            decoder.finish(&mut self.text);
        }
        self.check_utf8()?;
        self.advance(true)?;
        let Some(engine) = self.engine.take() else { return Err(IngestError::EmptyFile) };
        let digest = self.hasher.digest();
        if let Some(earlier) = &self.earlier {
            if earlier.digest != digest {
                return Err(IngestError::FileChanged);
            }
        } else if engine.builders.iter().any(|builder| builder.is_lost(true)) {
            let builders = engine.builders.into_iter().map(Builder::again).collect();
            let earlier = Some(Earlier { digest, builders });
            return Ok(Outcome::Again(Box::new(Self::with(self.name, self.settings, earlier))));
        }
        Ok(Outcome::Done(Box::new(self.ingested(*engine, digest))))
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), IngestError> {
        let Some(decoder) = &mut self.decoder else {
            self.head.extend_from_slice(piece);
            return if self.head.len() < format::HEAD { Ok(()) } else { self.start() };
        };
        decoder.push(piece, &mut self.text);
        self.check_utf8()?;
        self.advance(false)
    }

    /// Looks at the file's first bytes, and decodes them.
    fn start(&mut self) -> Result<(), IngestError> {
        let head = std::mem::take(&mut self.head);
        format::refuse_known(&head)?;
        let mark = decode::byte_order_mark(&head);
        let mark = mark.filter(|(encoding, _)| self.settings.encoding.is_none_or(|fixed| fixed == *encoding));
        self.encoding = self.settings.encoding.or(mark.map(|(encoding, _)| encoding));
        let mark_len = mark.map_or(0, |(_, len)| len);
        self.file_offset = mark_len as u64;
        self.decoder = Some(Decoder::new(self.encoding));
        self.take(head.get(mark_len..).unwrap_or_default())
    }

    fn check_utf8(&self) -> Result<(), IngestError> {
        let is_broken = self.decoder.as_ref().is_some_and(|decoder| !decoder.is_utf8());
        if !is_broken || self.settings.encoding != Some(Encoding::Utf8) {
            return Ok(());
        }
        let valid = std::str::from_utf8(&self.text).map_or_else(|error| error.valid_up_to(), str::len);
        let lines = super::bits::count_lines(self.text.get(..valid).unwrap_or_default());
        Err(IngestError::NotUtf8 { line: self.engine.as_ref().map_or(1, |engine| engine.line()) + lines })
    }

    /// Takes in the whole records of the text.
    fn advance(&mut self, at_end: bool) -> Result<(), IngestError> {
        if self.text.len() < self.wanted && !at_end {
            return Ok(());
        }
        if self.engine.is_none() {
            return self.begin(at_end);
        }
        let (Some(engine), Some(decoder)) = (&mut self.engine, &self.decoder) else { return Ok(()) };
        let consumed = engine.run(&self.text, 0, self.file_offset, at_end, decoder)?;
        self.drop_text(consumed);
        Ok(())
    }

    fn drop_text(&mut self, consumed: usize) {
        if let Some(decoder) = &self.decoder {
            self.file_offset += decoder.file_len(self.text.get(..consumed).unwrap_or_default());
        }
        self.text.drain(..consumed);
        // A record that is not whole yet is scanned again when its text has doubled: linear in all.
        self.wanted = (2 * self.text.len()).clamp(PIECE, MAX_RECORD + 1);
    }

    /// Finds the layout in the file's beginning, and takes that in.
    fn begin(&mut self, at_end: bool) -> Result<(), IngestError> {
        // Exactly as much as was wanted, however the pieces were cut.
        let is_whole = at_end && self.text.len() <= self.wanted;
        let window = self.text.get(..self.wanted).unwrap_or(&self.text);
        format::refuse_binary(window)?;
        let Some(layout) = layout::find(window, is_whole, &self.settings)? else {
            if self.wanted >= MAX_RECORD {
                return Err(IngestError::RecordTooLong { line: 1, mebibytes: MAX_RECORD >> 20 });
            }
            self.wanted *= 2;
            return self.advance(at_end);
        };
        let Some(decoder) = &self.decoder else { return Ok(()) };
        let mut is_text = vec![false; layout.names.len()];
        loop {
            let start = layout.start;
            let mut engine = Engine::new(layout.clone(), &self.settings, &is_text);
            let is_first = self.earlier.is_none();
            if let Some(earlier) = &mut self.earlier {
                if earlier.builders.len() != engine.builders.len() {
                    return Err(IngestError::FileChanged);
                }
                engine.builders = std::mem::take(&mut earlier.builders);
            }
            let consumed = engine.run(&self.text, start, self.file_offset, at_end, decoder)?;
            // What is lost already is begun again as text, so that most files are read once.
            let lost = engine.builders.iter().zip(&mut is_text).filter(|(builder, _)| builder.is_lost(at_end));
            if is_first && lost.map(|(_, is_text)| *is_text = true).count() > 0 {
                continue;
            }
            self.engine = Some(Box::new(engine));
            self.drop_text(consumed);
            return Ok(());
        }
    }

    fn ingested(self, engine: Engine, digest: Digest) -> Ingested {
        let is_utf8 = self.decoder.as_ref().is_none_or(Decoder::is_utf8);
        // Only what was not fixed, and what a byte order mark does not contradict, can be Windows-1252.
        let found = if is_utf8 { self.encoding.unwrap_or(Encoding::Utf8) } else { Encoding::Windows1252 };
        let encoding = self.settings.encoding.unwrap_or(found);
        let n_rows = engine.n_rows as usize;
        let layout = engine.layout;
        let names: Vec<String> = layout.names.iter().map(|name| decode::text(name, encoding).into_owned()).collect();
        let mut notes = self.file_notes(encoding, engine.n_rows, &names);
        notes.extend(layout.notes);
        notes.extend(
            layout::padded(&layout.header).filter_map(|place| names.get(place)).map(|name| notes::padded_name(name)),
        );
        if layout.header.first().is_some_and(Vec::is_empty)
            && let (Some(builder), Some(name)) = (engine.builders.first(), names.first())
            && counts_rows(builder)
        {
            notes.push(notes::index_column(name));
        }
        let mut columns = Vec::with_capacity(names.len());
        let mut profiles = Vec::with_capacity(names.len());
        let mut scratch = Scratch::default();
        for (builder, name) in engine.builders.into_iter().zip(&names) {
            let context = Context { name, encoding, n_rows, reading: &engine.reading };
            let described = describe::describe(builder, &context, &mut scratch);
            columns.push(described.column);
            profiles.push(described.profile);
            notes.extend(described.notes);
        }
        let is_value = |place: usize| {
            let data_type = profiles.get(place).map(|profile| profile.data_type);
            matches!(data_type, Some(DataType::Integer | DataType::Float | DataType::Timestamp))
        };
        if layout::is_header_of_values(&layout.header, layout.marks, is_value) {
            notes.insert(0, notes::looks_like_no_header());
        }
        let delimiter = char::from(layout.shape.delimiter);
        let index = RowIndex {
            n_rows: engine.n_rows,
            offsets: engine.offsets,
            end: self.bytes,
            gaps: engine.gaps,
            encoding,
            delimiter,
            names,
            ignored_fields: layout.shape.ignored_fields,
            long_rows: layout.shape.long_rows,
        };
        let summary = IngestSummary {
            name: self.name,
            digest,
            bytes: self.bytes,
            rows: engine.n_rows,
            dialect: Dialect {
                delimiter,
                decimal: char::from(layout.marks.decimal),
                encoding,
                has_header: self.settings.has_header,
            },
            columns: profiles,
            problems: engine.log.into_problems(encoding),
            notes,
        };
        Ingested { table: Table::new(columns, n_rows), summary, index }
    }

    fn file_notes(&self, encoding: Encoding, n_rows: u64, names: &[String]) -> Vec<Note> {
        let mut found = Vec::new();
        if encoding == Encoding::Windows1252 && self.settings.encoding.is_none() {
            found.push(notes::windows_1252());
        }
        if n_rows == 0 {
            found.push(notes::no_rows());
        }
        found.extend(
            self.settings.types.keys().filter(|name| !names.contains(name)).map(|name| notes::unknown_type(name)),
        );
        found
    }
}

/// Whether a column is 0, 1, 2, … or 1, 2, 3, …
fn counts_rows(builder: &Builder) -> bool {
    let Cells::Number(numbers) = &builder.cells else { return false };
    let first = numbers.values.first().copied().unwrap_or(f64::NAN);
    (first == 0.0 || first == 1.0)
        && numbers.values.len() > 1
        && numbers.values.iter().enumerate().all(|(row, value)| *value == first + row as f64)
}
