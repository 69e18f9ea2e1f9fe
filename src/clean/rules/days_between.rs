//! Counts the days between two dates.

use serde::{Deserialize, Serialize};

use super::cast_type::dates;
use crate::base::{Accepts, Param, ParamKind, python_string};
use crate::clean::operation::{Applied, Described, Group, Operation, Work, set_column};
use crate::clean::{CleanError, ColumnBrief, RuleError, words};
use crate::expression::date_part;
use crate::table::{Column, ColumnData, DataType, Table};

/// Makes a column of the whole days from one date to another, rounded down, as pandas' `.dt.days`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaysBetween {
    pub start: String,
    pub end: String,
    pub name: String,
}

impl Described for DaysBetween {
    const NAME: &'static str = "days_between";
    const LABEL: &'static str = "Count days between dates";
    const GROUP: Group = Group::Dates;
    const HELP: &'static str = "Makes a column of the days from one date to another.";
    const WORDS: &'static str = "difference duration timedelta elapsed age delay";
    const PARAMS: &'static [Param] = &[
        Param::new("start", "From", ParamKind::Column { accepts: Accepts::Timestamp, optional: false }),
        Param::new("end", "To", ParamKind::Column { accepts: Accepts::Timestamp, optional: false }),
        Param::new("name", "Name", ParamKind::Text { optional: false }),
    ];

    fn fresh(columns: &[ColumnBrief]) -> Self {
        let mut dates = columns.iter().filter(|column| column.data_type == DataType::Timestamp);
        let mut next = || dates.next().map(|column| column.name.clone()).unwrap_or_default();
        Self { start: next(), end: next(), name: "days".into() }
    }
}

impl Operation for DaysBetween {
    fn columns(&self) -> Vec<String> {
        vec![self.start.clone(), self.end.clone()]
    }

    fn creates(&self) -> Vec<String> {
        vec![self.name.clone()]
    }

    fn problem(&self) -> Option<RuleError> {
        let lacks =
            |param, value: &String, message: &str| value.trim().is_empty().then(|| RuleError::new(param, message));
        lacks("start", &self.start, "Choose the column of the first date.")
            .or_else(|| lacks("end", &self.end, "Choose the column of the second date."))
            .or_else(|| lacks("name", &self.name, "Type the name of the new column."))
    }

    fn sentence(&self) -> String {
        format!("Count the days from {} to {} as {}", self.start, self.end, self.name)
    }

    fn python(&self) -> String {
        let [start, end, name] = [&self.start, &self.end, &self.name].map(|name| python_string(name));
        format!("df[{name}] = (df[{end}] - df[{start}]).dt.days")
    }
}

impl Work for DaysBetween {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let action = "count days from";
        let start = dates(table, &self.start, rule, action)?;
        let end = dates(table, &self.end, rule, action)?;
        let days: Vec<f64> = start.iter().zip(end).map(|(start, end)| date_part::days_between(*start, *end)).collect();
        let missing = days.iter().filter(|days| days.is_nan()).count() as u64;
        let gaps = if missing == 0 { String::new() } else { format!(" ({} missing)", words::count(missing, "cell")) };
        let is_new = table.column(&self.name).is_none();
        let column = Column::new(self.name.clone(), DataType::Integer, ColumnData::Number(days));
        let changed = if is_new { 0 } else { table.n_rows() as u64 };
        Ok(Applied {
            rows: changed,
            cells: changed,
            added_columns: if is_new { vec![self.name.clone()] } else { Vec::new() },
            sentence: format!("{}{gaps}", self.sentence()),
            python: self.python(),
            ..Applied::new(set_column(table, column))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::MISSING_TIME;

    #[test]
    fn days_are_rounded_down() {
        let hour = 3_600_000;
        let times = |name: &str, values| Column::new(name, DataType::Timestamp, ColumnData::Timestamp(values));
        let table = Table::new(vec![times("a", vec![0, 0, 0]), times("b", vec![47 * hour, -hour, MISSING_TIME])], 3);
        let rule = DaysBetween { start: "a".into(), end: "b".into(), name: "days".into() };
        let applied = rule.apply(&table, 1).unwrap();
        let days = applied.table.column("days").unwrap().numbers().unwrap();
        assert_eq!(days[..2], [1.0, -1.0]);
        assert!(days[2].is_nan());
        assert_eq!(applied.sentence, "Count the days from a to b as days (1 cell missing)");
    }
}
