//! What of a pipeline goes where on a Dask cluster, and what does not go there at all: `src/dask_plan.py`.

use super::model;
use super::pieces::{Lines, Pieces, docstring, imports};
use super::python;
use crate::base::{python_list, python_string};
use crate::clean::Rule;
use crate::estimators::EstimatorSpec;
use crate::pipeline::PipelineSpec;
use crate::split::TestSize;

/// Where a rule works.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// On each partition: a row needs no other.
    Rows,
    /// On one machine, on these columns of all rows.
    Columns(Vec<String>),
    /// On one machine, on one column of all rows after the other.
    Each,
    /// Nowhere: it would need all columns of all rows at once.
    Nowhere(&'static str),
}

fn place(rule: &Rule) -> Place {
    let is_open = |name: &str| rule.param(name).is_null();
    match rule.name() {
        "drop_columns" | "keep_columns" | "rename_columns" | "reorder_columns" | "replace_values" | "filter_rows"
        | "derive_column" | "date_parts" | "days_between" | "clean_text" | "parse_dates" | "cast_type"
        | "keep_numeric" | "drop_missing" => Place::Rows,
        "fill_missing" if rule.param("strategy") == "constant" => Place::Rows,
        "fill_missing" if is_open("columns") && !is_open("group_by") => {
            Place::Nowhere("it fills all columns by groups; name the columns")
        }
        "add_missing_indicator" if !is_open("columns") => Place::Rows,
        "fill_missing"
        | "clip_outliers"
        | "drop_outliers"
        | "drop_constant"
        | "drop_near_constant"
        | "drop_mostly_missing"
        | "add_missing_indicator" => {
            if is_open("columns") {
                Place::Each
            } else {
                Place::Columns(rule.columns())
            }
        }
        // Which rows are drawn depends on how many there are.
        "sample_rows" => Place::Columns(Vec::new()),
        "drop_duplicates" if !is_open("subset") => Place::Columns(rule.columns()),
        "drop_duplicates" => Place::Nowhere("it compares whole rows with each other; name the columns that decide"),
        "drop_correlated" if !is_open("columns") => Place::Columns(rule.columns()),
        "drop_correlated" => Place::Nowhere("it compares all columns with each other; name those to compare"),
        _ => Place::Nowhere("it has no partition-wise way"),
    }
}

/// Why the pipeline does not run on Dask, a sentence each; empty when it does.
fn problems(spec: &PipelineSpec) -> Vec<String> {
    let mut found = Vec::new();
    if spec.is_sweep() {
        found.push("It is a sweep. Run that on one machine, on a sample, and take the best candidate here.".to_owned());
    } else if let Some(estimator) = spec.train.first()
        && !is_linear(estimator)
    {
        found.push(format!(
            "{} needs all rows on one machine. LinearRegression, Ridge, Lasso, ElasticNet and DummyRegressor do not.",
            estimator.model_name()
        ));
    }
    for (i, rule) in spec.clean.iter().enumerate().filter(|(_, rule)| rule.enabled()) {
        if let Place::Nowhere(why) = place(rule) {
            found.push(format!("Rule {} ({}): {why}.", i + 1, rule.sentence()));
        }
    }
    found
}

fn is_linear(estimator: &EstimatorSpec) -> bool {
    use EstimatorSpec::{Dummy, ElasticNet, Lasso, LinearRegression, Ridge};
    matches!(estimator, LinearRegression(_) | Ridge(_) | Lasso(_) | ElasticNet(_) | Dummy(_))
}

/// What is left out on Dask, a sentence each.
fn left_out(spec: &PipelineSpec) -> Vec<String> {
    let folds = "cross-validation, which needs the rows of each fold on one machine. Other numbers are the same.";
    spec.evaluate.cv.iter().map(|_| folds.to_owned()).collect()
}

/// What the README says of this pipeline on a cluster.
pub(super) fn in_words(spec: &PipelineSpec) -> String {
    let (problems, left_out) = (problems(spec), left_out(spec));
    if problems.is_empty() && left_out.is_empty() {
        return "All of this pipeline runs there.\n".into();
    }
    let list = |lines: &[String]| lines.iter().map(|line| format!("- {line}\n")).collect::<String>();
    let mut text = String::new();
    if !problems.is_empty() {
        text.push_str(&format!(
            "**This pipeline does not run there**, and says so before it starts:\n\n{}",
            list(&problems)
        ));
    }
    if !left_out.is_empty() {
        text.push_str(&format!("Left out there:\n\n{}", list(&left_out)));
    }
    text
}

/// `src/dask_plan.py`.
pub(super) fn plan(pieces: &Pieces<'_>) -> String {
    let spec = pieces.spec;
    let mut rules = String::new();
    let mut functions = String::new();
    let mut needed: Vec<String> = vec!["import numpy as np".into(), "import pandas as pd".into()];
    for (i, _, _) in pieces.rules() {
        let Some(rule) = spec.clean.get(i) else { continue };
        let n = i + 1;
        match place(rule) {
            Place::Rows => rules.push_str(&format!("    (\"rows\", [], data_cleaning.rule_{n}),\n")),
            Place::Columns(columns) => {
                rules.push_str(&format!("    (\"columns\", {}, data_cleaning.rule_{n}),\n", python_list(&columns)));
            }
            Place::Each => {
                // The lines of the run may name the columns that it met; these here take whatever column they are given.
                let lines = Lines::of(&rule.python());
                needed.extend(lines.imports.iter().cloned());
                let doc = format!("{}.", rule.sentence());
                functions.push_str(&format!("\n\n{}", lines.function(&format!("each_{n}(df)"), &doc, "return df\n")));
                rules.push_str(&format!("    (\"each\", [], each_{n}),\n"));
            }
            Place::Nowhere(_) => {}
        }
    }
    let composed = spec.train.first().filter(|_| problems(spec).is_empty());
    let composed = composed.and_then(|entry| model::composed(spec, entry, pieces.known.features));
    let make = composed.map(|composed| Lines::of(&model::of_shape(&composed.code, pieces.known))).unwrap_or_default();
    needed.extend(make.imports.iter().cloned());
    let returned = if make.code.is_empty() { "return None\n" } else { "return model\n" };
    let make = make.function("make_model()", "The model, not yet fitted.", returned);
    let smearing = match spec.features.target_transform.filter(|_| spec.features.smearing) {
        Some(transform) => format!("def SMEARING(residuals):\n    return {}\n", model::smearing(transform).1),
        None => "SMEARING = None\n".into(),
    };
    let none_or = |text: Option<&str>| text.map_or_else(|| "None".to_owned(), python_string);
    let stratify = spec.split.as_ref().and_then(|split| split.stratify.as_deref().filter(|_| split.shuffle));
    format!(
        "{}\n\n{}\nfrom src import data_cleaning\n\n\
         # Why the pipeline does not run on a cluster, and what is left out there.\n\
         PROBLEMS = {}\nLEFT_OUT = {}\n\n\
         READ = dict({})\nTARGET = {}\nSTRATIFY = {}\nWEIGHTS = {}\n\
         # None: all columns but target and weights.\nFEATURES = {}\n{functions}\n\n\
         # Where each rule works: \"rows\" on each partition, \"columns\" on these columns of all rows, \"each\" on one column at a time.\n\
         RULES = [\n{rules}]\n\n\n{}\n\n{make}\n\n{smearing}",
        docstring("What of the pipeline goes where on a Dask cluster."),
        imports(needed.iter().map(String::as_str)),
        sentences(&problems(spec)),
        sentences(&left_out(spec)),
        python::read_arguments(spec, pieces.known.ingest).join(", "),
        pieces.target(),
        none_or(stratify),
        none_or(spec.train.first().and_then(|entry| entry.sample_weight())),
        spec.features.columns.as_ref().map_or_else(|| "None".to_owned(), |names| python_list(names)),
        split_rows(spec),
    )
}

fn sentences(lines: &[String]) -> String {
    let items: String = lines.iter().map(|line| format!("    {},\n", python_string(line))).collect();
    if items.is_empty() { "[]".into() } else { format!("[\n{items}]") }
}

fn split_rows(spec: &PipelineSpec) -> String {
    let head = "split_rows(rows, strata)";
    let doc = "Row numbers to train on, and those held back.";
    let Some(split) = &spec.split else {
        return Lines::default().function(head, doc, "return rows, rows\n");
    };
    let size = match split.test_size {
        TestSize::Count(n) => n.to_string(),
        TestSize::Share(share) => format!("{share:?}"),
    };
    let how = if split.shuffle {
        format!("random_state={}, stratify=strata", split.random_state)
    } else {
        "shuffle=False".into()
    };
    let code = format!(
        "from sklearn.model_selection import train_test_split\n\nreturn train_test_split(rows, test_size={size}, {how})\n"
    );
    Lines::default().function(head, doc, &code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::RULES;

    fn spec(clean: &str, train: &str) -> PipelineSpec {
        let json =
            format!(r#"{{"pipette": 1, "features": {{"target": "y"}}, "clean": [{clean}], "train": [{train}]}}"#);
        PipelineSpec::from_json(&json).unwrap()
    }

    const LINEAR: &str = r#"{"estimator": "linear_regression"}"#;

    #[test]
    fn every_rule_has_its_place() {
        for info in RULES {
            let rule = Rule::fresh(info.name, &[]).unwrap();
            assert_ne!(place(&rule), Place::Nowhere("it has no partition-wise way"), "{}", info.name);
        }
    }

    #[test]
    fn what_needs_all_rows_says_so_with_a_remedy() {
        let all =
            spec(r#"{"rule": "drop_duplicates"}, {"rule": "keep_numeric"}"#, r#"{"estimator": "huber_regressor"}"#);
        let found = problems(&all);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("HuberRegressor needs all rows"), "{found:?}");
        assert!(found[1].contains("name the columns that decide"), "{found:?}");
        assert_eq!(problems(&spec(r#"{"rule": "drop_duplicates", "subset": ["a"]}"#, LINEAR)), Vec::<String>::new());
        assert!(problems(&spec("", r#"{"estimator": "ridge", "params": {"alpha": [1, 2]}}"#))[0].contains("sweep"));
    }

    #[test]
    fn medians_of_named_columns_are_taken_from_just_these() {
        let median = spec(r#"{"rule": "fill_missing", "columns": ["a", "b"], "strategy": "median"}"#, LINEAR);
        assert_eq!(place(&median.clean[0]), Place::Columns(vec!["a".into(), "b".into()]));
        let constant =
            spec(r#"{"rule": "fill_missing", "columns": ["a"], "strategy": "constant", "fill_value": 1}"#, LINEAR);
        assert_eq!(place(&constant.clean[0]), Place::Rows);
    }
}
