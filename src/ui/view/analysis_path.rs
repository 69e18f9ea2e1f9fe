//! The regularisation path: its two pictures, and everything at one penalty, looked up.

use crate::base::{argsort, sorted_by};
use crate::pipeline::{PathEstimator, PathResult};
use crate::ui::view::analysis_charts::{Words, band, extent, padded, path, scene};
use crate::ui::view::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scene, line, text};
use crate::ui::view::format;

/// Lines that are drawn in a colour of their own and named.
const NAMED: usize = 6;
/// Further lines, in grey.
const MOST_LINES: usize = 60;
/// Coefficients that are listed beside the slider.
pub const LISTED: usize = 30;
const COLOURS: [&str; NAMED] = ["l1", "l2", "l3", "l4", "l5", "l6"];

/// What a person sees at one penalty.
#[derive(Debug, Clone, PartialEq)]
pub struct AtAlpha {
    pub alpha: f64,
    /// Where the slider stands: 0 is the weakest penalty.
    pub place: usize,
    pub facts: Vec<PathFact>,
    /// In one order for the whole path, so that nothing jumps.
    pub coefficients: Vec<PathCoefficient>,
    /// `best`, `one standard error`, or nothing.
    pub mark: &'static str,
    /// For those who hear the slider.
    pub spoken: String,
}

/// A number at the penalty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathFact {
    /// Its handle.
    pub name: &'static str,
    pub label: &'static str,
    pub shown: String,
    pub full: String,
}

/// A coefficient at the penalty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathCoefficient {
    pub name: String,
    pub shown: String,
    pub full: String,
    pub per_sd: String,
    pub is_zero: bool,
}

/// The number of penalties.
#[must_use]
pub fn n_places(found: &PathResult) -> usize {
    found.alphas.len()
}

/// The index into the result for a place of the slider: penalties descend in the result, and rise along the slider.
#[must_use]
pub fn index(found: &PathResult, place: usize) -> usize {
    found.alphas.len().saturating_sub(1).saturating_sub(place)
}

/// The slider's place of an index.
#[must_use]
pub fn place(found: &PathResult, index: u32) -> usize {
    self::index(found, index as usize)
}

/// The place whose penalty is nearest to `alpha` in ratio; that of the best one for a penalty of zero.
#[must_use]
pub fn nearest(found: &PathResult, alpha: f64) -> usize {
    if alpha <= 0.0 {
        return place(found, found.best);
    }
    let distance = |index: &usize| found.alphas.get(*index).map_or(f64::INFINITY, |a| (a / alpha).ln().abs());
    let nearest = (0..found.alphas.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0);
    index(found, nearest)
}

/// Everything at a place of the slider.
#[must_use]
pub fn at(found: &PathResult, place: usize, order: &[usize]) -> Option<AtAlpha> {
    let index = index(found, place);
    let alpha = *found.alphas.get(index)?;
    let value = |values: &[f64]| values.get(index).copied();
    let fact = |name, label, value: Option<f64>| {
        value.map(|value| PathFact { name, label, shown: format::number(value), full: format::exact(value) })
    };
    let n_nonzero = found.n_nonzero.get(index).copied().unwrap_or(0);
    let facts: Vec<PathFact> = [
        fact("alpha", "alpha", Some(alpha)),
        fact("cv_rmse", "RMSE over the folds", value(&found.cv_mean).map(f64::sqrt)),
        fact("test_rmse", "RMSE on test rows", value(&found.test_rmse)),
        fact("test_r2", "R² on test rows", value(&found.test_r2)),
        fact("train_rmse", "RMSE on training rows", value(&found.train_mse).map(f64::sqrt)),
        fact("n_nonzero", "Coefficients not zero", Some(f64::from(n_nonzero))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let coefficient = |j: &usize| {
        let coef = *found.coef.get(*j)?.get(index)?;
        let sd = found.sd.get(*j).copied().unwrap_or(1.0);
        Some(PathCoefficient {
            name: found.features.get(*j)?.clone(),
            shown: format::number(coef),
            full: format::exact(coef),
            per_sd: format::number(coef * sd),
            is_zero: coef == 0.0,
        })
    };
    let mark = match index as u32 {
        index if index == found.best => "best",
        index if index == found.one_standard_error => "one standard error",
        _ => "",
    };
    let rmse = facts.get(1).map_or_else(String::new, |fact| format!(", error {}", fact.shown));
    let spoken = format!("alpha {}{rmse}, {n_nonzero} of {} coefficients", format::number(alpha), found.features.len());
    let coefficients = order.iter().take(LISTED).filter_map(coefficient).collect();
    Some(AtAlpha { alpha, place, facts, coefficients, mark, spoken })
}

/// Features by the size of their standardised coefficient where the penalty is weakest, the largest first.
#[must_use]
pub fn order(found: &PathResult) -> Vec<usize> {
    let size = |j: usize| {
        let last = found.coef.get(j).and_then(|coef| coef.last()).copied().unwrap_or(0.0);
        -(last * found.sd.get(j).copied().unwrap_or(1.0)).abs()
    };
    argsort(found.features.len(), &|a, b| size(a).total_cmp(&size(b)))
}

/// Where the path's plots put a penalty.
fn log(alpha: f64) -> f64 {
    alpha.max(f64::MIN_POSITIVE).log10()
}

fn x_domain(found: &PathResult) -> (f64, f64) {
    let ends: Vec<f64> = [found.alphas.last(), found.alphas.first()].into_iter().flatten().map(|a| log(*a)).collect();
    extent(ends.iter())
}

/// Standardised coefficients over the penalty.
#[must_use]
pub fn coefficients(found: &PathResult, order: &[usize]) -> (Scene, Plot) {
    let scaled = |j: usize| {
        let sd = found.sd.get(j).copied().unwrap_or(1.0);
        found.coef.get(j).map(|coef| coef.iter().map(|value| value * sd).collect::<Vec<f64>>()).unwrap_or_default()
    };
    let drawn: Vec<(usize, Vec<f64>)> = order.iter().take(MOST_LINES).map(|j| (*j, scaled(*j))).collect();
    let (low, high) = extent(drawn.iter().flat_map(|(_, values)| values));
    let plot = Plot::new(x_domain(found), padded((low.min(0.0), high.max(0.0))));
    let mut marks = plot.grid();
    for (place, (_, values)) in drawn.iter().enumerate().rev() {
        let points = found.alphas.iter().zip(values).map(|(alpha, y)| (plot.x.at(log(*alpha)), plot.y.at(*y)));
        marks.push(Mark::Path { d: path(points), class: COLOURS.get(place).copied().unwrap_or("l-quiet") });
    }
    // Names at the weak end, each at least a line below the one before.
    let names: Vec<(f64, &str)> = drawn
        .iter()
        .take(NAMED)
        .filter_map(|(j, values)| Some((plot.y.at(*values.last()?) - 4.0, found.features.get(*j)?.as_str())))
        .collect();
    let names = sorted_by(names, |a, b| a.0.total_cmp(&b.0));
    let mut lowest = f64::NEG_INFINITY;
    for (y, name) in names {
        let y = y.max(lowest + 13.0);
        lowest = y;
        marks.push(text(plot.left() + 4.0, y, Anchor::Start, name, "axis"));
    }
    marks.extend(x_axis(found, &plot));
    marks.extend(plot.axis_names("coefficient per sd", "alpha, the penalty"));
    let head = std::iter::once("alpha".to_owned());
    let names = order.iter().take(LISTED).filter_map(|j| found.features.get(*j).cloned());
    let rows = found.alphas.iter().enumerate().map(|(i, alpha)| {
        let cells = order.iter().take(LISTED).filter_map(|j| found.coef.get(*j)?.get(i));
        std::iter::once(alpha).chain(cells).map(|value| format::exact(*value)).collect()
    });
    let table = DataTable { head: head.chain(names).collect(), rows: rows.collect() };
    let more = order.len().saturating_sub(MOST_LINES);
    let more =
        if more > 0 { format!(" {} smaller ones are left out.", format::count(more as u64)) } else { String::new() };
    let words = Words {
        title: "Coefficients by penalty".into(),
        how_to_read: format!(
            "Per standard deviation of the feature. To the right the penalty pulls them to zero.{more}"
        ),
        summary: format!("Paths of {} coefficients over {} penalties.", found.features.len(), found.alphas.len()),
        ..Words::default()
    };
    (scene(words, HEIGHT, marks, table), plot)
}

/// Error over the folds with one standard error on either side, and its two marks.
#[must_use]
pub fn errors(found: &PathResult) -> (Scene, Plot) {
    let root = |square: f64| square.max(0.0).sqrt();
    let mean: Vec<f64> = found.cv_mean.iter().map(|mse| root(*mse)).collect();
    let lo: Vec<f64> = found.cv_mean.iter().zip(&found.cv_se).map(|(mse, se)| root(mse - se)).collect();
    let hi: Vec<f64> = found.cv_mean.iter().zip(&found.cv_se).map(|(mse, se)| root(mse + se)).collect();
    let plot = Plot::new(x_domain(found), padded(extent(mean.iter().chain(&lo).chain(&hi))));
    let xs: Vec<f64> = found.alphas.iter().map(|alpha| log(*alpha)).collect();
    let mut marks = plot.grid();
    marks.extend(band(&plot, &xs, &lo, &hi));
    let points = xs.iter().zip(&mean).map(|(x, y)| (plot.x.at(*x), plot.y.at(*y)));
    marks.push(Mark::Path { d: path(points), class: "l" });
    let named = [(found.one_standard_error, "one standard error", "m-quiet", 14.0), (found.best, "lowest", "m", -10.0)];
    for (index, name, class, dy) in named {
        let (Some(x), Some(y)) = (xs.get(index as usize), mean.get(index as usize)) else { continue };
        let (x, y) = (plot.x.at(*x), plot.y.at(*y));
        marks.push(line((x, y), (x, plot.bottom()), "ref"));
        let tip = found.alphas.get(index as usize).map(|alpha| format!("{name}: alpha {}", format::number(*alpha)));
        marks.push(Mark::Circle { x, y, r: 4.0, class, tip });
        let anchor = if x > (plot.left() + plot.right()) / 2.0 { Anchor::End } else { Anchor::Start };
        if name == "lowest" || found.best != found.one_standard_error {
            marks.push(text(x, y + dy, anchor, name, "axis"));
        }
    }
    marks.extend(x_axis(found, &plot));
    marks.extend(plot.axis_names("RMSE over the folds", "alpha, the penalty"));
    let rows = (0..xs.len()).map(|i| {
        let cells = [found.alphas.get(i), mean.get(i), lo.get(i), hi.get(i), found.test_rmse.get(i)];
        cells.into_iter().map(|cell| cell.map_or_else(String::new, |value| format::exact(*value))).collect()
    });
    let head = ["alpha", "RMSE over the folds", "one standard error below", "above", "RMSE on test rows"];
    let table = DataTable { head: head.map(str::to_owned).to_vec(), rows: rows.collect() };
    let words = Words {
        title: "Error by penalty".into(),
        how_to_read: format!("Mean over {} folds; the band is one standard error on either side.", found.n_folds),
        summary: format!(
            "Root mean squared error over the folds for {} penalties, lowest {}.",
            found.alphas.len(),
            mean.get(found.best as usize).map_or_else(String::new, |value| format::number(*value)),
        ),
        ..Words::default()
    };
    (scene(words, HEIGHT, marks, table), plot)
}

/// A line at the chosen penalty, to be drawn over a picture.
#[must_use]
pub fn marker(plot: &Plot, alpha: f64) -> Vec<Mark> {
    let x = plot.x.at(log(alpha));
    vec![line((x, 10.0), (x, plot.bottom()), "l-ink")]
}

fn x_axis(found: &PathResult, plot: &Plot) -> Vec<Mark> {
    let (low, high) = x_domain(found);
    let (from, to) = (low.ceil() as i32, high.floor() as i32);
    let every = ((to - from) / 6 + 1).max(1);
    let powers = (from..=to).filter(|exponent| (exponent - from) % every == 0);
    plot.x_axis_with(powers.map(|exponent| (f64::from(exponent), format::number(10f64.powi(exponent)))).collect())
}

/// The estimator's name in a sentence.
#[must_use]
pub fn estimator_word(estimator: PathEstimator) -> &'static str {
    match estimator {
        PathEstimator::Ridge => "ridge",
        PathEstimator::Lasso => "lasso",
        PathEstimator::ElasticNet => "the elastic net",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Said;

    fn found() -> PathResult {
        PathResult {
            said: Said::default(),
            estimator: PathEstimator::Lasso,
            l1_ratio: 1.0,
            fit_intercept: true,
            features: vec!["small".into(), "large".into()],
            sd: vec![10.0, 1.0],
            alphas: vec![100.0, 10.0, 1.0],
            coef: vec![vec![0.0, 0.0, 0.1], vec![0.0, 2.0, 3.0]],
            intercept: vec![1.0, 1.0, 1.0],
            n_nonzero: vec![0, 1, 2],
            df: vec![0.0, 1.0, 2.0],
            train_mse: vec![16.0, 9.0, 4.0],
            cv_mean: vec![25.0, 9.0, 8.0],
            cv_se: vec![1.0, 1.0, 1.0],
            test_rmse: vec![5.0, 3.0, 2.5],
            test_r2: vec![0.0, 0.5, 0.6],
            best: 2,
            one_standard_error: 1,
            n_folds: 5,
        }
    }

    #[test]
    fn moving_along_the_slider_is_looking_up() {
        let (found, order) = (found(), order(&found()));
        assert_eq!(order, [1, 0], "by size per standard deviation");
        let weakest = at(&found, 0, &order).unwrap();
        assert_eq!((weakest.alpha, weakest.mark), (1.0, "best"));
        let middle = at(&found, 1, &order).unwrap();
        assert_eq!((middle.alpha, middle.mark), (10.0, "one standard error"));
        let full: Vec<(&str, &str)> = middle.facts.iter().map(|fact| (fact.name, fact.full.as_str())).collect();
        let expected = [
            ("alpha", "10"),
            ("cv_rmse", "3"),
            ("test_rmse", "3"),
            ("test_r2", "0.5"),
            ("train_rmse", "3"),
            ("n_nonzero", "1"),
        ];
        assert_eq!(full, expected);
        assert_eq!(middle.coefficients[0].full, "2");
        assert!(middle.coefficients[1].is_zero);
        assert_eq!(middle.spoken, "alpha 10, error 3, 1 of 2 coefficients");
        assert_eq!(at(&found, 9, &order).unwrap().alpha, 100.0, "beyond the end is the end");
    }

    #[test]
    fn the_slider_begins_at_the_penalty_of_the_pipeline() {
        let found = found();
        assert_eq!([nearest(&found, 1.2), nearest(&found, 40.0), nearest(&found, 1e9)], [0, 2, 2]);
        assert_eq!(nearest(&found, 0.0), 0);
        assert_eq!(place(&found, found.one_standard_error), 1);
    }

    #[test]
    fn both_pictures_have_a_line_at_the_penalty() {
        let found = found();
        let both = [coefficients(&found, &order(&found)), errors(&found)];
        for (scene, plot) in &both {
            let middle = (plot.left() + plot.right()) / 2.0;
            assert_eq!(marker(plot, 10.0), [line((middle, 10.0), (middle, plot.bottom()), "l-ink")]);
            assert_eq!(scene.table.rows.len(), 3);
        }
        let named =
            |word: &str| both[1].0.marks.iter().any(|mark| matches!(mark, Mark::Text { text, .. } if text == word));
        assert!(named("lowest") && named("one standard error"));
    }
}
