//! The five steps' settings and results.

pub mod clean;
pub mod data_table;
pub mod evaluate;
pub mod fields;
pub mod ingest;
pub mod parts;
pub mod profile_table;
pub mod rule_editor;
pub mod rule_list;
pub mod split;
pub mod train;

pub use clean::{CleanResult, CleanSettings};
pub use evaluate::{EvaluateResult, EvaluateSettings};
pub use ingest::{IngestResult, IngestSettings};
pub use split::{SplitResult, SplitSettings};
pub use train::{TrainResult, TrainSettings};
