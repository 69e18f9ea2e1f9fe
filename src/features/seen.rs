//! What the training rows have in an input: so that whoever predicts later knows when a value is new to the model.

use serde::{Deserialize, Serialize};

use super::InputColumn;
use crate::table::{Column, ColumnData, MISSING_TIME};

/// At most so many categories are kept by name: beyond, a list helps nobody.
const MOST_CATEGORIES: usize = 1_000;

/// The values of a column over the training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Smallest and largest number, booleans as 0 and 1, dates as milliseconds since 1970 (UTC).
    Range { min: f64, max: f64 },
    /// By code point.
    Categories(Vec<String>),
}

impl InputColumn {
    /// The column, with what its training rows have in it. They are marked, not listed: a list jumps about in memory.
    pub(super) fn of(column: &Column, is_train: &[bool]) -> Self {
        let seen = match &*column.data {
            ColumnData::Number(values) => range(marked(values, is_train).copied().filter(|value| !value.is_nan())),
            ColumnData::Timestamp(times) => {
                let known = marked(times, is_train).filter(|time| **time != MISSING_TIME);
                range(known.map(|time| *time as f64))
            }
            ColumnData::Category { codes, labels } => {
                let mut is_used = vec![false; labels.len()];
                for code in marked(codes, is_train) {
                    is_used.get_mut(usize::from(*code)).into_iter().for_each(|used| *used = true);
                }
                let mut used: Vec<String> =
                    labels.iter().zip(is_used).filter(|(_, used)| *used).map(|(label, _)| label.clone()).collect();
                used.sort_unstable();
                (used.len() <= MOST_CATEGORIES).then_some(Seen::Categories(used))
            }
            ColumnData::Text { .. } => None,
        };
        Self { name: column.name.clone(), data_type: column.data_type, seen }
    }
}

fn marked<'a, T>(values: &'a [T], is_train: &'a [bool]) -> impl Iterator<Item = &'a T> {
    values.iter().zip(is_train).filter(|(_, is_train)| **is_train).map(|(value, _)| value)
}

/// Which of `n_rows` rows are listed.
pub(super) fn mark(rows: &[u32], n_rows: usize) -> Vec<bool> {
    let mut is_listed = vec![false; n_rows];
    for row in rows {
        is_listed.get_mut(*row as usize).into_iter().for_each(|listed| *listed = true);
    }
    is_listed
}

fn range(values: impl Iterator<Item = f64>) -> Option<Seen> {
    let (min, max) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (min.min(value), max.max(value)));
    (min.is_finite() && max.is_finite()).then_some(Seen::Range { min, max })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::DataType;

    #[test]
    fn only_training_rows_count() {
        let numbers = Column::float("x", vec![3.0, f64::NAN, -1.0, 99.0]);
        assert_eq!(InputColumn::of(&numbers, &mark(&[1, 0, 2], 4)).seen, Some(Seen::Range { min: -1.0, max: 3.0 }));
        assert_eq!(InputColumn::of(&numbers, &mark(&[1], 4)).seen, None);
        let data = ColumnData::Category { codes: vec![1, 0, 2], labels: ["b", "a", "c"].map(String::from).to_vec() };
        let texts = Column::new("c", DataType::Category, data);
        assert_eq!(
            InputColumn::of(&texts, &mark(&[0, 1, 1], 3)).seen,
            Some(Seen::Categories(vec!["a".into(), "b".into()]))
        );
    }
}
