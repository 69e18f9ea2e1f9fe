//! The parts of a date as numbers.

use chrono::{DateTime, Datelike, Timelike};
use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{columns_field, columns_param, flag};
use crate::base::{Accepts, Param, ParamKind};
use crate::table::{Column, ColumnData, MISSING_TIME};

/// Parameters of the date parts: which there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatePartsEncoder {
    pub columns: Option<Vec<String>>,
    pub year: bool,
    /// 1 to 12.
    pub month: bool,
    /// 1 to 31.
    pub day: bool,
    /// 0 (Monday) to 6.
    pub day_of_week: bool,
    /// 0 to 23.
    pub hour: bool,
    /// Days since 1970-01-01, with their fraction.
    pub days: bool,
}

impl Default for DatePartsEncoder {
    fn default() -> Self {
        Self { columns: None, year: true, month: true, day: true, day_of_week: true, hour: false, days: false }
    }
}

/// The same once fitted: there is nothing to learn. Parts of a missing date are missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedDatePartsEncoder {
    pub feature_names_in: Vec<String>,
    /// Of `year`, `month`, `day`, `day_of_week`, `hour`, `days`.
    pub parts: Vec<String>,
}

impl DatePartsEncoder {
    fn parts(&self) -> Vec<String> {
        let parts = [
            ("year", self.year),
            ("month", self.month),
            ("day", self.day),
            ("day_of_week", self.day_of_week),
            ("hour", self.hour),
            ("days", self.days),
        ];
        parts.into_iter().filter(|(_, is_on)| *is_on).map(|(part, _)| part.into()).collect()
    }
}

impl Encoder for DatePartsEncoder {
    type Fitted = FittedDatePartsEncoder;
    const NAME: &'static str = "date_parts_encoder";
    const LABEL: &'static str = "Parts of a date";
    const GROUP: &'static str = "Text and dates";
    const HELP: &'static str = "Year, month, day, day of the week, hour of a date as numbers.";
    const PARAMS: &'static [Param] = &[
        columns_param(Accepts::Timestamp, "Left open: every date column."),
        Param::new("year", "Year", ParamKind::Flag),
        Param::new("month", "Month", ParamKind::Flag),
        Param::new("day", "Day", ParamKind::Flag),
        Param::new("day_of_week", "Day of the week", ParamKind::Flag).help("Monday is 0."),
        Param::new("hour", "Hour", ParamKind::Flag),
        Param::new("days", "Days since 1970", ParamKind::Flag).help("With their fraction: a trend over time."),
    ];
    const IMPORTS: &'static str = "\
import pandas as pd
from sklearn.preprocessing import FunctionTransformer

def date_parts(X, **parts):
    made = {}
    for name in X:
        time = pd.to_datetime(X[name])
        for part, on in parts.items():
            if on and part == \"days\":
                made[f\"{name}_days\"] = (time - pd.Timestamp(0)) / pd.Timedelta(days=1)
            elif on:
                made[f\"{name}_{part}\"] = getattr(time.dt, part).astype(float)
    return pd.DataFrame(made, index=X.index)

def date_part_names(transformer, names):
    return [f\"{name}_{part}\" for name in names for part, on in transformer.kw_args.items() if on]";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Timestamps
    }

    fn sentence(&self, columns: &str) -> String {
        let parts = self.parts().join(", ").replace('_', " ");
        format!("Replace each date of {columns} by its {}.", if parts.is_empty() { "nothing" } else { &parts })
    }

    fn python(&self) -> String {
        let parts = [
            ("year", self.year),
            ("month", self.month),
            ("day", self.day),
            ("day_of_week", self.day_of_week),
            ("hour", self.hour),
            ("days", self.days),
        ];
        let arguments = parts.map(|(part, is_on)| format!("{part}={}", flag(is_on))).join(", ");
        format!("FunctionTransformer(date_parts, feature_names_out=date_part_names, kw_args=dict({arguments}))")
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedDatePartsEncoder, FeaturesError> {
        Ok(FittedDatePartsEncoder { feature_names_in: training.names(), parts: self.parts() })
    }
}

/// A part of a moment (milliseconds since 1970, UTC); NaN for a missing one.
fn part(name: &str, time: i64) -> f64 {
    let Some(moment) = DateTime::from_timestamp_millis(time).filter(|_| time != MISSING_TIME) else { return f64::NAN };
    match name {
        "year" => f64::from(moment.year()),
        "month" => f64::from(moment.month()),
        "day" => f64::from(moment.day()),
        "day_of_week" => f64::from(moment.weekday().num_days_from_monday()),
        "hour" => f64::from(moment.hour()),
        "days" => time as f64 / 86_400_000.0,
        _ => f64::NAN,
    }
}

impl Fitted for FittedDatePartsEncoder {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let each = columns.iter().map(|column| {
            let times = match &*column.data {
                ColumnData::Timestamp(times) => times.as_slice(),
                _ => &[],
            };
            let made = self.parts.iter().map(|name| {
                Column::float(format!("{}_{name}", column.name), times.iter().map(|time| part(name, *time)).collect())
            });
            made.collect()
        });
        Ok(each.collect())
    }
}
