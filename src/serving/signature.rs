//! What a model takes, and holding rows against it.

use super::ScoringError;
use super::frame::{Frame, Scalar};
use super::python::{array_text, flat_text, frame_text, list, repr};
use crate::table::{Column, ColumnData, DataType, Labels, MISSING_CODE, Table};

/// MLflow's types of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Double,
    Long,
    Text,
    Datetime,
}

impl Kind {
    /// As a signature names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::Long => "long",
            Self::Text => "string",
            Self::Datetime => "datetime",
        }
    }

    /// As numpy names it.
    fn dtype(self) -> &'static str {
        match self {
            Self::Double => "float64",
            Self::Long => "int64",
            Self::Text => "object",
            Self::Datetime => "datetime64[ns]",
        }
    }
}

/// A column that the model needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureColumn {
    pub name: String,
    pub kind: Kind,
}

/// The columns that a model needs, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature(pub Vec<SignatureColumn>);

/// As MLflow prints a schema.
impl std::fmt::Display for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns =
            self.0.iter().map(|column| format!("{}: {} (required)", repr(&column.name), column.kind.as_str()));
        write!(f, "[{}]", columns.collect::<Vec<_>>().join(", "))
    }
}

impl Signature {
    /// The column of a name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&SignatureColumn> {
        self.0.iter().find(|column| column.name == name)
    }

    /// A table of the model's columns: any order of columns is taken, others are left out, cells are brought to the column's
    /// type.
    ///
    /// # Errors
    /// `Conversion` for a cell of another type, `Schema` for columns that lack.
    pub(super) fn enforce(&self, frame: Frame) -> Result<Table, ScoringError> {
        let (index, mut columns, n_rows) = match frame {
            Frame::Columns { index, columns, n_rows } => (index, columns, n_rows),
            Frame::Array { rows, is_flat } => {
                let cells = rows.first().map_or(0, Vec::len);
                let width = if is_flat { 1 } else { cells };
                let extra: Vec<String> = (0..width).map(|place| place.to_string()).collect();
                let missing: Vec<String> = self.0.iter().map(|column| repr(&column.name)).collect();
                let text = match rows.first() {
                    Some(cells) if is_flat => flat_text(cells),
                    _ => array_text(&rows),
                };
                return Err(self.refusal(text, &missing, &extra));
            }
        };
        let mut made: Vec<Option<Column>> = Vec::with_capacity(self.0.len());
        for wanted in &self.0 {
            let given = columns.iter_mut().find(|(name, _)| *name == wanted.name);
            made.push(given.map(|(_, cells)| convert(wanted, cells)).transpose()?);
        }
        let lacking: Vec<String> =
            self.0.iter().zip(&made).filter(|(_, made)| made.is_none()).map(|(column, _)| repr(&column.name)).collect();
        if !lacking.is_empty() {
            let extra = columns.iter().filter(|(name, _)| self.column(name).is_none()).map(|(name, _)| repr(name));
            let extra: Vec<String> = extra.collect();
            return Err(self.refusal(frame_text(index.as_deref(), &columns, n_rows), &lacking, &extra));
        }
        Ok(Table::new(made.into_iter().flatten().collect(), n_rows))
    }

    fn refusal(&self, data: String, missing: &[String], extra: &[String]) -> ScoringError {
        let mut error = format!("Model is missing inputs {}.", list(missing));
        if !extra.is_empty() {
            error.push_str(&format!(" Note that there were extra inputs: {}.", list(extra)));
        }
        ScoringError::Schema { data, schema: self.to_string(), error }
    }
}

/// A column of a type. The cells that were given become those that pandas would have, for the texts of errors.
fn convert(wanted: &SignatureColumn, cells: &mut [Scalar]) -> Result<Column, ScoringError> {
    let failed =
        |error: String| ScoringError::Conversion { column: wanted.name.clone(), to: wanted.kind.dtype(), error };
    let name = wanted.name.as_str();
    match wanted.kind {
        Kind::Double => {
            let mut values = Vec::with_capacity(cells.len());
            for cell in cells.iter_mut() {
                let value = double(cell).map_err(failed)?;
                *cell = Scalar::Float(value);
                values.push(value);
            }
            Ok(Column::float(name, values))
        }
        Kind::Long => {
            let mut values = Vec::with_capacity(cells.len());
            for cell in cells.iter_mut() {
                let value = long(cell).map_err(failed)?;
                *cell = Scalar::Int(value);
                values.push(value);
            }
            Ok(Column::new(name, DataType::Integer, ColumnData::Number(values)))
        }
        Kind::Text | Kind::Datetime => {
            let mut labels = Labels::default();
            let mut codes = Vec::with_capacity(cells.len());
            for cell in cells.iter() {
                let text = match cell {
                    Scalar::Null => {
                        codes.push(MISSING_CODE);
                        continue;
                    }
                    Scalar::Text(text) => text.clone(),
                    Scalar::Float(value) if value.is_nan() => {
                        codes.push(MISSING_CODE);
                        continue;
                    }
                    // A label that is a number was read without a needless ".0".
                    Scalar::Int(value) | Scalar::Float(value) if value.fract() == 0.0 => format!("{value:.0}"),
                    other => other.repr(),
                };
                let code = labels.code(&text);
                codes.push(code.ok_or_else(|| failed("ValueError('more than 65535 different texts')".into()))?);
            }
            let data = ColumnData::Category { codes, labels: labels.into_vec() };
            Ok(Column::new(name, DataType::Category, data))
        }
    }
}

/// As numpy's `astype(float64)` reads a cell; else the error as Python shows it.
fn double(cell: &Scalar) -> Result<f64, String> {
    match cell {
        Scalar::Null => Ok(f64::NAN),
        Scalar::Bool(value) => Ok(f64::from(u8::from(*value))),
        Scalar::Int(value) | Scalar::Float(value) => Ok(*value),
        Scalar::Text(text) => python_float(text).ok_or_else(|| {
            let words = format!("could not convert string to float: {}", repr(text));
            format!("ValueError({})", repr(&words))
        }),
        Scalar::Nested(text) => {
            let kind = if text.starts_with('{') { "dict" } else { "list" };
            let words = format!("float() argument must be a string or a real number, not '{kind}'");
            Err(format!("TypeError({})", repr(&words)))
        }
    }
}

/// As numpy's `astype(int64)` reads a cell: a fraction is cut.
fn long(cell: &Scalar) -> Result<f64, String> {
    let not_a_number = |kind: &str| {
        let words = format!("int() argument must be a string, a bytes-like object or a real number, not '{kind}'");
        Err(format!("TypeError({})", repr(&words)))
    };
    match cell {
        Scalar::Null => not_a_number("NoneType"),
        Scalar::Bool(value) => Ok(f64::from(u8::from(*value))),
        Scalar::Int(value) => Ok(*value),
        Scalar::Float(value) if value.is_finite() => Ok(value.trunc()),
        Scalar::Float(_) => Err("IntCastingNaNError('Cannot convert non-finite values (NA or inf) to integer')".into()),
        Scalar::Text(text) => text.trim().parse::<i64>().map(|value| value as f64).map_err(|_| {
            let words = format!("invalid literal for int() with base 10: {}", repr(text));
            format!("ValueError({})", repr(&words))
        }),
        Scalar::Nested(text) if text.starts_with('{') => not_a_number("dict"),
        Scalar::Nested(_) => not_a_number("list"),
    }
}

/// What Python's `float` reads.
fn python_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let unsigned = text.trim_start_matches(['+', '-']);
    match unsigned.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "infinity" => Some(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }),
        _ => text.parse().ok(),
    }
}
