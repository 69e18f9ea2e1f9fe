//! What a part of an expression comes to: one value for all rows, or one a row.

use std::borrow::Cow;

use super::Problem;
use crate::table::{ColumnData, DataType, Labels, MISSING_CODE, MISSING_TIME};

/// The type of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpressionType {
    Number,
    Boolean,
    Timestamp,
    Text,
}

impl ExpressionType {
    /// The type in a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Timestamp => "a date",
            Self::Text => "a text",
        }
    }
}

/// The cells that an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    pub data_type: DataType,
    pub data: ColumnData,
}

/// One value for all rows, or one a row.
#[derive(Debug, Clone)]
pub(super) enum Operand<'a, T: Copy> {
    One(T),
    Many(Cow<'a, [T]>),
}

impl<T: Copy> Operand<'_, T> {
    pub(super) fn map<U: Copy>(&self, f: impl Fn(T) -> U) -> Operand<'static, U> {
        match self {
            Self::One(value) => Operand::One(f(*value)),
            Self::Many(values) => Operand::Many(values.iter().map(|value| f(*value)).collect()),
        }
    }

    pub(super) fn zip<U: Copy, V: Copy>(&self, other: &Operand<'_, U>, f: impl Fn(T, U) -> V) -> Operand<'static, V> {
        match (self, other) {
            (Self::One(a), Operand::One(b)) => Operand::One(f(*a, *b)),
            (Self::One(a), Operand::Many(b)) => Operand::Many(b.iter().map(|b| f(*a, *b)).collect()),
            (Self::Many(a), Operand::One(b)) => Operand::Many(a.iter().map(|a| f(*a, *b)).collect()),
            (Self::Many(a), Operand::Many(b)) => {
                Operand::Many(a.iter().zip(b.iter()).map(|(a, b)| f(*a, *b)).collect())
            }
        }
    }

    pub(super) fn into_rows(self, n_rows: usize) -> Vec<T> {
        match self {
            Self::One(value) => vec![value; n_rows],
            Self::Many(values) => values.into_owned(),
        }
    }
}

/// A text for all rows, or a code a row.
#[derive(Debug, Clone)]
pub(super) struct Texts<'a> {
    pub(super) codes: Operand<'a, u16>,
    pub(super) labels: Cow<'a, [String]>,
}

impl Texts<'_> {
    pub(super) fn one(text: &str) -> Self {
        Self { codes: Operand::One(0), labels: Cow::Owned(vec![text.into()]) }
    }

    /// The text that stands in every row; `None` where it differs or is missing.
    pub(super) fn constant(&self) -> Option<&str> {
        match self.codes {
            Operand::One(code) => self.labels.get(usize::from(code)).map(String::as_str),
            Operand::Many(_) => None,
        }
    }

    /// `f` of each text, computed once a label; `missing` where there is none.
    pub(super) fn map<U: Copy>(&self, missing: U, f: impl Fn(&str) -> U) -> Operand<'static, U> {
        let of_label: Vec<U> = self.labels.iter().map(|label| f(label)).collect();
        self.codes.map(|code| of_label.get(usize::from(code)).copied().unwrap_or(missing))
    }

    /// The texts that `f` makes of these.
    pub(super) fn relabel(&self, f: impl Fn(&str) -> String) -> Texts<'static> {
        let mut labels = Labels::default();
        // Never more labels than there were.
        let of_label: Vec<u16> =
            self.labels.iter().map(|label| labels.code(&f(label)).unwrap_or(MISSING_CODE)).collect();
        let codes = self.codes.map(|code| of_label.get(usize::from(code)).copied().unwrap_or(MISSING_CODE));
        Texts { codes, labels: Cow::Owned(labels.into_vec()) }
    }
}

/// The codes of two texts and the labels that they share.
pub(super) type Common<'a> = (Operand<'a, u16>, Operand<'a, u16>, Vec<String>);

/// Two texts' codes into one list of labels.
pub(super) fn common<'a>(a: &Texts<'_>, b: &Texts<'_>) -> Result<Common<'a>, Problem> {
    let mut labels = Labels::default();
    let mut recoded = |texts: &Texts<'_>| {
        let of_label: Option<Vec<u16>> = texts.labels.iter().map(|label| labels.code(label)).collect();
        let of_label = of_label.ok_or(Problem::TooManyTexts)?;
        Ok(texts.codes.map(|code| of_label.get(usize::from(code)).copied().unwrap_or(MISSING_CODE)))
    };
    let (a, b) = (recoded(a)?, recoded(b)?);
    Ok((a, b, labels.into_vec()))
}

/// What a part comes to.
#[derive(Debug, Clone)]
pub(super) enum Value<'a> {
    /// NaN is missing. `whole`: the numbers are whole by their making.
    Number(Operand<'a, f64>, bool),
    /// 1, 0 and NaN for a missing one.
    Boolean(Operand<'a, f64>),
    Time(Operand<'a, i64>),
    Text(Texts<'a>),
    Null,
    /// Free text: only which cells are missing is known.
    Unkept(String, Operand<'a, f64>),
}

impl Value<'_> {
    pub(super) fn words(&self) -> &'static str {
        match self {
            Self::Number(..) => ExpressionType::Number.words(),
            Self::Boolean(_) => ExpressionType::Boolean.words(),
            Self::Time(_) => ExpressionType::Timestamp.words(),
            Self::Text(_) | Self::Unkept(..) => ExpressionType::Text.words(),
            Self::Null => "null",
        }
    }

    /// The cells of `n_rows` rows.
    pub(super) fn into_values(self, n_rows: usize) -> Result<Values, Problem> {
        let (data_type, data) = match self {
            Self::Number(numbers, whole) => {
                let numbers = numbers.into_rows(n_rows);
                let is_whole = whole && numbers.iter().all(|x| x.is_nan() || x.fract() == 0.0 && x.abs() <= MAX_WHOLE);
                (if is_whole { DataType::Integer } else { DataType::Float }, ColumnData::Number(numbers))
            }
            Self::Boolean(flags) => (DataType::Boolean, ColumnData::Number(flags.into_rows(n_rows))),
            Self::Time(times) => (DataType::Timestamp, ColumnData::Timestamp(times.into_rows(n_rows))),
            Self::Text(texts) => {
                let codes = texts.codes.into_rows(n_rows);
                (DataType::Category, ColumnData::Category { codes, labels: texts.labels.into_owned() })
            }
            Self::Null => return Err(Problem::OnlyNull),
            Self::Unkept(name, _) => return Err(Problem::TextNotKept(name)),
        };
        Ok(Values { data_type, data })
    }

    /// 1 where the cell is missing, 0 elsewhere.
    pub(super) fn missing(&self) -> Operand<'static, f64> {
        match self {
            Self::Number(numbers, _) | Self::Boolean(numbers) => numbers.map(|x| flag(x.is_nan())),
            Self::Time(times) => times.map(|t| flag(t == MISSING_TIME)),
            Self::Text(texts) => texts.map(1.0, |_| 0.0),
            Self::Null => Operand::One(1.0),
            Self::Unkept(_, missing) => missing.map(|x| x),
        }
    }
}

/// The largest whole number up to which f64 holds every one.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

pub(super) fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}
