//! Dates in expressions.

use chrono::{DateTime, Datelike, Timelike, Utc};

use crate::table::MISSING_TIME;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// An ISO date or time as milliseconds since 1970 (UTC), as ingest reads them; white space around it is forgiven.
#[must_use]
pub fn parse_time(text: &str) -> Option<i64> {
    crate::ingest::parse_timestamp(text.trim().as_bytes())
}

/// A part of a date; NaN for a missing one.
fn part(millis: i64, of: impl Fn(&DateTime<Utc>) -> u32) -> f64 {
    if millis == MISSING_TIME {
        return f64::NAN;
    }
    DateTime::from_timestamp_millis(millis).map_or(f64::NAN, |moment| f64::from(of(&moment)))
}

/// The year.
#[must_use]
pub fn year(millis: i64) -> f64 {
    if millis == MISSING_TIME {
        return f64::NAN;
    }
    DateTime::from_timestamp_millis(millis).map_or(f64::NAN, |moment| f64::from(moment.year()))
}

/// The month, 1 to 12.
#[must_use]
pub fn month(millis: i64) -> f64 {
    part(millis, Datelike::month)
}

/// The day of the month.
#[must_use]
pub fn day(millis: i64) -> f64 {
    part(millis, Datelike::day)
}

/// Monday is 0, as in pandas.
#[must_use]
pub fn day_of_week(millis: i64) -> f64 {
    part(millis, |moment| moment.weekday().num_days_from_monday())
}

/// The hour, 0 to 23.
#[must_use]
pub fn hour(millis: i64) -> f64 {
    part(millis, Timelike::hour)
}

/// Whole days from `start` to `end`, rounded down, as pandas' `(end - start).dt.days`; NaN when either is missing.
#[must_use]
pub fn days_between(start: i64, end: i64) -> f64 {
    if start == MISSING_TIME || end == MISSING_TIME {
        return f64::NAN;
    }
    (end.saturating_sub(start)).div_euclid(DAY) as f64
}
