//! What a rule would change, in words and a few cells.

use crate::clean::ChangedCell;
use crate::ui::state::PreviewAnswer;
use crate::ui::view::format;
use crate::ui::view::ingest::counted;

/// What is shown of a preview.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PreviewView {
    /// `28 cells change in all; 3 rows go.`
    pub counts: String,
    /// Which columns come and go, and how much was looked at.
    pub notes: Vec<String>,
    pub cells: Vec<CellView>,
    /// Why there is none, in place of the rest.
    pub error: Option<String>,
}

/// A changed cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellView {
    /// Counted from 1.
    pub row: String,
    pub column: String,
    /// `None` for a new column.
    pub before: Option<String>,
    pub after: String,
}

/// An answer as it is shown.
#[must_use]
pub fn view(answer: &PreviewAnswer) -> PreviewView {
    let preview = match &answer.preview {
        Ok(preview) => preview,
        Err(error) => return PreviewView { error: Some(error.message.clone()), ..PreviewView::default() },
    };
    let mut parts = Vec::new();
    match preview.n_changed {
        0 => {}
        1 => parts.push("1 cell changes".to_owned()),
        n => parts.push(format!("{} change", counted(n, "cell", "cells"))),
    }
    match preview.n_removed {
        0 => {}
        1 => parts.push("1 row goes".to_owned()),
        n => parts.push(format!("{} go", counted(n, "row", "rows"))),
    }
    let (added, removed) = (&preview.added_columns, &preview.removed_columns);
    if !added.is_empty() {
        parts.push(format!("+{}", counted(added.len() as u64, "column", "columns")));
    }
    if !removed.is_empty() {
        parts.push(format!("−{}", counted(removed.len() as u64, "column", "columns")));
    }
    let counts =
        if parts.is_empty() { "This changes nothing yet.".to_owned() } else { format!("{}.", parts.join(", ")) };
    let mut notes = Vec::new();
    if let Some(rows) = answer.first_rows {
        notes.push(format!("Counted in the first {} rows only.", format::count(rows)));
    }
    if !added.is_empty() {
        notes.push(format!("New: {}.", listed(added)));
    }
    if !removed.is_empty() {
        notes.push(format!("Dropped: {}.", listed(removed)));
    }
    if !preview.removed_rows.is_empty() {
        let rows: Vec<String> = preview.removed_rows.iter().map(|row| format::count(row + 1)).collect();
        let more = preview.n_removed > rows.len() as u64;
        notes.push(format!("Rows that go: {}{}", rows.join(", "), if more { " …" } else { "." }));
    }
    let cells = preview.changed.iter().map(|cell| cell_view(cell, added.contains(&cell.column))).collect();
    PreviewView { counts, notes, cells, error: None }
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn cell_view(cell: &ChangedCell, is_new: bool) -> CellView {
    let text = |value: &Option<String>| match value.as_deref() {
        None => "text that is not kept".to_owned(),
        Some("") => "missing".to_owned(),
        Some(text) if text.trim() != text || text.contains("  ") => format!("“{text}”"),
        Some(text) => text.to_owned(),
    };
    CellView {
        row: format::count(cell.row + 1),
        column: cell.column.clone(),
        before: (!is_new).then(|| text(&cell.before)),
        after: text(&cell.after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ErrorReport;
    use crate::clean::Preview;

    fn cell(column: &str, before: Option<&str>, after: Option<&str>) -> ChangedCell {
        let text = |value: Option<&str>| value.map(String::from);
        ChangedCell { row: 0, column: column.into(), before: text(before), after: text(after) }
    }

    fn shown(preview: Preview, first_rows: Option<u64>) -> PreviewView {
        view(&PreviewAnswer { preview: Ok(preview), first_rows })
    }

    #[test]
    fn cells_say_what_they_were_and_become() {
        let changed = vec![
            cell("x", Some(""), Some("7")),
            cell("s", Some(" a "), Some("a")),
            cell("t", None, Some("")),
            cell("z", None, Some("1")),
        ];
        let seen = shown(
            Preview { changed, n_changed: 1234, added_columns: vec!["z".into()], ..Preview::default() },
            Some(100_000),
        );
        assert_eq!(seen.counts, "1,234 cells change, +1 column.");
        assert_eq!(seen.notes, ["Counted in the first 100,000 rows only.", "New: z."]);
        let cells: Vec<_> = seen.cells.iter().map(|cell| (cell.before.as_deref(), cell.after.as_str())).collect();
        assert_eq!(
            cells,
            [(Some("missing"), "7"), (Some("“ a ”"), "a"), (Some("text that is not kept"), "missing"), (None, "1")]
        );
        assert_eq!(seen.cells[0].row, "1");
    }

    #[test]
    fn rows_and_columns_that_go_are_named() {
        let seen = shown(Preview { removed_rows: vec![1, 3], n_removed: 5, ..Preview::default() }, None);
        assert_eq!((seen.counts.as_str(), seen.notes[0].as_str()), ("5 rows go.", "Rows that go: 2, 4 …"));
        let removed_columns = (0..10).map(|i| format!("c{i}")).collect();
        let seen = shown(Preview { removed_columns, ..Preview::default() }, None);
        assert_eq!(seen.counts, "−10 columns.");
        assert_eq!(seen.notes, ["Dropped: c0, c1, c2, c3, c4, c5, c6, c7 and 2 more."]);
        assert_eq!(shown(Preview::default(), None).counts, "This changes nothing yet.");
    }

    #[test]
    fn an_error_stands_in_its_place() {
        let error = ErrorReport::new("preview.no_table", "Not at hand.");
        let seen = view(&PreviewAnswer { preview: Err(error), first_rows: None });
        assert_eq!((seen.error.as_deref(), seen.counts.as_str()), (Some("Not at hand."), ""));
    }
}
