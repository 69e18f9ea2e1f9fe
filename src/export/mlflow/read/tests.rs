//! Folders that the real MLflow wrote (tests/python/mlruns.py), against what it says of them; and archives that mean harm.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::base::Coded;
use crate::evaluate::DataSplit;
use crate::table::DataType;
use crate::tracking::{Edit, MemoryStore, PARENT_TAG, RunStore, Target, execute, undo};

const NEW: (&[u8], &str) =
    (include_bytes!("../../../../tests/golden/mlruns3.zip"), include_str!("../../../../tests/golden/mlruns3.json"));
const OLD: (&[u8], &str) =
    (include_bytes!("../../../../tests/golden/mlruns2.zip"), include_str!("../../../../tests/golden/mlruns2.json"));

fn number(value: f64) -> Value {
    match value {
        value if value.is_nan() => json!("NaN"),
        value if value.is_infinite() => json!("Infinity"),
        value => json!(value),
    }
}

/// A run in the words of tests/python/mlruns.py.
fn said(run: &ImportedRun) -> Value {
    let row = &run.row;
    let mut metrics = serde_json::Map::new();
    for metric in &row.metrics {
        let values = metrics.entry(metric.key.clone()).or_insert_with(|| json!([]));
        let value = json!([metric.timestamp, number(metric.value), metric.step]);
        values.as_array_mut().unwrap().push(value);
    }
    let map = |pairs: Vec<(&String, &String)>| -> Value {
        pairs.into_iter().map(|(key, value)| (key.clone(), json!(value))).collect::<serde_json::Map<_, _>>().into()
    };
    json!({
        "run_id": row.info.run_id, "name": row.info.run_name, "experiment_id": row.info.experiment_id,
        "status": row.info.status, "start_time": row.info.start_time, "end_time": row.info.end_time,
        "lifecycle_stage": row.info.lifecycle_stage,
        "params": map(row.params.iter().map(|param| (&param.key, &param.value)).collect()),
        "tags": map(row.tags.iter().map(|tag| (&tag.key, &tag.value)).collect()),
        "metrics": metrics,
        "datasets": row.dataset.iter().map(|found| json!([found.name, found.digest])).collect::<Vec<_>>(),
    })
}

#[test]
fn what_mlflow_wrote_is_read_as_mlflow_reads_it() {
    for (bytes, expected) in [NEW, OLD] {
        let expected: Value = serde_json::from_str(expected).unwrap();
        let imported = read_zip(bytes).unwrap();
        let version = &expected["mlflow"];
        assert_eq!(imported.notes, Vec::<String>::new(), "{version}");
        let names: Value = imported
            .experiments
            .iter()
            .map(|one| (one.experiment_id.clone(), json!(one.name)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        assert_eq!(names, expected["experiments"], "{version}");
        let runs = expected["runs"].as_array().unwrap();
        assert_eq!(imported.runs.len(), runs.len());
        for run in &imported.runs {
            let found = runs.iter().find(|other| other["run_id"] == run.row.info.run_id.as_str()).unwrap();
            assert_eq!(&said(run), found, "{version}");
        }
        let [model] = imported.models.as_slice() else { panic!("{} models", imported.models.len()) };
        let said = &expected["models"][&model.name];
        assert_eq!(json!(model.description), said["description"]);
        assert_eq!(json!(model.aliases), said["aliases"]);
        for version in &model.versions {
            let stage = if version.retired.is_some() { "Archived" } else { "None" };
            let description = Some(&version.description).filter(|text| !text.is_empty());
            assert_eq!(json!([version.run_id, stage, description]), said["versions"][version.version.to_string()]);
            let columns: Vec<_> =
                version.signature.iter().map(|column| (column.name.as_str(), column.data_type)).collect();
            assert_eq!(columns, [("size", DataType::Float), ("rooms", DataType::Integer)]);
        }
    }
}

#[test]
fn a_run_says_what_is_known_of_it_and_no_more() {
    let imported = read_zip(NEW.0).unwrap();
    let run = imported.runs.iter().find(|run| run.row.info.run_name == "by hand").unwrap();
    let dataset = run.row.dataset.as_ref().unwrap();
    assert_eq!((dataset.rows, dataset.columns, dataset.bytes), (4, 3, 0));
    assert_eq!(run.about.dataset_context.as_deref(), Some("training"));
    assert_eq!(run.about.artifacts, [("notes/readme.txt".to_owned(), 5)]);
    assert_eq!(run.about.spec, None);
    let trained = run.row.metrics.iter().find(|metric| metric.key == "training_r2").unwrap();
    assert_eq!((trained.name.as_str(), trained.split), ("r2", DataSplit::Train));
    let child = imported.runs.iter().find(|other| other.row.info.run_name == "child").unwrap();
    assert_eq!(child.row.tag(PARENT_TAG), Some(run.row.info.run_id.as_str()));
    let about = serde_json::to_string(&run.about).unwrap();
    assert_eq!(serde_json::from_str::<ForeignRun>(&about).unwrap(), run.about);
}

/// A store in memory never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("a store in memory does not wait"),
    }
}

#[test]
fn bringing_in_is_one_change_that_can_be_taken_back_and_done_twice_does_nothing() {
    let imported = read_zip(NEW.0).unwrap();
    let store = MemoryStore::default();
    let taken = Experiment { experiment_id: "7".into(), ..imported.experiments[0].clone() };
    let nothing = Present { runs: &[], experiments: std::slice::from_ref(&taken), models: &[] };
    let (command, notes) = imported.command(nothing);
    assert_eq!(command.words, "Brought in 4 runs and 1 model from MLflow.");
    let name = &taken.name;
    let expected = if name == "Default" {
        Vec::new()
    } else {
        vec![format!("There is an experiment {name} already; the one brought in is {name} (2).")]
    };
    assert_eq!(notes, expected);
    ready(execute(&store, &command, 1)).unwrap();
    let rows = ready(store.all_runs()).unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(ready(store.get_run(&rows[0].info.run_id)), Ok(None));
    let experiments = ready(store.experiments()).unwrap();
    let again = Present { runs: &rows, experiments: &experiments, models: &imported.models };
    let (command, notes) = imported.command(again);
    assert!(command.is_empty(), "{command:?}");
    assert_eq!(notes, ["4 of 4 runs are here already; they stay as they are."]);
    ready(undo(&store, 2)).unwrap().unwrap();
    assert_eq!(ready(store.all_runs()), Ok(Vec::new()));
    assert_eq!(ready(store.experiments()), Ok(Vec::new()));
}

#[test]
fn a_model_whose_name_is_taken_gets_another() {
    let imported = read_zip(OLD.0).unwrap();
    let (other, _) = RegisteredModel::create("price model", &[], 1).unwrap();
    let (command, notes) = imported.command(Present { runs: &[], experiments: &[], models: &[other] });
    assert_eq!(notes, ["There is a model price model already; the one brought in is price model (2)."]);
    let is_model = |edit: &&Edit| matches!(&edit.target, Target::Document { kind, .. } if kind == "model");
    let edit = command.edits.iter().find(is_model).unwrap();
    assert_eq!(edit.target, Target::Document { kind: "model".into(), id: "price model (2)".into() });
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer.start_file(*path, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const EXPERIMENT: (&str, &[u8]) =
    ("mlruns/0/meta.yaml", b"experiment_id: '0'\nname: Default\nlifecycle_stage: active\n");
const RUN: (&str, &[u8]) = ("mlruns/0/r1/meta.yaml", b"run_id: r1\nrun_name: one\nstatus: 3\nstart_time: 1\n");

fn with(path: &str, content: &[u8]) -> Vec<u8> {
    archive(&[EXPERIMENT, RUN, (path, content)])
}

#[track_caller]
fn refused(bytes: &[u8], code: &str) {
    let error = read_zip(bytes).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
}

#[test]
fn hostile_archives_are_refused_whole() {
    assert_eq!(read_zip(&archive(&[EXPERIMENT, RUN])).unwrap().runs.len(), 1);
    for path in ["../x", "mlruns/../../x", "/etc/passwd", "C:/x", "mlruns\\..\\x", "mlruns//x", "a\0b"] {
        refused(&with(path, b"x"), "import.path");
    }
    refused(b"PK no archive", "import.not_zip");
    refused(&archive(&[("x/y.txt", b"")]), "import.no_runs");
    refused(&archive(&[EXPERIMENT, ("other/0/meta.yaml", EXPERIMENT.1)]), "import.several");
    // 64 MiB of zeros in 64 kB, whether it would be read or not.
    let zeros = vec![0; 64 << 20];
    refused(&with("mlruns/0/r1/params/x", &zeros), "import.bomb");
    refused(&with("mlruns/0/r1/artifacts/x", &zeros), "import.bomb");
    // Beyond the limits, without being suspiciously small.
    let few = Limits { entries: 2, ..Limits::default() };
    let three = with("mlruns/0/r1/params/x", b"1");
    assert_eq!(read_zip_within(&three, few).unwrap_err(), ImportError::TooMany { count: 3, most: 2 });
    let small = Limits { file: 80, ..Limits::default() };
    let long = with("mlruns/0/r1/params/x", &[b'x'; 81]);
    assert_eq!(read_zip_within(&long, small).unwrap_err().code(), "import.too_large");
    let little = Limits { read: 150, ..Limits::default() };
    assert_eq!(read_zip_within(&long, little).unwrap_err().code(), "import.too_large");
    let disk = Limits { total: 150, ..Limits::default() };
    assert_eq!(read_zip_within(&long, disk).unwrap_err().code(), "import.too_large");
    refused(&with("mlruns/0/r1/params/x", b"\xff\xfe"), "import.unreadable");
    refused(&with("mlruns/0/r1/metrics/x", b"1 2 3\nnow 2 3\n"), "import.unreadable");
    for yaml in ["a: &a [x]\nb: *a\n", "[[[[", "just text", "a: [}\n"] {
        refused(&with("mlruns/0/r2/meta.yaml", yaml.as_bytes()), "import.unreadable");
    }
    // A damaged byte inside a file's packed content.
    let mut damaged =
        with("mlruns/0/r1/params/x", "some text that is packed, and long enough to be hit ".repeat(9).as_bytes());
    let place = damaged.windows(20).rposition(|window| window == b"mlruns/0/r1/params/x").unwrap();
    let first = damaged[..place].windows(20).rposition(|window| window == b"mlruns/0/r1/params/x").unwrap();
    damaged[first + 25] ^= 0xff;
    refused(&damaged, "import.damaged");
}

#[test]
fn links_and_sizes_that_lie_are_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(EXPERIMENT.0, SimpleFileOptions::default()).unwrap();
    writer.write_all(EXPERIMENT.1).unwrap();
    writer.add_symlink("mlruns/0/r1", "/etc", SimpleFileOptions::default()).unwrap();
    refused(&writer.finish().unwrap().into_inner(), "import.link");

    // 20 MiB that the headers call 100 bytes.
    let size = 20 << 20;
    let mut lying = with("mlruns/0/r1/params/x", &vec![b'x'; size]);
    let word = u32::try_from(size).unwrap().to_le_bytes();
    let places: Vec<usize> =
        lying.windows(4).enumerate().filter(|(_, window)| *window == word).map(|(place, _)| place).collect();
    assert!(places.len() >= 2, "one in the file's header, one in the directory");
    for place in places {
        lying[place..place + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let error = read_zip(&lying).unwrap_err();
    assert!(matches!(error, ImportError::TooLarge { .. } | ImportError::Damaged { .. }), "{error}");
}

#[test]
fn what_is_odd_is_mended_and_said() {
    let imported = read_zip(&archive(&[
        ("some/where/mlruns/0/meta.yaml", b"experiment_id: 0\nname: Default\n"),
        ("some/where/mlruns/0/r1/meta.yaml", b"run_uuid: r1\nname: old style\nstatus: 1\n"),
        ("some/where/mlruns/0/r1/metrics/a", b"5 0.5\n\n6 0.25 3 a-name 18b7cdfd\n"),
        ("some/where/mlruns/0/r2/params/a", b"1"),
        ("some/where/mlruns/0/r3/meta.yaml", b"run_id: '../x'\n"),
        ("some/where/README.md", b"hello"),
    ]))
    .unwrap();
    let [run] = imported.runs.as_slice() else { panic!("{:?}", imported.runs) };
    assert_eq!(
        (run.row.info.run_name.as_str(), run.row.info.status),
        ("old style", crate::tracking::RunStatus::Killed)
    );
    let metrics: Vec<_> = run.row.metrics.iter().map(|metric| (metric.timestamp, metric.value, metric.step)).collect();
    assert_eq!(metrics, [(5, 0.5, 0), (6, 0.25, 3)]);
    assert_eq!(imported.notes.len(), 3, "{:?}", imported.notes);
}

#[test]
fn an_opened_folder_is_read_like_an_archive() {
    let mut archive = zip::ZipArchive::new(Cursor::new(NEW.0)).unwrap();
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        if file.is_dir() {
            continue;
        }
        let (path, size) = (file.name().unwrap().into_owned(), file.size());
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        files.push(PackedFile { bytes: is_read(&path).then_some(bytes), path, size });
    }
    let debug = |imported: Imported| format!("{imported:?}"); // NaN is not equal to itself
    assert_eq!(debug(read_folder(files).unwrap()), debug(read_zip(NEW.0).unwrap()));
    let file = PackedFile { path: "../0/meta.yaml".into(), size: 0, bytes: None };
    assert_eq!(read_folder(vec![file]).unwrap_err().code(), "import.path");
}
