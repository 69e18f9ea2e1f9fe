//! One run to hand in: its data, its pipeline and what came of it, in one file. Whoever opens it computes it again, and sees
//! whether the same comes of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::sealed::{Entry, check, damaged, entries};
use super::unzip::{Limits, unzip};
use super::{ExportError, ExportFile, ImportError, archive};
use crate::base::{Digest, ErrorReport};
use crate::pipeline::{ByteSource, Engine, Host, RunRef, Session};
use crate::tracking::{MemoryStore, RunRecord, begin_run, end_run, run_json};

/// The version of the archive's shape.
pub const HANDIN_VERSION: u32 = 1;

/// What the page asks for instead of an export of runs.
pub const HANDIN: &str = "hand-in";

/// The tag of a run that was handed in: what came of computing it again.
pub const CHECKED_TAG: &str = "pipette.checked";

const MANIFEST: &str = "manifest.json";
const RUN: &str = "run.msgpack";
const RUN_JSON: &str = "run.json";
const PIPELINE: &str = "pipeline.json";
const ENVIRONMENT: &str = "environment.json";
const README: &str = "README.md";
const DATA: &str = "data/";

/// How far numbers may be apart, as a share of the larger one: other processors round their last bits otherwise.
const TOLERANCE: f64 = 1e-9;
/// How many differences are named.
const NAMED: usize = 20;

/// Data of one run: larger ones are handed in as a file beside their digest.
const LIMITS: Limits = Limits { entries: 20, total: 512 << 20, read: 320 << 20, file: 256 << 20, ratio: 1000 };

const ABOUT: &str = "\
# A run of Pipette, handed in

`data/` holds the data, `pipeline.json` the pipeline, `run.json` what came of it; `manifest.json` lists all files with their
digests (blake3).

- In the browser: Runs, \"Back up and bring in…\", \"Check a hand-in\".
- On a terminal: `./pipette check THIS.zip`

Either computes the run again from the data, and says whether the same came of it.
";

/// A run with its data.
#[derive(Debug, Clone, PartialEq)]
pub struct HandIn {
    pub run: RunRecord,
    pub data: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    /// The version of the archive's shape; its name says what the file is.
    pipette_handin: u32,
    made_by: String,
    files: Vec<Entry>,
}

impl HandIn {
    /// The file. The same run and data give the same bytes.
    ///
    /// # Errors
    /// `OtherData` where these are not the bytes that the run read.
    pub fn pack(&self) -> Result<Vec<u8>, ExportError> {
        let dataset = self.run.dataset.as_ref().filter(|dataset| dataset.digest == Digest::of(&self.data));
        let dataset = dataset.ok_or(ExportError::OtherData)?;
        let environment = json!({
            "pipette": env!("CARGO_PKG_VERSION"),
            "record": self.run.version,
            "run": { "id": self.run.info.run_id, "name": self.run.info.run_name },
        });
        let mut files = vec![
            ExportFile::new(README, ABOUT),
            ExportFile::new(ENVIRONMENT, pretty(&environment)?),
            ExportFile::new(PIPELINE, self.run.spec.to_json()),
            ExportFile::new(RUN_JSON, pretty(&run_json(&self.run))?),
            ExportFile::new(RUN, rmp_serde::to_vec_named(&self.run)?),
            ExportFile::new(format!("{DATA}{}", safe(&dataset.name)), self.data.clone()),
        ];
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let made_by = format!("pipette {}", env!("CARGO_PKG_VERSION"));
        let manifest = Manifest { pipette_handin: HANDIN_VERSION, made_by, files: entries(&files) };
        files.push(ExportFile::new(MANIFEST, pretty(&serde_json::to_value(manifest)?)?));
        archive::zip(&files)
    }

    /// Reads an archive: every file is held against the manifest, the data against the run, and what people read of the run
    /// (`run.json`, `pipeline.json`) against its record.
    ///
    /// # Errors
    /// `ImportError`: then nothing was read. `NotThis` for a ZIP that is no hand-in.
    pub fn unpack(bytes: &[u8]) -> Result<Self, ImportError> {
        let files = unzip(bytes, LIMITS, |_| true)?;
        let mut found: BTreeMap<String, Vec<u8>> =
            files.into_iter().filter_map(|file| Some((file.path, file.bytes?))).collect();
        let manifest = found.remove(MANIFEST).ok_or(ImportError::NotThis)?;
        let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|_| ImportError::NotThis)?;
        if manifest.pipette_handin > HANDIN_VERSION {
            return Err(ImportError::Newer { found: manifest.pipette_handin, known: HANDIN_VERSION });
        }
        check(&manifest.files, &found)?;
        let take = |path: &str| found.get(path).ok_or_else(|| damaged(path, "it is missing"));
        let run: RunRecord = rmp_serde::from_slice(take(RUN)?)
            .map_err(|error| ImportError::Unreadable { path: RUN.to_owned(), reason: error.to_string() })?;
        let told: Option<Value> = serde_json::from_slice(take(RUN_JSON)?).ok();
        if told.as_ref() != Some(&run_json(&run)) {
            return Err(damaged(RUN_JSON, "it does not tell what the run's record tells"));
        }
        if take(PIPELINE)? != run.spec.to_json().as_bytes() {
            return Err(damaged(PIPELINE, "it is not the pipeline of the run"));
        }
        let data = found.iter().find(|(path, _)| path.starts_with(DATA)).map(|(_, data)| data.clone());
        let data = data.ok_or_else(|| damaged(DATA, "it is missing"))?;
        if run.dataset.as_ref().map(|dataset| &dataset.digest) != Some(&Digest::of(&data)) {
            return Err(damaged(DATA, "it is not the data that the run read"));
        }
        Ok(Self { run, data })
    }

    /// Runs the pipeline on the data, with nothing of an earlier run.
    pub async fn compute_again<H: Host>(&self, host: &H) -> RunRecord {
        let info = &self.run.info;
        let name = self.run.dataset.as_ref().map(|dataset| dataset.name.clone()).unwrap_or_default();
        let mut source = Bytes { name, bytes: &self.data, is_read: false };
        let (store, mut session) = (MemoryStore::default(), Session::default());
        let record = begin_run(info.run_id.clone(), info.run_name.clone(), &self.run.spec, host.now());
        let run = RunRef { id: info.run_id.clone(), name: info.run_name.clone() };
        let mut engine = Engine::new(host, &store, &mut session, run);
        let stopped = engine.run(&self.run.spec, Some(&mut source)).await.err();
        let outcome = engine.finish(stopped);
        end_run(record, &self.run.spec, outcome, host.now())
    }
}

/// Whether a ZIP says that it is a hand-in, whole or damaged.
#[must_use]
pub fn is_handin(bytes: &[u8]) -> bool {
    unzip(bytes, LIMITS, |path| path == MANIFEST).is_ok_and(|files| {
        let manifest = files.into_iter().find(|file| file.path == MANIFEST).and_then(|file| file.bytes);
        let manifest: Option<Value> = manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        manifest.is_some_and(|manifest| manifest.get("pipette_handin").is_some())
    })
}

/// What came of computing a run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Every number is the same to its last bit.
    pub is_exact: bool,
    /// What differs, in sentences; the first ones.
    pub differences: Vec<String>,
    pub n_differences: usize,
}

impl Verdict {
    /// Holds a run that was computed again against its record: data set, params, metrics and model.
    #[must_use]
    pub fn of(recorded: &RunRecord, again: &RunRecord) -> Self {
        let (a, b) = (told(recorded), told(again));
        let mut all = Vec::new();
        differences("", &a, &b, &mut all);
        let n_differences = all.len();
        all.truncate(NAMED);
        Self { is_exact: a == b, differences: all, n_differences }
    }

    /// Whether the same came of it.
    #[must_use]
    pub fn is_reproduced(&self) -> bool {
        self.n_differences == 0
    }

    /// The verdict in a sentence.
    #[must_use]
    pub fn words(&self, run: &RunRecord) -> String {
        let name = &run.info.run_name;
        match self.n_differences {
            0 if self.is_exact => {
                format!("{name} is reproduced: computed again, every number is the same to the last bit.")
            }
            0 => format!("{name} is reproduced: computed again, all numbers agree to nine digits."),
            1 => format!("{name} is not reproduced: one thing differs."),
            n => format!("{name} is not reproduced: {n} things differ."),
        }
    }
}

/// What must be the same. Times, ids and what was cached differ from run to run.
fn told(run: &RunRecord) -> Value {
    let all = run_json(run);
    let part = |name: &str| all.get(name).cloned().unwrap_or_default();
    let mut model = part("model");
    // A digest of bits says no more than the coefficients, and nothing about how far they are apart.
    if let Some(model) = model.as_object_mut() {
        model.remove("r_digest");
    }
    let metrics = part("metrics").as_array().cloned().unwrap_or_default();
    let text = |metric: &Value, name: &str| metric.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let metrics: BTreeMap<String, Value> = metrics
        .iter()
        .map(|metric| (format!("{} ({})", text(metric, "name"), text(metric, "split")), metric["value"].clone()))
        .collect();
    let error = all.get("error").and_then(|error| error.get("code")).cloned().unwrap_or_default();
    json!({
        "status": all["run"]["status"],
        "error": error,
        "dataset": part("dataset"),
        "params": part("params"),
        "metrics": metrics,
        "model": model,
    })
}

fn differences(path: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path} · {name}") };
    match (a, b) {
        (Value::Object(left), Value::Object(right)) => {
            for (name, value) in left {
                differences(&below(name), value, right.get(name).unwrap_or(&Value::Null), found);
            }
            for (name, value) in right.iter().filter(|(name, _)| !left.contains_key(*name)) {
                differences(&below(name), &Value::Null, value, found);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (place, (a, b)) in left.iter().zip(right).enumerate() {
                differences(&below(&(place + 1).to_string()), a, b, found);
            }
        }
        (Value::Number(left), Value::Number(right)) if is_close(left, right) => {}
        _ if a == b => {}
        _ => found.push(format!("{path}: {} was handed in, {} came now.", shown(a), shown(b))),
    }
}

fn is_close(a: &serde_json::Number, b: &serde_json::Number) -> bool {
    let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else { return a == b };
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1e-12)
}

fn shown(value: &Value) -> String {
    let text = if value.is_null() { "nothing".to_owned() } else { value.to_string() };
    if text.chars().count() > 60 { format!("{}…", text.chars().take(60).collect::<String>()) } else { text }
}

/// A file name that every system takes.
fn safe(name: &str) -> String {
    let is_plain = |letter: char| !letter.is_control() && !r#"/\:*?"<>|"#.contains(letter);
    let name: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '-' }).collect();
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() { "data.csv".to_owned() } else { name.to_owned() }
}

fn pretty(value: &Value) -> Result<String, ExportError> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// A file in memory.
struct Bytes<'a> {
    name: String,
    bytes: &'a [u8],
    is_read: bool,
}

impl ByteSource for Bytes<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    async fn rewind(&mut self) -> Result<(), ErrorReport> {
        self.is_read = false;
        Ok(())
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, ErrorReport> {
        if self.is_read || self.bytes.is_empty() {
            return Ok(None);
        }
        self.is_read = true;
        Ok(Some(self.bytes.to_vec()))
    }
}
