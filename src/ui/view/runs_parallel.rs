//! All that varies beside each other, a line a run; a range on an axis picks out runs.

use std::collections::BTreeMap;

use super::charts::{Anchor, Mark, Scale, Scene, WIDTH, line, rect, tenth, text};
use super::format;
use super::runs_chart_pick::ChartPick;
use super::runs_charts::{Dimension, cut, link, plain, ranked, table, value_text};
use super::runs_columns::Column;
use super::runs_groups::{Groups, MOST_GROUPS, cut as short};
use super::runs_text::{Direction, metric_direction};
use crate::search::{Attribute, DatasetKey, Key};
use crate::tracking::RunSummary;

/// So many runs are drawn as lines.
const MOST_LINES: usize = 300;
/// So many settings stand beside each other.
const MOST_AXES: usize = 6;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 300.0;
const SIDE: f64 = 56.0;
/// Half the width of what takes hold of an axis.
const REACH: f64 = 22.0;
const NAME: usize = 14;

/// The range taken on an axis, as places on it, lower end first.
pub type Brushes = BTreeMap<Column, (f64, f64)>;

/// One axis as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub column: Column,
    pub x: f64,
    pub scale: Scale,
    pub is_log: bool,
    /// Whether powers of ten could be its scale.
    pub can_log: bool,
    /// The words that stand on it; empty for numbers.
    pub words: Vec<(f64, String)>,
}

impl Axis {
    /// The value of a place.
    #[must_use]
    pub fn value(&self, place: f64) -> f64 {
        if self.is_log { 10_f64.powf(place) } else { place }
    }

    /// The place of a value; `None` where it has none on this axis.
    #[must_use]
    pub fn place(&self, value: f64) -> Option<f64> {
        let place = if self.is_log { value.log10() } else { value };
        place.is_finite().then_some(place)
    }

    /// The place at a height, kept on the axis.
    #[must_use]
    pub fn at(&self, y: f64) -> f64 {
        let (from, to) = self.scale.range;
        let (low, high) = self.scale.domain;
        low + ((y - from) / (to - from)).clamp(0.0, 1.0) * (high - low)
    }
}

/// The runs, best first, with what is drawn of them.
struct Drawn<'a> {
    order: Vec<&'a RunSummary>,
    dimensions: Vec<Dimension>,
    axes: Vec<Axis>,
}

fn drawn<'a>(runs: &[&'a RunSummary], pick: &ChartPick, params: &[Column], metric: &Column) -> Option<Drawn<'a>> {
    let Column::Metric(key) = metric else { return None };
    let order: Vec<&RunSummary> = ranked(runs, key).into_iter().map(|(run, _)| run).collect();
    let settings = params.iter().filter(|column| matches!(column, Column::Param(_) | Column::Model)).take(MOST_AXES);
    let mut dimensions: Vec<Dimension> =
        settings.map(|column| Dimension::scaled(&order, column, pick.log.get(column).copied())).collect();
    dimensions.push(match pick.log.get(metric) {
        Some(true) => Dimension::scaled(&order, metric, Some(true)),
        _ => plain(&order, metric),
    });
    let step = (WIDTH - 2.0 * SIDE) / (dimensions.len().max(2) - 1) as f64;
    let axis = |(place, dimension): (usize, &Dimension)| {
        // The better end of the metric is up.
        let is_low_best = dimension.column == *metric && metric_direction(key) == Direction::Lower;
        let ends = if is_low_best { (TOP, BOTTOM) } else { (BOTTOM, TOP) };
        Axis {
            column: dimension.column.clone(),
            x: SIDE + step * place as f64,
            scale: Scale::new(dimension.domain(), ends),
            is_log: dimension.is_log,
            can_log: dimension.can_log(),
            words: if dimension.is_log { Vec::new() } else { dimension.labels.clone() },
        }
    };
    let axes = dimensions.iter().enumerate().map(axis).collect();
    Some(Drawn { order, dimensions, axes })
}

/// The axes of the chart, from left to right.
#[must_use]
pub fn axes(runs: &[&RunSummary], pick: &ChartPick, params: &[Column], metric: &Column) -> Vec<Axis> {
    drawn(runs, pick, params, metric).map(|drawn| drawn.axes).unwrap_or_default()
}

/// The axis that a pointer takes hold of.
#[must_use]
pub fn axis_at(axes: &[Axis], x: f64, y: f64) -> Option<usize> {
    if !(TOP - REACH..=BOTTOM + REACH).contains(&y) {
        return None;
    }
    let far = |axis: &Axis| (axis.x - x).abs();
    let nearest = axes.iter().enumerate().min_by(|(_, a), (_, b)| far(a).total_cmp(&far(b)))?;
    (far(nearest.1) <= REACH).then_some(nearest.0)
}

fn is_inside(dimensions: &[Dimension], brushes: &Brushes, run: usize) -> bool {
    dimensions.iter().all(|dimension| match brushes.get(&dimension.column) {
        None => true,
        Some((low, high)) => {
            dimension.places.get(run).copied().flatten().is_some_and(|place| (*low..=*high).contains(&place))
        }
    })
}

/// How many runs are inside all ranges, and how many there are.
#[must_use]
pub fn inside(
    runs: &[&RunSummary],
    pick: &ChartPick,
    params: &[Column],
    metric: &Column,
    brushes: &Brushes,
) -> (usize, usize) {
    drawn(runs, pick, params, metric).map_or((0, 0), |drawn| {
        let n = drawn.order.len();
        ((0..n).filter(|run| is_inside(&drawn.dimensions, brushes, *run)).count(), n)
    })
}

/// The ranges as marks over the chart.
#[must_use]
pub fn brush_marks(axes: &[Axis], brushes: &Brushes) -> Vec<Mark> {
    let mark = |axis: &Axis| {
        let (low, high) = brushes.get(&axis.column)?;
        let (a, b) = (axis.scale.at(*low), axis.scale.at(*high));
        Some(rect(axis.x - 7.0, a.min(b), 14.0, (a - b).abs().max(2.0), "brush"))
    };
    axes.iter().filter_map(mark).collect()
}

/// A search for the runs inside the ranges. Ends are rounded outwards to four digits, so that none is lost.
#[must_use]
pub fn brush_filter(axes: &[Axis], brushes: &Brushes) -> String {
    let clause = |axis: &Axis| {
        let (low, high) = *brushes.get(&axis.column)?;
        let key = match &axis.column {
            Column::Metric(key) => Key::Metric(key.clone()),
            Column::Param(key) => Key::Param(key.clone()),
            Column::Tag(key) => Key::Tag(key.clone()),
            Column::Model => Key::Attribute(Attribute::Model),
            Column::Dataset => Key::Dataset(DatasetKey::Name),
            _ => return None,
        };
        let key = key.text();
        if axis.words.is_empty() {
            let (low, high) = (outwards(axis.value(low), false), outwards(axis.value(high), true));
            return Some(format!("{key} >= {low} and {key} <= {high}"));
        }
        let inside = axis.words.iter().filter(|(place, _)| (low..=high).contains(place));
        let quoted: Vec<String> = inside
            .map(|(_, word)| if word.contains('\'') { format!("\"{word}\"") } else { format!("'{word}'") })
            .collect();
        Some(match quoted.as_slice() {
            [one] => format!("{key} = {one}"),
            several => format!("{key} IN ({})", several.join(", ")),
        })
    };
    axes.iter().filter_map(clause).collect::<Vec<_>>().join(" and ")
}

fn outwards(value: f64, up: bool) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = 3 - value.abs().log10().floor() as i32;
    // By a power of ten that is whole, so that a value of few digits stays itself.
    let unit = 10_f64.powi(digits.abs());
    let scaled = if digits >= 0 { value * unit } else { value / unit };
    // A value that already has few digits is not moved by the rounding of its product.
    let near = scaled.round();
    let whole = match (scaled - near).abs() < 1e-9 * near.abs() {
        true => near,
        false if up => scaled.ceil(),
        false => scaled.floor(),
    };
    if digits >= 0 { whole / unit } else { whole * unit }
}

/// All settings that vary, and the metric, beside each other: a line a run. The best tenth is drawn stronger; with colours,
/// each run in that of its group; with ranges, only what is inside.
#[must_use]
pub fn parallel(
    runs: &[&RunSummary],
    pick: &ChartPick,
    params: &[Column],
    metric: &Column,
    brushes: &Brushes,
) -> Scene {
    let Some(Drawn { order, dimensions, axes }) = drawn(runs, pick, params, metric) else { return Scene::default() };
    let groups = Groups::of(&order, pick.color.as_ref(), MOST_GROUPS);
    let shown = order.len().min(MOST_LINES);
    let n_best = shown.div_ceil(10);
    let is_strong = |run: usize| match (brushes.is_empty(), groups.is_one()) {
        (true, true) => run < n_best,
        _ => is_inside(&dimensions, brushes, run),
    };
    let mut marks = Vec::new();
    // The best are drawn last, above the others; what is outside the ranges below all.
    let mut places: Vec<usize> = (0..shown).rev().collect();
    places.sort_by_key(|run| is_strong(*run));
    for place in places {
        let Some(run) = order.get(place) else { continue };
        let points = dimensions.iter().zip(&axes).filter_map(|(dimension, axis)| {
            let value = dimension.places.get(place).copied().flatten()?;
            Some(format!("{} {}", tenth(axis.x), axis.scale.at(value)))
        });
        let points: Vec<String> = points.collect();
        if points.len() < 2 {
            continue;
        }
        let class = if is_strong(place) { groups.line(place) } else { "l-quiet" };
        let words =
            format!("{}: {} {}{}", run.info.run_name, metric.label(), value_text(run, metric), groups.words(place));
        marks.push(link(run, words, vec![Mark::Path { d: format!("M{}", points.join("L")), class }]));
    }
    for axis in &axes {
        marks.extend(axis_marks(axis));
    }
    let (legend, legend_height) = groups.legend(BOTTOM + 16.0);
    marks.extend(legend);
    let strong = match (brushes.is_empty(), groups.is_one()) {
        (true, true) => ", the best tenth stronger",
        (true, false) => ", in the colour of its group",
        _ => "; those outside the ranges are pale",
    };
    let columns: Vec<&Column> = axes.iter().map(|axis| &axis.column).collect();
    Scene {
        width: WIDTH,
        height: BOTTOM + 16.0 + legend_height,
        title: "What varies, beside each other".into(),
        how_to_read: format!(
            "A line a run{strong}; better is up at the right. Drag along an axis to pick a range.{}",
            cut(order.len(), MOST_LINES, "runs")
        ),
        summary: format!("{} settings and {} of {} runs.", dimensions.len() - 1, metric.label(), order.len()),
        marks,
        table: table(&order, &columns),
    }
}

fn axis_marks(axis: &Axis) -> Vec<Mark> {
    let mut marks = vec![
        line((axis.x, TOP), (axis.x, BOTTOM), "base"),
        text(axis.x, 14.0, Anchor::Middle, short(&axis.column.label(), NAME), "axis"),
    ];
    let (low, high) = axis.scale.domain;
    let ends = if axis.words.is_empty() {
        [low, high].map(|end| (end, format::number(axis.value(end)))).to_vec()
    } else {
        axis.words.iter().take(8).map(|(place, word)| (*place, short(word, NAME))).collect()
    };
    for (value, label) in ends {
        let at = axis.scale.at(value);
        let below = if at < (TOP + BOTTOM) / 2.0 { 10.0 } else { -2.0 };
        marks.push(text(axis.x + 6.0, at + below, Anchor::Start, label, "axis tiny"));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::run;
    use super::*;

    fn sweep() -> Vec<RunSummary> {
        [("0.01", 0.2), ("1", 0.5), ("100", 0.4)]
            .into_iter()
            .map(|(alpha, r2)| run(alpha, 1, Some(r2), alpha))
            .collect()
    }

    fn columns() -> (Column, Column) {
        (Column::Param("test_size".into()), Column::Metric("r2".into()))
    }

    #[test]
    fn every_run_is_a_link_and_ranges_make_the_others_pale() {
        let runs = sweep();
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let (x, y) = columns();
        let (pick, params) = (ChartPick::default(), std::slice::from_ref(&x));
        let strong = |scene: &Scene| {
            let is = |mark: &&Mark| matches!(mark, Mark::Link { marks, .. } if matches!(marks.first(), Some(Mark::Path { class: "l", .. })));
            (
                scene.marks.iter().filter(|mark| matches!(mark, Mark::Link { .. })).count(),
                scene.marks.iter().filter(is).count(),
            )
        };
        assert_eq!(strong(&parallel(&runs, &pick, params, &y, &Brushes::new())), (3, 1));
        let brushes = Brushes::from([(x.clone(), (-0.5, 2.5))]);
        assert_eq!(strong(&parallel(&runs, &pick, params, &y, &brushes)), (3, 2));
        assert_eq!(inside(&runs, &pick, params, &y, &brushes), (2, 3));
        assert_eq!(parallel(&[], &pick, &[], &y, &brushes).table.rows.len(), 0);
        assert_eq!(brush_marks(&axes(&runs, &pick, params, &y), &brushes).len(), 1);
    }

    #[test]
    fn a_pointer_takes_the_nearest_axis_and_a_height_is_a_place() {
        let runs = sweep();
        let (x, y) = columns();
        let axes = axes(&runs.iter().collect::<Vec<_>>(), &ChartPick::default(), &[x], &y);
        assert_eq!(axes.iter().map(|axis| axis.x).collect::<Vec<_>>(), [56.0, 464.0]);
        assert_eq!(axis_at(&axes, 60.0, 100.0), Some(0));
        assert_eq!(axis_at(&axes, 450.0, 100.0), Some(1));
        assert_eq!((axis_at(&axes, 250.0, 100.0), axis_at(&axes, 56.0, 400.0)), (None, None));
        assert!(axes[0].is_log && axes[0].can_log);
        assert_eq!((axes[0].at(300.0), axes[0].at(34.0), axes[0].at(0.0)), (-2.0, 2.0, 2.0));
        assert_eq!(axes[0].place(10.0), Some(1.0));
        assert_eq!(axes[0].place(-1.0), None);
    }

    #[test]
    fn the_log_of_an_axis_is_a_persons_choice() {
        let runs = sweep();
        let (x, y) = columns();
        let pick = ChartPick { log: BTreeMap::from([(x.clone(), false), (y.clone(), true)]), ..ChartPick::default() };
        let axes = axes(&runs.iter().collect::<Vec<_>>(), &pick, &[x], &y);
        assert_eq!((axes[0].is_log, axes[1].is_log), (false, true));
    }

    #[test]
    fn a_range_is_a_search_that_loses_none() {
        let runs = sweep();
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let (x, y) = columns();
        let axes = axes(&runs, &ChartPick::default(), std::slice::from_ref(&x), &y);
        let brushes = Brushes::from([(x.clone(), (-2.0, 0.300_001)), (y, (0.123_456, 0.5))]);
        let filter = brush_filter(&axes, &brushes);
        assert_eq!(
            filter,
            "params.test_size >= 0.01 and params.test_size <= 1.996 and metrics.r2 >= 0.1234 and metrics.r2 <= 0.5"
        );
        let runs: Vec<RunSummary> = runs.into_iter().cloned().collect();
        assert_eq!(crate::search::search_runs(&filter, &[], &runs).map(|found| found.len()).ok(), Some(2));
        let words = Axis { words: vec![(0.0, "a".into()), (1.0, "b'c".into())], ..axes[0].clone() };
        let brush = |low, high| brush_filter(std::slice::from_ref(&words), &Brushes::from([(x.clone(), (low, high))]));
        assert_eq!(brush(-0.4, 0.4), "params.test_size = 'a'");
        assert_eq!(brush(-0.4, 1.2), "params.test_size IN ('a', \"b'c\")");
        assert_eq!((outwards(12345.6, true), outwards(-12345.6, false), outwards(0.1, true)), (12350.0, -12350.0, 0.1));
    }
}
