//! The runs table as plain data: columns, address, rows, cells, search, selection, charts.

pub use super::runs_beside::Beside;
pub use super::runs_cells::{Best, Cell, best, better, cell, metric_or_best_child, seconds, status_word, text_of};
pub use super::runs_chart_pick::ChartPick;
pub use super::runs_columns::{
    CLASS_HEADLINE, Column, Columns, Group, HEADLINE, all_columns, columns, columns_of_text, columns_text, sentence,
    toggled,
};
pub use super::runs_layout::{Hold, Layout, WIDTH_STEP, WIDTHS, moved, stepped};
pub use super::runs_rows::{Line, Tree, Window, found, lines, window};
pub use super::runs_selection::{Selection, Share, compare_href, in_order, rename_preview};
pub use super::runs_state::{Order, TableState, View};
