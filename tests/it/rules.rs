//! Every rule against pandas: `golden/rules.json` (pandas 3.1.1) holds one mixed table, and for each rule its pandas
//! code and what that code made of the table (`tests/python/rules.py`). Each rule has to give the same code and table.

use std::collections::BTreeSet;

use pipette::base::Coded;
use pipette::clean::{RULES, Rule, clean, course_rules, preview, suggestions};
use pipette::ingest::{IngestOptions, IngestSummary, Outcome, Reader};
use pipette::table::{Column, ColumnData, DataType, Labels, MISSING_CODE, MISSING_TIME, Table};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/rules.json")).unwrap()
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Null => f64::NAN,
        Value::Bool(flag) => f64::from(u8::from(*flag)),
        Value::String(text) if text == "Infinity" => f64::INFINITY,
        Value::String(text) if text == "-Infinity" => f64::NEG_INFINITY,
        other => other.as_f64().unwrap(),
    }
}

fn column(stored: &Value) -> Column {
    let values = stored["values"].as_array().unwrap();
    let name = stored["name"].as_str().unwrap();
    let numbers = || values.iter().map(number).collect::<Vec<f64>>();
    match stored["kind"].as_str().unwrap() {
        "time" => {
            let times = values.iter().map(|value| value.as_i64().unwrap_or(MISSING_TIME)).collect();
            Column::new(name, DataType::Timestamp, ColumnData::Timestamp(times))
        }
        "boolean" => Column::new(name, DataType::Boolean, ColumnData::Number(numbers())),
        "number" => {
            let whole = numbers().iter().all(|number| number.is_nan() || number.fract() == 0.0);
            let data_type = if whole { DataType::Integer } else { DataType::Float };
            Column::new(name, data_type, ColumnData::Number(numbers()))
        }
        _ => {
            let mut labels = Labels::default();
            let codes =
                values.iter().map(|value| value.as_str().map_or(MISSING_CODE, |text| labels.code(text).unwrap()));
            let codes = codes.collect();
            Column::new(name, DataType::Category, ColumnData::Category { codes, labels: labels.into_vec() })
        }
    }
}

fn table(stored: &Value) -> Table {
    let columns: Vec<Column> = stored.as_array().unwrap().iter().map(column).collect();
    let n_rows = columns.first().map_or(0, Column::len);
    Table::new(columns, n_rows)
}

/// The table of a case: columns that are only named stand there as before, in the rows that are left.
fn result(case: &Value, before: &Table) -> Table {
    let rows: Vec<u32> = match case["rows"].as_array() {
        Some(rows) => rows.iter().map(|row| u32::try_from(row.as_u64().unwrap()).unwrap()).collect(),
        None => (0..u32::try_from(before.n_rows()).unwrap()).collect(),
    };
    let columns = case["result"].as_array().unwrap().iter().map(|stored| match stored.get("kind") {
        Some(_) => column(stored),
        None => before.column(stored["name"].as_str().unwrap()).unwrap().take(&rows),
    });
    Table::new(columns.collect(), rows.len())
}

#[track_caller]
fn check_equal(case: &str, found: &Table, expected: &Table) {
    let names = |table: &Table| table.columns().iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(found), names(expected), "{case}");
    assert_eq!(found.n_rows(), expected.n_rows(), "{case}");
    for (found, expected) in found.columns().iter().zip(expected.columns()) {
        for row in 0..expected.len() {
            let place = format!("{case}\n{} in row {row}", found.name);
            assert_eq!(found.is_missing(row), expected.is_missing(row), "{place}");
            if expected.is_missing(row) {
                continue;
            }
            match (found.numbers(), expected.numbers()) {
                (Some(found), Some(expected)) => {
                    let (found, expected) = (found[row], expected[row]);
                    // 1e-13 relative: logarithms and sums in another order.
                    let is_near = (found - expected).abs() <= 1e-13 * expected.abs();
                    assert!(found == expected || is_near, "{place}: {found} is not {expected}");
                }
                _ => assert_eq!(found.cell_text(row), expected.cell_text(row), "{place}"),
            }
        }
        // An all-missing column of pandas has no type to compare.
        if expected.n_missing() < expected.len() {
            let kind = |column: &Column| (column.data_type.is_numeric(), column.data_type == DataType::Boolean);
            assert_eq!(kind(found), kind(expected), "{case}\n{}", found.name);
        }
    }
}

#[test]
fn every_rule_gives_what_pandas_gives() {
    let golden = golden();
    let before = table(&golden["table"]);
    let cases = golden["cases"].as_array().unwrap();
    let mut seen = BTreeSet::new();
    for case in cases {
        let text = case["rule"].to_string();
        let rule: Rule = serde_json::from_value(case["rule"].clone()).unwrap();
        seen.insert(rule.name());
        let (after, summary) =
            clean(&before, std::slice::from_ref(&rule)).unwrap_or_else(|error| panic!("{text}: {error}"));
        let effect = &summary.effects[0];
        check_equal(&text, &after, &result(case, &before));
        let code = case["python"].as_str().unwrap();
        assert!(effect.python == code || rule.python() == code, "{text}: {}", effect.python);
        assert_eq!(effect.rows_after, after.n_rows() as u64);
        assert_eq!(effect.leaks, effect.leak.is_some());
        // The preview tells of the same change, and a rule reads back as it was written.
        let seen_before = preview(&before, std::slice::from_ref(&rule), 0, 5).unwrap();
        assert_eq!(seen_before.sentence, effect.sentence);
        assert_eq!(seen_before.n_removed, (before.n_rows() - after.n_rows()) as u64, "{text}");
        assert_eq!(serde_json::from_str::<Rule>(&serde_json::to_string(&rule).unwrap()).unwrap(), rule);
    }
    // No rule without a case.
    assert_eq!(seen, RULES.iter().map(|info| info.name).collect());
}

fn ingest(csv: &[u8]) -> (Table, IngestSummary) {
    let mut reader = Reader::new("file.csv", &IngestOptions::default()).unwrap();
    loop {
        reader.push(csv).unwrap();
        match reader.finish().unwrap() {
            Outcome::Done(finishing) => {
                let ingested = finishing.finish();
                return (ingested.table, ingested.summary);
            }
            Outcome::Again(again) => reader = *again,
        }
    }
}

fn rules(json: &str) -> Vec<Rule> {
    serde_json::from_str(json).unwrap()
}

/// `golden/olist_dirty.json` (pandas 3.1.1): the course's rules on a file with more gaps, and two ways out of them.
#[test]
fn the_dirty_file_is_cleaned_as_pandas_does() {
    let golden: Value = serde_json::from_str(include_str!("../golden/olist_dirty.json")).unwrap();
    let (table, _) = ingest(include_bytes!("../cases/olist_dirty.csv"));
    for (name, missing) in golden["nulls"].as_object().unwrap() {
        assert_eq!(table.column(name).unwrap().n_missing() as u64, missing.as_u64().unwrap(), "{name}");
    }
    let (cleaned, summary) = clean(&table, &course_rules()).unwrap();
    let steps = golden["clean"].as_array().unwrap();
    for (filled, step) in summary.effects[1].filled.iter().zip(&steps[1..5]) {
        assert_eq!(
            (filled.column.as_str(), filled.cells),
            (step["column"].as_str().unwrap(), step["filled"].as_u64().unwrap())
        );
        assert_eq!(filled.value.parse::<f64>().unwrap(), step["median"].as_f64().unwrap());
    }
    let shape = |table: &Table| serde_json::json!([table.n_rows(), table.columns().len()]);
    let (dropped, _) = clean(&cleaned, &rules(r#"[{"rule": "drop_missing"}]"#)).unwrap();
    assert_eq!(shape(&dropped), golden["after_dropna"]["shape"]);
    let rest =
        r#"[{"rule": "drop_missing", "columns": ["review_score"]}, {"rule": "fill_missing", "strategy": "median"}]"#;
    let (_, early) = clean(&table, &course_rules()[..1]).unwrap();
    assert_eq!(serde_json::json!([early.rows, early.columns.len()]), steps[0]["shape"]);
    let (filled, summary) = clean(&cleaned, &rules(rest)).unwrap();
    let expected = &golden["after_median_all_drop_missing_target"];
    assert_eq!(shape(&filled), expected["shape"]);
    for done in &summary.effects[1].filled {
        assert_eq!(
            done.value.parse::<f64>().unwrap(),
            expected["medians"][&done.column].as_f64().unwrap(),
            "{}",
            done.column
        );
    }
    assert!(filled.columns().iter().all(|column| column.n_missing() == 0));
}

#[test]
fn every_error_names_its_rule_and_a_remedy() {
    let mut csv = "n,c,d,s\n1,a,2018-01-17,\n2,b,2018-01-18,\n,a,,\n".to_owned();
    csv.push_str("4,,2018-01-20,\n");
    let (table, _) = ingest(csv.as_bytes());
    let refused = |json: &str| clean(&table, &rules(json)).unwrap_err();
    for (json, code, words) in [
        (r#"[{"rule": "rename_columns", "pairs": [["n", "c"]]}]"#, "clean.column_exists", "second column \"c\""),
        (r#"[{"rule": "filter_rows", "expression": "n > 10"}]"#, "clean.no_rows", "loosen"),
        (r#"[{"rule": "filter_rows", "expression": "n > 'x'"}]"#, "clean.expression", "at character 1 "),
        (r#"[{"rule": "filter_rows", "expression": ""}]"#, "clean.incomplete", "empty"),
        (r#"[{"rule": "drop_columns", "columns": []}]"#, "clean.incomplete", "Choose at least one column"),
        (
            r#"[{"rule": "drop_columns", "columns": ["n"]}, {"rule": "filter_rows", "expression": "n > 1"}]"#,
            "clean.unknown_column",
            "rule 1 has dropped it",
        ),
        (r#"[{"rule": "date_parts", "column": "c", "parts": ["year"]}]"#, "clean.wrong_type", "parse_dates"),
        (r#"[{"rule": "days_between", "start": "n", "end": "d", "name": "x"}]"#, "clean.wrong_type", "float column"),
        (r#"[{"rule": "clip_outliers", "columns": ["c"]}]"#, "clean.wrong_type", "Take it out"),
        (r#"[{"rule": "drop_correlated", "columns": ["c", "n"]}]"#, "clean.wrong_type", "correlate"),
        (r#"[{"rule": "clean_text", "columns": ["n"]}]"#, "clean.wrong_type", "tidy"),
        (r#"[{"rule": "cast_type", "columns": ["c"], "to": "float"}]"#, "clean.unreadable", "\"a\" in \"c\""),
        (r#"[{"rule": "parse_dates", "columns": ["c"]}]"#, "clean.unreadable", "format"),
        (
            r#"[{"rule": "replace_values", "columns": ["n"], "pairs": [[1, "one"]]}]"#,
            "clean.value_does_not_fit",
            "\"one\"",
        ),
        (r#"[{"rule": "sample_rows", "n": 5}]"#, "clean.too_few_rows", "at most 4"),
    ] {
        let error = refused(json);
        let message = error.to_string();
        assert_eq!(error.code(), code, "{json}: {message}");
        assert!(message.starts_with("Rule ") && message.contains(words), "{json}: {message}");
    }
}

#[test]
fn free_text_says_that_its_values_are_not_kept() {
    let text = Column::new("s", DataType::Text, ColumnData::Text { missing: pipette::table::Bitmap::zeros(2) });
    let table = Table::new(vec![text, Column::float("x", vec![1.0, 2.0])], 2);
    for json in [
        r#"{"rule": "drop_duplicates"}"#,
        r#"{"rule": "fill_missing", "columns": ["x"], "strategy": "mean", "group_by": ["s"]}"#,
        r#"{"rule": "replace_values", "columns": ["s"], "pairs": [["a", "b"]]}"#,
        r#"{"rule": "clean_text", "columns": ["s"]}"#,
        r#"{"rule": "cast_type", "columns": ["s"], "to": "category"}"#,
        r#"{"rule": "parse_dates", "columns": ["s"]}"#,
        r#"{"rule": "date_parts", "column": "s", "parts": ["year"]}"#,
        r#"{"rule": "drop_constant", "columns": ["s"]}"#,
        r#"{"rule": "drop_near_constant", "columns": ["s"]}"#,
    ] {
        let error = clean(&table, &[serde_json::from_str(json).unwrap()]).unwrap_err();
        assert_eq!(error.code(), "clean.text_not_kept", "{json}");
        assert!(error.to_string().contains("category in the ingest step"), "{error}");
    }
    // What needs no values works, and rules over all columns pass it over.
    for json in [
        r#"{"rule": "filter_rows", "expression": "s is not null"}"#,
        r#"{"rule": "add_missing_indicator", "columns": ["s"]}"#,
        r#"{"rule": "rename_columns", "pairs": [["s", "t"]]}"#,
        r#"{"rule": "clean_text", "case": "lower"}"#,
        r#"{"rule": "drop_constant"}"#,
        r#"{"rule": "fill_missing", "strategy": "ffill"}"#,
    ] {
        clean(&table, &[serde_json::from_str(json).unwrap()]).unwrap();
    }
}

#[test]
fn a_profile_suggests_rules_that_run() {
    let mut csv = "id,one,city,when,written,sparse,mostly,x,far,y\n".to_owned();
    for row in 0..60 {
        let city = ["Rio", " Rio", "São Paulo", ""][row % 4];
        let x = if row % 7 == 0 { String::new() } else { (row * 3 % 17).to_string() };
        let far = if row == 30 { 100_000 } else { row * 7 % 23 };
        let y = if row == 5 { String::new() } else { format!("{}.5", row % 9) };
        let sparse = if row % 10 == 0 { row.to_string() } else { String::new() };
        let mostly = u8::from(row == 12);
        let day = row % 28 + 1;
        csv.push_str(&format!("{row},7,{city},2018-01-{day:02},{day:02}/01/2018,{sparse},{mostly},{x},{far},{y}\n"));
    }
    let (table, summary) = ingest(csv.as_bytes());
    let found = suggestions(&summary, "y", &[]);
    let named: Vec<(&str, Vec<String>)> =
        found.iter().map(|suggestion| (suggestion.rule.name(), suggestion.rule.columns())).collect();
    let has = |rule: &str, column: &str| {
        named.iter().any(|(name, columns)| *name == rule && columns.contains(&column.to_string()))
    };
    assert!(has("drop_constant", "one"), "{named:?}");
    assert!(has("drop_mostly_missing", "sparse"), "{named:?}");
    assert!(has("drop_near_constant", "mostly"), "{named:?}");
    assert!(has("drop_columns", "id"), "{named:?}");
    assert!(has("clean_text", "city"), "{named:?}");
    assert!(has("date_parts", "when"), "{named:?}");
    assert!(has("parse_dates", "written"), "{named:?}");
    assert!(has("drop_missing", "y"), "{named:?}");
    assert!(has("fill_missing", "x") && has("fill_missing", "city"), "{named:?}");
    assert!(has("clip_outliers", "far"), "{named:?}");
    // All of them together run, and leave nothing to suggest of what they did.
    let all: Vec<Rule> = found.iter().map(|suggestion| suggestion.rule.clone()).collect();
    let (cleaned, _) = clean(&table, &all).unwrap();
    assert!(cleaned.columns().iter().all(|column| column.n_missing() == 0));
    assert_eq!(suggestions(&summary, "y", &all), []);
    for suggestion in &found {
        assert!(suggestion.reason.ends_with('.') && suggestion.rule.problem().is_none(), "{}", suggestion.reason);
    }
    // The target is never dropped, and a file without rows suggests nothing that fails.
    assert!(!named.iter().any(|(name, columns)| name.starts_with("drop_c") && columns.contains(&"y".to_string())));
}
