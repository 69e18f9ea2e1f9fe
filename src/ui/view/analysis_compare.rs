//! Two pipelines on the same folds: what one can be held against, and the answer.

use crate::base::Digest;
use crate::estimators::{ESTIMATORS, EstimatorSpec};
use crate::evaluate::{CLASS_METRICS, METRICS};
use crate::pipeline::{Bars, CompareResult, Line, PipelineSpec};
use crate::tracking::{RunRecord, RunStatus, RunSummary};
use crate::ui::state::analyses::asked_spec;
use crate::ui::view::analysis_answer::{AnswerView, NumberCell, NumberRow, NumberTable, cell, word};
use crate::ui::view::analysis_charts::{self as charts, Words, signed};
use crate::ui::view::runs_text::metric_label;
use crate::ui::view::{evaluate, format};

/// Runs that are offered; those from before are on the Compare page.
const MOST_RUNS: usize = 30;
/// Before an estimator's name, and before a run's id.
const ESTIMATOR: &str = "estimator:";
const RUN: &str = "run:";

/// What the pipeline is held against.
#[derive(Debug, Clone, PartialEq)]
pub enum Opponent {
    /// The same pipeline with another estimator as it starts.
    Estimator(EstimatorSpec),
    /// The pipeline of an earlier run.
    Run(String),
}

/// Other estimators, then earlier runs on the same file that predict the same: value and words.
#[must_use]
pub fn opponents(spec: &PipelineSpec, runs: &[RunSummary], dataset: Option<&Digest>) -> Vec<(String, String)> {
    let own = spec.train.first().map(|entry| entry.name());
    let classifies = spec.train.first().is_some_and(|entry| entry.is_classifier());
    let estimators = ESTIMATORS.iter().filter(|info| {
        // One that tells classes apart fits a target of two values only.
        let fits = classifies || EstimatorSpec::fresh(info.name).is_ok_and(|fresh| !fresh.is_classifier());
        own != Some(info.name) && fits
    });
    let estimators = estimators.map(|info| (format!("{ESTIMATOR}{}", info.name), info.label.to_owned()));
    let is_like = |run: &&RunSummary| {
        let param = |key: &str| run.params.iter().find(|param| param.key == key).map(|param| param.value.as_str());
        run.info.status == RunStatus::Finished
            && run.dataset.as_ref().map(|dataset| &dataset.digest) == dataset
            && param("target") == Some(spec.features.target.as_str())
    };
    let model = |run: &RunSummary| {
        let name = run.params.iter().rfind(|param| param.key == "best_model_name" || param.key == "model_name");
        name.map_or_else(String::new, |param| format!(", {}", param.value))
    };
    let runs = runs.iter().filter(is_like).take(MOST_RUNS);
    let runs = runs.map(|run| (format!("{RUN}{}", run.info.run_id), format!("{}{}", run.info.run_name, model(run))));
    estimators.chain(runs).collect()
}

/// What a value of the list means.
#[must_use]
pub fn opponent(value: &str) -> Option<Opponent> {
    if let Some(name) = value.strip_prefix(ESTIMATOR) {
        return EstimatorSpec::fresh(name).ok().map(Opponent::Estimator);
    }
    value.strip_prefix(RUN).map(|id| Opponent::Run(id.to_owned()))
}

/// The pipeline of a run: of a sweep, with the candidate that it chose.
#[must_use]
pub fn pipeline_of(run: &RunRecord) -> PipelineSpec {
    asked_spec(&run.spec, run.training())
}

/// The metrics that can tell two pipelines apart: value and words, the usual one first.
#[must_use]
pub fn metrics(a: &PipelineSpec, b: Option<&PipelineSpec>) -> Vec<(String, String)> {
    let classifies = |spec: &PipelineSpec| spec.train.first().is_some_and(|entry| entry.is_classifier());
    let of_classes = classifies(a) && b.is_none_or(classifies);
    let of_numbers = METRICS.iter().map(|(name, _)| *name);
    let mut names: Vec<&str> = CLASS_METRICS.iter().map(|(name, _)| *name).filter(|_| of_classes).collect();
    if !of_classes {
        names.push("rmse");
        names.extend(of_numbers.filter(|name| *name != "rmse"));
    }
    names.into_iter().map(|name| (name.to_owned(), metric_label(name).to_owned())).collect()
}

/// The folds of both, and the test.
#[must_use]
pub fn view(found: &CompareResult) -> AnswerView {
    let test = &found.comparison;
    let label = metric_label(&test.metric);
    let folds: Vec<f64> = (1..=found.a.len()).map(|fold| fold as f64).collect();
    let of = |name: &str, y: &[f64]| Line { name: name.to_owned(), x: folds.clone(), y: y.to_vec(), ..Line::default() };
    let (a, b) = (of(&test.a, &found.a), of(&test.b, &found.b));
    let words = Words {
        title: format!("{label} in each fold"),
        how_to_read:
            "Both are fitted and judged on the same rows. Where the lines lie apart, one is better throughout.".into(),
        summary: format!("{label} of {} and of {} in {} folds.", test.a, test.b, found.a.len()),
        x: "fold".into(),
        y: label.to_owned(),
    };
    let mut scenes = vec![charts::lines(words, &[&a, &b], |name| name)];
    let width = format::percent(test.confidence);
    if test.se > 0.0 {
        let bars = Bars {
            names: vec![format!("{label} of {}", test.b)],
            values: vec![test.difference],
            lo: vec![test.lo],
            hi: vec![test.hi],
        };
        let words = Words {
            title: "The difference".into(),
            how_to_read: format!("Compared with {}, with its {width} interval; grey has 0 inside.", test.a),
            summary: format!("{} ({} to {}).", signed(test.difference), signed(test.lo), signed(test.hi)),
            ..Words::default()
        };
        scenes.push(charts::forest(words, &bars));
    }
    AnswerView { scenes, tables: vec![test_table(found), folds_table(found)] }
}

fn test_table(found: &CompareResult) -> NumberTable {
    let test = &found.comparison;
    let row = |name: &str, label: String, value: NumberCell| NumberRow { name: name.into(), label, cells: vec![value] };
    let maybe = |value: Option<f64>| value.map_or_else(|| word("–"), cell);
    let plus = |value: f64| NumberCell { shown: signed(value), full: format::exact(value) };
    let width = format::percent(test.confidence);
    NumberTable {
        name: "test",
        title: "The corrected resampled t-test".into(),
        head: vec!["What".into(), "Value".into()],
        rows: vec![
            row(
                "difference",
                format!("{} of {} less that of {}", metric_label(&test.metric), test.b, test.a),
                plus(test.difference),
            ),
            row("lo", format!("{width} interval, from"), plus(test.lo)),
            row("hi", format!("{width} interval, to"), plus(test.hi)),
            row("se", "Standard error, corrected for folds that share rows".into(), cell(test.se)),
            row("t", "t".into(), maybe(test.t)),
            row("df", "Degrees of freedom".into(), cell(test.df as f64)),
            row("p", "p, two-sided".into(), maybe(test.p)),
        ],
        more: 0,
    }
}

fn folds_table(found: &CompareResult) -> NumberTable {
    let test = &found.comparison;
    let number =
        |value: f64| NumberCell { shown: evaluate::metric_number(&test.metric, value), full: format::exact(value) };
    let rows = found.a.iter().zip(&found.b).enumerate().map(|(fold, (a, b))| NumberRow {
        name: (fold + 1).to_string(),
        label: format!("Fold {}", fold + 1),
        cells: vec![number(*a), number(*b), NumberCell { shown: signed(b - a), full: format::exact(b - a) }],
    });
    NumberTable {
        name: "folds",
        title: format!("{} in each fold", metric_label(&test.metric)),
        head: vec!["Fold".into(), test.a.clone(), test.b.clone(), "Difference".into()],
        rows: rows.collect(),
        more: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Said;
    use crate::validation::compare;

    #[test]
    fn a_regression_is_not_offered_classifiers_and_itself() {
        let spec = PipelineSpec::default();
        let offered = opponents(&spec, &[], None);
        let has = |name: &str| offered.iter().any(|(value, _)| *value == format!("{ESTIMATOR}{name}"));
        assert!(has("ridge") && has("dummy_regressor") && !has("linear_regression") && !has("logistic_regression"));
        assert_eq!(metrics(&spec, None)[0].0, "rmse");
        let Some(Opponent::Estimator(ridge)) = opponent("estimator:ridge") else { panic!("not read") };
        assert_eq!(ridge.name(), "ridge");
        assert_eq!(opponent("run:abc"), Some(Opponent::Run("abc".into())));
        assert_eq!(opponent(""), None);
        let logistic = spec.with_estimator(EstimatorSpec::fresh("logistic_regression").unwrap());
        assert_eq!(metrics(&logistic, Some(&logistic))[0].0, "accuracy");
        assert_eq!(metrics(&logistic, Some(&spec))[0].0, "rmse", "numbers are what both can be judged by");
    }

    #[test]
    fn the_answer_has_both_lines_the_test_and_each_fold() {
        let (a, b) = (vec![1.0, 2.0, 3.0], vec![0.5, 1.75, 2.0]);
        let comparison = compare("rmse", ("Ridge", &a), ("Lasso", &b), (20.0, 10.0), 0.95).unwrap();
        let found = CompareResult { said: Said::default(), comparison, a, b };
        let shown = view(&found);
        assert_eq!(shown.scenes.len(), 2);
        assert_eq!(shown.tables[0].rows[0].cells[0].full.parse::<f64>().map(|d| (d * 1e9).round()), Ok(-583_333_333.0));
        assert_eq!(shown.tables[1].rows[2].cells[2].full, "-1");
        assert_eq!(shown.tables[1].head, ["Fold", "Ridge", "Lasso", "Difference"]);
    }
}
