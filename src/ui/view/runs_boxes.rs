//! A metric by groups of runs: boxes after Tukey, with every run beyond the whiskers as a point.

use super::charts::{Anchor, DataTable, Mark, Scale, Scene, WIDTH, line, rect, text, tick_labels, ticks};
use super::format::exact;
use super::runs_charts::{link, range};
use super::runs_columns::Column;
use super::runs_groups::{Groups, cut};
use super::runs_text::metric_text;
use crate::tracking::RunSummary;

/// So many groups have a box.
pub const MOST_BOXES: usize = 12;
/// Fewer runs than that are drawn as points: quartiles of four say nothing.
const LEAST: usize = 5;
/// Points drawn in one group.
const MOST_POINTS: usize = 200;
const NAMES: f64 = 150.0;
const ROW: f64 = 34.0;
const TOP: f64 = 8.0;

/// Five numbers of one group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Five {
    /// Lowest and highest value within one and a half times the box's length from it.
    pub whiskers: (f64, f64),
    pub quartiles: (f64, f64),
    pub median: f64,
}

/// The five numbers of sorted values; `None` of none. Quartiles are interpolated as NumPy's `percentile` does (type 7 of
/// Hyndman and Fan), whiskers end where Matplotlib's do.
#[must_use]
pub fn five(sorted: &[f64]) -> Option<Five> {
    let at = |share: f64| {
        let place = share * sorted.len().checked_sub(1)? as f64;
        let (low, high) = (*sorted.get(place.floor() as usize)?, *sorted.get(place.ceil() as usize)?);
        Some(low + (high - low) * place.fract())
    };
    let (lower, median, upper) = (at(0.25)?, at(0.5)?, at(0.75)?);
    let reach = 1.5 * (upper - lower);
    let low = sorted.iter().copied().find(|value| *value >= lower - reach).unwrap_or(lower).min(lower);
    let high = sorted.iter().rev().copied().find(|value| *value <= upper + reach).unwrap_or(upper).max(upper);
    Some(Five { whiskers: (low, high), quartiles: (lower, upper), median })
}

/// A metric by groups of a column.
#[must_use]
pub fn boxes(runs: &[&RunSummary], metric: &Column, by: &Column) -> Scene {
    let Column::Metric(key) = metric else { return Scene::default() };
    let groups = Groups::of(runs, Some(by), MOST_BOXES);
    let mut members: Vec<Vec<(f64, &RunSummary)>> = vec![Vec::new(); groups.names.len()];
    for (run, group) in runs.iter().zip(&groups.of) {
        let value = run.metric(key).filter(|value| value.is_finite());
        if let (Some(value), Some(member)) = (value, group.and_then(|group| members.get_mut(group))) {
            member.push((value, run));
        }
    }
    let (low, high) = range(members.iter().flatten().map(|(value, _)| *value));
    let scale = Scale::new((low, high), (NAMES, WIDTH - 12.0));
    let bottom = TOP + ROW * groups.names.len().max(1) as f64;
    let mut marks = Vec::new();
    let at = ticks(scale.domain.0, scale.domain.1, 6);
    for (tick, label) in at.iter().zip(tick_labels(&at)) {
        let x = scale.at(*tick);
        marks.push(line((x, TOP), (x, bottom), "grid"));
        marks.push(text(x, bottom + 18.0, Anchor::Middle, label, "axis"));
    }
    let mut rows = Vec::new();
    let mut few = 0;
    for (place, (name, member)) in groups.names.iter().zip(&mut members).enumerate() {
        member.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let middle = TOP + ROW * (place as f64 + 0.5);
        marks.push(text(NAMES - 10.0, middle + 4.0, Anchor::End, cut(name, 20), "axis"));
        let values: Vec<f64> = member.iter().map(|(value, _)| *value).collect();
        let Some(five) = five(&values) else { continue };
        let has_box = values.len() >= LEAST;
        few += usize::from(!has_box);
        if has_box {
            let (lower, upper) = five.quartiles;
            let words = format!(
                "{name}: {} runs, median {}, half of them from {} to {}",
                values.len(),
                metric_text(five.median),
                metric_text(lower),
                metric_text(upper)
            );
            let (begin, end) = (scale.at(lower), scale.at(upper));
            marks.push(line((scale.at(five.whiskers.0), middle), (begin, middle), "base"));
            marks.push(line((end, middle), (scale.at(five.whiskers.1), middle), "base"));
            for whisker in [five.whiskers.0, five.whiskers.1] {
                marks.push(line((scale.at(whisker), middle - 5.0), (scale.at(whisker), middle + 5.0), "base"));
            }
            marks.push(rect(begin, middle - 9.0, (end - begin).max(1.0), 18.0, "m-soft").with_tip(words));
            marks.push(line((scale.at(five.median), middle - 9.0), (scale.at(five.median), middle + 9.0), "l-ink"));
        }
        let is_drawn = |value: f64| !has_box || value < five.whiskers.0 || value > five.whiskers.1;
        for (value, run) in member.iter().filter(|(value, _)| is_drawn(*value)).take(MOST_POINTS) {
            let words = format!("{}: {} {}, {name}", run.info.run_name, metric.label(), metric_text(*value));
            let circle = Mark::Circle { x: scale.at(*value), y: middle, r: 3.5, class: "m", tip: Some(words.clone()) };
            marks.push(link(run, words, vec![circle]));
        }
        let numbers = [five.whiskers.0, five.quartiles.0, five.median, five.quartiles.1, five.whiskers.1];
        let cells = [name.clone(), values.len().to_string()].into_iter().chain(numbers.map(exact));
        rows.push(cells.collect());
    }
    let mut how_to_read =
        "A box is the middle half with its median; whiskers reach one and a half boxes, a point beyond them is a run."
            .to_owned();
    if few > 0 {
        how_to_read.push_str(&format!(" Groups of fewer than {LEAST} runs are points only."));
    }
    marks.push(text(WIDTH - 12.0, bottom + 36.0, Anchor::End, metric.label(), "axis"));
    Scene {
        width: WIDTH,
        height: bottom + 42.0,
        title: format!("{} by {}", metric.label(), by.label()),
        how_to_read,
        summary: format!("{} in {} groups of {}.", metric.label(), rows.len(), by.label()),
        marks,
        table: DataTable {
            head: [
                by.key().as_str(),
                "runs",
                "lower whisker",
                "lower quartile",
                "median",
                "upper quartile",
                "upper whisker",
            ]
            .map(str::to_owned)
            .to_vec(),
            rows,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::run;
    use super::*;

    #[test]
    fn five_numbers_are_those_of_numpy_and_matplotlib() {
        // np.percentile([1, 2, 3, 4, 5, 6, 7, 30], [25, 50, 75]) = 2.75, 4.5, 6.25; boxplot's whiskers are 1 and 7.
        let five_numbers = five(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 30.0]).unwrap();
        assert_eq!((five_numbers.quartiles, five_numbers.median), ((2.75, 6.25), 4.5));
        assert_eq!(five_numbers.whiskers, (1.0, 7.0));
        assert_eq!(five(&[2.0]).map(|five| (five.median, five.whiskers)), Some((2.0, (2.0, 2.0))));
        assert_eq!(five(&[]), None);
    }

    #[test]
    fn a_group_has_a_box_and_what_is_far_out_is_a_point() {
        let values = [0.1, 0.11, 0.12, 0.13, 0.14, 0.9];
        let mut runs: Vec<RunSummary> =
            values.iter().enumerate().map(|(i, r2)| run(&i.to_string(), 1, Some(*r2), "a")).collect();
        runs.push(run("lone", 1, Some(0.5), "b"));
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let scene = boxes(&runs, &Column::Metric("r2".into()), &Column::Param("test_size".into()));
        let links: Vec<&str> = scene
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Link { label, .. } => Some(label.split(':').next().unwrap_or_default()),
                _ => None,
            })
            .collect();
        assert_eq!(links, ["5", "lone"]);
        assert_eq!(scene.table.rows.len(), 2);
        assert!(scene.how_to_read.ends_with("Groups of fewer than 5 runs are points only."));
        assert!(boxes(&[], &Column::Metric("r2".into()), &Column::Model).table.rows.is_empty());
    }
}
