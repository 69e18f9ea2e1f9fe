//! Reads texts as dates.

use chrono::NaiveTime;
use chrono::format::{Item, Parsed, StrftimeItems, parse};
use serde::{Deserialize, Serialize};

use super::reading::reread;
use crate::base::{Accepts, Param, ParamKind, python_list, python_string};
use crate::clean::operation::{Applied, Described, Group, Operation, Work};
use crate::clean::{CleanError, ColumnBrief, RuleError, words};
use crate::expression::parse_time;
use crate::table::{Column, ColumnData, DataType, MISSING_TIME, Table};

/// Reads texts (and, with a format, whole numbers such as 20180117) as dates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParseDates {
    pub columns: Vec<String>,
    /// In the signs of `strftime`, such as `%d/%m/%Y %H:%M`; `None`: ISO 8601.
    #[serde(default)]
    pub format: Option<String>,
    #[serde(default)]
    pub errors: OnError,
}

/// What happens to what does not read: pandas' `errors`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// The rule stops and says where.
    #[default]
    Raise,
    /// The cell becomes missing.
    Coerce,
}

pub(super) const ERRORS: ParamKind =
    ParamKind::Choice { options: &[("raise", "is an error"), ("coerce", "becomes missing")] };

impl Described for ParseDates {
    const NAME: &'static str = "parse_dates";
    const LABEL: &'static str = "Read dates";
    const GROUP: Group = Group::Dates;
    const HELP: &'static str = "Reads texts as dates and times.";
    const WORDS: &'static str = "to_datetime parse timestamp time strptime format convert";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Any, optional: false }),
        Param::new("format", "Written as", ParamKind::Text { optional: true })
            .help("Such as %d/%m/%Y for 31/12/2017, or %Y-%m-%d %H:%M:%S. Left empty: ISO dates."),
        Param::new("errors", "What does not read", ERRORS),
    ];

    fn fresh(columns: &[ColumnBrief]) -> Self {
        let looks_so = |column: &&ColumnBrief| {
            let name = column.name.to_lowercase();
            column.data_type == DataType::Category
                && ["date", "time", "datum", "day", "_at"].iter().any(|word| name.contains(word))
        };
        Self { columns: columns.iter().filter(looks_so).map(|column| column.name.clone()).collect(), ..Self::default() }
    }
}

impl ParseDates {
    pub(in crate::clean) fn read(&self, text: &str) -> Option<i64> {
        let Some(format) = &self.format else { return parse_time(text) };
        // Python's %f stands behind a point, as chrono's %.f.
        let format = format.replace(".%f", "%.f");
        let mut parsed = Parsed::new();
        parse(&mut parsed, text.trim(), StrftimeItems::new(&format)).ok()?;
        let date = parsed.to_naive_date().ok()?;
        if parsed.hour_mod_12().is_some() && parsed.minute().is_none() {
            parsed.set_minute(0).ok()?;
        }
        let time = parsed.to_naive_time().unwrap_or(NaiveTime::MIN);
        let offset = i64::from(parsed.offset().unwrap_or(0)) * 1000;
        Some(date.and_time(time).and_utc().timestamp_millis() - offset)
    }
}

impl Operation for ParseDates {
    fn columns(&self) -> Vec<String> {
        self.columns.clone()
    }

    fn problem(&self) -> Option<RuleError> {
        if self.columns.is_empty() {
            return Some(RuleError::new("columns", "Choose at least one column."));
        }
        let format = self.format.as_ref()?;
        let is_broken = format.trim().is_empty() || StrftimeItems::new(format).any(|item| item == Item::Error);
        is_broken.then(|| RuleError::new("format", "This is no format. Write it as %d/%m/%Y or %Y-%m-%d %H:%M:%S."))
    }

    fn sentence(&self) -> String {
        let written = self.format.as_ref().map_or_else(String::new, |format| format!(" written as {format}"));
        format!("Read {} as dates{written}", words::list(&self.columns))
    }

    fn python(&self) -> String {
        let format = self.format.as_ref().map_or_else(|| "\"ISO8601\"".into(), |format| python_string(format));
        let coerce = if self.errors == OnError::Coerce { ", errors=\"coerce\"" } else { "" };
        let names = python_list(&self.columns);
        format!("for column in {names}:\n    df[column] = pd.to_datetime(df[column], format={format}{coerce})")
    }
}

impl Work for ParseDates {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        reread(self, table, &self.columns, |column| {
            if column.data_type == DataType::Timestamp {
                return Ok(column.clone());
            }
            let times = ColumnData::Timestamp(self.times(column, rule)?);
            Ok(Column::new(column.name.clone(), DataType::Timestamp, times))
        })
    }
}

impl ParseDates {
    fn times(&self, column: &Column, rule: usize) -> Result<Vec<i64>, CleanError> {
        let read = |text: &str| match self.read(text) {
            Some(time) => Ok(time),
            None if self.errors == OnError::Coerce => Ok(MISSING_TIME),
            None => Err(CleanError::Unreadable {
                rule,
                column: column.name.clone(),
                value: text.chars().take(80).collect(),
                expected: "a date",
                remedy: "Give the format in which dates are written, or let what does not read become missing.",
            }),
        };
        match &*column.data {
            ColumnData::Category { codes, labels } => {
                let mut of_label: Vec<Option<i64>> = vec![None; labels.len()];
                let mut times = Vec::with_capacity(codes.len());
                for code in codes {
                    let place = usize::from(*code);
                    let time = match (of_label.get(place).copied().flatten(), labels.get(place)) {
                        (Some(time), _) => time,
                        (None, Some(label)) => {
                            let time = read(label)?;
                            of_label.get_mut(place).into_iter().for_each(|known| *known = Some(time));
                            time
                        }
                        (None, None) => MISSING_TIME,
                    };
                    times.push(time);
                }
                Ok(times)
            }
            ColumnData::Number(values) if self.format.is_some() && column.data_type.is_numeric() => values
                .iter()
                .map(|value| if value.is_nan() { Ok(MISSING_TIME) } else { read(&value.to_string()) })
                .collect(),
            ColumnData::Text { .. } => {
                Err(CleanError::ValuesNotKept { rule, action: "read dates in", column: column.name.clone() })
            }
            _ => Err(CleanError::WrongType {
                rule,
                action: "read dates in",
                column: column.name.clone(),
                data_type: column.data_type,
                remedy: "Give the format in which numbers stand for dates, such as %Y%m%d.",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;
    use crate::table::MISSING_CODE;

    #[test]
    fn formats_are_strftimes() {
        let read = |format: Option<&str>, text: &str| {
            let rule = ParseDates { format: format.map(String::from), ..ParseDates::default() };
            rule.read(text).map(crate::table::timestamp_text)
        };
        assert_eq!(read(None, "2017-05-24 19:01:16").unwrap(), "2017-05-24 19:01:16");
        assert_eq!(read(Some("%d/%m/%Y"), "31/12/2017").unwrap(), "2017-12-31");
        assert_eq!(read(Some("%d/%m/%Y"), "1/2/2017").unwrap(), "2017-02-01");
        assert_eq!(read(Some("%m/%d/%y %I:%M %p"), "05/24/17 07:01 PM").unwrap(), "2017-05-24 19:01:00");
        assert_eq!(read(Some("%d %B %Y"), "3 March 2018").unwrap(), "2018-03-03");
        assert_eq!(read(Some("%Y%m%d"), "20180117").unwrap(), "2018-01-17");
        assert_eq!(read(Some("%Y-%m-%dT%H:%M:%S%z"), "2018-01-17T10:00:00+0200").unwrap(), "2018-01-17 08:00:00");
        assert_eq!(read(Some("%d/%m/%Y"), "31/13/2017"), None);
        assert_eq!(read(Some("%d/%m/%Y"), "31/12/2017 10:00"), None);
    }

    #[test]
    fn a_column_is_read_or_refused() {
        let labels = vec!["2018-01-17".into(), "soon".into()];
        let data = ColumnData::Category { codes: vec![0, 1, MISSING_CODE], labels };
        let number = Column::float("n", vec![20_180_117.0, f64::NAN, 20_180_118.0]);
        let table = Table::new(vec![Column::new("t", DataType::Category, data), number], 3);
        let rule = |column: &str, format: Option<&str>, errors| ParseDates {
            columns: vec![column.into()],
            format: format.map(String::from),
            errors,
        };
        assert_eq!(rule("t", None, OnError::Raise).apply(&table, 1).unwrap_err().code(), "clean.unreadable");
        let applied = rule("t", None, OnError::Coerce).apply(&table, 1).unwrap();
        assert_eq!(applied.table.column("t").unwrap().n_missing(), 2);
        assert_eq!(applied.sentence, "Read t as dates (1 cell became missing)");
        assert_eq!(rule("n", None, OnError::Raise).apply(&table, 1).unwrap_err().code(), "clean.wrong_type");
        let applied = rule("n", Some("%Y%m%d"), OnError::Raise).apply(&table, 1).unwrap();
        assert_eq!(applied.table.column("n").unwrap().cell_text(2).unwrap(), "2018-01-18");
        assert!(rule("n", Some("%Q"), OnError::Raise).problem().is_some());
    }
}
