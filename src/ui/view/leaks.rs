//! What can be done about a rule that looks at rows which are later used as the test.

pub use crate::pipeline::{Remedy, remedy};
