//! Cells as text, for display where the file itself is not at hand.

use chrono::DateTime;

use super::{Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME};

impl Column {
    /// The cell of this row as text: empty when missing, `None` where the column's text is not kept.
    #[must_use]
    pub fn cell_text(&self, row: usize) -> Option<String> {
        match &*self.data {
            ColumnData::Number(values) => Some(match values.get(row).copied().filter(|value| !value.is_nan()) {
                None => String::new(),
                Some(value) if self.data_type == DataType::Boolean => {
                    (if value == 0.0 { "False" } else { "True" }).into()
                }
                Some(value) => value.to_string(),
            }),
            ColumnData::Timestamp(values) => {
                Some(match values.get(row).copied().filter(|time| *time != MISSING_TIME) {
                    None => String::new(),
                    Some(time) => timestamp_text(time),
                })
            }
            ColumnData::Category { codes, labels } => {
                let code = codes.get(row).copied().filter(|code| *code != MISSING_CODE);
                Some(code.and_then(|code| labels.get(usize::from(code)).cloned()).unwrap_or_default())
            }
            ColumnData::Text { missing } => missing.get(row).then(String::new),
        }
    }
}

/// Milliseconds since 1970 (UTC) as `2017-05-24 19:01:16`, without the time where it is midnight.
#[must_use]
pub fn timestamp_text(time: i64) -> String {
    // Whole seconds. `to_string` says the same as a pattern would, in a tenth of the code.
    match DateTime::from_timestamp(time.div_euclid(1000), 0).map(|moment| moment.naive_utc()) {
        None => String::new(),
        Some(moment) if time.rem_euclid(86_400_000) == 0 => moment.date().to_string(),
        Some(moment) => moment.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Bitmap;

    #[test]
    fn cells_read_as_a_file_would_say_them() {
        let text = |data_type, data, row| Column::new("c", data_type, data).cell_text(row);
        let numbers = || ColumnData::Number(vec![1.0, 0.5, f64::NAN]);
        assert_eq!(text(DataType::Float, numbers(), 1), Some("0.5".into()));
        assert_eq!(text(DataType::Boolean, numbers(), 0), Some("True".into()));
        assert_eq!(text(DataType::Integer, numbers(), 2), Some(String::new()));
        let times = ColumnData::Timestamp(vec![1_495_652_476_000, 0]);
        assert_eq!(text(DataType::Timestamp, times.clone(), 0), Some("2017-05-24 19:01:16".into()));
        assert_eq!(text(DataType::Timestamp, times, 1), Some("1970-01-01".into()));
        assert_eq!(text(DataType::Text, ColumnData::Text { missing: Bitmap::zeros(1) }, 0), None);
    }
}
