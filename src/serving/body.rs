//! The bodies of requests: MLflow's four JSON forms, and CSV.

use super::ScoringError;
use super::error::INPUT_FORMAT;
use super::frame::{Frame, Scalar};
use super::json::{Json, parse};
use super::python::{bytes_repr, repr};
use super::signature::{Kind, Signature};
use crate::ingest::PANDAS_NA_VALUES;

const FORMS: [&str; 4] = ["dataframe_split", "dataframe_records", "instances", "inputs"];

/// Columns with their cells.
type Columns = Vec<(String, Vec<Scalar>)>;

fn invalid(words: impl std::fmt::Display) -> ScoringError {
    ScoringError::Input(format!("Invalid input. {words}"))
}

/// The rows of a JSON body.
pub(super) fn json_frame(body: &[u8], signature: &Signature) -> Result<Frame, ScoringError> {
    let broken = |error: String| {
        invalid(format!(
            "Ensure that input is a valid JSON formatted string. Error: '{error}'\nInput: \n{}\n",
            bytes_repr(body)
        ))
    };
    let text = std::str::from_utf8(body).map_err(|error| {
        let at = error.valid_up_to();
        let byte = body.get(at).copied().unwrap_or_default();
        broken(format!("UnicodeDecodeError('utf-8', {}, {at}, {}, 'invalid start byte')", bytes_repr(&[byte]), at + 1))
    })?;
    let pairs = match parse(text).map_err(|words| broken(format!("JSONDecodeError({})", repr(&words))))? {
        Json::Object(pairs) => pairs,
        Json::List(_) => return Err(invalid(format!("{INPUT_FORMAT}. Received a list."))),
        other => {
            let kind = type_of(&other);
            return Err(invalid(format!("{INPUT_FORMAT}. Received unexpected input type '<class '{kind}'>.")));
        }
    };
    let mut known: Vec<(String, Json)> = pairs.into_iter().filter(|(key, _)| FORMS.contains(&key.as_str())).collect();
    let names: Vec<String> = known.iter().map(|(key, _)| repr(key)).collect();
    match known.pop() {
        Some((key, value)) if known.is_empty() => match key.as_str() {
            "dataframe_split" => split(value),
            "dataframe_records" => records(value),
            "instances" => instances(value, signature),
            _ => inputs(value, signature),
        },
        _ => Err(ScoringError::Fields(names.join(", "))),
    }
}

/// `{"columns": […], "data": [[…]], "index": […]}`
fn split(value: Json) -> Result<Frame, ScoringError> {
    let pairs = match value {
        Json::Object(pairs) => pairs,
        Json::List(_) => return Err(invalid("Dataframe split format must be a dictionary. Got list.")),
        other => {
            let kind = type_of(&other);
            return Err(invalid(format!("Dataframe split format must be a dictionary. Got type <class '{kind}'>.")));
        }
    };
    let keys: Vec<String> = pairs.iter().map(|(key, _)| repr(key)).collect();
    let is_known = |key: &str| ["columns", "data", "index"].contains(&key);
    if !pairs.iter().any(|(key, _)| key == "data") || pairs.iter().any(|(key, _)| !is_known(key)) {
        return Err(invalid(format!(
            "Dataframe split format must have 'data' field and optionally 'columns' and 'index' fields. Got {{{}}}.'",
            keys.join(", ")
        )));
    }
    let wrong = |error: String| {
        invalid(format!(
            "Provided dataframe_split field is not a valid dataframe representation in 'split' format. Error: '{error}'"
        ))
    };
    let (mut names, mut data, mut index) = (None, Vec::new(), None);
    for (key, value) in pairs {
        match (key.as_str(), value) {
            ("data", Json::List(rows)) => data = rows,
            ("columns", Json::List(all)) => names = Some(all.into_iter().map(|name| label(&name)).collect::<Vec<_>>()),
            ("index", Json::List(all)) => index = Some(all.iter().map(label).collect::<Vec<_>>()),
            (_, Json::Null) => {}
            ("data", other) => {
                return Err(wrong(format!("DataFrame constructor not properly called with {}", type_of(&other))));
            }
            (key, _) => return Err(wrong(format!("{key} must be a list"))),
        }
    }
    let n_rows = data.len();
    if index.as_ref().is_some_and(|index| index.len() != n_rows) {
        let given = index.as_ref().map_or(0, Vec::len);
        let width = names.as_ref().map_or(0, Vec::len);
        return Err(wrong(format!("Shape of passed values is ({n_rows}, {width}), indices imply ({given}, {width})")));
    }
    let rows: Vec<Vec<Scalar>> = data
        .into_iter()
        .map(|row| match row {
            Json::List(cells) => cells.into_iter().map(scalar).collect(),
            cell => vec![scalar(cell)],
        })
        .collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let names = names.unwrap_or_else(|| (0..width).map(|place| place.to_string()).collect());
    if n_rows > 0 && names.len() != width {
        return Err(wrong(format!("{} columns passed, passed data had {width} columns", names.len())));
    }
    // Shorter rows are filled up, as pandas does.
    let cell = |place: usize| rows.iter().map(move |row| row.get(place).cloned().unwrap_or(Scalar::Null));
    let columns = names.into_iter().enumerate().map(|(place, name)| (name, typed(cell(place).collect()))).collect();
    Ok(Frame::Columns { index, columns, n_rows })
}

/// `[{"column": value, …}, …]`
fn records(value: Json) -> Result<Frame, ScoringError> {
    let rows = match value {
        Json::List(rows) => rows,
        Json::Object(_) => return Err(invalid("Dataframe records format must be a list of records. Got dictionary.")),
        other => {
            let kind = type_of(&other);
            return Err(invalid(format!(
                "Dataframe records format must be a list of records. Got type <class '{kind}'>."
            )));
        }
    };
    let n_rows = rows.len();
    let mut columns: Columns = Vec::new();
    for (row, record) in rows.into_iter().enumerate() {
        let pairs = match record {
            Json::Object(pairs) => pairs,
            Json::List(cells) => cells.into_iter().enumerate().map(|(place, cell)| (place.to_string(), cell)).collect(),
            cell => vec![("0".to_owned(), cell)],
        };
        for (name, cell) in pairs {
            let place = columns.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                columns.push((name, vec![Scalar::Float(f64::NAN); n_rows]));
                columns.len() - 1
            });
            if let Some(place) = columns.get_mut(place).and_then(|(_, cells)| cells.get_mut(row)) {
                *place = scalar(cell);
            }
        }
    }
    let columns = columns.into_iter().map(|(name, cells)| (name, typed(cells))).collect();
    Ok(Frame::Columns { index: None, columns, n_rows })
}

/// Rows, as records or as lists without names.
fn instances(value: Json, signature: &Signature) -> Result<Frame, ScoringError> {
    match value {
        Json::List(rows) if matches!(rows.first(), Some(Json::Object(_))) => {
            let mut columns: Columns = Vec::new();
            for row in rows {
                let Json::Object(pairs) = row else {
                    let words = format!("'{}' object has no attribute 'items'", type_of(&row));
                    return Err(invalid(format!(
                        "Ensure that the input is a valid JSON-formatted string.\nError: AttributeError({})",
                        repr(&words)
                    )));
                };
                for (name, cell) in pairs {
                    match columns.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, cells)) => cells.push(scalar(cell)),
                        None => columns.push((name, vec![scalar(cell)])),
                    }
                }
            }
            of_one_length(columns, signature)
        }
        other => array(other, signature),
    }
}

/// Columns, or rows without names.
fn inputs(value: Json, signature: &Signature) -> Result<Frame, ScoringError> {
    match value {
        Json::Object(pairs) => {
            let cells = |value: Json| match value {
                Json::List(cells) => cells.into_iter().map(scalar).collect(),
                one => vec![scalar(one)],
            };
            of_one_length(pairs.into_iter().map(|(name, value)| (name, cells(value))).collect(), signature)
        }
        Json::List(rows) if !rows.is_empty() && rows.iter().all(|row| matches!(row, Json::Object(_))) => {
            records(Json::List(rows))
        }
        other => array(other, signature),
    }
}

fn of_one_length(columns: Columns, signature: &Signature) -> Result<Frame, ScoringError> {
    let mut lengths = columns.iter().filter(|(name, _)| signature.column(name).is_some()).map(|(_, cells)| cells.len());
    let n_rows = lengths.next().or(columns.first().map(|(_, cells)| cells.len())).unwrap_or(0);
    if lengths.any(|length| length != n_rows) {
        return Err(invalid("The length of values for each input/column name are not the same"));
    }
    let columns = columns.into_iter().map(|(name, cells)| (name, typed(cells))).collect();
    Ok(Frame::Columns { index: None, columns, n_rows })
}

/// Values without names: of a model with one column they are that column.
fn array(value: Json, signature: &Signature) -> Result<Frame, ScoringError> {
    let Json::List(rows) = value else {
        return Ok(Frame::Array { rows: vec![vec![scalar(value)]], is_flat: true });
    };
    if let ([only], false) = (signature.0.as_slice(), rows.iter().any(|row| matches!(row, Json::Object(_)))) {
        let cell = |row: Json| match row {
            Json::List(mut cells) if cells.len() == 1 => scalar(cells.swap_remove(0)),
            other => scalar(other),
        };
        let cells: Vec<Scalar> = rows.into_iter().map(cell).collect();
        let n_rows = cells.len();
        return Ok(Frame::Columns { index: None, columns: vec![(only.name.clone(), typed(cells))], n_rows });
    }
    if rows.iter().all(|row| !matches!(row, Json::List(_))) {
        return Ok(Frame::Array { rows: vec![rows.into_iter().map(scalar).collect()], is_flat: true });
    }
    let cells = |row: Json| match row {
        Json::List(cells) => cells.into_iter().map(scalar).collect(),
        one => vec![scalar(one)],
    };
    let rows: Vec<Vec<Scalar>> = rows.into_iter().map(cells).collect();
    if rows.windows(2).any(|pair| pair[0].len() != pair[1].len()) {
        return Err(invalid(format!(
            "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. The detected shape was ({},) + inhomogeneous part.",
            rows.len()
        )));
    }
    Ok(Frame::Array { rows, is_flat: false })
}

/// The rows of a CSV body, its cells read by the model's types, as `pandas.read_csv` does.
pub(super) fn csv_frame(body: &[u8], signature: &Signature) -> Result<Frame, ScoringError> {
    let text = std::str::from_utf8(body)
        .map_err(|error| invalid(format!("Ensure that input is a valid UTF-8 encoded string. Error: '{error}'")))?;
    if let Some(row) = open_quote(text) {
        return Err(ScoringError::Csv(format!(
            "Error tokenizing data. C error: EOF inside string starting at row {row}"
        )));
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(true).from_reader(text.as_bytes());
    let names: Vec<String> = match reader.headers() {
        Ok(names) if !names.is_empty() => names.iter().map(str::to_owned).collect(),
        _ => return Err(ScoringError::Csv("No columns to parse from file".into())),
    };
    let kinds: Vec<Option<Kind>> = names.iter().map(|name| signature.column(name).map(|column| column.kind)).collect();
    let mut cells: Vec<Vec<Scalar>> = vec![Vec::new(); names.len()];
    let mut n_rows = 0;
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| ScoringError::Csv(error.to_string()))?;
        if record.len() > names.len() {
            let (wanted, line, saw) = (names.len(), row + 2, record.len());
            let words = format!("Error tokenizing data. C error: Expected {wanted} fields in line {line}, saw {saw}\n");
            return Err(ScoringError::Csv(words));
        }
        for (place, cells) in cells.iter_mut().enumerate() {
            let text = record.get(place).unwrap_or("");
            cells.push(csv_cell(text, kinds.get(place).copied().flatten(), place).map_err(ScoringError::Csv)?);
        }
        n_rows += 1;
    }
    Ok(Frame::Columns { index: None, columns: names.into_iter().zip(cells).collect(), n_rows })
}

fn csv_cell(text: &str, kind: Option<Kind>, place: usize) -> Result<Scalar, String> {
    let is_missing = PANDAS_NA_VALUES.contains(&text);
    let of = |value: f64| {
        if value.fract() == 0.0 && !text.contains(['.', 'e', 'E']) { Scalar::Int(value) } else { Scalar::Float(value) }
    };
    match kind {
        Some(Kind::Long) if is_missing => Err(format!("Integer column has NA values in column {place}")),
        Some(Kind::Long) => match text.trim().parse::<f64>() {
            Ok(value) if value.fract() == 0.0 => Ok(Scalar::Int(value)),
            Ok(_) => Err(format!(
                "cannot safely convert passed user dtype of int64 for float64 dtyped data in column {place}"
            )),
            Err(_) => Err(format!("invalid literal for int() with base 10: {}", repr(text))),
        },
        Some(Kind::Double) if is_missing => Ok(Scalar::Float(f64::NAN)),
        Some(Kind::Double) => match text.trim() {
            "True" | "TRUE" | "true" => Ok(Scalar::Bool(true)),
            "False" | "FALSE" | "false" => Ok(Scalar::Bool(false)),
            trimmed => {
                trimmed.parse().map(of).map_err(|_| format!("could not convert string to float: {}", repr(text)))
            }
        },
        _ if is_missing => Ok(Scalar::Null),
        _ => Ok(Scalar::Text(text.into())),
    }
}

/// The row, from 0, in which a quoted cell begins that never ends.
fn open_quote(text: &str) -> Option<usize> {
    let (mut is_open, mut at_start, mut row, mut opened) = (false, true, 0, 0);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_open && chars.peek() == Some(&'"') => {
                chars.next();
            }
            '"' if is_open => is_open = false,
            '"' if at_start => (is_open, opened) = (true, row),
            '\n' if !is_open => row += 1,
            _ => {}
        }
        at_start = matches!(c, ',' | '\n' | '\r') && !is_open;
    }
    is_open.then_some(opened)
}

/// What Python calls the type of a value.
fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "NoneType",
        Json::Bool(_) => "bool",
        Json::Int(_) => "int",
        Json::Float(_) => "float",
        Json::Text(_) => "str",
        Json::List(_) => "list",
        Json::Object(_) => "dict",
    }
}

fn scalar(value: Json) -> Scalar {
    match value {
        Json::Null => Scalar::Null,
        Json::Bool(value) => Scalar::Bool(value),
        Json::Int(value) => Scalar::Int(value),
        Json::Float(value) => Scalar::Float(value),
        Json::Text(text) => Scalar::Text(text),
        nested => Scalar::Nested(shown(&nested)),
    }
}

/// A value as Python prints it.
fn shown(value: &Json) -> String {
    match value {
        Json::List(values) => format!("[{}]", values.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Json::Object(pairs) => {
            let pair = |(key, value): &(String, Json)| format!("{}: {}", repr(key), shown(value));
            format!("{{{}}}", pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        plain => scalar(plain.clone()).repr(),
    }
}

/// A name of a column or of a row.
fn label(value: &Json) -> String {
    match value {
        Json::Text(text) => text.clone(),
        other => shown(other),
    }
}

/// The cells as pandas types a column: whole numbers beside fractions or gaps are floats.
fn typed(cells: Vec<Scalar>) -> Vec<Scalar> {
    let is_number = |cell: &Scalar| matches!(cell, Scalar::Int(_) | Scalar::Float(_));
    let all = cells.iter().all(|cell| is_number(cell) || *cell == Scalar::Null) && cells.iter().any(is_number);
    if !all || cells.iter().all(|cell| matches!(cell, Scalar::Int(_))) {
        return cells;
    }
    let float = |cell: Scalar| match cell {
        Scalar::Int(value) | Scalar::Float(value) => Scalar::Float(value),
        _ => Scalar::Float(f64::NAN),
    };
    cells.into_iter().map(float).collect()
}
