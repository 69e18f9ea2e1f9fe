//! A metric over two settings: the mean of the runs in each cell of a grid. Nothing is guessed where no run was.

use super::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scale, Scene, WIDTH, rect, text};
use super::format::{self, exact};
use super::runs_charts::{Dimension, link, range};
use super::runs_columns::Column;
use super::runs_groups::cut;
use super::runs_text::metric_text;
use crate::tracking::RunSummary;

/// So many values of a setting are each a cell; more are put into bins.
const MOST_VALUES: usize = 12;
const BINS: usize = 8;
/// The palest cell is still seen.
const PALEST: f64 = 0.12;

/// The cells along one axis.
#[derive(Debug, Clone, PartialEq)]
struct Cells {
    /// What each is called.
    names: Vec<String>,
    /// The cell of each run.
    of: Vec<Option<usize>>,
    is_binned: bool,
}

impl Cells {
    fn of(dimension: &Dimension) -> Self {
        let mut values: Vec<f64> = dimension.places.iter().flatten().copied().collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let value = |place: f64| if dimension.is_log { 10_f64.powf(place) } else { place };
        let is_words = !dimension.labels.is_empty() && !dimension.is_log;
        let name = |place: f64| match dimension.labels.iter().find(|(own, _)| is_words && *own == place) {
            Some((_, word)) => word.clone(),
            None => format::number(value(place)),
        };
        if values.len() <= MOST_VALUES || is_words {
            values.truncate(MOST_VALUES);
            let cell = |place: f64| values.iter().position(|own| *own == place);
            let of = dimension.places.iter().map(|place| place.and_then(cell)).collect();
            return Self { names: values.iter().map(|place| name(*place)).collect(), of, is_binned: false };
        }
        let (low, high) = range(values.iter().copied());
        let width = (high - low) / BINS as f64;
        let cell = |place: f64| (((place - low) / width) as usize).min(BINS - 1);
        let edge = |bin: usize| format::number(value(low + width * bin as f64));
        Self {
            names: (0..BINS).map(|bin| format!("{} to {}", edge(bin), edge(bin + 1))).collect(),
            of: dimension.places.iter().map(|place| place.map(cell)).collect(),
            is_binned: true,
        }
    }
}

/// A metric over two settings.
#[must_use]
pub fn map(runs: &[&RunSummary], across: &Dimension, up: &Dimension, metric: &Column) -> Scene {
    let Column::Metric(key) = metric else { return Scene::default() };
    let (columns, rows) = (Cells::of(across), Cells::of(up));
    let (n_columns, n_rows) = (columns.names.len().max(1), rows.names.len().max(1));
    let mut cells: Vec<Vec<(f64, &RunSummary)>> = vec![Vec::new(); n_columns * n_rows];
    for (place, run) in runs.iter().enumerate() {
        let cell = (columns.of.get(place).copied().flatten(), rows.of.get(place).copied().flatten());
        let value = run.metric(key).filter(|value| value.is_finite());
        if let ((Some(column), Some(row)), Some(value)) = (cell, value)
            && let Some(members) = cells.get_mut(row * n_columns + column)
        {
            members.push((value, run));
        }
    }
    let mean = |members: &[(f64, &RunSummary)]| {
        (!members.is_empty()).then(|| members.iter().map(|(value, _)| value).sum::<f64>() / members.len() as f64)
    };
    let (low, high) = range(cells.iter().filter_map(|members| mean(members)));
    let longest = rows.names.iter().map(|name| name.chars().count().min(18)).max().unwrap_or(0);
    let left = (16.0 + 7.0 * longest as f64).max(40.0);
    let plot = Plot::new((0.0, 1.0), (0.0, 1.0));
    let x = Scale::new((0.0, n_columns as f64), (left, plot.right()));
    let y = Scale::new((0.0, n_rows as f64), (plot.bottom(), 10.0));
    let mut marks = Vec::new();
    let mut table = Vec::new();
    for (place, members) in cells.iter().enumerate() {
        let Some(value) = mean(members) else { continue };
        let (column, row) = (place % n_columns, place / n_columns);
        let name = |names: &[String], place: usize| names.get(place).cloned().unwrap_or_default();
        let (across_name, up_name) = (name(&columns.names, column), name(&rows.names, row));
        let n = members.len();
        let runs_words = if n == 1 { "1 run".to_owned() } else { format!("the mean of {n} runs") };
        let words = format!(
            "{} {across_name}, {} {up_name}: {} {}, {runs_words}",
            across.column.label(),
            up.column.label(),
            metric.label(),
            metric_text(value)
        );
        let (begin, end) = (x.at(column as f64), x.at(column as f64 + 1.0));
        let (top, bottom) = (y.at(row as f64 + 1.0), y.at(row as f64));
        let share = if high > low { (value - low) / (high - low) } else { 1.0 };
        let mut cell = rect(begin + 1.0, top + 1.0, end - begin - 2.0, bottom - top - 2.0, "m").with_tip(words.clone());
        if let Mark::Rect { opacity, .. } = &mut cell {
            *opacity = Some(((PALEST + (1.0 - PALEST) * share) * 1000.0).round() / 1000.0);
        }
        // A cell of one run leads to it.
        marks.push(match members.as_slice() {
            [(_, run)] => link(run, words, vec![cell]),
            _ => cell,
        });
        table.push(vec![across_name, up_name, n.to_string(), exact(value)]);
    }
    let every = |n: usize| n.div_ceil(if columns.is_binned { 4 } else { 8 }).max(1);
    for (place, name) in columns.names.iter().enumerate().step_by(every(n_columns)) {
        marks.push(text(x.at(place as f64 + 0.5), plot.bottom() + 18.0, Anchor::Middle, cut(name, 18), "axis"));
    }
    for (place, name) in rows.names.iter().enumerate() {
        marks.push(text(left - 8.0, y.at(place as f64 + 0.5) + 4.0, Anchor::End, cut(name, 18), "axis"));
    }
    marks.push(text(left, plot.bottom() + 36.0, Anchor::Start, format!("{} ↑", up.column.label()), "axis"));
    marks.push(text(plot.right(), plot.bottom() + 36.0, Anchor::End, across.column.label(), "axis"));
    let n_empty = cells.iter().filter(|members| members.is_empty()).count();
    let mut how_to_read = format!(
        "A cell is the mean of its runs, from {} (pale) to {} (dark). Nothing is interpolated",
        if low.is_finite() { metric_text(low) } else { "–".into() },
        if high.is_finite() { metric_text(high) } else { "–".into() },
    );
    how_to_read.push_str(match n_empty {
        0 => ".",
        _ => ": where no run was, nothing is drawn.",
    });
    if columns.is_binned || rows.is_binned {
        how_to_read.push_str(&format!(" Settings of more than {MOST_VALUES} values are cut into {BINS} bins."));
    }
    Scene {
        width: WIDTH,
        height: HEIGHT,
        title: format!("{} by {} and {}", metric.label(), across.column.label(), up.column.label()),
        how_to_read,
        summary: format!("{} in {} cells of {}.", metric.label(), table.len(), n_columns * n_rows),
        marks,
        table: DataTable {
            head: vec![across.column.key(), up.column.key(), "runs".into(), format!("mean of {}", metric.key())],
            rows: table,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::run;
    use super::*;

    fn with_k(mut run: RunSummary, k: &str) -> RunSummary {
        run.params.push(crate::tracking::Param { key: "k".into(), value: k.into() });
        run
    }

    fn drawn(runs: &[RunSummary]) -> Scene {
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let across = Dimension::of(&runs, &Column::Param("test_size".into()));
        let up = Dimension::of(&runs, &Column::Param("k".into()));
        map(&runs, &across, &up, &Column::Metric("r2".into()))
    }

    #[test]
    fn a_cell_is_the_mean_of_its_runs_and_empty_ones_stay_empty() {
        let runs = [
            with_k(run("a", 1, Some(0.2), "1"), "1"),
            with_k(run("b", 1, Some(0.4), "1"), "1"),
            with_k(run("c", 1, Some(0.8), "2"), "2"),
            run("no k", 1, Some(0.9), "2"),
        ];
        let scene = drawn(&runs);
        assert_eq!(scene.table.rows.len(), 2);
        assert_eq!(scene.table.rows[0][..3], ["1", "1", "2"]);
        assert!((scene.table.rows[0][3].parse::<f64>().unwrap() - 0.3).abs() < 1e-12);
        assert_eq!(scene.table.rows[1], ["2", "2", "1", "0.8"]);
        // The cell of one run leads to it, that of two does not.
        let links = scene.marks.iter().filter(|mark| matches!(mark, Mark::Link { .. })).count();
        assert_eq!(links, 1);
        assert!(scene.how_to_read.contains("where no run was"));
    }

    #[test]
    fn many_values_are_binned_and_said_so() {
        let runs: Vec<RunSummary> =
            (1..40).map(|i| with_k(run("a", 1, Some(f64::from(i)), &i.to_string()), "1")).collect();
        let scene = drawn(&runs);
        assert_eq!(scene.table.rows.len(), 8);
        assert_eq!(scene.table.rows.iter().map(|row| row[2].parse::<usize>().unwrap()).sum::<usize>(), 39);
        assert!(scene.how_to_read.contains("cut into 8 bins"));
        assert!(drawn(&[]).table.rows.is_empty());
    }
}
