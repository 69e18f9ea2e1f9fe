//! The same pipeline without a browser: for scripts, CI and files too large for a tab.

mod analyse;
mod args;
mod exports;
mod hand_in;
mod host;
mod http;
mod predictions;
mod print;
mod score;
mod track;

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::base::{Coded, ErrorReport};
use crate::export::Export;
use crate::pipeline::{ByteSource, Engine, PipelineEvent, PipelineSpec, RunRef, Session};
use crate::tracking::{
    MemoryStore, RunRecord, begin_run, end_run, note_event, params_of, run_id, run_name, whole_run_json,
};

pub use args::{Args, UsageError, parse};
use host::{FileSource, TerminalHost, block_on};
use track::Tracking;

/// Runs the command line and gives the process's exit code: 0 finished, 1 the run failed, 2 the call was wrong.
pub fn main(arguments: impl Iterator<Item = std::ffi::OsString>, out: &mut impl Write, err: &mut impl Write) -> u8 {
    let result = match parse(arguments) {
        Ok(Args::Help) => out.write_all(args::HELP.as_bytes()).map(|()| 0),
        Ok(Args::Exports) => exports::list(out).map(|()| 0),
        Ok(Args::Run { data, pipeline, save, exports, predictions, track, hand_in }) => {
            let wanted = Wanted {
                save: save.as_deref(),
                exports: &exports,
                predictions: predictions.as_deref(),
                track: track.as_ref(),
                hand_in: hand_in.as_deref(),
            };
            told(run(&data, pipeline.as_deref(), &wanted, out), err)
        }
        Ok(Args::Score { run, data, save }) => told(score::score(&run, &data, &save, out), err),
        Ok(Args::Check(file)) => told(hand_in::check(&file, out), err),
        Ok(Args::Track(to)) => told(track::track(&to.tracker, &to.folder, out), err),
        Ok(Args::Analyse { data, pipeline, analysis, script, save }) => {
            let files = analyse::Files { data: &data, pipeline: pipeline.as_deref(), analysis: &analysis };
            told(analyse::analyse(files, script.as_deref(), save.as_deref(), out), err)
        }
        Err(error) => writeln!(err, "{error}\n\n{}", args::HELP).map(|()| 2),
    };
    // A closed pipe is the reader's choice; there is nobody left to tell.
    result.unwrap_or(1)
}

/// The exit code; what went wrong is printed.
fn told(result: Result<u8, ErrorReport>, err: &mut impl Write) -> std::io::Result<u8> {
    match result {
        Ok(code) => Ok(code),
        Err(error) => writeln!(err, "{}\n{}", error.code, error.message).map(|()| 1),
    }
}

/// The files that a run is to leave.
struct Wanted<'a> {
    save: Option<&'a Path>,
    exports: &'a [(&'static Export, PathBuf)],
    predictions: Option<&'a Path>,
    track: Option<&'a args::TrackTo>,
    hand_in: Option<&'a Path>,
}

/// Runs a pipeline on a file, prints what happened, and writes the run and its exports where asked.
fn run(data: &Path, pipeline: Option<&Path>, wanted: &Wanted<'_>, out: &mut impl Write) -> Result<u8, ErrorReport> {
    let named = pipeline.map(read_spec).transpose()?;
    let source = FileSource::open(data)?;
    let mut session = Session::default();
    let tracking = wanted.track.map(|to| Tracking::open(&to.tracker, &to.folder)).transpose()?;
    let record = block_on(tracked(named, source, &mut session, tracking.as_ref(), out));
    print::result(&record, out).map_err(|error| unwritable("the terminal", &error))?;
    if let Some(path) = wanted.save {
        let json = serde_json::to_string_pretty(&whole_run_json(&record)).unwrap_or_default();
        std::fs::write(path, json + "\n").map_err(|error| unwritable(&path.display().to_string(), &error))?;
    }
    if let Some(tracking) = &tracking {
        let delivered = tracking.end(&record)?;
        tracking.tell(&delivered, out).map_err(|error| unwritable("the terminal", &error))?;
    }
    if let Some(error) = record.error {
        return Err(error);
    }
    if let Some(path) = wanted.predictions {
        predictions::write(&record, &session, path)?;
    }
    if let Some(path) = wanted.hand_in {
        hand_in::write(&record, data, path)?;
    }
    exports::write(&record, wanted.exports)?;
    Ok(0)
}

async fn tracked(
    named: Option<PipelineSpec>,
    mut source: FileSource,
    session: &mut Session,
    tracking: Option<&Tracking>,
    out: &mut impl Write,
) -> RunRecord {
    // The run as far as it has come, for whoever follows it.
    let live: RefCell<Option<RunRecord>> = RefCell::default();
    let hear = |event: &PipelineEvent| {
        let (Some(tracking), Some(live)) = (tracking, &mut *live.borrow_mut()) else { return };
        note_event(live, event, host::now());
        if matches!(event, PipelineEvent::StepFinished { .. }) {
            tracking.note(live);
        }
    };
    let host = TerminalHost::new(out, &hear);
    let store = MemoryStore::default();
    let (run_id, run_name) = (run_id(host::random_bytes()), run_name(host::random_bytes()));
    let named_spec = named.clone().unwrap_or_default();
    let record = begin_run(run_id.clone(), run_name.clone(), &named_spec, host.started());
    if let Some(tracking) = tracking {
        // Params are told when they are settled: MLflow keeps them for good.
        let mut begun = record.clone();
        if named.is_none() {
            begun.params.clear();
        }
        tracking.note(&begun);
        live.replace(Some(begun));
    }
    let mut engine = Engine::new(&host, &store, session, RunRef { id: run_id, name: run_name });
    let (spec, stopped) = match named {
        Some(mut spec) => {
            // A script says which file it means; the digest it may name is another file's.
            spec.dataset = crate::pipeline::DatasetRef { name: source.name().to_owned(), digest: None };
            let stopped = engine.run(&spec, Some(&mut source)).await.err();
            (spec, stopped)
        }
        None => match engine.open(&mut source, None, false).await {
            Ok(first) => {
                if let Some(live) = &mut *live.borrow_mut() {
                    live.params = params_of(&first.spec);
                }
                let stopped = engine.run(&first.spec, Some(&mut source)).await.err();
                (first.spec, stopped)
            }
            Err(stop) => (named_spec, Some(stop)),
        },
    };
    let outcome = engine.finish(stopped);
    let ended = crate::pipeline::Host::now(&host);
    end_run(record, &spec, outcome, ended)
}

fn read_spec(path: &Path) -> Result<PipelineSpec, ErrorReport> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    PipelineSpec::from_json(&text).map_err(|error| error.report())
}

fn unreadable(path: &Path, error: &std::io::Error) -> ErrorReport {
    let message = format!("{} could not be read: {error}. Check the path and its permissions.", path.display());
    ErrorReport::new("file.unreadable", message)
}

fn unwritable(place: &str, error: &std::io::Error) -> ErrorReport {
    ErrorReport::new("file.unwritable", format!("{place} could not be written: {error}."))
}
