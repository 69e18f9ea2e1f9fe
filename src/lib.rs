//! Pipette: a CSV becomes a tracked run, in one browser tab.
//!
//! Rooms stand in the order in which data flows, and nothing points back:
//! file → table → clean table → design matrix → R factor → model → metrics → run record → store → screen.
//! The core (`base` to `registry`) knows no browser, no clock and no randomness that is not passed in;
//! `web` adapts the browser to it; `ui` shows state and sends commands. `tests/it/architecture.rs` holds this.

// Core: portable, no browser.
pub mod base; //        digests, sums, error reports, cancelling
pub mod clean; //       ordered rules → clean table
pub mod comparison; //  what differs between runs, pipelines, datasets
pub mod diagnostics; // standard errors, tests, influence, effects
pub mod estimators; //  spec in, model out
pub mod evaluate; //    metrics and residuals
pub mod export; //      runs as the files of other tools
pub mod expression; //  text → values of a new column, or a choice of rows
pub mod features; //    target and features → design matrix
pub mod ingest; //      bytes → table, profile, problems
pub mod linalg; //      the R factor: one pass, mergeable
pub mod monitoring; //  what deployed models were asked: counts, drift, a second model beside
pub mod pipeline; //    spec, steps, engine with its cache and reasons
pub mod registry; //    models, versions, aliases; saved pipelines
pub mod search; //      MLflow's filter language, and more
pub mod serving; //     a model that answers as `mlflow models serve` does
pub mod split; //       train and test rows, as scikit-learn draws them
pub mod table; //       typed columns in memory
pub mod tracking; //    experiments, runs, params, metrics: MLflow's words
pub mod validation; // folds of R factors, sweeps, comparisons, bootstrap

// The browser's side, and the screen.
#[cfg(any(feature = "page", not(target_arch = "wasm32")))]
pub mod ui;
pub mod web;

// The same core on a terminal.
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
