//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::export::mlflow::live::{Tracker, TrackerError};
use crate::export::{self, Export};

/// What `pipette help` prints.
pub(super) const HELP: &str = "\
pipette run DATA.csv [--pipeline pipeline.json] [--out run.json] [--export KIND=FILE …]

Runs ingest, clean, split, train and evaluate on a CSV file, exactly as the page does, and prints the five steps,
the metrics and the coefficients. Without --pipeline the page's first guess for the file is used.

  --pipeline FILE   a pipeline saved by the page
  --out FILE        write the run (spec, steps, params, metrics, model) as JSON
  --export KIND=FILE  write the finished run for another tool, as often as wanted
  --predictions FILE  write a prediction for each row of the clean table as CSV: row, split, actual, prediction, inputs
  --hand-in FILE    write the run with its data as one file, which “pipette check” computes again
  --track URL       log the run to this MLflow server while it happens, such as http://127.0.0.1:5000
  --experiment NAME its experiment there (default: pipette)
  --outbox DIR      where runs wait while the server is away (default: pipette-outbox)

pipette score RUN.json DATA.csv --out SCORED.csv

Predicts for each row of a CSV file with the whole pipeline of a run that “pipette run --out RUN.json” wrote, cleaning
rules included. SCORED.csv has the columns of the file, prediction, and the reason where there is none; where the file
has the target, the metrics are printed. A file of any size takes the same memory.

pipette check FILE

Computes a run that was handed in again from its data, and says whether the same came of it. Exit code 1 where it did not.

pipette track URL [--experiment NAME] [--outbox DIR]

Sends what waits to the MLflow server.

pipette exports

Lists the kinds of export: what each contains and how it is used.

pipette analyse DATA.csv --analysis analysis.json [--pipeline pipeline.json] [--python script.py] [--out result.json]

Answers a question about a pipeline, such as {\"learning_curve\": {}}: prints the answer in a sentence, and as JSON.
docs/validation.md and docs/diagnostics.md list the questions.

  --analysis FILE   the question
  --python FILE     write the same in pandas and scikit-learn: a script that runs beside the CSV file
  --out FILE        write the answer as JSON instead of printing it

Exit codes: 0 finished, 1 the run failed (the message says why), 2 the call was wrong.
";

/// What the person asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Args {
    Help,
    Run {
        data: PathBuf,
        pipeline: Option<PathBuf>,
        save: Option<PathBuf>,
        exports: Vec<(&'static Export, PathBuf)>,
        predictions: Option<PathBuf>,
        track: Option<TrackTo>,
        hand_in: Option<PathBuf>,
    },
    /// Predicts for the rows of a file.
    Score {
        run: PathBuf,
        data: PathBuf,
        save: PathBuf,
    },
    /// Sends what waits.
    Track(TrackTo),
    /// Computes a run that was handed in again.
    Check(PathBuf),
    /// The list of exports.
    Exports,
    Analyse {
        data: PathBuf,
        pipeline: Option<PathBuf>,
        analysis: PathBuf,
        script: Option<PathBuf>,
        save: Option<PathBuf>,
    },
}

/// A server, and where runs wait for it.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackTo {
    pub tracker: Tracker,
    pub folder: PathBuf,
}

/// Why the call was wrong.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    #[error("{0}")]
    Malformed(#[from] lexopt::Error),
    #[error("Name one CSV file to run on.")]
    NoData,
    #[error("Name the question with --analysis FILE.")]
    NoAnalysis,
    #[error("{option} belongs to “pipette {command}”.")]
    Misplaced { option: &'static str, command: &'static str },
    #[error("{0}")]
    Tracker(#[from] TrackerError),
    #[error("Name the run, the CSV file and the file to write: pipette score RUN.json DATA.csv --out SCORED.csv.")]
    NoScore,
    #[error("Name one file that was handed in.")]
    NoHandIn,
    #[error("Name the MLflow server, such as http://127.0.0.1:5000.")]
    NoServer,
    #[error("Write --export as KIND=FILE; “{0}” is not.")]
    ExportShape(String),
    #[error("There is no export “{0}”. “pipette exports” lists them.")]
    UnknownExport(String),
    #[error("Unknown command {0:?}.")]
    UnknownCommand(String),
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// `UsageError`, with what was not understood.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Args, UsageError> {
    use lexopt::prelude::{Long, Short, Value};
    let mut parser = lexopt::Parser::from_args(arguments);
    let (mut command, mut data, mut second, mut pipeline, mut save) = (None, None, None, None, None);
    let (mut analysis, mut script, mut exports, mut predictions) = (None, None, Vec::new(), None);
    let (mut url, mut experiment, mut folder, mut hand_in) = (None, None, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Args::Help),
            Long("pipeline") => pipeline = Some(PathBuf::from(parser.value()?)),
            Long("analysis") => analysis = Some(PathBuf::from(parser.value()?)),
            Long("python") => script = Some(PathBuf::from(parser.value()?)),
            Long("export") => exports.push(export_of(&parser.value()?.to_string_lossy())?),
            Long("predictions") => predictions = Some(PathBuf::from(parser.value()?)),
            Long("hand-in") => hand_in = Some(PathBuf::from(parser.value()?)),
            Long("track") => url = Some(parser.value()?.to_string_lossy().into_owned()),
            Long("experiment") => experiment = Some(parser.value()?.to_string_lossy().into_owned()),
            Long("outbox") => folder = Some(PathBuf::from(parser.value()?)),
            Long("out") => save = Some(PathBuf::from(parser.value()?)),
            Value(value) if command.is_none() => command = Some(value.to_string_lossy().into_owned()),
            Value(value) if data.is_none() => data = Some(PathBuf::from(value)),
            Value(value) if second.is_none() && command.as_deref() == Some("score") => {
                second = Some(PathBuf::from(value));
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let to = |url: &str| {
        let tracker = Tracker::new(url, experiment.as_deref().unwrap_or("pipette"))?;
        Ok::<_, UsageError>(TrackTo { tracker, folder: folder.clone().unwrap_or_else(|| "pipette-outbox".into()) })
    };
    match (command.as_deref(), data) {
        (None | Some("help"), _) => Ok(Args::Help),
        (Some("exports"), None) => Ok(Args::Exports),
        (Some("run"), _) if analysis.is_some() => {
            Err(UsageError::Misplaced { option: "--analysis", command: "analyse" })
        }
        (Some("run"), _) if script.is_some() => Err(UsageError::Misplaced { option: "--python", command: "analyse" }),
        (Some("run"), _) if url.is_none() && experiment.is_some() => {
            Err(UsageError::Misplaced { option: "--experiment", command: "run --track URL" })
        }
        (Some("run"), Some(data)) => {
            let track = url.as_deref().map(to).transpose()?;
            Ok(Args::Run { data, pipeline, save, exports, predictions, track, hand_in })
        }
        (Some("score"), Some(run)) => {
            let (data, save) = second.zip(save).ok_or(UsageError::NoScore)?;
            Ok(Args::Score { run, data, save })
        }
        (Some("score"), None) => Err(UsageError::NoScore),
        (Some("check"), Some(file)) => Ok(Args::Check(file)),
        (Some("check"), None) => Err(UsageError::NoHandIn),
        (Some("analyse"), _) if hand_in.is_some() => Err(UsageError::Misplaced { option: "--hand-in", command: "run" }),
        (Some("track"), Some(url)) => Ok(Args::Track(to(&url.to_string_lossy())?)),
        (Some("track"), None) => Err(UsageError::NoServer),
        (Some("analyse"), _) if url.is_some() => Err(UsageError::Misplaced { option: "--track", command: "run" }),
        (Some("analyse"), _) if predictions.is_some() => {
            Err(UsageError::Misplaced { option: "--predictions", command: "run" })
        }
        (Some("analyse"), _) if !exports.is_empty() => {
            Err(UsageError::Misplaced { option: "--export", command: "run" })
        }
        (Some("analyse"), Some(data)) => match analysis {
            Some(analysis) => Ok(Args::Analyse { data, pipeline, analysis, script, save }),
            None => Err(UsageError::NoAnalysis),
        },
        (Some("run" | "analyse"), None) => Err(UsageError::NoData),
        (Some(other), _) => Err(UsageError::UnknownCommand(other.to_owned())),
    }
}

/// `KIND=FILE`, read.
fn export_of(text: &str) -> Result<(&'static Export, PathBuf), UsageError> {
    let (name, path) = text.split_once('=').ok_or_else(|| UsageError::ExportShape(text.to_owned()))?;
    let export = export::find(name).ok_or_else(|| UsageError::UnknownExport(name.to_owned()))?;
    Ok((export, PathBuf::from(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Args, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn arguments_come_in_any_order() {
        let run = |pipeline: Option<&str>, save: Option<&str>| {
            let (pipeline, save) = (pipeline.map(Into::into), save.map(Into::into));
            Ok(Args::Run {
                data: "a.csv".into(),
                pipeline,
                save,
                exports: Vec::new(),
                predictions: None,
                track: None,
                hand_in: None,
            })
        };
        assert_eq!(parsed("run a.csv"), run(None, None));
        assert_eq!(parsed("run --out r.json a.csv --pipeline p.json"), run(Some("p.json"), Some("r.json")));
        let analyse = Args::Analyse {
            data: "a.csv".into(),
            pipeline: None,
            analysis: "q.json".into(),
            script: Some("s.py".into()),
            save: None,
        };
        assert_eq!(parsed("analyse --python s.py a.csv --analysis q.json"), Ok(analyse));
        let tracker = Tracker::new("http://h:5000", "e").unwrap();
        let to = TrackTo { tracker, folder: "pipette-outbox".into() };
        assert_eq!(parsed("track http://h:5000/ --experiment e"), Ok(Args::Track(to)));
        assert_eq!(parsed("check a.zip"), Ok(Args::Check("a.zip".into())));
        assert_eq!(parsed("run a.csv --help"), Ok(Args::Help));
        assert_eq!(parsed(""), Ok(Args::Help));
    }

    #[test]
    fn a_wrong_call_is_explained() {
        assert_eq!(parsed("run"), Err("Name one CSV file to run on.".into()));
        assert_eq!(parsed("analyse a.csv"), Err("Name the question with --analysis FILE.".into()));
        assert_eq!(parsed("run a.csv --python s.py"), Err("--python belongs to “pipette analyse”.".into()));
        assert_eq!(parsed("run a.csv --export x"), Err("Write --export as KIND=FILE; “x” is not.".into()));
        let unknown = Err("There is no export “x”. “pipette exports” lists them.".into());
        assert_eq!(parsed("run a.csv --export x=y"), unknown);
        let misplaced = Err("--predictions belongs to “pipette run”.".into());
        assert_eq!(parsed("analyse a.csv --predictions p.csv"), misplaced);
        assert_eq!(parsed("check"), Err("Name one file that was handed in.".into()));
        assert_eq!(parsed("track"), Err("Name the MLflow server, such as http://127.0.0.1:5000.".into()));
        let misplaced = Err("--experiment belongs to “pipette run --track URL”.".into());
        assert_eq!(parsed("run a.csv --experiment e"), misplaced);
        assert!(parsed("run a.csv --track here").is_err_and(|words| words.contains("“here” is not the address")));
        assert_eq!(parsed("walk a.csv"), Err("Unknown command \"walk\".".into()));
        assert_eq!(parsed("run a.csv b.csv"), Err("unexpected argument \"b.csv\"".into()));
        assert_eq!(parsed("run a.csv --fast"), Err("invalid option '--fast'".into()));
    }
}
