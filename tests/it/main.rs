//! Native tests over the public interface: golden files, properties, the house rules.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own cases has failed")]

mod analyses;
mod architecture;
mod clean;
#[cfg(not(target_arch = "wasm32"))] // the command line is native
mod cli;
mod comparison;
mod cv;
mod diagnostics;
mod estimators;
mod estimators_forest;
mod estimators_golden;
mod estimators_iterative;
mod estimators_laws;
mod estimators_spec;
mod evaluate;
#[cfg(not(target_arch = "wasm32"))] // it writes files
mod explaining;
mod export_handin;
mod export_mlflow;
mod expression;
mod features;
mod ingest;
mod linalg;
mod modelling;
mod monitoring;
mod nist;
mod pipeline;
mod registry;
mod reports;
mod rules;
#[cfg(not(target_arch = "wasm32"))] // files again
mod scoring;
mod search;
mod serving;
mod split;
mod sweeps;
mod validation;
