//! What the monitor of a deployment says.

use super::format::{MISSING, count, date, decimals, duration, number, percent};
use super::runs_text::{metric_label, metric_text};
use crate::monitoring::{Drift, MIN_ROWS, Moved, Report, ShadowReport, Test, Verdict};
use crate::validation::Preference;
use crate::web::protocol::Matched;

/// What a toast says of names that have drifted, one a line.
#[must_use]
pub fn notice(deployment: &str, names: &str) -> String {
    let names: Vec<&str> = names.lines().collect();
    let have = if names.len() == 1 { "has" } else { "have" };
    format!("{deployment}: {} {have} drifted from the training rows.", names.join(", "))
}

/// A number at the top: its handle, what it is, and how it reads.
pub type Headline = (&'static str, &'static str, String);

/// Requests, errors and latencies.
#[must_use]
pub fn headlines(report: &Report) -> Vec<Headline> {
    let refused: u64 = report.errors.iter().map(|(_, count)| count).sum();
    let rate = refused as f64 / report.requests.max(1) as f64;
    let by_status: Vec<String> = report.errors.iter().map(|(status, n)| format!("{} × {status}", count(*n))).collect();
    let errors = if refused == 0 { "0 %".to_owned() } else { format!("{} ({})", percent(rate), by_status.join(", ")) };
    let latency = |place: usize| {
        report.latency.and_then(|all| all.get(place).copied()).map_or_else(|| MISSING.into(), |ms| duration(ms / 1e3))
    };
    vec![
        ("requests", "Requests", count(report.requests)),
        ("rows", "Rows predicted", count(report.rows)),
        ("error_rate", "Refused", errors),
        ("p50", "Latency, median", latency(0)),
        ("p95", "95 % are faster than", latency(1)),
        ("p99", "99 % are faster than", latency(2)),
    ]
}

/// A row of the drift table.
#[derive(Debug, Clone, PartialEq)]
pub struct DriftLine {
    pub name: String,
    pub psi: f64,
    pub verdict: Verdict,
    /// The verdict as a word, for handles.
    pub status: &'static str,
    pub words: String,
    pub moved: String,
    pub test: String,
}

/// Each input and the prediction of this target, what drifted most first.
#[must_use]
pub fn drift_lines(drift: &[Drift], target: &str, rows: u64) -> Vec<DriftLine> {
    let line = |drift: &Drift| {
        let (status, words) = match drift.verdict {
            Verdict::TooFew => ("too_few", format!("Too few requests: {} of {MIN_ROWS} rows", count(rows))),
            Verdict::Same => ("same", "About the same".to_owned()),
            Verdict::Moved => ("moved", "Moved a little".to_owned()),
            Verdict::Drifted => ("drifted", "Drifted".to_owned()),
        };
        DriftLine {
            name: drift.input.clone().unwrap_or_else(|| format!("prediction of {target}")),
            psi: drift.psi,
            verdict: drift.verdict,
            status,
            words,
            moved: moved(drift),
            test: test(drift.test),
        }
    };
    drift.iter().map(line).collect()
}

fn moved(drift: &Drift) -> String {
    let mut words = match &drift.moved {
        None => String::new(),
        Some(Moved::Median { from, to, is_date: true }) => format!("median {} → {}", date(*from), date(*to)),
        Some(Moved::Median { from, to, .. }) => format!("median {} → {}", number(*from), number(*to)),
        Some(Moved::Share { label, from, to }) => {
            let label = label.as_deref().unwrap_or("new or rare categories");
            format!("{label} {} → {}", percent(*from), percent(*to))
        }
    };
    let (before, after) = drift.missing;
    if (after - before).abs() >= 0.01 {
        let gap = if words.is_empty() { "" } else { ", " };
        words.push_str(&format!("{gap}missing {} → {}", percent(before), percent(after)));
    }
    words
}

fn test(test: Option<Test>) -> String {
    let p = |p: f64| if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {}", decimals(p, 3)) };
    match test {
        None => MISSING.into(),
        Some(Test::Ks { d, p: value }) => format!("Kolmogorov–Smirnov: D = {}, {}", decimals(d, 3), p(value)),
        Some(Test::Chi2 { chi2, df, p: value }) => format!("χ²({df}) = {}, {}", decimals(chi2, 1), p(value)),
    }
}

/// What the table comes to.
#[must_use]
pub fn drift_sentence(report: &Report) -> String {
    let Some(drift) = &report.drift else {
        return "The run of this version was made before Pipette kept how its training rows are spread: drift cannot be \
                told. Run its pipeline again and register that run."
            .into();
    };
    if report.drift_rows < MIN_ROWS {
        return format!("Too few requests to speak of drift: {} of {MIN_ROWS} rows.", count(report.drift_rows));
    }
    let drifted: Vec<&str> = drift
        .iter()
        .filter(|drift| drift.verdict == Verdict::Drifted)
        .map(|drift| drift.input.as_deref().unwrap_or("the prediction"))
        .collect();
    let rows = count(report.drift_rows);
    match drifted.as_slice() {
        [] => format!("The newest {rows} rows are like the training rows."),
        [one] => format!("In the newest {rows} rows {one} has drifted from the training rows."),
        [all @ .., last] => {
            format!("In the newest {rows} rows {} and {last} have drifted from the training rows.", all.join(", "))
        }
    }
}

/// What the version beside says, line by line.
#[must_use]
pub fn shadow_lines(shadow: &ShadowReport) -> Vec<(&'static str, &'static str, String)> {
    let or_missing = |value: Option<f64>| value.map_or_else(|| MISSING.to_owned(), number);
    let failed = if shadow.failed == 0 {
        String::new()
    } else {
        format!("; {} requests it could not answer", count(shadow.failed))
    };
    vec![
        ("rows", "Rows compared", format!("{}{failed}", count(shadow.rows))),
        ("difference", "Mean difference", or_missing(shadow.difference)),
        ("correlation", "Correlation", shadow.correlation.map_or_else(|| MISSING.into(), |value| decimals(value, 4))),
        (
            "share_apart",
            "Differ by more",
            match (shadow.share_apart, shadow.apart) {
                (Some(share), Some(apart)) => format!("{} by more than {}", percent(share), number(apart)),
                _ => MISSING.into(),
            },
        ),
    ]
}

/// Which of the two is better on rows whose true values are known.
#[must_use]
pub fn shadow_verdict(shadow: &ShadowReport) -> String {
    let (own, beside) = (shadow.against, shadow.version);
    let Some(verdict) = shadow.verdict else {
        return format!(
            "Which of version {own} and version {beside} is better, true values will tell: upload them below."
        );
    };
    let size = format!("{} ± {}", number(verdict.difference.abs()), number(verdict.half));
    let rows = count(verdict.n);
    match verdict.preference {
        Preference::A => {
            format!("Version {own} stays ahead: its mean squared error is smaller by {size} over {rows} rows.")
        }
        Preference::B => {
            format!("Version {beside} is better: its mean squared error is smaller by {size} over {rows} rows.")
        }
        Preference::CannotTell => {
            format!("Cannot tell them apart: their mean squared errors differ by {size} over {rows} rows.")
        }
    }
}

/// A metric over rows whose true values are known: name, label, live, on the test rows, of the version beside.
pub type LiveLine = (String, String, Option<f64>, String, String, String);

/// The metrics that are defined.
#[must_use]
pub fn live_lines(report: &Report) -> Vec<LiveLine> {
    let shown = |value: Option<f64>| value.map_or_else(|| MISSING.to_owned(), metric_text);
    let metrics = report.live.iter().flat_map(|live| &live.metrics).filter(|metric| metric.live.is_some());
    metrics
        .map(|metric| {
            let label = metric_label(&metric.name).to_owned();
            (metric.name.clone(), label, metric.live, shown(metric.live), shown(metric.tested), shown(metric.shadow))
        })
        .collect()
}

/// What came of a file of true values.
#[must_use]
pub fn truth_sentence(matched: Matched) -> String {
    format!(
        "{} of the file's {} rows were asked, and have their true values now.",
        count(matched.matched),
        count(matched.rows)
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::monitoring::{DriftPoint, Point};

    fn drift(input: Option<&str>, psi: f64, verdict: Verdict) -> Drift {
        Drift {
            input: input.map(str::to_owned),
            psi,
            test: Some(Test::Ks { d: 0.25, p: 1e-9 }),
            moved: Some(Moved::Median { from: 10.0, to: 16.5, is_date: false }),
            missing: (0.0, 0.25),
            verdict,
        }
    }

    pub(in crate::ui::view) fn report() -> Report {
        let point = |start: i64, requests: u64| Point {
            start,
            width: 10_000,
            requests,
            rows: requests,
            errors: 1,
            latency: Some([1.0, 2.0, 3.0]),
            mean_prediction: Some(4.5),
        };
        Report {
            requests: 1_000,
            rows: 998,
            errors: vec![(400, 2)],
            latency: Some([0.4, 1.2, 2200.0]),
            points: vec![point(0, 400), point(10_000, 600)],
            drift: Some(vec![drift(Some("price"), 0.4, Verdict::Drifted), drift(None, 0.15, Verdict::Moved)]),
            drift_rows: 998,
            series: vec![Some("price".into()), None],
            drift_points: vec![DriftPoint { start: 0, rows: 998, psi: vec![Some(0.4), None] }],
            ..Report::default()
        }
    }

    #[test]
    fn numbers_stand_with_their_units() {
        let shown: Vec<String> = headlines(&report()).into_iter().map(|(_, _, value)| value).collect();
        assert_eq!(shown, ["1,000", "998", "0.2 % (2 × 400)", "0.4 ms", "1 ms", "2.2 s"]);
        assert_eq!(headlines(&Report::default())[3].2, MISSING);
    }

    #[test]
    fn drift_is_said_effect_first_and_with_its_test() {
        let report = report();
        let lines = drift_lines(report.drift.as_ref().unwrap(), "y", report.drift_rows);
        assert_eq!((lines[0].name.as_str(), lines[0].status), ("price", "drifted"));
        assert_eq!(lines[0].moved, "median 10 → 16.5, missing 0 % → 25 %");
        assert_eq!(lines[0].test, "Kolmogorov–Smirnov: D = 0.250, p < 0.001");
        assert_eq!((lines[1].name.as_str(), lines[1].words.as_str()), ("prediction of y", "Moved a little"));
        assert_eq!(drift_sentence(&report), "In the newest 998 rows price has drifted from the training rows.");
        let few = Report { drift_rows: 35, ..report.clone() };
        assert_eq!(drift_sentence(&few), "Too few requests to speak of drift: 35 of 200 rows.");
        assert!(drift_sentence(&Report { drift: None, ..report }).contains("Run its pipeline again"));
        assert_eq!(notice("m@1", "price\nstate"), "m@1: price, state have drifted from the training rows.");
    }

    #[test]
    fn a_version_beside_is_judged_by_true_values_only() {
        let shadow = ShadowReport {
            version: 2,
            against: 1,
            rows: 400,
            failed: 3,
            difference: Some(-0.5),
            correlation: Some(0.98),
            apart: Some(0.25),
            share_apart: Some(0.4),
            verdict: None,
        };
        let shown: Vec<String> = shadow_lines(&shadow).into_iter().map(|(_, _, value)| value).collect();
        assert_eq!(shown, ["400; 3 requests it could not answer", "−0.5", "0.9800", "40 % by more than 0.25"]);
        assert!(shadow_verdict(&shadow).contains("true values will tell"));
        let verdict =
            crate::monitoring::PairedVerdict { n: 400, preference: Preference::B, difference: -2.0, half: 0.5 };
        assert_eq!(
            shadow_verdict(&ShadowReport { verdict: Some(verdict), ..shadow }),
            "Version 2 is better: its mean squared error is smaller by 2 ± 0.5 over 400 rows."
        );
    }
}
