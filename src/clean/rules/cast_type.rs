//! Gives columns another type.

use serde::{Deserialize, Serialize};

use super::OnError;
use super::reading::reread;
use crate::base::{Accepts, Param, ParamKind, python_list};
use crate::clean::operation::{Applied, Described, Group, Operation, Work};
use crate::clean::{CleanError, RuleError, words};
use crate::table::{Column, ColumnData, DataType, Labels, MISSING_CODE, Table};

/// Gives columns another type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CastType {
    pub columns: Vec<String>,
    pub to: CastTo,
    #[serde(default)]
    pub errors: OnError,
}

/// The type to cast to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CastTo {
    /// Whole numbers: the part behind the point is cut off.
    Integer,
    #[default]
    Float,
    /// 0 is false, other numbers are true; texts by their words.
    Boolean,
    /// Text.
    Category,
}

impl CastTo {
    fn words(self) -> &'static str {
        match self {
            Self::Integer => "whole numbers",
            Self::Float => "numbers",
            Self::Boolean => "true and false",
            Self::Category => "text",
        }
    }

    fn of_one(self) -> &'static str {
        match self {
            Self::Integer | Self::Float => "a number",
            Self::Boolean => "true or false",
            Self::Category => "a text",
        }
    }
}

impl Described for CastType {
    const NAME: &'static str = "cast_type";
    const LABEL: &'static str = "Change the type";
    const GROUP: Group = Group::Values;
    const HELP: &'static str = "Reads texts as numbers, numbers as texts, or either as true and false.";
    const WORDS: &'static str = "cast astype convert to_numeric dtype number text category integer float boolean";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Any, optional: false }),
        Param::new(
            "to",
            "To",
            ParamKind::Choice {
                options: &[
                    ("integer", "whole numbers"),
                    ("float", "numbers"),
                    ("boolean", "true and false"),
                    ("category", "text"),
                ],
            },
        ),
        Param::new("errors", "What does not read", super::parse_dates::ERRORS),
    ];
}

impl Operation for CastType {
    fn columns(&self) -> Vec<String> {
        self.columns.clone()
    }

    fn problem(&self) -> Option<RuleError> {
        self.columns.is_empty().then(|| RuleError::new("columns", "Choose at least one column."))
    }

    fn sentence(&self) -> String {
        format!("Read {} as {}", words::list(&self.columns), self.to.words())
    }

    fn python(&self) -> String {
        let coerce = if self.errors == OnError::Coerce { ", errors=\"coerce\"" } else { "" };
        let number = format!("pd.to_numeric(df[column]{coerce})");
        let lines: &[String] = &match self.to {
            CastTo::Float => vec![format!("df[column] = {number}.astype(float)")],
            CastTo::Integer => {
                vec![format!("df[column] = {number}.astype(float).map(int, na_action=\"ignore\").astype(\"Int64\")")]
            }
            CastTo::Boolean => vec![
                "known = {\"true\": True, \"yes\": True, \"1\": True, \"false\": False, \"no\": False, \"0\": False}"
                    .into(),
                "if pd.api.types.is_numeric_dtype(df[column]):".into(),
                "    df[column] = df[column].map(lambda value: value != 0, na_action=\"ignore\")".into(),
                "else:".into(),
                "    df[column] = df[column].astype(str).str.strip().str.lower().map(known)".into(),
            ],
            CastTo::Category => vec![
                "def text(value):".into(),
                "    if isinstance(value, float) and value == int(value):".into(),
                "        return str(int(value))".into(),
                "    return str(value).removesuffix(\" 00:00:00\")".into(),
                "df[column] = df[column].map(text, na_action=\"ignore\").astype(\"str\")".into(),
            ],
        };
        let body: Vec<String> = lines.iter().map(|line| format!("    {line}")).collect();
        format!("for column in {}:\n{}", python_list(&self.columns), body.join("\n"))
    }
}

impl Work for CastType {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        reread(self, table, &self.columns, |column| self.cast(column, rule))
    }
}

impl CastType {
    fn cast(&self, column: &Column, rule: usize) -> Result<Column, CleanError> {
        let refused = |remedy| CleanError::WrongType {
            rule,
            action: "change the type of",
            column: column.name.clone(),
            data_type: column.data_type,
            remedy,
        };
        let (data_type, data) = match (&*column.data, self.to) {
            (ColumnData::Text { .. }, _) => {
                let action = "change the type of";
                return Err(CleanError::ValuesNotKept { rule, action, column: column.name.clone() });
            }
            (ColumnData::Category { .. }, CastTo::Category) => return Ok(column.clone()),
            (ColumnData::Timestamp(_), CastTo::Integer | CastTo::Float | CastTo::Boolean) => {
                return Err(refused("Take the parts of a date that you need with the rule \"date_parts\"."));
            }
            (ColumnData::Number(values), CastTo::Float) => (DataType::Float, ColumnData::Number(values.clone())),
            (ColumnData::Number(values), CastTo::Integer) => {
                (DataType::Integer, ColumnData::Number(self.whole(column, values, rule)?))
            }
            (ColumnData::Number(values), CastTo::Boolean) => {
                let flag = |value: &f64| if value.is_nan() { f64::NAN } else { f64::from(u8::from(*value != 0.0)) };
                (DataType::Boolean, ColumnData::Number(values.iter().map(flag).collect()))
            }
            (ColumnData::Number(_) | ColumnData::Timestamp(_), CastTo::Category) => {
                (DataType::Category, self.as_texts(column, rule)?)
            }
            (ColumnData::Category { codes, labels }, _) => {
                let mut used = vec![false; labels.len()];
                codes
                    .iter()
                    .for_each(|code| used.get_mut(usize::from(*code)).into_iter().for_each(|used| *used = true));
                let mut of_label = Vec::with_capacity(labels.len());
                for (label, used) in labels.iter().zip(used) {
                    let value = if self.to == CastTo::Boolean { boolean(label) } else { number(label) };
                    match value {
                        Some(value) => of_label.push(value),
                        None if used && self.errors == OnError::Raise => {
                            return Err(CleanError::Unreadable {
                                rule,
                                column: column.name.clone(),
                                value: label.chars().take(80).collect(),
                                expected: self.to.of_one(),
                                remedy: "Replace it with an earlier rule, or let what does not read become missing.",
                            });
                        }
                        None => of_label.push(f64::NAN),
                    }
                }
                let values: Vec<f64> =
                    codes.iter().map(|code| of_label.get(usize::from(*code)).copied().unwrap_or(f64::NAN)).collect();
                match self.to {
                    CastTo::Boolean => (DataType::Boolean, ColumnData::Number(values)),
                    CastTo::Integer => (DataType::Integer, ColumnData::Number(self.whole(column, &values, rule)?)),
                    _ => (DataType::Float, ColumnData::Number(values)),
                }
            }
        };
        Ok(Column::new(column.name.clone(), data_type, data))
    }

    /// The numbers without what stands behind the point.
    fn whole(&self, column: &Column, values: &[f64], rule: usize) -> Result<Vec<f64>, CleanError> {
        let mut whole = Vec::with_capacity(values.len());
        for value in values {
            let is_beyond = value.abs() > 9_007_199_254_740_992.0;
            if is_beyond && self.errors == OnError::Raise {
                return Err(CleanError::Unreadable {
                    rule,
                    column: column.name.clone(),
                    value: value.to_string(),
                    expected: "a whole number of at most 2^53",
                    remedy: "Clip such values with an earlier rule, or let them become missing.",
                });
            }
            whole.push(if is_beyond { f64::NAN } else { value.trunc() + 0.0 });
        }
        Ok(whole)
    }

    fn as_texts(&self, column: &Column, rule: usize) -> Result<ColumnData, CleanError> {
        let mut dictionary = Labels::default();
        let mut codes = Vec::with_capacity(column.len());
        for row in 0..column.len() {
            if column.is_missing(row) {
                codes.push(MISSING_CODE);
                continue;
            }
            let text = column.cell_text(row).unwrap_or_default();
            let full = || CleanError::TooManyLabels { rule, column: column.name.clone(), value: text.clone() };
            codes.push(dictionary.code(&text).ok_or_else(full)?);
        }
        Ok(ColumnData::Category { codes, labels: dictionary.into_vec() })
    }
}

/// A number as pandas' `to_numeric` reads it: a decimal point, no marks between thousands.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    let word = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    let is_infinite = word == "inf" || word == "infinity";
    if is_number || is_infinite { text.parse().ok() } else { None }
}

fn boolean(text: &str) -> Option<f64> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" => Some(1.0),
        "false" | "no" | "0" => Some(0.0),
        _ => None,
    }
}

/// A timestamp column's cells, for rules over dates.
pub(super) fn times(column: &Column) -> Option<&[i64]> {
    match &*column.data {
        ColumnData::Timestamp(values) => Some(values),
        _ => None,
    }
}

/// The dates of a column, or why there are none.
pub(super) fn dates<'a>(
    table: &'a Table,
    name: &str,
    rule: usize,
    action: &'static str,
) -> Result<&'a [i64], CleanError> {
    // The names were checked before.
    let Some(column) = table.column(name) else { return Ok(&[]) };
    times(column).ok_or_else(|| match column.data_type {
        DataType::Text => CleanError::ValuesNotKept { rule, action, column: name.into() },
        data_type => CleanError::WrongType {
            rule,
            action,
            column: name.into(),
            data_type,
            remedy: "Read it as dates first, with the rule \"parse_dates\".",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;

    fn text(codes: Vec<u16>, labels: &[&str]) -> Column {
        let labels = labels.iter().map(ToString::to_string).collect();
        Column::new("c", DataType::Category, ColumnData::Category { codes, labels })
    }

    fn cast(column: Column, to: CastTo, errors: OnError) -> Result<(Column, Applied), CleanError> {
        let n_rows = column.len();
        let rule = CastType { columns: vec![column.name.clone()], to, errors };
        let applied = rule.apply(&Table::new(vec![column], n_rows), 2)?;
        Ok((applied.table.columns()[0].clone(), applied))
    }

    #[test]
    fn texts_become_numbers_and_flags() {
        let column = || text(vec![0, 1, 2, MISSING_CODE], &["1.5", " -2 ", "n/a", "unused"]);
        let error = cast(column(), CastTo::Float, OnError::Raise).unwrap_err();
        assert_eq!(error.code(), "clean.unreadable");
        assert!(error.to_string().starts_with(r#"Rule 2 cannot read "n/a" in "c" as a number."#), "{error}");
        let (numbers, applied) = cast(column(), CastTo::Float, OnError::Coerce).unwrap();
        assert_eq!(numbers.numbers().unwrap()[..2], [1.5, -2.0]);
        assert_eq!((numbers.n_missing(), applied.sentence.as_str()), (2, "Read c as numbers (1 cell became missing)"));
        let (whole, _) = cast(column(), CastTo::Integer, OnError::Coerce).unwrap();
        assert_eq!((whole.numbers().unwrap()[0], whole.data_type), (1.0, DataType::Integer));
        let (flags, _) = cast(text(vec![0, 1], &["Yes", "no"]), CastTo::Boolean, OnError::Raise).unwrap();
        assert_eq!(flags.numbers().unwrap(), [1.0, 0.0]);
    }

    #[test]
    fn numbers_become_texts() {
        let (texts, _) = cast(Column::float("x", vec![1.0, 2.5, f64::NAN]), CastTo::Category, OnError::Raise).unwrap();
        assert_eq!([0, 1, 2].map(|row| texts.cell_text(row).unwrap()), ["1", "2.5", ""]);
        let dates = Column::new("t", DataType::Timestamp, ColumnData::Timestamp(vec![0]));
        assert_eq!(
            cast(dates.clone(), CastTo::Category, OnError::Raise).unwrap().0.cell_text(0).unwrap(),
            "1970-01-01"
        );
        assert_eq!(cast(dates, CastTo::Float, OnError::Raise).unwrap_err().code(), "clean.wrong_type");
    }
}
