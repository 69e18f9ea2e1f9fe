//! A metric that was logged more than once, over its steps: a line a run.

use super::charts::{DataTable, HEIGHT, Mark, Plot, Scene, WIDTH};
use super::format;
use super::runs_chart_pick::ChartPick;
use super::runs_charts::{cut, link, range};
use super::runs_columns::Column;
use super::runs_groups::{Groups, MOST_GROUPS};
use super::runs_text::metric_text;
use crate::tracking::RunSummary;

/// So many runs are drawn.
const MOST_LINES: usize = 50;
/// So many points a line are drawn; of more, evenly spread ones and the last.
const MOST_POINTS: usize = 300;

/// Step and value, in the order of the steps; of one step the last that was logged. Empty where there is one step or none.
fn history(run: &RunSummary, key: &str) -> Vec<(i64, f64)> {
    let mut records: Vec<_> =
        run.metrics.iter().filter(|metric| metric.key == key && metric.value.is_finite()).collect();
    records.sort_by_key(|metric| (metric.step, metric.timestamp));
    let mut points: Vec<(i64, f64)> = Vec::new();
    for metric in records {
        match points.last_mut() {
            Some(last) if last.0 == metric.step => last.1 = metric.value,
            _ => points.push((metric.step, metric.value)),
        }
    }
    if points.len() > 1 { points } else { Vec::new() }
}

/// Points that are drawn: all, or evenly spread ones and the last.
fn thinned(points: &[(i64, f64)]) -> Vec<(i64, f64)> {
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    let mut drawn: Vec<(i64, f64)> = points.iter().copied().step_by(every).collect();
    if let (Some(last), true) = (points.last(), drawn.last() != points.last()) {
        drawn.push(*last);
    }
    drawn
}

/// The metric over its steps; `None` where no run has logged it twice.
#[must_use]
pub fn lines(runs: &[&RunSummary], pick: &ChartPick, metric: &Column) -> Option<Scene> {
    let Column::Metric(key) = metric else { return None };
    let found: Vec<(&RunSummary, Vec<(i64, f64)>)> =
        runs.iter().map(|run| (*run, history(run, key))).filter(|(_, points)| !points.is_empty()).collect();
    if found.is_empty() {
        return None;
    }
    let own: Vec<&RunSummary> = found.iter().map(|(run, _)| *run).collect();
    let groups = Groups::of(&own, pick.color.as_ref(), MOST_GROUPS);
    let shown = found.get(..found.len().min(MOST_LINES)).unwrap_or_default();
    let points = || shown.iter().flat_map(|(_, points)| points);
    let plot = Plot::new(range(points().map(|(step, _)| *step as f64)), range(points().map(|(_, value)| *value)));
    let mut marks = plot.grid();
    marks.extend(plot.x_axis());
    for (place, (run, points)) in shown.iter().enumerate() {
        let path: Vec<String> = thinned(points)
            .into_iter()
            .map(|(step, value)| format!("{} {}", plot.x.at(step as f64), plot.y.at(value)))
            .collect();
        let last = points.last().map(|(_, value)| metric_text(*value)).unwrap_or_default();
        let words = format!(
            "{}: {} over {} steps, {last} at the end{}",
            run.info.run_name,
            metric.label(),
            points.len(),
            groups.words(place)
        );
        marks.push(link(run, words, vec![Mark::Path { d: format!("M{}", path.join("L")), class: groups.line(place) }]));
    }
    marks.extend(plot.axis_names(&metric.label(), "step"));
    let (legend, legend_height) = groups.legend(HEIGHT + 6.0);
    marks.extend(legend);
    let row = |run: &RunSummary, (step, value): &(i64, f64)| {
        vec![run.info.run_name.clone(), step.to_string(), format::exact(*value)]
    };
    let rows = shown.iter().flat_map(|(run, points)| points.iter().map(move |point| row(run, point)));
    Some(Scene {
        width: WIDTH,
        height: HEIGHT + if legend_height > 0.0 { legend_height + 6.0 } else { 0.0 },
        title: format!("{} over its steps", metric.label()),
        how_to_read: format!("A line a run; it opens the run.{}", cut(found.len(), MOST_LINES, "runs")),
        summary: format!("{} of {} runs that logged it more than once.", metric.label(), found.len()),
        marks,
        table: DataTable { head: vec!["Run".into(), "step".into(), metric.key()], rows: rows.collect() },
    })
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::run;
    use super::*;
    use crate::evaluate::DataSplit;
    use crate::tracking::MetricRecord;

    /// A run that logged r2 at these steps, in this order.
    fn logged(name: &str, values: &[(i64, f64)]) -> RunSummary {
        let mut run = run(name, 1, None, "0.2");
        run.metrics = values
            .iter()
            .enumerate()
            .map(|(place, (step, value))| MetricRecord {
                key: "r2".into(),
                name: "r2".into(),
                split: DataSplit::Test,
                value: *value,
                timestamp: place as i64,
                step: *step,
            })
            .collect();
        run
    }

    #[test]
    fn a_metric_that_was_logged_again_is_a_line_and_others_are_none() {
        let runs = [
            logged("long", &[(2, 0.3), (0, 0.1), (1, 0.2), (1, 0.25)]),
            logged("once", &[(0, 0.5)]),
            logged("again", &[(0, 0.5), (0, 0.6)]),
        ];
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let r2 = Column::Metric("r2".into());
        let scene = lines(&runs, &ChartPick::default(), &r2).unwrap();
        let links = scene.marks.iter().filter(|mark| matches!(mark, Mark::Link { .. })).count();
        assert_eq!(links, 1);
        let rows: Vec<[&str; 2]> = scene.table.rows.iter().map(|row| [row[1].as_str(), row[2].as_str()]).collect();
        assert_eq!(rows, [["0", "0.1"], ["1", "0.25"], ["2", "0.3"]]);
        assert_eq!(lines(&runs[1..], &ChartPick::default(), &r2), None);
        assert_eq!(lines(&runs, &ChartPick::default(), &Column::Model), None);
    }

    #[test]
    fn a_long_history_is_thinned_to_its_ends() {
        let points: Vec<(i64, f64)> = (0..10_000).map(|step| (step, step as f64)).collect();
        let drawn = thinned(&points);
        assert!(drawn.len() <= MOST_POINTS + 1);
        assert_eq!((drawn.first(), drawn.last()), (points.first(), points.last()));
        assert_eq!(thinned(&points[..3]).len(), 3);
    }
}
