//! The classes of a column to stratify by.

use std::collections::HashMap;
use std::hash::Hash;

use super::{SplitError, SplitSpec};
use crate::table::{Column, ColumnData, Table};

/// The class number of every row of the column that `spec.stratify` names; `None` when it names none.
///
/// # Errors
/// `UnknownColumn`, and what `class_codes` refuses.
pub fn strata(table: &Table, spec: &SplitSpec) -> Result<Option<Vec<u32>>, SplitError> {
    let Some(name) = &spec.stratify else { return Ok(None) };
    let column = table.column(name).ok_or_else(|| SplitError::UnknownColumn(name.clone()))?;
    class_codes(column).map(Some)
}

/// A class number a row: the place of its value among the column's sorted values, as `numpy.unique` sorts them
/// (numbers and times by size, text by code point).
///
/// # Errors
/// `StratifyMissing` when a cell is missing; `StratifyText` for text, whose values are not kept.
pub fn class_codes(column: &Column) -> Result<Vec<u32>, SplitError> {
    let n_missing = column.n_missing();
    if n_missing > 0 {
        return Err(SplitError::StratifyMissing { column: column.name.clone(), n_missing });
    }
    match &*column.data {
        // Adding 0 makes -0 and 0 one class; order-preserving bits make floats sortable and hashable.
        ColumnData::Number(values) => Ok(codes(values, |value| sortable_bits(*value + 0.0))),
        ColumnData::Timestamp(values) => Ok(codes(values, |value| *value)),
        ColumnData::Category { codes: cells, labels } => {
            Ok(codes(cells, |code| labels.get(usize::from(*code)).map(String::as_str)))
        }
        ColumnData::Text { .. } => {
            Err(SplitError::StratifyText { column: column.name.clone(), data_type: column.data_type })
        }
    }
}

fn codes<'a, T, K: Hash + Ord + Copy>(cells: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<u32> {
    // Numbered by first appearance, then by order: one hash a row.
    let mut seen = HashMap::new();
    let mut keys = Vec::new();
    let by_appearance: Vec<usize> = cells
        .iter()
        .map(|cell| {
            let key = key(cell);
            *seen.entry(key).or_insert_with(|| {
                keys.push(key);
                keys.len() - 1
            })
        })
        .collect();
    let order = crate::base::argsort(keys.len(), &|a, b| keys.get(a).cmp(&keys.get(b)));
    let mut rank = vec![0; keys.len()];
    for (class, place) in (0..).zip(order) {
        if let Some(rank) = rank.get_mut(place) {
            *rank = class;
        }
    }
    by_appearance.into_iter().map(|place| rank.get(place).copied().unwrap_or_default()).collect()
}

/// Bits of a float that compare as the floats do.
fn sortable_bits(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;
    use crate::table::{Bitmap, DataType, MISSING_CODE};

    #[test]
    fn classes_are_numbered_in_sorted_order() {
        let numbers = Column::float("x", vec![3.0, -0.0, -1e300, 0.0, f64::INFINITY, -2.5, 3.0]);
        assert_eq!(class_codes(&numbers), Ok(vec![3, 2, 0, 2, 4, 1, 3]));
        let times = Column::new("t", DataType::Timestamp, ColumnData::Timestamp(vec![5, -5, 5]));
        assert_eq!(class_codes(&times), Ok(vec![1, 0, 1]));
        // Labels that no row has are no classes.
        let labels = ["b", "unused", "a", "B", "10"].map(String::from).to_vec();
        let data = ColumnData::Category { codes: vec![0, 2, 3, 4, 0], labels };
        assert_eq!(class_codes(&Column::new("c", DataType::Category, data)), Ok(vec![3, 2, 1, 0, 3]));
    }

    #[test]
    fn missing_cells_and_free_text_are_refused() {
        let missing = ColumnData::Category { codes: vec![0, MISSING_CODE], labels: vec!["a".into()] };
        let error = class_codes(&Column::new("city", DataType::Category, missing)).unwrap_err();
        assert_eq!(error, SplitError::StratifyMissing { column: "city".into(), n_missing: 1 });
        let text = Column::new("note", DataType::Text, ColumnData::Text { missing: Bitmap::zeros(2) });
        assert_eq!(class_codes(&text).unwrap_err().code(), "split.stratify_text");
    }

    #[test]
    fn the_column_is_looked_up_by_name() {
        let table = Table::new(vec![Column::float("y", vec![1.0, 0.0])], 2);
        let by = |name: &str| SplitSpec { stratify: Some(name.into()), ..SplitSpec::default() };
        assert_eq!(strata(&table, &by("y")), Ok(Some(vec![1, 0])));
        assert_eq!(strata(&table, &by("z")), Err(SplitError::UnknownColumn("z".into())));
        assert_eq!(strata(&table, &SplitSpec::default()), Ok(None));
    }
}
