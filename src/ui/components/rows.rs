//! Where a table of the file's rows asks for them.

use leptos::prelude::*;

use crate::ui::state::RowPage;

/// Where a table asks for rows and where they arrive.
#[derive(Debug, Clone, Copy)]
pub struct RowSource {
    /// Asks for `(start, count)`.
    pub request: Callback<(u64, u32)>,
    /// The page that arrived last; `None` after a new file was opened.
    pub page: Signal<Option<RowPage>>,
    /// Why the rows asked for last did not come.
    pub error: Signal<Option<String>>,
}
