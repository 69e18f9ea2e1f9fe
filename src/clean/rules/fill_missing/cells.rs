//! What stands in a column's missing cells afterwards.

use super::{FillMissing, FillStrategy};
use crate::clean::CleanError;
use crate::clean::keys::n_groups;
use crate::clean::statistic::{Filling, filling};
use crate::expression::parse_time;
use crate::table::{Bitmap, Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME};

/// The largest code that a label can have.
pub(super) const MAX_LABELS: usize = MISSING_CODE as usize;
/// The largest whole number up to which f64 holds every one.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

impl FillMissing {
    /// The column with the last (or next) known value of its group in missing cells.
    pub(super) fn with_neighbours(&self, column: &Column, groups: Option<&[Option<u32>]>) -> Column {
        let n_rows = column.len();
        let mut known: Vec<Option<u32>> =
            vec![None; groups.map_or(1, |groups| n_groups(groups.iter().copied().flatten()))];
        let mut source: Vec<u32> = (0..).take(n_rows).collect();
        let mut step = |row: usize| {
            let group = groups.map_or(Some(0), |groups| groups.get(row).copied().flatten());
            let Some(last) = group.and_then(|group| known.get_mut(group as usize)) else { return };
            if !column.is_missing(row) {
                *last = u32::try_from(row).ok();
            } else if let (Some(last), Some(source)) = (*last, source.get_mut(row)) {
                *source = last;
            }
        };
        if self.strategy == FillStrategy::Ffill {
            (0..n_rows).for_each(&mut step)
        } else {
            (0..n_rows).rev().for_each(&mut step)
        }
        column.take(&source)
    }

    /// The column with the statistic of its group in missing cells, and what fills each group, named by one of its rows. Groups
    /// without a value stay as they are.
    pub(super) fn by_groups(
        &self,
        column: &Column,
        groups: &[Option<u32>],
        rule: usize,
    ) -> Result<(Column, Vec<(u32, Filling)>), CleanError> {
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); n_groups(groups.iter().copied().flatten())];
        for (row, group) in (0..).zip(groups) {
            group.and_then(|group| rows.get_mut(group as usize)).into_iter().for_each(|rows| rows.push(row));
        }
        let (mut filled, mut fills) = (column.clone(), Vec::new());
        for rows in rows {
            let part = column.take(&rows);
            let n_missing = part.n_missing();
            if n_missing == part.len() && column.data_type != DataType::Text {
                continue;
            }
            let value = match filling(&part, self.strategy, self.fill_value.as_ref(), rule) {
                Err(CleanError::AllMissing { .. }) => continue,
                // What nothing is filled with here need not be finite.
                Err(_) if n_missing == 0 => continue,
                value => value?,
            };
            let first = rows.first().copied().unwrap_or_default();
            let missing: Vec<u32> = rows.into_iter().filter(|row| column.is_missing(*row as usize)).collect();
            if !missing.is_empty() {
                filled = put(filled, &missing, &value);
            }
            fills.push((first, value));
        }
        Ok((filled, fills))
    }
}

/// The column with `value`, which fits it, in these rows.
pub(in crate::clean) fn put(column: Column, rows: &[u32], value: &Filling) -> Column {
    fn set<T: Copy>(cells: &[T], rows: &[u32], value: T) -> Vec<T> {
        let mut cells = cells.to_vec();
        rows.iter().for_each(|row| cells.get_mut(*row as usize).into_iter().for_each(|cell| *cell = value));
        cells
    }
    let mut data_type = column.data_type;
    let data = match (&*column.data, value) {
        (ColumnData::Number(cells), Filling::Number(value)) => {
            if data_type == DataType::Integer && value.fract() != 0.0 {
                data_type = DataType::Float;
            }
            ColumnData::Number(set(cells, rows, *value))
        }
        (ColumnData::Number(cells), Filling::Boolean(value)) => {
            ColumnData::Number(set(cells, rows, f64::from(u8::from(*value))))
        }
        (ColumnData::Timestamp(cells), Filling::Time(value)) => ColumnData::Timestamp(set(cells, rows, *value)),
        (ColumnData::Category { codes, labels }, Filling::Label(label)) => {
            let mut labels = labels.clone();
            let place = labels.iter().position(|old| old == label).unwrap_or(labels.len());
            if place == labels.len() {
                labels.push(label.clone());
            }
            let code = u16::try_from(place).unwrap_or(MISSING_CODE);
            ColumnData::Category { codes: set(codes, rows, code), labels }
        }
        (data, _) => data.clone(),
    };
    Column::new(column.name, data_type, data)
}

/// The column with `value` in its missing cells.
pub(in crate::clean) fn fill(column: &Column, value: &Filling, rule: usize) -> Result<Column, CleanError> {
    let mut data_type = column.data_type;
    let data = match (&*column.data, value) {
        (ColumnData::Number(values), Filling::Number(value)) => {
            if data_type == DataType::Integer && (value.fract() != 0.0 || value.abs() > MAX_WHOLE) {
                data_type = DataType::Float;
            }
            ColumnData::Number(fill_numbers(values, *value))
        }
        (ColumnData::Number(values), Filling::Boolean(value)) => {
            ColumnData::Number(fill_numbers(values, f64::from(u8::from(*value))))
        }
        (ColumnData::Timestamp(values), Filling::Time(value)) => ColumnData::Timestamp(
            values.iter().map(|cell| if *cell == MISSING_TIME { *value } else { *cell }).collect(),
        ),
        (ColumnData::Category { codes, labels }, Filling::Label(label)) => {
            let mut labels = labels.clone();
            let place = labels.iter().position(|old| old == label).unwrap_or(labels.len());
            if place == labels.len() {
                labels.push(label.clone());
            }
            let code = u16::try_from(place)
                .ok()
                .filter(|code| usize::from(*code) < MAX_LABELS)
                .ok_or_else(|| CleanError::TooManyLabels { rule, column: column.name.clone(), value: label.clone() })?;
            ColumnData::Category {
                codes: codes.iter().map(|cell| if *cell == MISSING_CODE { code } else { *cell }).collect(),
                labels,
            }
        }
        // Free text is not kept, so there is nothing to write into.
        (ColumnData::Text { missing }, Filling::Label(_)) => ColumnData::Text { missing: Bitmap::zeros(missing.len()) },
        // `filling` gives no other pair.
        (data, _) => data.clone(),
    };
    Ok(Column::new(column.name.clone(), data_type, data))
}

/// A value as `Filling` writes it, read again for a column.
pub(in crate::clean) fn read_filling(column: &Column, text: &str) -> Option<Filling> {
    match column.data_type {
        DataType::Boolean => Some(Filling::Boolean(text == "True")),
        DataType::Integer | DataType::Float => text.parse().ok().map(Filling::Number),
        DataType::Timestamp => parse_time(text).map(Filling::Time),
        DataType::Category | DataType::Text => Some(Filling::Label(text.to_owned())),
    }
}

fn fill_numbers(values: &[f64], value: f64) -> Vec<f64> {
    values.iter().map(|cell| if cell.is_nan() { value } else { *cell }).collect()
}
