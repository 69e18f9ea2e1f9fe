//! What leaves the tab: a run as the files of other tools, the same bytes each time.
//!
//! Each export is one line of `EXPORTS` and one room below. None of them knows a browser or a clock: the time stamps inside
//! are the run's own.

pub mod archive;
mod catalogue;
mod error;
mod file;
pub mod mlflow;
pub mod model;

pub use catalogue::{EXPORTS, Export, find};
pub use error::ExportError;
pub use file::ExportFile;
