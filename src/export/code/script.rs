//! The pipeline as one Python file.

use super::pieces::{CHOSEN, Lines, Pieces, SCORES, comment, docstring, imports};
use crate::base::python_string;
use crate::export::ExportError;
use crate::tracking::RunRecord;

/// What the file ends with: it reads, cleans, splits, fits, prints.
const MAIN: &str = include_str!("script_main.py");
const IMPORTS: &str = "import argparse\nimport json\nfrom pathlib import Path\n";

/// A script for pandas and scikit-learn that takes the CSV file, runs the steps and prints metrics and coefficients.
///
/// # Errors
/// `NotExpressible` for what scikit-learn cannot do.
pub fn script(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    let pieces = Pieces::of(run)?;
    let title = format!(
        "Predicts {} from {}: the pipeline of run {}.",
        pieces.spec.features.target,
        pieces.data_name(),
        run.info.run_name
    );
    let mut parts = vec![
        format!(
            "{}\n\n# Needs pandas 3 and scikit-learn 1.9: pip install pandas==3.1.1 scikit-learn==1.9.1\n\n{}\nDATA = {}\n",
            docstring(&title),
            imports([IMPORTS, &pieces.all_imports()]),
            python_string(&pieces.data_name())
        ),
        pieces.read_csv("csv").function("read(csv)", "The file as a table.", ""),
        clean_function(&pieces),
        pieces.split.function(
            "split(df)",
            "Features and target, of the rows to train on and of those held back.",
            "return X_train, X_test, y_train, y_test\n",
        ),
        pieces.fit_function(),
        pieces.folds_function(),
        pieces.parts_function(),
        SCORES.to_owned(),
        MAIN.to_owned(),
    ];
    if pieces.is_choosing {
        parts.insert(4, CHOSEN.to_owned());
    }
    Ok(parts.join("\n\n").into_bytes())
}

/// `clean(df)`: every rule with what it does.
fn clean_function(pieces: &Pieces<'_>) -> String {
    let rules = pieces.rules();
    let mut code = String::new();
    for (_, sentence, lines) in &rules {
        code.push_str(&format!("# {}.\n{}", comment(sentence), lines.code));
    }
    let doc = if rules.is_empty() { "Nothing to clean." } else { "The cleaning rules, in order." };
    Lines { code, ..Lines::default() }.function("clean(df)", doc, "return df\n")
}
