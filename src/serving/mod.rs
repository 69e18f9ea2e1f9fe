//! A deployed model that answers as `mlflow models serve` does: requests as plain data in, answers out.
//!
//! What is asked and answered is MLflow 3.17's scoring protocol, texts of errors included; `tests/it/serving.rs` replays what
//! a real server said. Where MLflow prints a Python traceback, the reason stands in its place.
//! `score_file` passes a whole file through `pipeline`, which is a run's with its cleaning rules; `explain` looks at one
//! prediction.

mod body;
mod error;
mod explain;
mod frame;
mod json;
mod pipeline;
mod python;
mod score_file;
mod scorer;
mod server;
mod signature;

pub use error::ScoringError;
pub use explain::{Explained, IntervalBasis, PredictionInterval, WhatIf, explain};
pub use pipeline::RunPipeline;
pub use score_file::{ScoreError, ScoreFile, ScoreReport};
pub use scorer::{RunScorer, Scorer};
pub use server::{Request, Response, ScoredRows, answer, score};
pub use signature::{Kind, Signature, SignatureColumn};
