//! The parts of the exported Python that script, notebook and project share.

use std::collections::{BTreeMap, BTreeSet};

use super::model;
use super::python::{self, Known};
use crate::base::python_string;
use crate::estimators::EstimatorSpec;
use crate::export::ExportError;
use crate::pipeline::{PipelineSpec, StepName};
use crate::tracking::RunRecord;

/// Metrics and coefficients of a model, under the names of the run record.
pub(super) const SCORES: &str = include_str!("scores.py");
/// The class of a model that chose its features.
pub(super) const CHOSEN: &str = include_str!("chosen.py");
/// What `SCORES` needs.
pub(super) const SCORES_IMPORTS: &str = "import numpy as np\nfrom sklearn import metrics\n";
/// What `CHOSEN` needs.
pub(super) const CHOSEN_IMPORTS: &str = "from sklearn.base import BaseEstimator, RegressorMixin\n";

/// Python whose imports stand apart from what is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) imports: BTreeSet<String>,
    pub(super) code: String,
}

impl Lines {
    /// Takes the imports out of code as the page shows it; the numbers that it prints are left out.
    pub(super) fn of(code: &str) -> Self {
        let mut lines = Self::default();
        for line in code.lines() {
            if line.starts_with("import ") || line.starts_with("from ") {
                lines.imports.insert(line.to_owned());
            } else if !line.starts_with("print(") {
                lines.code.push_str(line);
                lines.code.push('\n');
            }
        }
        let trimmed = lines.code.trim_matches('\n');
        // What the imports left empty.
        let mut code = String::with_capacity(trimmed.len() + 1);
        for line in trimmed.lines() {
            if !(line.is_empty() && code.ends_with("\n\n")) {
                code.push_str(line);
                code.push('\n');
            }
        }
        lines.code = code;
        lines
    }

    /// A function with these lines as its body.
    pub(super) fn function(&self, head: &str, doc: &str, last: &str) -> String {
        format!("def {head}:\n    {}\n{}{}", docstring(doc), indented(&self.code, 1), indented(last, 1))
    }
}

/// Text as a docstring: nothing in it ends it.
pub(super) fn docstring(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"\"\"{}\"\"\"", text.replace('\\', "\\\\").replace('"', "'"))
}

/// Text as the rest of one comment line.
pub(super) fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// The lines, moved to the right by so many levels. No string of the generated code spans lines, so this changes no value.
pub(super) fn indented(code: &str, levels: usize) -> String {
    let space = "    ".repeat(levels);
    code.lines().map(|line| if line.is_empty() { "\n".into() } else { format!("{space}{line}\n") }).collect()
}

/// Import lines in one order: Python's own, then what is installed.
pub(super) fn imports<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let is_own = |line: &str| {
        let module = line.split([' ', '.']).nth(1).unwrap_or_default();
        matches!(module, "abc" | "argparse" | "itertools" | "json" | "pathlib")
    };
    let mut modules: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut lines: Vec<String> = Vec::new();
    for line in parts.into_iter().flat_map(str::lines) {
        match line.strip_prefix("from ").and_then(|line| line.split_once(" import ")) {
            Some((module, names)) => modules.entry(module).or_default().extend(names.split(", ")),
            None if line.is_empty() => {}
            None => lines.push(line.to_owned()),
        }
    }
    lines.sort_unstable();
    lines.dedup();
    let joined = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
    lines.extend(modules.into_iter().map(|(module, names)| format!("from {module} import {}", joined(names))));
    let (own, installed): (Vec<String>, Vec<String>) = lines.into_iter().partition(|line| is_own(line));
    let gap = if own.is_empty() || installed.is_empty() { "" } else { "\n" };
    let text = |lines: &[String]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    text(&own) + gap + &text(&installed)
}

/// A run as parts of Python.
pub(super) struct Pieces<'a> {
    pub(super) spec: &'a PipelineSpec,
    pub(super) known: Known<'a>,
    pub(super) split: Lines,
    pub(super) fit: Lines,
    /// `return …`, at the end of `fit`.
    pub(super) fitted: &'static str,
    /// Cross-validation, where the spec asks for it and scikit-learn's function can do it.
    pub(super) folds: Option<Lines>,
    /// Whether fitting picks columns of `df` that are no features: weights, groups.
    pub(super) needs_df: bool,
    pub(super) is_choosing: bool,
}

impl<'a> Pieces<'a> {
    /// Takes a run apart.
    ///
    /// # Errors
    /// `NotExpressible` for what scikit-learn has no way to do.
    pub(super) fn of(run: &'a RunRecord) -> Result<Self, ExportError> {
        let (spec, known) = (&run.spec, Known::of(run));
        let refused = |what: &str, remedy| {
            Err(ExportError::NotExpressible { what: what.into(), format: "scikit-learn code", remedy })
        };
        if model::is_impossible(spec) {
            let remedy = "Take the target's transform or the logistic regression out.";
            return refused("A logistic regression of a transformed target", remedy);
        }
        if spec.train.is_empty() {
            return refused("A pipeline without an estimator", "Choose an estimator first.");
        }
        let chooses = |estimator: &EstimatorSpec| model::constructor(estimator).is_none();
        if spec.is_sweep() && spec.train.iter().any(|entry| chooses(entry)) {
            let remedy = "scikit-learn has no search for it: take it out of the sweep, or export it on its own.";
            return refused("A sweep with an estimator that chooses features", remedy);
        }
        let is_choosing = !spec.is_sweep() && spec.train.first().is_some_and(|entry| chooses(entry));
        let mut fit = Lines::of(&model::train(spec, known));
        let fitted = match (is_choosing, fit.code.contains("encode = "), fit.code.contains("back = ")) {
            (false, ..) => "return model\n",
            (true, false, false) => "return ChosenFeatures(list(X_train), chosen, model)\n",
            (true, true, false) => "return ChosenFeatures(list(X_train), chosen, model, encode=encode)\n",
            (true, false, true) => "return ChosenFeatures(list(X_train), chosen, model, back=back)\n",
            (true, true, true) => "return ChosenFeatures(list(X_train), chosen, model, encode, back)\n",
        };
        // Test rows are encoded when they are predicted.
        fit.code = fit.code.replace("X_test = encode.transform(X_test)\n", "");
        let folds = model::folds(spec).filter(|_| !is_choosing).map(|code| Lines::of(&code));
        let uses_df = |lines: &Lines| lines.code.contains("df.loc[");
        let needs_df = uses_df(&fit) || folds.as_ref().is_some_and(uses_df);
        let split = Lines::of(&python::step(StepName::Split, spec, known));
        Ok(Self { spec, known, split, fit, fitted, folds, needs_df, is_choosing })
    }

    /// The dataset's name, as the file beside the code is called.
    pub(super) fn data_name(&self) -> String {
        let name = self.known.ingest.map_or(self.spec.dataset.name.as_str(), |summary| summary.name.as_str());
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        if name.is_empty() { "data.csv".into() } else { name.into() }
    }

    /// `pd.read_csv(…)` of a Python expression.
    pub(super) fn read_csv(&self, source: &str) -> Lines {
        let call = python::read_csv(source, self.spec, self.known.ingest);
        Lines { imports: ["import pandas as pd".to_owned()].into(), code: format!("return {call}\n") }
    }

    /// The cleaning rules that are switched on: what each does, and its lines.
    pub(super) fn rules(&self) -> Vec<(usize, String, Lines)> {
        let on = self.spec.clean.iter().enumerate().filter(|(_, rule)| rule.enabled());
        on.map(|(i, rule)| (i, rule.sentence(), Lines::of(&python::rule(self.spec, self.known, i)))).collect()
    }

    /// Imports of everything but the rules.
    pub(super) fn all_imports(&self) -> String {
        let rules = self.rules();
        let lines = rules.iter().map(|(_, _, lines)| lines).chain([&self.split, &self.fit]).chain(&self.folds);
        let found = lines.flat_map(|lines| lines.imports.iter().map(String::as_str));
        let chosen = if self.is_choosing { CHOSEN_IMPORTS } else { "" };
        imports(found.chain(["import pandas as pd", SCORES_IMPORTS, chosen]))
    }

    /// `fit(X_train, y_train, df)`.
    pub(super) fn fit_function(&self) -> String {
        self.fit.function("fit(X_train, y_train, df)", &self.estimator_sentence(), self.fitted)
    }

    /// `cross_validated(model, X_train, y_train, df)`: mean metrics over the folds; none where none are asked for.
    pub(super) fn folds_function(&self) -> String {
        let head = "cross_validated(model, X_train, y_train, df)";
        let doc = "Metrics over the folds: their means.";
        let last = "return {\n    \"cv.r2\": float(scores[\"test_r2\"].mean()),\n    \
                    \"cv.rmse\": float(-scores[\"test_neg_root_mean_squared_error\"].mean()),\n}\n";
        match &self.folds {
            Some(lines) => lines.function(head, doc, last),
            None => Lines::default().function(
                head,
                doc,
                "return {}  # The pipeline has no folds, or none that cross_validate can do.\n",
            ),
        }
    }

    /// `parts(…)`: what is judged.
    pub(super) fn parts_function(&self) -> String {
        let parts = "return [(\"test\", X_test, y_test), (\"train\", X_train, y_train)]\n";
        let doc = match self.spec.split {
            Some(_) => "The rows that the model is judged on.",
            None => "The rows that the model is judged on: no rows are held back, so they are the same twice.",
        };
        Lines::default().function("parts(X_train, X_test, y_train, y_test)", doc, parts)
    }

    /// What is trained, in words.
    pub(super) fn estimator_sentence(&self) -> String {
        match self.spec.train.as_slice() {
            [one] if !self.spec.is_sweep() => one.sentence(),
            _ => "Searches the best of several settings.".into(),
        }
    }

    /// The target's name as a Python literal.
    pub(super) fn target(&self) -> String {
        python_string(&self.spec.features.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_and_printing_are_taken_out() {
        let lines = Lines::of("import b\nfrom a import c\n\nx = 1\n\n\n\nprint(x)\ny = 2\n");
        assert_eq!(lines.code, "x = 1\n\ny = 2\n");
        assert_eq!(imports(lines.imports.iter().map(String::as_str)), "import b\nfrom a import c\n");
        assert_eq!(
            imports(["import json\nimport pandas as pd\n", "import json"]),
            "import json\n\nimport pandas as pd\n"
        );
        assert_eq!(indented("a\n\nb\n", 1), "    a\n\n    b\n");
    }

    #[test]
    fn no_text_ends_its_docstring_or_comment() {
        assert_eq!(docstring("say \"\"\"x\"\"\"\nimport os\\"), "\"\"\"say '''x''' import os\\\\\"\"\"");
        assert_eq!(comment("a\nimport os\u{2028}b"), "a import os b");
    }
}
