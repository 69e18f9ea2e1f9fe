//! The page: shows state, sends commands. `state` and `view` are plain data and pure functions and compile natively too.

pub mod state;
pub mod view;
