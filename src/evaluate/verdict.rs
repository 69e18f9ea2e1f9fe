//! What the metrics mean, in a plain sentence.

use super::{DataSplit, EvaluateSummary, verdict_classes};

/// Below so many test rows the numbers say little.
const FEW_ROWS: u64 = 30;

/// What the numbers mean, against always guessing the training mean: "Explains 6 % of the variance in review_score. A typical
/// prediction is off by 0.90; always guessing the mean would be off by 0.94."
///
/// Typical is the mean absolute error. Says so when the model is no better than the guess, when there is no variance to
/// explain, when the judged rows are those trained on, and when there are too few to trust. Of a classification it speaks of
/// accuracy.
#[must_use]
pub fn verdict(summary: &EvaluateSummary) -> String {
    if let Some(classification) = &summary.classification {
        return verdict_classes::sentence(summary, classification) + &caution(summary);
    }
    let target = &summary.target;
    let metric = |name: &str| summary.metric(name, DataSplit::Test);
    let value = |name: &str| metric(name).and_then(|metric| metric.value);
    let is_constant = summary.predicted_actual.columns.len() == 1
        && summary.predicted_actual.columns.first().is_some_and(|column| column.actual_min == column.actual_max);
    let explained = match value("r2") {
        None => format!("With one row, there is no variance in {target} to explain."),
        Some(_) if is_constant => {
            format!("{target} is the same in every row judged, so there is no variance to explain.")
        }
        Some(r2) if r2 >= 1.0 - 1e-12 => format!("Explains all of the variance in {target}."),
        Some(r2) if r2 > 0.0 => format!("Explains {} of the variance in {target}.", share(r2)),
        Some(_) => format!("Explains none of the variance in {target}."),
    };
    let error = match (value("mae"), metric("mae").and_then(|metric| metric.baseline)) {
        (Some(mae), Some(baseline)) => {
            let (mae_text, baseline_text) = alike(mae, baseline);
            if mae < baseline {
                format!(
                    " A typical prediction is off by {mae_text}; always guessing the mean would be off by {baseline_text}."
                )
            } else {
                format!(
                    " A typical prediction is off by {mae_text}: no better than always guessing the mean, which is off by \
                     {baseline_text}."
                )
            }
        }
        _ => String::new(),
    };
    explained + &error + &caution(summary)
}

/// What to be careful about: rows that were trained on, or too few.
fn caution(summary: &EvaluateSummary) -> String {
    if summary.is_on_training_rows() {
        " These are the rows it was fitted to: how it does on new rows is not known.".to_owned()
    } else if summary.n_test < FEW_ROWS {
        let rows = if summary.n_test == 1 { "row" } else { "rows" };
        format!(" That is over {} test {rows} only: too few to trust.", summary.n_test)
    } else {
        String::new()
    }
}

impl EvaluateSummary {
    /// Whether there were no test rows, so that both parts are the training rows.
    #[must_use]
    pub fn is_on_training_rows(&self) -> bool {
        let values =
            |split| self.metrics.iter().filter(move |m| m.split == split).map(|m| (&m.name, m.value, m.baseline));
        self.n_test == self.n_train && values(DataSplit::Test).eq(values(DataSplit::Train))
    }
}

/// A share that never reads as nothing or all when it is neither.
fn share(value: f64) -> String {
    match value * 100.0 {
        percent if percent >= 99.5 => "more than 99 %".to_owned(),
        percent if percent >= 0.95 => format!("{percent:.0} %"),
        percent if percent >= 0.05 => format!("{percent:.1} %"),
        _ => "less than 0.1 %".to_owned(),
    }
}

/// Two numbers with the same decimals: enough for two digits of the larger, and for different numbers to look different.
fn alike(a: f64, b: f64) -> (String, String) {
    let largest = a.max(b);
    if !(1e-6..1e9).contains(&largest) {
        return if largest == 0.0 {
            ("0".to_owned(), "0".to_owned())
        } else {
            (format!("{a:.2e}"), format!("{b:.2e}"))
        };
    }
    let mut decimals = if largest >= 100.0 { 0 } else { 2 };
    let mut unit = 0.1;
    while largest < unit && decimals < 9 {
        unit /= 10.0;
        decimals += 1;
    }
    let text = |value: f64, decimals: usize| grouped(&format!("{value:.decimals$}"));
    let last = decimals + 3;
    while a != b && decimals < last && text(a, decimals) == text(b, decimals) {
        decimals += 1;
    }
    (text(a, decimals), text(b, decimals))
}

/// The digits before the point in groups of three: `26,969.2`.
pub(crate) fn grouped(digits: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut out = String::with_capacity(digits.len() + whole / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_grouped_and_decimals_are_not() {
        assert_eq!(super::grouped("26969.1234"), "26,969.1234");
        assert_eq!(super::grouped("1234567"), "1,234,567");
        assert_eq!(super::grouped("999.5"), "999.5");
    }

    use super::*;
    use crate::evaluate::{Bin2d, Metric, PredictedActual, ResidualSummary};
    use crate::ingest::Histogram;

    fn summary(n_test: u64, r2: Option<f64>, mae: f64, baseline: f64) -> EvaluateSummary {
        let metric = |name: &str, split, value, baseline| Metric { name: name.into(), split, value, baseline };
        let bin =
            |actual| Bin2d { actual_min: actual, actual_max: actual, n: 1, predicted_mean: None, counts: Vec::new() };
        EvaluateSummary {
            target: "review_score".into(),
            n_test,
            n_train: 4000,
            metrics: vec![
                metric("r2", DataSplit::Test, r2, Some(0.0)),
                metric("mae", DataSplit::Test, Some(mae), Some(baseline)),
                metric("r2", DataSplit::Train, Some(0.0913), Some(0.0)),
                metric("mae", DataSplit::Train, Some(0.9), Some(1.0)),
            ],
            residuals: ResidualSummary {
                mean: 0.0,
                sd: 0.0,
                histogram: Histogram { min: 0.0, max: 0.0, counts: Vec::new() },
                points: Vec::new(),
                is_sample: false,
            },
            predicted_actual: PredictedActual {
                discrete: true,
                columns: vec![bin(1.0), bin(2.0)],
                predicted_min: 0.0,
                predicted_max: 0.0,
            },
            classification: None,
        }
    }

    #[track_caller]
    fn check(summary: &EvaluateSummary, expected: &str) {
        assert_eq!(verdict(summary), expected);
    }

    #[test]
    fn a_useful_model_and_a_useless_one() {
        check(
            &summary(1000, Some(0.0574), 0.9013, 0.9394),
            "Explains 6 % of the variance in review_score. A typical prediction is off by 0.90; always guessing the mean would \
             be off by 0.94.",
        );
        check(
            &summary(1000, Some(-0.2), 0.9402, 0.9394),
            "Explains none of the variance in review_score. A typical prediction is off by 0.940: no better than always \
             guessing the mean, which is off by 0.939.",
        );
    }

    #[test]
    fn exact_constant_and_few() {
        check(
            &summary(1000, Some(1.0), 0.0, 250.4),
            "Explains all of the variance in review_score. A typical prediction is off by 0; always guessing the mean would be \
             off by 250.",
        );
        check(
            &summary(5, Some(0.9999), 0.001, 0.02),
            "Explains more than 99 % of the variance in review_score. A typical prediction is off by 0.001; always guessing \
             the mean would be off by 0.020. That is over 5 test rows only: too few to trust.",
        );
        let mut constant = summary(100, Some(0.0), 0.0, 0.0);
        constant.predicted_actual.columns.truncate(1);
        check(
            &constant,
            "review_score is the same in every row judged, so there is no variance to explain. A typical prediction is off by \
             0: no better than always guessing the mean, which is off by 0.",
        );
    }

    #[test]
    fn rows_trained_on_are_said_to_be_such() {
        let mut same = summary(4000, Some(0.0913), 0.9, 1.0);
        same.metrics[0].baseline = Some(0.0);
        assert!(same.is_on_training_rows());
        assert!(verdict(&same).ends_with("These are the rows it was fitted to: how it does on new rows is not known."));
    }
}
