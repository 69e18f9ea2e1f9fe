//! What the page of a deployment says of one prediction and of a scored file.

use crate::pipeline::AnalysisResult;
use crate::serving::{Explained, IntervalBasis, PredictionInterval, ScoreReport, WhatIf};
use crate::table::{DataType, timestamp_text};
use crate::ui::state::ScoreProgress;
use crate::ui::view::analysis_answer;
use crate::ui::view::analysis_charts::{Words, bars, extent, padded, path, scene};
use crate::ui::view::charts::{DataTable, HEIGHT, Mark, Plot, Scene, line};
use crate::ui::view::format::{bytes, count, exact, number, percent};

/// Where the target of such a row is expected, and what that is made from.
#[must_use]
pub fn interval_sentence(interval: &PredictionInterval) -> String {
    let share = percent(interval.confidence);
    let basis = match interval.basis {
        IntervalBasis::StandardErrors => "a prediction interval, from the standard errors of the fit",
        IntervalBasis::TestResiduals => "quantiles of the test rows' residuals, as wide for every row",
    };
    format!("{share} of such rows are expected between {} and {}: {basis}.", number(interval.lo), number(interval.hi))
}

/// What each feature adds; `None` for a model that does not add up.
#[must_use]
pub fn parts(explained: &Explained, target: &str) -> Option<Scene> {
    let found = AnalysisResult::Contributions(explained.contributions.clone()?);
    analysis_answer::view(&found, target).scenes.into_iter().next()
}

/// The prediction for other values of a feature.
#[must_use]
pub fn what_if(found: &WhatIf, target: &str) -> Option<Scene> {
    let words = Words {
        title: format!("Predicted {target} by {}", found.feature),
        how_to_read: "The other fields stay as they are. The mark is the present value.".into(),
        summary: format!("What is predicted for other values of {}, the other fields as they are.", found.feature),
        x: found.feature.clone(),
        y: target.to_owned(),
    };
    if let Some(categories) = &found.bars {
        let how_to_read = "The other fields stay as they are.".into();
        return Some(bars(Words { how_to_read, ..words }, categories));
    }
    let curve = found.line.as_ref()?;
    let is_date = found.data_type == DataType::Timestamp;
    let plot = Plot::new(extent(curve.x.iter()), padded(extent(curve.y.iter())));
    let mut marks = plot.grid();
    let point = |(x, y): (&f64, &f64)| (plot.x.at(*x), plot.y.at(*y));
    marks.push(Mark::Path { d: path(curve.x.iter().zip(&curve.y).map(point)), class: "l" });
    if let Some(at) = found.at.filter(|at| plot.x.holds(*at)) {
        let x = plot.x.at(at);
        marks.push(line((x, plot.y.range.1), (x, plot.bottom()), "l-quiet-line"));
        if let Some(value) = between(&curve.x, &curve.y, at) {
            let tip = Some(format!("Now: {}", number(value)));
            marks.push(Mark::Circle { x, y: plot.y.at(value), r: 4.0, class: "m-ink", tip });
        }
    }
    if is_date {
        let (low, high) = plot.x.domain;
        let label = |share: f64| {
            let time = low + (high - low) * share;
            (time, timestamp_text(time as i64).chars().take(10).collect())
        };
        marks.extend(plot.x_axis_with([0.1, 0.5, 0.9].map(label).to_vec()));
    } else {
        marks.extend(plot.x_axis());
    }
    marks.extend(plot.axis_names(target, &found.feature));
    let value = |x: f64| if is_date { timestamp_text(x as i64) } else { exact(x) };
    let table = DataTable {
        head: vec![found.feature.clone(), format!("Predicted {target}")],
        rows: curve.x.iter().zip(&curve.y).map(|(x, y)| vec![value(*x), exact(*y)]).collect(),
    };
    Some(scene(words, HEIGHT, marks, table))
}

/// On the curve, between its points.
fn between(x: &[f64], y: &[f64], at: f64) -> Option<f64> {
    let next = x.iter().position(|x| *x >= at)?;
    let (x1, y1) = (*x.get(next)?, *y.get(next)?);
    let Some((x0, y0)) = next.checked_sub(1).and_then(|before| x.get(before).zip(y.get(before))) else {
        return Some(y1);
    };
    Some(y0 + (y1 - y0) * (at - x0) / (x1 - x0))
}

/// How far a file is.
#[must_use]
pub fn score_progress(progress: &ScoreProgress) -> String {
    let ScoreProgress { rows, done, total } = *progress;
    format!("{} rows scored, {} of {}", count(rows), bytes(done), bytes(total))
}

/// What came of a file.
#[must_use]
pub fn score_sentence(report: &ScoreReport) -> String {
    let unscored = report.rows - report.scored;
    let rows = if report.rows == 1 { "row" } else { "rows" };
    match unscored {
        0 => format!("All {} {rows} scored.", count(report.rows)),
        1 => format!("{} of {} {rows} scored; one has a reason instead.", count(report.scored), count(report.rows)),
        n => format!(
            "{} of {} {rows} scored; {} have a reason instead.",
            count(report.scored),
            count(report.rows),
            count(n)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Bars, Line};

    #[test]
    fn an_interval_says_what_it_is_made_from() {
        let of = |basis| PredictionInterval { lo: 1.0, hi: 2.5, confidence: 0.95, basis };
        let fit = interval_sentence(&of(IntervalBasis::StandardErrors));
        assert!(fit.starts_with("95 % of such rows are expected between 1 and 2.5: a prediction interval"), "{fit}");
        assert!(interval_sentence(&of(IntervalBasis::TestResiduals)).contains("test rows' residuals"));
    }

    #[test]
    fn the_curve_marks_the_present_value() {
        let line = Line { x: vec![0.0, 10.0], y: vec![1.0, 3.0], ..Line::default() };
        let curve = |at| WhatIf {
            feature: "x".into(),
            data_type: DataType::Float,
            line: Some(line.clone()),
            bars: None,
            at: Some(at),
        };
        let dots = |scene: &Scene| scene.marks.iter().filter(|mark| matches!(mark, Mark::Circle { .. })).count();
        let scene = what_if(&curve(5.0), "y").unwrap();
        assert_eq!((dots(&scene), scene.table.rows.len()), (1, 2));
        assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Circle { tip: Some(tip), .. } if tip == "Now: 2")));
        assert_eq!(dots(&what_if(&curve(11.0), "y").unwrap()), 0, "outside what training has seen");
        let bars = Some(Bars { names: vec!["a".into()], values: vec![1.0], ..Bars::default() });
        let categories = WhatIf { line: None, bars, at: None, ..curve(0.0) };
        assert!(what_if(&categories, "y").unwrap().marks.iter().any(|mark| matches!(mark, Mark::Rect { .. })));
    }

    #[test]
    fn a_file_is_told_in_a_sentence() {
        let of = |rows, scored| score_sentence(&ScoreReport { rows, scored, ..ScoreReport::default() });
        assert_eq!(of(1000, 1000), "All 1,000 rows scored.");
        assert_eq!(of(3, 2), "2 of 3 rows scored; one has a reason instead.");
        assert_eq!(of(3000, 1000), "1,000 of 3,000 rows scored; 2,000 have a reason instead.");
    }
}
