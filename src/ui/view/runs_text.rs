//! How metrics and times are written on the pages of runs.

use super::format::{decimals, number};

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Higher,
    Lower,
}

/// Whether more or less of a metric is better, by its name with or without MLflow's prefix.
#[must_use]
pub fn metric_direction(key: &str) -> Direction {
    match bare(key) {
        "r2" | "adj_r2" | "explained_variance" | "accuracy" | "balanced_accuracy" | "precision" | "recall" | "f1"
        | "roc_auc" => Direction::Higher,
        _ => Direction::Lower,
    }
}

/// A metric's name for people.
#[must_use]
pub fn metric_label(key: &str) -> &str {
    match bare(key) {
        "r2" => "R²",
        "adj_r2" => "Adjusted R²",
        "rmse" => "RMSE",
        "mse" => "MSE",
        "mae" => "MAE",
        "medae" => "Median error",
        "max_error" => "Largest error",
        "mape" => "MAPE",
        "explained_variance" => "Explained variance",
        "accuracy" => "Accuracy",
        "balanced_accuracy" => "Balanced accuracy",
        "precision" => "Precision",
        "recall" => "Recall",
        "f1" => "F1",
        "log_loss" => "Log loss",
        "roc_auc" => "ROC AUC",
        other => other,
    }
}

/// The rows that a metric of MLflow's name was measured on: `test`, `train` or `cv`.
#[must_use]
pub fn metric_split(key: &str) -> &'static str {
    if key.starts_with("training_") {
        "train"
    } else if key.starts_with("cv_") {
        "cv"
    } else {
        "test"
    }
}

/// The metric's own name, without the prefix of its rows.
#[must_use]
pub fn bare(key: &str) -> &str {
    key.strip_prefix("training_").or_else(|| key.strip_prefix("cv_")).unwrap_or(key)
}

/// A metric with four decimals, so that a column lines up; larger ones with four digits, tiny ones as `1.2e−7`.
#[must_use]
pub fn metric_text(value: f64) -> String {
    match value.abs() {
        size if size != 0.0 && !(1e-4..1e7).contains(&size) => number(value),
        size if size < 10.0 => decimals(value, 4),
        size if size < 100.0 => decimals(value, 2),
        size if size < 1000.0 => decimals(value, 1),
        _ => decimals(value, 0),
    }
}

/// How long ago, both in Unix milliseconds: relative under a day, then in days, then the date (UTC).
#[must_use]
pub fn ago(now: i64, then: i64) -> String {
    let seconds = (now - then).max(0) / 1000;
    match seconds {
        0..10 => "now".into(),
        10..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        86_400..172_800 => "yesterday".into(),
        172_800..604_800 => format!("{} days ago", seconds / 86_400),
        _ => date(then),
    }
}

/// The day, UTC: `2026-11-24`.
#[must_use]
pub fn date(milliseconds: i64) -> String {
    chrono::DateTime::from_timestamp_millis(milliseconds).map(|time| time.date_naive().to_string()).unwrap_or_default()
}

/// Day and time with the zone: `2026-11-24 11:33:08 UTC`.
#[must_use]
pub fn date_time(milliseconds: i64) -> String {
    chrono::DateTime::from_timestamp(milliseconds.div_euclid(1000), 0)
        .map(|time| format!("{} UTC", time.naive_utc()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_have_four_digits_and_a_true_minus() {
        let texts = [0.0574, -0.0347, 1.15494, 12.3456, 1234.5, 1.2e-7, 0.0, f64::NAN, f64::NEG_INFINITY];
        let texts: Vec<String> = texts.into_iter().map(metric_text).collect();
        assert_eq!(texts, ["0.0574", "−0.0347", "1.1549", "12.35", "1,234", "1.2e−7", "0.0000", "NaN", "−∞"]);
    }

    #[test]
    fn times_are_relative_under_a_week() {
        let now = 1_795_519_988_000;
        let texts = [0, 30, 240, 7200, 90_000, 200_000, 700_000].map(|seconds| ago(now, now - seconds * 1000));
        assert_eq!(texts, ["now", "30 s ago", "4 min ago", "2 h ago", "yesterday", "2 days ago", "2026-11-16"]);
        // A clock that was set back is no reason for a time in the future.
        assert_eq!(ago(0, 5_000), "now");
        assert_eq!(date_time(now), "2026-11-24 11:33:08 UTC");
    }
}
