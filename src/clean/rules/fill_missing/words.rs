//! The rule in plain words and as pandas code.

use super::{Fill, FillMissing, FillStrategy, FillValue};
use crate::base::{python_list, python_number, python_string};
use crate::clean::statistic::Filling;
use crate::clean::words;

impl FillMissing {
    /// All columns as pandas code, before the table is known.
    pub(super) fn python_of_all(&self) -> String {
        let constant = match &self.fill_value {
            Some(FillValue::Number(value)) => Filling::Number(*value),
            Some(FillValue::Text(text)) => Filling::Label(text.clone()),
            None => Filling::Label(String::new()),
        };
        match (self.columns.as_deref(), self.strategy) {
            (Some(names), _) => names.iter().map(|name| self.line(name, &constant)).collect::<Vec<_>>().join("\n"),
            (None, FillStrategy::Constant) => {
                let side = if matches!(constant, Filling::Number(_)) { "include" } else { "exclude" };
                let literal = literal(&constant);
                format!(
                    "columns = df.select_dtypes({side}=\"number\").columns\ndf[columns] = df[columns].fillna({literal})"
                )
            }
            (None, _) if self.group_by.is_some() => {
                let over = if matches!(self.strategy, FillStrategy::Mean | FillStrategy::Median) {
                    "df.select_dtypes(include=\"number\").columns"
                } else {
                    "df.columns"
                };
                let group = python_list(self.group_by.as_deref().unwrap_or_default());
                let line = format!("df[column] = df[column].fillna({})", self.of_groups("column", &group));
                format!("for column in {over}.difference({group}, sort=False):\n    {line}")
            }
            (None, FillStrategy::Mean) => "df = df.fillna(df.mean(numeric_only=True))".into(),
            (None, FillStrategy::Median) => "df = df.fillna(df.median(numeric_only=True))".into(),
            (None, FillStrategy::MostFrequent) => "df = df.fillna(df.mode().iloc[0])".into(),
            (None, FillStrategy::Ffill) => "df = df.ffill()".into(),
            (None, FillStrategy::Bfill) => "df = df.bfill()".into(),
        }
    }

    /// One column as pandas code.
    pub(super) fn line(&self, column: &str, value: &Filling) -> String {
        let name = python_string(column);
        let filled_with = match (&self.group_by, self.strategy) {
            (None, FillStrategy::Mean) => format!("df[{name}].mean()"),
            (None, FillStrategy::Median) => format!("df[{name}].median()"),
            (None, FillStrategy::MostFrequent) => format!("df[{name}].mode()[0]"),
            (_, FillStrategy::Constant) => literal(value),
            (None, FillStrategy::Ffill) => return format!("df[{name}] = df[{name}].ffill()"),
            (None, FillStrategy::Bfill) => return format!("df[{name}] = df[{name}].bfill()"),
            (Some(group), _) => self.of_groups(&name, &python_list(group)),
        };
        format!("df[{name}] = df[{name}].fillna({filled_with})")
    }

    /// The values of its group for each row, as pandas code.
    fn of_groups(&self, column: &str, group: &str) -> String {
        let of = format!("df.groupby({group})[{column}]");
        match self.strategy {
            FillStrategy::Mean => format!("{of}.transform(\"mean\")"),
            FillStrategy::Median => format!("{of}.transform(\"median\")"),
            FillStrategy::Ffill => format!("{of}.ffill()"),
            FillStrategy::Bfill => format!("{of}.bfill()"),
            _ => format!("{of}.transform(lambda s: s.fillna(s.mode()[0]) if s.notna().any() else s)"),
        }
    }

    pub(super) fn sentence_with(&self, fills: &[Fill]) -> String {
        let (columns, strategy, fill_value) = (self.columns.as_deref(), self.strategy, self.fill_value.as_ref());
        let filled: Vec<&str> = fills.iter().map(|fill| fill.column.as_str()).collect();
        let named: Option<Vec<&str>> = match columns {
            None if fills.is_empty() => None,
            None => Some(filled),
            Some(names) => Some(names.iter().map(String::as_str).collect()),
        };
        let what = match (&named, strategy, fill_value) {
            (Some(names), ..) => words::list(names),
            (None, FillStrategy::MostFrequent | FillStrategy::Ffill | FillStrategy::Bfill, _) => "cells".into(),
            (None, FillStrategy::Constant, Some(FillValue::Text(_))) => "text".into(),
            (None, ..) => "numbers".into(),
        };
        let with = match (strategy, fill_value) {
            (FillStrategy::Constant, Some(FillValue::Text(text))) => format!("“{text}”"),
            (FillStrategy::Constant, Some(FillValue::Number(value))) => value.to_string(),
            (FillStrategy::Constant, None) => "a constant".into(),
            _ if strategy.is_neighbour() => format!("the {}", strategy.word()),
            _ if named.as_ref().is_some_and(|names| names.len() == 1) => format!("the {}", strategy.word()),
            _ if named.is_some() => format!("their {}s", strategy.word()),
            _ => format!("each column's {}", strategy.word()),
        };
        let values: Vec<String> = fills.iter().filter_map(|fill| Some(fill.value.as_ref()?.to_string())).collect();
        let is_shown = strategy != FillStrategy::Constant && !values.is_empty() && words::is_listed_whole(&values);
        let shown = if is_shown { format!(" ({})", values.join(", ")) } else { String::new() };
        let group = match &self.group_by {
            Some(group) => format!(" of rows with the same {}", words::list(group)),
            None => String::new(),
        };
        format!("Fill missing {what} with {with}{group}{shown}")
    }
}

fn literal(value: &Filling) -> String {
    match value {
        Filling::Number(value) => python_number(*value),
        Filling::Boolean(_) => value.to_string(),
        Filling::Label(text) => python_string(text),
        Filling::Time(_) => python_string(&value.to_string()),
    }
}
