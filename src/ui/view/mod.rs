//! What each screen says, as plain data.

pub mod charts;
pub mod charts_cells;
pub mod charts_evaluate;
pub mod charts_split;
pub mod clean;
pub mod evaluate;
pub mod flow;
pub mod format;
pub mod ingest;
pub mod ingest_window;
pub mod progress;
pub mod prose;
pub mod python;
pub mod run;
pub mod runs;
pub mod runs_text;
pub mod split;
pub mod train;
