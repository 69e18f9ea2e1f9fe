//! What lies beside the tree: a README and two scripts.

use super::Workspace;
use crate::export::ExportFile;
use crate::tracking::Experiment;

const README: &str = include_str!("files/README.md");
const OPEN: &str = include_str!("files/open_in_mlflow.py");
const IMPORT: &str = include_str!("files/import_runs.py");

pub(super) fn files(workspace: &Workspace, experiments: &[Experiment]) -> Vec<ExportFile> {
    let mut lines = Vec::new();
    for experiment in experiments {
        let n = workspace.runs_of(experiment).len();
        lines.push(format!("- {}: {n} {}", experiment.name, if n == 1 { "run" } else { "runs" }));
    }
    vec![
        ExportFile::new("README.md", README.replace("{{experiments}}", &lines.join("\n"))),
        ExportFile::script("open_in_mlflow.py", OPEN),
        ExportFile::script("import_runs.py", IMPORT),
    ]
}
