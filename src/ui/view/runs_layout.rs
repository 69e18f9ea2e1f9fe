//! How wide the columns of the runs table are, in which order they stand, and which stay while the others scroll.

use std::collections::{BTreeMap, BTreeSet};

use super::runs_columns::{Column, column_of, columns_of_text, columns_text};

/// The narrowest and the widest a column can be, in CSS pixels.
pub const WIDTHS: (u16, u16) = (48, 800);
/// What an arrow key adds to a width.
pub const WIDTH_STEP: u16 = 16;
/// The column of boxes, as the style sheet has it.
const BOXES: u16 = 28;
/// The column of status icons.
const STATUS: u16 = 36;

/// What a person chose for the columns beside which there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// In CSS pixels; a column that is not named is as wide as what it holds.
    pub widths: BTreeMap<Column, u16>,
    /// Columns that stay at the left. With one of them the status and the name stay as well.
    pub pins: BTreeSet<Column>,
}

/// How one column stands in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Hold {
    /// Its width, where it has one of its own.
    pub width: Option<u16>,
    /// How far from the left edge it stays, where it stays.
    pub left: Option<u16>,
    /// Whether it is the last that stays.
    pub is_edge: bool,
}

impl Hold {
    /// The same for every width and place: what a row has to know of it.
    #[must_use]
    pub fn without_numbers(self) -> Self {
        Self { width: self.width.map(|_| 0), left: self.left.map(|_| 0), is_edge: self.is_edge }
    }

    /// The classes of its cells.
    #[must_use]
    pub fn class(self) -> &'static str {
        match (self.width, self.left, self.is_edge) {
            (None, None, _) => "",
            (_, Some(_), true) => " sized pin pin-edge",
            (_, Some(_), false) => " sized pin",
            (Some(_), None, _) => " sized",
        }
    }
}

impl Layout {
    /// Reads what the address or the preferences say; `None` where both are silent.
    #[must_use]
    pub fn from_texts(widths: Option<&str>, pins: Option<&str>) -> Option<Self> {
        if widths.is_none() && pins.is_none() {
            return None;
        }
        let width = |entry: &str| {
            let (column, width) = entry.rsplit_once(':')?;
            Some((column_of(column)?, clamped(width.parse().ok()?)))
        };
        Some(Self {
            widths: widths.unwrap_or_default().split(',').filter_map(width).collect(),
            pins: columns_of_text(pins.unwrap_or_default()).into_iter().collect(),
        })
    }

    /// `metrics.rmse:120,run_name:240`.
    #[must_use]
    pub fn widths_text(&self) -> String {
        let entry =
            |(column, width): (&Column, &u16)| format!("{}:{width}", columns_text(std::slice::from_ref(column)));
        self.widths.iter().map(entry).collect::<Vec<_>>().join(",")
    }

    /// `run_name,metrics.rmse`.
    #[must_use]
    pub fn pins_text(&self) -> String {
        columns_text(&self.pins.iter().cloned().collect::<Vec<_>>())
    }

    /// Both as one text, for the preferences.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}", self.widths_text(), self.pins_text())
    }

    /// Reads such a text.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let (widths, pins) = text.split_once('\n')?;
        Self::from_texts(Some(widths), Some(pins))
    }

    /// The same with a column this wide; `None` lets it be as wide as what it holds. One that stays needs a width.
    #[must_use]
    pub fn resized(&self, column: &Column, width: Option<i32>) -> Self {
        let mut layout = self.clone();
        match width {
            Some(width) => layout.widths.insert(column.clone(), clamped(width)),
            None => layout.widths.remove(column),
        };
        layout
    }

    /// The same with a column that stays, or does not any more.
    #[must_use]
    pub fn pinned(&self, column: &Column, stays: bool) -> Self {
        let mut layout = self.clone();
        if stays {
            layout.pins.insert(column.clone());
        } else {
            layout.pins.remove(column);
        }
        layout
    }

    /// The columns in the order in which they stand: status and name, what stays, the others.
    #[must_use]
    pub fn arranged(&self, shown: &[Column]) -> Vec<Column> {
        let mut arranged = shown.to_vec();
        arranged.sort_by_key(|column| (!column.is_fixed(), !self.pins.contains(column)));
        arranged
    }

    /// How each of these columns stands; they are arranged.
    #[must_use]
    pub fn holds(&self, arranged: &[Column]) -> Vec<Hold> {
        let any_stays = arranged.iter().any(|column| self.pins.contains(column));
        let stays = |column: &Column| any_stays && (column.is_fixed() || self.pins.contains(column));
        let last = arranged.iter().rposition(stays);
        let mut left = BOXES;
        let hold = |(place, column): (usize, &Column)| {
            let own = self.widths.get(column).copied();
            if !stays(column) {
                return Hold { width: own, ..Hold::default() };
            }
            let width = own.unwrap_or_else(|| usual_width(column));
            let hold = Hold { width: Some(width), left: Some(left), is_edge: last == Some(place) };
            left = left.saturating_add(width);
            hold
        };
        arranged.iter().enumerate().map(hold).collect()
    }
}

fn clamped(width: i32) -> u16 {
    let (least, most) = WIDTHS;
    u16::try_from(width.clamp(i32::from(least), i32::from(most))).unwrap_or(most)
}

/// The width of a column that stays and has none of its own.
fn usual_width(column: &Column) -> u16 {
    match column {
        Column::Status => STATUS,
        Column::Name => 220,
        column if column.is_number() => 112,
        _ => 152,
    }
}

/// The choice with a column at the place of another.
#[must_use]
pub fn moved(choice: &[Column], column: &Column, to: &Column) -> Vec<Column> {
    let place = |wanted: &Column| choice.iter().position(|column| column == wanted);
    let (Some(from), Some(to)) = (place(column), place(to)) else { return choice.to_vec() };
    let mut choice = choice.to_vec();
    let column = choice.remove(from);
    choice.insert(to.min(choice.len()), column);
    choice
}

/// The choice with a column one place further on, or back.
#[must_use]
pub fn stepped(choice: &[Column], column: &Column, forward: bool) -> Vec<Column> {
    let place = choice.iter().position(|other| other == column);
    let other = place.and_then(|place| if forward { place.checked_add(1) } else { place.checked_sub(1) });
    match other.and_then(|other| choice.get(other)) {
        Some(other) => moved(choice, column, other),
        None => choice.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(keys: &[&str]) -> Vec<Column> {
        keys.iter().filter_map(|key| Column::from_key(key)).collect()
    }

    #[test]
    fn widths_and_pins_are_written_and_read_back() {
        let odd = Column::Param("a|1,b:2%".into());
        let layout = Layout::default().resized(&odd, Some(120)).resized(&Column::Name, Some(9)).pinned(&odd, true);
        assert_eq!(layout.widths_text(), "run_name:48,params.a|1%2Cb:2%25:120");
        assert_eq!(Layout::from_texts(Some(&layout.widths_text()), Some(&layout.pins_text())), Some(layout.clone()));
        assert_eq!(Layout::from_text(&Layout::default().text()), Some(Layout::default()));
        assert_eq!(Layout::from_text(&layout.text()), Some(layout));
        let plain = Layout::default().resized(&Column::Model, Some(900));
        assert_eq!(plain.widths.get(&Column::Model), Some(&800));
        assert_eq!(plain.resized(&Column::Model, None).widths.len(), 0);
        assert_eq!(Layout::from_texts(None, None), None);
        assert_eq!(Layout::from_texts(Some("nonsense:12,model:wide"), None), Some(Layout::default()));
    }

    #[test]
    fn what_stays_stands_first_and_each_beside_the_other() {
        let shown = columns(&["status", "run_name", "model", "metrics.r2", "params.alpha"]);
        let free = Layout::default();
        assert_eq!(free.arranged(&shown), shown);
        assert!(free.holds(&shown).iter().all(|hold| *hold == Hold::default()));
        let layout = free.pinned(&Column::Metric("r2".into()), true).resized(&Column::Name, Some(200));
        let arranged = layout.arranged(&shown);
        assert_eq!(arranged, columns(&["status", "run_name", "metrics.r2", "model", "params.alpha"]));
        let holds = layout.holds(&arranged);
        let lefts: Vec<Option<u16>> = holds.iter().map(|hold| hold.left).collect();
        assert_eq!(lefts, [Some(28), Some(64), Some(264), None, None]);
        let edges: Vec<usize> = holds.iter().enumerate().filter(|(_, h)| h.is_edge).map(|(place, _)| place).collect();
        assert_eq!(edges, [2]);
        assert_eq!(layout.pinned(&Column::Metric("r2".into()), false).holds(&arranged)[2], Hold::default());
    }

    #[test]
    fn a_column_is_moved_to_a_place_or_by_one() {
        let choice = columns(&["model", "duration", "dataset", "cached"]);
        let keys = |columns: Vec<Column>| columns.iter().map(Column::key).collect::<Vec<_>>().join(" ");
        assert_eq!(keys(moved(&choice, &Column::Model, &Column::Dataset)), "duration dataset model cached");
        assert_eq!(keys(moved(&choice, &Column::Cached, &Column::Model)), "cached model duration dataset");
        assert_eq!(keys(moved(&choice, &Column::Status, &Column::Model)), keys(choice.clone()));
        assert_eq!(keys(stepped(&choice, &Column::Duration, true)), "model dataset duration cached");
        assert_eq!(keys(stepped(&choice, &Column::Model, false)), keys(choice.clone()));
        assert_eq!(keys(stepped(&choice, &Column::Cached, true)), keys(choice.clone()));
    }
}
