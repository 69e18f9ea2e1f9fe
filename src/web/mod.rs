//! Adapters to the browser, behind the traits that core defines. `protocol` is plain data and compiles natively too.

pub mod protocol;
