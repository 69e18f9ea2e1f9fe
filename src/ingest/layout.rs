//! What a file's beginning says of its columns: where the header is, what they are called, how long records are.

use std::collections::BTreeMap;

use csv::ByteRecord;

use super::{
    IngestError, Note, bits, decode, notes,
    number::{self, Marks},
    scan::{Block, Shape, Stop},
    settings::Settings,
    sniff, time,
};

/// From this share of longer records on, the header is what is too short.
const MOST: f64 = 0.9;

/// How a file is laid out.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Unique names, in the file's encoding.
    pub(super) names: Vec<Vec<u8>>,
    /// The header's cells as they stand; empty when there is no header.
    pub(super) header: Vec<Vec<u8>>,
    pub(super) shape: Shape,
    pub(super) marks: Marks,
    /// Where the records begin in the text, and the line there.
    pub(super) start: usize,
    pub(super) line: u64,
    pub(super) notes: Vec<Note>,
}

/// Finds the layout in the file's beginning. `at_end`: it is the whole file. `None` when more text is needed.
///
/// # Errors
/// `EmptyFile`, `NoHeader`, or `UnclosedQuote` when a quote in the header never closes.
pub(super) fn find(text: &[u8], at_end: bool, settings: &Settings) -> Result<Option<Layout>, IngestError> {
    let Some(offset) = after_lines(text, settings.skip_rows, at_end) else { return Ok(None) };
    let rest = text.get(offset..).unwrap_or_default();
    let delimiter = settings.delimiter.unwrap_or_else(|| sniff::delimiter(rest, at_end));
    let mut records = sniff::records(rest, delimiter, at_end);
    if records.is_empty() {
        return match (at_end, text.is_empty()) {
            (false, _) => Ok(None),
            (true, true) => Err(IngestError::EmptyFile),
            (true, false) => Err(IngestError::NoHeader),
        };
    }
    let marks = match settings.decimal {
        None if delimiter == b';' && settings.thousands.is_none() => sniff::marks(&records),
        decimal => Marks { decimal: decimal.unwrap_or(b'.'), thousands: settings.thousands },
    };
    let first = records.remove(0);
    let Some(end) = end_of(&first, rest, delimiter, at_end)? else { return Ok(None) };
    let begin = if settings.has_header { end } else { sniff::start(&first, rest) };
    let mut layout = Layout {
        names: Vec::new(),
        header: Vec::new(),
        shape: Shape { delimiter, n_fields: first.len(), ignored_fields: 0, long_rows: settings.long_rows },
        marks,
        start: offset + begin,
        line: 1 + bits::count_lines(text.get(..offset + begin).unwrap_or_default()),
        notes: Vec::new(),
    };
    if settings.decimal.is_none() && marks.decimal == b',' {
        layout.notes.push(notes::decimal_comma(marks.thousands.is_some()));
    }
    if settings.has_header {
        layout.header = first.iter().map(<[u8]>::to_vec).collect();
        layout.names = unique_names(&layout.header);
        fit_to_records(&mut layout, &first, &records, text, offset);
    } else {
        layout.names = (0..first.len()).map(|place| place.to_string().into_bytes()).collect();
    }
    Ok(Some(layout))
}

/// The place after so many lines; `None` if they may not all be there.
fn after_lines(text: &[u8], n: usize, at_end: bool) -> Option<usize> {
    let mut at = 0;
    for _ in 0..n {
        let rest = text.get(at..)?;
        match rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(place) if !at_end && place + 1 == rest.len() => return None,
            Some(place) => at += place + if rest.get(place..place + 2) == Some(b"\r\n") { 2 } else { 1 },
            None => return at_end.then_some(text.len()),
        }
    }
    Some(at)
}

/// Where the record after `record` starts; `None` when its end may not be there.
fn end_of(record: &ByteRecord, text: &[u8], delimiter: u8, at_end: bool) -> Result<Option<usize>, IngestError> {
    let start = sniff::start(record, text);
    let shape = Shape { delimiter, n_fields: record.len(), ignored_fields: 0, long_rows: super::LongRows::Cut };
    // The scanner stops at each row's start: the second row's is the first record's end.
    let mut block = Block::default();
    let scanned = block.fill_one(text, start, at_end, &shape);
    match scanned.stop {
        Stop::Full => Ok(Some(scanned.consumed)),
        Stop::NeedMore => Ok(at_end.then_some(text.len())),
        Stop::Unclosed { quote } => {
            Err(IngestError::UnclosedQuote { line: 1 + bits::count_lines(text.get(..quote).unwrap_or_default()) })
        }
    }
}

/// pandas' names: empty ones become `Unnamed: i`, repeated ones `a.1`, `a.2`, skipping names that are taken.
fn unique_names(header: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let unnamed: Vec<usize> = (0..header.len()).filter(|place| header.get(*place).is_some_and(Vec::is_empty)).collect();
    let mut names = header.to_vec();
    for place in &unnamed {
        if let Some(name) = names.get_mut(*place) {
            *name = format!("Unnamed: {place}").into_bytes();
        }
    }
    // Given names come first, so that they stay as they are.
    let given = (0..header.len()).filter(|place| !unnamed.contains(place));
    let order: Vec<usize> = given.chain(unnamed.iter().copied()).collect();
    let mut taken: std::collections::BTreeSet<Vec<u8>> = names.iter().cloned().collect();
    let mut uses: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for place in order {
        let Some(name) = names.get_mut(place) else { continue };
        let base = name.clone();
        let mut n = uses.get(&base).copied().unwrap_or(0);
        while n > 0 {
            uses.insert(base.clone(), n + 1);
            *name = [&base[..], b".", n.to_string().as_bytes()].concat();
            n = if taken.contains(name) { n + 1 } else { uses.get(name).copied().unwrap_or(0) };
        }
        *uses.entry(name.clone()).or_default() += 1;
        taken.insert(name.clone());
    }
    names
}

/// Where (nearly) all records are longer than the header: an empty last field is ignored, others get names. pandas
/// would take the first columns as the index and so shift the labels.
fn fit_to_records(layout: &mut Layout, header: &ByteRecord, records: &[ByteRecord], text: &[u8], offset: usize) {
    let n_header = header.len();
    let longer: Vec<&ByteRecord> = records.iter().filter(|record| record.len() > n_header).collect();
    if longer.is_empty() || (longer.len() as f64) < MOST * records.len() as f64 {
        return;
    }
    let (usual, _) = sniff::usual_len(records);
    let n_extra = usual.saturating_sub(n_header);
    if longer.iter().all(|record| record.iter().skip(n_header).all(<[u8]>::is_empty)) {
        layout.shape.ignored_fields = n_extra;
        layout.notes.push(notes::trailing_delimiter());
        return;
    }
    let extra: Vec<String> = (n_header..usual).map(|place| format!("Unnamed: {place}")).collect();
    layout.names.extend(extra.iter().map(|name| name.clone().into_bytes()));
    layout.shape.n_fields = usual;
    let rest = text.get(offset..).unwrap_or_default();
    let line = |record: &ByteRecord| {
        1 + bits::count_lines(text.get(..offset + sniff::start(record, rest)).unwrap_or_default())
    };
    let likely_header =
        records.iter().find(|record| record.len() == usual).filter(|record| n_header == 1 && is_names(record));
    let is_comment = header.get(0).is_some_and(|cell| cell.starts_with(b"#"));
    layout.notes.push(match likely_header {
        Some(record) => notes::title_row(is_comment, line(header), line(record), line(record) as usize - 1),
        None => notes::extra_columns(n_extra, &extra),
    });
}

fn is_names(record: &ByteRecord) -> bool {
    let marks = Marks { decimal: b'.', thousands: None };
    record.iter().all(|cell| !cell.trim_ascii().is_empty() && number::parse(cell, marks).is_none())
}

/// Whether the header's cells are values of their columns, which then are numbers or times; `is_value` says that of a
/// column. Growing whole numbers (years, say) are names.
pub(super) fn is_header_of_values(header: &[Vec<u8>], marks: Marks, is_value: impl Fn(usize) -> bool) -> bool {
    let values: Vec<Option<f64>> = header
        .iter()
        .map(|cell| number::parse(cell, marks).map(|n| n.value).or_else(|| time::parse(cell).map(|t| t as f64)))
        .collect();
    let n_values = values.iter().flatten().count();
    let agree = values.iter().enumerate().all(|(place, value)| value.is_some() == is_value(place));
    let numbers: Vec<f64> = values.iter().flatten().copied().collect();
    let names = numbers.iter().all(|number| number.fract() == 0.0) && numbers.is_sorted_by(|a, b| a < b);
    n_values > 0 && 2 * n_values >= header.len() && agree && !(names && n_values > 1)
}

/// Names with white space around them.
pub(super) fn padded(header: &[Vec<u8>]) -> impl Iterator<Item = usize> {
    let is_padded = |cell: &Vec<u8>| decode::likely_text(cell).trim().len() != decode::likely_text(cell).len();
    header.iter().enumerate().filter(move |(_, cell)| is_padded(cell)).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_pandas_makes_them() {
        let names = |header: &[&str]| {
            let header: Vec<Vec<u8>> = header.iter().map(|name| name.as_bytes().to_vec()).collect();
            let names = unique_names(&header);
            names.iter().map(|name| String::from_utf8(name.clone()).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(names(&["a", "a", "b", "a", "b"]), ["a", "a.1", "b", "a.2", "b.1"]);
        assert_eq!(names(&["a", "a", "a.1"]), ["a", "a.2", "a.1"]);
        assert_eq!(names(&["a", "", "c", ""]), ["a", "Unnamed: 1", "c", "Unnamed: 3"]);
    }

    #[test]
    fn values_as_names() {
        let marks = Marks { decimal: b'.', thousands: None };
        let found = |header: &[&str], values: &[bool]| {
            let header: Vec<Vec<u8>> = header.iter().map(|name| name.as_bytes().to_vec()).collect();
            is_header_of_values(&header, marks, |place| values[place])
        };
        assert!(found(&["1.5", "2.5"], &[true, true]));
        assert!(found(&["5.1", "3.5", "Iris-setosa"], &[true, true, false]));
        assert!(!found(&["country", "2015", "2016"], &[false, true, true]));
        assert!(!found(&["a", "b"], &[true, true]));
        assert!(!found(&["a", "b"], &[false, false]));
    }
}
