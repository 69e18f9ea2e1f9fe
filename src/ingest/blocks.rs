//! A file's rows block by block, for whoever passes over a file once and keeps nothing: each record as it stands, and the
//! columns that are wanted, of types that are known.

use super::{
    Encoding, IngestError, IngestOptions, LongRows, ProblemKind,
    column::{Reading, boolean},
    decode::{self, Decoder},
    engine::MAX_RECORD,
    format,
    layout::{self, Layout},
    number,
    reader::WINDOW,
    scan::{Block, Stop},
    settings::Settings,
    time,
};
use crate::table::{Bitmap, Column, ColumnData, DataType, Labels, MISSING_CODE, MISSING_TIME, Table};

/// A column that is wanted, if the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedColumn {
    pub name: String,
    pub data_type: DataType,
    /// A cell that is not of the type is missing, instead of a fault of its row.
    pub is_lenient: bool,
}

/// Some rows of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct RowBlock {
    /// The records as CSV in UTF-8, one after the other, without line ends; each has as many cells as the header.
    pub lines: Vec<u8>,
    /// Where each of them ends.
    pub ends: Vec<usize>,
    /// The wanted columns that the file has.
    pub table: Table,
    /// Why a row cannot be read, in a sentence.
    pub faults: Vec<Option<String>>,
}

/// Reads a file in blocks. Push its bytes in order and take the blocks; at the end push nothing more and take the last ones.
#[derive(Debug)]
pub struct BlockReader {
    settings: Settings,
    wanted: Vec<WantedColumn>,
    /// The file's first bytes, until they are enough to tell what it is.
    head: Vec<u8>,
    decoder: Option<Decoder>,
    text: Vec<u8>,
    /// Where in the text the next record begins, and its line.
    from: usize,
    line: u64,
    /// Look at the text when it is so long.
    enough: usize,
    layout: Option<Layout>,
    block: Block,
}

impl BlockReader {
    /// A reader of files that are written as `options` say.
    ///
    /// # Errors
    /// `BadOption` naming the field.
    pub fn new(options: &IngestOptions, wanted: Vec<WantedColumn>) -> Result<Self, IngestError> {
        // Longer records have their row too: it says what is wrong.
        let settings = Settings { long_rows: LongRows::Cut, ..Settings::new(options)? };
        Ok(Self {
            settings,
            wanted,
            head: Vec::new(),
            decoder: None,
            text: Vec::new(),
            from: 0,
            line: 1,
            enough: WINDOW,
            layout: None,
            block: Block::default(),
        })
    }

    /// The names of the file's columns, once they are known.
    #[must_use]
    pub fn names(&self) -> Option<Vec<String>> {
        let name = |name: &Vec<u8>| decode::likely_text(name).into_owned();
        self.layout.as_ref().map(|layout| layout.names.iter().map(name).collect())
    }

    /// What stands between cells, and before the fraction of a number.
    #[must_use]
    pub fn marks(&self) -> (char, char) {
        self.layout
            .as_ref()
            .map_or((',', '.'), |layout| (char::from(layout.shape.delimiter), char::from(layout.marks.decimal)))
    }

    /// Takes the next bytes in.
    ///
    /// # Errors
    /// `WrongFormat` for what is no text.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), IngestError> {
        match &mut self.decoder {
            Some(decoder) => decoder.push(bytes, &mut self.text),
            None => {
                self.head.extend_from_slice(bytes);
                if self.head.len() >= format::HEAD {
                    self.start()?;
                }
            }
        }
        Ok(())
    }

    /// Ends the file: no more bytes follow.
    ///
    /// # Errors
    /// As `push`.
    pub fn end(&mut self) -> Result<(), IngestError> {
        if self.decoder.is_none() {
            self.start()?;
        }
        if let Some(decoder) = &mut self.decoder {
            decoder.finish(&mut self.text);
        }
        Ok(())
    }

    fn start(&mut self) -> Result<(), IngestError> {
        let head = std::mem::take(&mut self.head);
        format::refuse_known(&head)?;
        let mark = decode::byte_order_mark(&head);
        let mark = mark.filter(|(encoding, _)| self.settings.encoding.is_none_or(|fixed| fixed == *encoding));
        let encoding: Option<Encoding> = self.settings.encoding.or(mark.map(|(encoding, _)| encoding));
        let mut decoder = Decoder::new(encoding);
        decoder.push(head.get(mark.map_or(0, |(_, len)| len)..).unwrap_or_default(), &mut self.text);
        self.decoder = Some(decoder);
        Ok(())
    }

    /// The next whole rows; `None` until more bytes are pushed, and at the end.
    ///
    /// # Errors
    /// A file without a header, a record that is too long, a quote that never closes.
    pub fn next(&mut self, at_end: bool) -> Result<Option<RowBlock>, IngestError> {
        if self.text.len() - self.from < self.enough && !at_end {
            return Ok(None);
        }
        if self.layout.is_none() {
            self.begin(at_end)?;
        }
        let Some(layout) = &self.layout else { return Ok(None) };
        let scanned = self.block.fill(&self.text, self.from, self.line, at_end, &layout.shape);
        let rows =
            (self.block.n_rows() > 0).then(|| read(&self.block, &self.text, layout, &self.settings, &self.wanted));
        (self.from, self.line) = (scanned.consumed, scanned.line);
        match scanned.stop {
            Stop::Full => self.enough = 0,
            Stop::Unclosed { .. } => return Err(IngestError::UnclosedQuote { line: self.line }),
            Stop::NeedMore => {
                self.text.drain(..self.from);
                self.from = 0;
                if self.text.len() > MAX_RECORD {
                    return Err(IngestError::RecordTooLong { line: self.line, mebibytes: MAX_RECORD >> 20 });
                }
                // A record that is not whole yet is scanned again when its text has doubled.
                self.enough = 2 * self.text.len() + 1;
            }
        }
        Ok(rows)
    }

    /// Finds the layout in the file's beginning.
    fn begin(&mut self, at_end: bool) -> Result<(), IngestError> {
        let is_whole = at_end && self.text.len() <= self.enough;
        let window = self.text.get(..self.enough).unwrap_or(&self.text);
        format::refuse_binary(window)?;
        match layout::find(window, is_whole, &self.settings)? {
            Some(layout) => {
                (self.from, self.line) = (layout.start, layout.line);
                self.layout = Some(layout);
                Ok(())
            }
            None if self.enough >= MAX_RECORD => {
                Err(IngestError::RecordTooLong { line: 1, mebibytes: MAX_RECORD >> 20 })
            }
            None => {
                self.enough *= 2;
                if at_end || self.text.len() >= self.enough { self.begin(at_end) } else { Ok(()) }
            }
        }
    }
}

/// The rows of a block that was scanned.
fn read(block: &Block, text: &[u8], layout: &Layout, settings: &Settings, wanted: &[WantedColumn]) -> RowBlock {
    let (shape, n_rows) = (&layout.shape, block.n_rows());
    let reading = Reading { marks: layout.marks, missing: settings.missing.clone() };
    let mut faults = faults_of_records(block, shape.n_fields);
    let (mut lines, mut ends) = (Vec::new(), Vec::with_capacity(n_rows));
    for row in 0..n_rows {
        for column in 0..shape.n_fields {
            if column > 0 {
                lines.push(shape.delimiter);
            }
            let cell = block.column(text, shape, column, row).next().flatten().unwrap_or_default();
            write_cell(&decode::likely_text(cell), shape.delimiter, &mut lines);
        }
        ends.push(lines.len());
    }
    let mut columns = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        let is_it = |name: &Vec<u8>| decode::likely_text(name) == wanted.name;
        let Some(place) = layout.names.iter().position(is_it) else { continue };
        columns.push(column(wanted, block.column(text, shape, place, 0), &reading, &mut faults));
    }
    RowBlock { lines, ends, table: Table::new(columns, n_rows), faults }
}

/// A cell of a CSV file, in quotes where it needs them.
pub fn write_cell(text: &str, delimiter: u8, to: &mut Vec<u8>) {
    if !text.bytes().any(|byte| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r')) {
        to.extend_from_slice(text.as_bytes());
        return;
    }
    to.push(b'"');
    to.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    to.push(b'"');
}

fn faults_of_records(block: &Block, n_fields: usize) -> Vec<Option<String>> {
    let mut faults = vec![None; block.n_rows()];
    for found in &block.problems {
        let place = block.row_starts.binary_search(&u32::try_from(found.start).unwrap_or(u32::MAX));
        let Some(fault) = place.ok().and_then(|place| faults.get_mut(place)) else { continue };
        let fields = if found.n_fields == 1 { "field" } else { "fields" };
        *fault = Some(match found.kind {
            ProblemKind::UnclosedQuote => {
                format!("A quote is probably missing: a cell runs over several lines from line {} on.", found.line)
            }
            ProblemKind::TooFewFields | ProblemKind::TooManyFields => {
                format!("Line {} has {} {fields} for {n_fields} columns.", found.line, found.n_fields)
            }
        });
    }
    faults
}

/// A column of a known type. A cell that is not of it is missing, and the fault of its row.
fn column<'a>(
    wanted: &WantedColumn,
    cells: impl Iterator<Item = Option<&'a [u8]>>,
    reading: &Reading,
    faults: &mut [Option<String>],
) -> Column {
    let cells = cells.zip(faults).map(|(cell, fault)| (cell.filter(|cell| !reading.missing.contains(cell)), fault));
    let fault = |cell: &[u8], fault: &mut Option<String>, expected: &str| {
        if !wanted.is_lenient && fault.is_none() {
            let value: String = decode::likely_text(cell).chars().take(80).collect();
            *fault = Some(format!("{}: “{value}” is not {expected}.", wanted.name));
        }
    };
    let data = match wanted.data_type {
        DataType::Boolean | DataType::Integer | DataType::Float => {
            let is_boolean = wanted.data_type == DataType::Boolean;
            let digit = |cell: &[u8]| match cell {
                b"1" => Some(1.0),
                b"0" => Some(0.0),
                _ => None,
            };
            let value = |cell: &[u8]| match is_boolean {
                true => boolean(cell).or_else(|| digit(cell)),
                false => number::parse(cell, reading.marks).map(|number| number.value),
            };
            let expected = if is_boolean { "True or False" } else { "a number" };
            let read = |(cell, of_row): (Option<&[u8]>, &mut Option<String>)| {
                let Some(cell) = cell else { return f64::NAN };
                value(cell).unwrap_or_else(|| {
                    fault(cell, of_row, expected);
                    f64::NAN
                })
            };
            ColumnData::Number(cells.map(read).collect())
        }
        DataType::Timestamp => {
            let read = |(cell, of_row): (Option<&[u8]>, &mut Option<String>)| {
                let Some(cell) = cell else { return MISSING_TIME };
                time::parse(cell).unwrap_or_else(|| {
                    fault(cell, of_row, "an ISO date or time (2018-01-17 10:00:00)");
                    MISSING_TIME
                })
            };
            ColumnData::Timestamp(cells.map(read).collect())
        }
        DataType::Category => {
            let mut labels = Labels::default();
            // A block has fewer rows than a column may have labels.
            let read = |(cell, _): (Option<&[u8]>, _)| {
                cell.and_then(|cell| labels.code(&decode::likely_text(cell))).unwrap_or(MISSING_CODE)
            };
            let codes = cells.map(read).collect();
            ColumnData::Category { codes, labels: labels.into_vec() }
        }
        DataType::Text => {
            let mut missing = Bitmap::default();
            cells.for_each(|(cell, _)| missing.push(cell.is_none()));
            ColumnData::Text { missing }
        }
    };
    Column::new(wanted.name.clone(), wanted.data_type, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(name: &str, data_type: DataType) -> WantedColumn {
        WantedColumn { name: name.into(), data_type, is_lenient: name == "y" }
    }

    /// The blocks of a text that comes in pieces of this size.
    fn blocks(text: &[u8], piece: usize, wanted: &[WantedColumn]) -> Vec<RowBlock> {
        let mut reader = BlockReader::new(&IngestOptions::default(), wanted.to_vec()).unwrap();
        let mut found = Vec::new();
        for piece in text.chunks(piece) {
            reader.push(piece).unwrap();
            while let Some(block) = reader.next(false).unwrap() {
                found.push(block);
            }
        }
        reader.end().unwrap();
        while let Some(block) = reader.next(true).unwrap() {
            found.push(block);
        }
        found
    }

    fn lines(block: &RowBlock) -> Vec<String> {
        let starts = std::iter::once(&0).chain(&block.ends);
        let line = |(from, to): (&usize, &usize)| String::from_utf8(block.lines[*from..*to].to_vec()).unwrap();
        starts.zip(&block.ends).map(line).collect()
    }

    #[test]
    fn records_stand_as_they_are_and_cells_have_their_types() {
        let text = b"x,c,y\n1,\"a,b\",2\nnope,\"say \"\"hi\"\"\",oops\n\n,NA,3\n7,z\n1,2,3,4\n";
        let all = [wanted("x", DataType::Integer), wanted("c", DataType::Category), wanted("y", DataType::Float)];
        for piece in [1, 7, 1000] {
            let found = blocks(text, piece, &all);
            let block = &found[0];
            assert_eq!(found.len(), 1);
            assert_eq!(lines(block), ["1,\"a,b\",2", "nope,\"say \"\"hi\"\"\",oops", ",NA,3", "7,z,", "1,2,3"]);
            let faults: Vec<&str> = block.faults.iter().map(|fault| fault.as_deref().unwrap_or("")).collect();
            let expected = [
                "",
                "x: “nope” is not a number.",
                "",
                "Line 6 has 2 fields for 3 columns.",
                "Line 7 has 4 fields for 3 columns.",
            ];
            assert_eq!(faults, expected);
            let column = |name: &str| block.table.column(name).unwrap();
            assert_eq!(column("x").numbers().unwrap()[0], 1.0);
            assert!(column("x").is_missing(1) && column("y").is_missing(1), "a target that does not read is missing");
            assert_eq!(column("c").cell_text(0).unwrap(), "a,b");
            assert!(column("c").is_missing(2));
        }
    }

    #[test]
    fn many_rows_come_in_many_blocks_and_other_encodings_as_utf_8() {
        let text: String =
            std::iter::once("x;n\n".to_owned()).chain((0..50_000).map(|i| format!("{i};1,5\n"))).collect();
        let all = [wanted("x", DataType::Integer), wanted("n", DataType::Float)];
        let found = blocks(text.as_bytes(), 10_000, &all);
        assert!(found.len() > 1, "{}", found.len());
        let values: Vec<f64> =
            found.iter().flat_map(|block| block.table.column("x").unwrap().numbers().unwrap().to_vec()).collect();
        assert_eq!(values, (0..50_000).map(f64::from).collect::<Vec<_>>());
        assert_eq!(found[0].table.column("n").unwrap().numbers().unwrap()[0], 1.5);
        let latin = blocks(b"c\ncaf\xe9\n", 100, &[wanted("c", DataType::Category)]);
        assert_eq!(lines(&latin[0]), ["café"]);
        assert_eq!(latin[0].table.column("c").unwrap().cell_text(0).unwrap(), "café");
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let mut reader = BlockReader::new(&IngestOptions::default(), Vec::new()).unwrap();
        reader.end().unwrap();
        assert_eq!(reader.next(true), Err(IngestError::EmptyFile));
        let mut reader = BlockReader::new(&IngestOptions::default(), Vec::new()).unwrap();
        reader.push(b"a,b\n1,\"open\n2,3\n").unwrap();
        reader.end().unwrap();
        assert!(matches!(reader.next(true), Err(IngestError::UnclosedQuote { line: 2 })));
    }
}
