//! What the generated files promise; that they run is tests/python/export_code.py's part.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use serde_json::Value;

use super::{NOTEBOOK, SCRIPT, ZENML};
use crate::export::{ExportError, make};
use crate::pipeline::PipelineSpec;
use crate::tracking::RunRecord;
use crate::tracking::suite::run_record;

fn run(json: &str) -> RunRecord {
    RunRecord { spec: PipelineSpec::from_json(json).unwrap(), ..run_record("calm-heron-31", 1_700_000_000_000) }
}

const PLAIN: &str = r#"{"pipette": 1, "dataset": {"name": "orders.csv"}, "features": {"target": "score"},
    "clean": [{"rule": "fill_missing", "columns": ["weight"], "strategy": "median"},
              {"rule": "keep_numeric", "enabled": false}, {"rule": "keep_numeric"}]}"#;

fn unpacked(run: &RunRecord) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(make(ZENML.kind, run).unwrap())).unwrap();
    let n_files = archive.len();
    let each = |i| {
        let mut file = archive.by_index(i).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (file.name().unwrap().into_owned(), text)
    };
    (0..n_files).map(each).collect()
}

#[test]
fn the_same_run_is_the_same_bytes() {
    let run = run(PLAIN);
    for export in [SCRIPT, NOTEBOOK, ZENML] {
        assert_eq!(make(export.kind, &run).unwrap(), make(export.kind, &run).unwrap(), "{}", export.name);
    }
}

#[test]
fn the_project_has_the_course_s_files_and_every_blank_is_filled() {
    let files = unpacked(&run(PLAIN));
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "run_pipeline.py",
        "pipelines/training_pipeline.py",
        "pipelines/utils.py",
        "steps/ingest_data.py",
        "steps/clean_data.py",
        "steps/model_train.py",
        "steps/evaluation.py",
        "steps/config.py",
        "src/data_cleaning.py",
        "src/model_dev.py",
        "src/evaluation.py",
        "data/README.md",
        "req.txt",
        "MLproject",
        "setup.sh",
        "README.md",
    ] {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
    for (name, text) in &files {
        assert!(!text.contains("@@"), "{name} has a blank");
    }
    let cleaning = &files.iter().find(|(name, _)| name == "src/data_cleaning.py").unwrap().1;
    assert!(cleaning.contains("RULES = [rule_1, rule_3]"), "{cleaning}");
}

#[test]
fn a_notebook_has_numbered_cells_with_words_between_them() {
    let notebook: Value = serde_json::from_slice(&make(NOTEBOOK.kind, &run(PLAIN)).unwrap()).unwrap();
    let cells = notebook["cells"].as_array().unwrap();
    let ids: BTreeSet<&str> = cells.iter().map(|cell| cell["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), ids.first()), (cells.len(), Some(&"cell-001")));
    assert_eq!((notebook["nbformat"].as_u64(), notebook["nbformat_minor"].as_u64()), (Some(4), Some(5)));
    for pair in cells.windows(2).filter(|pair| pair[1]["cell_type"] == "code") {
        assert_eq!(pair[0]["cell_type"], "markdown");
    }
}

#[test]
fn no_name_becomes_code() {
    let json = r#"{"pipette": 1, "dataset": {"name": "../a\"\nimport os #.csv"}, "name": "x\n@@y",
        "features": {"target": "t\"\"\"\nimport os"},
        "clean": [{"rule": "drop_columns", "columns": ["c\"\"\"\nimport os\n"]}]}"#;
    let run = run(json);
    let mut texts = vec![String::from_utf8(make(SCRIPT.kind, &run).unwrap()).unwrap()];
    texts.extend(unpacked(&run).into_iter().filter(|(name, _)| name.ends_with(".py")).map(|(_, text)| text));
    for text in texts {
        // The one file that uses `os` says so at its head.
        let engine = text.contains("class PartitionedModel");
        assert!(engine || !text.lines().any(|line| line.trim_start().starts_with("import os")), "{text}");
        let no_comments = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        assert_eq!(no_comments.map(|line| line.matches("\"\"\"").count()).sum::<usize>() % 2, 0, "{text}");
    }
}

#[test]
fn what_scikit_learn_cannot_do_is_refused() {
    let logistic = r#"{"pipette": 1, "features": {"target": "y", "target_transform": "log"},
        "train": [{"estimator": "logistic_regression"}]}"#;
    let sweep = r#"{"pipette": 1, "features": {"target": "y"},
        "train": [{"estimator": "ridge"}, {"estimator": "stepwise_regression"}]}"#;
    for json in [logistic, sweep] {
        assert!(matches!(make(SCRIPT.kind, &run(json)), Err(ExportError::NotExpressible { .. })), "{json}");
    }
}
