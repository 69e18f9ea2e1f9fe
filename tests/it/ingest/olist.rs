//! The profile of tests/cases/olist.csv against pandas 3.1.1 (tests/golden/olist.json, by make_golden.py).

use std::{fs, path::Path};

use pipette::{
    ingest::{ColumnProfile, guess_target},
    table::DataType,
};
use serde_json::Value;

use super::{notes, read};

#[track_caller]
fn assert_close(found: Option<f64>, expected: &Value, relative: f64, place: &str) {
    let expected = expected.as_f64().unwrap();
    let found = found.unwrap_or(f64::NAN);
    assert!((found - expected).abs() <= relative * expected.abs(), "{place}: {found}, not {expected}");
}

#[test]
fn profile_is_pandas_describe() {
    let tests = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"));
    let golden: Value = serde_json::from_slice(&fs::read(tests.join("golden/olist.json")).unwrap()).unwrap();
    let bytes = fs::read(tests.join("cases/olist.csv")).unwrap();
    let ingested = read(&bytes);
    let summary = &ingested.summary;
    assert_eq!((summary.rows, summary.bytes), (5000, golden["bytes"].as_u64().unwrap()));
    let names: Vec<&str> = golden["columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(summary.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), names);

    let mut n_described = 0;
    for column in &summary.columns {
        let nulls = golden["nulls"][&column.name].as_u64().unwrap_or(0);
        assert_eq!((column.missing, column.count), (nulls, 5000 - nulls), "{}", column.name);
        let expected = &golden["describe"][&column.name];
        if expected.is_null() {
            assert!(!column.data_type.is_numeric(), "{}", column.name);
            continue;
        }
        n_described += 1;
        check_describe(column, expected);
    }
    assert_eq!(n_described, golden["describe"].as_object().unwrap().len());
    for column in &summary.columns {
        let dtype = golden["dtypes"][&column.name].as_str().unwrap();
        let expected = match column.data_type {
            DataType::Integer => "int64",
            DataType::Float => "float64",
            _ => "str",
        };
        assert_eq!(dtype, expected, "{}", column.name);
    }
    assert_eq!(notes(&ingested), [""; 0]);
    assert_eq!(guess_target(&summary.columns).as_deref(), Some("review_score"));
}

fn check_describe(column: &ColumnProfile, expected: &Value) {
    let name = &column.name;
    for (found, key, relative) in [
        (Some(column.count as f64), "count", 0.0),
        // Sums in another order differ in the last bits only.
        (column.mean, "mean", 1e-14),
        (column.sd, "std", 1e-13),
        // serde_json (without its feature float_roundtrip) may miss the golden number's last bit.
        (column.min, "min", f64::EPSILON),
        (column.q1, "25%", f64::EPSILON),
        (column.median, "50%", f64::EPSILON),
        (column.q3, "75%", f64::EPSILON),
        (column.max, "max", f64::EPSILON),
    ] {
        assert_close(found, &expected[key], relative, &format!("{name} {key}"));
    }
    let histogram = column.histogram.as_ref().unwrap();
    assert_eq!(histogram.counts.iter().sum::<u64>(), column.count, "{name}");
    if column.distinct <= 10 {
        assert_eq!(column.top.iter().map(|value| value.count).sum::<u64>(), column.count, "{name}");
    }
}

#[test]
fn times_categories_and_texts() {
    let bytes = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/olist.csv")).unwrap();
    let ingested = read(&bytes);
    let column = |name: &str| ingested.summary.columns.iter().find(|column| column.name == name).unwrap().clone();
    // Counted with Python's csv module over the same file.
    let states = column("customer_state");
    assert_eq!((states.data_type, states.top[0].value.as_str()), (DataType::Category, "SP"));
    let purchased = column("order_purchase_timestamp");
    assert_eq!(purchased.data_type, DataType::Timestamp);
    let millis = |text: &str| {
        let time = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
        Some(time.and_utc().timestamp_millis() as f64)
    };
    assert_eq!(purchased.example.as_deref(), Some("2017-05-24 19:01:16"));
    assert_eq!((purchased.min, purchased.max), (millis("2016-09-04 03:14:37"), millis("2018-10-17 23:53:48")));
    assert_eq!((states.top[0].count, states.top[1].count), (1647, 836));
    assert_eq!((column("order_id").distinct, column("review_comment_message").distinct), (5000, 144));
    assert_eq!(column("customer_city").distinct, 16);
}
