//! Predicted against actual: where predictions fell for each actual value.

use crate::evaluate::{EvaluateSummary, PredictedActual};
use crate::ui::view::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scene, WIDTH, line, rect, tenth, text};
use crate::ui::view::format;

/// Where predictions fell for each actual value: a distribution a value when there are few, else a heat map; with the mean
/// prediction and the line of a perfect model.
#[must_use]
pub fn predicted_against_actual(summary: &EvaluateSummary) -> Scene {
    let data = &summary.predicted_actual;
    let target = &summary.target;
    let plot = predicted_plot(data);
    let mut marks = plot.grid();
    marks.extend(if data.discrete { distributions(data, &plot) } else { heat(data, &plot) });
    marks.extend(perfect(data, &plot));
    marks.extend(mean_line(data, &plot));
    marks.extend(if data.discrete {
        let labels =
            data.columns.iter().enumerate().map(|(i, column)| (i as f64, format::number(column.actual_min))).collect();
        plot.x_axis_with(labels)
    } else {
        plot.x_axis()
    });
    marks.extend(plot.axis_names("predicted", &format!("actual {target}")));
    Scene {
        width: WIDTH,
        height: HEIGHT,
        title: "Predicted against actual".into(),
        how_to_read: if data.discrete {
            format!("Each column: where the predictions for that {target} fell. Dots: their mean.")
        } else {
            "Darker: more rows. Line: the mean prediction. A perfect model lies on the dashes.".into()
        },
        summary: predicted_sentence(data, target),
        marks,
        table: predicted_table(data, target),
    }
}

/// With few values, x counts the columns (0, 1, …): values stand side by side however far they are apart.
fn predicted_plot(data: &PredictedActual) -> Plot {
    let actual_low = data.columns.first().map_or(0.0, |column| column.actual_min);
    let actual_high = data.columns.last().map_or(1.0, |column| column.actual_max);
    let x = if data.discrete { (-0.5, data.columns.len().max(1) as f64 - 0.5) } else { (actual_low, actual_high) };
    let (low, high) = (data.predicted_min, data.predicted_max);
    // The actual range is shown too, unless that would press the predictions into a strip.
    let (all_low, all_high) = (low.min(actual_low), high.max(actual_high));
    let y = if all_high - all_low <= (high - low) * 4.0 { (all_low, all_high) } else { (low, high) };
    Plot::new(x, y)
}

fn bin_edges(data: &PredictedActual, n_bins: usize, bin: usize) -> (f64, f64) {
    let width = (data.predicted_max - data.predicted_min) / n_bins.max(1) as f64;
    (data.predicted_min + width * bin as f64, data.predicted_min + width * (bin + 1) as f64)
}

fn distributions(data: &PredictedActual, plot: &Plot) -> Vec<Mark> {
    let slot = (plot.right() - plot.left()) / data.columns.len().max(1) as f64;
    let share = |n: u64, of: u64| if of == 0 { 0.0 } else { n as f64 / of as f64 };
    // One scale for all columns; columns of a few rows do not set it.
    let largest = |least: u64| {
        let columns = data.columns.iter().filter(|column| column.n >= least);
        columns.flat_map(|column| column.counts.iter().map(|n| share(*n, column.n))).fold(0.0_f64, f64::max)
    };
    let largest = if largest(5) > 0.0 { largest(5) } else { largest(1).max(f64::MIN_POSITIVE) };
    let mut marks = Vec::new();
    for (i, column) in data.columns.iter().enumerate() {
        let centre = plot.x.at(i as f64);
        for (bin, n) in column.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            let (low, high) = bin_edges(data, column.counts.len(), bin);
            let (top, bottom) = (plot.y.at(high), plot.y.at(low));
            let width = (slot * 0.94 * (share(*n, column.n) / largest).min(1.0)).max(1.0);
            let height = (bottom - top - 1.0).max(1.5);
            let tip = format!(
                "Predicted {} to {}: {} of {} rows, {}",
                format::number(low),
                format::number(high),
                format::count(*n),
                format::count(column.n),
                format::percent(share(*n, column.n)),
            );
            marks.push(rect(centre - width / 2.0, top, width, height, "m-soft").with_tip(tip));
        }
    }
    marks
}

fn heat(data: &PredictedActual, plot: &Plot) -> Vec<Mark> {
    let most = data.columns.iter().flat_map(|column| &column.counts).copied().max().unwrap_or(0);
    let mut marks = Vec::new();
    for column in &data.columns {
        let (left, right) = (plot.x.at(column.actual_min), plot.x.at(column.actual_max));
        for (bin, n) in column.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            let (low, high) = bin_edges(data, column.counts.len(), bin);
            let (top, bottom) = (plot.y.at(high), plot.y.at(low));
            // The root keeps thin places visible beside crowded ones.
            let opacity = (0.12 + 0.88 * (*n as f64 / most.max(1) as f64).sqrt()).min(1.0);
            let tip = format!(
                "Actual {} to {}, predicted {} to {}: {} rows",
                format::number(column.actual_min),
                format::number(column.actual_max),
                format::number(low),
                format::number(high),
                format::count(*n),
            );
            marks.push(Mark::Rect {
                x: left,
                y: top,
                width: tenth(right - left).max(0.5),
                height: tenth(bottom - top).max(0.5),
                class: "m",
                opacity: Some((opacity * 100.0).round() / 100.0),
                tip: Some(tip),
            });
        }
    }
    marks
}

/// The dashes on which a perfect model would lie: y = x, cut to the plot.
fn perfect(data: &PredictedActual, plot: &Plot) -> Vec<Mark> {
    // With few values x counts columns: the line goes through each column at its own value.
    let points: Vec<(f64, f64)> = if data.discrete {
        data.columns.iter().enumerate().map(|(i, column)| (i as f64, column.actual_min)).collect()
    } else {
        let (low, high) = plot.x.domain;
        vec![(low, low), (high, high)]
    };
    let mut segments = Vec::new();
    for pair in points.windows(2) {
        if let [from, to] = pair
            && let Some((from, to)) = cut(*from, *to, plot.y.domain)
        {
            segments.push(((plot.x.at(from.0), plot.y.at(from.1)), (plot.x.at(to.0), plot.y.at(to.1))));
        }
    }
    let mut marks: Vec<Mark> = segments.iter().map(|(from, to)| line(*from, *to, "ref")).collect();
    // Under its lower end, where predictions hardly ever are.
    if let Some(((x, y), _)) = segments.first() {
        marks.push(text(x + 14.0, (y + 8.0).min(plot.bottom() - 6.0), Anchor::Start, "perfect", "axis"));
    }
    marks
}

/// The part of a rising segment whose y is inside `(low, high)`.
fn cut(from: (f64, f64), to: (f64, f64), (low, high): (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    if to.1 <= low || from.1 >= high || to.1 <= from.1 {
        return None;
    }
    let at = |y: f64| (from.0 + (to.0 - from.0) * (y - from.1) / (to.1 - from.1), y);
    Some((if from.1 < low { at(low) } else { from }, if to.1 > high { at(high) } else { to }))
}

fn mean_line(data: &PredictedActual, plot: &Plot) -> Vec<Mark> {
    let few = data.columns.len() <= 12;
    let mut d = String::new();
    let mut dots = Vec::new();
    let mut pen_down = false;
    for (i, column) in data.columns.iter().enumerate() {
        let Some(mean) = column.predicted_mean else {
            pen_down = false;
            continue;
        };
        let x =
            if data.discrete { plot.x.at(i as f64) } else { plot.x.at((column.actual_min + column.actual_max) / 2.0) };
        let y = plot.y.at(mean);
        d.push_str(&format!("{}{x} {y}", if pen_down { 'L' } else { 'M' }));
        pen_down = true;
        if few {
            let tip = format!("Mean prediction {} over {} rows", format::number(mean), format::count(column.n));
            dots.push(Mark::Circle { x, y, r: 4.0, class: "m-ink", tip: Some(tip) });
        }
    }
    let mut marks = vec![Mark::Path { d, class: "l-ink" }];
    marks.extend(dots);
    marks
}

fn predicted_sentence(data: &PredictedActual, target: &str) -> String {
    let mut means = data.columns.iter().filter_map(|column| {
        let middle = if data.discrete { column.actual_min } else { (column.actual_min + column.actual_max) / 2.0 };
        Some((middle, column.predicted_mean?))
    });
    let Some((first, first_mean)) = means.next() else { return format!("No predictions of {target}.") };
    let Some((last, last_mean)) = means.next_back() else {
        return format!(
            "The mean prediction is {} for {target} {}.",
            format::number(first_mean),
            format::number(first)
        );
    };
    format!(
        "The mean prediction goes from {} for {target} {} to {} for {}; a perfect model would follow the dashed diagonal.",
        format::number(first_mean),
        format::number(first),
        format::number(last_mean),
        format::number(last),
    )
}

fn predicted_table(data: &PredictedActual, target: &str) -> DataTable {
    let rows = data.columns.iter().map(|column| {
        let actual = if data.discrete {
            format::number(column.actual_min)
        } else {
            format!("{} to {}", format::number(column.actual_min), format::number(column.actual_max))
        };
        let mean = column.predicted_mean.map_or_else(|| "–".to_owned(), format::number);
        vec![actual, format::count(column.n), mean]
    });
    DataTable { head: vec![format!("Actual {target}"), "Rows".into(), "Mean prediction".into()], rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::charts_evaluate::testing::{bars, column, paths, summary};

    #[test]
    fn few_values_stand_side_by_side_with_their_mean() {
        let columns = vec![column(1.0, 1.0, &[5, 5], Some(2.5)), column(5.0, 5.0, &[0, 10], Some(3.5))];
        let scene = predicted_against_actual(&summary(true, columns, (2.0, 4.0), Vec::new()));
        // The area is 40 to 512 wide, so a column has 236; y goes from 1 to 5 over 286 to 10, 69 a unit.
        // The fullest bin takes 94 % of its column, one of half its share half of that.
        assert_eq!(bars(&scene), [(102.5, 148.0, 110.9, 68.0), (102.5, 79.0, 110.9, 68.0), (283.1, 79.0, 221.8, 68.0)],);
        assert_eq!(paths(&scene, "l-ink"), ["M158 182.5L394 113.5"]);
        // The perfect line goes through each column at its value.
        assert_eq!(paths(&scene, "ref"), ["M158 286L394 10"]);
        let (low, high) = (format::number(2.5), format::number(3.5));
        assert_eq!(scene.table.rows, [["1", "10", low.as_str()], ["5", "10", high.as_str()]]);
    }

    #[test]
    fn many_values_are_a_heat_map_whose_line_skips_empty_bins() {
        let columns = vec![
            column(0.0, 1.0, &[4, 0], Some(0.5)),
            column(1.0, 2.0, &[0, 0], None),
            column(2.0, 3.0, &[0, 1], Some(2.5)),
        ];
        let scene = predicted_against_actual(&summary(false, columns, (0.0, 3.0), Vec::new()));
        let opacities: Vec<_> = scene
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Rect { opacity, .. } = mark { *opacity } else { None })
            .collect();
        // Darkest where most rows are; a quarter of them is half as dark (above the least of 0.12).
        assert_eq!(opacities, [1.0, 0.56]);
        let means = paths(&scene, "l-ink");
        assert_eq!(means.len(), 1);
        assert_eq!(means[0].matches('M').count(), 2);
    }

    #[test]
    fn the_perfect_line_is_cut_where_predictions_end() {
        // Actual values reach far beyond the predictions: the picture keeps to the predictions.
        let columns = vec![column(0.0, 500.0, &[1], Some(1.0)), column(500.0, 1000.0, &[1], Some(2.0))];
        let scene = predicted_against_actual(&summary(false, columns, (0.0, 10.0), Vec::new()));
        let line = paths(&scene, "ref");
        // Ten of a thousand units wide.
        assert_eq!(line, ["M40 286L44.7 10"]);
        let above = summary(false, vec![column(0.0, 1.0, &[1], Some(100.0))], (100.0, 101.0), Vec::new());
        assert!(paths(&predicted_against_actual(&above), "ref").is_empty());
    }
}
