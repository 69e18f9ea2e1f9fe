//! MLflow, live: what a tracking server is told of a run while it happens, over MLflow's REST API.
//!
//! Nothing here sends: a [`Server`] does, which is `fetch` in the worker and a socket on a terminal. Each thing is done in
//! the same way the first time and after any interruption: look what the server has, send what it lacks. A run is found by
//! its tag `pipette.run_id`, which is written in the request that makes the run; so nothing is logged twice, whatever answer
//! was lost. What waits is a document of the store (`outbox`), so nothing is lost either.

mod api;
mod batch;
mod error;
mod files;
mod http;
mod outbox;
mod registered;
mod run;
#[cfg(test)]
mod tests;
mod there;
mod tracker;

pub use api::Connection;
pub use error::{LiveError, TrackerError};
pub use http::{Body, Method, Reply, Request, Server, Unreachable};
pub use outbox::{Delivered, Waiting, What, pause_seconds, queue, send_waiting, waiting};
pub use run::{Logged, RUN_ID_TAG};
pub use tracker::{Tracker, permits};
