//! What a file's beginning says of its dialect: delimiter and decimal mark.

use csv::{ByteRecord, ReaderBuilder};

use super::{
    number::{self, Marks},
    scan,
};

const DELIMITERS: [u8; 4] = *b",;\t|";

/// The records of a file's beginning, with where they start. The last one is left out unless the text is the whole
/// rest of the file: it may be cut.
pub(super) fn records(text: &[u8], delimiter: u8, at_end: bool) -> Vec<ByteRecord> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text);
    let mut records: Vec<ByteRecord> = reader.byte_records().map_while(Result::ok).collect();
    if !at_end {
        records.pop();
    }
    records.retain(|record| !is_blank(record, text));
    records
}

/// Whether a record is a line of white space only, as it stands in `text`.
pub(super) fn is_blank(record: &ByteRecord, text: &[u8]) -> bool {
    record.len() == 1 && record.get(0).is_some_and(scan::is_white) && text.get(start(record, text)) != Some(&b'"')
}

/// Where a record's first cell starts: `csv` counts empty lines before it in.
pub(super) fn start(record: &ByteRecord, text: &[u8]) -> usize {
    let from = record.position().map_or(0, |position| position.byte() as usize);
    let line_ends = text.get(from..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    from + line_ends.count()
}

/// How many fields most records have, and what share of them. The first of equally frequent numbers wins.
pub(super) fn usual_len(records: &[ByteRecord]) -> (usize, f64) {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for record in records {
        match counts.iter_mut().find(|(len, _)| *len == record.len()) {
            Some((_, n)) => *n += 1,
            None => counts.push((record.len(), 1)),
        }
    }
    let usual = counts.iter().rev().max_by_key(|(_, n)| *n).copied().unwrap_or((0, 0));
    (usual.0, usual.1 as f64 / records.len().max(1) as f64)
}

/// The delimiter that cuts most records into equally many fields, with the header like them; `,` if none cuts any.
pub(super) fn delimiter(text: &[u8], at_end: bool) -> u8 {
    let mut best = (b',', 0.0, 0);
    for delimiter in DELIMITERS {
        let records = records(text, delimiter, at_end);
        let (len, share) = usual_len(&records);
        if len < 2 {
            continue;
        }
        let is_headed = records.first().is_some_and(|header| header.len() == len);
        let score = if is_headed { share } else { share / 2.0 };
        if score > best.1 || score == best.1 && len > best.2 {
            best = (delimiter, score, len);
        }
    }
    best.0
}

/// The marks in the numbers of a file whose delimiter is `;`: a decimal comma if cells look like it and none has a
/// decimal point; then a point between thousands, if a cell has both.
pub(super) fn marks(records: &[ByteRecord]) -> Marks {
    let point = Marks { decimal: b'.', thousands: None };
    let comma = Marks { decimal: b',', thousands: None };
    let grouped = Marks { decimal: b',', thousands: Some(b'.') };
    let (mut n_comma, mut n_grouped, mut n_point) = (0, 0, 0);
    for cell in records.iter().flatten() {
        let (has_point, has_comma) = (cell.contains(&b'.'), cell.contains(&b','));
        let is = |marks| number::parse(cell, marks).is_some();
        n_comma += usize::from(has_comma && !has_point && is(comma));
        n_grouped += usize::from(has_comma && has_point && is(grouped));
        // `1.234` may be either.
        n_point += usize::from(has_point && is(point) && !is(grouped));
    }
    match (n_comma + n_grouped > 0 && n_point == 0, n_grouped > 0) {
        (true, true) => grouped,
        (true, false) => comma,
        (false, _) => point,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters() {
        for (text, expected) in [
            ("a,b\n1,2\n", b','),
            ("a;b;c\n44;14,5;x\n2;92,25;y\n", b';'),
            ("name;note\nx;hello, you\ny;well, well\n", b';'),
            ("a\tb\n1\t2,5\n", b'\t'),
            ("a|b\n1|2\n", b'|'),
            ("a\n1\n", b','),
            ("tags,n\nx;y,1\nx;z,2\n", b','),
            ("\"a;b\",c\n\"x;y\",2\n", b','),
            ("Report 2018\n\na;b;c\n1;2;3\n", b';'),
        ] {
            assert_eq!(delimiter(text.as_bytes(), true), expected, "{text}");
        }
    }

    #[test]
    fn decimal_marks() {
        let found = |text: &str| {
            let marks = marks(&records(text.as_bytes(), b';', true));
            (char::from(marks.decimal), marks.thousands.map(char::from))
        };
        assert_eq!(found("a;b\n14,5;x\n1.234,5;y\n"), (',', Some('.')));
        assert_eq!(found("a;b\n14,5;1.234\n"), (',', None));
        assert_eq!(found("a;b\n14,5;2.5\n"), ('.', None));
        assert_eq!(found("a;b\n14.5;x, y\n"), ('.', None));
    }
}
