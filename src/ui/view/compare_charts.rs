//! Pictures of several runs: coefficients over each other, errors over each other, residuals side by side on one scale.

use super::compare::series;
use super::run::{evaluation, training};
use crate::tracking::RunRecord;
use crate::ui::view::charts::{
    Anchor, DataTable, HEIGHT, Mark, Plot, Scale, Scene, WIDTH, line, tenth, text, tick_labels, ticks,
};
use crate::ui::view::format;

/// Runs that are drawn; each has a colour of its own.
pub const DRAWN: usize = 6;
/// Features of the forest.
const FEATURES: usize = 12;
/// Dots of a small picture.
const DOTS: usize = 600;
/// Of an interval, in standard errors: 95 % of a normal distribution.
const Z: f64 = 1.96;

/// A feature, and of each run its coefficient with half its interval.
type ForestRow<'a> = (&'a str, Vec<Option<(f64, f64)>>);

const CIRCLES: [&str; 7] = ["m-quiet", "s1", "s2", "s3", "s4", "s5", "s6"];
const LINES: [&str; 7] = ["l-quiet", "l1", "l2", "l3", "l4", "l5", "l6"];
const INTERVALS: [&str; 7] = ["i0", "i1", "i2", "i3", "i4", "i5", "i6"];

/// The class of a run's dots.
fn class_of(classes: [&'static str; 7], place: usize) -> &'static str {
    classes.get(series(place)).copied().unwrap_or("m-quiet")
}

/// The coefficients of all models in one picture, those that move predictions most first; `None` where there are none.
#[must_use]
pub fn forest(runs: &[RunRecord]) -> Option<Scene> {
    let models: Vec<_> = runs.iter().map(training).collect();
    let coefficients = || models.iter().flatten().flat_map(|model| &model.coefficients);
    // In one unit for all: per standard deviation, where every model knows it.
    let is_per_sd = coefficients().all(|coefficient| coefficient.per_sd.is_some());
    let value = |c: &crate::estimators::Coefficient| if is_per_sd { c.per_sd.unwrap_or(c.value) } else { c.value };
    let mut names: Vec<(&str, f64)> = Vec::new();
    for coefficient in coefficients() {
        let size = value(coefficient).abs();
        match names.iter_mut().find(|(name, _)| *name == coefficient.name) {
            Some((_, largest)) => *largest = largest.max(size),
            None => names.push((&coefficient.name, size)),
        }
    }
    if names.is_empty() {
        return None;
    }
    names.sort_by(|a, b| b.1.total_cmp(&a.1));
    let n_features = names.len();
    names.truncate(FEATURES);

    let shown = runs.len().min(DRAWN);
    let mut rows: Vec<ForestRow> = Vec::new();
    for (name, _) in names {
        let of = |model: &Option<&crate::pipeline::Training>| {
            let found = model.as_ref()?.coefficients.iter().find(|c| c.name == name)?;
            let at = value(found);
            let unit = if found.value == 0.0 { 0.0 } else { (at / found.value).abs() };
            let half = found.se.map_or(0.0, |se| Z * se * unit);
            at.is_finite().then_some((at, if half.is_finite() { half } else { 0.0 }))
        };
        rows.push((name, models.iter().take(shown).map(of).collect()));
    }
    let all = || rows.iter().flat_map(|(_, values)| values.iter().flatten());
    let low = all().map(|(at, half)| at - half).fold(0.0, f64::min);
    let high = all().map(|(at, half)| at + half).fold(0.0, f64::max);
    let pad = (high - low) * 0.04;
    let scale = Scale::new((low - pad, high + pad), (216.0, WIDTH - 8.0));
    let row_height = (shown as f64).mul_add(6.0, 14.0).max(24.0);
    let height = row_height.mul_add(rows.len() as f64, 34.0);
    let bottom = height - 30.0;

    let mut marks = Vec::new();
    let at = ticks(scale.domain.0, scale.domain.1, 5);
    for (tick, label) in at.iter().zip(tick_labels(&at)) {
        let x = scale.at(*tick);
        marks.push(line((x, 4.0), (x, bottom), if *tick == 0.0 { "base" } else { "grid" }));
        marks.push(text(x, bottom + 18.0, Anchor::Middle, label, "axis"));
    }
    for (i, (name, values)) in rows.iter().enumerate() {
        let middle = row_height.mul_add(i as f64 + 0.5, 4.0);
        marks.push(text(204.0, middle + 4.0, Anchor::End, short(name), "axis"));
        for (place, found) in values.iter().enumerate() {
            let Some((at, half)) = found else { continue };
            let y = middle + (place as f64 - (shown as f64 - 1.0) / 2.0) * 6.0;
            if *half > 0.0 {
                marks.push(line((scale.at(at - half), y), (scale.at(at + half), y), class_of(INTERVALS, place)));
            }
            let run = runs.get(place).map_or("", |run| run.info.run_name.as_str());
            marks.push(Mark::Circle {
                x: scale.at(*at),
                y: tenth(y),
                r: 3.5,
                class: class_of(CIRCLES, place),
                tip: Some(format!("{name}, {run}: {}", format::number(*at))),
            });
        }
    }
    let mut head = vec!["Feature".to_owned()];
    head.extend(runs.iter().take(shown).map(|run| run.info.run_name.clone()));
    let cell = |found: &Option<(f64, f64)>| found.map_or_else(|| "–".to_owned(), |(at, _)| format::number(at));
    let table = rows
        .iter()
        .map(|(name, values)| [vec![(*name).to_owned()], values.iter().map(cell).collect()].concat())
        .collect();
    let unit = if is_per_sd { "Per standard deviation" } else { "Coefficients as they are" };
    let of =
        if n_features > rows.len() { format!(" The {} largest of {n_features}.", rows.len()) } else { String::new() };
    Some(Scene {
        width: WIDTH,
        height,
        title: "Coefficients".into(),
        how_to_read: format!(
            "{unit}, with 95 % intervals where the standard error is known. No dot: that model does not have it.{of}"
        ),
        summary: format!("Coefficients of {shown} runs side by side, {} features.", rows.len()),
        marks,
        table: DataTable { head, rows: table },
    })
}

fn short(name: &str) -> String {
    const LONGEST: usize = 28;
    if name.chars().count() <= LONGEST {
        name.to_owned()
    } else {
        name.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

/// Predicted and residual of a run's test rows, thinned out evenly.
fn points(run: &RunRecord) -> Vec<(f64, f64)> {
    let Some(evaluation) = evaluation(run) else { return Vec::new() };
    let all = &evaluation.residuals.points;
    let step = all.len().div_ceil(DOTS).max(1);
    all.iter().step_by(step).copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect()
}

/// Which share of the test rows has at most that error, a line a run; `None` where nothing was evaluated.
#[must_use]
pub fn errors(runs: &[RunRecord]) -> Option<Scene> {
    let sorted = |run: &RunRecord| {
        let mut errors: Vec<f64> = points(run).into_iter().map(|(_, residual)| residual.abs()).collect();
        errors.sort_by(f64::total_cmp);
        errors
    };
    let all: Vec<Vec<f64>> = runs.iter().take(DRAWN).map(sorted).collect();
    let most = all.iter().filter_map(|errors| errors.last()).fold(0.0, |most: f64, error| most.max(*error));
    if all.iter().all(Vec::is_empty) {
        return None;
    }
    let plot = Plot::new((0.0, most), (0.0, 100.0));
    let mut marks = plot.grid();
    let mut rows = Vec::new();
    for (place, errors) in all.iter().enumerate() {
        let n = errors.len();
        let mut d = String::new();
        for step in 0..=100_usize {
            let Some(error) = errors.get((n * step / 100).min(n.saturating_sub(1))) else { continue };
            let command = if d.is_empty() { 'M' } else { 'L' };
            d += &format!("{command}{} {}", plot.x.at(*error), plot.y.at(step as f64));
        }
        marks.push(Mark::Path { d, class: class_of(LINES, place) });
        let half = |share: usize| errors.get(n * share / 100).map_or_else(|| "–".to_owned(), |e| format::number(*e));
        let name = runs.get(place).map(|run| run.info.run_name.clone()).unwrap_or_default();
        rows.push(vec![name, half(50), half(90)]);
    }
    marks.extend(plot.x_axis());
    marks.extend(plot.axis_names("% of test rows", "error at most"));
    Some(Scene {
        width: WIDTH,
        height: HEIGHT,
        title: "How often is it how wrong?".into(),
        how_to_read: "Higher is better: more rows with at most that error.".into(),
        summary: format!("Share of the test rows by size of the error, for {} runs.", all.len()),
        marks,
        table: DataTable { head: vec!["Run".into(), "Half at most".into(), "90 % at most".into()], rows },
    })
}

/// Which picture of the test rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dots {
    Residuals,
    Predicted,
}

/// A picture a run of its test rows, all on the same axes, in the order of the runs; runs without rows are left out.
#[must_use]
pub fn small_multiples(runs: &[RunRecord], what: Dots) -> Vec<Scene> {
    let pairs = |run: &RunRecord| -> Vec<(f64, f64)> {
        let pair = |(predicted, residual): (f64, f64)| match what {
            Dots::Residuals => (predicted, residual),
            Dots::Predicted => (predicted + residual, predicted),
        };
        points(run).into_iter().map(pair).collect()
    };
    let all: Vec<(usize, Vec<(f64, f64)>)> =
        runs.iter().take(DRAWN).map(pairs).enumerate().filter(|(_, pairs)| !pairs.is_empty()).collect();
    let extent = |of: fn(&(f64, f64)) -> f64| {
        let values = || all.iter().flat_map(|(_, pairs)| pairs.iter().map(of));
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let pad = (high - low) * 0.03;
        (low - pad, high + pad)
    };
    let (x, y) = (extent(|pair| pair.0), extent(|pair| pair.1));
    let scene = |(place, pairs): &(usize, Vec<(f64, f64)>)| {
        let run = runs.get(*place)?;
        let plot = Plot::new(x, y);
        let mut marks = plot.grid();
        let d: String = pairs.iter().map(|(x, y)| format!("M{} {}h0", plot.x.at(*x), plot.y.at(*y))).collect();
        let class =
            ["dots dots-0", "dots dots-1", "dots dots-2", "dots dots-3", "dots dots-4", "dots dots-5", "dots dots-6"];
        marks.push(Mark::Path { d, class: class_of(class, *place) });
        if what == Dots::Predicted {
            let (from, to) = (x.0.max(y.0), x.1.min(y.1));
            marks.push(line((plot.x.at(from), plot.y.at(from)), (plot.x.at(to), plot.y.at(to)), "ref"));
        }
        marks.extend(plot.x_axis());
        let (across, up, how) = match what {
            Dots::Residuals => ("predicted", "actual − predicted", "On the zero line: predicted exactly."),
            Dots::Predicted => ("actual", "predicted", "A perfect model lies on the dashes."),
        };
        marks.extend(plot.axis_names(up, across));
        let number = |pair: &(f64, f64)| vec![format::number(pair.0), format::number(pair.1)];
        Some(Scene {
            width: WIDTH,
            height: HEIGHT,
            title: run.info.run_name.clone(),
            how_to_read: how.into(),
            summary: format!("{}: {up} against {across} for {} test rows.", run.info.run_name, pairs.len()),
            marks,
            table: DataTable {
                head: vec![across.into(), up.into()],
                rows: pairs.iter().take(200).map(number).collect(),
            },
        })
    };
    all.iter().filter_map(scene).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;

    fn axis(scene: &Scene) -> Vec<String> {
        let labels = scene.marks.iter().filter_map(|mark| match mark {
            Mark::Text { x, y, text, .. } => Some(format!("{x} {y} {text}")),
            _ => None,
        });
        labels.collect()
    }

    fn with_points(name: &str, points: Vec<(f64, f64)>) -> RunRecord {
        let mut run = run_record(name, 0);
        for output in &mut run.outputs {
            if let crate::pipeline::StepOutput::Evaluate(evaluation) = output {
                evaluation.summary.residuals.points = points.clone();
            }
        }
        run
    }

    #[test]
    fn small_multiples_share_their_axes() {
        let runs = [with_points("a", vec![(0.0, 1.0), (10.0, -1.0)]), with_points("b", vec![(4.0, 5.0), (5.0, -5.0)])];
        let scenes = small_multiples(&runs, Dots::Residuals);
        assert_eq!(scenes.len(), 2);
        assert_eq!(axis(&scenes[0]), axis(&scenes[1]));
        let actual = small_multiples(&runs, Dots::Predicted);
        assert_eq!(actual[0].table.rows[0], ["1", "0"], "actual is predicted and residual together");
        assert!(small_multiples(&[with_points("c", Vec::new())], Dots::Residuals).is_empty());
    }

    #[test]
    fn the_forest_puts_runs_over_each_other() {
        let scene = forest(&[run_record("a", 0), run_record("b", 0)]).unwrap();
        assert_eq!(scene.table.head, ["Feature", "a", "b"]);
        let circles = scene.marks.iter().filter(|mark| matches!(mark, Mark::Circle { .. })).count();
        assert_eq!(circles, 2);
        let mut without = run_record("c", 0);
        without.outputs.clear();
        assert_eq!(forest(&[without]), None);
    }

    #[test]
    fn errors_are_shares_of_the_rows() {
        let points = (0..100).map(|n| (0.0, f64::from(n))).collect();
        let scene = errors(&[with_points("a", points)]).unwrap();
        assert_eq!(scene.table.rows, [["a", "50", "90"]]);
        assert_eq!(errors(&[with_points("b", Vec::new())]), None);
    }
}
