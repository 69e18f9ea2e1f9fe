//! However the bytes are cut, the result is the same.

use pipette::{
    ingest::{IngestOptions, Ingested, LongRows},
    table::to_bytes,
};
use proptest::prelude::*;

use super::read_in_pieces;

/// Everything that ingest gives, comparable: NaN, which is missing, equals itself as bytes.
fn result(bytes: &[u8], options: &IngestOptions, sizes: &[usize]) -> Result<(Vec<u8>, String), String> {
    let ingested: Ingested = read_in_pieces(bytes, options, sizes).map_err(|error| error.to_string())?;
    Ok((to_bytes(&ingested.table), format!("{:?} {:?}", ingested.summary, ingested.index)))
}

/// Text that looks like CSV at its worst.
fn csv() -> impl Strategy<Value = Vec<u8>> {
    let cell = prop_oneof![
        8 => prop::sample::select(vec![
            "", "1", "2.5", "-3", "x", "NA", "True", "False", "2018-01-17", " ", "é", "007", "\"\"", "\"a\"", "\"a,b\"",
            "\"two\nlines\"", "\"r\r\n\"", "\"q\"\"q\"", "\"x\"y", "x\"y", "9007199254740993", "1e5", "inf", "?",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => Just(b"\"".to_vec()),
        1 => Just(b"\xff\x93".to_vec()),
    ];
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r", "\n\n", "\n \n"]);
    let record = (prop::collection::vec(cell, 1..5), end)
        .prop_map(|(cells, end)| [cells.join(&b","[..]), end.as_bytes().to_vec()].concat());
    prop::collection::vec(record, 0..40).prop_map(|records| records.concat())
}

proptest! {
    #[test]
    fn any_cut_gives_the_same(bytes in csv(), sizes in prop::collection::vec(1_usize..40, 1..6), cut in any::<bool>()) {
        let options = IngestOptions { long_rows: if cut { LongRows::Cut } else { LongRows::Skip }, ..IngestOptions::default() };
        let whole = result(&bytes, &options, &[]);
        prop_assert_eq!(result(&bytes, &options, &sizes), whole.clone());
        prop_assert_eq!(result(&bytes, &options, &[1]), whole);
    }
}

/// A file much longer than what is looked at before reading begins, with a column that turns out to be text at the end.
#[test]
fn long_files_in_pieces() {
    let mut bytes = b"id,n,late,when,note\n".to_vec();
    for row in 0..40_000 {
        let late = if row == 39_000 { "?".to_owned() } else { row.to_string() };
        let note = if row % 7 == 0 { format!("\"line {row}\nand \"\"more\"\"\"") } else { String::new() };
        bytes.extend_from_slice(
            format!("o{row},{}.25,{late},2018-01-17 10:00:{:02},{note}\r\n", row % 50, row % 60).as_bytes(),
        );
    }
    let options = IngestOptions::default();
    let whole = result(&bytes, &options, &[]);
    let (_, summary) = whole.clone().unwrap();
    assert!(summary.contains("extra_missing_tokens"));
    for sizes in [&[1 << 20][..], &[300_000], &[65_536, 1], &[4_099], &[97]] {
        assert_eq!(result(&bytes, &options, sizes), whole, "{sizes:?}");
    }
}

#[test]
fn a_file_that_changes_between_passes_is_refused() {
    let file = |last: &str| {
        let mut text = "a\n".to_owned();
        (0..100_000).for_each(|row| text += &format!("{row}\n"));
        text + last
    };
    let mut reader = pipette::ingest::Reader::new("test.csv", &IngestOptions::default()).unwrap();
    reader.push(file("two\n").as_bytes()).unwrap();
    let pipette::ingest::Outcome::Again(mut again) = reader.finish().unwrap() else {
        panic!("widened without a second pass")
    };
    again.push(file("three\n").as_bytes()).unwrap();
    let error = again.finish().unwrap_err();
    assert_eq!(pipette::base::Coded::code(&error), "ingest.file_changed");
}

/// A quote that is not closed within the longest record is left out with its line, as at the file's end.
#[test]
fn a_quote_does_not_swallow_a_large_file() {
    let bytes = [b"a,b\n1,\"".to_vec(), b"2,3\n".repeat(18 << 20)].concat();
    let ingested = read_in_pieces(&bytes, &IngestOptions::default(), &[1 << 20]).unwrap();
    let problems = &ingested.summary.problems;
    assert_eq!((problems.count, problems.skipped, problems.first[0].line), (1, 1, 2));
    assert_eq!(ingested.summary.rows, (18 << 20) - 1);
}

/// Closed by the next quote in the file, which was meant to open: kept as pandas reads it, but not in silence.
#[test]
fn a_quote_that_closes_too_late_is_listed() {
    let bytes = b"a,b\n1,\"open\n2,x\n3,\"y\"\n4,\"two\nlines\"\n";
    let ingested = read_in_pieces(bytes, &IngestOptions::default(), &[]).unwrap();
    let problems = &ingested.summary.problems;
    assert_eq!((ingested.summary.rows, problems.count, problems.skipped), (2, 1, 0));
    assert_eq!((problems.first[0].line, problems.first[0].kind), (2, pipette::ingest::ProblemKind::UnclosedQuote));
}

#[test]
fn what_is_no_csv_is_refused_with_little_memory() {
    let code = |bytes: &[u8]| {
        let error = read_in_pieces(bytes, &IngestOptions::default(), &[100_000]).unwrap_err();
        pipette::base::Coded::code(&error)
    };
    assert_eq!(code(b"PK\x03\x04rest"), "ingest.wrong_format");
    assert_eq!(code(&(0..=255).cycle().take(10_000).collect::<Vec<u8>>()), "ingest.binary");
    assert_eq!(code(&b"x".repeat(70 << 20)), "ingest.record_too_long");
    assert_eq!(code(b"\"a,b\n1,2\n"), "ingest.unclosed_quote");
    let utf8 = IngestOptions { encoding: Some("utf-8".into()), ..IngestOptions::default() };
    let error = read_in_pieces(b"a,b\n1,x\n2,\xff\n", &utf8, &[3]).unwrap_err();
    assert!(error.to_string().starts_with("Line 3 is not UTF-8"), "{error}");
}
