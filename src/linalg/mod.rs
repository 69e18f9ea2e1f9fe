//! The R factor: every linear model from one pass over the rows.
//!
//! Rows `[1, x₁ … x_p, y]` are folded, block by block, into the triangular factor of their QR decomposition
//! (TSQR: Demmel, Grigori, Hoemmen, Langou 2012). Nothing here knows what a column means.

mod dd;
mod error;
mod refine;
mod rfactor;
mod shift;
mod solve;
mod svd;

pub use error::LinalgError;
pub use refine::{Refined, refine};
pub use rfactor::{BLOCK_ROWS, RFactor};
pub use shift::Moments;
pub use solve::{Solution, SolveOptions};
