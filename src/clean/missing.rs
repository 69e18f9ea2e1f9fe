//! Which rows have a missing cell.

use crate::table::{Column, ColumnData, MISSING_CODE, MISSING_TIME};

/// Sets the mark of every row whose cell is missing in `column`. `marks` has a place a row.
pub(super) fn mark_missing(column: &Column, marks: &mut [bool]) {
    fn mark<T>(cells: &[T], marks: &mut [bool], is_missing: impl Fn(&T) -> bool) {
        marks.iter_mut().zip(cells).for_each(|(mark, cell)| *mark |= is_missing(cell));
    }
    match &*column.data {
        ColumnData::Number(values) => mark(values, marks, |value| value.is_nan()),
        ColumnData::Timestamp(values) => mark(values, marks, |value| *value == MISSING_TIME),
        ColumnData::Category { codes, .. } => mark(codes, marks, |code| *code == MISSING_CODE),
        ColumnData::Text { missing } => {
            marks.iter_mut().enumerate().for_each(|(row, mark)| *mark |= missing.get(row));
        }
    }
}
