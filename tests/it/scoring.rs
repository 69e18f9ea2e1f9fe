//! `pipette score`: a file through the whole pipeline of a run, held against what the run itself predicted and measured.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// Rows with gaps, outliers, dates, text in two spellings; the last column is the target.
fn data(n: u32) -> String {
    let mut text = String::from("id,a,b,c,color,day,junk,y\n");
    for i in 0..n {
        let a = f64::from(i * 37 % 101) / 4.0;
        let b = if i % 50 == 7 { 900.0 } else { f64::from(i * i % 23) };
        let c = f64::from(i * 13 % 31);
        let noise = f64::from(i * 7 % 11) / 5.0;
        let gap = |cell: f64, is_missing: bool| if is_missing { String::new() } else { cell.to_string() };
        let cells = [
            i.to_string(),
            gap(a, i % 9 == 4),
            b.to_string(),
            gap(c, i % 17 == 5),
            [" Red", "green", "red", "Blue"][(i % 4) as usize].into(),
            format!("2024-{:02}-{:02}", 1 + i % 12, 1 + i % 28),
            if i % 3 == 0 { "nonsense".into() } else { "NA".to_owned() },
            (3.0 * a - 0.5 * c + f64::from(i % 12) + noise).to_string(),
        ];
        text += &(cells.join(",") + "\n");
    }
    text
}

fn pipeline() -> Value {
    json!({
        "pipette": 1,
        "clean": [
            {"rule": "drop_columns", "columns": ["junk"]},
            {"rule": "add_missing_indicator", "columns": ["a"]},
            {"rule": "clean_text", "columns": ["color"], "case": "lower", "trim": true},
            {"rule": "fill_missing", "columns": ["a"], "strategy": "mean", "group_by": ["color"]},
            {"rule": "drop_missing", "columns": ["c", "y"]},
            {"rule": "clip_outliers", "columns": ["a"], "method": "quantiles", "lower": 0.05, "upper": 0.95},
            {"rule": "drop_outliers", "columns": ["b"], "method": "iqr", "factor": 3.0},
            {"rule": "date_parts", "column": "day", "parts": ["month", "day_of_week"], "drop": true},
            {"rule": "rename_columns", "pairs": [["c", "count"]]},
            {"rule": "derive_column", "name": "a_count", "expression": "a * count"},
            {"rule": "filter_rows", "expression": "count != 3"},
            {"rule": "drop_duplicates"},
        ],
        "features": {
            "target": "y",
            "columns": ["a", "a_missing", "b", "count", "color", "day_month", "a_count"],
            "encoders": [{"encoder": "one_hot_encoder", "columns": ["color"]}, {"encoder": "standard_scaler", "columns": ["a", "b"]}],
        },
        "train": [{"estimator": "linear_regression"}],
    })
}

struct Ran {
    code: u8,
    out: String,
    err: String,
}

fn pipette(arguments: &[OsString]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = pipette::cli::main(arguments.iter().cloned(), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code, out: text(out), err: text(err) }
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("scoring").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the pipeline on the data; `run.json` and `predictions.csv` are in the folder then.
fn run(folder: &Path, pipeline: &Value, data: &str) {
    let path = |file: &str| folder.join(file).into_os_string();
    std::fs::write(path("data.csv"), data).unwrap();
    std::fs::write(path("pipeline.json"), pipeline.to_string()).unwrap();
    let ran = pipette(&[
        "run".into(),
        path("data.csv"),
        "--pipeline".into(),
        path("pipeline.json"),
        "--out".into(),
        path("run.json"),
        "--predictions".into(),
        path("predictions.csv"),
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
}

fn score(folder: &Path, data: &str) -> Ran {
    let path = |file: &str| folder.join(file).into_os_string();
    std::fs::write(path("new.csv"), data).unwrap();
    pipette(&["score".into(), path("run.json"), path("new.csv"), "--out".into(), path("scored.csv")])
}

/// The rows of a CSV file, each by the names of its columns.
fn rows(path: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

#[test]
fn the_file_of_the_run_has_the_predictions_and_the_metrics_of_the_run() {
    let folder = folder("training_file");
    let text = data(400);
    run(&folder, &pipeline(), &text);
    let ran = score(&folder, &text);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let (scored, predicted) = (rows(&folder.join("scored.csv")), rows(&folder.join("predictions.csv")));
    assert_eq!(scored.len(), 400);
    assert!(scored.iter().all(|row| row["prediction"].is_empty() != row["reason"].is_empty()));
    // What the run kept stands in the same order, since no rule moves rows.
    let kept: Vec<_> = scored.iter().filter(|row| !row["prediction"].is_empty()).collect();
    assert_eq!(kept.len(), predicted.len());
    assert!(kept.len() < 370, "rows were dropped: {}", kept.len());
    let mut test = Vec::new();
    for (scored, run) in kept.iter().zip(&predicted) {
        assert!((number(&scored["prediction"]) - number(&run["prediction"])).abs() < 1e-9, "{scored:?} {run:?}");
        assert_eq!(number(&scored["y"]), number(&run["actual"]));
        if run["split"] == "test" {
            test.push((number(&scored["y"]), number(&scored["prediction"])));
        }
    }
    // The metrics by their definitions, over the test rows as they were scored.
    let record: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("run.json")).unwrap()).unwrap();
    let of_run = |name: &str| {
        let is_it = |metric: &&Value| metric["name"] == name && metric["split"] == "test";
        record["metrics"].as_array().unwrap().iter().find(is_it).unwrap()["value"].as_f64().unwrap()
    };
    let n = test.len() as f64;
    let mean = test.iter().map(|(y, _)| y).sum::<f64>() / n;
    let ss = test.iter().map(|(y, p)| (y - p).powi(2)).sum::<f64>();
    let total = test.iter().map(|(y, _)| (y - mean).powi(2)).sum::<f64>();
    assert!(((ss / n).sqrt() - of_run("rmse")).abs() < 1e-9 && (1.0 - ss / total - of_run("r2")).abs() < 1e-9);
    assert!((test.iter().map(|(y, p)| (y - p).abs()).sum::<f64>() / n - of_run("mae")).abs() < 1e-9);
    // What is printed is over all rows that have both.
    let all = kept.iter().map(|row| (number(&row["y"]) - number(&row["prediction"])).powi(2)).sum::<f64>();
    let printed = ran.out.lines().find_map(|line| line.trim().strip_prefix("rmse")).unwrap();
    assert!((number(printed.trim()) - (all / kept.len() as f64).sqrt()).abs() < 1e-9, "{}", ran.out);
    assert!(ran.out.contains("Rule 12 (Drop duplicate rows) does not apply to new rows."), "{}", ran.out);
}

#[test]
fn rows_that_cannot_be_scored_say_why_and_the_others_are_not_touched() {
    let folder = folder("reasons");
    run(&folder, &pipeline(), &data(400));
    let new = "color,b,c,a,day,note\n\
        green,3,4,2.5,2024-05-01,\"kept, as it was\"\n\
        green,many,4,2.5,2024-05-01,\n\
        green,3,,2.5,2024-05-01,\n\
        green,3000,4,2.5,2024-05-01,\n\
        green,3,4\n\
        purple,3,4,,2024-05-01,\n\
        green,3,3,2.5,2024-05-01,\n";
    let ran = score(&folder, new);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let scored = rows(&folder.join("scored.csv"));
    assert_eq!(scored[0]["note"], "kept, as it was");
    assert!(number(&scored[0]["prediction"]).is_finite() && scored[0]["reason"].is_empty());
    let reasons: Vec<&str> = scored[1..].iter().map(|row| row["reason"].as_str()).collect();
    assert_eq!(reasons[0], "b: “many” is not a number.");
    assert_eq!(reasons[1], "c is missing: rule 5 drops such rows.");
    assert!(reasons[2].starts_with("b is 3000, outside ") && reasons[2].ends_with("rule 7 drops such rows."));
    assert_eq!(reasons[3], "Line 6 has 3 fields for 6 columns.");
    assert_eq!(reasons[4], "a is missing.", "its group has no mean");
    assert_eq!(reasons[5], "Rule 11 leaves it out: Keep rows where count != 3.");
    assert!(ran.out.starts_with("1 of 7 rows scored\n  row 2: b: “many” is not a number.\n"), "{}", ran.out);
    assert!(!ran.out.contains("rmse"), "no target, no metrics");
}

#[test]
fn a_file_that_lacks_columns_is_refused_by_name() {
    let folder = folder("missing_columns");
    run(&folder, &pipeline(), &data(200));
    let ran = score(&folder, "a,b,color\n1,2,green\n");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("score.missing_columns") && ran.err.contains("c, day"), "{}", ran.err);
    let ran = pipette(&["score".into(), "run.json".into()]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("pipette score RUN.json DATA.csv --out SCORED.csv"), "{}", ran.err);
}

#[test]
fn decimal_commas_classes_and_transforms_come_out_as_they_went_in() {
    let folder = folder("dialects");
    let german: String = std::iter::once("x;z;y\n".to_owned())
        .chain((0..120).map(|i| {
            let (x, z) = (f64::from(i % 13) + 0.5, f64::from(i * 7 % 5));
            let y = (0.2 * x + 0.1 * z + f64::from(i % 3) / 10.0).exp();
            format!("{x};{z};{y}\n").replace('.', ",")
        }))
        .collect();
    let spec = json!({
        "pipette": 1, "clean": [],
        "features": {"target": "y", "target_transform": "log", "smearing": true},
        "train": [{"estimator": "ridge"}],
    });
    run(&folder, &spec, &german);
    let ran = score(&folder, &german);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let text = std::fs::read_to_string(folder.join("scored.csv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("x;z;y;prediction;reason"));
    let predicted = rows(&folder.join("predictions.csv"));
    for (line, run) in lines.zip(&predicted) {
        let cell = line.split(';').nth(3).unwrap();
        assert!(cell.contains(','), "{line}");
        assert!((number(&cell.replace(',', ".")) - number(&run["prediction"])).abs() < 1e-9);
    }
}
