//! What leaves the tab: a run as the files of other tools, the same bytes each time.
//!
//! Each export is one line of `EXPORTS` and one room below. None of them knows a browser or a clock: the time stamps inside
//! are the run's own.

pub mod archive;
mod catalogue;
pub mod code;
mod error;
mod file;
pub mod handin;
mod import_error;
mod make;
pub mod mlflow;
pub mod model;
mod sealed;
pub mod share;
pub mod unzip;
pub mod workspace;

pub use catalogue::{EXPORTS, Export, ExportGroup, ExportKind, file_name, find};
pub use error::ExportError;
pub use file::ExportFile;
pub use import_error::ImportError;
pub use make::make;
