//! One prediction of a run's model looked at: how far off it may be, what each feature adds, and what another value would do.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ScoreError;
use crate::base::{Coded, ErrorReport, sorted_by};
use crate::diagnostics::contributions;
use crate::estimators::{LinearModel, Model};
use crate::features::{Cell, FeaturesError, InputColumn, Seen};
use crate::pipeline::{Bars, ContributionsResult, Evaluation, Line, Said, Training};
use crate::table::DataType;
use crate::tracking::RunRecord;

/// Values that a curve is drawn through.
const POINTS: usize = 41;
/// Categories that a picture shows.
const MOST_CATEGORIES: usize = 20;
/// Fewer test rows say nothing of the ends of their residuals.
const FEWEST_RESIDUALS: usize = 20;

/// One prediction, looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    pub prediction: f64,
    pub interval: Option<PredictionInterval>,
    /// Exact, for models that add up.
    pub contributions: Option<ContributionsResult>,
    /// Of the feature that was asked for.
    pub what_if: Option<WhatIf>,
    /// What there is not, and why; what to know of what there is.
    pub notes: Vec<String>,
}

/// Where the target of such a row is expected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PredictionInterval {
    pub lo: f64,
    pub hi: f64,
    /// 0.95 for 95 %.
    pub confidence: f64,
    pub basis: IntervalBasis,
}

/// What an interval is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalBasis {
    /// The regression report: it is wider where training had few such rows.
    StandardErrors,
    /// Quantiles of the test rows' residuals, the same for every row.
    TestResiduals,
}

/// The prediction for other values of one feature, all else as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WhatIf {
    pub feature: String,
    pub data_type: DataType,
    /// For numbers and dates, over the range of training: of dates, `x` are milliseconds since 1970.
    pub line: Option<Line>,
    /// For categories.
    pub bars: Option<Bars>,
    /// The present value as a number, where it is one.
    pub at: Option<f64>,
}

/// Looks at the prediction for these values of a run's inputs; `feature` is the one whose other values are tried.
///
/// # Errors
/// A run without a model, and values that it cannot take.
pub fn explain(run: &RunRecord, values: &Map<String, Value>, feature: Option<&str>) -> Result<Explained, ErrorReport> {
    let evaluation = run.evaluation();
    let training = run.training().ok_or_else(|| ScoreError::NoModel.report())?;
    let cell = |input: &InputColumn| (input.name.clone(), values.get(&input.name).map_or(Cell::Missing, cell));
    let cells: Vec<(String, Cell)> = training.features.inputs.iter().map(cell).collect();
    let failed = |error: FeaturesError| error.report();
    let encoded = training.features.transform_row(&cells).map_err(failed)?;
    let prediction = predict(training, &encoded);
    let mut notes = Vec::new();
    let interval = interval(training, evaluation, run, &encoded, prediction, &mut notes);
    let contributions = parts(training, &encoded, prediction, &mut notes);
    let what_if = match feature.and_then(|name| training.features.inputs.iter().find(|input| input.name == name)) {
        Some(input) => what_if(training, &cells, input).map_err(failed)?,
        None => None,
    };
    Ok(Explained { prediction, interval, contributions, what_if, notes })
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Bool(flag) => Cell::Number(f64::from(u8::from(*flag))),
        Value::Number(number) => Cell::Number(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) if !text.is_empty() => Cell::Text(text.clone()),
        _ => Cell::Missing,
    }
}

fn predict(training: &Training, encoded: &[f64]) -> f64 {
    let columns: Vec<&[f64]> = encoded.iter().map(std::slice::from_ref).collect();
    let mut predicted = Vec::with_capacity(1);
    training.model.predict_columns(&columns, &[0], &mut predicted);
    predicted.first().map_or(f64::NAN, |value| training.features.inverse_target(*value))
}

fn interval(
    training: &Training,
    evaluation: Option<&Evaluation>,
    run: &RunRecord,
    encoded: &[f64],
    prediction: f64,
    notes: &mut Vec<String>,
) -> Option<PredictionInterval> {
    if training.model.classes().is_some() {
        notes.push("The model tells classes apart: its prediction is an expected value, which has no interval.".into());
        return None;
    }
    let features = &training.features;
    // Duan's correction brings back a mean; the ends of an interval are no means.
    let report = training.report.as_ref().filter(|_| features.smearing.is_none());
    if let Some((report, intervals)) = report.and_then(|report| Some((report, report.intervals.as_ref()?)))
        && let Ok(found) = intervals.at(encoded, report.confidence)
    {
        let (lo, hi) = (features.inverse_target(found.lo), features.inverse_target(found.hi));
        let basis = IntervalBasis::StandardErrors;
        return Some(PredictionInterval { lo, hi, confidence: report.confidence, basis })
            .filter(|interval| interval.lo.is_finite() && interval.hi.is_finite());
    }
    let mut residuals: Vec<f64> =
        evaluation.iter().flat_map(|evaluation| &evaluation.residuals.points).map(|(_, residual)| *residual).collect();
    if residuals.len() < FEWEST_RESIDUALS {
        notes.push(format!(
            "No interval: the run has no standard errors, and fewer than {FEWEST_RESIDUALS} residuals to take quantiles of."
        ));
        return None;
    }
    residuals.sort_unstable_by(f64::total_cmp);
    let confidence = run.spec.evaluate.confidence;
    let tail = (1.0 - confidence) / 2.0;
    let (lo, hi) = (prediction + quantile(&residuals, tail), prediction + quantile(&residuals, 1.0 - tail));
    Some(PredictionInterval { lo, hi, confidence, basis: IntervalBasis::TestResiduals })
}

/// Linear between neighbours, as numpy has it.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * sorted.len().saturating_sub(1) as f64;
    let at = |place: f64| sorted.get(place as usize).copied().unwrap_or(f64::NAN);
    let (low, high) = (at(place.floor()), at(place.ceil()));
    low + (high - low) * place.fract()
}

/// What each feature adds to the prediction for a row of means.
fn parts(
    training: &Training,
    encoded: &[f64],
    prediction: f64,
    notes: &mut Vec<String>,
) -> Option<ContributionsResult> {
    let model = match &training.model {
        Model::Linear(model) => model.clone(),
        Model::Logistic(model) => {
            notes.push("Parts add up to the log-odds, of which the prediction is the probability.".into());
            let (features, coef) = (model.features.clone(), model.coef.clone());
            LinearModel { features, coef, intercept: model.intercept }
        }
        Model::Constant(_) => return None,
        Model::Forest(_) => {
            notes.push("What each feature adds is exact only for a model that adds up; a forest does not.".into());
            return None;
        }
    };
    let of_report = || training.report.as_ref()?.intervals.as_ref().map(|intervals| intervals.means.clone());
    let means = if training.means.is_empty() { of_report() } else { Some(training.means.clone()) };
    let explained = means.and_then(|means| contributions(&model, &means, encoded).ok());
    let Some(explained) = explained else {
        notes.push(
            "The run was made before the means of features were kept: run its pipeline again to see what each adds."
                .into(),
        );
        return None;
    };
    if let Some(transform) = training.features.target_transform {
        notes.push(format!("Parts add up on the scale of the transformed target ({}).", transform.as_str()));
    }
    let parts = sorted_by(explained.contributions, |a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    Some(ContributionsResult {
        said: Said::default(),
        baseline: explained.baseline,
        total: explained.prediction,
        prediction,
        actual: None,
        bars: Bars {
            names: parts.iter().map(|part| part.feature.clone()).collect(),
            values: parts.iter().map(|part| part.contribution).collect(),
            ..Bars::default()
        },
        cells: parts.iter().map(|part| part.value).collect(),
        means: parts.iter().map(|part| part.mean).collect(),
        row: Vec::new(),
    })
}

fn what_if(
    training: &Training,
    cells: &[(String, Cell)],
    input: &InputColumn,
) -> Result<Option<WhatIf>, FeaturesError> {
    let with = |value: Cell| {
        let mut cells = cells.to_vec();
        let cell = cells.iter_mut().find(|(name, _)| *name == input.name);
        cell.into_iter().for_each(|(_, cell)| *cell = value.clone());
        Ok::<_, FeaturesError>(predict(training, &training.features.transform_row(&cells)?))
    };
    let is_date = input.data_type == DataType::Timestamp;
    let of = |value: f64| if is_date { Cell::Timestamp(value as i64) } else { Cell::Number(value) };
    let mut found =
        WhatIf { feature: input.name.clone(), data_type: input.data_type, line: None, bars: None, at: None };
    match &input.seen {
        Some(Seen::Range { min, max }) => {
            let values = grid(*min, *max, input.data_type);
            let y = values.iter().map(|value| with(of(*value))).collect::<Result<Vec<f64>, _>>()?;
            found.line = Some(Line { name: "prediction".into(), x: values, y, ..Line::default() });
            found.at = cells.iter().find(|(name, _)| *name == input.name).and_then(|(_, cell)| match cell {
                Cell::Number(value) => Some(*value),
                Cell::Text(text) if is_date => crate::expression::parse_time(text).map(|time| time as f64),
                Cell::Text(text) => text.trim().parse().ok(),
                Cell::Timestamp(time) => Some(*time as f64),
                Cell::Missing => None,
            });
        }
        Some(Seen::Categories(all)) => {
            let names: Vec<String> = all.iter().take(MOST_CATEGORIES).cloned().collect();
            let values = names.iter().map(|name| with(Cell::Text(name.clone()))).collect::<Result<_, _>>()?;
            found.bars = Some(Bars { names, values, ..Bars::default() });
        }
        None => return Ok(None),
    }
    Ok(Some(found))
}

/// Values over a range, whole ones for a column of whole numbers.
fn grid(min: f64, max: f64, data_type: DataType) -> Vec<f64> {
    let is_whole = data_type != DataType::Float;
    let n = if is_whole { POINTS.min((max - min) as usize + 1) } else { POINTS };
    let step = (max - min) / (n.saturating_sub(1).max(1)) as f64;
    let value = |place: usize| {
        let value = if place + 1 == n { max } else { min + step * place as f64 };
        if is_whole { value.round() } else { value }
    };
    let mut values: Vec<f64> = (0..n).map(value).collect();
    values.dedup();
    values
}
