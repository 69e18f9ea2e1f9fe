//! Bytes → table, profile and problems, block by block.
//!
//! `reader` is the door. The bytes pass `format` (refusing what is no text), `decode` (UTF-16), `layout` and `sniff`
//! (dialect and header, from the file's beginning), `scan` (records and cells, on `bits`), and `column` (typed cells, on
//! `number`, `time`, `missing`, `dictionary`); at the end `finishing` and `describe` make columns and profiles of them, on
//! `statistics`, `distinct` and `nature`, with `notes` for people. `index` reads single rows again, `blocks` passes
//! over a file of known columns and keeps nothing.

mod bits;
mod blocks;
mod column;
mod decode;
mod describe;
mod dictionary;
mod distinct;
mod engine;
mod error;
mod finishing;
mod format;
mod hash;
mod index;
mod layout;
mod missing;
mod nature;
mod notes;
mod number;
mod options;
mod profile;
mod reader;
mod scan;
mod settings;
mod sniff;
mod statistics;
mod summary;
mod target;
mod time;

pub use blocks::{BlockReader, RowBlock, WantedColumn, write_cell};
pub use error::IngestError;
pub use finishing::{Finishing, Ingested};
pub use index::RowIndex;
pub use missing::PANDAS_NA_VALUES;
pub use options::{IngestOptions, LongRows};
pub use profile::{ColumnProfile, Histogram, TopValue};
pub use reader::{Outcome, Reader};
pub use summary::{Dialect, Encoding, IngestSummary, Note, Problem, ProblemKind, Problems};
pub use target::guess_target;
pub use time::parse as parse_timestamp;
