//! What deployed models were asked: counts, latencies, drift of inputs and predictions, true values that come later, and a
//! second model on the same requests.
//!
//! Everything adds up: the service worker counts what happened since it last wrote, and adds that to what is kept. Formulas and
//! limits stand in docs/serving.md.

mod drift;
mod latency;
mod pairs;
mod record;
mod report;
mod truth;

pub use drift::{Drift, MIN_ROWS, Moved, Test, Verdict, drift};
pub use latency::Latencies;
pub use pairs::Pairs;
pub use record::{Bucket, MONITOR, Observed, Record, SampledRow, Shadowed};
pub use report::{DriftPoint, Live, LiveMetric, PairedVerdict, Point, Report, ShadowReport, Subject, drifted, report};
pub use truth::{Truth, TruthError};
