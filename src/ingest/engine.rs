//! The pass itself: text → blocks of rows → columns, with the row index and the problems on the way.

use super::{
    Encoding, IngestError, Problem, ProblemKind, Problems, bits,
    column::{Builder, Reading},
    decode::{self, Decoder},
    index::STRIDE,
    layout::Layout,
    scan::{Block, Found, Stop},
    settings::Settings,
};

/// A record may be this long: what bounds the memory that broken files take.
pub(super) const MAX_RECORD: usize = 64 << 20;
/// Problems that are listed.
const MAX_PROBLEMS: usize = 1_000;
/// Bytes of a record that are kept for its problem: 200 characters of at most 4.
const MAX_TEXT: usize = 800;
/// Each unclosed quote costs a look at the rest of the file.
const MAX_UNCLOSED: usize = 100;

/// A pass under way.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) layout: Layout,
    pub(super) reading: Reading,
    pub(super) builders: Vec<Builder>,
    pub(super) n_rows: u64,
    pub(super) offsets: Vec<u64>,
    pub(super) gaps: Vec<(u64, u64)>,
    pub(super) log: Log,
    block: Block,
    line: u64,
}

/// Problems as they were found: bytes, because the encoding is known only at the end.
#[derive(Debug, Default)]
pub(super) struct Log {
    count: u64,
    skipped: u64,
    first: Vec<(u64, ProblemKind, String, Vec<u8>)>,
}

impl Engine {
    /// A pass that begins. `is_text` says of each column whether it is known to hold text.
    pub(super) fn new(layout: Layout, settings: &Settings, is_text: &[bool]) -> Self {
        let builder = |(place, name): (usize, &Vec<u8>)| {
            let fixed = settings.types.get(&*decode::likely_text(name)).copied();
            Builder::new(fixed, is_text.get(place).copied().unwrap_or(false))
        };
        Self {
            builders: layout.names.iter().enumerate().map(builder).collect(),
            reading: Reading { marks: layout.marks, missing: settings.missing.clone() },
            n_rows: 0,
            offsets: Vec::new(),
            gaps: Vec::new(),
            log: Log::default(),
            block: Block::default(),
            line: layout.line,
            layout,
        }
    }

    /// The line on which the next record starts.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Takes in the whole records of `text` from `from` on, and returns where the next record starts. `file_offset` is
    /// where `text` starts in the file; `at_end` says that no more text follows.
    ///
    /// # Errors
    /// `Misfit` where a cell does not fit a fixed type.
    pub(super) fn run(
        &mut self,
        text: &[u8],
        from: usize,
        file_offset: u64,
        at_end: bool,
        decoder: &Decoder,
    ) -> Result<usize, IngestError> {
        let mut place = Place { at: 0, file: file_offset, decoder };
        let mut block = std::mem::take(&mut self.block);
        let mut from = from;
        loop {
            let scanned = block.fill(text, from, self.line, at_end, &self.layout.shape);
            self.take(&block, text, &mut place)?;
            self.line = scanned.line;
            from = scanned.consumed;
            match scanned.stop {
                Stop::Full => {}
                Stop::NeedMore if text.len() - from <= MAX_RECORD => break,
                Stop::NeedMore => match block.fill_one(text, from, true, &self.layout.shape).stop {
                    Stop::Unclosed { quote } => from = self.leave_out(text, from, quote, &mut place)?,
                    Stop::Full | Stop::NeedMore => {
                        return Err(IngestError::RecordTooLong { line: self.line, mebibytes: MAX_RECORD >> 20 });
                    }
                },
                Stop::Unclosed { quote } => from = self.leave_out(text, from, quote, &mut place)?,
            }
        }
        self.block = block;
        Ok(from)
    }

    fn take(&mut self, block: &Block, text: &[u8], place: &mut Place) -> Result<(), IngestError> {
        let shape = &self.layout.shape;
        for (column, builder) in self.builders.iter_mut().enumerate() {
            let cells = |row| block.column(text, shape, column, row);
            if let Err(misfit) = builder.feed(cells, block.n_rows(), &self.reading) {
                let start = block.row_starts.get(misfit.row).map_or(0, |start| *start as usize);
                let name = self.layout.names.get(column).map(Vec::as_slice).unwrap_or_default();
                return Err(IngestError::Misfit {
                    line: self.line + bits::count_lines(text.get(block.begin..start).unwrap_or_default()),
                    column: decode::likely_text(name).into_owned(),
                    value: decode::likely_text(&misfit.value).chars().take(80).collect(),
                    expected: misfit.expected,
                });
            }
        }
        for (row, start) in block.row_starts.iter().enumerate() {
            if (self.n_rows + row as u64).is_multiple_of(STRIDE) {
                self.offsets.push(place.file_offset(text, *start as usize));
            }
        }
        self.n_rows += block.n_rows() as u64;
        for found in &block.problems {
            self.log.add(found, text, shape.n_fields, shape.long_rows == super::LongRows::Cut);
        }
        Ok(())
    }

    /// Leaves out the record at `from`, whose quote at `quote` never closes; the rest begins on the next line.
    fn leave_out(&mut self, text: &[u8], from: usize, quote: usize, place: &mut Place) -> Result<usize, IngestError> {
        let quote_line = self.line + bits::count_lines(text.get(from..quote).unwrap_or_default());
        if self.gaps.len() == MAX_UNCLOSED {
            return Err(IngestError::UnclosedQuote { line: quote_line });
        }
        let rest = text.get(quote..).unwrap_or_default();
        let next = match rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) if rest.get(end..end + 2) == Some(b"\r\n") => quote + end + 2,
            Some(end) => quote + end + 1,
            None => text.len(),
        };
        let before = text.get(from..quote).unwrap_or_default();
        let column = before.iter().filter(|byte| **byte == self.layout.shape.delimiter).count();
        let name = self.layout.names.get(column).map(|name| decode::likely_text(name).into_owned());
        self.log.add_unclosed(self.line, quote_line, name.as_deref(), text.get(from..next).unwrap_or_default());
        let start = place.file_offset(text, from);
        self.gaps.push((start, place.file_offset(text, next)));
        self.line += bits::count_lines(text.get(from..next).unwrap_or_default());
        Ok(next)
    }
}

/// Text positions → file offsets, moving forwards only.
struct Place<'a> {
    at: usize,
    file: u64,
    decoder: &'a Decoder,
}

impl Place<'_> {
    fn file_offset(&mut self, text: &[u8], to: usize) -> u64 {
        self.file += self.decoder.file_len(text.get(self.at..to).unwrap_or_default());
        self.at = self.at.max(to);
        self.file
    }
}

impl Log {
    fn add(&mut self, found: &Found, text: &[u8], n_fields: usize, is_cut: bool) {
        self.count += 1;
        if found.kind == ProblemKind::UnclosedQuote {
            let reason = "A quoted cell runs over several lines and goes on after its closing quote: a quote is probably \
                          missing. The cell is kept as it stands; check the quotes from this line on.";
            self.push(found, reason.into(), text);
            return;
        }
        let is_long = found.kind == ProblemKind::TooManyFields;
        self.skipped += u64::from(is_long && !is_cut);
        let n = found.n_fields;
        let reason = match (is_long, is_cut) {
            (false, _) => format!(
                "{n} {} for {n_fields} columns: the missing cells are empty.",
                if n == 1 { "field" } else { "fields" }
            ),
            (true, false) => format!(
                "{n} fields for {n_fields} {}: the record is left out. Quote cells that hold the delimiter, or have long \
                 records cut.",
                if n_fields == 1 { "column" } else { "columns" }
            ),
            (true, true) => format!("{n} fields for {n_fields} columns: the last {} are cut off.", n - n_fields),
        };
        self.push(found, reason, text);
    }

    fn push(&mut self, found: &Found, reason: String, text: &[u8]) {
        if self.first.len() < MAX_PROBLEMS {
            self.first.push((found.line, found.kind, reason, head(text, found.start, found.end)));
        }
    }

    fn add_unclosed(&mut self, line: u64, quote_line: u64, column: Option<&str>, record: &[u8]) {
        self.count += 1;
        self.skipped += 1;
        if self.first.len() == MAX_PROBLEMS {
            return;
        }
        let place = column.map_or(String::new(), |name| format!(" in column {name}"));
        let reason = format!(
            "A quote opens on line {quote_line}{place} and never closes: the record is left out. Close the quote, or double \
             it (\"\") where it is text."
        );
        let end = record.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
        self.first.push((line, ProblemKind::UnclosedQuote, reason, head(record, 0, end)));
    }

    /// The problems for people.
    pub(super) fn into_problems(self, encoding: Encoding) -> Problems {
        let problem = |(line, kind, reason, text): (u64, ProblemKind, String, Vec<u8>)| Problem {
            line,
            kind,
            reason,
            text: decode::text(&text, encoding).chars().take(200).collect(),
        };
        Problems { count: self.count, skipped: self.skipped, first: self.first.into_iter().map(problem).collect() }
    }
}

fn head(text: &[u8], start: usize, end: usize) -> Vec<u8> {
    text.get(start..end.min(start + MAX_TEXT)).unwrap_or_default().to_vec()
}
