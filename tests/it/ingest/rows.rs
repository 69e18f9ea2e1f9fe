//! Rows read again through the index are the file's own cells.

use pipette::ingest::{IngestOptions, Ingested, LongRows, RowIndex};

use super::read_in_pieces;

/// Rows `start..start + count`, read from the bytes that the index asks for.
fn rows(bytes: &[u8], index: &RowIndex, start: u64, count: u64) -> Vec<Vec<String>> {
    let range = index.byte_range(start, count);
    index.read_rows(&bytes[range.start as usize..range.end as usize], start, count)
}

/// Checks all rows, and windows that begin anywhere, against the cells that were written.
fn check(bytes: &[u8], options: &IngestOptions, written: &[Vec<String>]) -> Ingested {
    let ingested = read_in_pieces(bytes, options, &[70_001]).unwrap();
    // An index survives its storage.
    let json = serde_json::to_string(&ingested.index).unwrap();
    let index: RowIndex = serde_json::from_str(&json).unwrap();
    assert_eq!(index, ingested.index);
    assert_eq!(index.n_rows(), written.len() as u64);
    for (start, count) in
        [(0, 10), (0, u64::MAX), (1000, 50), (1023, 2), (1024, 1), (2500, 100), (written.len() as u64 - 1, 5)]
    {
        let start = start.min(written.len() as u64);
        let end = start.saturating_add(count).min(written.len() as u64);
        assert_eq!(rows(bytes, &index, start, count), written[start as usize..end as usize], "{start}, {count}");
    }
    assert_eq!(rows(bytes, &index, written.len() as u64, 5), Vec::<Vec<String>>::new());
    // Rows near each other need few bytes.
    assert!(index.byte_range(2048, 100).end - index.byte_range(2048, 100).start < bytes.len() as u64 / 2);
    ingested
}

/// A file with all that the reader skips or mends, and the rows that stay.
fn awkward(long_rows: LongRows) -> (String, Vec<Vec<String>>) {
    let mut text = "\n  \nid,note,n\n".to_owned();
    let mut rows = Vec::new();
    for row in 0..5000 {
        let (record, cells) = match row % 9 {
            0 => (
                format!("{row},\"two\nlines, é 😀\",1.50\n"),
                vec![row.to_string(), "two\nlines, é 😀".into(), "1.50".into()],
            ),
            1 => (
                format!("\n \t \n{row},\"say \"\"hi\"\"\",NA\r\n"),
                vec![row.to_string(), "say \"hi\"".into(), "NA".into()],
            ),
            2 => (format!("{row},x\r"), vec![row.to_string(), "x".into(), String::new()]),
            3 => (format!("{row},x,1,too,long\n"), vec![row.to_string(), "x".into(), "1".into()]),
            4 => (format!("{row},\"x\"y, 7 \n"), vec![row.to_string(), "xy".into(), " 7 ".into()]),
            _ => (format!("{row},plain,2\n"), vec![row.to_string(), "plain".into(), "2".into()]),
        };
        text += &record;
        if row % 9 != 3 || long_rows == LongRows::Cut {
            rows.push(cells);
        }
    }
    (text, rows)
}

#[test]
fn skipped_and_quoted_records() {
    for long_rows in [LongRows::Skip, LongRows::Cut] {
        let (text, written) = awkward(long_rows);
        let options = IngestOptions { long_rows, ..IngestOptions::default() };
        let ingested = check(text.as_bytes(), &options, &written);
        assert_eq!(ingested.summary.problems.first.len(), 1000);
    }
}

#[test]
fn utf16_and_windows_1252() {
    let (text, written) = awkward(LongRows::Skip);
    for (mark, unit) in [([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]), ([0xfe, 0xff], u16::to_be_bytes)] {
        let bytes: Vec<u8> = mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect();
        check(&bytes, &IngestOptions::default(), &written);
    }
    let text = text.replace(" 😀", "");
    let latin: Vec<u8> = text.chars().map(|character| character as u8).collect();
    let written: Vec<Vec<String>> =
        written.iter().map(|row| row.iter().map(|cell| cell.replace(" 😀", "")).collect()).collect();
    check(&latin, &IngestOptions::default(), &written);
    check(&[b"\xef\xbb\xbf".to_vec(), text.into_bytes()].concat(), &IngestOptions::default(), &written);
}

#[test]
fn no_header_trailing_delimiters_and_one_column() {
    let text: String = (0..3000).map(|row| format!("{row};\"a;b\";\n")).collect();
    let written: Vec<Vec<String>> =
        (0..3000).map(|row: u32| vec![row.to_string(), "a;b".into(), String::new()]).collect();
    let options = IngestOptions { has_header: false, ..IngestOptions::default() };
    check(text.as_bytes(), &options, &written);

    let headed = format!("n;t\n{text}");
    let without: Vec<Vec<String>> = written.iter().map(|row| row[..2].to_vec()).collect();
    check(headed.as_bytes(), &IngestOptions::default(), &without);

    // A quoted blank cell is a row, a blank line is none.
    let text: String = "a\n".chars().chain((0..1500).flat_map(|_| "\"  \"\n  \n\"\"\n1\n".chars())).collect();
    let written: Vec<Vec<String>> = (0..1500).flat_map(|_| ["  ", "", "1"]).map(|cell| vec![cell.to_owned()]).collect();
    check(text.as_bytes(), &IngestOptions::default(), &written);
}

#[test]
fn what_an_unclosed_quote_swallowed_is_left_out() {
    let mut text = "a,b\n".to_owned();
    (0..3000).for_each(|row| text += &format!("{row},x\n"));
    text += "oops,\"never closed\n";
    (0..3000).for_each(|row| text += &format!("{row},y\n"));
    let written: Vec<Vec<String>> = ["x", "y"]
        .iter()
        .flat_map(|cell| (0..3000).map(move |row| vec![row.to_string(), (*cell).to_owned()]))
        .collect();
    let ingested = check(text.as_bytes(), &IngestOptions::default(), &written);
    let problem = &ingested.summary.problems.first[0];
    assert_eq!((ingested.summary.problems.count, problem.line), (1, 3002));
    assert!(problem.reason.contains("line 3002 in column b"), "{}", problem.reason);
}
