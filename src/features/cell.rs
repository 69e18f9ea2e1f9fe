//! One cell of a row to predict for, and columns brought to the type that the encoders were fitted on.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::FeaturesError;
use crate::table::{Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME};

/// A value to predict from. Numbers and dates may be given as text.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Number(f64),
    Text(String),
    /// Milliseconds since 1970 (UTC).
    Timestamp(i64),
    Missing,
}

impl Cell {
    /// A column of this one cell.
    pub(super) fn column(&self, name: &str, data_type: DataType) -> Column {
        let (given, data) = match self {
            Self::Number(value) => {
                let is_whole = value.fract() == 0.0;
                let given = if is_whole { DataType::Integer } else { DataType::Float };
                (given, ColumnData::Number(vec![*value]))
            }
            Self::Text(text) => {
                (DataType::Category, ColumnData::Category { codes: vec![0], labels: vec![text.clone()] })
            }
            Self::Timestamp(time) => (DataType::Timestamp, ColumnData::Timestamp(vec![*time])),
            Self::Missing => return missing(name, data_type, 1),
        };
        Column::new(name, given, data)
    }

    /// The cell of a table.
    #[must_use]
    pub fn of(column: &Column, row: usize) -> Self {
        if column.is_missing(row) {
            return Self::Missing;
        }
        match &*column.data {
            ColumnData::Number(values) => values.get(row).map_or(Self::Missing, |value| Self::Number(*value)),
            ColumnData::Timestamp(values) => values.get(row).map_or(Self::Missing, |time| Self::Timestamp(*time)),
            _ => column.cell_text(row).map_or(Self::Missing, Self::Text),
        }
    }
}

/// A column of missing cells.
fn missing(name: &str, data_type: DataType, n_rows: usize) -> Column {
    let data = match data_type {
        DataType::Boolean | DataType::Integer | DataType::Float => ColumnData::Number(vec![f64::NAN; n_rows]),
        DataType::Timestamp => ColumnData::Timestamp(vec![MISSING_TIME; n_rows]),
        DataType::Category | DataType::Text => {
            ColumnData::Category { codes: vec![MISSING_CODE; n_rows], labels: Vec::new() }
        }
    };
    Column::new(name, data_type, data)
}

/// The same cells as the type that the encoders know; the cells are shared where nothing changes.
///
/// # Errors
/// Cells that are not of this type.
pub(super) fn coerce(column: &Column, data_type: DataType) -> Result<Column, FeaturesError> {
    if column.data_type == data_type {
        return Ok(column.clone());
    }
    if column.n_missing() == column.len() {
        return Ok(missing(&column.name, data_type, column.len()));
    }
    let wrong = || FeaturesError::InputType {
        column: column.name.clone(),
        what: kind(column.data_type),
        expected: kind(data_type),
    };
    let data = match (&*column.data, data_type) {
        (ColumnData::Number(_), DataType::Boolean | DataType::Integer | DataType::Float) => {
            return Ok(Column { data_type, ..column.clone() });
        }
        (ColumnData::Category { codes, labels }, DataType::Boolean | DataType::Integer | DataType::Float) => {
            let values: Option<Vec<f64>> = labels.iter().map(|label| number(label)).collect();
            let values = values.ok_or_else(wrong)?;
            let of = |code: &u16| values.get(usize::from(*code)).copied().unwrap_or(f64::NAN);
            ColumnData::Number(codes.iter().map(of).collect())
        }
        (ColumnData::Category { codes, labels }, DataType::Timestamp) => {
            let values: Option<Vec<i64>> = labels.iter().map(|label| time(label)).collect();
            let values = values.ok_or_else(wrong)?;
            let of = |code: &u16| values.get(usize::from(*code)).copied().unwrap_or(MISSING_TIME);
            ColumnData::Timestamp(codes.iter().map(of).collect())
        }
        (ColumnData::Number(values), DataType::Timestamp) if column.len() == 1 => {
            let whole = |value: &f64| if value.is_nan() { MISSING_TIME } else { *value as i64 };
            ColumnData::Timestamp(values.iter().map(whole).collect())
        }
        (ColumnData::Number(_) | ColumnData::Timestamp(_), DataType::Category) => texts(column).ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    Ok(Column::new(column.name.clone(), data_type, data))
}

/// The cells as the texts that they are read from.
fn texts(column: &Column) -> Option<ColumnData> {
    let mut labels: Vec<String> = Vec::new();
    let mut places: HashMap<String, u16> = HashMap::new();
    let mut codes = Vec::with_capacity(column.len());
    for row in 0..column.len() {
        if column.is_missing(row) {
            codes.push(MISSING_CODE);
            continue;
        }
        let text = column.cell_text(row)?;
        let code = match places.get(&text) {
            Some(code) => *code,
            None => {
                let code = u16::try_from(labels.len()).ok().filter(|code| *code != MISSING_CODE)?;
                labels.push(text.clone());
                places.insert(text, code);
                code
            }
        };
        codes.push(code);
    }
    Some(ColumnData::Category { codes, labels })
}

fn number(text: &str) -> Option<f64> {
    match text.trim() {
        "True" | "true" | "TRUE" => Some(1.0),
        "False" | "false" | "FALSE" => Some(0.0),
        text => text.parse().ok().filter(|value: &f64| value.is_finite()),
    }
}

/// An ISO date or date and time, as milliseconds since 1970 (UTC).
fn time(text: &str) -> Option<i64> {
    let text = text.trim();
    let moment = DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.naive_utc());
    let formats = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M"];
    let moment = moment.or_else(|| formats.iter().find_map(|f| NaiveDateTime::parse_from_str(text, f).ok()));
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    moment.or_else(day).map(|moment| moment.and_utc().timestamp_millis())
}

fn kind(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Timestamp => "a date",
        DataType::Category | DataType::Text => "text",
        DataType::Boolean | DataType::Integer | DataType::Float => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_what_the_encoders_know() {
        let of = |cell: Cell, data_type| coerce(&cell.column("c", data_type), data_type).map(|c| Cell::of(&c, 0));
        let text = |text: &str| Cell::Text(text.into());
        assert_eq!(of(text(" 1.5 "), DataType::Float), Ok(Cell::Number(1.5)));
        assert_eq!(of(text("True"), DataType::Boolean), Ok(Cell::Number(1.0)));
        assert_eq!(of(Cell::Number(12.0), DataType::Category), Ok(text("12")));
        assert_eq!(of(text("2017-05-24 19:01:16"), DataType::Timestamp), Ok(Cell::Timestamp(1_495_652_476_000)));
        assert_eq!(of(text("1970-01-02"), DataType::Timestamp), Ok(Cell::Timestamp(86_400_000)));
        for data_type in [DataType::Float, DataType::Category, DataType::Timestamp, DataType::Boolean] {
            assert_eq!(of(Cell::Missing, data_type), Ok(Cell::Missing));
        }
        let error = of(text("tall"), DataType::Float).unwrap_err().to_string();
        assert_eq!(error, "c is text here, and the encoders were fitted on a number. Give it as a number.");
    }
}
