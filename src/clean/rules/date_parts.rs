//! Takes the parts of dates.

use serde::{Deserialize, Serialize};

use super::cast_type::dates;
use crate::base::{Accepts, Param, ParamKind, python_string};
use crate::clean::operation::{Applied, Described, Group, Operation, Work};
use crate::clean::{CleanError, ColumnBrief, RuleError, words};
use crate::expression::date_part;
use crate::table::{Column, ColumnData, DataType, Table};

/// Makes a column of whole numbers for each part of a date, named `column_part`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateParts {
    pub column: String,
    pub parts: Vec<DatePart>,
    /// The dates themselves go.
    #[serde(default)]
    pub drop: bool,
}

/// A part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    Year,
    Month,
    Day,
    /// Monday is 0.
    DayOfWeek,
    Hour,
}

impl DatePart {
    fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::DayOfWeek => "day_of_week",
            Self::Hour => "hour",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::DayOfWeek => "day of the week",
            other => other.name(),
        }
    }

    fn of(self, millis: i64) -> f64 {
        match self {
            Self::Year => date_part::year(millis),
            Self::Month => date_part::month(millis),
            Self::Day => date_part::day(millis),
            Self::DayOfWeek => date_part::day_of_week(millis),
            Self::Hour => date_part::hour(millis),
        }
    }
}

impl Default for DateParts {
    fn default() -> Self {
        Self { column: String::new(), parts: vec![DatePart::Year, DatePart::Month, DatePart::DayOfWeek], drop: true }
    }
}

impl Described for DateParts {
    const NAME: &'static str = "date_parts";
    const LABEL: &'static str = "Take parts of a date";
    const GROUP: Group = Group::Dates;
    const HELP: &'static str = "Makes numbers of a date: year, month, day, day of the week, hour.";
    const WORDS: &'static str = "extract datetime weekday dayofweek year month hour dt";
    const PARAMS: &'static [Param] = &[
        Param::new("column", "Column", ParamKind::Column { accepts: Accepts::Timestamp, optional: false }),
        Param::new(
            "parts",
            "Parts",
            ParamKind::Choices {
                options: &[
                    ("year", "Year"),
                    ("month", "Month"),
                    ("day", "Day"),
                    ("day_of_week", "Day of the week (Monday is 0)"),
                    ("hour", "Hour"),
                ],
            },
        ),
        Param::new("drop", "Drop the dates themselves", ParamKind::Flag),
    ];

    fn fresh(columns: &[ColumnBrief]) -> Self {
        let first = columns.iter().find(|column| column.data_type == DataType::Timestamp);
        Self { column: first.map(|column| column.name.clone()).unwrap_or_default(), ..Self::default() }
    }
}

impl DateParts {
    fn new_name(&self, part: DatePart) -> String {
        format!("{}_{}", self.column, part.name())
    }
}

impl Operation for DateParts {
    fn columns(&self) -> Vec<String> {
        vec![self.column.clone()]
    }

    fn creates(&self) -> Vec<String> {
        self.parts.iter().map(|part| self.new_name(*part)).collect()
    }

    fn problem(&self) -> Option<RuleError> {
        if self.column.is_empty() {
            return Some(RuleError::new("column", "Choose a column of dates."));
        }
        let twice = (1..self.parts.len()).any(|end| {
            self.parts.get(..end).zip(self.parts.get(end)).is_some_and(|(before, part)| before.contains(part))
        });
        if twice {
            return Some(RuleError::new("parts", "A part is named twice. Take one of them out."));
        }
        self.parts.is_empty().then(|| RuleError::new("parts", "Choose at least one part."))
    }

    fn sentence(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.words()).collect();
        let drop = if self.drop { " and drop it" } else { "" };
        format!("Take {} of {}{drop}", words::list(&parts), self.column)
    }

    fn python(&self) -> String {
        let column = python_string(&self.column);
        let line = |part: &DatePart| {
            let name = python_string(&self.new_name(*part));
            format!("df[{name}] = df[{column}].dt.{}", part.name())
        };
        let mut lines: Vec<String> = self.parts.iter().map(line).collect();
        if self.drop {
            lines.push(format!("df = df.drop(columns=[{column}])"));
        }
        lines.join("\n")
    }
}

impl Work for DateParts {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let times = dates(table, &self.column, rule, "take parts of")?;
        let mut columns: Vec<Column> = table.columns().to_vec();
        for part in &self.parts {
            let name = self.new_name(*part);
            if columns.iter().any(|column| column.name == name) {
                return Err(CleanError::ColumnExists { rule, column: name });
            }
            let numbers = times.iter().map(|time| part.of(*time)).collect();
            columns.push(Column::new(name, DataType::Integer, ColumnData::Number(numbers)));
        }
        if self.drop {
            columns.retain(|column| column.name != self.column);
        }
        Ok(Applied {
            added_columns: self.creates(),
            dropped_columns: if self.drop { vec![self.column.clone()] } else { Vec::new() },
            sentence: self.sentence(),
            python: self.python(),
            ..Applied::new(Table::new(columns, table.n_rows()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;
    use crate::table::MISSING_TIME;

    #[test]
    fn a_date_falls_apart() {
        // 2017-05-24 19:01:16, a Wednesday.
        let times = ColumnData::Timestamp(vec![1_495_652_476_000, MISSING_TIME, -1]);
        let table = Table::new(vec![Column::new("t", DataType::Timestamp, times), Column::float("x", vec![0.0; 3])], 3);
        let all = vec![DatePart::Year, DatePart::Month, DatePart::Day, DatePart::DayOfWeek, DatePart::Hour];
        let rule = DateParts { column: "t".into(), parts: all, drop: true };
        let applied = rule.apply(&table, 1).unwrap();
        let row = |row: usize| {
            applied
                .added_columns
                .iter()
                .map(|name| applied.table.column(name).unwrap().numbers().unwrap()[row])
                .collect::<Vec<_>>()
        };
        assert_eq!(row(0), [2017.0, 5.0, 24.0, 2.0, 19.0]);
        assert!(row(1).iter().all(|part| part.is_nan()));
        assert_eq!(row(2), [1969.0, 12.0, 31.0, 2.0, 23.0]);
        assert!(applied.table.column("t").is_none());
        let wrong = DateParts { column: "x".into(), ..DateParts::default() };
        assert_eq!(wrong.apply(&table, 1).unwrap_err().code(), "clean.wrong_type");
    }
}
