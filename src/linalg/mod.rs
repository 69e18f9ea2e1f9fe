//! The R factor: every linear model from one pass over the rows.
//!
//! Rows `[1, x₁ … x_p, y]` are folded, block by block, into the triangular factor of their QR decomposition
//! (TSQR: Demmel, Grigori, Hoemmen, Langou 2012). Nothing here knows what a column means.

mod dd;
mod descent;
mod elastic_net;
mod error;
mod exact;
mod nnls;
mod refine;
mod rfactor;
mod ridge;
mod score;
mod shift;
mod solution;
mod solve;
mod subset;
mod svd;

pub use elastic_net::{LassoPath, Stop};
pub use error::LinalgError;
pub use exact::Exact;
pub use refine::{Refined, refine, refine_exact};
pub use rfactor::{BLOCK_ROWS, RFactor};
pub use ridge::RidgePath;
pub use shift::Moments;
pub use solution::LinearSolution;
pub use solve::{Solution, SolveOptions};
pub use subset::{Criterion, Direction, Subset, SubsetSearch};
