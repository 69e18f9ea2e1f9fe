//! `pipette run` as a terminal calls it: a pipeline file for every rule, encoder and estimator, and files that are wrong.

use std::ffi::OsString;
use std::path::PathBuf;

use pipette::clean::RULES;
use pipette::estimators::ESTIMATORS;
use pipette::features::ENCODERS;
use serde_json::{Value, json};

/// 60 rows: numbers with gaps, two columns that say the same, one that hardly changes, one mostly empty, text, dates, yes and no.
fn data() -> String {
    let mut text = String::from("id,a,b,twin,same,rare,gaps,color,code,day,sent,bought,w,y\n");
    for i in 0..60_u32 {
        let a = f64::from(i * 37 % 60) / 2.0;
        let b = f64::from(i * i % 17);
        let gap = if i % 9 == 4 { String::new() } else { a.to_string() };
        let noise = f64::from(i * 7 % 5) / 5.0;
        let cells = [
            i.to_string(),
            gap,
            b.to_string(),
            (2.0 * b + 1.0).to_string(),
            "7".into(),
            if i == 3 { "2" } else { "1" }.into(),
            if i % 6 == 0 { b.to_string() } else { String::new() },
            [" Red", "green", "blue"][(i % 3) as usize].into(),
            format!("{}", i % 4),
            format!("2024-01-{:02}", 1 + i % 28),
            format!("2024-02-{:02}", 1 + i % 28),
            ["false", "true"][usize::from((a + b + 10.0 * noise) as u32 % 2 == 1)].into(),
            (1 + i % 3).to_string(),
            (3.0 * a - b + noise).to_string(),
        ];
        text += &(cells.join(",") + "\n");
    }
    text
}

struct Ran {
    code: u8,
    out: String,
    err: String,
    run: Value,
}

/// Writes the data and the pipeline file, runs the command line on them, and reads `run.json`.
fn pipette(name: &str, pipeline: &Value) -> Ran {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let path = |file: &str| folder.join(file).into_os_string();
    std::fs::write(path("data.csv"), data()).unwrap();
    std::fs::write(path("pipeline.json"), pipeline.to_string()).unwrap();
    std::fs::remove_file(path("run.json")).ok();
    let arguments: [OsString; 6] =
        ["run".into(), path("data.csv"), "--pipeline".into(), path("pipeline.json"), "--out".into(), path("run.json")];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = pipette::cli::main(arguments.into_iter(), &mut out, &mut err);
    let run =
        std::fs::read_to_string(path("run.json")).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code, out: text(out), err: text(err), run }
}

#[track_caller]
fn finished(name: &str, pipeline: &Value) -> Value {
    let ran = pipette(name, pipeline);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}: {}", ran.out);
    assert_eq!(ran.run["run"]["status"], "FINISHED", "{name}");
    assert!(ran.run["metrics"].as_array().is_some_and(|metrics| metrics.len() >= 14), "{name}");
    ran.run
}

fn median() -> Value {
    json!({"encoder": "simple_imputer", "columns": null, "strategy": "median"})
}

#[test]
fn every_rule_runs_from_a_file() {
    let rules = [
        json!({"rule": "drop_columns", "columns": ["id", "color"]}),
        json!({"rule": "keep_columns", "columns": ["a", "b", "y"]}),
        json!({"rule": "rename_columns", "pairs": [["a", "first"], ["b", "second"]]}),
        json!({"rule": "reorder_columns", "columns": ["y", "b"]}),
        json!({"rule": "keep_numeric"}),
        json!({"rule": "fill_missing", "columns": ["a"], "strategy": "mean"}),
        json!({"rule": "add_missing_indicator", "columns": ["a"], "suffix": "_gone"}),
        json!({"rule": "drop_missing", "columns": ["a"]}),
        json!({"rule": "drop_duplicates", "subset": ["day"], "keep": "first"}),
        json!({"rule": "filter_rows", "expression": "b > 2"}),
        json!({"rule": "derive_column", "name": "c", "expression": "b * 2 + w"}),
        json!({"rule": "replace_values", "columns": ["color"], "pairs": [["green", "teal"]]}),
        json!({"rule": "clean_text", "columns": ["color"], "case": "lower", "trim": true}),
        json!({"rule": "cast_type", "columns": ["code"], "to": "category"}),
        json!({"rule": "parse_dates", "columns": ["day"]}),
        json!({"rule": "date_parts", "column": "day", "parts": ["day", "day_of_week"]}),
        json!({"rule": "days_between", "start": "day", "end": "sent", "name": "wait"}),
        json!({"rule": "clip_outliers", "columns": ["b"], "method": "quantiles", "lower": 0.05, "upper": 0.95}),
        json!({"rule": "drop_outliers", "columns": ["b"], "method": "quantiles", "lower": 0.05, "upper": 0.95}),
        json!({"rule": "drop_constant"}),
        json!({"rule": "drop_near_constant", "threshold": 0.95}),
        json!({"rule": "drop_mostly_missing", "threshold": 0.5}),
        json!({"rule": "drop_correlated", "threshold": 0.9, "columns": ["b", "twin"]}),
        json!({"rule": "sample_rows", "n": 50, "random_state": 7}),
    ];
    for info in RULES {
        let rule =
            rules.iter().find(|rule| rule["rule"] == info.name).unwrap_or_else(|| panic!("{} is not run", info.name));
        let run = finished(
            &format!("rule_{}", info.name),
            &json!({
                "pipette": 1,
                "clean": [rule, {"rule": "keep_numeric"}],
                "features": {"target": "y", "encoders": [median()]},
                "train": [{"estimator": "ridge"}]
            }),
        );
        assert_eq!(run["spec"]["clean"][0]["rule"], info.name);
        assert_eq!(run["steps"][1]["status"], "completed", "{}", info.name);
    }
}

#[test]
fn every_encoder_runs_from_a_file() {
    for info in ENCODERS {
        let column = match info.name {
            "one_hot_encoder" | "ordinal_encoder" | "target_encoder" | "frequency_encoder" | "text_features" => "color",
            "date_parts_encoder" => "day",
            "simple_imputer" => "a",
            _ => "b",
        };
        let columns = if column == "b" { json!(["b", "w"]) } else { json!([column]) };
        let run = finished(
            &format!("encoder_{}", info.name),
            &json!({
                "pipette": 1,
                "features": {
                    "target": "y",
                    "columns": ["w", "b", column],
                    "encoders": [{"encoder": info.name, "columns": columns}]
                },
                "train": [{"estimator": "ridge"}]
            }),
        );
        assert_eq!(run["spec"]["features"]["encoders"][0]["encoder"], info.name);
        assert_eq!(run["model"]["encoders"][0]["encoder"], info.name, "{}", run["model"]["encoders"]);
    }
}

#[test]
fn every_estimator_runs_from_a_file() {
    for info in ESTIMATORS {
        let classifies = pipette::estimators::EstimatorSpec::fresh(info.name).unwrap().is_classifier();
        let run = finished(
            &format!("estimator_{}", info.name),
            &json!({
                "pipette": 1,
                "features": {"target": if classifies { "bought" } else { "y" }, "columns": ["a", "b", "w"], "encoders": [median()]},
                "train": [{"estimator": info.name}],
                "evaluate": {"cv": {"kind": "k_fold", "n_splits": 3}}
            }),
        );
        assert_eq!(run["spec"]["train"][0]["estimator"], info.name);
        assert_eq!(run["model"]["model_name"], info.model_name);
        let kind = match info.name {
            "logistic_regression" => "logistic",
            "dummy_regressor" => "constant",
            "random_forest_regressor" => "forest",
            _ => "linear",
        };
        assert_eq!(run["model"]["kind"], kind);
        assert_eq!(run["model"]["classes"], if classifies { json!([0.0, 1.0]) } else { Value::Null });
        let names: Vec<&str> =
            run["metrics"].as_array().unwrap().iter().filter_map(|metric| metric["name"].as_str()).collect();
        assert_eq!((names.contains(&"accuracy"), names.contains(&"r2")), (classifies, !classifies), "{names:?}");
    }
}

/// The call fails, and the message is the one that the page shows.
#[track_caller]
fn refused(name: &str, pipeline: &Value, code: &str, words: &[&str]) -> Ran {
    let ran = pipette(name, pipeline);
    assert_eq!(ran.code, 1, "{name}: {}", ran.out);
    assert!(ran.err.starts_with(&format!("{code}\n")), "{name}: {}", ran.err);
    assert!(words.iter().all(|word| ran.err.contains(word)), "{name}: {}", ran.err);
    ran
}

#[test]
fn a_file_that_cannot_be_meant_is_refused_with_the_pages_message() {
    let unreadable = "pipeline.unreadable_spec";
    for (name, part, words) in [
        (
            "param_rule",
            json!({"clean": [{"rule": "fill_missing", "stratagem": "mean"}]}),
            ["stratagem", "fill_missing"],
        ),
        (
            "param_encoder",
            json!({"features": {"encoders": [{"encoder": "standard_scaler", "with_meen": true}]}}),
            ["with_meen", "standard_scaler"],
        ),
        ("param_estimator", json!({"train": [{"estimator": "ridge", "params": {"alfa": 1}}]}), ["`alfa`", "ridge"]),
        ("text_rule", json!({"clean": [{"rule": "drop_correlated", "threshold": "much"}]}), ["threshold", "much"]),
        (
            "text_encoder",
            json!({"features": {"encoders": [{"encoder": "polynomial_features", "degree": "two"}]}}),
            ["degree", "a whole number"],
        ),
        (
            "text_estimator",
            json!({"train": [{"estimator": "ridge", "params": {"alpha": "strong"}}]}),
            ["`alpha`", "strong"],
        ),
        (
            "text_forest",
            json!({"train": [{"estimator": "random_forest_regressor", "params": {"max_depth": "deep"}}]}),
            ["`max_depth`", "deep"],
        ),
        (
            "range",
            json!({"train": [{"estimator": "random_forest_regressor", "params": {"max_features": 2}}]}),
            ["`max_features`", "from 0 to 1"],
        ),
        ("nothing", json!({"train": [{"estimator": "oracle"}]}), ["`oracle`", "random_forest_regressor"]),
    ] {
        let mut spec = json!({"pipette": 1});
        spec.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        let ran = refused(name, &spec, unreadable, &words);
        assert_eq!(ran.run, Value::Null, "{name}: nothing was run");
    }
}

#[test]
fn a_column_that_vanished_fails_the_step_that_needs_it() {
    let ridge = json!([{"estimator": "ridge"}]);
    for (name, spec, code, words) in [
        (
            "gone_rule",
            json!({"pipette": 1, "clean": [{"rule": "drop_columns", "columns": ["price"]}], "features": {"target": "y"}}),
            "clean.unknown_column",
            ["Rule 1", "price"],
        ),
        (
            "gone_feature",
            json!({"pipette": 1, "features": {"target": "y", "columns": ["b", "price"]}, "train": ridge}),
            "features.feature_missing",
            ["price", "Take it off the list"],
        ),
        (
            "gone_target",
            json!({"pipette": 1, "clean": [{"rule": "drop_columns", "columns": ["y"]}], "features": {"target": "y", "columns": ["b"]}}),
            "features.target_missing",
            ["target y", "take out the rule"],
        ),
        (
            "gone_encoder",
            json!({"pipette": 1, "features": {"target": "y", "columns": ["b"], "encoders": [{"encoder": "standard_scaler", "columns": ["price"]}]}}),
            "features.encoder_column_missing",
            ["price", "standard_scaler"],
        ),
        (
            "weight_listed",
            json!({
                "pipette": 1,
                "features": {"target": "y", "columns": ["b", "w"]},
                "train": [{"estimator": "ridge", "params": {"sample_weight": "w"}}]
            }),
            "features.weight_listed",
            ["w says how much each row counts", "features.columns"],
        ),
    ] {
        let ran = refused(name, &spec, code, &words);
        assert_eq!(ran.run["run"]["status"], "FAILED", "{name}");
        assert_eq!(ran.run["error"]["code"], code, "{name}");
    }
}
