//! What a run left behind, as files of text: for a look at their beginning, and to be saved whole.

use crate::export::code::python::{Known, script};
use crate::pipeline::{StepName, StepOutput};
use crate::tracking::{RunRecord, run_json};

/// So much of a file is shown, in bytes.
pub const SHOWN: usize = 64_000;

/// A file of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// `run.json`, `steps/evaluate.json`.
    pub path: String,
    pub mime: &'static str,
    pub says: &'static str,
    pub text: String,
}

impl Artifact {
    /// The beginning of the text, cut between characters, and whether it is all.
    #[must_use]
    pub fn head(&self) -> (&str, bool) {
        let end = (0..=SHOWN.min(self.text.len())).rev().find(|end| self.text.is_char_boundary(*end)).unwrap_or(0);
        (self.text.get(..end).unwrap_or_default(), end == self.text.len())
    }

    /// Its name without the folder.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// The files of a run.
#[must_use]
pub fn artifacts(run: &RunRecord) -> Vec<Artifact> {
    let json = |path: String, says, text: Option<String>| {
        text.map(|text| Artifact { path, mime: "application/json", says, text })
    };
    let mut files = Vec::new();
    files.extend(json(
        "run.json".into(),
        "All that is kept of the run",
        serde_json::to_string_pretty(&run_json(run)).ok(),
    ));
    files.extend(json("pipeline.json".into(), "The pipeline: run it again with it", Some(run.spec.to_json())));
    let text = script(StepName::Evaluate, &run.spec, Known::default());
    files.push(Artifact {
        path: "pipeline.py".into(),
        mime: "text/x-python",
        says: "The same with scikit-learn",
        text,
    });
    for output in &run.outputs {
        let (step, says) = match output {
            StepOutput::Ingest(_) => (StepName::Ingest, "What was read"),
            StepOutput::Clean(_) => (StepName::Clean, "What the rules did"),
            StepOutput::Split(_) => (StepName::Split, "Which rows are for what"),
            StepOutput::Train(_) => (StepName::Train, "The fitted model"),
            StepOutput::Evaluate(_) => (StepName::Evaluate, "The report: metrics, residuals, tests"),
        };
        let path = format!("steps/{}.json", step.as_str());
        files.extend(json(path, says, serde_json::to_string_pretty(output).ok()));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;

    #[test]
    fn a_run_has_its_record_its_pipeline_and_what_its_steps_made() {
        let run = run_record("a", 1);
        let files = artifacts(&run);
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths[..3], ["run.json", "pipeline.json", "pipeline.py"]);
        assert_eq!(paths.len(), 3 + run.outputs.len());
        assert_eq!(crate::pipeline::PipelineSpec::from_json(&files[1].text).ok(), Some(run.spec));
        assert!(files.iter().all(|file| !file.text.is_empty() && !file.name().contains('/')));
    }

    #[test]
    fn only_the_beginning_is_shown_and_no_letter_is_cut() {
        let file = |text: String| Artifact { path: "a".into(), mime: "text/plain", says: "", text };
        assert_eq!(file("short".into()).head(), ("short", true));
        let long = file(format!("a{}", "ä".repeat(SHOWN)));
        let (head, is_all) = long.head();
        assert_eq!((head.len(), is_all), (SHOWN - 1, false));
    }
}
