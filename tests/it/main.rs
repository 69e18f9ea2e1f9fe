//! Native tests over the public interface: golden files, properties, the house rules.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own cases has failed")]

mod architecture;
mod clean;
mod estimators;
mod evaluate;
mod ingest;
mod linalg;
mod nist;
mod pipeline;
mod split;
