//! 71 awkward files (tests/cases/messy) against what pandas 3.1.1 makes of them (tests/golden/messy.json, by
//! make_golden.py), or, where the golden file's `expected` says otherwise, against that: such cases have an entry here.

use std::{fs, path::Path};

use pipette::{
    base::Coded,
    ingest::{Encoding, IngestOptions, Ingested, LongRows, ProblemKind},
    table::{ColumnData, DataType},
};
use serde_json::{Value, json};

use super::{notes, read_in_pieces};

/// What a case must give.
#[derive(Default)]
struct Expected {
    /// An error's code instead of a table.
    error: Option<&'static str>,
    rows: usize,
    columns: Vec<String>,
    /// pandas' dtypes, or ours where a deviation says so.
    types: Vec<String>,
    nulls: Vec<u64>,
    head: Vec<Vec<Value>>,
    notes: Vec<&'static str>,
    problems: u64,
    delimiter: Option<char>,
    encoding: Option<Encoding>,
}

impl Expected {
    /// From pandas' answer, as far as it is one.
    fn from_pandas(answer: &Value) -> Self {
        let texts = |key: &str| answer[key].as_array().into_iter().flatten().map(text).collect();
        Self {
            rows: answer["shape"][0].as_u64().unwrap_or(0) as usize,
            columns: texts("columns"),
            types: texts("dtypes"),
            nulls: answer["nulls"].as_array().into_iter().flatten().map(|n| n.as_u64().unwrap()).collect(),
            head: serde_json::from_value(answer["head"].clone()).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// A table that pandas does not make.
    fn table(columns: &[&str], types: &[&str], head: Value) -> Self {
        let head: Vec<Vec<Value>> = serde_json::from_value(head).unwrap();
        Self {
            rows: head.len(),
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            types: types.iter().map(|name| (*name).to_owned()).collect(),
            nulls: vec![0; columns.len()],
            head,
            ..Self::default()
        }
    }

    fn error(code: &'static str) -> Self {
        Self { error: Some(code), ..Self::default() }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// What the golden file asks of a case: pandas' answer where `expected` is silent or agrees, else the deviation.
fn expected(name: &str, case: &Value) -> Expected {
    let pandas = || Expected::from_pandas(&case["pandas"]);
    let as_meant = || Expected::from_pandas(&case["with_options"]);
    let noted = |notes: &[&'static str]| Expected { notes: notes.to_vec(), ..pandas() };
    let typed = |types: &[&str], notes: &[&'static str]| Expected {
        types: types.iter().map(|name| (*name).to_owned()).collect(),
        notes: notes.to_vec(),
        ..pandas()
    };
    let digits = |cells: &[&str]| Expected {
        head: cells.iter().map(|cell| vec![json!(cell)]).collect(),
        ..typed(&["category"], &["big_integers id"])
    };
    match name {
        "bom_utf16le" => Expected { encoding: Some(Encoding::Utf16Le), ..as_meant() },
        "semicolon" => Expected { delimiter: Some(';'), ..as_meant() },
        "semicolon_decimal_comma" => Expected { delimiter: Some(';'), notes: vec!["decimal_comma"], ..as_meant() },
        "tab" => Expected { delimiter: Some('\t'), ..as_meant() },
        "pipe" => Expected { delimiter: Some('|'), ..as_meant() },
        "unclosed_quote" => {
            Expected { problems: 1, ..Expected::table(&["a", "b"], &["int64", "int64"], json!([[2, 3]])) }
        }
        "ragged_short" => Expected { problems: 1, ..pandas() },
        "ragged_long" => {
            Expected { problems: 1, ..Expected::table(&["a", "b"], &["int64", "int64"], json!([[1, 44], [6, 81]])) }
        }
        "all_rows_one_longer" => Expected {
            notes: vec!["extra_column"],
            ..Expected::table(&["a", "b", "Unnamed: 2"], &["int64", "int64", "str"], json!([[1, 44, "x"], [2, 2, "y"]]))
        },
        "trailing_comma" => noted(&["all_missing_column Unnamed: 2"]),
        "trailing_comma_rows_only" => Expected {
            notes: vec!["trailing_delimiter"],
            ..Expected::table(&["a", "b"], &["int64", "int64"], json!([[1, 44], [2, 2]]))
        },
        "index_column" => noted(&["index_column Unnamed: 0"]),
        "header_whitespace" => noted(&["padded_name  a ", "padded_name b\t", "padded_name  c"]),
        "empty_file" => Expected::error("ingest.empty_file"),
        "only_newlines" => Expected::error("ingest.no_header"),
        "header_only" => noted(&["no_rows"]),
        "all_missing_column" => noted(&["all_missing_column b"]),
        "constant_column" => noted(&["constant_column b"]),
        "na_tokens" => noted(&["all_missing_column token"]),
        "quoted_na" => noted(&["all_missing_column x"]),
        "na_in_numeric" => noted(&["extra_missing_tokens x"]),
        "inf_tokens" => noted(&["infinities x"]),
        "huge_floats" => noted(&["huge_values x", "infinities y", "overflow_to_infinity y"]),
        "leading_zeros" => noted(&["leading_zeros zip"]),
        // Never rounded in silence: text, with the digits as they stand.
        "big_ints" => digits(&["9007199254740993", "9007199254740995", "4611686018427387948"]),
        "int64_overflow" => digits(&["9223372036854775808", "18446744073709551615", "1"]),
        "uint64_overflow" => digits(&["18446744073709551616", "1"]),
        "int_then_big_and_negative" => noted(&["big_integers id"]),
        "booleans_na" => typed(&["bool"], &[]),
        "dates_iso" => typed(&["timestamp", "timestamp"], &[]),
        "latin1" | "windows1252" | "invalid_utf8_late" => {
            Expected { encoding: Some(Encoding::Windows1252), notes: vec!["windows_1252"], ..as_meant() }
        }
        "thousands" => noted(&["thousands x"]),
        "currency_percent" => noted(&["currency p", "percent q"]),
        "comment_lines" => Expected {
            notes: vec!["comment_lines"],
            ..Expected::table(&["# made by hand", "Unnamed: 1"], &["str", "str"], json!([["a", "b"], ["1", "44"]]))
        },
        "title_row" => Expected {
            notes: vec!["title_row"],
            ..Expected::table(
                &["Report 2018", "Unnamed: 1", "Unnamed: 2"],
                &["str", "str", "str"],
                json!([["a", "b", "c"], ["1", "2", "44"]]),
            )
        },
        "no_header_numbers" => noted(&["looks_like_no_header"]),
        "very_wide" => Expected {
            columns: (0..2000).map(|place| format!("c{place}")).collect(),
            types: vec!["int64".into(); 2000],
            nulls: vec![0; 2000],
            // Three rows of one-digit numbers: some agree by chance.
            notes: [70, 182, 359, 536, 768, 951, 990, 1159, 1198, 1413, 1765, 1818]
                .map(|place| format!("constant_column c{place}").leak() as &str)
                .to_vec(),
            ..pandas()
        },
        _ => pandas(),
    }
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))
}

fn read_case(name: &str, options: &IngestOptions) -> Result<Ingested, pipette::ingest::IngestError> {
    read_in_pieces(&fs::read(folder().join(format!("cases/messy/{name}.csv"))).unwrap(), options, &[])
}

#[test]
fn every_case_is_as_expected() {
    let golden: Value = serde_json::from_slice(&fs::read(folder().join("golden/messy.json")).unwrap()).unwrap();
    let cases = golden["cases"].as_object().unwrap();
    assert_eq!(cases.len(), 71);
    for (name, case) in cases {
        let expected = expected(name, case);
        match (read_case(name, &IngestOptions::default()), expected.error) {
            (Err(error), Some(code)) => assert_eq!(error.code(), code, "{name}"),
            (Ok(ingested), None) => check(name, &ingested, &expected),
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
}

fn check(name: &str, ingested: &Ingested, expected: &Expected) {
    let table = &ingested.table;
    let summary = &ingested.summary;
    let names: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, expected.columns, "{name}: names");
    assert_eq!(
        (table.n_rows(), summary.rows, ingested.index.n_rows()),
        (expected.rows, expected.rows as u64, expected.rows as u64),
        "{name}: rows"
    );
    assert_eq!(notes(ingested), expected.notes, "{name}: notes");
    assert_eq!(summary.problems.count, expected.problems, "{name}: problems");
    assert_eq!(summary.dialect.delimiter, expected.delimiter.unwrap_or(','), "{name}: delimiter");
    assert_eq!(summary.dialect.encoding, expected.encoding.unwrap_or(Encoding::Utf8), "{name}: encoding");
    let nulls: Vec<u64> = summary.columns.iter().map(|profile| profile.missing).collect();
    assert_eq!(nulls, expected.nulls, "{name}: missing");
    for (column, dtype) in table.columns().iter().zip(&expected.types) {
        let agrees = match dtype.as_str() {
            "int64" => column.data_type == DataType::Integer,
            "float64" => column.data_type == DataType::Float,
            "bool" => column.data_type == DataType::Boolean,
            "str" | "object" => matches!(column.data_type, DataType::Category | DataType::Text),
            ours => column.data_type.as_str() == ours,
        };
        assert!(agrees, "{name}: {} is {:?}, not {dtype}", column.name, column.data_type);
    }
    for (row, cells) in expected.head.iter().enumerate() {
        for (place, cell) in cells.iter().enumerate() {
            check_cell(name, ingested, row, place, cell);
        }
    }
}

fn check_cell(name: &str, ingested: &Ingested, row: usize, place: usize, expected: &Value) {
    let column = &ingested.table.columns()[place];
    let at = format!("{name}: row {row}, column {}", column.name);
    if expected.is_null() {
        assert!(column.is_missing(row), "{at}");
        return;
    }
    assert!(!column.is_missing(row), "{at}");
    match &*column.data {
        ColumnData::Number(values) => {
            let expected = match expected {
                Value::Bool(value) => f64::from(u8::from(*value)),
                Value::String(word) => word.parse().unwrap(),
                number => number.as_f64().unwrap(),
            };
            // serde_json (without its feature float_roundtrip) may miss the golden number's last bit; the file's own
            // digits are compared bit for bit below.
            let close = (values[row] - expected).abs() <= f64::EPSILON * expected.abs();
            assert!(values[row] == expected || close, "{at}: {}, not {expected}", values[row]);
        }
        ColumnData::Category { codes, labels } => assert_eq!(labels[usize::from(codes[row])], text(expected), "{at}"),
        ColumnData::Timestamp(values) => {
            let millis = |text: &str| {
                let text = text.trim_end_matches('Z').replace('T', " ");
                let text = if text.len() == 10 { text + " 00:00:00" } else { text };
                chrono::NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").unwrap().and_utc().timestamp_millis()
            };
            assert_eq!(values[row], millis(&text(expected)), "{at}");
        }
        ColumnData::Text { .. } => panic!("{at}: not kept"),
    }
}

#[test]
fn numbers_are_correctly_rounded() {
    for name in ["float_precision", "huge_floats", "scientific_ok", "collinear"] {
        let ingested = read_case(name, &IngestOptions::default()).unwrap();
        let bytes = fs::read(folder().join(format!("cases/messy/{name}.csv"))).unwrap();
        let cells = ingested.index.read_rows(&bytes[ingested.index.byte_range(0, 100).start as usize..], 0, 100);
        assert_eq!(cells.len(), ingested.table.n_rows());
        for (row, cells) in cells.iter().enumerate() {
            for (column, cell) in ingested.table.columns().iter().zip(cells) {
                // The standard library rounds correctly, as pandas 3's default parser does.
                assert_eq!(column.numbers().unwrap()[row], cell.parse::<f64>().unwrap(), "{name}: {cell}");
            }
        }
    }
}

#[test]
fn what_is_pointed_out_names_its_place() {
    let read = |name| read_case(name, &IngestOptions::default()).unwrap();
    let problem = |name| read(name).summary.problems.first[0].clone();

    let unclosed = problem("unclosed_quote");
    assert_eq!((unclosed.line, unclosed.kind, unclosed.text.as_str()), (2, ProblemKind::UnclosedQuote, "1,\"open 44"));
    assert!(unclosed.reason.contains("line 2 in column b"), "{}", unclosed.reason);

    let short = problem("ragged_short");
    assert_eq!((short.line, short.kind, short.text.as_str()), (3, ProblemKind::TooFewFields, "4"));

    let long = problem("ragged_long");
    assert_eq!((long.line, long.kind, long.text.as_str()), (3, ProblemKind::TooManyFields, "3,2,5"));
    assert!(long.reason.contains("3 fields for 2 columns"), "{}", long.reason);
    assert_eq!(read("ragged_long").summary.problems.skipped, 1);

    let message =
        |name, code: &str| read(name).summary.notes.iter().find(|note| note.code == code).unwrap().message.clone();
    assert!(message("title_row", "title_row").contains("line 3. If so, say skip_rows = 2"));
    assert!(message("comment_lines", "comment_lines").contains("line 2. If so, say skip_rows = 1"));
    assert!(message("inf_tokens", "infinities").contains("row 2, 3, 4, 5, 6 and more"));
    assert!(message("huge_floats", "infinities").contains("2 infinite cells, in row 1, 2."));
    assert!(message("na_in_numeric", "extra_missing_tokens").contains("\" None\""));
}

#[test]
fn what_is_offered_works() {
    let read = |name, options: &IngestOptions| read_case(name, options).unwrap();
    let default = IngestOptions::default;

    let cut = read("ragged_long", &IngestOptions { long_rows: LongRows::Cut, ..default() });
    assert_eq!(cut.table.column("b").unwrap().numbers(), Some(&[44.0, 2.0, 81.0][..]));
    assert_eq!((cut.summary.problems.count, cut.summary.problems.skipped), (1, 0));

    let title = read("title_row", &IngestOptions { skip_rows: 2, ..default() });
    assert_eq!(title.table.column("c").unwrap().numbers(), Some(&[44.0][..]));

    let comment = read("comment_lines", &IngestOptions { skip_rows: 1, ..default() });
    assert_eq!(comment.table.column("a").unwrap().numbers(), Some(&[1.0][..]));

    let bare = read("no_header_numbers", &IngestOptions { has_header: false, ..default() });
    assert_eq!(bare.table.column("0").unwrap().numbers(), Some(&[1.5, 3.5, 5.5][..]));
    assert_eq!(notes(&bare), [""; 0]);

    let thousands = read("thousands", &IngestOptions { thousands: Some(",".into()), ..default() });
    assert_eq!(thousands.table.column("x").unwrap().numbers(), Some(&[1234.0, 12_345_678.5][..]));

    let zip = [("zip".to_owned(), DataType::Category)].into();
    let codes = read("leading_zeros", &IngestOptions { types: zip, ..default() });
    assert_eq!(codes.summary.columns[0].example.as_deref(), Some("01234"));

    let float = [("id".to_owned(), DataType::Float)].into();
    let rounded = read("big_ints", &IngestOptions { types: float, ..default() });
    assert_eq!(rounded.table.column("id").unwrap().numbers().unwrap()[0], 9_007_199_254_740_992.0);

    let mut tokens: Vec<String> = pipette::ingest::PANDAS_NA_VALUES.iter().map(|token| (*token).to_owned()).collect();
    tokens.push(" None".into());
    let missing = read("na_in_numeric", &IngestOptions { na_values: Some(tokens), ..default() });
    assert_eq!(missing.table.column("x").unwrap().data_type, DataType::Float);
    assert_eq!(missing.table.column("x").unwrap().n_missing(), 4);
}

#[test]
fn a_fixed_type_is_kept_to() {
    let refused = |name, column: &str, data_type| {
        let types = [(column.to_owned(), data_type)].into();
        let error = read_case(name, &IngestOptions { types, ..IngestOptions::default() }).unwrap_err();
        assert_eq!(error.code(), "ingest.misfit");
        error.to_string()
    };
    let message = refused("mixed_types", "x", DataType::Float);
    assert_eq!(message, "Line 3, column x: \"two\" is not a number. Make the column text, or list \"two\" as missing.");
    assert!(refused("dates_other", "d", DataType::Timestamp).starts_with("Line 2, column d: \"31/12/2017\""));
    assert!(refused("scientific_ok", "x", DataType::Integer).contains("\"1E5\" is not a whole number"));
    assert!(refused("big_ints", "id", DataType::Integer).contains("2^53"));
    // Lines, not rows: a quoted cell before it holds a line break, and a blank line follows the header.
    let types = [("n".to_owned(), DataType::Integer)].into();
    let bytes = b"m,n\n\n\"two\nlines\",1\r\nx,2.5\r\n";
    let error = read_in_pieces(bytes, &IngestOptions { types, ..IngestOptions::default() }, &[]).unwrap_err();
    assert!(error.to_string().starts_with("Line 5, column n: \"2.5\""), "{error}");
}
