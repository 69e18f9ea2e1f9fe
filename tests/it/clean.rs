//! Cleaning against pandas' own answers (`golden/olist.json`, pandas 3.1.1, made by `make_golden.py`), and its laws.

use std::collections::HashMap;

use pipette::base::mean;
use pipette::clean::{CleanSummary, Rule, clean, course_rules};
use pipette::table::{Bitmap, Column, ColumnData, DataType, MISSING_CODE, Table};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::Value;

/// The synthetic orders as a table, read here so that this test needs no other room than `clean`: numbers where every
/// cell is one, else categories; an empty cell is missing.
fn olist() -> Table {
    let mut reader = csv::Reader::from_reader(include_bytes!("../cases/olist.csv").as_slice());
    let names: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    let columns = names
        .iter()
        .enumerate()
        .map(|(place, name)| column(name, &records.iter().map(|record| &record[place]).collect::<Vec<_>>()));
    Table::new(columns.collect(), records.len())
}

fn column(name: &str, cells: &[&str]) -> Column {
    let numbers: Result<Vec<f64>, _> =
        cells.iter().map(|cell| if cell.is_empty() { Ok(f64::NAN) } else { cell.parse() }).collect();
    if let Ok(numbers) = numbers {
        let is_whole = numbers.iter().all(|number| number.fract() == 0.0);
        let data_type = if is_whole { DataType::Integer } else { DataType::Float };
        return Column::new(name, data_type, ColumnData::Number(numbers));
    }
    let mut labels: Vec<String> = Vec::new();
    let mut code_of: HashMap<&str, u16> = HashMap::new();
    let codes = cells.iter().map(|cell| {
        if cell.is_empty() {
            return MISSING_CODE;
        }
        *code_of.entry(cell).or_insert_with(|| {
            labels.push((*cell).to_string());
            u16::try_from(labels.len() - 1).unwrap()
        })
    });
    let codes = codes.collect();
    Column::new(name, DataType::Category, ColumnData::Category { codes, labels })
}

fn names(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

fn column_names(summary: &CleanSummary) -> Vec<&str> {
    summary.columns.iter().map(|column| column.name.as_str()).collect()
}

#[test]
fn the_courses_rules_give_what_pandas_gives() {
    let golden: Value = serde_json::from_str(include_str!("../golden/olist.json")).unwrap();
    let steps = golden["clean"].as_array().unwrap();
    assert_eq!(steps.len(), 8);
    let table = olist();
    assert_eq!((table.n_rows(), table.columns().len()), (5000, 33));
    let (cleaned, summary) = clean(&table, &course_rules()).unwrap();
    let [drop_dates, fill_sizes, fill_comments, keep_numeric, drop_ids] = summary.effects.as_slice() else {
        panic!("the course has five rules")
    };
    let shape = |effect: &pipette::clean::RuleEffect| serde_json::json!([effect.rows_after, effect.columns_after]);

    assert_eq!(shape(drop_dates), steps[0]["shape"]);
    assert_eq!(fill_sizes.filled.len(), 4);
    assert!(fill_sizes.leaks);
    for (filled, step) in fill_sizes.filled.iter().zip(&steps[1..5]) {
        assert_eq!(filled.column, step["column"].as_str().unwrap());
        // A median is one of the values, or the middle of two: exact.
        assert_eq!(filled.value.parse::<f64>().unwrap(), step["median"].as_f64().unwrap());
        assert_eq!(filled.cells, step["filled"].as_u64().unwrap());
        let mean_after = mean(cleaned.column(&filled.column).unwrap().numbers().unwrap());
        let expected = step["mean_after"].as_f64().unwrap();
        // 1e-14 relative: pandas sums pairwise, we compensate.
        assert!((mean_after - expected).abs() <= 1e-14 * expected, "{}: {mean_after}", filled.column);
    }
    assert_eq!(
        fill_sizes.sentence,
        "Fill missing product_weight_g, product_length_cm, product_height_cm and product_width_cm with their medians (750, 25, 13, 20)"
    );
    assert_eq!(fill_comments.filled[0].column, steps[5]["column"].as_str().unwrap());
    assert_eq!(fill_comments.cells, steps[5]["filled"].as_u64().unwrap());
    assert!(!fill_comments.leaks);
    assert_eq!(shape(keep_numeric), steps[6]["shape"]);
    let (_, up_to_numeric) = clean(&table, &course_rules()[..4]).unwrap();
    assert_eq!(column_names(&up_to_numeric), names(&steps[6]["columns"]));
    assert_eq!(shape(drop_ids), steps[7]["shape"]);
    assert_eq!(column_names(&summary), names(&steps[7]["columns"]));
    assert!(summary.columns.iter().all(|column| column.missing == 0));
    assert_eq!((cleaned.n_rows(), cleaned.columns().len()), (5000, 13));
}

#[test]
fn the_python_code_is_pandas() {
    let (_, summary) = clean(&olist(), &course_rules()).unwrap();
    let code: Vec<&str> = summary.effects.iter().map(|effect| effect.python.as_str()).collect();
    assert_eq!(
        code.join("\n"),
        r#"df = df.drop(columns=["order_approved_at", "order_delivered_carrier_date", "order_delivered_customer_date", "order_estimated_delivery_date", "order_purchase_timestamp"])
df["product_weight_g"] = df["product_weight_g"].fillna(df["product_weight_g"].median())
df["product_length_cm"] = df["product_length_cm"].fillna(df["product_length_cm"].median())
df["product_height_cm"] = df["product_height_cm"].fillna(df["product_height_cm"].median())
df["product_width_cm"] = df["product_width_cm"].fillna(df["product_width_cm"].median())
df["review_comment_message"] = df["review_comment_message"].fillna("No review")
df = df.select_dtypes(include="number")
df = df.drop(columns=["customer_zip_code_prefix", "order_item_id"])"#
    );
}

fn rule(json: &str) -> Rule {
    serde_json::from_str(json).unwrap()
}

/// A table with columns a (float), b (whole), c (category) and d (text) of up to 40 rows; about a third is missing.
fn any_table() -> impl Strategy<Value = Table> {
    let number = || prop_oneof![Just(f64::NAN), (-50..50_i32).prop_map(f64::from), any::<i32>().prop_map(f64::from)];
    let row = (number(), number(), prop_oneof![Just(MISSING_CODE), 0..3_u16, 0..3_u16], any::<bool>());
    proptest::collection::vec(row, 1..40).prop_map(|rows| {
        let labels = ["x", "y", "z"].map(String::from).to_vec();
        let codes = rows.iter().map(|row| row.2).collect();
        let mut missing = Bitmap::default();
        rows.iter().for_each(|row| missing.push(row.3));
        let columns = vec![
            Column::float("a", rows.iter().map(|row| row.0 / 4.0).collect()),
            Column::new("b", DataType::Integer, ColumnData::Number(rows.iter().map(|row| row.1).collect())),
            Column::new("c", DataType::Category, ColumnData::Category { codes, labels }),
            Column::new("d", DataType::Text, ColumnData::Text { missing }),
        ];
        Table::new(columns, rows.len())
    })
}

fn fills() -> impl Strategy<Value = Rule> {
    prop_oneof![
        Just(r#"{"rule": "fill_missing", "strategy": "mean"}"#),
        Just(r#"{"rule": "fill_missing", "strategy": "median"}"#),
        Just(r#"{"rule": "fill_missing", "strategy": "most_frequent"}"#),
        Just(r#"{"rule": "fill_missing", "strategy": "constant", "fill_value": -1.5}"#),
        Just(r#"{"rule": "fill_missing", "strategy": "constant", "fill_value": "none"}"#),
    ]
    .prop_map(rule)
}

proptest! {
    #[test]
    fn a_fill_leaves_nothing_missing_and_touches_nothing_else(table in any_table(), fill in fills()) {
        let (cleaned, summary) = clean(&table, std::slice::from_ref(&fill)).unwrap();
        let effect = &summary.effects[0];
        for (before, after) in table.columns().iter().zip(cleaned.columns()) {
            let was_filled = effect.filled.iter().find(|filled| filled.column == before.name);
            let cells = was_filled.map_or(0, |filled| filled.cells);
            prop_assert_eq!(cells, (before.n_missing() - after.n_missing()) as u64);
            prop_assert_eq!(was_filled.is_some(), cells > 0);
            prop_assert!(was_filled.is_none() || after.n_missing() == 0);
            let known: Vec<u32> = (0..table.n_rows() as u32).filter(|row| !before.is_missing(*row as usize)).collect();
            let (before, after) = (before.take(&known), after.take(&known));
            prop_assert_eq!(before.numbers(), after.numbers());
            if let (ColumnData::Category { codes: before, .. }, ColumnData::Category { codes: after, .. }) =
                (&*before.data, &*after.data)
            {
                prop_assert_eq!(before, after);
            }
        }
        // A second time there is nothing to fill.
        prop_assert_eq!(clean(&cleaned, &[fill]).unwrap().1.cells_filled(), 0);
    }

    #[test]
    fn independent_drops_commute(table in any_table()) {
        let columns = rule(r#"{"rule": "drop_columns", "columns": ["b"]}"#);
        let rows = rule(r#"{"rule": "drop_missing", "columns": ["a", "c"]}"#);
        let others = rule(r#"{"rule": "drop_columns", "columns": ["d"]}"#);
        let run = |rules: [&Rule; 3]| clean(&table, &rules.map(Clone::clone)).map(|(table, _)| table).ok();
        let once = run([&columns, &rows, &others]);
        prop_assert_eq!(&once, &run([&others, &columns, &rows]));
        prop_assert_eq!(&once, &run([&rows, &others, &columns]));
        match once {
            Some(cleaned) => {
                let complete = |row: &usize| !["a", "c"].iter().any(|name| table.column(name).unwrap().is_missing(*row));
                prop_assert_eq!(cleaned.n_rows(), (0..table.n_rows()).filter(complete).count());
                prop_assert!(cleaned.columns().iter().all(|column| column.n_missing() == 0));
            }
            None => prop_assert!((0..table.n_rows()).all(|row| table.column("a").unwrap().is_missing(row)
                || table.column("c").unwrap().is_missing(row))),
        }
    }
}
