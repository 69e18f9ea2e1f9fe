//! What was asked of a deployment, over time.

use super::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scene, WIDTH, line, rect, tenth, text};
use super::format::number;
use super::runs_text::date_time;
use crate::monitoring::{MIN_ROWS, Report};

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

#[cfg(test)]
mod tests {
    use super::super::serving_monitor::tests::report;
    use super::*;

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
}
