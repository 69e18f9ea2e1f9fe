//! A sweep as its form sets it and as its result is told.

use serde_json::Value;

use crate::base::{Param, ParamKind, sorted_by};
use crate::estimators::{ESTIMATORS, EstimatorSpec, TrainEntry};
use crate::pipeline::{Candidate, PipelineSpec, SweepSummary};
use crate::ui::view::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scene, WIDTH, line, text};
use crate::ui::view::format;
use crate::ui::view::params;
use crate::ui::view::prose::Prose;
use crate::validation::log_space;

/// More candidates are not listed on the page; all of them are runs.
const MOST_ROWS: usize = 100;
/// Shades of the heat map.
const SHADES: usize = 7;
/// A range by factors is drawn on a logarithmic axis from here on.
const LOG_RATIO: f64 = 20.0;

/// A parameter that can be tried with several values.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    pub param: Param,
    /// The values that are tried, as one types them; empty where there is only one.
    pub text: String,
    pub example: &'static str,
}

/// What of an entry can be tried: numbers, choices and switches.
#[must_use]
pub fn tried(entry: &TrainEntry) -> Vec<Tried> {
    let example = |kind: ParamKind| match kind {
        ParamKind::Number { log: true, .. } => Some("0.01 to 100 in 9"),
        ParamKind::Number { .. } => Some("0.1, 0.5, 0.9"),
        ParamKind::Integer { .. } => Some("1, 2, 5"),
        ParamKind::Flag => Some("on, off"),
        ParamKind::Choice { .. } => Some("several, with commas"),
        _ => None,
    };
    let one = |param: &Param| {
        let text = entry.values(param.name).map(values_text).unwrap_or_default();
        Some(Tried { param: *param, text, example: example(param.kind)? })
    };
    entry.params().iter().filter_map(one).collect()
}

/// Values as one types them.
#[must_use]
pub fn values_text(values: &[Value]) -> String {
    let word = |value: &Value| match value {
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        // A whole number without its point.
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), crate::base::python_number),
        other => params::shown(other),
    };
    values.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The values that a text lists: `0.1, 1, 10`, or a range `0.01 to 100 in 9` (by equal factors where the parameter is such a
/// one). Nothing is no list. A value that stands twice counts once.
///
/// # Errors
/// The value that cannot be, with the remedy.
pub fn read_values(param: &Param, text: &str) -> Result<Vec<Value>, String> {
    if let Some(range) = range(param.kind, text)? {
        return Ok(range);
    }
    let mut values: Vec<Value> = Vec::new();
    let parts = text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    for part in parts {
        let value = one_value(param.kind, part).map_err(|why| format!("{part}: {why}"))?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

fn one_value(kind: ParamKind, part: &str) -> Result<Value, String> {
    match kind {
        ParamKind::Flag => match part.to_lowercase().as_str() {
            "on" | "true" | "yes" => Ok(true.into()),
            "off" | "false" | "no" => Ok(false.into()),
            _ => Err("type on or off.".into()),
        },
        ParamKind::Choice { options } => {
            let found = options.iter().find(|(value, words)| *value == part || words.eq_ignore_ascii_case(part));
            let known = || options.iter().map(|(value, _)| *value).collect::<Vec<_>>().join(", ");
            found.map(|(value, _)| Value::from(*value)).ok_or_else(|| format!("choose from {}.", known()))
        }
        kind => params::read(kind, part),
    }
}

/// `0.01 to 100 in 9`.
fn range(kind: ParamKind, text: &str) -> Result<Option<Vec<Value>>, String> {
    let Some((low, rest)) = text.split_once(" to ") else { return Ok(None) };
    let (high, n) = rest.split_once(" in ").unwrap_or((rest, "10"));
    let Ok(n) = n.trim().trim_end_matches(" steps").parse::<usize>() else {
        return Err("After “in” comes how many values, such as 9.".into());
    };
    if !(2..=10_000).contains(&n) {
        return Err("A range has 2 to 10,000 values.".into());
    }
    let (low, high) = (one_value(kind, low.trim())?, one_value(kind, high.trim())?);
    let (Some(low), Some(high)) = (low.as_f64(), high.as_f64()) else {
        return Err("A range goes from a number to a number.".into());
    };
    let by_factors = matches!(kind, ParamKind::Number { log: true, .. });
    if by_factors && (low <= 0.0 || high <= 0.0) {
        return Err("A range by factors needs both ends above 0. Add the 0 with a comma list instead.".into());
    }
    let numbers = match by_factors {
        true => log_space(low, high, n),
        false => (0..n).map(|i| low + (high - low) * i as f64 / (n - 1) as f64).collect(),
    };
    let mut values: Vec<Value> = Vec::with_capacity(n);
    for number in numbers {
        let value = match kind {
            ParamKind::Integer { .. } => Value::from(number.round() as i64),
            _ => Value::from(rounded(number)),
        };
        if values.last() != Some(&value) {
            values.push(value);
        }
    }
    Ok(Some(values))
}

/// Six digits: nobody asked for `0.31622776601683794`.
fn rounded(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

/// The entry with this parameter tried as the text says.
///
/// # Errors
/// As `read_values`, and what the estimator refuses.
pub fn with_text(entry: &TrainEntry, param: &Param, text: &str) -> Result<TrainEntry, String> {
    let mut values = read_values(param, text)?;
    if values.is_empty() {
        // Back to the one value that it has.
        values.extend(entry.params_map().get(param.name).cloned());
    }
    entry.with_values(param.name, &values).map_err(|error| error.message)
}

/// Estimators that can still be tried beside those of the spec: name and words.
#[must_use]
pub fn others(spec: &PipelineSpec) -> Vec<(String, String)> {
    let is_there = |name: &str| spec.train.iter().any(|entry| entry.name() == name);
    let fitting = ESTIMATORS.iter().filter(|info| !is_there(info.name));
    fitting.map(|info| (info.name.to_owned(), info.label.to_owned())).collect()
}

/// `12 candidates, each judged by 5 folds of the training rows.`; nothing where there is one.
#[must_use]
pub fn plan(spec: &PipelineSpec) -> String {
    if !spec.is_sweep() {
        return String::new();
    }
    let n = u64::try_from(spec.n_candidates()).unwrap_or(u64::MAX);
    let drawn = if spec.search.is_some() { "drawn at random, " } else { "" };
    let folds = spec.folds().map_or_else(String::new, |cv| cv.sentence());
    format!("{} candidates, {drawn}each judged on the training rows. {folds}", format::count(n))
}

/// A sweep's result, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepView {
    pub sentence: Prose,
    pub second: Option<String>,
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

/// One fold of a candidate: its root mean squared error.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepCell {
    pub shown: String,
    pub full: String,
    /// `shade-0` (best) to `shade-6`.
    pub shade: &'static str,
}

const SHADE_CLASSES: [&str; SHADES] =
    ["num shade-0", "num shade-1", "num shade-2", "num shade-3", "num shade-4", "num shade-5", "num shade-6"];

/// The result; `best_first` orders by the mean, else as the candidates were listed.
#[must_use]
pub fn view(sweep: &SweepSummary, target: &str, best_first: bool) -> SweepView {
    let varied = sweep.varied();
    let several = sweep.candidates.iter().any(|one| Some(one.estimator.name()) != first_name(sweep));
    let mut places: Vec<usize> = (0..sweep.candidates.len()).collect();
    if best_first {
        let mean = |place: &usize| sweep.candidates.get(*place).and_then(Candidate::mean_mse).unwrap_or(f64::INFINITY);
        places = sorted_by(places, |a, b| mean(a).total_cmp(&mean(b)));
    }
    let shades = Shades::of(sweep);
    let row = |place: &usize| {
        let candidate = sweep.candidates.get(*place)?;
        let is_best = *place == sweep.best;
        Some(SweepRow {
            place: *place,
            name: name(&candidate.estimator, &varied, several),
            cells: candidate.mse.iter().map(|mse| shades.cell(mse.sqrt())).collect(),
            mean: candidate.mean_rmse().map_or_else(|| "–".into(), format::number),
            mean_full: candidate.mean_rmse().map_or_else(String::new, format::exact),
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
    let rows: Vec<SweepRow> = places.iter().take(MOST_ROWS).filter_map(row).collect();
    SweepView {
        sentence: sentence(sweep, target, &varied, several),
        second: second(sweep, &varied),
        n_folds: sweep.candidates.iter().map(|one| one.mse.len()).max().unwrap_or(0),
        more: sweep.candidates.len() - rows.len(),
        rows,
        curve: curve(sweep, &varied),
    }
}

fn first_name(sweep: &SweepSummary) -> Option<&'static str> {
    sweep.candidates.first().map(|one| one.estimator.name())
}

/// `alpha 0.1, fit_intercept on`; with the estimator's name where there are several.
fn name(estimator: &EstimatorSpec, varied: &[String], several: bool) -> String {
    let values = estimator.params_map();
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
    let rmse = best.mean_rmse().map_or_else(|| "–".into(), format::number);
    Prose::default()
        .plain(format!("Of {n} candidates "))
        .strong(name(&best.estimator, varied, several))
        .plain(" predicts rows it has not seen best: off by ")
        .strong(rmse)
        .plain(format!(" (RMSE over the folds, in {target})."))
}

fn second(sweep: &SweepSummary, varied: &[String]) -> Option<String> {
    let failed = sweep.candidates.iter().filter(|one| one.error.is_some()).count();
    let mut words = Vec::new();
    if let (Some(place), Some(best)) = (sweep.one_se.filter(|place| *place != sweep.best), sweep.chosen())
        && let Some(simpler) = sweep.candidates.get(place)
    {
        let (best, simpler) = (name(&best.estimator, varied, false), name(&simpler.estimator, varied, false));
        words.push(format!("{simpler} is within one standard error of {best}, so the folds cannot tell them apart."));
    }
    if failed > 0 {
        words.push(format!("{} could not be fitted.", format::count(failed as u64)));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// Quantiles of all cells, so that one bad candidate does not turn the rest into one colour.
struct Shades {
    limits: Vec<f64>,
}

impl Shades {
    fn of(sweep: &SweepSummary) -> Self {
        let cells = sweep.candidates.iter().flat_map(|one| &one.mse).copied().filter(|mse| mse.is_finite());
        let cells = sorted_by(cells.collect(), f64::total_cmp);
        let limit = |i: usize| cells.get(cells.len() * i / SHADES).copied();
        Self { limits: (1..SHADES).filter_map(limit).collect() }
    }

    fn cell(&self, rmse: f64) -> SweepCell {
        // The limits are of squares; a hair of room for the way there and back.
        let shade = self.limits.iter().filter(|limit| rmse * rmse > **limit * (1.0 + 1e-12)).count();
        let class = SHADE_CLASSES.get(shade).copied().unwrap_or("num");
        SweepCell { shown: format::number(rmse), full: format::exact(rmse), shade: class }
    }
}

/// The validation curve: mean error over the one number that varies, with one standard error on either side.
fn curve(sweep: &SweepSummary, varied: &[String]) -> Option<Scene> {
    let [param] = varied else { return None };
    let first = first_name(sweep)?;
    if sweep.candidates.iter().any(|one| one.estimator.name() != first) {
        return None;
    }
    let point = |one: &Candidate| {
        let at = one.estimator.params_map().get(param).and_then(Value::as_f64)?;
        Some((at, one.mean_mse()?, one.se_mse().unwrap_or(0.0)))
    };
    let points: Vec<(f64, f64, f64)> = sweep.candidates.iter().filter_map(point).collect();
    let points = sorted_by(points, |a, b| a.0.total_cmp(&b.0));
    let (low, high) = (points.first()?.0, points.last()?.0);
    if points.len() < 3 {
        return None;
    }
    let is_log = low > 0.0 && high / low >= LOG_RATIO;
    let x = |value: f64| if is_log { value.log10() } else { value };
    let root = |square: f64| square.max(0.0).sqrt();
    let tops = points.iter().map(|(_, mse, se)| root(mse + se));
    let bottoms = points.iter().map(|(_, mse, se)| root(mse - se));
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
    let upper = points.iter().map(|(at, mse, se)| (*at, root(mse + se)));
    let lower = points.iter().rev().map(|(at, mse, se)| (*at, root(mse - se)));
    marks.push(Mark::Path { d: path(upper.chain(lower).collect()) + "Z", class: "band" });
    marks.push(Mark::Path { d: path(points.iter().map(|(at, mse, _)| (*at, root(*mse))).collect()), class: "l-ink" });
    if let Some((at, mse)) = sweep.chosen().and_then(point).map(|(at, mse, _)| (at, root(mse))) {
        marks.push(line((plot.x.at(x(at)), plot.y.at(mse)), (plot.x.at(x(at)), plot.bottom()), "ref"));
        let tip = Some(format!("{param} {}: {}", format::number(at), format::number(mse)));
        marks.push(Mark::Circle { x: plot.x.at(x(at)), y: plot.y.at(mse), r: 4.0, class: "m", tip });
        marks.push(text(plot.x.at(x(at)), plot.y.at(mse) - 10.0, Anchor::Middle, "best", "axis"));
    }
    marks.extend(if is_log { plot.x_axis_with(powers(low, high)) } else { plot.x_axis() });
    marks.extend(plot.axis_names("RMSE over the folds", param));
    let rows = points.iter().map(|(at, mse, se)| {
        vec![
            format::exact(*at),
            format::exact(root(*mse)),
            format::exact(root(mse - se)),
            format::exact(root(mse + se)),
        ]
    });
    Some(Scene {
        width: WIDTH,
        height: HEIGHT,
        title: format!("Error by {param}"),
        how_to_read: "The line is the mean over the folds, the band one standard error on either side.".into(),
        summary: format!("{} values of {param}", points.len()),
        marks,
        table: DataTable {
            head: [param.as_str(), "RMSE", "one standard error below", "above"].map(str::to_owned).to_vec(),
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

    fn entry(text: &str) -> TrainEntry {
        serde_json::from_str(text).unwrap()
    }

    fn param(name: &str, of: &str) -> Param {
        let entry = EstimatorSpec::fresh(of).unwrap();
        *entry.params().iter().find(|param| param.name == name).unwrap()
    }

    #[test]
    fn values_are_a_list_or_a_range() {
        let alpha = param("alpha", "ridge");
        let read = |text: &str| read_values(&alpha, text).map(|values| values_text(&values));
        assert_eq!(read("0.1, 1;10, 1"), Ok("0.1, 1, 10".into()));
        assert_eq!(read("0.01 to 100 in 5"), Ok("0.01, 0.1, 1, 10, 100".into()));
        assert_eq!(read(" "), Ok(String::new()));
        assert!(read("1, much").unwrap_err().starts_with("much: "));
        assert!(read("0 to 10 in 3").unwrap_err().contains("above 0"));
        assert!(read("1 to 10 in many").is_err() && read("1 to 10 in 1").is_err());
        let intercept = param("fit_intercept", "ridge");
        assert_eq!(read_values(&intercept, "on, off"), Ok(vec![true.into(), false.into()]));
        assert!(read_values(&intercept, "maybe").is_err());
    }

    #[test]
    fn a_text_becomes_a_list_and_nothing_takes_it_back() {
        let ridge = entry(r#"{"estimator": "ridge", "params": {"alpha": 2}}"#);
        let alpha = param("alpha", "ridge");
        let tried_with = with_text(&ridge, &alpha, "2, 4").unwrap();
        assert_eq!(tried_with.n_candidates(), 2);
        assert_eq!(tried(&tried_with)[0].text, "2, 4");
        assert_eq!(with_text(&tried_with, &alpha, ""), Ok(ridge.clone()));
        assert!(with_text(&ridge, &alpha, "-1, 1").is_err());
    }

    fn sweep() -> SweepSummary {
        let candidate = |alpha: f64, mse: [f64; 2]| Candidate {
            estimator: EstimatorSpec::fresh("ridge").unwrap().with_param("alpha", alpha.into()).unwrap(),
            mse: mse.to_vec(),
            r2: vec![Some(0.5), Some(0.7)],
            error: None,
        };
        let candidates = vec![
            candidate(0.1, [4.0, 9.0]),
            candidate(1.0, [4.0, 8.0]),
            candidate(10.0, [5.0, 8.5]),
            candidate(1000.0, [400.0, 900.0]),
        ];
        SweepSummary::of(crate::split::cv::CvSpec::fresh("k_fold").unwrap(), candidates).unwrap()
    }

    #[test]
    fn the_best_is_named_marked_and_drawn() {
        let shown = view(&sweep(), "price", true);
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
    fn a_plan_says_how_many_and_one_estimator_has_none() {
        let mut spec = PipelineSpec::default();
        assert_eq!(plan(&spec), "");
        spec.train = vec![entry(r#"{"estimator": "ridge", "params": {"alpha": [1, 2, 3]}}"#), TrainEntry::default()];
        assert!(plan(&spec).starts_with("4 candidates, each judged"), "{}", plan(&spec));
        spec.search = Some(crate::pipeline::RandomSearch { n_iter: 2, random_state: 1 });
        assert!(plan(&spec).starts_with("2 candidates, drawn at random"), "{}", plan(&spec));
        assert!(!others(&spec).iter().any(|(name, _)| name == "ridge"));
    }
}
