//! The pictures of what a model gets wrong: residuals, and their distribution.

use crate::evaluate::{EvaluateSummary, ResidualSummary};
use crate::ui::view::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scene, WIDTH, line, rect, text};
use crate::ui::view::format;

/// Residuals (actual minus predicted) over the prediction.
#[must_use]
pub fn residuals(summary: &EvaluateSummary) -> Scene {
    let data = &summary.residuals;
    let points: Vec<(f64, f64)> = data.points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    let (x_low, x_high) = extent(points.iter().map(|point| point.0));
    let (y_low, y_high) = extent(points.iter().map(|point| point.1));
    let plot = Plot::new(padded(x_low, x_high), padded(y_low.min(0.0), y_high.max(0.0)));
    let mut marks = plot.grid();
    let d: String = points.iter().map(|(x, y)| format!("M{} {}h0", plot.x.at(*x), plot.y.at(*y))).collect();
    marks.push(Mark::Path { d, class: "dots" });
    let stripes = stripes(summary, &points, &plot);
    let striped = !stripes.is_empty();
    marks.extend(stripes);
    marks.extend(plot.x_axis());
    marks.extend(plot.axis_names("actual − predicted", &format!("predicted {}", summary.target)));
    let sampled = if data.is_sample {
        format!(" {} of {} rows.", format::count(points.len() as u64), format::count(summary.n_test))
    } else {
        String::new()
    };
    Scene {
        width: WIDTH,
        height: HEIGHT,
        title: "Residuals".into(),
        how_to_read: if striped {
            format!("One stripe a value. On the zero line: predicted exactly.{sampled}")
        } else {
            format!("On the zero line: predicted exactly. A bend or a funnel: something is missing.{sampled}")
        },
        summary: format!(
            "Residuals against predictions: mean {}, standard deviation {}.",
            format::number(data.mean),
            format::number(data.sd),
        ),
        marks,
        table: DataTable {
            head: vec!["Predicted".into(), "Actual − predicted".into()],
            rows: points.iter().take(200).map(|(x, y)| vec![format::number(*x), format::number(*y)]).collect(),
        },
    }
}

/// Names of the stripes that a target of few values makes, each at its right end.
fn stripes(summary: &EvaluateSummary, points: &[(f64, f64)], plot: &Plot) -> Vec<Mark> {
    let columns = &summary.predicted_actual.columns;
    if !summary.predicted_actual.discrete || columns.len() > 8 {
        return Vec::new();
    }
    let gap = (plot.right() - plot.left()) * 0.02;
    let mut named = Vec::new();
    for column in columns {
        let value = column.actual_min;
        let on_it = points.iter().filter(|(x, y)| (x + y - value).abs() < 1e-6 * value.abs().max(1.0));
        let Some((x, y)) = on_it.copied().max_by(|a, b| a.0.total_cmp(&b.0)) else { continue };
        let (x, y) = (plot.x.at(x), plot.y.at(y));
        named.push(if x > plot.right() - 60.0 {
            (x, y - 6.0, Anchor::End, value)
        } else {
            (x + gap, y + 4.0, Anchor::Start, value)
        });
    }
    // From top to bottom, each at least a line below the one before.
    named.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut lowest = f64::NEG_INFINITY;
    let mut marks = Vec::new();
    for (x, y, anchor, value) in named {
        let y = y.max(lowest + 14.0);
        lowest = y;
        marks.push(text(x, y, anchor, format!("actual {}", format::number(value)), "axis"));
    }
    marks
}

/// How the residuals are distributed.
#[must_use]
pub fn residual_histogram(summary: &EvaluateSummary) -> Scene {
    let data: &ResidualSummary = &summary.residuals;
    let histogram = &data.histogram;
    let most = histogram.counts.iter().copied().max().unwrap_or(0);
    let total: u64 = histogram.counts.iter().sum();
    let plot = Plot::new((histogram.min.min(0.0), histogram.max.max(0.0)), (0.0, most.max(1) as f64));
    let width = (histogram.max - histogram.min) / histogram.counts.len().max(1) as f64;
    let mut marks = plot.grid();
    let mut rows = Vec::new();
    for (i, n) in histogram.counts.iter().enumerate() {
        let low = histogram.min + width * i as f64;
        let high = low + width;
        let (left, right) = (plot.x.at(low), plot.x.at(high));
        let share = *n as f64 / total.max(1) as f64;
        let between = format!("{} to {}", format::number(low), format::number(high));
        if *n > 0 {
            let tip = format!("{between}: {} rows, {}", format::count(*n), format::percent(share));
            let top = plot.y.at(*n as f64);
            marks.push(
                rect(left + 0.5, top, (right - left - 1.0).max(1.0), plot.bottom() - top, "m-soft").with_tip(tip),
            );
        }
        rows.push(vec![between, format::count(*n), format::percent(share)]);
    }
    let zero = plot.x.at(0.0);
    marks.push(line((zero, 10.0), (zero, plot.bottom()), "ref"));
    if plot.x.holds(data.mean) {
        let mean = plot.x.at(data.mean);
        marks.push(line((mean, 10.0), (mean, plot.bottom()), "l-ink"));
        let (at, anchor) = if mean > (plot.left() + plot.right()) / 2.0 {
            (mean - 6.0, Anchor::End)
        } else {
            (mean + 6.0, Anchor::Start)
        };
        marks.push(text(at, 22.0, anchor, format!("mean {}", format::number(data.mean)), "axis axis-strong"));
    }
    marks.extend(plot.x_axis());
    marks.extend(plot.axis_names("rows", "actual − predicted"));
    Scene {
        width: WIDTH,
        height: HEIGHT,
        title: "How far off".into(),
        how_to_read: format!("Right of the dashes: predicted too low. Standard deviation {}.", format::number(data.sd)),
        summary: format!(
            "Distribution of {} residuals from {} to {}, mean {}.",
            format::count(total),
            format::number(histogram.min),
            format::number(histogram.max),
            format::number(data.mean),
        ),
        marks,
        table: DataTable { head: vec!["Actual − predicted".into(), "Rows".into(), "Share".into()], rows },
    }
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

fn padded(low: f64, high: f64) -> (f64, f64) {
    let pad = (high - low) * 0.04;
    (low - pad, high + pad)
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::evaluate::{Bin2d, PredictedActual};
    use crate::ingest::Histogram;

    pub fn summary(
        discrete: bool,
        columns: Vec<Bin2d>,
        predicted: (f64, f64),
        points: Vec<(f64, f64)>,
    ) -> EvaluateSummary {
        EvaluateSummary {
            target: "score".into(),
            n_test: 100,
            n_train: 400,
            metrics: Vec::new(),
            residuals: ResidualSummary {
                mean: -0.5,
                sd: 1.0,
                histogram: Histogram { min: -2.0, max: 2.0, counts: vec![1, 0, 3, 4] },
                points,
                is_sample: false,
            },
            predicted_actual: PredictedActual {
                discrete,
                columns,
                predicted_min: predicted.0,
                predicted_max: predicted.1,
            },
            classification: None,
        }
    }

    pub fn column(low: f64, high: f64, counts: &[u64], mean: Option<f64>) -> Bin2d {
        Bin2d {
            actual_min: low,
            actual_max: high,
            n: counts.iter().sum(),
            predicted_mean: mean,
            counts: counts.to_vec(),
        }
    }

    pub fn bars(scene: &Scene) -> Vec<(f64, f64, f64, f64)> {
        let rects = scene.marks.iter().filter_map(|mark| match mark {
            Mark::Rect { x, y, width, height, .. } => Some((*x, *y, *width, *height)),
            _ => None,
        });
        rects.collect()
    }

    pub fn paths(scene: &Scene, class: &str) -> Vec<String> {
        let paths = scene.marks.iter().filter_map(|mark| match mark {
            Mark::Path { d, class: of } if *of == class => Some(d.clone()),
            _ => None,
        });
        paths.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{bars, column, paths, summary};
    use super::*;
    use crate::ui::view::charts_predicted::predicted_against_actual;

    #[test]
    fn every_point_is_one_dot_of_one_path_and_what_is_not_a_number_is_left_out() {
        let points = vec![(3.0, 1.0), (f64::NAN, 1.0), (4.0, -1.0), (3.5, f64::INFINITY)];
        let scene = residuals(&summary(false, Vec::new(), (3.0, 4.0), points));
        assert_eq!(paths(&scene, "dots")[0].matches("h0").count(), 2);
        assert_eq!(scene.table.rows.len(), 2);
    }

    #[test]
    fn stripes_are_named_at_their_right_end() {
        let columns = vec![column(4.0, 4.0, &[2], Some(3.5))];
        let scene = residuals(&summary(true, columns, (3.0, 4.0), vec![(3.0, 1.0), (3.5, 0.5), (3.9, 0.3)]));
        let named = scene.marks.iter().any(|mark| matches!(mark, Mark::Text { text, .. } if text == "actual 4"));
        assert!(named);
    }

    #[test]
    fn the_histogram_of_residuals_always_shows_zero_and_its_mean() {
        let scene = residual_histogram(&summary(false, Vec::new(), (0.0, 1.0), Vec::new()));
        assert_eq!(bars(&scene).len(), 3);
        assert_eq!(paths(&scene, "ref"), ["M276 10L276 286"]);
        assert_eq!(paths(&scene, "l-ink"), ["M217 10L217 286"]);
        assert_eq!(scene.table.rows[2], ["0 to 1", "3", "38 %"]);
    }

    #[test]
    fn nothing_to_show_is_an_empty_picture_not_a_panic() {
        let empty = summary(false, Vec::new(), (f64::NAN, f64::NAN), Vec::new());
        assert!(bars(&predicted_against_actual(&empty)).is_empty());
        assert!(!residuals(&empty).marks.is_empty());
    }
}
