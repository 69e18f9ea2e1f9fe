//! Why one prediction is what it is: exact for a linear model, whose parts add up.

use serde_json::{Map, Value};

use super::super::Stop;
use super::prepared::{Prepared, Trained};
use super::words::{list, number};
use super::{AnalysisError, Bars, ContributionsResult, Pace, Said};
use crate::base::{mean, sorted_by};
use crate::diagnostics::{Contribution, contributions as explain};
use crate::estimators::{LinearModel, Model};
use crate::features::Cell;
use crate::table::{Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME, timestamp_text};

pub(super) async fn contributions<P: Pace>(
    pace: &P,
    prepared: &Prepared<'_>,
    row: Option<u64>,
    values: Option<&Map<String, Value>>,
) -> Result<ContributionsResult, Stop> {
    let trained = prepared.train(pace).await?;
    let model = linear(&trained, prepared)?;
    let (cells, typical) = cells(prepared, &trained, row, values)?;
    let encoded = trained.features.transform_row(&cells)?;
    let of_train = |column: &[f64]| -> Vec<f64> {
        prepared.rows.train.iter().filter_map(|row| column.get(*row as usize).copied()).collect()
    };
    let means: Vec<f64> = trained.whole.columns().iter().map(|column| mean(&of_train(column))).collect();
    let explained = explain(&model, &means, &encoded)?;
    let columns: Vec<&[f64]> = encoded.iter().map(std::slice::from_ref).collect();
    let mut predicted = Vec::new();
    trained.model.predict_columns(&columns, &[0], &mut predicted);
    let prediction = predicted.first().map_or(f64::NAN, |value| trained.features.inverse_target(*value));
    let target = prepared.plain.column(&prepared.spec.features.target).and_then(Column::numbers);
    let is_changed = values.is_some_and(|values| !values.is_empty());
    let actual = row.filter(|_| !is_changed).and_then(|row| target?.get(row as usize).copied());
    let parts = sorted_by(explained.contributions, |a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    let mut notes = Vec::new();
    if matches!(trained.model, Model::Logistic(_)) {
        notes.push("Parts add up to the log-odds, of which the prediction is the probability.".into());
    } else if let Some(transform) = trained.features.target_transform {
        notes.push(format!("Parts add up on the scale of the transformed target ({}).", transform.as_str()));
    }
    if !typical.is_empty() {
        notes.push(format!("Not given, so typical of the training rows: {}.", list(&typical, 12)));
    }
    let sentence = sentence(
        &parts,
        prediction,
        actual,
        row.filter(|_| !is_changed),
        explained.baseline,
        &prepared.spec.features.target,
    );
    Ok(ContributionsResult {
        said: Said { sentence, notes },
        baseline: explained.baseline,
        total: explained.prediction,
        prediction,
        actual: actual.filter(|value| value.is_finite()),
        bars: Bars {
            names: parts.iter().map(|part| part.feature.clone()).collect(),
            values: parts.iter().map(|part| part.contribution).collect(),
            ..Bars::default()
        },
        cells: parts.iter().map(|part| part.value).collect(),
        means: parts.iter().map(|part| part.mean).collect(),
        row: cells.into_iter().map(|(name, cell)| (name, text(&cell))).collect(),
    })
}

/// The model's weighted sum.
fn linear(trained: &Trained, prepared: &Prepared<'_>) -> Result<LinearModel, AnalysisError> {
    match &trained.model {
        Model::Linear(model) => Ok(model.clone()),
        Model::Logistic(model) => {
            let (features, coef) = (model.features.clone(), model.coef.clone());
            Ok(LinearModel { features, coef, intercept: model.intercept })
        }
        Model::Constant(_) | Model::Forest(_) => {
            Err(AnalysisError::NoCoefficients { model: prepared.estimator.label().to_owned() })
        }
    }
}

/// A cell for every input, and the names of those that had to be made up.
type Cells = (Vec<(String, Cell)>, Vec<String>);

fn cells(
    prepared: &Prepared<'_>,
    trained: &Trained,
    row: Option<u64>,
    values: Option<&Map<String, Value>>,
) -> Result<Cells, AnalysisError> {
    let table = &prepared.plain;
    if let Some(row) = row.filter(|row| *row >= table.n_rows() as u64) {
        return Err(AnalysisError::NoRow { row, last: (table.n_rows() as u64).saturating_sub(1) });
    }
    let inputs = &trained.features.inputs;
    if let Some(name) = values.and_then(|values| values.keys().find(|name| inputs.iter().all(|i| i.name != **name))) {
        let known: Vec<String> = inputs.iter().map(|input| input.name.clone()).collect();
        return Err(AnalysisError::NoFeature { name: name.clone(), known: list(&known, 8) });
    }
    let mut typical_ones = Vec::new();
    let mut cells = Vec::with_capacity(inputs.len());
    for input in inputs {
        let given = values.and_then(|values| values.get(&input.name));
        let column = table.column(&input.name);
        let cell = match (given, row, column) {
            (Some(value), ..) => cell_of(&input.name, value)?,
            (None, Some(row), Some(column)) => Cell::of(column, row as usize),
            (None, _, Some(column)) => {
                typical_ones.push(input.name.clone());
                typical(column, &prepared.rows.train)
            }
            (None, _, None) => Cell::Missing,
        };
        cells.push((input.name.clone(), cell));
    }
    Ok((cells, typical_ones))
}

fn cell_of(name: &str, value: &Value) -> Result<Cell, AnalysisError> {
    Ok(match value {
        Value::Null => Cell::Missing,
        Value::Bool(flag) => Cell::Number(f64::from(u8::from(*flag))),
        Value::Number(number) => Cell::Number(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) if text.is_empty() => Cell::Missing,
        Value::String(text) => Cell::Text(text.clone()),
        other => return Err(AnalysisError::BadValue { name: name.to_owned(), value: other.to_string() }),
    })
}

/// The median of numbers and dates, the commonest category; the lower one of two.
fn typical(column: &Column, train: &[u32]) -> Cell {
    let rows = || train.iter().map(|row| *row as usize);
    match &*column.data {
        ColumnData::Number(values) => {
            let mut values: Vec<f64> = rows().filter_map(|row| values.get(row).copied()).collect();
            values.retain(|value| !value.is_nan());
            let middle = values.len().saturating_sub(1) / 2;
            values.sort_unstable_by(f64::total_cmp);
            let (low, high) = (values.get(middle), values.get(values.len() / 2));
            match (low, high) {
                (Some(low), Some(high)) if column.data_type == DataType::Float => Cell::Number((low + high) / 2.0),
                (Some(low), _) => Cell::Number(*low),
                _ => Cell::Missing,
            }
        }
        ColumnData::Timestamp(times) => {
            let mut times: Vec<i64> = rows().filter_map(|row| times.get(row).copied()).collect();
            times.retain(|time| *time != MISSING_TIME);
            times.sort_unstable();
            times.get(times.len().saturating_sub(1) / 2).map_or(Cell::Missing, |time| Cell::Timestamp(*time))
        }
        ColumnData::Category { codes, labels } => {
            let mut counts = vec![0_u64; labels.len()];
            for code in rows().filter_map(|row| codes.get(row)).filter(|code| **code != MISSING_CODE) {
                counts.get_mut(usize::from(*code)).into_iter().for_each(|count| *count += 1);
            }
            let most = counts.iter().copied().max().filter(|most| *most > 0);
            let label = most.and_then(|most| counts.iter().position(|count| *count == most));
            label.and_then(|place| labels.get(place)).map_or(Cell::Missing, |label| Cell::Text(label.clone()))
        }
        ColumnData::Text { .. } => Cell::Missing,
    }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Number(value) => value.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Timestamp(time) => timestamp_text(*time),
        Cell::Missing => String::new(),
    }
}

fn sentence(
    parts: &[Contribution],
    prediction: f64,
    actual: Option<f64>,
    row: Option<u64>,
    baseline: f64,
    target: &str,
) -> String {
    let of_row = row.map_or_else(|| "these values".to_owned(), |row| format!("row {row}"));
    let really = actual
        .filter(|value| value.is_finite())
        .map_or_else(String::new, |actual| format!(" (it is {})", number(actual)));
    let named: Vec<String> = parts
        .iter()
        .take(2)
        .filter(|part| part.contribution != 0.0)
        .map(|part| {
            let size = number(part.contribution.abs());
            let verb = if part.contribution < 0.0 { "takes away" } else { "adds" };
            format!("{} {verb} {size}", part.feature)
        })
        .collect();
    let why = match named.as_slice() {
        [] => format!(", the baseline of {}, to which nothing is added.", number(baseline)),
        named => format!(": to the baseline of {}, {}.", number(baseline), named.join(" and ")),
    };
    format!("{target} is predicted to be {} for {of_row}{really}{why}", number(prediction))
}
