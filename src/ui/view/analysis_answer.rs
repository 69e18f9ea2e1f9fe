//! Answers as a page shows them: pictures and tables of numbers, each with its exact value.

use crate::pipeline::{
    AnalysisResult, Bars, BootstrapResult, ContributionsResult, DependenceResult, ImportanceResult, LeakResult,
    LearningCurveResult, Line,
};
use crate::ui::view::analysis_charts::{self as charts, MOST_BARS, Words, signed};
use crate::ui::view::analysis_compare;
use crate::ui::view::charts::{Mark, Scene, line};
use crate::ui::view::runs_text::metric_label;
use crate::ui::view::{evaluate, format};

/// Rows of a table of numbers; more are in the picture's own numbers.
const MOST_ROWS: usize = 60;

/// Pictures and numbers of an answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnswerView {
    pub scenes: Vec<Scene>,
    pub tables: Vec<NumberTable>,
}

/// A table of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberTable {
    /// Its handle.
    pub name: &'static str,
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<NumberRow>,
    /// Rows that are left out.
    pub more: usize,
}

/// A named row; the first number is the row's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberRow {
    pub name: String,
    pub label: String,
    pub cells: Vec<NumberCell>,
}

/// A number as shown and in full; `full` is empty for words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberCell {
    pub shown: String,
    pub full: String,
}

pub(super) fn cell(value: f64) -> NumberCell {
    NumberCell { shown: format::number(value), full: format::exact(value) }
}

pub(super) fn word(text: impl Into<String>) -> NumberCell {
    NumberCell { shown: text.into(), full: String::new() }
}

/// The pictures and the numbers.
#[must_use]
pub fn view(result: &AnalysisResult, target: &str) -> AnswerView {
    match result {
        AnalysisResult::LearningCurve(found) => learning_curve(found, target),
        AnalysisResult::Bootstrap(found) => bootstrap(found),
        AnalysisResult::PermutationImportance(found) => importance(found),
        AnalysisResult::PartialDependence(found) => dependence(found, target),
        AnalysisResult::Contributions(found) => contributions(found, target),
        AnalysisResult::Leak(found) => AnswerView { scenes: vec![], tables: vec![leak(found)] },
        AnalysisResult::Compare(found) => analysis_compare::view(found),
        AnalysisResult::RegularisationPath(_) | AnalysisResult::Correlations(_) => AnswerView::default(),
    }
}

/// `train` of `train rmse`.
fn part_word(name: &str) -> &str {
    match name.split(' ').next() {
        Some("train") => "rows it was fitted to",
        Some("test") => "rows it has not seen",
        _ => name,
    }
}

fn learning_curve(found: &LearningCurveResult, target: &str) -> AnswerView {
    let of = |metric: &str| -> Vec<&Line> {
        ["train", "test"]
            .iter()
            .filter_map(|part| found.lines.iter().find(|line| line.name == format!("{part} {metric}")))
            .collect()
    };
    let picture = |metric: &str, y: String| {
        let lines = of(metric);
        let words = Words {
            title: format!("{} by rows", metric_label(metric)),
            how_to_read: format!("Mean over {} folds; the bands are one standard deviation.", found.n_folds),
            summary: format!("{} against the number of training rows.", metric_label(metric)),
            x: "training rows".into(),
            y,
        };
        (!lines.is_empty()).then(|| charts::lines(words, &lines, part_word))
    };
    let scenes = [picture("rmse", format!("RMSE, {target}")), picture("r2", "R²".into())].into_iter().flatten();
    let sizes = found.lines.first().map(|line| line.x.clone()).unwrap_or_default();
    let rows = sizes.iter().enumerate().map(|(place, n)| NumberRow {
        name: format::exact(*n),
        label: format::count(*n as u64),
        cells: found
            .lines
            .iter()
            .map(|line| line.y.get(place).map_or_else(|| word("–"), |value| cell(*value)))
            .collect(),
    });
    let head = found.lines.iter().map(|line| {
        let (part, metric) = line.name.split_once(' ').unwrap_or(("", &line.name));
        format!("{}, {}", metric_label(metric), if part == "train" { "train" } else { "unseen" })
    });
    let table = NumberTable {
        name: "sizes",
        title: "Means over the folds".into(),
        head: std::iter::once("Training rows".to_owned()).chain(head).collect(),
        rows: rows.collect(),
        more: 0,
    };
    AnswerView { scenes: scenes.collect(), tables: vec![table] }
}

/// The same bars without some of their names.
fn filtered(bars: &Bars, keep: impl Fn(&str) -> bool) -> Bars {
    let mut out = Bars::default();
    for (place, name) in bars.names.iter().enumerate().filter(|(_, name)| keep(name)) {
        out.names.push(name.clone());
        out.values.extend(bars.values.get(place));
        out.lo.extend(bars.lo.get(place));
        out.hi.extend(bars.hi.get(place));
    }
    out
}

/// `label` and `number` are how a name and its numbers are shown: metrics have their own.
fn intervals(
    name: &'static str,
    title: String,
    bars: &Bars,
    label: fn(&str) -> &str,
    number: fn(&str, f64) -> String,
) -> NumberTable {
    let of = |name: &str, value: Option<&f64>| {
        value.map_or_else(|| word("–"), |value| NumberCell { shown: number(name, *value), full: format::exact(*value) })
    };
    let row = |(place, name): (usize, &String)| NumberRow {
        name: name.clone(),
        label: label(name).to_owned(),
        cells: [bars.values.get(place), bars.lo.get(place), bars.hi.get(place)].map(|v| of(name, v)).to_vec(),
    };
    NumberTable {
        name,
        title,
        head: ["Name", "Value", "Low", "High"].map(str::to_owned).to_vec(),
        rows: bars.names.iter().enumerate().take(MOST_ROWS).map(row).collect(),
        more: bars.names.len().saturating_sub(MOST_ROWS),
    }
}

fn bootstrap(found: &BootstrapResult) -> AnswerView {
    let width = format::percent(found.confidence);
    let features = filtered(&found.coefficients, |name| name != "(intercept)");
    let cut = features.names.len() > MOST_BARS;
    let words = Words {
        title: "Coefficients".into(),
        how_to_read: format!(
            "With {width} intervals over the resamples; grey has 0 inside.{}",
            if cut { format!(" The first {MOST_BARS} of {}.", features.names.len()) } else { String::new() }
        ),
        summary: format!("{} coefficients with their {width} intervals.", features.names.len()),
        ..Words::default()
    };
    let metrics = intervals(
        "metrics",
        format!("Metrics with {width} intervals"),
        &found.metrics,
        metric_label,
        evaluate::metric_number,
    );
    let coefficients = intervals(
        "coefficients",
        format!("Coefficients with {width} intervals"),
        &found.coefficients,
        |name| name,
        |_, value| format::number(value),
    );
    let scenes = if features.names.is_empty() { vec![] } else { vec![charts::forest(words, &features)] };
    AnswerView { scenes, tables: vec![metrics, coefficients] }
}

fn importance(found: &ImportanceResult) -> AnswerView {
    let metric = metric_label(&found.metric);
    let part = if found.on_test_rows { "test" } else { "training" };
    let n = found.bars.names.len();
    let cut = if n > MOST_BARS { format!(" The first {MOST_BARS} of {n}.") } else { String::new() };
    let words = Words {
        title: format!("How far {metric} falls"),
        how_to_read: format!(
            "When the column is shuffled in the {part} rows; whiskers are one standard deviation.{cut}"
        ),
        summary: format!("Decrease of {metric} for each of {n} columns, the largest first."),
        ..Words::default()
    };
    let title = format!("Decrease of {metric}");
    let table = intervals("importances", title, &found.bars, |name| name, |_, value| format::number(value));
    AnswerView { scenes: vec![charts::bars(words, &found.bars)], tables: vec![table] }
}

fn dependence(found: &DependenceResult, target: &str) -> AnswerView {
    let words = Words {
        title: format!("Predicted {target} by {}", found.feature),
        how_to_read: format!(
            "Mean prediction when all training rows had this value.{}",
            if found.deciles.is_empty() { "" } else { " The ticks below are the column's deciles." }
        ),
        summary: format!(
            "Mean prediction against {}; {} for the rows as they are.",
            found.feature,
            format::number(found.mean_prediction)
        ),
        x: found.feature.clone(),
        y: target.to_owned(),
    };
    let (scene, names, values) = match (&found.line, &found.bars) {
        (Some(curve), _) => {
            let mut scene = charts::lines(words, &[curve], |name| name);
            scene.marks.extend(rug(&scene, curve, &found.deciles));
            let names = curve.x.iter().map(|x| (format::exact(*x), format::number(*x))).collect::<Vec<_>>();
            (Some(scene), names, curve.y.clone())
        }
        (None, Some(bars)) => {
            let names = bars.names.iter().map(|name| (name.clone(), name.clone())).collect();
            (Some(charts::bars(words, bars)), names, bars.values.clone())
        }
        (None, None) => (None, Vec::new(), Vec::new()),
    };
    let more = names.len().saturating_sub(MOST_ROWS);
    let rows = names.into_iter().zip(values).take(MOST_ROWS);
    let rows = rows.map(|((name, label), value)| NumberRow { name, label, cells: vec![cell(value)] }).collect();
    let head = vec![found.feature.clone(), "Mean prediction".into()];
    let table = NumberTable { name: "points", title: "Mean predictions".into(), head, rows, more };
    AnswerView { scenes: scene.into_iter().collect(), tables: vec![table] }
}

/// Short ticks on the base line where a tenth of the rows ends.
fn rug(scene: &Scene, curve: &Line, deciles: &[f64]) -> Vec<Mark> {
    // The line's own ends say how values become pixels.
    let ends: Vec<(f64, f64)> = scene
        .marks
        .iter()
        .filter_map(|mark| if let Mark::Path { d, class: "l" } = mark { Some(d) } else { None })
        .flat_map(|d| d.split(['M', 'L']).filter_map(|point| point.split_once(' ')))
        .filter_map(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)))
        .collect();
    let (Some((left, _)), Some((right, _))) = (ends.first(), ends.last()) else { return Vec::new() };
    let (Some(low), Some(high)) = (curve.x.first(), curve.x.last()) else { return Vec::new() };
    let bottom = scene.height - 44.0;
    let inside = deciles.iter().filter(|value| (*low..=*high).contains(value) && low < high);
    inside
        .map(|value| {
            let x = left + (value - low) / (high - low) * (right - left);
            line((x, bottom - 8.0), (x, bottom), "l-ink")
        })
        .collect()
}

fn contributions(found: &ContributionsResult, target: &str) -> AnswerView {
    let words = Words {
        title: "From the training means to this row".into(),
        how_to_read: "Each bar is what the row's value adds, compared with the column's training mean.".into(),
        summary: format!("From {} in steps to {}.", format::number(found.baseline), format::number(found.total)),
        ..Words::default()
    };
    let fact = |name: &str, label: String, value: f64| NumberRow { name: name.into(), label, cells: vec![cell(value)] };
    let mut facts = vec![
        fact("prediction", format!("Predicted {target}"), found.prediction),
        fact("baseline", "For a row of training means".into(), found.baseline),
    ];
    if found.total != found.prediction {
        facts.push(fact("total", "On the scale that the model adds up on".into(), found.total));
    }
    if let Some(actual) = found.actual {
        facts.push(fact("actual", format!("Actual {target}"), actual));
    }
    let parts = found.bars.names.iter().enumerate().take(MOST_ROWS).filter_map(|(place, name)| {
        let value = *found.bars.values.get(place)?;
        let part = NumberCell { shown: signed(value), full: format::exact(value) };
        let cells = vec![part, cell(*found.cells.get(place)?), cell(*found.means.get(place)?)];
        Some(NumberRow { name: name.clone(), label: name.clone(), cells })
    });
    let tables = vec![
        NumberTable {
            name: "prediction",
            title: "The prediction".into(),
            head: vec!["What".into(), "Value".into()],
            rows: facts,
            more: 0,
        },
        NumberTable {
            name: "parts",
            title: "Its parts".into(),
            head: ["Column", "Part", "In this row", "Training mean"].map(str::to_owned).to_vec(),
            rows: parts.collect(),
            more: found.bars.names.len().saturating_sub(MOST_ROWS),
        },
    ];
    AnswerView { scenes: vec![charts::waterfall(words, found)], tables }
}

/// Both results side by side, with the difference in words.
#[must_use]
pub fn leak(found: &LeakResult) -> NumberTable {
    let sides = found.as_it_is.iter().zip(&found.behind_the_split);
    let rows = found.metrics.iter().zip(sides).map(|(name, (now, then))| {
        let number =
            |value: f64| NumberCell { shown: evaluate::metric_number(name, value), full: format::exact(value) };
        NumberRow {
            name: name.clone(),
            label: metric_label(name).to_owned(),
            cells: vec![number(*now), number(*then), word(evaluate::against(name, *then, *now))],
        }
    });
    NumberTable {
        name: "leak",
        title: "Both on the test rows".into(),
        head: ["Metric", "As it is", "Behind the split", "Behind the split is"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
        more: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{PipelineSpec, Said};

    #[test]
    fn both_sides_of_a_leak_say_which_is_better() {
        let found = LeakResult {
            said: Said::default(),
            rule: "Filled".into(),
            metrics: vec!["r2".into(), "rmse".into()],
            as_it_is: vec![0.8, 5.0],
            behind_the_split: vec![0.7, 4.0],
            mended: Box::new(PipelineSpec::default()),
        };
        let table = leak(&found);
        let words: Vec<&str> = table.rows.iter().filter_map(|row| Some(row.cells.get(2)?.shown.as_str())).collect();
        assert_eq!(words, ["−0.1000 worse", "−1.0000 better"]);
        assert_eq!((table.rows[0].label.as_str(), table.rows[0].cells[1].full.as_str()), ("R²", "0.7"));
    }

    #[test]
    fn a_learning_curve_has_a_picture_a_metric_and_a_row_a_size() {
        let line = |name: &str| Line { name: name.into(), x: vec![16.0, 53.0], y: vec![4.0, 3.0], ..Line::default() };
        let lines = ["train rmse", "test rmse"].map(line).to_vec();
        let shown =
            view(&AnalysisResult::LearningCurve(LearningCurveResult { said: Said::default(), lines, n_folds: 5 }), "y");
        assert_eq!(shown.scenes.len(), 1, "no R², no picture of it");
        assert_eq!(shown.tables[0].rows[1].cells[1].full, "3");
        assert_eq!(shown.tables[0].head, ["Training rows", "RMSE, train", "RMSE, unseen"]);
    }

    #[test]
    fn deciles_stand_where_their_values_are() {
        let curve = Line { name: String::new(), x: vec![0.0, 10.0], y: vec![1.0, 2.0], ..Line::default() };
        let found = DependenceResult {
            said: Said::default(),
            feature: "x".into(),
            line: Some(curve),
            bars: None,
            deciles: vec![5.0, 99.0],
            mean_prediction: 1.5,
        };
        let shown = view(&AnalysisResult::PartialDependence(found), "y");
        let ticks: Vec<&String> = shown.scenes[0]
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Path { d, class: "l-ink" } = mark { Some(d) } else { None })
            .collect();
        assert_eq!(ticks.len(), 1, "what lies beyond the line is not drawn");
        let x: f64 = ticks[0][1..].split(' ').next().unwrap().parse().unwrap();
        let middle = scene_middle(&shown.scenes[0]);
        assert!((x - middle).abs() < 1.0, "{x} against {middle}");
        assert_eq!(shown.tables[0].rows[1].cells[0].full, "2");
    }

    fn scene_middle(scene: &Scene) -> f64 {
        let circles: Vec<f64> = scene
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Circle { x, .. } = mark { Some(*x) } else { None })
            .collect();
        (circles[0] + circles[1]) / 2.0
    }
}
