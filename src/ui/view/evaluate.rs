//! What the evaluate step says: the verdict and the metrics table.

use crate::evaluate::{DataSplit, EvaluateSummary, Metric};
use crate::ui::view::format;
use crate::ui::view::prose::Prose;

/// The core's verdict, with what was explained and how far off it is stressed.
#[must_use]
pub fn verdict(summary: &EvaluateSummary) -> Prose {
    let text = crate::evaluate::verdict(summary);
    let mut rest = text.as_str();
    let mut words = Prose::default();
    let stressed: [(&str, &[&str]); 3] = [
        ("Explains ", &[" of the variance"]),
        ("prediction is off by ", &[";", ":"]),
        ("an accuracy of ", &[";", ":"]),
    ];
    for (before, ends) in stressed {
        let Some(start) = rest.find(before).map(|at| at + before.len()) else { continue };
        let (head, tail) = rest.split_at(start);
        if let Some(end) = ends.iter().filter_map(|end| tail.find(end)).min() {
            let (stressed, after) = tail.split_at(end);
            words = words.plain(head).strong(stressed);
            rest = after;
        }
    }
    words.plain(rest)
}

/// What else to know: how much better on the rows it was fitted to, or that no rows were held back.
#[must_use]
pub fn second_sentence(summary: &EvaluateSummary, held_out: bool) -> Option<String> {
    if !held_out {
        return Some("To know, hold rows back: set a test size in Split.".into());
    }
    let name = if summary.classification.is_some() { "accuracy" } else { "r2" };
    let value = |split| summary.metric(name, split).and_then(|metric| metric.value);
    let (test, train) = (value(DataSplit::Test)?, value(DataSplit::Train)?);
    let share = if train > 0.0 { share(train) } else { "nothing".into() };
    let over = format!(
        "Measured on {} rows that it never saw; on the {} it was fitted to, it {}.",
        format::count(summary.n_test),
        format::count(summary.n_train),
        if name == "r2" { format!("explains {share}") } else { format!("has an accuracy of {share}") },
    );
    Some(if train - test > 0.1 {
        format!("{over} So part of what it learned holds only there: fewer features or more rows would help.")
    } else {
        over
    })
}

/// A share that is never rounded to 0 % or 100 %: `6 %`, `0.4 %`, `99.98 %`.
fn share(value: f64) -> String {
    let percent = value * 100.0;
    match percent {
        p if p >= 100.0 => "100 %".into(),
        p if p > 99.0 => {
            let decimals = (1..=9).find(|d| format!("{p:.d$}").parse::<f64>().is_ok_and(|q| q < 100.0)).unwrap_or(9);
            format!("{} %", format::decimals(p, decimals.max(1)))
        }
        p if p >= 1.0 => format!("{} %", format::decimals(p, 0)),
        p if p >= 0.1 => format!("{} %", format::decimals(p, 1)),
        p if p >= 0.01 => format!("{} %", format::decimals(p, 2)),
        _ => "less than 0.01 %".into(),
    }
}

/// One row of the metrics table.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricRow {
    /// scikit-learn's short name, as in handles.
    pub name: String,
    /// `RMSE`.
    pub word: &'static str,
    /// `in the unit of price`.
    pub unit: String,
    /// What it is, for hovering.
    pub explanation: &'static str,
    pub test: Cell,
    pub train: Cell,
    /// `−0.0347 better`; `None` where it cannot be told.
    pub against: Option<String>,
    /// Always guessing the training mean.
    pub baseline: String,
    pub baseline_full: String,
    /// Where test, train and baseline stand on one line: 0 to 1 each.
    pub strip: Option<Strip>,
}

/// Places on a metric's line, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strip {
    pub test: f64,
    pub train: Option<f64>,
    pub baseline: f64,
}

/// A number as shown and in full; both say why when it is not defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub shown: String,
    /// Full precision; empty when undefined.
    pub full: String,
    /// Why it is not defined.
    pub reason: Option<&'static str>,
}

/// The metrics, a row a name, in the summary's order.
#[must_use]
pub fn metric_rows(summary: &EvaluateSummary) -> Vec<MetricRow> {
    let tests = summary.metrics.iter().filter(|metric| metric.split == DataSplit::Test);
    tests.map(|test| metric_row(test, summary.metric(&test.name, DataSplit::Train), summary)).collect()
}

fn metric_row(test: &Metric, train: Option<&Metric>, summary: &EvaluateSummary) -> MetricRow {
    let (word, unit, explanation) = words(&test.name, &summary.target);
    let against = match (test.value, test.baseline) {
        (Some(value), Some(baseline)) => Some(against(&test.name, value, baseline)),
        _ => None,
    };
    MetricRow {
        name: test.name.clone(),
        word,
        unit,
        explanation,
        test: cell(&test.name, test.value, summary.n_test),
        train: cell(&test.name, train.and_then(|train| train.value), summary.n_train),
        against,
        baseline: test.baseline.map_or_else(|| "–".into(), |value| metric_number(&test.name, value)),
        baseline_full: test.baseline.map_or_else(String::new, format::exact),
        strip: strip(test.value, train.and_then(|train| train.value), test.baseline),
    }
}

/// A metric's word, its unit, and what it is.
pub(super) fn words(name: &str, target: &str) -> (&'static str, String, &'static str) {
    let unit = format!("in {target}");
    match name {
        "r2" => ("R²", "share explained".into(), "1 is perfect, 0 is no better than the mean, below 0 is worse."),
        "adj_r2" => ("Adjusted R²", "share explained".into(), "R² with a penalty for each feature."),
        "explained_variance" => {
            ("Explained variance", "share explained".into(), "As R², without counting a constant error.")
        }
        "rmse" => ("RMSE", unit, "Root of the mean squared error: large errors weigh more."),
        "mae" => ("MAE", unit, "Mean size of the error."),
        "mse" => ("MSE", format!("in {target}²"), "Mean squared error."),
        "medae" => ("Median error", unit, "Half of the predictions are nearer than this."),
        "max_error" => ("Largest error", unit, "The one prediction that is furthest off."),
        "mape" => ("MAPE", "share of the value".into(), "Mean error as a share of the actual value."),
        "accuracy" => ("Accuracy", "share of rows".into(), "How many rows are predicted as what they are."),
        "balanced_accuracy" => (
            "Balanced accuracy",
            "share of rows".into(),
            "Accuracy within each class, averaged: rare classes count as much.",
        ),
        "precision" => {
            ("Precision", "share of rows".into(), "Of the rows predicted as the second value, how many are.")
        }
        "recall" => ("Recall", "share of rows".into(), "Of the rows that are the second value, how many are found."),
        "f1" => ("F1", "from 0 to 1".into(), "Harmonic mean of precision and recall."),
        "log_loss" => ("Log loss", String::new(), "Mean of −ln of the probability that the actual value was given."),
        "roc_auc" => (
            "ROC AUC",
            "share of pairs".into(),
            "How often a row of the second value is ranked above one of the first: 0.5 is chance.",
        ),
        _ => ("Other", String::new(), ""),
    }
}

fn larger_is_better(name: &str) -> bool {
    super::runs_text::metric_direction(name) == super::runs_text::Direction::Higher
}

pub(super) fn against(name: &str, value: f64, baseline: f64) -> String {
    let difference = value - baseline;
    if difference == 0.0 {
        return "the same".into();
    }
    let shown = if difference.abs() < 5e-5 && value.abs().max(baseline.abs()) >= 1e-2 {
        "<0.0001".to_owned()
    } else if value.abs().max(baseline.abs()) >= 1e-2 && difference.abs() < 1e6 {
        format::decimals(difference.abs(), decimals_for(value.abs().max(baseline.abs())))
    } else {
        format::number(difference.abs())
    };
    let sign = if difference > 0.0 { '+' } else { '−' };
    let word = if (difference > 0.0) == larger_is_better(name) { "better" } else { "worse" };
    format!("{sign}{shown} {word}")
}

/// A metric with four decimals; very large and very small ones as other numbers. Shares always have four.
pub(super) fn metric_number(name: &str, value: f64) -> String {
    let size = value.abs();
    let plain = larger_is_better(name) || size == 0.0 || size >= 1e-2;
    if plain && size < 1e6 { format::decimals(value, decimals_for(size)) } else { format::number(value) }
}

/// Four decimals tell metrics of everyday size apart; of hundreds and more, two do.
fn decimals_for(size: f64) -> usize {
    if size < 100.0 { 4 } else { 2 }
}

fn cell(name: &str, value: Option<f64>, n: u64) -> Cell {
    match value {
        Some(value) => Cell { shown: metric_number(name, value), full: format::exact(value), reason: None },
        None => {
            let reason = match name {
                _ if n == 0 => "no rows",
                "mape" => "an actual value is 0",
                "adj_r2" => "too few rows for so many features",
                "r2" | "explained_variance" if n < 2 => "needs two rows",
                "roc_auc" => "one of the two values does not occur",
                "balanced_accuracy" | "log_loss" => "a row has a value that no training row had",
                "r2" | "explained_variance" => "all actual values are alike",
                _ => "not defined",
            };
            Cell { shown: "–".into(), full: String::new(), reason: Some(reason) }
        }
    }
}

fn strip(test: Option<f64>, train: Option<f64>, baseline: Option<f64>) -> Option<Strip> {
    let (test, baseline) = (test?, baseline?);
    let all = [Some(test), train, Some(baseline)];
    let low = all.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    if !(low.is_finite() && high.is_finite() && low < high) {
        return None;
    }
    let place = |value: f64| (value - low) / (high - low);
    Some(Strip { test: place(test), train: train.map(place), baseline: place(baseline) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{PredictedActual, ResidualSummary};
    use crate::ingest::Histogram;
    use crate::ui::view::prose::Piece;

    fn metric(name: &str, split: DataSplit, value: Option<f64>, baseline: Option<f64>) -> Metric {
        Metric { name: name.into(), split, value, baseline }
    }

    /// The sample's metrics (scikit-learn, golden/olist.json).
    fn summary_of(metrics: Vec<Metric>) -> EvaluateSummary {
        let histogram = Histogram { min: -1.0, max: 1.0, counts: vec![1, 1] };
        EvaluateSummary {
            target: "review_score".into(),
            n_test: 1_000,
            n_train: 4_000,
            metrics,
            residuals: ResidualSummary { mean: 0.0, sd: 1.0, histogram, points: Vec::new(), is_sample: false },
            predicted_actual: PredictedActual {
                discrete: true,
                columns: Vec::new(),
                predicted_min: 0.0,
                predicted_max: 1.0,
            },
            classification: None,
        }
    }

    fn sample(r2: f64, mae: f64, baseline: f64) -> EvaluateSummary {
        summary_of(vec![
            metric("r2", DataSplit::Test, Some(r2), Some(-0.0001)),
            metric("mae", DataSplit::Test, Some(mae), Some(baseline)),
            metric("r2", DataSplit::Train, Some(0.0913), Some(0.0)),
        ])
    }

    #[test]
    fn the_verdicts_numbers_are_stressed_and_its_words_kept() {
        let summary = sample(0.0574, 0.9013, 0.9394);
        let words = verdict(&summary);
        assert_eq!(words.text(), crate::evaluate::verdict(&summary));
        let strong: Vec<_> = words.0.iter().filter(|p| matches!(p, Piece::Strong(_))).map(Piece::as_str).collect();
        assert_eq!(strong, ["6 %", "0.90"]);
        // Nothing to stress: still the same words.
        let nothing = summary_of(Vec::new());
        assert_eq!(verdict(&nothing).text(), crate::evaluate::verdict(&nothing));
    }

    #[test]
    fn learning_the_rows_by_heart_is_said() {
        let by_heart = summary_of(vec![
            metric("r2", DataSplit::Test, Some(0.2), None),
            metric("r2", DataSplit::Train, Some(0.9), None),
        ]);
        assert!(second_sentence(&by_heart, true).unwrap().contains("holds only there"));
        assert!(!second_sentence(&sample(0.0574, 0.9, 0.94), true).unwrap().contains("holds only there"));
    }

    #[test]
    fn shares_are_never_rounded_to_nothing_or_to_all() {
        for (value, expected) in [
            (0.0574, "6 %"),
            (0.004, "0.4 %"),
            (0.00001, "less than 0.01 %"),
            (0.5, "50 %"),
            (0.9951, "99.5 %"),
            (0.99998, "99.998 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(share(value), expected, "{value}");
        }
    }

    #[test]
    fn better_depends_on_the_metric() {
        assert_eq!(against("r2", 0.0574, -0.0001), "+0.0575 better");
        assert_eq!(against("rmse", 1.1549, 1.1897), "−0.0348 better");
        assert_eq!(against("max_error", 3.1556, 2.9052), "+0.2504 worse");
        assert_eq!(against("mae", 1.0, 1.0), "the same");
        assert_eq!(against("mae", 1.00001, 1.0), "+<0.0001 worse");
        assert_eq!(against("mae", 1e-6, 3e-6), "−2e−6 better");
    }

    #[test]
    fn an_undefined_metric_is_empty_and_says_why() {
        let rows = metric_rows(&summary_of(vec![
            metric("mape", DataSplit::Test, None, None),
            metric("mape", DataSplit::Train, Some(0.25), None),
        ]));
        let [row] = &rows[..] else { panic!("one row") };
        assert_eq!(row.test, Cell { shown: "–".into(), full: String::new(), reason: Some("an actual value is 0") });
        assert_eq!(row.train.full, "0.25");
        assert_eq!((row.against.clone(), row.strip), (None, None));
    }

    #[test]
    fn full_values_keep_every_bit() {
        let value = 0.05739744860404339;
        let rows = metric_rows(&summary_of(vec![metric("r2", DataSplit::Test, Some(value), Some(0.0))]));
        assert_eq!(rows[0].test.full.parse::<f64>().unwrap().to_bits(), value.to_bits());
    }
}
