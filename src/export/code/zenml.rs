//! The pipeline as a ZenML project in the course's folders, with a second engine for Dask clusters.

use super::dask;
use super::pieces::{CHOSEN, Pieces, SCORES, SCORES_IMPORTS, docstring, imports, indented};
use crate::base::python_string;
use crate::estimators::EstimatorSpec;
use crate::export::{ExportError, ExportFile, archive};
use crate::tracking::RunRecord;

const RUN_PIPELINE: &str = include_str!("zenml_files/run_pipeline.py");
const TRAINING_PIPELINE: &str = include_str!("zenml_files/pipelines/training_pipeline.py");
const DASK_PIPELINE: &str = include_str!("zenml_files/pipelines/dask_pipeline.py");
const UTILS: &str = include_str!("zenml_files/pipelines/utils.py");
const INGEST_DATA: &str = include_str!("zenml_files/steps/ingest_data.py");
const CLEAN_DATA: &str = include_str!("zenml_files/steps/clean_data.py");
const MODEL_TRAIN: &str = include_str!("zenml_files/steps/model_train.py");
const EVALUATION_STEP: &str = include_str!("zenml_files/steps/evaluation.py");
const TRAIN_ON_DASK: &str = include_str!("zenml_files/steps/train_on_dask.py");
const EVALUATION_HEAD: &str = include_str!("zenml_files/src/evaluation_head.py");
const DASK_FILE: &str = include_str!("zenml_files/src/dask_file.py");
const DASK_ENGINE: &str = include_str!("zenml_files/src/dask_engine.py");
const SETUP: &str = include_str!("zenml_files/setup.sh");
const ML_PROJECT: &str = include_str!("zenml_files/MLproject");
const REQUIREMENTS: &str = include_str!("zenml_files/req.txt");
const README: &str = include_str!("zenml_files/README.md");
const DATA_NOTE: &str = include_str!("zenml_files/data_note.md");

/// A ZIP of the project, without the data.
///
/// # Errors
/// `NotExpressible` for what scikit-learn cannot do.
pub fn project(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    archive::zip(&files(run)?)
}

fn files(run: &RunRecord) -> Result<Vec<ExportFile>, ExportError> {
    let pieces = Pieces::of(run)?;
    let steps = Steps::of(&pieces);
    let empty = |path: &str| ExportFile::new(format!("{path}/__init__.py"), "");
    Ok(vec![
        ExportFile::new("README.md", readme(run, &pieces)),
        ExportFile::new("MLproject", ml_project(&pieces)?),
        ExportFile::new("req.txt", REQUIREMENTS),
        ExportFile::script("setup.sh", SETUP),
        ExportFile::new("run_pipeline.py", RUN_PIPELINE),
        ExportFile::new("data/README.md", data_note(run, &pieces)),
        empty("pipelines"),
        ExportFile::new("pipelines/training_pipeline.py", steps.filled(TRAINING_PIPELINE)),
        ExportFile::new("pipelines/dask_pipeline.py", DASK_PIPELINE),
        ExportFile::new("pipelines/utils.py", UTILS),
        empty("steps"),
        ExportFile::new("steps/config.py", config(&pieces)),
        ExportFile::new("steps/ingest_data.py", INGEST_DATA),
        ExportFile::new("steps/clean_data.py", steps.filled(CLEAN_DATA)),
        ExportFile::new("steps/model_train.py", steps.filled(MODEL_TRAIN)),
        ExportFile::new("steps/evaluation.py", steps.filled(EVALUATION_STEP)),
        ExportFile::new("steps/train_on_dask.py", TRAIN_ON_DASK),
        empty("src"),
        ExportFile::new("src/data_cleaning.py", data_cleaning(&pieces)),
        ExportFile::new("src/model_dev.py", model_dev(&pieces)),
        ExportFile::new("src/evaluation.py", evaluation(&pieces)),
        ExportFile::new("src/dask_file.py", DASK_FILE),
        ExportFile::new("src/dask_engine.py", DASK_ENGINE),
        ExportFile::new("src/dask_plan.py", dask::plan(&pieces)),
    ])
}

/// The estimator's name, as the course would call it.
fn model_name(pieces: &Pieces<'_>) -> &'static str {
    match pieces.spec.train.first() {
        Some(entry) if !pieces.spec.is_sweep() => entry.model_name(),
        _ => "Search",
    }
}

/// What differs in the steps from one pipeline to the next.
struct Steps {
    model: String,
    needs_df: bool,
    metrics: [&'static str; 2],
}

impl Steps {
    fn of(pieces: &Pieces<'_>) -> Self {
        let is_logistic = pieces.spec.train.iter().any(|entry| matches!(**entry, EstimatorSpec::Logistic(_)));
        Self {
            model: format!("{}Model", model_name(pieces)),
            needs_df: pieces.needs_df,
            metrics: if is_logistic { ["accuracy", "roc_auc"] } else { ["r2", "rmse"] },
        }
    }

    /// Columns that weigh or group rows are no features: where they are needed, the cleaned table is handed on too.
    fn filled(&self, template: &str) -> String {
        let with = |df: &'static str, without: &'static str| if self.needs_df { df } else { without };
        let [first, second] = self.metrics;
        let of_train = template == MODEL_TRAIN;
        template
            .replace("@@PARTS@@", with("X_train, X_test, y_train, y_test, cleaned", "X_train, X_test, y_train, y_test"))
            .replace("@@TRAIN@@", with("X_train, y_train, cleaned", "X_train, y_train"))
            .replace("@@ALL@@", with("X_train, X_test, y_train, y_test, cleaned", "X_train, X_test, y_train, y_test"))
            .replace("@@OUTPUT@@", with("    Annotated[pd.DataFrame, \"cleaned\"],\n", ""))
            .replace("@@PARAMETER@@", with("    cleaned: pd.DataFrame,\n", ""))
            .replace("@@DF@@", if of_train { with(", cleaned", "") } else { with("cleaned", "None") })
            .replace("@@MODEL@@", &self.model)
            .replace("@@FIRST@@", first)
            .replace("@@SECOND@@", second)
    }
}

fn config(pieces: &Pieces<'_>) -> String {
    format!(
        "from pydantic import BaseModel\n\n# The file's name in data/, where no other is named.\nDATA = {}\n\n\n\
         class ModelNameConfig(BaseModel):\n    {}\n\n    model_name: str = {}\n",
        python_string(&pieces.data_name()),
        docstring("Which model is trained."),
        python_string(model_name(pieces))
    )
}

fn data_cleaning(pieces: &Pieces<'_>) -> String {
    let rules = pieces.rules();
    let lines = rules.iter().map(|(_, _, lines)| lines).chain([&pieces.split]);
    let found = lines.flat_map(|lines| lines.imports.iter().map(String::as_str));
    let mut out = format!(
        "{}\n\n{}\n\n{}",
        docstring("How the file is read, what is done to its rows and columns, and which rows are held back."),
        imports(found.chain(["from abc import ABC, abstractmethod", "import pandas as pd"])),
        pieces.read_csv("csv").function("read(csv)", "The file as a table.", "")
    );
    for (i, sentence, lines) in &rules {
        let head = format!("rule_{}(df)", i + 1);
        // Nothing that a rule does may reach the table that it was given.
        let body = lines.function(&head, &format!("{sentence}."), "return df\n");
        out.push_str(&format!("\n\n{}", with_copy(&body)));
    }
    let names: String = rules.iter().map(|(i, _, _)| format!("rule_{}, ", i + 1)).collect();
    out.push_str(&format!(
        "\n\nRULES = [{}]\n\n\n{}\n\n{STRATEGIES}",
        names.trim_end_matches(", "),
        pieces.split.function(
            "split(df)",
            "Features and target, of the rows to train on and of those held back.",
            "return X_train, X_test, y_train, y_test\n",
        )
    ));
    out
}

fn with_copy(function: &str) -> String {
    let mut lines = function.split_inclusive('\n');
    let (head, doc) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    format!("{head}{doc}    df = df.copy()\n{}", lines.collect::<String>())
}

const STRATEGIES: &str = include_str!("zenml_files/src/strategies.py");

fn model_dev(pieces: &Pieces<'_>) -> String {
    let lines = [&pieces.fit].into_iter().chain(&pieces.folds);
    let found = lines.flat_map(|lines| lines.imports.iter().map(String::as_str));
    let chosen = if pieces.is_choosing { format!("{CHOSEN}\n\n") } else { String::new() };
    let chosen_imports = if pieces.is_choosing { super::pieces::CHOSEN_IMPORTS } else { "" };
    let body = "def train(self, X_train, y_train, df=None):\n    return fit(X_train, y_train, df)\n";
    format!(
        "{}\n\n{}\n\n{chosen}{}\n\n{}\n\n\
         class Model(ABC):\n    {}\n\n    @abstractmethod\n    def train(self, X_train, y_train, df=None):\n        {}\n\n\n\
         class {}Model(Model):\n    {}\n\n{}",
        docstring("Encoders and estimator."),
        imports(found.chain(["from abc import ABC, abstractmethod", "import pandas as pd", chosen_imports])),
        pieces.fit_function(),
        pieces.folds_function(),
        docstring("What can be trained."),
        docstring("The fitted model."),
        model_name(pieces),
        docstring(&pieces.estimator_sentence()),
        indented(body, 1)
    )
}

fn evaluation(pieces: &Pieces<'_>) -> String {
    let head =
        EVALUATION_HEAD.replace("@@IMPORTS@@", &imports(["from abc import ABC, abstractmethod", SCORES_IMPORTS]));
    format!("{}\n\n{head}{}\n\n{SCORES}", docstring("The metrics."), pieces.parts_function())
}

fn ml_project(pieces: &Pieces<'_>) -> Result<String, ExportError> {
    // JSON texts are YAML too.
    let name = serde_json::to_string(&pieces.spec.name)?;
    let data = serde_json::to_string(&format!("data/{}", pieces.data_name()))?;
    Ok(ML_PROJECT.replace("@@NAME@@", &name).replace("@@DATA@@", &data))
}

/// Text in Markdown, on one line, with nothing that starts a link or code.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '`' | '[' | ']' | '<' | '>')).collect()
}

fn readme(run: &RunRecord, pieces: &Pieces<'_>) -> String {
    let spec = pieces.spec;
    let what = format!(
        "The pipeline of run {} as a ZenML project: {} of {}. {}",
        plain(&run.info.run_name),
        model_name(pieces),
        plain(&spec.features.target),
        plain(&pieces.estimator_sentence())
    );
    let mut rules: String =
        pieces.rules().iter().map(|(i, text, _)| format!("{}. {}.\n", i + 1, plain(text))).collect();
    rules =
        if rules.is_empty() { "No cleaning rules.\n".into() } else { format!("Cleaning rules, in order:\n\n{rules}") };
    let mut notes = String::new();
    if spec.search.is_some() && spec.train.len() > 1 {
        notes.push_str(
            "\nThe random search draws for each estimator by itself; Pipette draws from all of them together.\n",
        );
    }
    if pieces.is_choosing && spec.evaluate.cv.is_some() {
        notes.push_str("\nCross-validation is left out: scikit-learn cannot choose features anew in each fold.\n");
    }
    README
        .replace("@@TITLE@@", &plain(&spec.name))
        .replace("@@WHAT@@", &what)
        .replace("@@DATA@@", &plain(&format!("data/{}", pieces.data_name())))
        .replace("@@RULES@@", &(rules + &notes))
        .replace("@@DASK@@", &dask::in_words(spec))
}

fn data_note(run: &RunRecord, pieces: &Pieces<'_>) -> String {
    let digest = run.dataset.as_ref().map_or_else(String::new, |dataset| {
        format!("The run read {} bytes, digest {}.", dataset.bytes, dataset.digest.as_str())
    });
    DATA_NOTE.replace("@@DATA@@", &plain(&pieces.data_name())).replace("@@DIGEST@@", &digest)
}
