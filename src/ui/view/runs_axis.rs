//! What the charts of runs are drawn against unasked, and how an axis of times is named.

use std::collections::BTreeSet;

use super::runs_charts::Dimension;
use super::runs_columns::Column;
use super::runs_text::date;
use crate::tracking::RunSummary;

/// So many times are named along an axis.
const MOST_TICKS: i64 = 5;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Between two named times, in milliseconds.
const STEPS: [i64; 18] = [
    SECOND,
    5 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
];

/// What a metric can be drawn against: the settings, and when the runs were started.
#[must_use]
pub fn axes_of(runs: &[&RunSummary], params: &[Column]) -> Vec<Column> {
    let time = Dimension::of(runs, &Column::Created).varies().then_some(Column::Created);
    params.iter().cloned().chain(time).collect()
}

/// What it is drawn against unasked: of the settings that are numbers the one with most values; where there is none, when the
/// runs were started; where that is the same for all, the first setting.
#[must_use]
pub fn usual_axis(runs: &[&RunSummary], axes: &[Column]) -> Option<Column> {
    let counted = axes.iter().map(|column| (n_values(runs, column), column));
    // Of equal ones the first.
    let best = counted.rev().max_by_key(|(n, _)| *n).filter(|(n, _)| *n > 1).map(|(_, column)| column);
    let time = || axes.iter().find(|column| **column == Column::Created);
    best.or_else(time).or_else(|| axes.first()).cloned()
}

/// How many numbers a setting takes; 0 for words, and for numbers of which more is not more of anything.
fn n_values(runs: &[&RunSummary], column: &Column) -> usize {
    let Column::Param(key) = column else { return 0 };
    if key == "n_rules" || key == "seed" || key.ends_with("random_state") {
        return 0;
    }
    let dimension = Dimension::scaled(runs, column, Some(false));
    if !dimension.labels.is_empty() {
        return 0;
    }
    // Adding zero turns −0 into 0.
    dimension.places.iter().flatten().map(|place| (place + 0.0).to_bits()).collect::<BTreeSet<_>>().len()
}

/// The times to name between two, in Unix milliseconds: round ones in UTC, as a clock or as days.
#[must_use]
pub fn time_labels(low: f64, high: f64) -> Vec<(f64, String)> {
    if !(low.is_finite() && high.is_finite()) {
        return Vec::new();
    }
    let (low, high) = (low as i64, high as i64);
    let years = |span: i64| (span / MOST_TICKS / (365 * DAY) + 1) * 365 * DAY;
    let step = STEPS.into_iter().find(|step| (high - low) / step < MOST_TICKS).unwrap_or_else(|| years(high - low));
    let first = low.div_euclid(step) * step + if low.rem_euclid(step) == 0 { 0 } else { step };
    let mut times: Vec<i64> = (0..=MOST_TICKS).map(|n| first + n * step).filter(|time| *time <= high).collect();
    if times.is_empty() {
        times.push(low);
    }
    times.into_iter().map(|time| (time as f64, time_label(time, step))).collect()
}

fn time_label(time: i64, step: i64) -> String {
    if step >= DAY {
        return date(time);
    }
    let clock = if step < MINUTE { "%H:%M:%S" } else { "%H:%M" };
    chrono::DateTime::from_timestamp_millis(time).map(|time| time.format(clock).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::runs_charts::choices;
    use super::super::runs_suite::run;
    use super::*;
    use crate::tracking::Param;

    fn with(mut run: RunSummary, params: &[(&str, &str)]) -> RunSummary {
        let own = params.iter().map(|(key, value)| Param { key: (*key).into(), value: (*value).into() });
        run.params.retain(|param| params.iter().all(|(key, _)| *key != param.key));
        run.params.extend(own);
        run
    }

    fn usual(runs: &[RunSummary]) -> Option<Column> {
        let runs: Vec<&RunSummary> = runs.iter().collect();
        usual_axis(&runs, &axes_of(&runs, &choices(&runs).1))
    }

    #[test]
    fn the_setting_with_most_values_is_the_axis_and_a_count_of_rules_never() {
        let of = |n: i32, params: &[(&str, &str)]| with(run("a", 1, Some(f64::from(n)), "0.2"), params);
        let mut runs = vec![
            of(1, &[("n_rules", "1"), ("alpha", "0.1"), ("random_state", "1"), ("solver", "svd")]),
            of(2, &[("n_rules", "2"), ("alpha", "1"), ("random_state", "2"), ("solver", "qr")]),
            of(3, &[("n_rules", "3"), ("alpha", "1"), ("random_state", "3"), ("solver", "qr")]),
        ];
        assert_eq!(usual(&runs), Some(Column::Param("alpha".into())));
        for (place, run) in runs.iter_mut().enumerate() {
            run.params.push(Param { key: "l1_ratio".into(), value: format!("0.{place}") });
        }
        assert_eq!(usual(&runs), Some(Column::Param("l1_ratio".into())), "three values are more than two");
        // Without a number: when they were started; where that is the same, the first setting there is.
        for run in &mut runs {
            run.params.retain(|param| ["n_rules", "solver"].contains(&param.key.as_str()));
        }
        assert_eq!(usual(&runs), Some(Column::Param("n_rules".into())));
        runs[0].info.start_time = 60_000;
        assert_eq!(usual(&runs), Some(Column::Created));
        assert_eq!(usual(&[]), None);
    }

    #[test]
    fn times_are_named_by_the_clock_or_by_days() {
        let words = |low: i64, high: i64| {
            time_labels(low as f64, high as f64).into_iter().map(|(_, word)| word).collect::<Vec<_>>().join(" ")
        };
        let noon = 1_795_519_988_000; // 2026-11-24 11:33:08 UTC
        assert_eq!(words(noon, noon + 4 * MINUTE), "11:34 11:35 11:36 11:37");
        assert_eq!(words(noon, noon + 300), "11:33:08");
        assert_eq!(words(noon, noon + 20 * SECOND), "11:33:10 11:33:15 11:33:20 11:33:25");
        assert_eq!(words(noon, noon + 3 * DAY), "2026-11-25 2026-11-26 2026-11-27");
        assert!(time_labels(0.0, 1e12).len() <= 6);
        assert_eq!(time_labels(f64::INFINITY, f64::NEG_INFINITY), []);
    }

    #[test]
    fn an_axis_of_times_has_no_powers_and_is_told_in_utc() {
        let runs = [run("a", 0, Some(0.1), "0.2"), run("b", 120_000, Some(0.2), "0.2")];
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let time = Dimension::scaled(&runs, &Column::Created, Some(true));
        assert!(!time.is_log && !time.can_log() && time.varies());
        assert_eq!((time.name().as_str(), time.places[1]), ("Created, UTC", Some(120_000.0)));
        assert_eq!(time.labels.first(), Some(&(0.0, "00:00:00".to_owned())));
    }
}
