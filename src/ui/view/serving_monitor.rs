//! What the monitor of a deployment says.

use super::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scene, WIDTH, line, rect, tenth, text};
use super::format::{MISSING, count, date, decimals, duration, number, percent};
use super::runs_text::{date_time, metric_label, metric_text};
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

/// What the chart over time shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    Requests,
    Refused,
    Latency,
    Prediction,
    /// The PSI of an input; `None` of the prediction.
    Psi(Option<String>),
}

impl Measure {
    /// Its value in a list.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Requests => "requests".into(),
            Self::Refused => "refused".into(),
            Self::Latency => "latency".into(),
            Self::Prediction => "mean_prediction".into(),
            Self::Psi(None) => "psi".into(),
            Self::Psi(Some(input)) => format!("psi:{input}"),
        }
    }

    /// The measure of a value; requests where there is none.
    #[must_use]
    pub fn of(key: &str) -> Self {
        match key {
            "refused" => Self::Refused,
            "latency" => Self::Latency,
            "mean_prediction" => Self::Prediction,
            "psi" => Self::Psi(None),
            other => other.strip_prefix("psi:").map_or(Self::Requests, |input| Self::Psi(Some(input.to_owned()))),
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Requests => "Requests over time".into(),
            Self::Refused => "Refused requests over time".into(),
            Self::Latency => "Latency over time".into(),
            Self::Prediction => "Mean prediction over time".into(),
            Self::Psi(None) => "Drift of the prediction over time".into(),
            Self::Psi(Some(input)) => format!("Drift of {input} over time"),
        }
    }
}

/// All that can be shown, with its words.
#[must_use]
pub fn measures(report: &Report) -> Vec<(Measure, String)> {
    let plain = [
        (Measure::Requests, "requests"),
        (Measure::Refused, "refused requests"),
        (Measure::Latency, "latency"),
        (Measure::Prediction, "mean prediction"),
    ];
    let psi = report.series.iter().map(|input| {
        let words =
            input.as_deref().map_or_else(|| "drift of the prediction".into(), |input| format!("drift of {input}"));
        (Measure::Psi(input.clone()), words)
    });
    plain.map(|(measure, words)| (measure, words.to_owned())).into_iter().chain(psi).collect()
}

/// A measure at moments: when, for how long, its value, and a second one that is drawn lighter.
type Moment = (f64, f64, f64, Option<f64>);

fn moments(report: &Report, measure: &Measure) -> Vec<Moment> {
    if let Measure::Psi(input) = measure {
        let place = report.series.iter().position(|name| name == input);
        let points = report.drift_points.iter();
        return points
            .filter_map(|point| Some((point.start as f64, 0.0, *point.psi.get(place?)?.as_ref()?, None)))
            .collect();
    }
    let points = report.points.iter().filter_map(|point| {
        let (value, other) = match measure {
            Measure::Requests => (point.requests as f64, None),
            Measure::Refused => (point.errors as f64 / point.requests.max(1) as f64 * 100.0, None),
            Measure::Latency => (point.latency?[0], Some(point.latency?[1])),
            _ => (point.mean_prediction?, None),
        };
        Some((point.start as f64, point.width as f64, value, other))
    });
    points.collect()
}

/// A measure over time; `None` where there is nothing to draw yet.
#[must_use]
pub fn scene(report: &Report, measure: &Measure, threshold: f64) -> Option<Scene> {
    let moments = moments(report, measure);
    let (first, last) = (moments.first()?, moments.last()?);
    let (from, to) = (first.0, last.0 + last.1);
    let is_psi = matches!(measure, Measure::Psi(_));
    let values = moments.iter().flat_map(|moment| [Some(moment.2), moment.3]).flatten();
    let limit = is_psi.then_some(threshold);
    let highest = values.clone().chain(limit).fold(f64::NEG_INFINITY, f64::max);
    let lowest = if *measure == Measure::Prediction { values.fold(highest, f64::min) } else { 0.0 };
    let pad = ((highest - lowest) * 0.06).max(if highest == 0.0 { 1.0 } else { 0.0 });
    let below = if *measure == Measure::Prediction { pad } else { 0.0 };
    let plot = Plot::new((from, to), (lowest - below, highest + pad));
    let mut marks = plot.grid();
    let day = to - from > 172_800_000.0;
    let label = |moment: f64| {
        let words = date_time(moment as i64);
        if day {
            words.get(..10).unwrap_or_default().to_owned()
        } else {
            words.get(11..19).unwrap_or_default().to_owned()
        }
    };
    let ticks = if from < to { vec![from, from + (to - from) / 2.0, to] } else { vec![from] };
    // The words at the ends stay inside of the picture.
    marks.extend(plot.x_axis_with(Vec::new()));
    marks.extend(ticks.iter().enumerate().map(|(place, moment)| {
        let anchor = match (place, ticks.len()) {
            (_, 1) | (1, _) => Anchor::Middle,
            (0, _) => Anchor::Start,
            _ => Anchor::End,
        };
        text(plot.x.at(*moment), plot.bottom() + 20.0, anchor, label(*moment), "axis")
    }));
    let unit = match measure {
        Measure::Requests => "requests",
        Measure::Refused => "% refused",
        Measure::Latency => "ms",
        Measure::Prediction => "mean prediction",
        Measure::Psi(_) => "PSI",
    };
    marks.extend(plot.axis_names(unit, "time (UTC)"));
    if let Some(limit) = limit {
        marks.push(line((plot.left(), plot.y.at(limit)), (plot.right(), plot.y.at(limit)), "l-ink"));
    }
    let tip = |moment: &Moment| format!("{}: {} {unit}", date_time(moment.0 as i64), number(moment.2));
    if *measure == Measure::Requests {
        for moment in &moments {
            let (left, right) = (plot.x.at(moment.0), plot.x.at(moment.0 + moment.1));
            let top = plot.y.at(moment.2);
            marks.push(rect(left, top, (right - left - 1.0).max(1.0), plot.bottom() - top, "s1").with_tip(tip(moment)));
        }
    } else {
        let path = |of: &dyn Fn(&Moment) -> Option<f64>, class| {
            let points = moments.iter().filter_map(|moment| Some((plot.x.at(moment.0), plot.y.at(of(moment)?))));
            let d = points.enumerate().map(|(i, (x, y))| format!("{}{x} {y}", if i == 0 { 'M' } else { 'L' }));
            Mark::Path { d: d.collect(), class }
        };
        if *measure == Measure::Latency {
            marks.push(path(&|moment: &Moment| moment.3, "l2"));
        }
        marks.push(path(&|moment: &Moment| Some(moment.2), "l1"));
        marks.extend(moments.iter().map(|moment| Mark::Circle {
            x: plot.x.at(moment.0),
            y: tenth(plot.y.at(moment.2)),
            r: 3.5,
            class: "s1",
            tip: Some(tip(moment)),
        }));
    }
    let how_to_read = match measure {
        Measure::Requests => "A bar is a stretch of time without a gap.".to_owned(),
        Measure::Refused => "Share of the requests in each stretch of time.".into(),
        Measure::Latency => "Median with dots; above it the line below which 95 % of the answers stay.".into(),
        Measure::Prediction => "Of the version that answered.".into(),
        Measure::Psi(_) => format!(
            "Each dot is at least {MIN_ROWS} rows in a row; from the line at {} on there is a notice.",
            number(threshold)
        ),
    };
    let shown: Vec<Vec<String>> = moments
        .iter()
        .map(|(start, _, value, other)| {
            [vec![date_time(*start as i64), number(*value)], other.iter().map(|value| number(*value)).collect()]
                .concat()
        })
        .collect();
    let mut head = vec!["Since".to_owned(), unit.to_owned()];
    if *measure == Measure::Latency {
        head = vec!["Since".into(), "median, ms".into(), "95 %, ms".into()];
    }
    Some(Scene {
        width: WIDTH,
        height: HEIGHT,
        title: measure.title(),
        how_to_read,
        summary: format!("{} at {} moments; last {} {unit}.", measure.title(), moments.len(), number(last.2)),
        marks,
        table: DataTable { head, rows: shown },
    })
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
mod tests {
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

    fn report() -> Report {
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
    fn each_measure_is_drawn_where_there_is_something() {
        let report = report();
        for (measure, _) in measures(&report) {
            assert_eq!(Measure::of(&measure.key()), measure);
            let drawn = scene(&report, &measure, 0.2);
            // Of the prediction there is no point yet.
            assert_eq!(drawn.is_some(), measure != Measure::Psi(None), "{measure:?}");
            assert_eq!(scene(&Report::default(), &measure, 0.2), None);
        }
        let latency = scene(&report, &Measure::Latency, 0.2).unwrap();
        assert_eq!(latency.table.rows[0], ["1970-01-01 00:00:00 UTC", "1", "2"]);
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
