//! The pipeline as a Jupyter notebook: the page's code in cells, sentences between them.

use serde_json::{Value, json};

use super::model;
use super::pieces::{Pieces, SCORES, SCORES_IMPORTS, imports};
use super::python;
use crate::base::python_string;
use crate::export::ExportError;
use crate::pipeline::StepName;
use crate::tracking::RunRecord;

/// A notebook of format 4.5. Cells are numbered, so that the same run has the same bytes.
///
/// # Errors
/// `NotExpressible` for what scikit-learn cannot do.
pub fn notebook(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    let pieces = Pieces::of(run)?;
    let mut cells = Cells::default();
    cells.words(&format!(
        "# {}\n\nThe pipeline of run *{}* in pandas and scikit-learn. It reads `{}`, which has to lie beside this notebook.\n\n\
         Made with pandas 3.1.1 and scikit-learn 1.9.1 in mind: `pip install pandas==3.1.1 scikit-learn==1.9.1`.",
        markdown(&pieces.spec.name),
        markdown(&run.info.run_name),
        pieces.data_name().replace('`', "'")
    ));
    let source = python_string(&pieces.data_name());
    let read = python::read_csv(&source, pieces.spec, pieces.known.ingest);
    cells.words("## Ingest\n\nThe file becomes a table. What differs from pandas' defaults is what the file needs.");
    cells.code(&format!("import pandas as pd\n\ndf = {read}\ndf.head()"));
    let rules = pieces.rules();
    cells.words(match rules.len() {
        0 => "## Clean\n\nNothing to clean.",
        _ => "## Clean\n\nThe rules, in order. Each starts with what the one before left.",
    });
    for (place, sentence, _) in &rules {
        cells.words(&format!("{}.", markdown(sentence)));
        cells.code(&python::rule(pieces.spec, pieces.known, *place));
    }
    cells.words(&format!(
        "## Split\n\nThe target is `{}`. Rows that are held back judge the model.",
        pieces.spec.features.target.replace('`', "'")
    ));
    cells.code(&python::step(StepName::Split, pieces.spec, pieces.known));
    cells.words(&format!("## Train\n\n{}", markdown(&pieces.estimator_sentence())));
    cells.code(&model::train(pieces.spec, pieces.known));
    cells.words("## Evaluate\n\nOn the rows held back, and on those it was trained on.");
    cells.code(&model::evaluate(pieces.spec));
    if !pieces.is_choosing {
        cells.words("The same numbers under the names of the run record.");
        let shared = imports([SCORES_IMPORTS]);
        cells.code(&format!("{shared}\n\n{SCORES}\n\n{}\n{}", pieces.parts_function(), TABLE));
    }
    let notebook = json!({
        "cells": cells.0,
        "metadata": {
            "kernelspec": { "display_name": "Python 3", "language": "python", "name": "python3" },
            "language_info": { "name": "python" },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    Ok((serde_json::to_string_pretty(&notebook)? + "\n").into_bytes())
}

/// The metrics of each part, and the coefficients.
const TABLE: &str = "\
found = {
    part: scores(model, X_part, y_part)
    for part, X_part, y_part in parts(X_train, X_test, y_train, y_test)
}
pd.DataFrame(found)";

#[derive(Default)]
struct Cells(Vec<Value>);

impl Cells {
    fn words(&mut self, text: &str) {
        let id = self.id();
        self.0.push(json!({ "cell_type": "markdown", "id": id, "metadata": {}, "source": lines(text) }));
    }

    fn code(&mut self, text: &str) {
        let id = self.id();
        self.0.push(json!({
            "cell_type": "code",
            "execution_count": null,
            "id": id,
            "metadata": {},
            "outputs": [],
            "source": lines(text.trim_end()),
        }));
    }

    fn id(&self) -> String {
        format!("cell-{:03}", self.0.len() + 1)
    }
}

/// Lines as a notebook keeps them: each with its end.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Text that Markdown shows as it is.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '$' | '|' | '~' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
