//! A deployed model that answers as `mlflow models serve` does: requests as plain data in, answers out.
//!
//! What is asked and answered is MLflow 3.17's scoring protocol, texts of errors included; `tests/it/serving.rs` replays what
//! a real server said. Where MLflow prints a Python traceback, the reason stands in its place.

mod body;
mod error;
mod frame;
mod json;
mod python;
mod scorer;
mod server;
mod signature;

pub use error::ScoringError;
pub use scorer::{RunScorer, Scorer};
pub use server::{Request, Response, ScoredRows, answer, score};
pub use signature::{Kind, Signature, SignatureColumn};
