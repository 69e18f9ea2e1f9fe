//! Bytes → records: where each cell of a block of rows lies.
//!
//! The rules are the `csv` crate's (a property test holds the two together), and pandas' in addition: a line of white
//! space only is no record. Written by hand because it is several times faster than a state machine over bytes.

use super::{LongRows, ProblemKind, bits};

/// Cells found before a block is handed on: a block's text and cells then stay in the processor's cache.
const BLOCK_CELLS: usize = 16_384;

/// Set in `start` when the cell lies in the scratch text.
const SCRATCH: u32 = 1 << 31;
/// `len` of a cell that its record does not have.
const ABSENT: u32 = u32::MAX;

/// Where a cell lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    start: u32,
    len: u32,
}

impl Cell {
    const ABSENT: Self = Self { start: 0, len: ABSENT };

    fn between(start: usize, end: usize) -> Self {
        // Buffers are far smaller than 2^31 bytes (`reader::MAX_RECORD`).
        Self { start: start as u32, len: (end - start) as u32 }
    }
}

/// What records look like.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) delimiter: u8,
    pub(super) n_fields: usize,
    /// Records may have this many more fields, as long as those are empty: a delimiter at the end of each line.
    pub(super) ignored_fields: usize,
    pub(super) long_rows: LongRows,
}

/// A block of rows: cells row by row, each `n_fields` long.
#[derive(Debug, Default)]
pub(super) struct Block {
    cells: Vec<Cell>,
    /// Where in the text the block begins.
    pub(super) begin: usize,
    /// Where the rows' records start in the text.
    pub(super) row_starts: Vec<u32>,
    /// Text of cells that do not stand in the file as they are: doubled quotes.
    scratch: Vec<u8>,
    pub(super) problems: Vec<Found>,
}

/// A record with a problem. Long rows that are left out have no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: ProblemKind,
    pub(super) line: u64,
    /// The record in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) n_fields: usize,
}

/// Why a scan ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The block is full; more records follow.
    Full,
    /// The text after `consumed` holds no whole record.
    NeedMore,
    /// The file ends inside quotes: the record starts at `consumed`, and its quote opens here.
    Unclosed { quote: usize },
}

/// How far a scan came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Where the next record starts.
    pub(super) consumed: usize,
    /// The line on which it starts.
    pub(super) line: u64,
    pub(super) stop: Stop,
}

impl Block {
    /// Number of rows.
    pub(super) fn n_rows(&self) -> usize {
        self.row_starts.len()
    }

    /// The cells of one column, top to bottom; `None` for cells that their record does not have.
    #[inline]
    pub(super) fn column<'a>(
        &'a self,
        text: &'a [u8],
        shape: &Shape,
        column: usize,
        from_row: usize,
    ) -> impl Iterator<Item = Option<&'a [u8]>> {
        self.cells
            .get(from_row * shape.n_fields + column..)
            .unwrap_or_default()
            .iter()
            .step_by(shape.n_fields.max(1))
            .map(|cell| self.bytes(text, *cell))
    }

    #[inline]
    fn bytes<'a>(&'a self, text: &'a [u8], cell: Cell) -> Option<&'a [u8]> {
        let (text, start) = if cell.start & SCRATCH == 0 {
            (text, cell.start)
        } else {
            (self.scratch.as_slice(), cell.start - SCRATCH)
        };
        // An absent cell's length reaches beyond any text.
        text.get(start as usize..)?.get(..cell.len as usize)
    }

    fn clear(&mut self) {
        self.cells.clear();
        self.row_starts.clear();
        self.scratch.clear();
        self.problems.clear();
    }

    /// Fills the block with the records of `text` from `from` on. `line` is the line on which that is; `at_end` says
    /// that no more text follows.
    pub(super) fn fill(&mut self, text: &[u8], from: usize, line: u64, at_end: bool, shape: &Shape) -> Scanned {
        self.fill_to(BLOCK_CELLS, text, from, line, at_end, shape)
    }

    /// As `fill`, but stops after the first record that stays.
    pub(super) fn fill_one(&mut self, text: &[u8], from: usize, at_end: bool, shape: &Shape) -> Scanned {
        self.fill_to(1, text, from, 1, at_end, shape)
    }

    fn fill_to(&mut self, n_cells: usize, text: &[u8], from: usize, line: u64, at_end: bool, shape: &Shape) -> Scanned {
        self.clear();
        self.begin = from;
        let max_cells = shape.n_fields + shape.ignored_fields + 1;
        let mut here = Scanned { consumed: from, line, stop: Stop::Full };
        let mut marks = Marks::at(text, from, shape.delimiter);
        loop {
            let start = here.consumed;
            let mut line_ends = 0;
            let mut is_suspicious = false;
            let first_cell = self.cells.len();
            let mut n_fields = 0;
            let mut field_start = start;
            // One record: its end, and where the next begins.
            let (end, next) = loop {
                let Some(at) = marks.next(text, shape.delimiter) else {
                    if !at_end || start >= text.len() {
                        return self.unfinished(first_cell, here, Stop::NeedMore);
                    }
                    self.push(n_fields < max_cells, Cell::between(field_start, text.len()));
                    break (text.len(), text.len());
                };
                let byte = text.get(at).copied().unwrap_or_default();
                if byte == shape.delimiter {
                    self.push(n_fields < max_cells, Cell::between(field_start, at));
                    n_fields += 1;
                    field_start = at + 1;
                } else if byte == b'\n' {
                    self.push(n_fields < max_cells, Cell::between(field_start, at));
                    break (at, at + 1);
                } else if byte == b'\r' {
                    let Some(next) = after_return(text, at, at_end) else {
                        return self.unfinished(first_cell, here, Stop::NeedMore);
                    };
                    self.push(n_fields < max_cells, Cell::between(field_start, at));
                    marks.skip_to(text, next, shape.delimiter);
                    break (at, next);
                } else if at == field_start {
                    let (cell, after, goes_on) = match quoted(text, at, shape.delimiter, at_end, &mut self.scratch) {
                        Quoted::Cell { cell, after, goes_on } => (cell, after, goes_on),
                        Quoted::NeedMore => return self.unfinished(first_cell, here, Stop::NeedMore),
                        Quoted::Unclosed => return self.unfinished(first_cell, here, Stop::Unclosed { quote: at }),
                    };
                    let lines = bits::count_lines(text.get(at..after).unwrap_or_default());
                    line_ends += lines;
                    // Over several lines, and on after the closing quote: the quote that closes was meant to open.
                    is_suspicious |= lines > 0 && goes_on;
                    self.push(n_fields < max_cells, cell);
                    match text.get(after) {
                        Some(byte) if *byte == shape.delimiter => {
                            n_fields += 1;
                            field_start = after + 1;
                            marks.skip_to(text, after + 1, shape.delimiter);
                        }
                        Some(b'\r') => {
                            let Some(next) = after_return(text, after, at_end) else {
                                return self.unfinished(first_cell, here, Stop::NeedMore);
                            };
                            marks.skip_to(text, next, shape.delimiter);
                            break (after, next);
                        }
                        Some(_) => {
                            marks.skip_to(text, after + 1, shape.delimiter);
                            break (after, after + 1);
                        }
                        None => {
                            marks.skip_to(text, after, shape.delimiter);
                            break (after, after);
                        }
                    }
                }
                // A quote inside an unquoted cell is text.
            };
            n_fields += 1;
            let is_blank = n_fields == 1 && is_white(text.get(start..end).unwrap_or_default());
            if is_blank {
                self.cells.truncate(first_cell);
            } else if n_fields == shape.n_fields
                || self.settle(text, first_cell, n_fields, (start, end), here.line, shape)
            {
                self.row_starts.push(start as u32);
                if is_suspicious {
                    let kind = ProblemKind::UnclosedQuote;
                    self.problems.push(Found { kind, line: here.line, start, end, n_fields });
                }
            }
            here.consumed = next;
            here.line += line_ends + 1;
            if self.cells.len() >= n_cells || self.problems.len() >= n_cells {
                return here;
            }
        }
    }

    #[inline]
    fn push(&mut self, wanted: bool, cell: Cell) {
        if wanted {
            self.cells.push(cell);
        }
    }

    fn unfinished(&mut self, first_cell: usize, here: Scanned, stop: Stop) -> Scanned {
        self.cells.truncate(first_cell);
        Scanned { stop, ..here }
    }

    /// Brings a record of another length to `n_fields` cells; whether it stays as a row.
    fn settle(
        &mut self,
        text: &[u8],
        first_cell: usize,
        n_fields: usize,
        (start, end): (usize, usize),
        line: u64,
        shape: &Shape,
    ) -> bool {
        let found = |kind| Found { kind, line, start, end, n_fields };
        let wanted = first_cell + shape.n_fields;
        if n_fields < shape.n_fields {
            self.cells.resize(wanted, Cell::ABSENT);
            self.problems.push(found(ProblemKind::TooFewFields));
            return true;
        }
        let ignored = n_fields == shape.n_fields + shape.ignored_fields
            && self.cells.get(wanted..).unwrap_or_default().iter().all(|cell| self.bytes(text, *cell) == Some(b""));
        if !ignored {
            self.problems.push(found(ProblemKind::TooManyFields));
        }
        let stays = ignored || shape.long_rows == LongRows::Cut;
        self.cells.truncate(if stays { wanted } else { first_cell });
        stays
    }
}

/// Whether a record of one field is a line of white space only.
pub(super) fn is_white(record: &[u8]) -> bool {
    record.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The places of special bytes, in order.
struct Marks {
    base: usize,
    bits: u64,
}

impl Marks {
    fn at(text: &[u8], from: usize, delimiter: u8) -> Self {
        Self { base: from, bits: bits::special_bytes(text, from, delimiter) }
    }

    #[inline]
    fn next(&mut self, text: &[u8], delimiter: u8) -> Option<usize> {
        while self.bits == 0 {
            self.base += bits::WIDTH;
            if self.base >= text.len() {
                self.base = text.len();
                return None;
            }
            self.bits = bits::special_bytes(text, self.base, delimiter);
        }
        let at = self.base + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(at)
    }

    /// Forgets the places before `to`.
    #[inline]
    fn skip_to(&mut self, text: &[u8], to: usize, delimiter: u8) {
        match to.checked_sub(self.base) {
            Some(gone @ 0..bits::WIDTH) => self.bits &= u64::MAX << gone,
            _ => *self = Self::at(text, to, delimiter),
        }
    }
}

/// Where the record after the `\r` at `at` starts; `None` when a `\n` may still follow.
fn after_return(text: &[u8], at: usize, at_end: bool) -> Option<usize> {
    match text.get(at + 1) {
        Some(b'\n') => Some(at + 2),
        None if !at_end => None,
        _ => Some(at + 1),
    }
}

enum Quoted {
    /// The cell, and the place of the delimiter or line end after it (or the text's end).
    Cell {
        cell: Cell,
        after: usize,
        /// Whether text follows the closing quote.
        goes_on: bool,
    },
    NeedMore,
    Unclosed,
}

/// The cell whose quote opens at `open`.
fn quoted(text: &[u8], open: usize, delimiter: u8, at_end: bool, scratch: &mut Vec<u8>) -> Quoted {
    let unfinished = if at_end { Quoted::Unclosed } else { Quoted::NeedMore };
    let mut from = open + 1;
    let kept = scratch.len();
    let mut piece = from;
    let mut is_scratch = false;
    let close = loop {
        let Some(quote) = bits::find(text, from, b'"') else {
            scratch.truncate(kept);
            return unfinished;
        };
        match text.get(quote + 1) {
            Some(b'"') => {
                is_scratch = true;
                scratch.extend_from_slice(text.get(piece..=quote).unwrap_or_default());
                from = quote + 2;
                piece = from;
            }
            None if !at_end => {
                scratch.truncate(kept);
                return Quoted::NeedMore;
            }
            _ => break quote,
        }
    };
    let rest = text.get(close + 1..).unwrap_or_default();
    let tail = rest.iter().position(|byte| *byte == delimiter || matches!(byte, b'\n' | b'\r'));
    if tail.is_none() && !at_end {
        scratch.truncate(kept);
        return Quoted::NeedMore;
    }
    // What follows a closing quote belongs to the cell: `"x"y` is `xy`.
    let tail = tail.unwrap_or(rest.len());
    let after = close + 1 + tail;
    if !is_scratch && tail == 0 {
        return Quoted::Cell { cell: Cell::between(open + 1, close), after, goes_on: false };
    }
    scratch.extend_from_slice(text.get(piece..close).unwrap_or_default());
    scratch.extend_from_slice(text.get(close + 1..after).unwrap_or_default());
    let cell = Cell::between(kept, scratch.len());
    Quoted::Cell { cell: Cell { start: cell.start | SCRATCH, ..cell }, after, goes_on: tail > 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8], n_fields: usize, long_rows: LongRows) -> Vec<Vec<Option<Vec<u8>>>> {
        let shape = Shape { delimiter: b',', n_fields, ignored_fields: 0, long_rows };
        let mut block = Block::default();
        let mut rows = Vec::new();
        let (mut from, mut line) = (0, 1);
        loop {
            let scanned = block.fill(text, from, line, true, &shape);
            for row in 0..block.n_rows() {
                let cell = |column| block.column(text, &shape, column, row).next().flatten().map(<[u8]>::to_vec);
                rows.push((0..n_fields).map(cell).collect());
            }
            (from, line) = (scanned.consumed, scanned.line);
            match scanned.stop {
                Stop::Full => {}
                Stop::NeedMore => return rows,
                Stop::Unclosed { .. } => panic!("an open quote at the end"),
            }
        }
    }

    proptest::proptest! {
        /// The `csv` crate's records, cut and padded, without lines of white space only.
        #[test]
        fn agrees_with_the_csv_crate(text in "([a \"\"\"\t,,,\n\r]|é){0,200}", n_fields in 1_usize..4) {
            let text = text.into_bytes();
            // The scanner tells an open quote at the end, `csv` does not: close it.
            let shape = Shape { delimiter: b',', n_fields, ignored_fields: 0, long_rows: LongRows::Cut };
            let is_open = |text: &[u8]| {
                let mut from = 0;
                loop {
                    let scanned = Block::default().fill(text, from, 1, true, &shape);
                    match scanned.stop {
                        Stop::Full => from = scanned.consumed,
                        stop => return stop != Stop::NeedMore,
                    }
                }
            };
            let text = if is_open(&text) { [text, b"\"".to_vec()].concat() } else { text };
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
            let records: Vec<csv::ByteRecord> = reader.byte_records().map(Result::unwrap).collect();
            let expected: Vec<Vec<Option<Vec<u8>>>> = records
                .iter()
                .filter(|record| !crate::ingest::sniff::is_blank(record, &text))
                .map(|record| (0..n_fields).map(|column| record.get(column).map(<[u8]>::to_vec)).collect())
                .collect();
            proptest::prop_assert_eq!(rows(&text, n_fields, LongRows::Cut), expected);
        }
    }

    #[test]
    fn quotes_and_line_ends() {
        let cells = |text: &str| -> Vec<String> {
            let cell = |cell: &Option<Vec<u8>>| {
                cell.as_ref().map_or("∅".into(), |cell| String::from_utf8(cell.clone()).unwrap())
            };
            rows(text.as_bytes(), 2, LongRows::Skip)
                .iter()
                .map(|row| row.iter().map(cell).collect::<Vec<_>>().join("|"))
                .collect()
        };
        assert_eq!(cells("x\"y,44\n\"x\"y,2\n'q',81"), ["x\"y|44", "xy|2", "'q'|81"]);
        assert_eq!(cells("\"said \"\"hi\"\"\",\"a\nb\"\r\n"), ["said \"hi\"|a\nb"]);
        assert_eq!(cells("\n\r\n  \n1,2\r3\r\r4,5,6\n\"\"\n7,"), ["1|2", "3|∅", "|∅", "7|"]);
    }
}
