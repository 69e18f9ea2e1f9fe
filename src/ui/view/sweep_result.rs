//! A sweep's result as it is told: the sentence, the heat map, the validation curve.

use serde_json::Value;

use crate::base::sorted_by;
use crate::evaluate::Scoring;
use crate::pipeline::{Candidate, SweepSummary};
use crate::ui::view::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scene, WIDTH, line, text};
use crate::ui::view::evaluate;
use crate::ui::view::format;
use crate::ui::view::prose::Prose;
use crate::ui::view::runs_text::metric_label;
use crate::ui::view::sweep::values_text;

/// More candidates are listed when they are asked for; all of them are runs.
pub const MOST_ROWS: usize = 100;
/// Shades of the heat map.
const SHADES: usize = 7;
/// A range by factors is drawn on a logarithmic axis from here on.
const LOG_RATIO: f64 = 20.0;

/// How values of what judged are shown: squares as their roots, in the target's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Judge(Scoring);

impl Judge {
    fn label(self) -> &'static str {
        if self.0 == Scoring::Mse { "RMSE" } else { metric_label(self.0.as_str()) }
    }

    /// The label within a sentence: names such as R² stay as they are.
    fn inside(self) -> String {
        let is_name = self.label().chars().nth(1).is_none_or(|second| !second.is_lowercase());
        if is_name { self.label().to_owned() } else { self.label().to_lowercase() }
    }

    /// A value as it is drawn.
    fn drawn(self, value: f64) -> f64 {
        if self.0 == Scoring::Mse { value.max(0.0).sqrt() } else { value }
    }

    fn shown(self, drawn: f64) -> String {
        if self.0 == Scoring::Mse { format::number(drawn) } else { evaluate::metric_number(self.0.as_str(), drawn) }
    }

    /// The mean over the folds as it is shown.
    fn mean(self, candidate: &Candidate) -> Option<f64> {
        if self.0 == Scoring::Mse { candidate.mean_rmse() } else { candidate.mean() }
    }

    /// Larger is worse.
    fn badness(self, value: f64) -> f64 {
        if self.0.larger_is_better() { -value } else { value }
    }
}

/// A sweep's result, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepView {
    pub sentence: Prose,
    pub second: Option<String>,
    /// What stands in the cells.
    pub metric: &'static str,
    /// Which way is up, for those who cannot see the shades.
    pub direction: &'static str,
    /// Whether R² stands beside it.
    pub has_r2: bool,
    pub n_folds: usize,
    pub rows: Vec<SweepRow>,
    /// Candidates that are not listed.
    pub more: usize,
    pub curve: Option<Scene>,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepRow {
    /// Its place in the sweep.
    pub place: usize,
    pub name: String,
    pub cells: Vec<SweepCell>,
    pub mean: String,
    pub mean_full: String,
    pub r2: String,
    /// `best`, `simplest within one standard error`, or nothing.
    pub mark: &'static str,
    pub is_best: bool,
    pub error: Option<String>,
}

/// One fold of a candidate: what it was judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepCell {
    pub shown: String,
    pub full: String,
    /// `shade-0` (best) to `shade-6`.
    pub shade: &'static str,
}

const SHADE_CLASSES: [&str; SHADES] =
    ["num shade-0", "num shade-1", "num shade-2", "num shade-3", "num shade-4", "num shade-5", "num shade-6"];

/// The result, up to `most` candidates; `best_first` orders by the mean, else as the candidates were listed.
#[must_use]
pub fn view(sweep: &SweepSummary, target: &str, best_first: bool, most: usize) -> SweepView {
    let judge = Judge(sweep.scoring);
    let varied = sweep.varied();
    let several = sweep.candidates.iter().any(|one| Some(one.estimator.name()) != first_name(sweep));
    let mut places: Vec<usize> = (0..sweep.candidates.len()).collect();
    if best_first {
        let mean = |place: &usize| sweep.candidates.get(*place).and_then(Candidate::mean);
        let badness = |place: &usize| mean(place).map_or(f64::INFINITY, |mean| judge.badness(mean));
        places = sorted_by(places, |a, b| badness(a).total_cmp(&badness(b)));
    }
    let shades = Shades::of(sweep);
    let row = |place: &usize| {
        let candidate = sweep.candidates.get(*place)?;
        let is_best = *place == sweep.best;
        Some(SweepRow {
            place: *place,
            name: name(candidate, &varied, several),
            cells: candidate.folds().iter().map(|value| shades.cell(*value)).collect(),
            mean: judge.mean(candidate).map_or_else(|| "–".into(), |mean| judge.shown(mean)),
            mean_full: judge.mean(candidate).map_or_else(String::new, format::exact),
            r2: candidate.mean_r2().map_or_else(|| "–".into(), |r2| format::decimals(r2, 3)),
            mark: match (is_best, sweep.one_se == Some(*place)) {
                (true, _) => "best",
                (false, true) => "as good, simpler",
                _ => "",
            },
            is_best,
            error: candidate.error.clone(),
        })
    };
    let rows: Vec<SweepRow> = places.iter().take(most).filter_map(row).collect();
    SweepView {
        sentence: sentence(sweep, target, &varied, several),
        second: second(sweep, &varied),
        metric: judge.label(),
        direction: if sweep.scoring.larger_is_better() { "larger is better" } else { "smaller is better" },
        has_r2: sweep.scoring != Scoring::R2 && !sweep.scoring.is_of_classes(),
        n_folds: sweep.candidates.iter().map(|one| one.folds().len()).max().unwrap_or(0),
        more: sweep.candidates.len() - rows.len(),
        rows,
        curve: curve(sweep, &varied),
    }
}

fn first_name(sweep: &SweepSummary) -> Option<&'static str> {
    sweep.candidates.first().map(|one| one.estimator.name())
}

/// `alpha 0.1, fit_intercept on`; with the estimator's name where there are several.
fn name(candidate: &Candidate, varied: &[String], several: bool) -> String {
    let (estimator, values) = (&candidate.estimator, candidate.params());
    let value = |name: &String| Some(format!("{name} {}", values_text(std::slice::from_ref(values.get(name)?))));
    let words: Vec<String> = varied.iter().filter_map(value).collect();
    match (several || words.is_empty(), words.join(", ")) {
        (false, words) => words,
        (true, words) if words.is_empty() => estimator.label().to_owned(),
        (true, words) => format!("{}, {words}", estimator.label()),
    }
}

fn sentence(sweep: &SweepSummary, target: &str, varied: &[String], several: bool) -> Prose {
    let Some(best) = sweep.chosen() else { return Prose::default() };
    let n = format::count(sweep.candidates.len() as u64);
    let judge = Judge(sweep.scoring);
    let mean = judge.mean(best).map_or_else(|| "–".into(), |mean| judge.shown(mean));
    let says = Prose::default().plain(format!("Of {n} candidates ")).strong(name(best, varied, several));
    let has_unit = matches!(sweep.scoring, Scoring::Mse | Scoring::Rmse | Scoring::Mae | Scoring::Medae);
    if !has_unit {
        return says
            .plain(format!(" does best on rows it has not seen: {} ", judge.inside()))
            .strong(mean)
            .plain(", the mean over the folds.");
    }
    says.plain(" predicts rows it has not seen best: off by ")
        .strong(mean)
        .plain(format!(" ({} over the folds, in {target}).", judge.label()))
}

fn second(sweep: &SweepSummary, varied: &[String]) -> Option<String> {
    let failed = sweep.candidates.iter().filter(|one| one.error.is_some()).count();
    let mut words = Vec::new();
    if let (Some(place), Some(best)) = (sweep.one_se.filter(|place| *place != sweep.best), sweep.chosen())
        && let Some(simpler) = sweep.candidates.get(place)
    {
        let (best, simpler) = (name(best, varied, false), name(simpler, varied, false));
        words.push(format!("{simpler} is within one standard error of {best}, so the folds cannot tell them apart."));
    }
    if failed > 0 {
        words.push(format!("{} could not be fitted.", format::count(failed as u64)));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// Quantiles of all cells, so that one bad candidate does not turn the rest into one colour.
struct Shades {
    judge: Judge,
    /// Of badness, ascending.
    limits: Vec<f64>,
}

impl Shades {
    fn of(sweep: &SweepSummary) -> Self {
        let judge = Judge(sweep.scoring);
        let cells = sweep.candidates.iter().flat_map(Candidate::folds).copied().filter(|value| value.is_finite());
        let cells = sorted_by(cells.map(|value| judge.badness(value)).collect(), f64::total_cmp);
        // The worst cell lies beyond the last limit, however few there are.
        let limit = |i: usize| cells.get(cells.len().saturating_sub(1) * i / SHADES).copied();
        Self { judge, limits: (1..SHADES).filter_map(limit).collect() }
    }

    fn cell(&self, value: f64) -> SweepCell {
        let shade = self.limits.iter().filter(|limit| self.judge.badness(value) > **limit).count();
        let class = SHADE_CLASSES.get(shade).copied().unwrap_or("num");
        let drawn = self.judge.drawn(value);
        SweepCell { shown: self.judge.shown(drawn), full: format::exact(drawn), shade: class }
    }
}

/// The validation curve: the mean of what judges over the one number that varies, with one standard error on either side.
fn curve(sweep: &SweepSummary, varied: &[String]) -> Option<Scene> {
    let [param] = varied else { return None };
    let first = first_name(sweep)?;
    if sweep.candidates.iter().any(|one| one.estimator.name() != first) {
        return None;
    }
    let point = |one: &Candidate| {
        let at = one.params().get(param).and_then(Value::as_f64)?;
        Some((at, one.mean()?, one.se().unwrap_or(0.0)))
    };
    let points: Vec<(f64, f64, f64)> = sweep.candidates.iter().filter_map(point).collect();
    let points = sorted_by(points, |a, b| a.0.total_cmp(&b.0));
    let (low, high) = (points.first()?.0, points.last()?.0);
    if points.len() < 3 {
        return None;
    }
    let is_log = low > 0.0 && high / low >= LOG_RATIO;
    let x = |value: f64| if is_log { value.log10() } else { value };
    let judge = Judge(sweep.scoring);
    let drawn = |value: f64| judge.drawn(value);
    let tops = points.iter().map(|(_, mean, se)| drawn(mean + se));
    let bottoms = points.iter().map(|(_, mean, se)| drawn(mean - se));
    let (top, bottom) = (tops.fold(f64::NEG_INFINITY, f64::max), bottoms.fold(f64::INFINITY, f64::min));
    let room = ((top - bottom) * 0.06).max(f64::MIN_POSITIVE);
    let plot = Plot::new((x(low), x(high)), (bottom - room, top + room));
    let place = |value: f64, y: f64| format!("{} {}", plot.x.at(x(value)), plot.y.at(y));
    let path = |ys: Vec<(f64, f64)>| {
        let step =
            |(i, (value, y)): (usize, &(f64, f64))| format!("{}{}", if i == 0 { 'M' } else { 'L' }, place(*value, *y));
        ys.iter().enumerate().map(step).collect::<String>()
    };
    let mut marks = plot.grid();
    let upper = points.iter().map(|(at, mean, se)| (*at, drawn(mean + se)));
    let lower = points.iter().rev().map(|(at, mean, se)| (*at, drawn(mean - se)));
    marks.push(Mark::Path { d: path(upper.chain(lower).collect()) + "Z", class: "band" });
    marks
        .push(Mark::Path { d: path(points.iter().map(|(at, mean, _)| (*at, drawn(*mean))).collect()), class: "l-ink" });
    if let Some((at, mean)) = sweep.chosen().and_then(point).map(|(at, mean, _)| (at, drawn(mean))) {
        marks.push(line((plot.x.at(x(at)), plot.y.at(mean)), (plot.x.at(x(at)), plot.bottom()), "ref"));
        let tip = Some(format!("{param} {}: {}", format::number(at), judge.shown(mean)));
        marks.push(Mark::Circle { x: plot.x.at(x(at)), y: plot.y.at(mean), r: 4.0, class: "m", tip });
        marks.push(text(plot.x.at(x(at)), plot.y.at(mean) - 10.0, Anchor::Middle, "best", "axis"));
    }
    marks.extend(if is_log { plot.x_axis_with(powers(low, high)) } else { plot.x_axis() });
    marks.extend(plot.axis_names(&format!("{} over the folds", judge.label()), param));
    let rows = points
        .iter()
        .map(|(at, mean, se)| [*at, drawn(*mean), drawn(mean - se), drawn(mean + se)].map(format::exact).to_vec());
    Some(Scene {
        width: WIDTH,
        height: HEIGHT,
        title: match sweep.scoring {
            Scoring::Mse => format!("Error by {param}"),
            _ => format!("{} by {param}", judge.label()),
        },
        how_to_read: "The line is the mean over the folds, the band one standard error on either side.".into(),
        summary: format!("{} values of {param}", points.len()),
        marks,
        table: DataTable {
            head: [param.as_str(), judge.label(), "one standard error below", "above"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        },
    })
}

/// Powers of ten between the ends, as logarithms with labels; at most seven.
fn powers(low: f64, high: f64) -> Vec<(f64, String)> {
    let (from, to) = (low.log10().ceil() as i32, high.log10().floor() as i32);
    let every = ((to - from) / 6 + 1).max(1);
    let power = |exponent: i32| (f64::from(exponent), format::number(10f64.powi(exponent)));
    (from..=to).filter(|exponent| (exponent - from) % every == 0).map(power).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimators::EstimatorSpec;
    use crate::split::cv::CvSpec;

    fn sweep() -> SweepSummary {
        let candidate = |alpha: f64, mse: [f64; 2]| Candidate {
            encoders: None,
            estimator: EstimatorSpec::fresh("ridge").unwrap().with_param("alpha", alpha.into()).unwrap(),
            mse: mse.to_vec(),
            r2: vec![Some(0.5), Some(0.7)],
            scores: vec![],
            error: None,
        };
        let candidates = vec![
            candidate(0.1, [4.0, 9.0]),
            candidate(1.0, [4.0, 8.0]),
            candidate(10.0, [5.0, 8.5]),
            candidate(1000.0, [400.0, 900.0]),
        ];
        SweepSummary::of(CvSpec::fresh("k_fold").unwrap(), Scoring::Mse, candidates).unwrap()
    }

    #[test]
    fn the_best_is_named_marked_and_drawn() {
        let shown = view(&sweep(), "price", true, MOST_ROWS);
        let text = shown.sentence.text();
        assert!(text.starts_with("Of 4 candidates alpha 1"), "{text}");
        assert!(text.contains("in price"), "{text}");
        assert_eq!(shown.rows.iter().map(|row| row.place).collect::<Vec<_>>(), [1, 0, 2, 3]);
        assert_eq!(shown.rows.iter().map(|row| row.mark).collect::<Vec<_>>(), ["best", "", "as good, simpler", ""]);
        assert_eq!(shown.rows[0].cells[0].full, "2");
        assert_eq!((shown.rows[0].cells[0].shade, shown.rows[3].cells[1].shade), ("num shade-0", "num shade-6"));
        assert!(shown.second.unwrap().contains("within one standard error"));
        let curve = shown.curve.unwrap();
        assert_eq!(curve.table.rows.len(), 4);
        assert_eq!(curve.title, "Error by alpha");
    }

    #[test]
    fn where_larger_is_better_the_largest_is_lightest_and_first() {
        let candidate = |c: f64, scores: [f64; 2]| Candidate {
            encoders: None,
            estimator: EstimatorSpec::fresh("logistic_regression").unwrap().with_param("C", c.into()).unwrap(),
            mse: vec![],
            r2: vec![],
            scores: scores.to_vec(),
            error: None,
        };
        let candidates = vec![candidate(0.1, [0.6, 0.7]), candidate(1.0, [0.9, 0.8]), candidate(10.0, [0.7, 0.8])];
        let sweep = SweepSummary::of(CvSpec::fresh("k_fold").unwrap(), Scoring::Accuracy, candidates).unwrap();
        let shown = view(&sweep, "bought", true, MOST_ROWS);
        assert_eq!((view(&sweep, "bought", true, 1).rows.len(), view(&sweep, "bought", true, 1).more), (1, 2));
        assert_eq!(
            shown.sentence.text(),
            "Of 3 candidates C 1 does best on rows it has not seen: accuracy 0.8500, the mean over the folds."
        );
        assert_eq!(shown.rows.iter().map(|row| row.place).collect::<Vec<_>>(), [1, 2, 0]);
        assert_eq!((shown.rows[0].cells[0].full.as_str(), shown.rows[0].cells[0].shade), ("0.9", "num shade-0"));
        assert_eq!(shown.rows[2].cells[0].shade, "num shade-6");
        assert_eq!((shown.metric, shown.direction, shown.has_r2), ("Accuracy", "larger is better", false));
        let curve = shown.curve.unwrap();
        assert_eq!(
            (curve.title.as_str(), curve.table.rows[1][1].parse::<f64>().map(|mean| (mean * 1e9).round())),
            ("Accuracy by C", Ok(85e7))
        );
    }
}
