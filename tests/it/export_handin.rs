//! Runs handed in: computed again, they are the same; what was changed is found.

use std::io::{Cursor, Read};

use pipette::base::Coded;
use pipette::export::handin::{HandIn, Verdict, is_handin};
use pipette::export::{ExportError, ExportFile, archive};
use pipette::pipeline::{Engine, PipelineSpec, RunRef, Session};
use pipette::tracking::{MemoryStore, RunRecord, begin_run, end_run};
use serde_json::{Value, json};

use crate::pipeline::{TestHost, TextSource, ready};

const MIXED: &str = include_str!("../cases/mixed.csv");

fn run(train: &Value) -> RunRecord {
    let spec = json!({
        "pipette": 1,
        "clean": [
            {"rule": "drop_missing", "columns": ["x1", "x2", "x3", "k"]},
            {"rule": "drop_columns", "columns": ["size", "flag", "color"]},
        ],
        "features": {"target": "y", "columns": ["x1", "x2", "x3", "k"]},
        "train": train,
    });
    let spec = PipelineSpec::from_json(&spec.to_string()).unwrap();
    let (store, mut session, host) = (MemoryStore::default(), Session::default(), TestHost::default());
    let run_id = "0".repeat(32);
    let mut engine =
        Engine::new(&host, &store, &mut session, RunRef { id: run_id.clone(), name: "calm-heron-31".into() });
    let stopped = ready(engine.run(&spec, Some(&mut TextSource::new(MIXED)))).err();
    end_run(begin_run(run_id, "calm-heron-31".into(), &spec, 0), &spec, engine.finish(stopped), 1500)
}

fn handin(train: &Value) -> HandIn {
    HandIn { run: run(train), data: MIXED.as_bytes().to_vec() }
}

fn linear() -> HandIn {
    handin(&json!([{"estimator": "linear_regression"}]))
}

/// The archive with one of its files changed, or one more.
fn with(bytes: &[u8], path: &str, content: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).unwrap();
        let (mut bytes, name) = (Vec::new(), file.name().unwrap().into_owned());
        file.read_to_end(&mut bytes).unwrap();
        if name == path {
            bytes = content(bytes);
        }
        files.push(ExportFile::new(name, bytes));
    }
    archive::zip(&files).unwrap()
}

#[test]
fn a_run_comes_back_and_is_reproduced_to_the_last_bit() {
    for train in [
        json!([{"estimator": "linear_regression"}]),
        json!([{"estimator": "ridge", "params": {"alpha": [0.1, 1.0, 10.0]}}]),
        json!([{"estimator": "random_forest_regressor", "params": {"n_estimators": 3}}]),
    ] {
        let handin = handin(&train);
        let bytes = handin.pack().unwrap();
        assert_eq!(bytes, handin.pack().unwrap(), "the same bytes each time");
        assert!(is_handin(&bytes));
        let opened = HandIn::unpack(&bytes).unwrap();
        assert_eq!(opened, handin);
        let again = ready(opened.compute_again(&TestHost::default()));
        let verdict = Verdict::of(&opened.run, &again);
        assert_eq!(verdict, Verdict { is_exact: true, differences: Vec::new(), n_differences: 0 });
        assert!(verdict.words(&opened.run).contains("calm-heron-31 is reproduced"));
    }
}

#[test]
fn a_number_that_was_made_up_is_named() {
    let mut handin = linear();
    let metric = handin.run.metrics.iter_mut().find(|metric| metric.key == "r2").unwrap();
    metric.value += 1e-6;
    let again = ready(handin.compute_again(&TestHost::default()));
    let verdict = Verdict::of(&handin.run, &again);
    assert!(!verdict.is_reproduced() && verdict.n_differences == 1, "{verdict:?}");
    assert!(verdict.differences[0].starts_with("metrics · r2 (test): "), "{}", verdict.differences[0]);
    // The last bits may differ from machine to machine.
    let metric = handin.run.metrics.iter_mut().find(|metric| metric.key == "r2").unwrap();
    metric.value = metric.value - 1e-6 + 1e-14;
    let verdict = Verdict::of(&handin.run, &again);
    assert!(verdict.is_reproduced() && !verdict.is_exact, "{verdict:?}");
}

#[test]
fn a_pipeline_or_data_that_were_changed_are_refused_by_name() {
    let bytes = linear().pack().unwrap();
    let code = |bytes: &[u8]| HandIn::unpack(bytes).map(|_| ()).map_err(|error| (error.code(), error.to_string()));
    for path in ["pipeline.json", "run.json", "run.msgpack", "data/test.csv", "environment.json", "README.md"] {
        let changed = with(&bytes, path, |mut content| {
            content.push(b' ');
            content
        });
        assert_ne!(changed, bytes, "{path} is in the archive");
        let (code, words) = code(&changed).unwrap_err();
        assert!(code == "import.damaged" && words.contains(path), "{path}: {code} {words}");
    }
    let other = HandIn { data: b"a,b\n1,2\n".to_vec(), ..linear() };
    assert!(matches!(other.pack(), Err(ExportError::OtherData)));
    for end in [0, 10, bytes.len() / 2, bytes.len() - 1] {
        assert!(code(&bytes[..end]).is_err() && !is_handin(&bytes[..end]), "cut at {end}");
    }
    assert_eq!(code(&archive::zip(&[ExportFile::new("a", "b")]).unwrap()).unwrap_err().0, "import.not_this");
}
