//! What a column's missing cells are filled with.

use super::{CleanError, FillStrategy, FillValue};
use crate::base::sum;
use crate::table::{Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME};

/// What goes into the missing cells of one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filling {
    Number(f64),
    Boolean(bool),
    /// Milliseconds since 1970 (UTC).
    Time(i64),
    Label(String),
}

/// What `strategy` puts into the missing cells of `column`.
///
/// # Errors
/// A strategy that does not fit the column's type, or a statistic of no cells or infinite ones.
pub(super) fn filling(
    column: &Column,
    strategy: FillStrategy,
    fill_value: Option<&FillValue>,
    rule: usize,
) -> Result<Filling, CleanError> {
    let name = || column.name.clone();
    match strategy {
        // Those have no value of their own.
        FillStrategy::Ffill | FillStrategy::Bfill => Err(CleanError::AllMissing { rule, column: name(), strategy }),
        FillStrategy::Constant => constant(column, fill_value, rule),
        FillStrategy::MostFrequent if column.data_type == DataType::Text => {
            Err(CleanError::TextNotKept { rule, column: name() })
        }
        FillStrategy::MostFrequent => {
            most_frequent(column).ok_or_else(|| CleanError::AllMissing { rule, column: name(), strategy })
        }
        FillStrategy::Mean | FillStrategy::Median => {
            let numbers = column.numbers().filter(|_| column.data_type.is_numeric());
            let numbers = numbers.ok_or_else(|| CleanError::NotNumeric {
                rule,
                column: name(),
                data_type: column.data_type,
                strategy,
            })?;
            let known: Vec<f64> = numbers.iter().copied().filter(|value| !value.is_nan()).collect();
            if known.is_empty() {
                return Err(CleanError::AllMissing { rule, column: name(), strategy });
            }
            let n_known = known.len();
            let value = if strategy == FillStrategy::Mean { sum(known) / n_known as f64 } else { median(known) };
            if !value.is_finite() {
                return Err(CleanError::NotFinite { rule, column: name(), strategy });
            }
            Ok(Filling::Number(value))
        }
    }
}

/// The middle value, or the mean of the two middle ones; NaN for none. No value is NaN.
fn median(mut values: Vec<f64>) -> f64 {
    let half = values.len() / 2;
    if half == values.len() {
        return f64::NAN;
    }
    let is_even = values.len().is_multiple_of(2);
    let (below, middle, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    match below.iter().copied().max_by(f64::total_cmp) {
        Some(largest_below) if is_even => largest_below.midpoint(*middle),
        _ => *middle,
    }
}

/// The value that most cells have, the smallest of several; `None` when all cells are missing.
fn most_frequent(column: &Column) -> Option<Filling> {
    match &*column.data {
        ColumnData::Number(values) => {
            let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            known.sort_unstable_by(f64::total_cmp);
            // -0 and 0 are one value.
            let value = longest_run(&known)? + 0.0;
            let is_boolean = column.data_type == DataType::Boolean;
            Some(if is_boolean { Filling::Boolean(value != 0.0) } else { Filling::Number(value) })
        }
        ColumnData::Timestamp(values) => {
            let mut known: Vec<i64> = values.iter().copied().filter(|value| *value != MISSING_TIME).collect();
            known.sort_unstable();
            longest_run(&known).map(Filling::Time)
        }
        ColumnData::Category { codes, labels } => {
            let mut counts = vec![0_u64; labels.len()];
            for code in codes.iter().filter(|code| **code != MISSING_CODE) {
                counts.get_mut(usize::from(*code)).into_iter().for_each(|count| *count += 1);
            }
            let used = counts.into_iter().zip(labels).filter(|(count, _)| *count > 0);
            let (_, label) = used.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(a.1)))?;
            Some(Filling::Label(label.clone()))
        }
        ColumnData::Text { .. } => None,
    }
}

/// The value of the longest run of equal values, the first of several.
fn longest_run<T: Copy + PartialEq>(sorted: &[T]) -> Option<T> {
    let mut longest: &[T] = &[];
    for run in sorted.chunk_by(T::eq) {
        if run.len() > longest.len() {
            longest = run;
        }
    }
    longest.first().copied()
}

fn constant(column: &Column, fill_value: Option<&FillValue>, rule: usize) -> Result<Filling, CleanError> {
    let value = match fill_value {
        Some(FillValue::Number(value)) if !value.is_finite() => return Err(CleanError::NoFillValue { rule }),
        Some(value) => value,
        None => return Err(CleanError::NoFillValue { rule }),
    };
    let name = || column.name.clone();
    match (column.data_type, value) {
        (DataType::Integer | DataType::Float, FillValue::Number(value)) => Ok(Filling::Number(*value)),
        (DataType::Integer | DataType::Float, FillValue::Text(text)) => {
            Err(CleanError::TextIntoNumber { rule, column: name(), value: text.clone() })
        }
        (DataType::Boolean, value) => match value.to_string().as_str() {
            // As pandas reads them, and as they are stored.
            "True" | "true" | "TRUE" | "1" => Ok(Filling::Boolean(true)),
            "False" | "false" | "FALSE" | "0" => Ok(Filling::Boolean(false)),
            other => Err(CleanError::NotBoolean { rule, column: name(), value: other.into() }),
        },
        (DataType::Timestamp, value) => {
            Err(CleanError::ConstantDate { rule, column: name(), value: value.to_string() })
        }
        (DataType::Category | DataType::Text, value) => Ok(Filling::Label(value.to_string())),
    }
}

impl std::fmt::Display for FillValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl std::fmt::Display for Filling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value}"),
            Self::Boolean(true) => f.write_str("True"),
            Self::Boolean(false) => f.write_str("False"),
            Self::Label(text) => f.write_str(text),
            Self::Time(millis) => match chrono::DateTime::from_timestamp_millis(*millis).map(|time| time.naive_utc()) {
                Some(time) if millis.rem_euclid(86_400_000) == 0 => write!(f, "{}", time.date()),
                Some(time) => write!(f, "{time}"),
                None => write!(f, "{millis} ms since 1970"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_exact() {
        // As pandas 3.1.1: an even count gives the mean of the two middle values.
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(vec![7.0]), 7.0);
        assert_eq!(median(vec![f64::MAX, f64::MAX]), f64::MAX);
        assert!(median(vec![]).is_nan());
    }

    #[test]
    fn the_most_frequent_value_is_the_smallest_on_a_tie() {
        let most = |column: Column| most_frequent(&column);
        let nan = f64::NAN;
        assert_eq!(most(Column::float("x", vec![3.0, 2.0, nan, 3.0, 2.0, 9.0])), Some(Filling::Number(2.0)));
        assert_eq!(most(Column::float("x", vec![0.0, -0.0, 1.0, nan])), Some(Filling::Number(0.0)));
        assert_eq!(most(Column::float("x", vec![nan])), None);
        let category = |codes: Vec<u16>| {
            let labels = ["z", "unused", "B", "a"].map(String::from).to_vec();
            Column::new("c", DataType::Category, ColumnData::Category { codes, labels })
        };
        assert_eq!(most(category(vec![0, 3, 2, MISSING_CODE])), Some(Filling::Label("B".into())));
        assert_eq!(most(category(vec![0, 3, 3, 0])), Some(Filling::Label("a".into())));
        assert_eq!(most(category(vec![MISSING_CODE])), None);
        let flags = Column::new("f", DataType::Boolean, ColumnData::Number(vec![1.0, 0.0, 1.0]));
        assert_eq!(most(flags), Some(Filling::Boolean(true)));
    }

    #[test]
    fn times_are_written_as_people_do() {
        assert_eq!(Filling::Time(0).to_string(), "1970-01-01");
        assert_eq!(Filling::Time(1_495_652_476_500).to_string(), "2017-05-24 19:01:16.500");
        assert_eq!(Filling::Time(-1000).to_string(), "1969-12-31 23:59:59");
    }
}
