//! Charts of the runs shown: what they can be of, a metric against a setting, and a metric run by run.

use std::collections::BTreeSet;

use super::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scale, Scene, WIDTH, rect, text};
use super::format;
use super::runs_axis::time_labels;
use super::runs_cells::text_of;
use super::runs_chart_pick::ChartPick;
use super::runs_columns::{CLASS_HEADLINE, Column, HEADLINE};
use super::runs_groups::{Groups, MOST_GROUPS};
use super::runs_text::{Direction, date_time, metric_direction, metric_text};
use crate::tracking::RunSummary;

/// So many runs are drawn as points; the rest is counted.
const MOST_POINTS: usize = 2000;
/// So many runs have bars.
const MOST_BARS: usize = 20;
/// A setting whose largest value is so many times its smallest is drawn by its logarithm.
const LOG_FROM: f64 = 50.0;

/// One column of runs as places on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Dimension {
    pub column: Column,
    /// By powers of ten.
    pub is_log: bool,
    /// The place of each run; `None` where it has no value.
    pub places: Vec<Option<f64>>,
    /// What stands at which place; for numbers on a plain scale nothing, for times some of them.
    pub labels: Vec<(f64, String)>,
}

impl Dimension {
    /// The column of these runs. Words stand side by side in their order; a wide setting is drawn by its logarithm.
    #[must_use]
    pub fn of(runs: &[&RunSummary], column: &Column) -> Self {
        // Metrics are compared by how far apart they are.
        Self::scaled(runs, column, matches!(column, Column::Metric(_)).then_some(false))
    }

    /// The same, by powers of ten where that is wanted and can be; `None` decides by the values.
    #[must_use]
    pub fn scaled(runs: &[&RunSummary], column: &Column, by_log: Option<bool>) -> Self {
        let texts: Vec<Option<&str>> = runs.iter().map(|run| text_of(run, column)).collect();
        let numbers: Vec<Option<f64>> = match column {
            Column::Metric(key) => runs.iter().map(|run| run.metric(key)).collect(),
            Column::Created => runs.iter().map(|run| Some(run.info.start_time as f64)).collect(),
            Column::Ended => runs.iter().map(|run| run.info.end_time.map(|end| end as f64)).collect(),
            Column::Duration => runs.iter().map(|run| super::runs_cells::seconds(run)).collect(),
            _ => texts.iter().map(|text| text.and_then(|text| text.parse::<f64>().ok())).collect(),
        };
        let numbers: Vec<Option<f64>> = numbers.into_iter().map(|n| n.filter(|n| n.is_finite())).collect();
        // A sweep has the list of what it tried where its runs have a number.
        let is_word = |text: &str| {
            let list = text.trim().trim_start_matches('[').trim_end_matches(']');
            !list.split(',').all(|part| part.trim().parse::<f64>().is_ok())
        };
        let is_words = texts.iter().zip(&numbers).any(|(text, number)| number.is_none() && text.is_some_and(is_word));
        if is_words {
            let words: BTreeSet<&str> = texts.iter().flatten().copied().collect();
            let place = |text: &str| words.iter().position(|word| *word == text).map(|place| place as f64);
            return Self {
                column: column.clone(),
                is_log: false,
                places: texts.iter().map(|text| place((*text)?)).collect(),
                labels: words.iter().enumerate().map(|(place, word)| (place as f64, (*word).to_owned())).collect(),
            };
        }
        let (low, high) = range(numbers.iter().flatten().copied());
        let is_time = is_time(column);
        let is_log = !is_time && low > 0.0 && by_log.unwrap_or(high / low >= LOG_FROM);
        let labels = if is_log {
            let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
            decades.map(|power| (f64::from(power), format::number(10_f64.powi(power)))).collect()
        } else if is_time {
            time_labels(low, high)
        } else {
            Vec::new()
        };
        let places = numbers.into_iter().map(|n| n.map(|n| if is_log { n.log10() } else { n })).collect();
        Self { column: column.clone(), is_log, places, labels }
    }

    /// Whether powers of ten could be its axis.
    #[must_use]
    pub fn can_log(&self) -> bool {
        let (low, high) = range(self.places.iter().flatten().copied());
        self.is_log || (self.labels.is_empty() && low > 0.0 && low < high)
    }

    /// What an axis of it spans.
    #[must_use]
    pub fn domain(&self) -> (f64, f64) {
        let (low, high) = range(self.places.iter().flatten().copied());
        let is_words = !self.labels.is_empty() && !self.is_log && !is_time(&self.column);
        if is_words { (low - 0.5, high + 0.5) } else { (low, high) }
    }

    /// Whether the runs differ in it.
    #[must_use]
    pub fn varies(&self) -> bool {
        let (low, high) = range(self.places.iter().flatten().copied());
        low < high
    }

    /// Its name at an axis.
    #[must_use]
    pub fn name(&self) -> String {
        let label = self.column.label();
        match self.is_log {
            true => format!("{label}, powers of ten"),
            false if is_time(&self.column) => format!("{label}, UTC"),
            false => label,
        }
    }
}

fn is_time(column: &Column) -> bool {
    matches!(column, Column::Created | Column::Ended)
}

pub(super) fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

/// What charts can be of: the metrics and the settings in which these runs differ, the telling ones first.
#[must_use]
pub fn choices(runs: &[&RunSummary]) -> (Vec<Column>, Vec<Column>) {
    let varies = |column: &Column| Dimension::of(runs, column).varies();
    let all = super::runs_columns::all_columns(runs);
    let mut metrics: Vec<Column> =
        all.iter().filter(|c| matches!(c, Column::Metric(_)) && varies(c)).cloned().collect();
    // A metric that most runs have says more than one of few.
    let known = |column: &Column| match column {
        Column::Metric(key) => {
            let n = runs.iter().filter(|run| run.metric(key).is_some()).count();
            let first = ["cv_rmse"].into_iter().chain(HEADLINE).chain(CLASS_HEADLINE).position(|name| name == key);
            (std::cmp::Reverse(n), first.unwrap_or(usize::MAX))
        }
        _ => (std::cmp::Reverse(0), usize::MAX),
    };
    metrics.sort_by_cached_key(known);
    let mut params: Vec<Column> = all.into_iter().filter(|column| can_group(column) && varies(column)).collect();
    // Settings first, the estimator after them, then what says less of how good a run is.
    params.sort_by_key(|column| match column {
        Column::Param(_) => 0,
        Column::Model => 1,
        Column::Dataset => 2,
        _ => 3,
    });
    (metrics, params)
}

/// Whether runs can be put against it, grouped and coloured by it. MLflow's own tags are ids and the like.
#[must_use]
pub fn can_group(column: &Column) -> bool {
    match column {
        Column::Param(_) | Column::Model | Column::Dataset => true,
        Column::Tag(key) => !key.starts_with("mlflow."),
        _ => false,
    }
}

pub(super) fn link(run: &RunSummary, label: String, marks: Vec<Mark>) -> Mark {
    Mark::Link { href: format!("runs/{}", run.info.run_id), label, marks }
}

/// The run that a mark leads to.
pub(super) fn run_of(mark: &Mark) -> Option<&str> {
    match mark {
        Mark::Link { href, .. } => href.strip_prefix("runs/"),
        _ => None,
    }
}

/// Times in full; what is not known of a run is empty.
fn words(run: &RunSummary, column: &Column) -> String {
    match column {
        Column::Created => date_time(run.info.start_time),
        Column::Ended => run.info.end_time.map(date_time).unwrap_or_default(),
        other => text_of(run, other).unwrap_or_default().to_owned(),
    }
}

pub(super) fn value_text(run: &RunSummary, column: &Column) -> String {
    match column {
        Column::Metric(key) => run.metric(key).map_or_else(|| format::MISSING.into(), metric_text),
        other => Some(words(run, other)).filter(|text| !text.is_empty()).unwrap_or_else(|| format::MISSING.into()),
    }
}

pub(super) fn table(runs: &[&RunSummary], columns: &[&Column]) -> DataTable {
    let head = std::iter::once("Run".to_owned()).chain(columns.iter().map(|column| column.key()));
    let exact = |run: &RunSummary, column: &Column| match column {
        Column::Metric(key) => run.metric(key).map(format::exact).unwrap_or_default(),
        other => words(run, other),
    };
    let row = |run: &&RunSummary| {
        let cells = columns.iter().map(|column| exact(run, column));
        std::iter::once(run.info.run_name.clone()).chain(cells).collect()
    };
    DataTable { head: head.collect(), rows: runs.iter().map(row).collect() }
}

pub(super) fn cut(n: usize, most: usize, what: &str) -> String {
    if n > most { format!(" The first {most} of {n} {what} are drawn.") } else { String::new() }
}

/// A metric against a setting, a point a run, coloured by its group.
#[must_use]
pub fn scatter(runs: &[&RunSummary], pick: &ChartPick, x: &Column, y: &Column) -> Scene {
    let (across, up) = (Dimension::scaled(runs, x, pick.log.get(x).copied()), plain(runs, y));
    let groups = Groups::of(runs, pick.color.as_ref(), MOST_GROUPS);
    let plot = Plot::new(across.domain(), up.domain());
    let mut marks = plot.grid();
    marks.extend(if across.labels.is_empty() {
        plot.x_axis()
    } else {
        let inside = |(place, _): &(f64, String)| plot.x.holds(*place);
        let every = across.labels.len().div_ceil(8).max(1);
        plot.x_axis_with(across.labels.iter().filter(|label| inside(label)).step_by(every).cloned().collect())
    });
    let points: Vec<(usize, &RunSummary, f64, f64)> = runs
        .iter()
        .zip(across.places.iter().zip(&up.places))
        .enumerate()
        .filter_map(|(place, (run, (x, y)))| Some((place, *run, (*x)?, (*y)?)))
        .collect();
    for (place, run, a, b) in points.iter().take(MOST_POINTS) {
        let words = format!(
            "{}: {} {}, {} {}{}",
            run.info.run_name,
            x.label(),
            value_text(run, x),
            y.label(),
            value_text(run, y),
            groups.words(*place)
        );
        let class = groups.circle(*place);
        let circle = Mark::Circle { x: plot.x.at(*a), y: plot.y.at(*b), r: 4.0, class, tip: Some(words.clone()) };
        marks.push(link(run, words, vec![circle]));
    }
    marks.extend(plot.axis_names(&y.label(), &across.name()));
    let (legend, legend_height) = groups.legend(HEIGHT + 6.0);
    marks.extend(legend);
    Scene {
        width: WIDTH,
        height: HEIGHT + if legend_height > 0.0 { legend_height + 6.0 } else { 0.0 },
        title: format!("{} by {}", y.label(), x.label()),
        how_to_read: format!("A point a run; it opens the run.{}", cut(points.len(), MOST_POINTS, "runs")),
        summary: format!("{} of {} runs by {}.", y.label(), points.len(), x.label()),
        marks,
        table: table(runs, &[x, y]),
    }
}

/// The column on a plain scale.
pub(super) fn plain(runs: &[&RunSummary], column: &Column) -> Dimension {
    let key = match column {
        Column::Metric(key) => key.as_str(),
        _ => "",
    };
    let places = runs.iter().map(|run| run.metric(key).filter(|value| value.is_finite())).collect();
    Dimension { column: column.clone(), is_log: false, places, labels: Vec::new() }
}

/// The runs that have a metric, the best first.
pub(super) fn ranked<'a>(runs: &[&'a RunSummary], key: &str) -> Vec<(&'a RunSummary, f64)> {
    let mut ranked: Vec<(&RunSummary, f64)> =
        runs.iter().filter_map(|run| Some((*run, run.metric(key).filter(|value| value.is_finite())?))).collect();
    ranked.sort_by(|(_, a), (_, b)| match metric_direction(key) {
        Direction::Higher => b.total_cmp(a),
        Direction::Lower => a.total_cmp(b),
    });
    ranked
}

/// A metric run by run, the best first.
#[must_use]
pub fn bars(runs: &[&RunSummary], metric: &Column) -> Scene {
    const NAMES: f64 = 150.0;
    const VALUES: f64 = 72.0;
    const ROW: f64 = 20.0;
    let Column::Metric(key) = metric else { return Scene::default() };
    let ranked = ranked(runs, key);
    let shown = ranked.get(..ranked.len().min(MOST_BARS)).unwrap_or_default();
    let (low, high) = range(shown.iter().map(|(_, value)| *value));
    // Bars begin at zero: their lengths are what is compared.
    let scale = Scale::new((low.min(0.0), high.max(0.0)), (NAMES, WIDTH - VALUES));
    let zero = scale.at(0.0);
    let mut marks = Vec::new();
    for (place, (run, value)) in shown.iter().enumerate() {
        let top = ROW * place as f64;
        let name: String = run.info.run_name.chars().take(20).collect();
        let end = scale.at(*value);
        // Begins with what is to be seen in the link, so that it can be said (WCAG 2.5.3); the value stands beside it.
        let words = format!("{name} {}, {}", metric_text(*value), metric.label());
        let class = if place == 0 { "m" } else { "m-mid" };
        let bar = rect(zero.min(end), top + 4.0, (end - zero).abs().max(1.0), ROW - 8.0, class);
        let name = text(NAMES - 8.0, top + 14.0, Anchor::End, name, "axis");
        let value = text(WIDTH - VALUES + 8.0, top + 14.0, Anchor::Start, metric_text(*value), "axis");
        marks.extend([link(run, words, vec![name, bar]), value]);
    }
    Scene {
        width: WIDTH,
        height: ROW * shown.len().max(1) as f64,
        title: format!("{} run by run", metric.label()),
        how_to_read: format!("The best first.{}", cut(ranked.len(), MOST_BARS, "runs")),
        summary: shown.first().map_or_else(String::new, |(run, value)| {
            format!("{} is best with {} of {}.", run.info.run_name, metric.label(), metric_text(*value))
        }),
        marks,
        table: table(&ranked.iter().map(|(run, _)| *run).collect::<Vec<_>>(), &[metric]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::run;
    use super::*;

    fn sweep() -> Vec<RunSummary> {
        let values = [("0.01", 0.2), ("1", 0.5), ("100", 0.4)];
        values.into_iter().map(|(alpha, r2)| run(alpha, 1, Some(r2), alpha)).collect()
    }

    #[test]
    fn the_list_that_a_sweep_tried_makes_no_words_of_its_runs_numbers() {
        let mut runs = sweep();
        runs.push(run("parent", 1, Some(0.5), "[0.01,1,100.0]"));
        runs.push(run("other", 1, Some(0.5), "0.01, 1"));
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let alpha = Dimension::of(&runs, &Column::Param("test_size".into()));
        assert!(alpha.is_log && alpha.can_log());
        assert_eq!(alpha.places, [Some(-2.0), Some(0.0), Some(2.0), None, None]);
        let words = run("words", 1, Some(0.5), "[none]");
        let with_words: Vec<&RunSummary> = runs.iter().copied().chain([&words]).collect();
        assert!(!Dimension::of(&with_words, &Column::Param("test_size".into())).is_log);
    }

    #[test]
    fn a_wide_setting_is_drawn_by_its_logarithm() {
        let runs = sweep();
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let alpha = Dimension::of(&runs, &Column::Param("test_size".into()));
        assert!(alpha.is_log && alpha.varies());
        assert_eq!(alpha.places, [Some(-2.0), Some(0.0), Some(2.0)]);
        assert_eq!(alpha.labels.first().map(|(place, _)| *place), Some(-2.0));
        let plain = Dimension::scaled(&runs, &Column::Param("test_size".into()), Some(false));
        assert!(!plain.is_log && plain.can_log() && plain.places[2] == Some(100.0));
        // The sweep itself, with the list of what it tried, has no place among its runs.
        let parent = run("sweep", 1, Some(0.5), "0.01,1,100");
        let with_parent: Vec<&RunSummary> = runs.iter().copied().chain([&parent]).collect();
        let alpha = Dimension::of(&with_parent, &Column::Param("test_size".into()));
        assert_eq!((alpha.is_log, alpha.places[3]), (true, None));
        let name = Dimension::of(&runs, &Column::Param("target".into()));
        assert_eq!((name.places.len(), name.varies(), name.labels.len()), (3, false, 1));
    }

    #[test]
    fn only_what_varies_is_offered() {
        let runs = sweep();
        let (metrics, params) = choices(&runs.iter().collect::<Vec<_>>());
        assert_eq!(metrics, [Column::Metric("r2".into())]);
        assert_eq!(params, [Column::Param("test_size".into())]);
    }

    #[test]
    fn every_run_is_a_link_in_each_chart() {
        let runs = sweep();
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let (x, y) = (Column::Param("test_size".into()), Column::Metric("r2".into()));
        let pick = ChartPick { color: Some(x.clone()), ..ChartPick::default() };
        let scenes = [scatter(&runs, &pick, &x, &y), bars(&runs, &y)];
        // Three values of the setting, three colours, which the legend names.
        let colors = |mark: &Mark| matches!(mark, Mark::Rect { class: "s1" | "s2" | "s3", .. });
        assert_eq!(scenes[0].marks.iter().filter(|mark| colors(mark)).count(), 3);
        assert!(scenes[0].height > HEIGHT);
        for scene in scenes {
            let links = scene.marks.iter().filter(|mark| matches!(mark, Mark::Link { .. })).count();
            assert_eq!((links, scene.table.rows.len()), (3, 3), "{}", scene.title);
        }
        // The best is first: the highest R².
        assert!(bars(&runs, &y).summary.starts_with("1 is best with R² test of 0.5000"));
        // None of it fails where there is nothing.
        assert!(scatter(&[], &pick, &x, &y).marks.iter().all(|mark| !matches!(mark, Mark::Link { .. })));
        assert_eq!(bars(&[], &y).summary, "");
    }
}
