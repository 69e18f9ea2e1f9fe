//! Which part of a big table is on screen. A browser caps an element's height, so from 500,000 rows on the scroll position
//! is mapped to a row number instead of being one.

use crate::table::DataType;

/// Height of a row, in CSS pixels: `--row` of the stylesheet.
pub const ROW_HEIGHT: f64 = 32.0;
/// The greatest height given to an element: below Firefox's cap of 17.9 million.
const MAX_HEIGHT: f64 = 16_000_000.0;
/// Rows are asked for in blocks of this many.
pub const BLOCK: u64 = 128;

/// The vertical geometry of a table of `rows` rows in a viewport.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rows {
    pub rows: u64,
    /// Height of the rows' viewport (without the head), in CSS pixels.
    pub viewport: f64,
}

impl Rows {
    /// Height of the whole scrolled content, in CSS pixels.
    #[must_use]
    pub fn height(&self) -> f64 {
        (self.rows as f64 * ROW_HEIGHT).min(MAX_HEIGHT)
    }

    /// Whether scroll positions stand for rows only by proportion.
    #[must_use]
    pub fn is_mapped(&self) -> bool {
        self.rows as f64 * ROW_HEIGHT > MAX_HEIGHT
    }

    /// How many rows fit wholly; at least one.
    #[must_use]
    pub fn page(&self) -> u64 {
        ((self.viewport / ROW_HEIGHT).floor() as u64).max(1)
    }

    /// The greatest first row, with the last row wholly visible.
    #[must_use]
    pub fn last_first(&self) -> f64 {
        (self.rows as f64 - self.viewport / ROW_HEIGHT).max(0.0)
    }

    /// The first row on screen (its fraction is how far it is scrolled out) for a scroll position in CSS pixels.
    #[must_use]
    pub fn first_at(&self, scroll: f64) -> f64 {
        let room = (self.height() - self.viewport).max(0.0);
        if room == 0.0 {
            return 0.0;
        }
        let scroll = scroll.clamp(0.0, room);
        // The same formula in both cases: unmapped, the quotient is one row's height.
        scroll / room * self.last_first()
    }

    /// The scroll position for a first row; the inverse of `first_at`.
    #[must_use]
    pub fn scroll_for(&self, first: f64) -> f64 {
        let room = (self.height() - self.viewport).max(0.0);
        let last = self.last_first();
        if last == 0.0 { 0.0 } else { first.clamp(0.0, last) / last * room }
    }

    /// The rows to draw: those on screen and those half seen, as `(start, count)`.
    #[must_use]
    pub fn visible(&self, first: f64) -> (u64, u64) {
        let start = first.clamp(0.0, self.last_first()).floor() as u64;
        let count = (self.viewport / ROW_HEIGHT).ceil() as u64 + 1;
        (start, count.min(self.rows.saturating_sub(start)))
    }

    /// The rows to ask for: whole blocks around what is on screen, one block more on each side, as `(start, count)`.
    #[must_use]
    pub fn wanted(&self, first: f64) -> (u64, u64) {
        let (start, count) = self.visible(first);
        let from = (start / BLOCK).saturating_sub(1) * BLOCK;
        let to = ((start + count).div_ceil(BLOCK) + 1) * BLOCK;
        (from, to.min(self.rows) - from.min(self.rows))
    }
}

/// Width of a column, in CSS pixels: what its name and its kind of cells need.
#[must_use]
pub fn column_width(name: &str, data_type: DataType) -> f64 {
    let cells: f64 = match data_type {
        DataType::Boolean => 64.0,
        DataType::Integer | DataType::Float => 88.0,
        DataType::Category => 120.0,
        DataType::Timestamp => 152.0,
        DataType::Text => 200.0,
    };
    cells.max((name.chars().count() as f64 * 7.2 + 16.0).min(220.0)).ceil()
}

/// The columns that a horizontal stretch shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Columns {
    pub start: usize,
    pub end: usize,
    /// Width of the columns before `start`.
    pub before: f64,
    /// Width of the columns from `end` on.
    pub after: f64,
}

/// The columns between `left` and `left + width`, with one more on each side. All of them when they are at most 30.
#[must_use]
pub fn columns_in(widths: &[f64], left: f64, width: f64) -> Columns {
    if widths.len() <= 30 {
        return Columns { start: 0, end: widths.len(), before: 0.0, after: 0.0 };
    }
    let mut x = 0.0;
    let (mut start, mut end) = (0, widths.len());
    for (i, column) in widths.iter().enumerate() {
        if x + column <= left {
            start = i + 1;
        }
        x += column;
        if x >= left + width {
            end = i + 1;
            break;
        }
    }
    let start = start.min(widths.len().saturating_sub(1)).saturating_sub(1);
    let end = (end + 1).min(widths.len());
    let sum = |part: Option<&[f64]>| part.map_or(0.0, |part| part.iter().sum());
    Columns { start, end, before: sum(widths.get(..start)), after: sum(widths.get(end..)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_table_scrolls_by_pixels() {
        let rows = Rows { rows: 5_000, viewport: 448.0 };
        assert!(!rows.is_mapped());
        assert_eq!(rows.height(), 160_000.0);
        assert_eq!(rows.first_at(0.0), 0.0);
        // 1e-9 of a row: rounding of one division.
        assert!((rows.first_at(320.0) - 10.0).abs() < 1e-9);
        assert_eq!(rows.visible(10.0), (10, 15));
        assert_eq!(rows.visible(rows.first_at(1e9)), (4_986, 14));
    }

    #[test]
    fn the_last_of_ten_million_rows_is_reached_by_thumb_and_by_key() {
        let rows = Rows { rows: 10_000_000, viewport: 448.0 };
        assert!(rows.is_mapped());
        assert_eq!(rows.height(), 16_000_000.0);
        let (start, count) = rows.visible(rows.first_at(rows.height()));
        assert_eq!(start + count, 10_000_000);
        // One row further is another position, and comes back as itself: 1e-3 of a row.
        for first in [0.0, 1.0, 4_999_999.0, 9_999_985.0] {
            assert!((rows.first_at(rows.scroll_for(first)) - first).abs() < 1e-3);
        }
    }

    #[test]
    fn few_rows_do_not_scroll() {
        for n in [0, 1, 3] {
            let rows = Rows { rows: n, viewport: 448.0 };
            assert_eq!(rows.first_at(100.0), 0.0);
            assert_eq!(rows.visible(5.0), (0, n));
            assert_eq!(rows.wanted(0.0), (0, n));
        }
    }

    #[test]
    fn rows_are_asked_for_in_whole_blocks_around_the_screen() {
        let rows = Rows { rows: 5_000, viewport: 448.0 };
        assert_eq!(rows.wanted(0.0), (0, 256));
        assert_eq!(rows.wanted(300.0), (128, 384));
        assert_eq!(rows.wanted(4_986.0), (4_736, 264));
        // Moving by a row asks for the same.
        assert_eq!(rows.wanted(301.0), rows.wanted(300.0));
    }

    #[test]
    fn of_two_thousand_columns_only_those_on_screen_are_drawn() {
        let widths = vec![100.0; 2_000];
        let at = columns_in(&widths, 50_000.0, 1_000.0);
        assert_eq!((at.start, at.end), (499, 511));
        assert_eq!(at.before + at.after + 100.0 * (at.end - at.start) as f64, 200_000.0);
        let last = columns_in(&widths, 199_500.0, 1_000.0);
        assert_eq!(last.end, 2_000);
        assert_eq!(columns_in(&widths[..30], 500.0, 100.0), Columns { start: 0, end: 30, before: 0.0, after: 0.0 });
    }
}
