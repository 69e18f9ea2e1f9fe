//! The MLflow model with a Dockerfile around it.

use super::logged_model;
use super::mlflow::PYTHON;
use crate::export::archive::zip;
use crate::export::{ExportError, ExportFile};
use crate::tracking::RunRecord;

/// What stands before the port of `mlflow models serve` in all that is said of it.
const PORT: u16 = 5001;

/// A ZIP with `Dockerfile`, `model/` (as `logged_model` has it) and `README.md`.
///
/// # Errors
/// As `logged_model`.
pub fn docker(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    let name = image_name(&run.info.run_name);
    let dockerfile = format!(
        "FROM python:{PYTHON}-slim\n\
         WORKDIR /srv\n\
         COPY model/requirements.txt .\n\
         RUN pip install --no-cache-dir -r requirements.txt\n\
         COPY model model\n\
         EXPOSE {PORT}\n\
         CMD [\"mlflow\", \"models\", \"serve\", \"-m\", \"model\", \"-h\", \"0.0.0.0\", \"-p\", \"{PORT}\", \"--env-manager\", \"local\"]\n"
    );
    let readme = format!(
        "The model of run {} behind mlflow models serve. In this folder:\n\
         docker build -t {name} . && docker run --rm -p {PORT}:{PORT} {name}\n\
         curl http://127.0.0.1:{PORT}/invocations -H 'Content-Type: application/json' -d @model/serving_input_example.json\n",
        run.info.run_name
    );
    let mut files = vec![ExportFile::new("Dockerfile", dockerfile), ExportFile::new("README.md", readme)];
    files.extend(logged_model(run)?.into_iter().map(|file| file.under("model")));
    zip(&files)
}

/// A name as Docker takes it: small letters, digits and single hyphens.
fn image_name(run_name: &str) -> String {
    let words = run_name.to_ascii_lowercase();
    let words: Vec<&str> = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "pipette-model".into() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;
    use crate::export::model::suite::trained;

    #[test]
    fn the_folder_builds_and_says_how() {
        let run = trained();
        let bytes = docker(&run).unwrap();
        assert_eq!(bytes, docker(&run).unwrap(), "the same bytes each time");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = |name: &str| {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let model = logged_model(&run).unwrap();
        let copied = model.iter().find(|file| file.path == "MLmodel").unwrap();
        assert_eq!(text("model/MLmodel").as_bytes(), copied.bytes);
        let dockerfile = text("Dockerfile");
        assert!(dockerfile.starts_with("FROM python:3.11-slim\n") && dockerfile.contains("\"-p\", \"5001\""));
        let readme = text("README.md");
        assert_eq!(readme.lines().count(), 3, "{readme}");
        assert!(readme.contains("docker build -t ") && readme.contains("curl http://127.0.0.1:5001/invocations"));
        for name in ["model/requirements.txt", "model/serving_input_example.json"] {
            assert!(!text(name).is_empty());
        }
    }

    #[test]
    fn image_names_are_dockers() {
        assert_eq!(image_name("calm-heron-31"), "calm-heron-31");
        assert_eq!(image_name(" My Run: Ä (2) "), "my-run-2");
        assert_eq!(image_name("模型"), "pipette-model");
    }
}
