//! The values of a column as categories: which there are, and which one a cell is.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::design_matrix::ROWS_NAMED;
use crate::table::{Column, ColumnData, DataType, MISSING_CODE};

/// The code of a cell whose value is no category.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// One category; in JSON a text, a number, true or false, or null for missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Category {
    Boolean(bool),
    Number(f64),
    Text(String),
    /// Missing cells are a category of their own, the last one.
    Missing,
}

/// Cells whose value was not there when the encoder was fitted, and that it let pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownCategories {
    pub column: String,
    /// How many cells.
    pub count: u64,
    /// The first few rows, counted from 1.
    pub rows: Vec<u64>,
    /// The first few values, each once.
    pub values: Vec<String>,
}

impl Category {
    /// As scikit-learn writes it into a column's name: Python's `str` of the value.
    pub(super) fn label(&self, data_type: DataType) -> String {
        match self {
            Self::Boolean(true) => "True".into(),
            Self::Boolean(false) => "False".into(),
            Self::Number(value) if data_type == DataType::Float => format!("{value:?}"),
            Self::Number(value) => value.to_string(),
            Self::Text(text) => text.clone(),
            Self::Missing => "nan".into(),
        }
    }
}

/// The type as which pandas has the column: whole numbers with gaps are floats there, and their names end in `.0`.
pub(super) fn label_type(column: &Column) -> DataType {
    match column.data_type {
        DataType::Integer if column.n_missing() > 0 => DataType::Float,
        other => other,
    }
}

/// The categories among the listed rows with their counts: ascending (texts by code point), missing last.
pub(super) fn observe(column: &Column, rows: &[u32]) -> (Vec<Category>, Vec<u64>) {
    let mut missing = 0_u64;
    let mut found: Vec<(Category, u64)> = match &*column.data {
        ColumnData::Category { codes, labels } => {
            let mut counts = vec![0_u64; labels.len()];
            for row in rows {
                let code = codes.get(*row as usize).copied().unwrap_or(MISSING_CODE);
                match counts.get_mut(usize::from(code)) {
                    Some(count) => *count += 1,
                    None => missing += 1,
                }
            }
            let mut used: Vec<(&String, u64)> = labels.iter().zip(counts).filter(|(_, count)| *count > 0).collect();
            used.sort_unstable_by(|a, b| a.0.cmp(b.0));
            used.into_iter().map(|(label, count)| (Category::Text(label.clone()), count)).collect()
        }
        ColumnData::Number(values) => {
            let mut known: Vec<f64> = Vec::with_capacity(rows.len());
            for row in rows {
                match values.get(*row as usize) {
                    // Adding 0 makes -0 and 0 one value.
                    Some(value) if !value.is_nan() => known.push(value + 0.0),
                    _ => missing += 1,
                }
            }
            known.sort_unstable_by(f64::total_cmp);
            let is_boolean = column.data_type == DataType::Boolean;
            let category =
                |value: f64| if is_boolean { Category::Boolean(value != 0.0) } else { Category::Number(value) };
            let runs = known.chunk_by(f64::eq);
            runs.filter_map(|run| Some((category(*run.first()?), run.len() as u64))).collect()
        }
        ColumnData::Timestamp(_) | ColumnData::Text { .. } => Vec::new(),
    };
    if missing > 0 {
        found.push((Category::Missing, missing));
    }
    found.into_iter().unzip()
}

/// For every row the index of its cell's category, `UNKNOWN` where it is none of them.
pub(super) fn codes(column: &Column, categories: &[Category]) -> Vec<u32> {
    let index = |wanted: &Category| {
        categories.iter().zip(0..).find(|(category, _)| *category == wanted).map_or(UNKNOWN, |(_, index)| index)
    };
    let missing = index(&Category::Missing);
    match &*column.data {
        ColumnData::Category { codes, labels } => {
            let texts = categories.iter().zip(0_u32..).filter_map(|(category, index)| match category {
                Category::Text(text) => Some((text.as_str(), index)),
                _ => None,
            });
            let places: HashMap<&str, u32> = texts.collect();
            let of_label: Vec<u32> =
                labels.iter().map(|label| places.get(label.as_str()).copied().unwrap_or(UNKNOWN)).collect();
            codes.iter().map(|code| of_label.get(usize::from(*code)).copied().unwrap_or(missing)).collect()
        }
        ColumnData::Number(values) => {
            let numbers: Vec<(f64, u32)> = categories
                .iter()
                .zip(0_u32..)
                .filter_map(|(category, index)| match category {
                    Category::Number(value) => Some((*value, index)),
                    Category::Boolean(value) => Some((f64::from(u8::from(*value)), index)),
                    _ => None,
                })
                .collect();
            let find = |value: f64| {
                let place = numbers.binary_search_by(|(known, _)| known.total_cmp(&(value + 0.0)));
                place.ok().and_then(|place| numbers.get(place)).map_or(UNKNOWN, |(_, index)| *index)
            };
            values.iter().map(|value| if value.is_nan() { missing } else { find(*value) }).collect()
        }
        ColumnData::Timestamp(values) => vec![UNKNOWN; values.len()],
        ColumnData::Text { missing } => vec![UNKNOWN; missing.len()],
    }
}

/// What is unknown of a column; `None` when nothing is.
pub(super) fn unknown(column: &Column, codes: &[u32]) -> Option<UnknownCategories> {
    let rows = || codes.iter().enumerate().filter(|(_, code)| **code == UNKNOWN).map(|(row, _)| row);
    let count = rows().count() as u64;
    if count == 0 {
        return None;
    }
    let mut values: Vec<String> = Vec::new();
    for row in rows() {
        let text = if column.is_missing(row) { "missing".into() } else { column.cell_text(row).unwrap_or_default() };
        if !values.contains(&text) {
            values.push(text);
        }
        if values.len() == ROWS_NAMED {
            break;
        }
    }
    let named = rows().take(ROWS_NAMED).map(|row| row as u64 + 1).collect();
    Some(UnknownCategories { column: column.name.clone(), count, rows: named, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_in_order_with_missing_last() {
        let labels = ["b", "B", "10", "unused", "é"].map(String::from).to_vec();
        let data = ColumnData::Category { codes: vec![0, 4, 1, MISSING_CODE, 2, 0], labels };
        let column = Column::new("c", DataType::Category, data);
        let (categories, counts) = observe(&column, &[0, 1, 2, 3, 4, 5]);
        let names: Vec<String> = categories.iter().map(|c| c.label(DataType::Category)).collect();
        assert_eq!((names.join(" "), counts), ("10 B b é nan".into(), vec![1, 1, 2, 1, 1]));
        assert_eq!(codes(&column, &categories), [2, 3, 1, 4, 0, 2]);
        let (few, _) = observe(&column, &[0, 2]);
        let codes = codes(&column, &few);
        assert_eq!(codes, [1, UNKNOWN, 0, UNKNOWN, UNKNOWN, 1]);
        let unknown = unknown(&column, &codes).unwrap();
        assert_eq!((unknown.count, unknown.rows, unknown.values.join(" ")), (3, vec![2, 4, 5], "é missing 10".into()));
    }

    #[test]
    fn numbers_and_flags_are_categories_too() {
        let column = Column::float("x", vec![2.0, -0.0, f64::NAN, 0.0, 10.5]);
        let (categories, counts) = observe(&column, &[0, 1, 2, 3, 4]);
        let names: Vec<String> = categories.iter().map(|c| c.label(DataType::Float)).collect();
        assert_eq!((names.join(" "), counts), ("0.0 2.0 10.5 nan".into(), vec![2, 1, 1, 1]));
        assert_eq!(codes(&column, &categories), [1, 0, 3, 0, 2]);
        let flag = Column::new("f", DataType::Boolean, ColumnData::Number(vec![1.0, 0.0]));
        let (categories, _) = observe(&flag, &[0, 1]);
        assert_eq!(serde_json::to_string(&categories).unwrap(), "[false,true]");
        assert_eq!(codes(&flag, &categories), [1, 0]);
        let read: Vec<Category> = serde_json::from_str(r#"["a", 1, true, null]"#).unwrap();
        let is = [Category::Text("a".into()), Category::Number(1.0), Category::Boolean(true), Category::Missing];
        assert_eq!(read, is);
    }
}
